"""Plays many histories on all cores, and some of them twice: a seed must decide everything."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context

from tests.simulation.database import Database, SqliteDatabase
from tests.simulation.history import Result, play
from tests.simulation.report import Report
from tests.simulation.script import Script

RE_RUN_SHARE = 100
"""One history in so many is played again, in another process with other hash seeds."""
MODULE = "tests.simulation"


@lru_cache(maxsize=1)
def _database() -> Database:
    return SqliteDatabase()


def play_one(seed: int) -> Result:
    """Play one history in this process's database."""
    return play_script(Script(seed=seed))


def play_script(script: Script) -> Result:
    """Play a history in this process's database."""
    return play(_database(), script)


def play_short(script: Script) -> Result:
    """Play a history and forget its story."""
    result = play_script(script)
    result.lines = []
    result.steps = []
    return result


def in_processes(
    scripts: Iterable[Script],
    *,
    processes: int | None = None,
    work: Callable[[Script], Result] = play_short,
    until: Callable[[Result], bool] = lambda _: False,
) -> Iterable[Result]:
    """Yield the results of many histories, in order; `until` ends with the first of which it is true."""
    pool = ProcessPoolExecutor(processes or os.cpu_count(), mp_context=get_context("spawn"))
    with pool:
        for result in pool.map(work, scripts, chunksize=4):
            yield result
            if until(result):
                pool.shutdown(cancel_futures=True)
                break


def play_many(
    seeds: Iterable[int],
    *,
    processes: int | None = None,
    stop_at_first: bool = False,
    tell: Callable[[Result], None] = lambda _: None,
) -> Report:
    """Play the histories of these seeds; `stop_at_first` ends with the first that fails."""
    report = Report()
    begun = time.perf_counter()
    scripts = [Script(seed=seed) for seed in seeds]
    for result in in_processes(
        scripts, processes=processes, until=lambda each: stop_at_first and bool(each.violations)
    ):
        report.add(result)
        tell(result)
    report.seconds = time.perf_counter() - begun
    return report


def compare_traces(report: Report, seeds: list[int]) -> None:
    """Play one in a hundred twice, here and in a fresh process, and compare the stories byte for byte."""
    again = seeds[:: max(1, min(RE_RUN_SHARE, len(seeds) // 2 or 1))]
    mine = {str(seed): play_one(seed).digest for seed in again}
    theirs = _digests_elsewhere(again)
    report.compared = len(again)
    report.equal = sum(mine[seed] == theirs.get(seed) for seed in mine)


def _digests_elsewhere(seeds: list[int]) -> dict[str, str]:
    command = [sys.executable, "-m", MODULE, "--digests", *map(str, seeds)]
    environment = {**os.environ, "PYTHONHASHSEED": "random"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, str] = json.loads(done.stdout)
    return found
