"""How long a request to one realm has to wait, so that QuickBooks' limits are never passed.

Each limit is a sliding window over the instants of what was sent: in any stretch of a window's length no more
are sent than its limit allows, and what a window has left may go in a burst. No clock: `now` is handed in.
"""

import math
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be sent to one realm."""

    per_second: int
    per_minute: int
    concurrent: int
    batches_per_minute: int


PUBLISHED = Limits(per_second=10, per_minute=500, concurrent=10, batches_per_minute=40)
"""Intuit's published limits for one realm and app."""

WITH_HEADROOM = Limits(per_second=8, per_minute=480, concurrent=8, batches_per_minute=38)
"""A little less: requests reach QuickBooks closer together than they left when the network holds one up."""


class _Window:
    """The instants of the last sends, of which at most `limit` may lie within any `length`."""

    def __init__(self, limit: int, length: timedelta) -> None:
        self._limit = limit
        self._length = length
        self._sent: deque[datetime] = deque(maxlen=limit)

    def opens_at(self) -> datetime:
        """Return the earliest instant of the next send."""
        if len(self._sent) < self._limit:
            return _LONG_AGO
        # One microsecond more: both ends of a closed stretch of that length would count otherwise.
        return self._sent[0] + self._length + timedelta(microseconds=1)

    def record(self, now: datetime) -> None:
        self._sent.append(now)

    def forget_the_future(self, now: datetime) -> None:
        """Nothing was sent later than now."""
        self._sent = deque((min(at, now) for at in self._sent), maxlen=self._limit)


class Throttle:
    """What was sent to one realm lately, and how long the next request has to wait."""

    def __init__(self, limits: Limits = WITH_HEADROOM, *, paused_until: datetime | None = None) -> None:
        self._second = _Window(limits.per_second, SECOND)
        self._minute = _Window(limits.per_minute, MINUTE)
        self._batches = _Window(limits.batches_per_minute, MINUTE)
        self._places = limits.concurrent
        self._in_flight = 0
        self._paused_until = paused_until
        self._latest = _LONG_AGO

    @property
    def paused_until(self) -> datetime | None:
        """The instant before which nothing is sent, as the last 429 asked."""
        return self._paused_until

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return self._in_flight

    def wait(self, now: datetime, *, batch: bool = False) -> float:
        """Return the seconds until a request may start, 0.0 for at once.

        Infinite while every place is taken: ask again when a request has ended.
        """
        if self._in_flight >= self._places:
            return math.inf
        self.follow(now)
        windows = self._windows(batch=batch)
        free_at = max(window.opens_at() for window in windows)
        if self._paused_until is not None:
            free_at = max(free_at, self._paused_until)
        return max(0.0, (free_at - now).total_seconds()) if free_at > now else 0.0

    def follow(self, now: datetime) -> None:
        """Survive a clock that was set back: windows and a pause keep their lengths, not their ends."""
        if now < self._latest:
            for window in (self._second, self._minute, self._batches):
                window.forget_the_future(now)
            if self._paused_until is not None:
                self._paused_until -= self._latest - now
        self._latest = now

    def start(self, now: datetime, *, batch: bool = False) -> None:
        """Record a request that goes out now.

        Raises:
            ValueError: it should have waited.
        """
        if self.wait(now, batch=batch) > 0:
            raise ValueError("a request started before its time")
        for window in self._windows(batch=batch):
            window.record(now)
        self._in_flight += 1

    def finish(self) -> None:
        """Record that a request has ended, however it ended."""
        self._in_flight -= 1

    def pause_until(self, instant: datetime) -> None:
        """Send nothing before an instant; a pause is never shortened."""
        if self._paused_until is None or instant > self._paused_until:
            self._paused_until = instant

    def _windows(self, *, batch: bool) -> tuple[_Window, ...]:
        return (self._second, self._minute, self._batches) if batch else (self._second, self._minute)
