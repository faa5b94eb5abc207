"""What decides a history: its seed, and what was taken out of it or put into it by hand."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from service.sandbox import Knobs


@dataclass(frozen=True, kw_only=True)
class Script:
    """A seed with its changes; equal scripts make equal histories, byte for byte."""

    seed: int
    faults: frozenset[str] | None = None
    """Only these kinds of faults; None draws them."""
    only: frozenset[int] | None = None
    """Only these events; None plays all."""
    companies: int | None = None
    events: tuple[int, int] = (10, 60)
    """How many there are, at least and at most."""
    kills: tuple[tuple[int, int], ...] = ()
    """(process, step): where which of the processes dies, by hand."""
    lost_rings: frozenset[int] = frozenset()
    """Which rings, counted from 0, are lost by hand."""
    order: int = 0
    """Another order of everything whose order means nothing; 0 is the plain one."""
    may_double: bool = False
    """Whether QuickBooks behaves so that no sender can prevent doubles: then each has to be named."""
    knobs: dict[str, str] = field(default_factory=dict)
    """Positions of QuickBooks' knobs for the whole history; durations in seconds."""

    def __hash__(self) -> int:
        return hash((self.seed, self.faults, self.only, self.kills, self.lost_rings, self.order))

    @property
    def ordering(self) -> random.Random:
        """What decides the order of everything whose order means nothing."""
        return random.Random(f"{self.seed} order {self.order}")

    def as_options(self) -> str:
        """Return the options that play the same once more."""
        words = [f"--replay {self.seed}"]
        if self.faults is not None:
            words.append(f"--faults {','.join(sorted(self.faults)) or 'none'}")
        if self.only is not None:
            words.append(f"--only={','.join(map(str, sorted(self.only))) or 'none'}")
        if self.companies is not None:
            words.append(f"--companies {self.companies}")
        if self.events != Script.events:
            words.append(f"--events {self.events[0]}:{self.events[1]}")
        words += [f"--kill {process}:{step}" for process, step in self.kills]
        words += [f"--lose-ring {each}" for each in sorted(self.lost_rings)]
        if self.order:
            words.append(f"--order {self.order}")
        if self.may_double:
            words.append("--may-double")
        words += [f"--knob {name}={value}" for name, value in self.knobs.items()]
        return " ".join(words)

    def make_knobs(self) -> Knobs:
        """Return QuickBooks' habits in this history."""
        knobs = Knobs(webhook_timers=False, refresh_grace=dt.timedelta(hours=24))
        for name, value in self.knobs.items():
            setattr(knobs, name, _KNOBS[name](value))
        return knobs


def _seconds(value: str) -> dt.timedelta | None:
    return None if value == "forever" else dt.timedelta(seconds=float(value))


_KNOBS: dict[str, Callable[[str], object]] = {"requestid_ttl": _seconds}
