"""Answers kept by requestid: a repeat gets the same answer and changes nothing (QBO documented)."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.sandbox import errors
from service.sandbox.knobs import Knobs


@dataclass(frozen=True, slots=True)
class Answer:
    """One remembered answer."""

    body: bytes
    status: int
    fingerprint: bytes
    at: datetime


class Replays:
    """The remembered answers of one company."""

    def __init__(self, now: Callable[[], datetime], knobs: Knobs, rng: random.Random) -> None:
        self._now = now
        self._random = rng
        self._knobs = knobs
        self._answers: dict[tuple[str, str], Answer] = {}

    def find(self, requestid: str, item: str, fingerprint: bytes) -> Answer | None:
        """Find the answer to a repeat; raises SandboxFault 600 where another body must not reuse the id."""
        answer = self._answers.get((requestid, item))
        if answer is None:
            return None
        ttl = self._knobs.requestid_ttl
        if ttl is not None and self._now() - answer.at >= ttl:
            del self._answers[requestid, item]
            return None
        if self._knobs.requestid_misses and self._random.random() < self._knobs.requestid_misses:
            return None
        if answer.fingerprint != fingerprint and self._knobs.requestid_mismatch == "600":
            raise errors.by_code("600")
        return answer

    def keep(self, requestid: str, item: str, fingerprint: bytes, body: bytes, status: int = 200) -> None:
        """Remember an answer; refusals only where the knob says so."""
        if status == 200 or self._knobs.requestid_faults:
            self._answers[requestid, item] = Answer(body, status, fingerprint, self._now())


def checked_requestid(value: str | None, *, longest: int = 50) -> str | None:
    """Read a requestid: empty is none, too many characters are fault 2130 (QBO documented)."""
    if not value:
        return None
    if len(value) > longest:
        raise errors.by_code("2130", f"A request id has at most {longest} characters")
    return value
