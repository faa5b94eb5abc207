"""The same history in other orders of webhooks, pages, change lists and batch answers: one final state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from tests.simulation.history import Result
from tests.simulation.runner import in_processes, play_script
from tests.simulation.script import Script

ORDERS = 10
NO_FAULTS: frozenset[str] = frozenset()


@dataclass(slots=True)
class OrderReport:
    """How many histories came to one state, and which did not."""

    histories: int = 0
    runs: int = 0
    differing: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the figure."""
        same = self.histories - len(self.differing)
        return f"orders: {self.runs} runs; {same} of {self.histories} histories have one final state"


def play_orders(script: Script) -> Result:
    """Play a history in all orders; what differs is a violation."""
    first = play_script(script)
    for order in range(1, ORDERS):
        other = play_script(replace(script, order=order))
        if other.violations:
            first.violations += other.violations
        if other.final != first.final:
            moved = sorted(set(other.final.split("\n")) ^ set(first.final.split("\n")))
            first.violations.append(("I8", f"order {order} ends otherwise: {moved[:4]}"))
    first.lines = []
    first.steps = []
    return first


def compare_orders(
    seeds: Iterable[int], *, processes: int | None = None, tell: Callable[[Result], None] = lambda _: None
) -> OrderReport:
    """Play histories without faults in ten orders each."""
    report = OrderReport()
    scripts = [Script(seed=seed, faults=NO_FAULTS, events=(10, 30)) for seed in seeds]
    for result in in_processes(scripts, processes=processes, work=play_orders):
        report.histories += 1
        report.runs += ORDERS
        tell(result)
        if result.violations:
            words = f"{result.script.as_options()}: {result.violations[0][0]}: {result.violations[0][1]}"
            report.differing.append(words)
    return report
