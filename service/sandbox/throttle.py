"""QuickBooks' limits per company: 10 a second, 500 a minute, 10 at once, 40 batches a minute."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from service.sandbox.knobs import Knobs

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Throttle:
    """Counts requests in sliding windows; refused ones count for nothing."""

    def __init__(self, now: Callable[[], datetime], knobs: Knobs) -> None:
        self._now = now
        self._knobs = knobs
        self._requests: dict[str, deque[datetime]] = {}
        self._batches: dict[str, deque[datetime]] = {}
        self._running: dict[str, int] = {}

    def enter(self, realm_id: str, *, batch: bool) -> bool:
        """Let a request in, or answer False; each that was let in must `leave`."""
        if not self._allows(realm_id, batch=batch):
            return False
        self._running[realm_id] = self._running.get(realm_id, 0) + 1
        return True

    def leave(self, realm_id: str) -> None:
        """Note that a request has been answered."""
        self._running[realm_id] -= 1

    def _allows(self, realm_id: str, *, batch: bool) -> bool:
        if not self._knobs.throttle:
            return True
        now = self._now()
        requests = _within(self._requests.setdefault(realm_id, deque()), now - MINUTE)
        batches = _within(self._batches.setdefault(realm_id, deque()), now - MINUTE)
        last_second = sum(1 for at in reversed(requests) if at > now - SECOND)
        if (
            len(requests) >= self._knobs.per_minute
            or last_second >= self._knobs.per_second
            or self._running.get(realm_id, 0) >= self._knobs.concurrent
            or (batch and len(batches) >= self._knobs.batches_per_minute)
        ):
            return False
        requests.append(now)
        if batch:
            batches.append(now)
        return True


def _within(times: deque[datetime], since: datetime) -> deque[datetime]:
    while times and times[0] <= since:
        times.popleft()
    return times
