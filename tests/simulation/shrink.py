"""Makes a failing history short: fewer events, fewer kinds of faults, the same thing gone wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.simulation.history import Result
from tests.simulation.script import Script

MOST_TRIES = 250


def shrink(result: Result, play: Callable[[Script], Result]) -> Result:
    """Return a shorter history that breaks the same invariant, the shortest that some hundred tries find."""
    return _Shrinking(result, play).run()


class _Shrinking:
    def __init__(self, result: Result, play: Callable[[Script], Result]) -> None:
        self._best = result
        self._broken = result.violations[0][0]
        self._play = play
        self._tries = 0

    def run(self) -> Result:
        events = result_events(self._best)
        self._attempt(replace(self._best.script, only=frozenset(events), faults=self._best.faults))
        while self._tries < MOST_TRIES and self._shorten():
            pass
        return self._best

    def _shorten(self) -> bool:
        """Try to leave something out; say whether that came to anything."""
        return any(self._attempt(each) for each in self._shorter())

    def _shorter(self) -> Iterator[Script]:
        script = self._best.script
        events = sorted(script.only or ())
        size = max(1, len(events) // 2)
        while size:
            for at in range(len(events) - 1, -1, -size):
                left_out = set(events[max(0, at - size + 1) : at + 1])
                yield replace(script, only=frozenset(set(events) - left_out))
            size //= 2
        for fault in sorted(script.faults or ()):
            yield replace(script, faults=(script.faults or frozenset()) - {fault})

    def _attempt(self, script: Script) -> bool:
        if self._tries >= MOST_TRIES:
            return False
        self._tries += 1
        result = self._play(script)
        if not any(invariant == self._broken for invariant, _ in result.violations):
            return False
        self._best = result
        return True


def result_events(result: Result) -> range:
    """Return the numbers of all events of a history; -1 is its beginning."""
    return range(-1, result.last_event + 1)
