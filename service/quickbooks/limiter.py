"""A realm's turnstile: requests wait here, through the injected clock, until the throttle lets them go.

One limiter in one process per realm: only the holder of the company's lease calls the realm.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from service.core.clock import Clock
from service.core.throttle import Throttle

SLICE_SECONDS = 1.0
"""The longest single sleep: a longer pause is noticed, and heartbeats get their turn in between."""


class Limiter:
    """Admits requests to one realm in the order in which they asked, batches apart from the rest."""

    def __init__(
        self, clock: Clock, throttle: Throttle | None = None, *, slice_seconds: float = SLICE_SECONDS
    ) -> None:
        self._clock = clock
        self._throttle = throttle or Throttle()
        self._slice = slice_seconds
        # A batch that waits for its minute must not hold up a read behind it.
        self._turns = {False: asyncio.Lock(), True: asyncio.Lock()}
        self._ended = asyncio.Event()

    @property
    def paused_until(self) -> datetime | None:
        """The instant before which the realm is left alone, to be stored with the connection."""
        return self._throttle.paused_until

    def pause_until(self, instant: datetime) -> None:
        """Leave the realm alone until an instant; a pause is never shortened."""
        self._throttle.follow(self._clock.now())
        self._throttle.pause_until(instant)

    def pause_left(self) -> float:
        """Return the seconds for which the realm is still left alone, 0.0 without a pause."""
        now = self._clock.now()
        self._throttle.follow(now)
        until = self._throttle.paused_until
        return max(0.0, (until - now).total_seconds()) if until is not None else 0.0

    @asynccontextmanager
    async def request(self, *, batch: bool = False) -> AsyncIterator[None]:
        """Wait for a place, hold it for one request, give it back however the request ends."""
        async with self._turns[batch]:
            await self._admit(batch=batch)
        try:
            yield
        finally:
            self._throttle.finish()
            self._ended.set()

    async def _admit(self, *, batch: bool) -> None:
        while (seconds := self._throttle.wait(now := self._clock.now(), batch=batch)) > 0:
            if math.isinf(seconds):
                self._ended.clear()
                await self._ended.wait()
            else:
                await self._clock.sleep(min(seconds, self._slice))
        # No await between the last look and this: nobody else can take the place. And the same instant: a
        # clock that is set back in between would make it a start before its time.
        self._throttle.start(now, batch=batch)
