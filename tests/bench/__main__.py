"""Run all benchmarks and print them as a table for people and as JSON for machines."""

import argparse
import subprocess
import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

ROWS = (
    ("first", "First sync"),
    ("incremental", "1 % changed in QuickBooks"),
    ("idle", "Nothing changed"),
    ("push", "New bills sent"),
)


def main() -> int:
    """Measure; exit 1 when a figure misses its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=1_000)
    parser.add_argument("--bills", type=int, default=10_000)
    parser.add_argument("--push", type=int, default=1_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    chosen = parser.parse_args()
    results = [
        _measure(each, chosen.vendors, chosen.bills, chosen.push)
        for each in chosen.database or ("sqlite", "postgres")
    ]
    console = Console(stderr=True, width=100)
    for result in results:
        console.print(_table(result))
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(results)).decode() + "\n")
    missed = [line for result in results for line in _missed(result)]
    for line in missed:
        console.print(f"[red]missed:[/] {line}")
    return 1 if missed else 0


def _measure(database: str, vendors: int, bills: int, push: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.engine", database, str(vendors), str(bills), str(push)]
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


def _missed(result: dict[str, Any]) -> list[str]:
    """The bounds that hold on the machine of the CI; the call counts hold everywhere."""
    least_rate = 3_000 if result["database"] == "sqlite" else 1_500
    first, idle, push = result["first"], result["idle"], result["push"]
    checks = {
        f"{least_rate} records/s in the first sync": first["records_per_second"] >= least_rate,
        "the least reads in the first sync": first["reads"] <= first["least_reads"],
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
