"""Plays crashes on all cores: on SQLite in memory, and on a real PostgreSQL."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import cpu_count, get_context
from multiprocessing.queues import SimpleQueue

from tests.crash.points import Crash, CrashReport, double_crash, plain, single_crashes
from tests.postgres import running_postgres
from tests.simulation.database import PostgresDatabase
from tests.simulation.history import Result, play
from tests.simulation.runner import play_script, play_short

Progress = Callable[[int, int, int], None]
"""(done, of, failed)"""
_here: list[PostgresDatabase] = []
"""The database of this process."""


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


def crash_on_postgres(
    seeds: range, *, number: int, processes: int | None = None, tell: Progress = lambda *_: None
) -> CrashReport:
    """Play so many of the same crashes, drawn at random, on a real PostgreSQL; a fifth of them double."""
    report = CrashReport()
    dry = [_play_dry(seed) for seed in seeds]
    report.histories = len(dry)
    crashes = random.Random("on PostgreSQL").sample(list(_crashes(dry, number // 5)), number)
    context = get_context("spawn")
    workers = processes or cpu_count()
    with running_postgres() as server:
        urls: SimpleQueue[str] = context.SimpleQueue()
        for _ in range(workers):
            urls.put(server.new_database())
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_open, initargs=(urls,)) as pool:
            for done, (crash, result) in enumerate(
                zip(crashes, pool.map(_play_on_postgres, crashes), strict=True), start=1
            ):
                report.add(crash, result)
                tell(done, len(crashes), len(report.failed))
    return report


def _crashes(dry: Sequence[Result], double: int) -> Iterator[Crash]:
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


def _open(urls: "SimpleQueue[str]") -> None:
    _here.append(PostgresDatabase(urls.get()))


def _play_on_postgres(crash: Crash) -> Result:
    result = play(_here[0], crash.script)
    result.lines = []
    result.steps = []
    return result
