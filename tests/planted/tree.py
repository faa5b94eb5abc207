"""Copies of the tree with mistakes in them, and what the suite says to each."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.planted.mistake import Command, Edit, Mistake

ROOT = Path(__file__).parents[2]
COPIED = ("service", "tests")
LINKED = ("pyproject.toml", "openapi", "README.md", "CONTRIBUTING.md", "docs")
AT_ONCE = 2
LONGEST_SECONDS = 900
NOTICED = 1
_BY = (
    re.compile(r"^(?P<by>seed \d+): (?P<words>.+)$", re.MULTILINE),
    re.compile(r"^(?P<words>\w+: .+)\n +python -m tests\.simulation (?P<by>.+)$", re.MULTILINE),
    re.compile(r"^(?:FAILED|ERROR) tests/(?P<by>\S+)(?: - (?P<words>.*))?$", re.MULTILINE),
)


class StaleEditError(Exception):
    """The text that a mistake replaces is not there exactly once."""


class Verdict(StrEnum):
    """What became of a mistake."""

    CAUGHT = "caught"
    MISSED = "missed"
    BROKEN = "broken"
    """The command neither passed nor noticed anything: it could not be run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of a command: `by` is the first seed, script or test that noticed, and what it said."""

    verdict: Verdict
    by: str
    words: str
    seconds: float
    output: str


def changed(text: str, edit: Edit) -> str:
    """Return a file's text with an edit made.

    Raises:
        StaleEditError: what it replaces is not there exactly once.
    """
    number = text.count(edit.old)
    if number != 1:
        raise StaleEditError(f"{edit.file}: found {number} times: {edit.old!r}")
    return text.replace(edit.old, edit.new)


def texts_with(mistake: Mistake) -> dict[str, str]:
    """Return the changed files' texts by their paths. Raises StaleEditError."""
    texts: dict[str, str] = {}
    for edit in mistake.edits:
        before = texts.get(edit.file) or (ROOT / edit.file).read_text(encoding="utf-8")
        texts[edit.file] = changed(before, edit)
    return texts


@contextmanager
def planted(mistake: Mistake | None) -> Iterator[Path]:
    """Make a copy of the tree with a mistake in it, or with none; it goes in the end.

    Compiled files come along and stay valid, but for those that were changed.
    """
    with tempfile.TemporaryDirectory(prefix="planted-") as directory:
        copy = Path(directory)
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name)
        for name in LINKED:
            (copy / name).symlink_to(ROOT / name)
        for file, text in (texts_with(mistake) if mistake else {}).items():
            (copy / file).write_text(text, encoding="utf-8")
        yield copy


def try_out(mistake: Mistake | None, command: Command) -> Outcome:
    """Run a command on a copy of the tree."""
    begun = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with planted(mistake) as copy:
        try:
            done = subprocess.run(
                [sys.executable, *command.arguments],
                cwd=copy,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=LONGEST_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Outcome(Verdict.BROKEN, "", "no end", time.monotonic() - begun, "")
    output = done.stdout + done.stderr
    return _outcome(done.returncode, output, time.monotonic() - begun)


def _outcome(code: int, output: str, seconds: float) -> Outcome:
    found = next((match for each in _BY if (match := each.search(output))), None)
    if code == 0:
        return Outcome(Verdict.MISSED, "", "", seconds, output)
    if code != NOTICED or found is None:
        return Outcome(Verdict.BROKEN, "", f"exit code {code}", seconds, output)
    return Outcome(Verdict.CAUGHT, found["by"], found["words"] or "", seconds, output)


def try_all(mistakes: Sequence[Mistake], at_once: int = AT_ONCE) -> Iterator[tuple[Mistake, Outcome]]:
    """Plant each mistake in turn, a few at a time; yield what became of them, in their order."""
    with ThreadPoolExecutor(at_once) as pool:
        outcomes = pool.map(lambda each: try_out(each, each.command), mistakes)
        yield from zip(mistakes, outcomes, strict=True)
