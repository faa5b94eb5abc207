"""Running the contract suite in a process of its own, with one deviation switched on, or with none."""

import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from service.sandbox.deviations import Deviation

ROOT = Path(__file__).parents[3]
SUITES = ("tests/sandbox", "tests/contracts/recorded", "tests/contracts/laws", "tests/contracts/clients")
"""The contract suite, what is quick first."""
CLIENTS = ("intuitlib", "quickbooks")
AT_ONCE = 2
OPTION = ("-p", "tests.contracts.deviations.option")
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
NO_RECORDINGS = "none"


class Verdict(StrEnum):
    """What became of one run."""

    CAUGHT = "caught"
    PASSED = "passed"
    BROKEN = "broken"


@dataclass(frozen=True)
class Outcome:
    """One run: `test` is the first that failed."""

    deviation: Deviation | None
    verdict: Verdict
    test: str
    seconds: float
    output: str

    @property
    def word(self) -> str:
        """What the table says: a mistake that nothing noticed has survived."""
        survived = self.deviation is not None and self.verdict is Verdict.PASSED
        return "survived" if survived else self.verdict.value

    @property
    def is_as_meant(self) -> bool:
        """Whether a mistake was noticed, and none where there is none."""
        return self.verdict is (Verdict.PASSED if self.deviation is None else Verdict.CAUGHT)


def suites() -> list[str]:
    """Answer the parts of the contract suite that can run here; the clients need packages of their own."""
    installed = all(importlib.util.find_spec(one) is not None for one in CLIENTS)
    return [one for one in SUITES if (ROOT / one).is_dir() and (installed or not one.endswith("clients"))]


def try_out(
    deviation: Deviation | None, paths: Sequence[str] | None = None, *, recordings: bool = True
) -> Outcome:
    """Run tests up to the first failure; what fails has to pass without the deviation."""
    began = time.monotonic()
    done = _run_tests(paths or suites(), deviation, recordings=recordings)
    verdict = {0: Verdict.PASSED, 1: Verdict.CAUGHT}.get(done.returncode, Verdict.BROKEN)
    failed = FAILED.search(done.stdout)
    test = failed[1] if failed is not None else ""
    output = done.stdout + done.stderr
    if deviation is not None and verdict is Verdict.CAUGHT:
        again = _run_tests([test], None, recordings=recordings)
        if again.returncode != 0:
            verdict, output = Verdict.BROKEN, again.stdout + again.stderr
    return Outcome(deviation, verdict, test.removeprefix("tests/"), time.monotonic() - began, output)


def _run_tests(
    paths: Sequence[str], deviation: Deviation | None, *, recordings: bool
) -> subprocess.CompletedProcess[str]:
    switch = ("--deviation", deviation.value) if deviation is not None else ()
    options = ("-q", "-x", "--no-header", "--tb=line", "-p", "no:cacheprovider")
    command = (sys.executable, "-m", "pytest", *options, *OPTION, *switch, *paths)
    environment = {**os.environ, **({} if recordings else {"QUICKBOOKS_PAYLOADS": NO_RECORDINGS})}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def try_all(
    deviations: Sequence[Deviation | None], paths: Sequence[str] | None = None, *, recordings: bool = True
) -> Iterator[Outcome]:
    """Run tests for each, two at a time; answer in their order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda one: try_out(one, paths, recordings=recordings), deviations)
