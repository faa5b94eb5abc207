"""`python -m tests.processes`: real workers die at every failpoint, stand still, and die at random."""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

from service.failpoints import NAMES
from tests.postgres import running_postgres
from tests.processes.ground import Ground, running_ground
from tests.processes.storm import storm
from tests.processes.trials import Trial, asked_to_stop, killed_at, stood_still_at

MODULE = "tests.processes"
LONGEST_RECOVERY = 15.0
"""Seconds from a death to the next progress: the 95th percentile and the most."""
OFTEN = frozenset({"page", "slice", "freeze", "request", "answers"})
"""Steps that a sync takes several times."""
STOPS = (
    *("claim.committed", "page.committed", "slice.uncommitted", "slice.committed", "freeze.committed"),
    *("request.answered", "answers.uncommitted", "answers.committed", "end.uncommitted"),
)
Start = Callable[[Ground], Awaitable[Trial]]


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="kills at random moments (200)")
    parser.add_argument("--times", type=int, default=3, help="kills at each failpoint (3)")
    parser.add_argument("--stops", type=int, default=1, help="long stops at each of some failpoints (1)")
    parser.add_argument("--at-once", type=int, default=3, help="trials at a time (3)")
    parser.add_argument("--only", action="append", default=[], metavar="FAILPOINT", help="only kills there")
    with running_postgres() as postgres:
        return asyncio.run(_run(postgres, parser.parse_args()))


async def _run(postgres: object, asked: argparse.Namespace) -> int:
    begun = time.monotonic()
    async with running_ground(postgres) as ground:  # type: ignore[arg-type]
        trials = await _all(ground, list(_starts(asked)), asked.at_once)
        wrong = [f"{each.name}: {words}" for each in trials for words in each.wrong]
        deaths = [each.recovered for each in trials if each.recovered is not None]
        _figures("failpoints, stops and SIGTERM", len(trials), deaths)
        if asked.kills and not asked.only:
            result = await storm(ground, asked.kills, _say)
            _say(f"storm: {result.syncs} syncs, {result.writes} writes, {result.hit_again} hit again")
            _figures("random kills", result.kills, result.recovered)
            wrong += result.wrong
            deaths += result.recovered
    _figures("all", len(deaths), deaths)
    for words in wrong[:40]:
        _say(f"wrong: {words}")
    _say(f"{len(wrong)} wrong, {time.monotonic() - begun:.0f} s")
    return 1 if wrong or is_slow(deaths) else 0


def is_slow(recovered: list[float]) -> bool:
    """Say whether a company waited for longer than it may."""
    return any(each > LONGEST_RECOVERY for each in recovered)


def _starts(asked: argparse.Namespace) -> Iterator[Start]:
    for name in asked.only or NAMES:
        for number in range(1, asked.times + 1):
            nth = number if name.partition(".")[0] in OFTEN else 1
            yield lambda ground, name=name, nth=nth: killed_at(ground, name, nth=nth)  # type: ignore[misc]
    if asked.only:
        return
    for name in ("slice.uncommitted", "answers.committed", "claim.committed"):
        yield lambda ground, name=name: killed_at(ground, name, action="exit")  # type: ignore[misc]
    for kind in ("query", "batch", "cdc"):
        yield lambda ground, kind=kind: asked_to_stop(ground, kind)  # type: ignore[misc]
    for name in STOPS * asked.stops:
        yield lambda ground, name=name: stood_still_at(ground, name)  # type: ignore[misc]


async def _all(ground: Ground, starts: list[Start], at_once: int) -> list[Trial]:
    places = asyncio.Semaphore(at_once)

    async def one(start: Start) -> Trial:
        async with places:
            trial = await start(ground)
            waited = f"{trial.recovered:5.1f} s" if trial.recovered is not None else "      -"
            _say(f"{trial.name:<28} {waited}  {trial.notes}{'; '.join(trial.wrong[:3])}")
            return trial

    return list(await asyncio.gather(*(one(each) for each in starts)))


def _figures(what: str, number: int, recovered: list[float]) -> None:
    if len(recovered) < 2:
        return
    cuts = statistics.quantiles(recovered, n=100, method="inclusive")
    _say(
        f"{what}: {number}, death to progress of {len(recovered)} companies:"
        f" median {cuts[49]:.1f} s, p95 {cuts[94]:.1f} s, most {max(recovered):.1f} s"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
