"""The one way to know or to pass time: everything that waits or stamps receives a clock."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time as its receiver sees it: the wall clock in production, virtual time in tests."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return once that many seconds have passed."""
        ...
