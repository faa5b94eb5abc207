"""Run all benchmarks and print them as a table for people and as JSON for machines."""

import argparse
import subprocess
import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

ROWS = (
    ("first", "First sync, bills alone"),
    ("mixed", "First sync, all kinds"),
    ("incremental", "1 % changed in QuickBooks"),
    ("idle", "Nothing changed"),
    ("push", "New bills sent"),
)
TRANSACTIONS = 100_000
BOUNDS = (
    ("memory_mb", "memory MB for 100,000 transactions", 500.0),
    ("page_ms_median", "CPU ms for a page of 1,000 bills, median", 10.0),
    ("page_ms_max", "CPU ms for a page of 1,000 bills, most", 10.0),
    ("page_renamed_ms_median", "the same after a rename, median", 10.0),
    ("page_renamed_ms_max", "the same after a rename, most", 10.0),
)
"""What the sandbox has to stay below."""
LEAST_CREATED = 2_000
FOR_INFORMATION = (("generated_per_second", "transactions generated a second"),)


def main() -> int:
    """Measure; exit 1 when a figure misses its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=1_000)
    parser.add_argument("--bills", type=int, default=10_000)
    parser.add_argument("--push", type=int, default=1_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--only", choices=("engine", "sandbox"), help="one of the two parts")
    chosen = parser.parse_args()
    databases = chosen.database or ("sqlite", "postgres")
    results = [
        _measure(each, chosen.vendors, chosen.bills, chosen.push)
        for each in (databases if chosen.only != "sandbox" else ())
    ]
    console = Console(stderr=True, width=100)
    for result in results:
        console.print(_table(result))
    missed = [line for result in results for line in _missed(result)]
    if chosen.only != "engine":
        sandbox = _run("tests.bench.sandbox", str(TRANSACTIONS))
        results.append({"sandbox": sandbox})
        console.print(_sandbox_table(sandbox))
        missed += _missed_by_sandbox(sandbox)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(results)).decode() + "\n")
    for line in missed:
        console.print(f"[red]missed:[/] {line}")
    return 1 if missed else 0


def _measure(database: str, vendors: int, bills: int, push: int) -> dict[str, Any]:
    """Measure payables alone, and as many records of payables and receivables."""
    sizes = (vendors, bills, push, 0, 0)
    mixed = (vendors // 2, bills // 2, 0, vendors // 2, bills // 2)
    found = _run("tests.bench.engine", database, *map(str, sizes))
    return found | _run("tests.bench.engine", database, *map(str, mixed))


def _run(module: str, *arguments: str) -> dict[str, Any]:
    """Measure in a fresh process."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    measured: dict[str, Any] = msgspec.json.decode(done.stdout)
    return measured


def _table(result: dict[str, Any]) -> Table:
    table = Table(title=f"quickbooks-sync on {result['database']}", title_justify="left")
    for name in ("", "seconds", "CPU s", "records/s", "reads", "writes", "batches", "memory MB"):
        table.add_column(name, justify="left" if not name else "right")
    for key, words in ROWS:
        row = result[key]
        least = f" (least {row['least_reads']})" if "least_reads" in row else ""
        table.add_row(
            words,
            f"{row['seconds']:.3f}",
            f"{row['cpu_seconds']:.3f}",
            str(row.get("records_per_second", "")),
            f"{row['reads']}{least}",
            str(row["writes"]),
            str(row["batches"]),
            str(row.get("memory_mb_above_start", "")),
        )
    return table


def _sandbox_table(result: dict[str, Any]) -> Table:
    table = Table(title="the sandbox", title_justify="left")
    for name in ("", "figure", "bound", "met"):
        table.add_column(name, justify="left" if not name else "right")
    for key, words, bound in BOUNDS:
        table.add_row(
            words, f"{result[key]:g}", f"< {bound:g}", "yes" if result[key] < bound else "[red]no[/]"
        )
    created = result["created_per_second"]
    enough = "yes" if created >= LEAST_CREATED else "[red]no[/]"
    table.add_row("bills created a second of CPU", str(created), f">= {LEAST_CREATED}", enough)
    for key, words in FOR_INFORMATION:
        table.add_row(words, f"{result[key]:g}", "", "")
    return table


def _missed_by_sandbox(result: dict[str, Any]) -> list[str]:
    missed = [f"sandbox: {words} below {bound:g}" for key, words, bound in BOUNDS if result[key] >= bound]
    if result["created_per_second"] < LEAST_CREATED:
        missed.append(f"sandbox: {LEAST_CREATED} bills created a second of CPU")
    return missed


def _missed(result: dict[str, Any]) -> list[str]:
    """The bounds that hold on the machine of the CI; the call counts hold everywhere."""
    least_rate = 3_000 if result["database"] == "sqlite" else 1_500
    first, mixed, idle, push = result["first"], result["mixed"], result["idle"], result["push"]
    checks = {
        f"{least_rate} records/s in the first sync": first["records_per_second"] >= least_rate,
        "the least reads in the first sync": first["reads"] <= first["least_reads"],
        "the least reads in the first sync of all kinds": mixed["reads"] <= mixed["least_reads"],
        "all kinds no slower per record than bills alone (a tenth for noise)": (
            mixed["cpu_us_per_record"] <= 1.1 * first["cpu_us_per_record"]
        ),
        "less than 200 MB above the start": first["memory_mb_above_start"] < 200,
        "1 read and no write when nothing changed": (idle["reads"], idle["writes"]) == (1, 0),
        "1 read for an incremental sync": result["incremental"]["reads"] == 1,
    }
    if push["writes"] == 1_000:
        checks["34 batches, 4 number queries and 1 CDC for 1,000 new bills"] = (
            push["batches"],
            push["reads"],
        ) == (34, 5)
    return [f"{result['database']}: {name}" for name, holds in checks.items() if not holds]


if __name__ == "__main__":
    raise SystemExit(main())
