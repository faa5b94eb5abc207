"""QuickBooks' limits per company: 10 a second, 500 a minute, 10 at once, 40 batches a minute, and others."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from service.sandbox.knobs import Knobs

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
UNHURRIED = 0.2
SPACING = timedelta(milliseconds=130)
"""After this share of a minute's requests a lone client is held so far apart that it never uses them up."""
ALL = "all"


class Throttle:
    """Counts requests in sliding windows; refused ones count for nothing."""

    def __init__(self, now: Callable[[], datetime], knobs: Knobs) -> None:
        self._now = now
        self._knobs = knobs
        self._times: dict[tuple[str, str], deque[datetime]] = {}
        self._running: dict[str, int] = {}

    def enter(self, realm_id: str, kind: str, *, weight: int = 1) -> bool:
        """Let a request in, or answer False; who was let in must `leave`. `weight` counts by the minute."""
        if self._knobs.throttle and not self._allows(realm_id, kind, weight):
            return False
        self._running[realm_id] = self._running.get(realm_id, 0) + 1
        return True

    def lone_wait(self, realm_id: str) -> timedelta:
        """Answer how long to hold a client that asks for one thing at a time, in place of the network.

        Over the network nobody reaches the limits by waiting for each answer; here one takes a millisecond.
        """
        now = self._now()
        everything = self._window(realm_id, ALL, now - MINUTE)
        if not self._knobs.throttle or self._running.get(realm_id, 0):
            return timedelta(0)
        waits = [timedelta(0)]
        if 0 < self._knobs.per_second <= len(everything):
            waits.append(everything[-self._knobs.per_second] + SECOND - now)
        if everything and len(everything) >= self._knobs.per_minute * UNHURRIED:
            waits.append(everything[-1] + SPACING - now)
        return max(waits)

    def leave(self, realm_id: str) -> None:
        """Note that a request has been answered."""
        self._running[realm_id] -= 1

    def _allows(self, realm_id: str, kind: str, weight: int) -> bool:
        now = self._now()
        everything = self._window(realm_id, ALL, now - MINUTE)
        last_second = sum(1 for at in reversed(everything) if at > now - SECOND)
        limits = dict(self._limits())
        own = self._window(realm_id, kind, now - limits[kind][1]) if kind in limits else None
        if (
            len(everything) + weight > self._knobs.per_minute
            or last_second >= self._knobs.per_second
            or self._running.get(realm_id, 0) >= self._knobs.concurrent
            or (own is not None and len(own) >= limits[kind][0])
        ):
            return False
        everything.extend([now - SECOND] * (weight - 1) + [now])
        if own is not None:
            own.append(now)
        return True

    def _limits(self) -> Iterator[tuple[str, tuple[int, timedelta]]]:
        """Answer the kinds that have a limit of their own, and over which time."""
        yield "batch", (self._knobs.batches_per_minute, MINUTE)
        yield "report", (self._knobs.reports_per_minute, MINUTE)
        yield "send", (self._knobs.emails_per_day, DAY)

    def _window(self, realm_id: str, kind: str, since: datetime) -> deque[datetime]:
        times = self._times.setdefault((realm_id, kind), deque())
        while times and times[0] <= since:
            times.popleft()
        return times
