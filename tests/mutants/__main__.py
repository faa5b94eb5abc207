"""`python -m tests.mutants`: do the tests notice single mistakes in what must not go wrong?

Exit code 1 where a module's score is below 85 %, a survivor has no reason in survivors.toml, or a listed one
is noticed or gone.
"""

import argparse
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.mutants.mutations import Mutation, mutations_of
from tests.mutants.planting import BrokenSuiteError, Outcome, try_all, warm_up
from tests.mutants.report import Report, lines_of, vanished
from tests.mutants.survivors import Key, Survivor, as_entry, read_survivors
from tests.mutants.targets import TARGETS, Target

_EVERY = 50
Show = Callable[[list[Outcome]], None]


def main() -> int:
    """Plant every mistake, show how it goes, print the scores."""
    chosen = _arguments()
    targets = [each for each in TARGETS if not chosen.only or each.name in chosen.only]
    listed = read_survivors()
    every = [mutation for target in targets for mutation in mutations_of(target.module)]
    mutations = [each for each in every if chosen.containing in str(each)]
    if chosen.sample:
        mutations = random.Random(chosen.seed).sample(mutations, min(chosen.sample, len(mutations)))
    is_whole = len(mutations) == len(every)
    try:
        warm_up()
        reports = [_play(target, sorted(mutations), listed, processes=chosen.processes) for target in targets]
    except BrokenSuiteError as error:
        _say(str(error))
        return 1
    gone = vanished([each for key, each in listed.items() if key[0] in {t.module for t in targets}], every)
    _tell(reports, gone)
    is_good = all(each.is_explained and (each.is_enough or not is_whole) for each in reports)
    return 0 if is_good and not gone else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", choices=[each.name for each in TARGETS], action="append", default=[])
    parser.add_argument("--containing", default="", help="only mutants whose description contains this")
    parser.add_argument("--sample", type=int, default=0, help="so many of them, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="decides which those are")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _play(
    target: Target, mutations: list[Mutation], listed: dict[Key, Survivor], *, processes: int
) -> Report:
    """Try every mutant with the first stage's tests, and with the next one's what survived."""
    report = Report(target, {key: each for key, each in listed.items() if key[0] == target.module})
    alive = [each for each in mutations if each.module == target.module]
    for number, tests in enumerate(target.stages, 1):
        if not alive:
            break
        outcomes: list[Outcome] = []
        with _progress(f"{target.name} {number}", len(alive)) as show:

            def tell(outcome: Outcome, outcomes: list[Outcome] = outcomes, show: Show = show) -> None:
                outcomes.append(outcome)
                show(outcomes)

            try_all(tests, alive, processes=processes, tell=tell)
        report.add(outcomes)
        alive = [each.mutation for each in outcomes if each.survived]
    return report


@contextmanager
def _progress(name: str, total: int) -> Iterator[Show]:
    """Show a bar on a terminal and a line now and then elsewhere; no thread, since processes are forked."""
    console = Console()
    if not console.is_terminal:
        yield lambda outcomes: _tell_plainly(name, total, outcomes)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, auto_refresh=False) as bar:
        task = bar.add_task(name, total=total)
        yield lambda _: bar.update(task, advance=1, refresh=True)


def _tell_plainly(name: str, total: int, outcomes: list[Outcome]) -> None:
    done = len(outcomes)
    if done % _EVERY == 0 or done == total:
        alive = sum(each.survived for each in outcomes)
        _say(f"{name}: {done} of {total} mutants tried, {alive} alive")


def _tell(reports: list[Report], gone: list[Survivor]) -> None:
    for report in reports:
        for mutation in report.unlisted:
            _say(f"alive, without a reason: {mutation}\n    {as_entry(mutation)}")
        for entry in report.noticed:
            _say(f"listed as a survivor, but noticed: {entry}")
    for entry in gone:
        _say(f"listed as a survivor, but not there any more: {entry}")
    for line in lines_of(reports):
        _say(line)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main())
