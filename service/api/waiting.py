"""Long polling: look again, ever more slowly, until there is something or the time is up."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.core.clock import Clock

Found = TypeVar("Found")
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 1.0


async def poll(
    clock: Clock,
    seconds: float,
    look: Callable[[], Awaitable[Found]],
    *,
    until: Callable[[Found], bool],
) -> Found:
    """Return what was found first, or what there is when the seconds have passed."""
    deadline = clock.now() + dt.timedelta(seconds=seconds)
    pause = FIRST_PAUSE
    while True:
        found = await look()
        left = (deadline - clock.now()).total_seconds()
        if left <= 0 or until(found):
            return found
        await clock.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)
