"""The faults that a sync can meet, and how often each has struck.

Names follow the catalogue: F1 never arrives, F2 applied and the answer lost, F3 a 5xx before, F4 after it was
applied, F5 throttled, F7 lands late, F8 an edit in between, F10 one item of a batch, F11 reads lag behind
writes, F13 the worker dies, F18 QuickBooks forgets request ids.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from service.sandbox import FaultRule

FAULTS: dict[str, str] = {
    "F1": "the request never arrives",
    "F2": "applied, the answer is lost",
    "F3": "5xx before it is applied",
    "F4": "5xx after it is applied",
    "F5": "throttled (429)",
    "F7": "applied after it was given up",
    "F8q": "edited in QuickBooks between read and write",
    "F8p": "edited here between decision and answer",
    "F10": "one item of a batch fails",
    "F11": "reads lag behind writes",
    "F13": "the worker dies",
    "F18": "QuickBooks forgets request ids",
    "slow": "a slow answer",
    "stop": "the worker is asked to stop",
}
_ITEM_FAULTS = ("6000", "5010", "10000", "6240")
_STATUSES = (500, 502, 503, 504)
_BODIES = ("json", "html", "xml")
_WRITES = ("write", "batch")
_READS = ("query", "cdc", "read", "companyinfo", "preferences")


@dataclass(slots=True)
class Trouble:
    """What will go wrong in one sync, if it gets so far."""

    rules: list[tuple[str, FaultRule]] = field(default_factory=list)
    refusals: int = 0
    """So many writes find no connection."""
    kill_at: list[int] = field(default_factory=list)
    """The step at which each worker in turn dies."""
    stop_at: int | None = None
    """The step after which the first worker is asked to stop."""
    edits_before_write: list[int] = field(default_factory=list)
    edits_before_answer: list[int] = field(default_factory=list)
    """Before the so-manieth write (answer) somebody edits there (here)."""
    edits_before_commit: list[int] = field(default_factory=list)
    forgets: bool = False
    has_rival: bool = False

    @property
    def is_none(self) -> bool:
        """Say whether nothing will go wrong."""
        return not (self.rules or self.refusals or self.kill_at or self.stop_at or self.forgets)

    def strikes(self) -> Counter[str]:
        """Count the rules that have fired; lost answers are counted where they get lost."""
        fired = Counter({name: rule.fired for name, rule in self.rules if name not in ("F2", "F4")})
        return +fired


def draw_kinds(chance: random.Random) -> frozenset[str]:
    """Draw the kinds of faults that a history may meet.

    What lands late at a QuickBooks that forgets can't be told from a new request, and what is refused once
    must not land late: these don't mix.
    """
    kinds = {name for name in FAULTS if chance.random() < 0.45}
    if "F7" in kinds and chance.random() < 0.5:
        return frozenset(kinds - {"F10", "F18"})
    return frozenset(kinds - {"F7"})


def draw(chance: random.Random, kinds: frozenset[str]) -> Trouble:
    """Draw what goes wrong in one sync, of these kinds."""
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
    if chance.random() < 0.3:
        trouble.refusals = chance.choice((1, 1, 2))
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


def _slow(chance: random.Random, trouble: Trouble) -> None:
    rule = FaultRule(action="delay", kind=chance.choice((*_WRITES, "cdc")), seconds=chance.uniform(4, 40))
    trouble.rules.append(("slow", rule))


def _apply_late(chance: random.Random, trouble: Trouble) -> None:
    rule = FaultRule(action="late_apply", kind=chance.choice(_WRITES), seconds=chance.uniform(2, 60))
    trouble.rules.append(("F7", rule))


def _edit_there(chance: random.Random, trouble: Trouble) -> None:
    trouble.edits_before_write = sorted(chance.choices(range(3), k=chance.choice((1, 1, 2))))


def _edit_here(chance: random.Random, trouble: Trouble) -> None:
    if chance.random() < 0.6:
        trouble.edits_before_answer = [chance.choice((0, 0, 1))]
    else:
        trouble.edits_before_commit = [chance.randrange(3, 14)]


def _kill(chance: random.Random, trouble: Trouble) -> None:
    trouble.kill_at = [chance.randrange(2, 46)]
    while chance.random() < 0.3:
        trouble.kill_at.append(chance.randrange(2, 46))


def _stop(chance: random.Random, trouble: Trouble) -> None:
    trouble.stop_at = chance.randrange(3, 30)


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
    "F7": _apply_late,
    "F8q": _edit_there,
    "F8p": _edit_here,
    "F10": _item,
    "F13": _kill,
    "F18": _forget,
    "slow": _slow,
    "stop": _stop,
}
