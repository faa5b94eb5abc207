"""`python -m tests.simulation`: play histories, replay one step by step, or make a failing one short."""

import argparse
import json
import sys

from tests.simulation.corpus import CORPUS
from tests.simulation.faults import FAULTS
from tests.simulation.forgetful import MEMORIES, play_memory
from tests.simulation.history import Result
from tests.simulation.orders import compare_orders
from tests.simulation.report import Progress, Report
from tests.simulation.runner import MODULE, compare_traces, play_many, play_one, play_script
from tests.simulation.script import Script
from tests.simulation.shrink import shrink


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    asked = _arguments()
    if asked.digests:
        _say(json.dumps({str(seed): play_one(seed).digest for seed in asked.digests}))
        return 0
    if asked.replay is not None:
        return _replay(asked)
    seeds = list(range(asked.seed, asked.seed + asked.histories))
    if not (asked.orders or asked.memory or asked.first):
        seeds = [*CORPUS, *(seed for seed in seeds if seed not in CORPUS)]
    progress = Progress(len(seeds))
    if asked.orders:
        return _orders(seeds, progress, asked.processes)
    if asked.memory:
        return _memories(asked.memory, seeds, asked.processes)
    report = play_many(seeds, processes=asked.processes, stop_at_first=asked.first, tell=progress.step)
    if not asked.first:
        compare_traces(report, seeds)
    _show(report, shorten=not asked.long)
    return 0 if report.is_good or (asked.first and not report.failed) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--histories", type=int, default=200, help="how many histories (200)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--first", action="store_true", help="stop at the first failure")
    parser.add_argument("--long", action="store_true", help="don't make failures short")
    parser.add_argument("--processes", type=int, help="how many processes (one per core)")
    parser.add_argument("--orders", action="store_true", help="play each history in ten orders")
    parser.add_argument(
        "--memory",
        action="append",
        choices=list(MEMORIES),
        help="play them with a QuickBooks that remembers request ids so long; several times for several",
    )
    parser.add_argument("--replay", type=int, metavar="SEED", help="play one history, told step by step")
    parser.add_argument("--only", type=_numbers, help="with --replay: only these events")
    parser.add_argument("--faults", type=_faults, help="with --replay: only these kinds of faults, or none")
    parser.add_argument("--companies", type=int, help="with --replay: so many companies")
    parser.add_argument("--kill", type=_kill, action="append", default=[], metavar="PROCESS:STEP")
    parser.add_argument("--events", type=_range, default=Script.events, help="with --replay: least:most")
    parser.add_argument("--lose-ring", type=int, action="append", default=[], metavar="NUMBER")
    parser.add_argument("--order", type=int, default=0, help="with --replay: another order of everything")
    parser.add_argument("--knob", type=_knob, action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--may-double", action="store_true", help="with --replay: doubles have to be named")
    parser.add_argument("--shrink", action="store_true", help="with --replay: make it short first")
    parser.add_argument("--digests", type=int, nargs="*", default=[], help=argparse.SUPPRESS)
    return parser.parse_args()


def _numbers(text: str) -> frozenset[int]:
    return frozenset() if text == "none" else frozenset(int(each) for each in text.split(","))


def _faults(text: str) -> frozenset[str]:
    found = frozenset() if text == "none" else frozenset(text.split(","))
    if unknown := sorted(found - FAULTS.keys()):
        raise argparse.ArgumentTypeError(
            f"no such faults: {', '.join(unknown)}; there are {', '.join(FAULTS)}"
        )
    return found


def _kill(text: str) -> tuple[int, int]:
    process, _, step = text.partition(":")
    return int(process), int(step)


def _range(text: str) -> tuple[int, int]:
    least, _, most = text.partition(":")
    return int(least), int(most)


def _knob(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _replay(asked: argparse.Namespace) -> int:
    script = Script(
        seed=asked.replay,
        only=asked.only,
        faults=asked.faults,
        companies=asked.companies,
        kills=tuple(asked.kill),
        events=asked.events,
        lost_rings=frozenset(asked.lose_ring),
        order=asked.order,
        may_double=asked.may_double,
        knobs=dict(asked.knob),
    )
    result = play_script(script)
    if asked.shrink and result.violations:
        result = shrink(result, play_script)
    for line in result.lines:
        _say(line)
    _say(f"{result.script.as_options()}: {result.events} events, {result.syncs} syncs, trace {result.digest}")
    for invariant, words in result.violations:
        _say(f"{invariant}: {words}")
    return 1 if result.violations else 0


def _orders(seeds: list[int], progress: Progress, processes: int | None) -> int:
    report = compare_orders(seeds, processes=processes, tell=progress.step)
    for line in [report.line(), *report.differing[:10]]:
        _say(line)
    return 1 if report.differing else 0


def _memories(names: list[str], seeds: list[int], processes: int | None) -> int:
    reports = []
    for name in names:
        reports.append(play_memory(name, seeds, processes=processes))
        for line in [reports[-1].line(), *reports[-1].failed[:10]]:
            _say(line)
    return 0 if all(each.is_good for each in reports) else 1


def _show(report: Report, *, shorten: bool) -> None:
    for line in report.lines():
        _say(line)
    for line in report.failures(f"python -m {MODULE}"):
        _say(line)
    if report.failed and shorten:
        first = min(report.failed, key=lambda each: each.script.seed)
        _say_short(shrink(play_script(first.script), play_script))


def _say_short(result: Result) -> None:
    """Tell the first failure in short."""
    _say("")
    _say(f"the first of them in short, {result.events} events:")
    for line in result.lines:
        _say(line[:240])
    _say(f"    python -m {MODULE} {result.script.as_options()}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
