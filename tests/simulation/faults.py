"""The faults that syncs can meet: every kind of the catalogue, drawn for one stretch of work.

How often each has struck is counted where it strikes: a run in which one is too rare proves nothing.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from service.sandbox import FaultRule
from tests.simulation.mangle import HOWS
from tests.simulation.process import Mishaps

FAULTS: dict[str, str] = {
    "F1": "the request never arrives",
    "F2": "applied, the answer is lost",
    "F3": "5xx before it is applied",
    "F4": "5xx after it is applied",
    "F5": "throttled (429), with and without Retry-After",
    "F6": "the token is refused, or the connection is taken away",
    "F7": "applied after it was given up",
    "F8": "edited between read and write, there or here",
    "F9": "the answer is mangled",
    "F10": "one item of a batch fails, or answers come in another order",
    "F11": "reads lag behind writes, pages and change lists are cut",
    "F12": "webhooks lost, doubled, out of order, of other realms, of unknown kinds",
    "F13": "the worker dies",
    "F14": "the worker stands still, beyond its lease or not",
    "F15": "a ring is lost or late",
    "F16": "the database breaks off around a commit",
    "F17": "clocks are wrong, or jump",
    "F18": "QuickBooks forgets request ids",
    "slow": "a slow answer",
    "stop": "the worker is asked to stop",
}
_ITEM_FAULTS = ("6000", "5010", "10000", "6240", "987654")
"""The last is one that nobody knows."""
_STATUSES = (500, 502, 503, 504)
_BODIES = ("json", "html", "xml")
_WRITES = ("write", "batch")
_READS = ("query", "cdc", "read", "companyinfo", "preferences")
_LEASE = 10.0
_HOUR = 3_600.0


@dataclass(slots=True)
class Trouble:
    """What will go wrong in one stretch of work, if it gets so far."""

    rules: list[tuple[str, FaultRule]] = field(default_factory=list)
    processes: list[Mishaps] = field(default_factory=list)
    """What happens to each worker process in turn."""
    refusals: int = 0
    """So many writes find no connection."""
    lost_rings: int = 0
    edits_before_write: list[int] = field(default_factory=list)
    edits_before_answer: list[int] = field(default_factory=list)
    """Before the so-manieth write (answer) somebody edits there (here)."""
    edits_before_commit: list[int] = field(default_factory=list)
    revoked_before: list[tuple[str, int]] = field(default_factory=list)
    """Before the so-manieth read or write Intuit takes the connection away."""
    forgets: bool = False
    has_rival: bool = False

    @property
    def process(self) -> Mishaps:
        """What happens to the first process."""
        if not self.processes:
            self.processes.append(Mishaps())
        return self.processes[0]

    def strikes(self) -> Counter[str]:
        """Count the rules that have fired; lost answers are counted where they get lost."""
        fired: Counter[str] = Counter()
        for name, rule in self.rules:
            if name not in ("F2", "F4"):
                fired[name] += rule.fired
        return +fired


def draw_kinds(chance: random.Random) -> frozenset[str]:
    """Draw the kinds of faults that a history may meet.

    What lands late at a QuickBooks that forgets can't be told from a new request, what is refused once must
    not land late, and what a process sends that stood still lands late, too: these don't mix.
    """
    kinds = {name for name in FAULTS if chance.random() < 0.4}
    late = [name for name in ("F7", "F14") if name in kinds]
    if late and chance.random() < 0.6:
        return frozenset(kinds - {"F10", "F18"})
    return frozenset(kinds - {"F7", "F14"})


def draw(chance: random.Random, kinds: frozenset[str]) -> Trouble:
    """Draw what goes wrong in one stretch of work, of these kinds."""
    trouble = Trouble()
    for name in sorted(kinds & _DRAW.keys()):
        if chance.random() < 0.45:
            _DRAW[name](chance, trouble)
    trouble.has_rival = chance.random() < 0.3
    return trouble


def _request(name: str, action: str, *, reads: bool):  # type: ignore[no-untyped-def]
    def add(chance: random.Random, trouble: Trouble) -> None:
        kinds = (*_WRITES, *_WRITES, *_WRITES, *_READS) if reads else _WRITES
        rule = FaultRule(
            action=action,  # type: ignore[arg-type]
            kind=chance.choice(kinds),
            after=chance.choice((0, 0, 0, 1, 2)),
            times=chance.choice((1, 1, 1, 2)),
            status=chance.choice(_STATUSES),
            body=chance.choice(_BODIES),  # type: ignore[arg-type]
        )
        trouble.rules.append((name, rule))

    return add


def _never_arrives(chance: random.Random, trouble: Trouble) -> None:
    draw_of = chance.random()
    if draw_of < 0.3:
        trouble.refusals = chance.choice((1, 1, 2))
    elif draw_of < 0.4:
        outage = FaultRule(action="drop_before", after=chance.randrange(2, 12), times=None)
        trouble.rules.append(("F1", outage))
    else:
        _request("F1", "drop_before", reads=True)(chance, trouble)


def _item(chance: random.Random, trouble: Trouble) -> None:
    action = chance.choice(("fault", "fault", "drop_before", "drop_after", "status_after"))
    rule = FaultRule(
        action=action,  # type: ignore[arg-type]
        kind="item",
        after=chance.choice((0, 1, 1, 2)),
        code=chance.choice(_ITEM_FAULTS),
        status=chance.choice(_STATUSES),
    )
    trouble.rules.append(("F10", rule))


def _refuse_token(chance: random.Random, trouble: Trouble) -> None:
    if chance.random() < 0.25:
        trouble.revoked_before.append((chance.choice(("read", "write")), chance.choice((0, 0, 1))))
        return
    rule = FaultRule(
        action="fault", kind=chance.choice((*_WRITES, *_READS)), code="3200", after=chance.choice((0, 0, 1))
    )
    trouble.rules.append(("F6", rule))


def _slow(chance: random.Random, trouble: Trouble) -> None:
    rule = FaultRule(action="delay", kind=chance.choice((*_WRITES, "cdc")), seconds=chance.uniform(4, 40))
    trouble.rules.append(("slow", rule))


def _apply_late(chance: random.Random, trouble: Trouble) -> None:
    rule = FaultRule(action="late_apply", kind=chance.choice(_WRITES), seconds=chance.uniform(2, 60))
    trouble.rules.append(("F7", rule))


def _edit(chance: random.Random, trouble: Trouble) -> None:
    draw_of = chance.random()
    if draw_of < 0.5:
        trouble.edits_before_write = sorted(chance.choices(range(3), k=chance.choice((1, 1, 2))))
    elif draw_of < 0.8:
        trouble.edits_before_answer = [chance.choice((0, 0, 1))]
    else:
        trouble.edits_before_commit = [chance.randrange(3, 14)]


def _mangle(chance: random.Random, trouble: Trouble) -> None:
    trouble.process.mangle = (chance.choice((1, 1, 2, 3, 4, 6)), chance.choice(HOWS))


def _kill(chance: random.Random, trouble: Trouble) -> None:
    trouble.process.kill_at = chance.randrange(2, 46)
    while chance.random() < 0.3:
        trouble.processes.append(Mishaps(kill_at=chance.randrange(2, 46)))


def _freeze(chance: random.Random, trouble: Trouble) -> None:
    seconds = chance.choice((4.0, _LEASE + 5, _LEASE + 20, 120.0, 600.0))
    trouble.process.freeze_at = (chance.randrange(2, 40), seconds)


def _stop(chance: random.Random, trouble: Trouble) -> None:
    trouble.process.stop_at = chance.randrange(3, 30)


def _lose_rings(chance: random.Random, trouble: Trouble) -> None:
    trouble.lost_rings = chance.choice((1, 1, 2))


def _break_database(chance: random.Random, trouble: Trouble) -> None:
    trouble.process.lose_commit = (chance.randrange(1, 16), chance.random() < 0.5)


def _wrong_clock(chance: random.Random, trouble: Trouble) -> None:
    if chance.random() < 0.5:
        trouble.process.skew = chance.choice((-90.0, 90.0))
    else:
        trouble.process.jump_at = (chance.randrange(2, 30), chance.choice((-_HOUR, _HOUR)))


def _forget(chance: random.Random, trouble: Trouble) -> None:
    """Forgetting matters where an answer got lost."""
    trouble.forgets = True
    action, name = chance.choice((("drop_after", "F2"), ("status_after", "F4")))
    _request(name, action, reads=False)(chance, trouble)


_DRAW = {
    "F1": _never_arrives,
    "F2": _request("F2", "drop_after", reads=False),
    "F3": _request("F3", "status_before", reads=True),
    "F4": _request("F4", "status_after", reads=False),
    "F5": _request("F5", "throttle", reads=True),
    "F6": _refuse_token,
    "F7": _apply_late,
    "F8": _edit,
    "F9": _mangle,
    "F10": _item,
    "F13": _kill,
    "F14": _freeze,
    "F15": _lose_rings,
    "F16": _break_database,
    "F17": _wrong_clock,
    "F18": _forget,
    "slow": _slow,
    "stop": _stop,
}
