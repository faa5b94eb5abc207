"""What decides a history: its seed, and what was taken out of it or put into it by hand."""

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
    order: int = 0
    """Another order of everything whose order means nothing; 0 is the plain one."""
    knobs: dict[str, object] = field(default_factory=dict)
    """Positions of QuickBooks' knobs, for the whole history."""

    def __hash__(self) -> int:
        return hash((self.seed, self.faults, self.only, self.kills, self.order))

    def as_options(self) -> str:
        """Return the options that play the same once more."""
        words = [f"--replay {self.seed}"]
        if self.faults is not None:
            words.append(f"--faults {','.join(sorted(self.faults)) or 'none'}")
        if self.only is not None:
            words.append(f"--only {','.join(map(str, sorted(self.only))) or 'none'}")
        if self.companies is not None:
            words.append(f"--companies {self.companies}")
        words += [f"--kill {process}:{step}" for process, step in self.kills]
        return " ".join(words)

    def make_knobs(self) -> Knobs:
        """Return QuickBooks' habits in this history."""
        return Knobs(webhook_timers=False, **self.knobs)  # type: ignore[arg-type]
