"""A clock that stands still until somebody sleeps on it."""

import asyncio
import datetime as dt

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


class FixedClock:
    """Time moves only by `sleep` and `advance`; nobody waits for real."""

    def __init__(self, start: dt.datetime = START) -> None:
        self.instant = start

    def now(self) -> dt.datetime:
        """Return the present instant."""
        return self.instant

    def advance(self, seconds: float) -> None:
        """Move time on."""
        self.instant += dt.timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Move time on and let others run."""
        self.advance(seconds)
        await asyncio.sleep(0)
