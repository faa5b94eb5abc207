"""`python -m tests.crash`: die at every durable step of fixed histories, and again during recovery."""

import argparse
import sys
import time
from os import cpu_count

from tests.crash.points import CrashReport
from tests.crash.runner import crash_all, crash_on_postgres

MODULE = "tests.crash"


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--histories", type=int, default=40, help="how many histories (40)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--double", type=int, default=1_250, help="how many times to try to die twice (1250)")
    parser.add_argument("--postgres", type=int, default=150, help="how many on PostgreSQL (150)")
    parser.add_argument("--first", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--processes", type=int, default=cpu_count(), help="how many processes (one per core)"
    )
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.histories)
    begun = time.perf_counter()
    report = crash_all(
        seeds,
        double=asked.double,
        processes=asked.processes,
        stop_at_first=asked.first,
        tell=_show_progress,
    )
    is_good = _show("SQLite", report, begun)
    if asked.postgres and not asked.first:
        begun = time.perf_counter()
        report = crash_on_postgres(
            seeds, number=asked.postgres, processes=asked.processes, tell=_show_progress
        )
        is_good &= _show("PostgreSQL", report, begun)
    return 0 if is_good or (asked.first and not report.failed) else 1


def _show(database: str, report: CrashReport, begun: float) -> bool:
    for line in [f"on {database}", *report.lines(), f"{'seconds':<22} {time.perf_counter() - begun:.0f}"]:
        _say(line)
    for script, (invariant, words) in report.failed[:10]:
        _say(f"{invariant}: {words}")
        _say(f"    python -m tests.simulation {script.as_options()}")
    for options in report.missed[:5]:
        _say(f"not reached: {options}")
    return not report.failed and not report.missed


def _show_progress(done: int, total: int, failed: int) -> None:
    if not sys.stdout.isatty() and done % max(1, total // 10):
        return
    line = f"{done} of {total} crashes, {failed} failed"
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{line}" + ("\n" if done == total else ""))
        sys.stdout.flush()
    else:
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
