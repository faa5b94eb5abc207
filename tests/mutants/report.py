"""What a run came to: a score for each module, and the survivors that nobody has explained."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.mutants.mutations import Mutation
from tests.mutants.planting import Fate, Outcome
from tests.mutants.survivors import Key, Survivor
from tests.mutants.targets import Target


@dataclass
class Report:
    """The outcomes of one module's mutants against the list of survivors."""

    target: Target
    listed: dict[Key, Survivor]
    last: dict[Mutation, Outcome] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Take what became of mutants in one more stage."""
        for each in outcomes:
            self.last[each.mutation] = each
            self.seconds += each.seconds

    @property
    def outcomes(self) -> list[Outcome]:
        """List what became of each mutant in the end."""
        return list(self.last.values())

    @property
    def killed(self) -> int:
        """Count the mutants that a test noticed; those that never ended are noticed too."""
        return sum(not each.survived for each in self.outcomes)

    @property
    def score(self) -> float:
        """Return the share of all mutants that were noticed, listed survivors being none of them."""
        return self.killed / len(self.outcomes) if self.outcomes else 1.0

    @property
    def unlisted(self) -> list[Mutation]:
        """List the survivors that have no reason."""
        return [
            each.mutation for each in self.outcomes if each.survived and each.mutation.key not in self.listed
        ]

    @property
    def noticed(self) -> list[Survivor]:
        """List the expected survivors that a test notices after all."""
        dead = {each.mutation.key for each in self.outcomes if not each.survived}
        return [entry for key, entry in self.listed.items() if key in dead]

    @property
    def is_explained(self) -> bool:
        """Say whether every survivor is listed and every listed one alive."""
        return not self.unlisted and not self.noticed

    @property
    def is_enough(self) -> bool:
        """Say whether the score is as high as it has to be."""
        return self.score >= self.target.at_least

    def counts(self) -> dict[Fate, int]:
        """Count the mutants by fate."""
        return {fate: sum(each.fate is fate for each in self.outcomes) for fate in Fate}


def vanished(listed: Iterable[Survivor], mutations: Iterable[Mutation]) -> list[Survivor]:
    """Return the listed survivors that can't be planted any more: their line has changed."""
    present = {each.key for each in mutations}
    return [each for each in listed if each.key not in present]


def lines_of(reports: Sequence[Report]) -> list[str]:
    """Write the scores, one line per module."""
    return [_line_of(each) for each in reports]


def _line_of(report: Report) -> str:
    counts = report.counts()
    late = f", {counts[Fate.TIMED_OUT]} of them by never ending" if counts[Fate.TIMED_OUT] else ""
    return (
        f"{report.target.name:<8} {report.score:7.1%}  {report.killed} of {len(report.outcomes)} mutants "
        f"noticed{late}; {counts[Fate.SURVIVED]} alive, {len(report.unlisted)} of them without a reason; "
        f"{report.seconds:.0f} s"
    )
