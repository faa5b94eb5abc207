"""Virtual time: an event loop that leaps to its next timer instead of waiting for it.

Nothing outside the process is ever waited for, so a run is a function of what it was given. A loop that has
neither something to do nor a timer would hang for ever: it raises instead.
"""

import asyncio
import datetime as dt
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
T = TypeVar("T")


class NothingWillHappenError(Exception):
    """Everybody waits for somebody else."""


class _Leaping(selectors.DefaultSelector):
    """A selector that lets virtual time pass where a real one would sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise NothingWillHappenError
        self.seconds += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self._leaping.seconds


class VirtualClock:
    """The clock of a virtual loop, from a fixed start on."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    @property
    def seconds(self) -> float:
        """How much virtual time has passed."""
        return self._loop.time()

    def now(self) -> dt.datetime:
        """Return the present virtual instant."""
        return START + dt.timedelta(seconds=self._loop.time())

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)


def run_virtually(loop: VirtualLoop, story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on this loop, and end whatever it left behind."""
    try:
        return loop.run_until_complete(story)
    finally:
        loop.run_until_complete(end_others())
        loop.close()


async def end_others() -> None:
    """Cancel every task but the present one, and see them end."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
