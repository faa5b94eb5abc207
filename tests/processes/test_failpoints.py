"""Failpoints: what is refused, what happens at each, that each is somewhere, and that none costs anything."""

import ast
import subprocess
import sys
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from service import failpoints
from service.failpoints import NAMES, Action, Failpoint, FailpointError
from service.settings import Settings

SERVICE = Path(failpoints.__file__).parent
MOST_TIMES_AN_EMPTY_CALL = 3.0
MOMENTS_OF_A_COMMIT = ("uncommitted", "committed")


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    """Leave no failpoint armed behind."""
    yield
    failpoints.arm(None)


def settings(monkeypatch: pytest.MonkeyPatch, failpoint: str, environment: str = "local") -> Settings:
    monkeypatch.setenv("SYNC_FAILPOINT", failpoint)
    return Settings(embedded=True, quickbooks_environment=environment)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", list(Action))
def test_a_failpoint_is_read(monkeypatch: pytest.MonkeyPatch, action: Action) -> None:
    text = f"slice.committed:{action}:3"

    assert settings(monkeypatch, text).failpoint == text
    assert failpoints.parse(text) == Failpoint("slice.committed", action, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slice:kill", "no failpoint 'slice'; there are bell.rung"),
        ("slice.committed", "no action ''"),
        ("slice.committed:explode", "no action 'explode'"),
        ("slice.committed:kill:0", "'0' doesn't count"),
        ("slice.committed:kill:often", "'often' doesn't count"),
    ],
)
def test_what_is_no_failpoint_is_refused_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        settings(monkeypatch, text)


@pytest.mark.parametrize("environment", ["production", "sandbox"])
def test_no_failpoint_beside_a_quickbooks_that_is_not_ours(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    with pytest.raises(ValidationError, match="beside a local QuickBooks only"):
        settings(monkeypatch, "slice.committed:kill", environment)


def test_none_is_armed_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, "").failpoint is None
    for name in NAMES:
        failpoints.hit(*name.split("."))


def test_it_acts_at_its_visit_only() -> None:
    failpoints.arm(failpoints.parse("slice.committed:error:2"))

    failpoints.hit("slice", "committed")
    failpoints.hit("slice", "uncommitted")
    with pytest.raises(FailpointError, match=r"slice\.committed"):
        failpoints.hit("slice", "committed")
    failpoints.hit("slice", "committed")


@pytest.mark.parametrize(("action", "code"), [("kill", -9), ("exit", failpoints.EXIT_CODE)])
def test_a_process_ends_there(action: str, code: int) -> None:
    program = (
        "from service import failpoints\n"
        f"failpoints.arm(failpoints.parse('end.committed:{action}'))\n"
        "failpoints.hit('end', 'committed')\n"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == code


def test_each_name_is_hit_somewhere_and_each_hit_has_a_name() -> None:
    found: set[str] = set()
    for path in SERVICE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                found |= set(_hits(call))

    assert found == set(NAMES)


def _hits(call: ast.Call) -> Iterator[str]:
    """The failpoints of a call: a hit by its two words, a transaction by the name of its step."""
    words = [each.value for each in call.args if isinstance(each, ast.Constant)]
    if isinstance(call.func, ast.Attribute) and call.func.attr == "hit" and len(words) == 2:
        yield ".".join(map(str, words))
    for keyword in call.keywords:
        if keyword.arg == "step" and isinstance(keyword.value, ast.Constant):
            yield from (f"{keyword.value.value}.{moment}" for moment in MOMENTS_OF_A_COMMIT)


def test_it_is_free_when_none_is_armed() -> None:
    """One look at a global, and nothing else: held against a call that does nothing at all."""

    def empty(step: str, moment: str) -> None: ...

    hit = _least(lambda: failpoints.hit("slice", "committed"))
    nothing = _least(lambda: empty("slice", "committed"))

    assert hit < MOST_TIMES_AN_EMPTY_CALL * nothing


def _least(call: object) -> float:
    return min(timeit.repeat(call, number=20_000, repeat=9))  # type: ignore[arg-type]
