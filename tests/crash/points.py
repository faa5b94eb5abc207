"""Every point at which a history can be cut off: before and after each commit, request, answer and ring."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.simulation.history import Result
from tests.simulation.script import Script

EVENTS = (5, 12)
"""Short histories: every one of their steps is played to its end once."""
_NO_FAULTS: frozenset[str] = frozenset()
_KINDS = (
    ("before a commit", re.compile("before a commit")),
    ("after a commit", re.compile("after a commit")),
    ("before a read is sent", re.compile("before sending (query|read|changes)")),
    ("before a write is sent", re.compile("before sending (one|batch)")),
    ("before a token refresh", re.compile("before sending a token")),
    ("before a read's answer", re.compile("before reading the answer to (query|read|changes)")),
    ("before a write's answer", re.compile("before reading the answer to (one|batch)")),
    ("before a refresh's answer", re.compile("before reading the answer to a token")),
)
RING = "before a ring"
POINTS = (*(name for name, _ in _KINDS), RING)


def kind_of(step: str) -> str:
    """Say what sort of step this is."""
    return next(name for name, pattern in _KINDS if pattern.match(step))


def plain(seed: int) -> Script:
    """Return the history of a seed without any fault."""
    return Script(seed=seed, faults=_NO_FAULTS, companies=1, events=EVENTS)


@dataclass(frozen=True, slots=True)
class Crash:
    """A history and where it is cut off."""

    script: Script
    points: tuple[str, ...]
    """The sorts of steps at which somebody dies."""


@dataclass(slots=True)
class CrashReport:
    """How many crashes were survived, and at which sorts of steps they were."""

    histories: int = 0
    single: int = 0
    double: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    failed: list[tuple[Script, tuple[str, str]]] = field(default_factory=list)

    def add(self, crash: Crash, result: Result) -> None:
        """Add the outcome of one crash."""
        deaths = result.struck["F13"] + bool(crash.script.lost_rings)
        if deaths < len(crash.points) and len(crash.points) == 1:
            self.missed.append(crash.script.as_options())
        self.reached.update(crash.points[:deaths])
        if len(crash.points) > 1:
            self.double += deaths > 1
        else:
            self.single += 1
        if result.violations:
            self.failed.append((crash.script, result.violations[0]))

    @property
    def is_good(self) -> bool:
        """Say whether every step was reached and every crash survived."""
        return not self.failed and not self.missed and all(self.reached[each] for each in POINTS)

    def lines(self) -> list[str]:
        """Return the figures."""
        runs = self.single + self.double
        survived = runs - len(self.failed)
        rows = [
            ("histories", f"{self.histories}, each cut off at every step"),
            ("crashes", f"{self.single} single, {self.double} double"),
            ("reached", ", ".join(f"{name} {self.reached[name]}" for name in POINTS)),
            ("steps never reached", str(len(self.missed))),
            ("recovered", f"{survived} of {runs} ({100 * survived / max(1, runs):.1f} %)"),
        ]
        return [f"{name:<22} {value}" for name, value in rows]


def single_crashes(dry: Result) -> Iterator[Crash]:
    """Cut a history off at each of its steps in turn."""
    for process, steps in enumerate(dry.steps):
        for at, step in enumerate(steps, start=1):
            yield Crash(replace(dry.script, kills=((process, at),)), (kind_of(step),))
    for ring in range(dry.rings):
        yield Crash(replace(dry.script, lost_rings=frozenset({ring})), (RING,))


def double_crash(dry: Result, chance: random.Random) -> Crash:
    """Cut a history off at some step, and whoever takes over soon after."""
    process = chance.randrange(len(dry.steps))
    steps = dry.steps[process]
    at, again = chance.randint(1, len(steps)), chance.randint(1, max(2, len(steps) - 2))
    script = replace(dry.script, kills=((process, at), (process + 1, again)))
    return Crash(script, (kind_of(steps[at - 1]), "again"))
