"""Failpoints: named places at which a test has a process die, stand still or fail; free while none is armed.

Each is a step and a moment of it, `slice.uncommitted`. A commit has two moments: all its statements have
run and nothing is committed, and it is committed and nothing has followed yet.
"""

import os
import signal
from dataclasses import dataclass, field
from enum import StrEnum

EXIT_CODE = 70
NAMES = {
    "bell.rung": "the sweep has rung for a company",
    "claim.uncommitted": "the lease and a sync are taken, not committed",
    "claim.committed": "the lease and a sync are taken",
    "refresh.answered": "QuickBooks has answered a token refresh, nothing is stored",
    "refresh.uncommitted": "the fresh tokens are written, not committed",
    "refresh.committed": "the fresh tokens are stored, not used yet",
    "page.uncommitted": "a page of a listing and the place in it are written, not committed",
    "page.committed": "a page of a listing and the place in it are stored",
    "observe.uncommitted": "the last window is written and the cursors are moved, not committed",
    "observe.committed": "the last window is stored and the cursors are moved",
    "slice.uncommitted": "a slice is decided and applied to the platform's side, not committed",
    "slice.committed": "a slice is decided and applied to the platform's side",
    "freeze.uncommitted": "operations have their bytes and are marked sent, not committed",
    "freeze.committed": "operations have their bytes and are marked sent, nothing is on the wire",
    "request.answered": "QuickBooks has answered a write, nothing is stored",
    "answers.uncommitted": "the answers of a level are written, not committed",
    "answers.committed": "the answers of a level are stored",
    "look.uncommitted": "what a look shows of unknown outcomes is written, not committed",
    "look.committed": "what a look shows of unknown outcomes is stored, nothing is sent again",
    "end.uncommitted": "a sync is ended, not committed",
    "end.committed": "a sync is ended",
    "handover.uncommitted": "the lease of an unfinished sync is given back, not committed",
    "handover.committed": "the lease of an unfinished sync is given back",
}


class Action(StrEnum):
    """What happens at a failpoint."""

    KILL = "kill"
    """SIGKILL: the process is gone, without a word."""
    STOP = "stop"
    """SIGSTOP: the process stands still until somebody sends SIGCONT."""
    EXIT = "exit"
    """The interpreter ends, and what has to be closed is closed."""
    ERROR = "error"
    """FailpointError is raised."""


class FailpointError(Exception):
    """A failpoint was reached whose action is an error."""


@dataclass(slots=True)
class Failpoint:
    """A place and what happens there, the nth time that it is reached and only then."""

    name: str
    action: Action
    nth: int = 1
    reached: int = field(default=0, compare=False)

    def reach(self) -> None:
        """Count the visit, and act if it is the one."""
        self.reached += 1
        if self.reached == self.nth:
            self._act()

    def _act(self) -> None:
        if self.action is Action.ERROR:
            raise FailpointError(self.name)
        if self.action is Action.EXIT:
            raise SystemExit(EXIT_CODE)
        os.kill(os.getpid(), signal.SIGKILL if self.action is Action.KILL else signal.SIGSTOP)


_armed: Failpoint | None = None


def parse(text: str) -> Failpoint:
    """Read `name:action` or `name:action:nth`.

    Raises:
        ValueError: there is no such failpoint or action, or nth is no count.
    """
    name, _, rest = text.partition(":")
    action, _, nth = rest.partition(":")
    if name not in NAMES:
        raise ValueError(f"no failpoint {name!r}; there are {', '.join(NAMES)}")
    if action not in tuple(Action):
        raise ValueError(f"no action {action!r} of a failpoint; there are {', '.join(Action)}")
    if nth and not (nth.isdecimal() and int(nth) > 0):
        raise ValueError(f"{nth!r} doesn't count visits of a failpoint; 1 is the first")
    return Failpoint(name, Action(action), int(nth or 1))


def arm(failpoint: Failpoint | None) -> None:
    """Have a failpoint act in this process, or none."""
    global _armed  # noqa: PLW0603 - one process, one failpoint: whoever passes one must not have to carry it
    _armed = failpoint


def hit(step: str, moment: str) -> None:
    """Pass a failpoint: nothing happens unless it is the armed one."""
    if _armed is not None and _armed.name == f"{step}.{moment}":
        _armed.reach()
