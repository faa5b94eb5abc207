"""`python -m tests.simulation`: play histories, or replay one."""

import argparse
import json
import sys

from tests.simulation.report import Progress, Report
from tests.simulation.runner import MODULE, compare_traces, play_many, play_one


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    asked = _arguments()
    if asked.digests:
        _say(json.dumps({str(seed): play_one(seed).digest for seed in asked.digests}))
        return 0
    if asked.replay is not None:
        return _replay(asked.replay)
    seeds = list(range(asked.seed, asked.seed + asked.histories))
    progress = Progress(len(seeds))
    report = play_many(
        seeds,
        processes=asked.processes,
        stop_at_first=asked.first,
        tell=progress.step,
    )
    if not asked.first:
        compare_traces(report, seeds)
    _show(report)
    return 0 if report.is_good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--histories", type=int, default=200, help="how many histories (200)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--replay", type=int, metavar="SEED", help="play one history, told step by step")
    parser.add_argument("--first", action="store_true", help="stop at the first failure")
    parser.add_argument("--processes", type=int, help="how many processes (one per core)")
    parser.add_argument("--digests", type=int, nargs="*", default=[], help=argparse.SUPPRESS)
    return parser.parse_args()


def _replay(seed: int) -> int:
    result = play_one(seed)
    for line in result.lines:
        _say(line)
    _say(f"seed {seed}: {result.events} events, {result.syncs} syncs, trace {result.digest}")
    for invariant, words in result.violations:
        _say(f"{invariant}: {words}")
    return 1 if result.violations else 0


def _show(report: Report) -> None:
    for line in report.lines():
        _say(line)
    command = f"python -m {MODULE}"
    for line in report.failures(command):
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
