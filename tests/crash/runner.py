"""Plays crashes on all cores."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.crash.points import Crash, CrashReport, double_crash, plain, single_crashes
from tests.simulation.history import Result
from tests.simulation.runner import play_script, play_short

Progress = Callable[[int, int, int], None]
"""(done, of, failed)"""


def crash_all(
    seeds: range,
    *,
    double: int,
    processes: int | None = None,
    stop_at_first: bool = False,
    tell: Progress = lambda *_: None,
) -> CrashReport:
    """Play each history once, then once for each of its steps, then cut off twice at random."""
    report = CrashReport()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        dry = list(pool.map(_play_dry, seeds, chunksize=4))
        report.histories = len(dry)
        crashes = list(_crashes(dry, double))
        for number, (crash, result) in enumerate(
            zip(crashes, pool.map(_play, crashes, chunksize=16), strict=True), start=1
        ):
            report.add(crash, result)
            tell(number, len(crashes), len(report.failed))
            if stop_at_first and report.failed:
                pool.shutdown(cancel_futures=True)
                break
    return report


def _crashes(dry: list[Result], double: int) -> Iterator[Crash]:
    for result in dry:
        yield from single_crashes(result)
    chance = random.Random("double crashes")
    for number in range(double):
        yield double_crash(dry[number % len(dry)], chance)


def _play_dry(seed: int) -> Result:
    result = play_script(plain(seed))
    result.lines = []
    return result


def _play(crash: Crash) -> Result:
    return play_short(crash.script)
