"""`python -m tests.contracts.deviations`: does the contract suite notice each single mistake?

Exit code 1 where a mistake goes unnoticed, or where a test fails without one.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from service.sandbox.deviations import Deviation
from tests.contracts.deviations.planting import Outcome, Verdict, suites, try_all, try_out

TAIL = 3000


def main() -> int:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[one.value for one in Deviation], action="append", default=[])
    parser.add_argument("--without-recordings", action="store_true", help="as in a clone without them")
    parser.add_argument("--suite", choices=suites(), action="append", help="a part of the contract suite")
    chosen = parser.parse_args()
    recordings = not chosen.without_recordings
    console = Console(width=120)
    console.print("The suite without a deviation ...")
    sound = try_out(None, chosen.suite, recordings=recordings)
    if not sound.is_as_meant:
        sys.stdout.write(sound.output[-TAIL:])
        console.print(f"[red]fails without a deviation:[/] {sound.test}")
        return 1
    tried = [Deviation(one) for one in chosen.only] or list(Deviation)
    outcomes = []
    for outcome in try_all(tried, chosen.suite, recordings=recordings):
        outcomes.append(outcome)
        console.print(f"{outcome.deviation}: {outcome.word} by {outcome.test or 'nothing'}", highlight=False)
    console.print(_table(sound, outcomes))
    for outcome in outcomes:
        if outcome.verdict is Verdict.BROKEN:
            sys.stdout.write(outcome.output[-TAIL:])
    caught = sum(one.is_as_meant for one in outcomes)
    console.print(f"{caught} of {len(outcomes)} deviations caught")
    return 0 if caught == len(outcomes) else 1


def _table(sound: Outcome, outcomes: list[Outcome]) -> Table:
    table = Table(title="Planted faults", title_justify="left")
    for name in ("deviation", "verdict", "caught by", "seconds"):
        table.add_column(name, justify="right" if name == "seconds" else "left", overflow="fold")
    for one in (sound, *outcomes):
        colour = "green" if one.is_as_meant else "red"
        name = one.deviation.value if one.deviation is not None else "(none)"
        table.add_row(name, f"[{colour}]{one.word}[/]", one.test, f"{one.seconds:.1f}")
    return table


if __name__ == "__main__":
    raise SystemExit(main())
