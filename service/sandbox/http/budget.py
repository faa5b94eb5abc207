"""The month's budget of metered reads, over all companies of the application (QBO documented)."""

from collections.abc import Callable
from datetime import datetime

from service.sandbox.knobs import Knobs


class Budget:
    """Counts metered reads by calendar month."""

    def __init__(self, now: Callable[[], datetime], knobs: Knobs) -> None:
        self._now = now
        self._knobs = knobs
        self._used: dict[tuple[int, int], int] = {}

    def is_spent(self) -> bool:
        """Say whether this month's reads are used up."""
        limit = self._knobs.monthly_reads
        return limit is not None and self._used.get(self._month(), 0) >= limit

    def spend(self, reads: int) -> None:
        """Count reads that succeeded."""
        month = self._month()
        self._used[month] = self._used.get(month, 0) + reads

    def _month(self) -> tuple[int, int]:
        now = self._now()
        return now.year, now.month
