"""A QuickBooks that forgets request ids: what may never be doubled, and what has to be named if it is.

With answers lost, workers dead and outages in between. Where QuickBooks remembers for a day or for ever, and
where it remembers nothing but applies nothing late, nothing is doubled. Where it remembers nothing and a
request lands after it was sent again, no sender can prevent the double: each must be named at the next sync.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.simulation.history import Result
from tests.simulation.runner import in_processes
from tests.simulation.script import Script

_LOST = frozenset({"F1", "F2", "F4", "F11", "F13", "F18"})
_LATE = _LOST | {"F7"}


@dataclass(frozen=True, slots=True)
class Memory:
    """How long QuickBooks remembers request ids, and what goes wrong meanwhile."""

    words: str
    seconds: str
    faults: frozenset[str]
    may_double: bool = False


MEMORIES = {
    "forever": Memory("for ever, with late application", "forever", _LATE - {"F18"}),
    "day": Memory("24 hours, with late application", "86400", _LATE - {"F18"}),
    "none": Memory("not at all, nothing lands late", "0", _LOST),
    "none-late": Memory("not at all, and requests land late", "0", _LATE, may_double=True),
}


@dataclass(slots=True)
class MemoryReport:
    """What came of the histories of one memory."""

    memory: Memory
    histories: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    doubled: int = 0
    named: int = 0
    failed: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the figures."""
        faults = ", ".join(f"{name} {self.struck[name]}" for name in ("F1", "F2", "F4", "F7", "F13"))
        words = f"remembers {self.memory.words}: {self.histories} histories ({faults})"
        if self.memory.may_double:
            return f"{words}: {self.doubled} doubled, {self.named} of {self.doubled} named at the next sync"
        return f"{words}: {self.doubled} doubled"

    @property
    def is_good(self) -> bool:
        """Say whether nothing was doubled that could be prevented, and all else was named."""
        if self.memory.may_double:
            return not self.failed and self.doubled > 0 and self.doubled == self.named
        return not self.failed and not self.doubled


def play_memory(
    name: str,
    seeds: Iterable[int],
    *,
    processes: int | None = None,
    tell: Callable[[Result], None] = lambda _: None,
) -> MemoryReport:
    """Play histories with a QuickBooks of this memory."""
    memory = MEMORIES[name]
    report = MemoryReport(memory)
    scripts = [
        Script(
            seed=seed,
            faults=memory.faults,
            knobs={"requestid_ttl": memory.seconds},
            may_double=memory.may_double,
        )
        for seed in seeds
    ]
    for result in in_processes(scripts, processes=processes):
        report.histories += 1
        report.struck += result.struck
        report.doubled += result.doubled
        report.named += result.named
        if result.violations:
            options, (invariant, words) = result.script.as_options(), result.violations[0]
            report.failed.append(f"{invariant}: {words}\n    python -m tests.simulation {options}")
        tell(result)
    return report
