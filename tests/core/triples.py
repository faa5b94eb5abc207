"""`python -m tests.core.triples`: random related triples, decided and carried out until nothing is left.

A triple is a base, a record and a counterpart: one content that two people have worked on. Triples come in
batches whose pairs are taken in any order. A seed decides everything.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from service.core.decision import Decision, Write
from service.core.plan import level_of
from tests.core.executor import World
from tests.core.related import random_world

CAP = 50
"""Rounds after which a batch counts as one that never comes to rest."""
ROUNDS = 3
"""Rounds in which it has to."""
NUMBER = 20_000


def is_empty(decisions: Iterable[Decision]) -> bool:
    """Say whether a plan writes nothing and cuts no link."""
    return all(each.platform is None and each.quickbooks is None and not each.unlink for each in decisions)


@dataclass
class Tally:
    """What was played, so that nothing that never happened passes for something that went well."""

    triples: int = 0
    rounds: Counter[int] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rounds = ", ".join(f"{number} in {at}" for at, number in sorted(self.rounds.items()))
        outcomes = ", ".join(f"{name} {number}" for name, number in sorted(self.results.items()))
        writes = ", ".join(f"{name} {number}" for name, number in sorted(self.writes.items()))
        return (
            f"{self.triples:,} triples: {len(self.wrong)} did not come to rest alike\n"
            f"batches by rounds: {rounds}\nat first: {outcomes}\nwritten to QuickBooks: {writes}"
        )


def play(number: int, seed: int = 0) -> Tally:
    """Play so many triples in batches, each batch in two orders."""
    chance = random.Random(seed)
    tally = Tally()
    while tally.triples < number:
        size = min(chance.randint(2, 9), number - tally.triples)
        _play_batch(chance, [random_world(chance) for _ in range(size)], tally, f"seed {seed}")
    return tally


def _play_batch(chance: random.Random, batch: list[World], tally: Tally, where: str) -> None:
    """Carry it out pair by pair, and again as a sync does: decide all, apply all, push by level."""
    again = deepcopy(batch)
    first = [world.decided() for world in batch]
    rounds = _settle(batch, lambda: _one_by_one(chance, batch))
    rounds_again = _settle(again, lambda: _by_levels(chance, again))
    where = f"{where}, triples {tally.triples} to {tally.triples + len(batch) - 1}"
    tally.triples += len(batch)
    tally.rounds[max(rounds, rounds_again)] += 1
    tally.results.update(decision.code or decision.result.value for decision in first)
    tally.writes.update(write.value for world in batch for write, _ in world.writes)
    if max(rounds, rounds_again) > ROUNDS:
        tally.wrong.append(f"{where}: still moving after {ROUNDS} rounds")
    if [world.state() for world in batch] != [world.state() for world in again]:
        tally.wrong.append(f"{where}: the order made a difference")


def _settle(batch: list[World], one_round: Callable[[], list[Decision]]) -> int:
    """Return after how many rounds the plan was empty and nothing moved."""
    for number in range(CAP):
        before = [world.state() for world in batch]
        told = any(world.instruction for world in batch)
        decisions = one_round()
        if is_empty(decisions) and not told and before == [world.state() for world in batch]:
            return number
    return CAP


def _one_by_one(chance: random.Random, batch: list[World]) -> list[Decision]:
    return [world.step() for world in chance.sample(batch, len(batch))]


def _by_levels(chance: random.Random, batch: list[World]) -> list[Decision]:
    """Write what is decided in the order of levels, and within one in any."""
    shuffled = chance.sample(batch, len(batch))
    decided = [(world, world.decided()) for world in shuffled]
    for world, decision in decided:
        world.apply(decision)
    chance.shuffle(decided)
    for world, decision in sorted(decided, key=lambda each: _level(*each)):
        world.push(decision)
    return [decision for _, decision in decided]


def _level(world: World, decision: Decision) -> int:
    return level_of(world.kind, decision.quickbooks or Write.UPDATE)


def main() -> int:
    """Play them and print what happened; exit code 1 where a batch does not come to rest."""
    parser = argparse.ArgumentParser(prog="python -m tests.core.triples", description=__doc__)
    parser.add_argument("--number", type=int, default=NUMBER)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    begun = time.perf_counter()
    tally = play(chosen.number, chosen.seed)
    sys.stdout.write(f"{tally}\nin {time.perf_counter() - begun:.1f} s\n")
    sys.stdout.writelines(f"{each}\n" for each in tally.wrong[:20])
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
