"""One authorised exchange with a realm: a place, a good token, patience with throttles, a log line.

What is retried here was certainly not applied: 429 and 401. All other answers go to the caller as they are.
"""

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, Protocol

from msgspec import Struct, structs

from service.core.clock import Clock
from service.core.faults import Recovery
from service.quickbooks.errors import (
    CompanyResetError,
    DisconnectedError,
    NoAnswerError,
    NotSentError,
    ThrottledError,
)
from service.quickbooks.faults import Fault, faults_of
from service.quickbooks.http import READ_SECONDS, WRITE_SECONDS, Http, HttpAnswer
from service.quickbooks.limiter import Limiter

THROTTLED_ATTEMPTS = 4
PAUSE_SECONDS = 60.0
"""QuickBooks documents no Retry-After and asks for a minute."""
PATIENCE_SECONDS = 300.0
"""A longer pause is the caller's to wait for."""
LONGEST_PAUSE_SECONDS = 31 * 86_400.0
"""Metered reads that are used up come back with the next month; who asks for more has erred."""
JITTER = 0.1


class TokenSource(Protocol):
    """The connection's tokens; both may raise NotAppliedErrors, which reach the caller as they are."""

    async def access_token(self) -> str:
        """Return an access token that should still be good."""
        ...

    async def refresh(self, stale: str) -> str:
        """Return another access token than `stale`, which QuickBooks refused."""
        ...


class Log(Protocol):
    """As much of structlog's loggers as is needed."""

    def info(self, event: str, **fields: Any) -> Any:
        """Write one event."""
        ...


class Crossing(Struct, frozen=True, kw_only=True):
    """One request on the wire, as hooks see it; `status` is None on the way out."""

    method: str
    kind: str
    path: str
    request_id: str | None
    attempt: int
    status: int | None = None


Hook = Callable[[Crossing], Awaitable[None] | None]


class Call(Struct, frozen=True, kw_only=True):
    """A request, `path` relative to the company; `kind` is its name in logs."""

    kind: str
    path: str
    method: str = "GET"
    parameters: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str | None = None
    is_write: bool = False
    is_batch: bool = False
    request_id: str | None = None


class Reply(NamedTuple):
    """An answer and the faults of its outermost level."""

    status: int
    intuit_tid: str | None
    body: bytes
    faults: tuple[Fault, ...]


class Exchange:
    """The way to one realm and back."""

    def __init__(
        self,
        http: Http,
        *,
        api_url: str,
        realm_id: str,
        tokens: TokenSource,
        limiter: Limiter,
        clock: Clock,
        random: Callable[[], float],
        log: Log | None = None,
        on_request: Hook | None = None,
        on_answer: Hook | None = None,
    ) -> None:
        self._http = http
        self._company = f"{api_url.rstrip('/')}/v3/company/{realm_id}"
        self._tokens = tokens
        self._limiter = limiter
        self._clock = clock
        self._random = random
        self._log = log
        self._on_request = on_request
        self._on_answer = on_answer

    async def send(self, call: Call) -> Reply:
        """Send a call until it is neither throttled nor refused for its token.

        Raises:
            NotSentError, NoAnswerError: as the wire says.
            ThrottledError: still throttled after several pauses, or asked for a long one.
            DisconnectedError: refused with a fresh token, or for good; CompanyResetError, as there is
                nothing left of what was there.
        """
        token = await self._tokens.access_token()
        refreshed, throttled, attempt = False, 0, 0
        while True:
            attempt += 1
            self._refuse_long_pause()
            answer, reply = await self._once(call, token, attempt)
            recovery = reply.faults[0].rule.recovery if reply.faults else None
            if recovery is Recovery.REFRESH and not refreshed:
                refreshed = True
                token = await self._tokens.refresh(token)
            elif recovery is Recovery.RESET:
                raise CompanyResetError(reply.faults[0].rule.code, intuit_tid=reply.intuit_tid)
            elif recovery in {Recovery.REFRESH, Recovery.RECONNECT}:
                raise DisconnectedError(reply.faults[0].rule.code, intuit_tid=reply.intuit_tid)
            elif recovery is Recovery.WAIT:
                throttled += 1
                seconds = self._pause(answer)
                if throttled == THROTTLED_ATTEMPTS:
                    raise ThrottledError(seconds, intuit_tid=reply.intuit_tid)
                token = await self._tokens.access_token()
            else:
                return reply

    def _refuse_long_pause(self) -> None:
        """Hand a pause back that is longer than a run should be kept waiting."""
        seconds = self._limiter.pause_left()
        if seconds > PATIENCE_SECONDS:
            raise ThrottledError(seconds)

    async def _once(self, call: Call, token: str, attempt: int) -> tuple[HttpAnswer, Reply]:
        crossing = Crossing(
            method=call.method, kind=call.kind, path=call.path, request_id=call.request_id, attempt=attempt
        )
        async with self._limiter.request(batch=call.is_batch):
            await _tell(self._on_request, crossing)
            answer = await self._cross(call, token)
        await _tell(self._on_answer, structs.replace(crossing, status=answer.status))
        return answer, Reply(answer.status, _tid(answer), answer.body, faults_of(answer.status, answer.body))

    async def _cross(self, call: Call, token: str) -> HttpAnswer:
        begun = self._clock.now()
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if call.content_type:
            headers["Content-Type"] = call.content_type
        try:
            answer = await self._http.request(
                call.method,
                f"{self._company}/{call.path}",
                parameters=call.parameters,
                headers=headers,
                body=call.body,
                read_seconds=WRITE_SECONDS if call.is_write else READ_SECONDS,
            )
        except (NotSentError, NoAnswerError) as error:
            self._note("quickbooks_not_answered", call, begun, error=str(error))
            raise
        self._note("quickbooks_answered", call, begun, status=answer.status, intuit_tid=_tid(answer))
        return answer

    def _note(self, event: str, call: Call, begun: datetime, **fields: object) -> None:
        """Log what crossed the wire; never bodies, statements or tokens."""
        if self._log is None:
            return
        duration = round((self._clock.now() - begun).total_seconds() * 1_000, 1)
        if call.request_id:
            fields["request_id"] = call.request_id
        self._log.info(event, method=call.method, kind=call.kind, duration_ms=duration, **fields)

    def _pause(self, answer: HttpAnswer) -> float:
        """Make the whole realm wait, as QuickBooks throttles realms and not requests; return the seconds."""
        now = self._clock.now()
        asked = _retry_after(answer.headers.get("retry-after"), now)
        seconds = asked + JITTER * asked * self._random()
        self._limiter.pause_until(now + timedelta(seconds=seconds))
        return seconds


async def _tell(hook: Hook | None, crossing: Crossing) -> None:
    told = hook(crossing) if hook is not None else None
    if inspect.isawaitable(told):
        await told


def _retry_after(value: str | None, now: datetime) -> float:
    """Read Retry-After as seconds or as a date; at least a second, at most a month.

    A minute where there is none, and where its date has passed: one of the two clocks is wrong then.
    """
    text = (value or "").strip()
    try:
        seconds = float(text) if text.isdecimal() else _seconds_until(text, now)
    except (ValueError, OverflowError):
        return PAUSE_SECONDS
    return min(max(1.0, seconds), LONGEST_PAUSE_SECONDS)


def _seconds_until(date: str, now: datetime) -> float:
    at = parsedate_to_datetime(date)
    seconds = ((at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - now).total_seconds()
    return seconds if seconds > 0 else PAUSE_SECONDS


def _tid(answer: HttpAnswer) -> str | None:
    return answer.headers.get("intuit_tid") or answer.headers.get("intuit-tid")
