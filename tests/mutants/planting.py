"""Plants one mistake in a process of its own, and lets the tests run there.

The processes are forked out of one that has started pytest and imported what doesn't depend on the module;
the changed module is compiled from its tree when the tests import it. No file is written.
"""

import ast
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

import pytest
from hypothesis import Phase, settings

from tests.mutants.mutations import Mutation, mutated, path_of
from tests.mutants.targets import TARGETS, WARM

_PYTEST = (
    *("-x", "-s", "-k", "not postgres", "-o", "addopts="),
    *("-p", "no:cacheprovider", "-p", "no:terminal"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # plugins were imported before the fork
)
_POLL = 0.002
_PATIENCE = 5
"""A mutant may take so many times as long as the module as it is, and `_LEAST` seconds."""
_LEAST = 20.0
_TIMED_OUT = -1


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Outcome:
    """A mutant's fate and the seconds that it took."""

    mutation: Mutation
    fate: Fate
    seconds: float

    @property
    def survived(self) -> bool:
        """Say whether no test noticed."""
        return self.fate is Fate.SURVIVED


class BrokenSuiteError(Exception):
    """The tests fail on the module as it is."""


def warm_up() -> None:
    """Import what every mutant needs.

    Raises BrokenSuiteError where that imports a module which is to be mutated.
    """
    for name in WARM:
        importlib.import_module(name)
    early = [target.module for target in TARGETS if target.module in sys.modules]
    if early:
        raise BrokenSuiteError(f"imported before it could be mutated: {', '.join(early)}")


def try_all(
    tests: Sequence[str], mutations: Iterable[Mutation], *, processes: int, tell: Callable[[Outcome], None]
) -> None:
    """Plant each mistake in turn, a few at a time, and tell what became of it.

    Raises BrokenSuiteError where the tests fail on the module as it is.
    """
    settings.register_profile(
        "mutants", max_examples=30, database=None, derandomize=True, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("mutants")
    nursery = _Nursery(mutations, processes, tell)
    code = pytest.main([*_PYTEST, *tests], plugins=[nursery])
    if nursery.is_child:
        os._exit(int(code))
    if not nursery.is_sound:
        raise BrokenSuiteError(f"these tests fail on the module as it is: {', '.join(tests)}")


class _BornError(Exception):
    """Leaves the loop of the parent: this is a child."""


class _Nursery:
    """A pytest plugin: where tests would be collected it forks, and the children go on from there."""

    def __init__(
        self, mutations: Iterable[Mutation], processes: int, tell: Callable[[Outcome], None]
    ) -> None:
        self._waiting = iter(mutations)
        self._processes = processes
        self._tell = tell
        self.is_child = False
        self.is_sound = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Fork; in the parent nothing is collected."""
        try:
            self._raise_all()
        except _BornError:
            return
        pytest.exit("the children have ended", returncode=0)

    def _raise_all(self) -> None:
        begun = time.monotonic()
        _, status = os.waitpid(self._fork(None), 0)
        self.is_sound = os.waitstatus_to_exitcode(status) == 0
        limit = max(_LEAST, (time.monotonic() - begun) * _PATIENCE)
        running: dict[int, tuple[Mutation, float]] = {}
        while self.is_sound:
            while len(running) < self._processes and (mutation := next(self._waiting, None)):
                running[self._fork(mutation)] = (mutation, time.monotonic())
            if not running:
                return
            time.sleep(_POLL)
            for pid, (mutation, born) in list(running.items()):
                code = _code_of(pid, is_late=time.monotonic() - born > limit)
                if code is not None:
                    del running[pid]
                    self._tell(Outcome(mutation, _fate(code), time.monotonic() - born))

    def _fork(self, mutation: Mutation | None) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        self.is_child = True
        os.setsid()
        _be_silent()
        if mutation is not None:
            sys.meta_path.insert(0, _Planted(mutation))
        raise _BornError


def _code_of(pid: int, *, is_late: bool) -> int | None:
    """Return the exit code of a child that has ended; one that is late is ended."""
    found, status = os.waitpid(pid, os.WNOHANG)
    if found:
        return os.waitstatus_to_exitcode(status)
    if not is_late:
        return None
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return _TIMED_OUT


def _fate(code: int) -> Fate:
    if code == _TIMED_OUT:
        return Fate.TIMED_OUT
    return Fate.SURVIVED if code == 0 else Fate.KILLED


def _be_silent() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)


class _Planted(MetaPathFinder):
    """Finds the one module whose tree was changed."""

    def __init__(self, mutation: Mutation) -> None:
        self._module = mutation.module
        self._tree = mutated(mutation)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the changed module's spec, and None for every other."""
        if fullname != self._module:
            return None
        file = path_of(fullname).resolve()
        return spec_from_file_location(fullname, file, loader=_TreeLoader(fullname, str(file), self._tree))


class _TreeLoader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, tree: ast.Module) -> None:
        super().__init__(fullname, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        """Compile the changed tree instead of the file."""
        return compile(self._tree, self.path, "exec", dont_inherit=True)
