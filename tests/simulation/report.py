"""What a run of many histories came to: the table, and what it must not lack."""

import sys
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.ending import MOST_SYNCS_TO_AGREE
from tests.simulation.faults import FAULTS
from tests.simulation.history import Result

OUTCOMES = (
    *("created_in_platform", "updated_in_platform", "archived_in_platform"),
    *("created_in_quickbooks", "updated_in_quickbooks", "removed_in_quickbooks"),
    *("skipped", "held", "failed", "conflict"),
)
FULL_RUN, LEAST = 200, 10
"""In so many histories each fault and each outcome must be seen so often."""
MOST_SHOWN = 20
_NAMES = {
    "duplicates": ("I1",),
    "lost": ("I2",),
    "lost edits": ("I3",),
    "invented": ("I4",),
    "other violations": (
        "I5",
        "I6",
        "I7",
        "I9",
        "I10",
        "I11",
        "I12",
        "I13",
        "I14",
        "I15",
        "M2",
        "feed",
        "preview",
        "ends",
        "takeover",
    ),
}


@dataclass(slots=True)
class Report:
    """Adds results up."""

    histories: int = 0
    syncs: int = 0
    events: int = 0
    seconds: float = 0.0
    worst: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failed: list[Result] = field(default_factory=list)
    compared: int = 0
    equal: int = 0

    def add(self, result: Result) -> None:
        """Add one history."""
        self.histories += 1
        self.syncs += result.syncs
        self.events += result.events
        self.worst = max(self.worst, result.syncs_to_agree)
        self.struck += result.struck
        self.outcomes += result.outcomes
        self.broken.update({invariant for invariant, _ in result.violations})
        if result.violations:
            self.failed.append(result)

    @property
    def least(self) -> int:
        """How often each fault and each outcome has to be seen in a run of this size."""
        return LEAST * self.histories // FULL_RUN

    def unseen(self) -> list[str]:
        """Name what was seen too rarely to prove anything."""
        seen = [(name, self.struck[name]) for name in FAULTS] + [
            (each, self.outcomes[each]) for each in OUTCOMES
        ]
        return [f"{name} ({number})" for name, number in seen if number < self.least]

    @property
    def is_good(self) -> bool:
        """Say whether nothing went wrong and everything was seen."""
        return not self.failed and not self.unseen() and self.compared == self.equal

    def lines(self) -> list[str]:
        """Return the table."""
        rate = self.histories / self.seconds if self.seconds else 0.0
        rows = [
            ("histories", f"{self.histories} ({self.events} events, {self.syncs} syncs), {rate:.1f}/s"),
            ("faults fired", _counts(self.struck, FAULTS)),
            ("outcomes seen", _counts(self.outcomes, OUTCOMES)),
        ]
        rows += [(name, str(sum(self.broken[each] for each in each_of))) for name, each_of in _NAMES.items()]
        rows.append(("syncs to agree, worst", f"{self.worst} (allowed {MOST_SYNCS_TO_AGREE})"))
        rows.append(("traces re-run equal", f"{self.equal} of {self.compared}"))
        return [f"{name:<22} {value}" for name, value in rows]

    def failures(self, command: str) -> list[str]:
        """Return what went wrong, each with the command that replays it."""
        found = []
        for result in sorted(self.failed, key=lambda each: each.script.seed)[:MOST_SHOWN]:
            invariant, words = result.violations[0]
            more = f" (and {len(result.violations) - 1} more)" if len(result.violations) > 1 else ""
            found.append(f"seed {result.script.seed}: {invariant}: {words}{more}")
            found.append(f"    {command} --replay {result.script.seed}")
        if len(self.failed) > MOST_SHOWN:
            found.append(f"and {len(self.failed) - MOST_SHOWN} more")
        if self.compared != self.equal:
            found.append(f"{self.compared - self.equal} histories did not repeat themselves")
        if unseen := self.unseen():
            found.append(f"seen fewer than {self.least} times: {', '.join(unseen)}")
        return found


def _counts(counter: Counter[str], names: object) -> str:
    return ", ".join(f"{name} {counter[name]}" for name in names)  # type: ignore[attr-defined]


class Progress:
    """A line that moves on a terminal; elsewhere a plain one now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._bad = 0

    def step(self, result: Result) -> None:
        """Count one history."""
        self._done += 1
        self._bad += bool(result.violations)
        if sys.stdout.isatty():
            sys.stdout.write(f"\r{self._done} of {self._total} histories, {self._bad} failed")
            if self._done == self._total:
                sys.stdout.write("\n")
            sys.stdout.flush()
        elif self._done % max(1, self._total // 4) == 0:
            sys.stdout.write(f"{self._done} of {self._total} histories, {self._bad} failed\n")
            sys.stdout.flush()
