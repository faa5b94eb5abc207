"""QuickBooks Online as one company sees it: reads that survive a bad moment, writes that say what is known.

Reads are tried again on their own. Writes are not: a write whose outcome is unknown is its sender's to look
into, with the same request id and the same bytes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from msgspec import Raw

from service.core.clock import Clock
from service.core.cursor import CDC_LIMIT
from service.core.faults import Recovery, sort_fault
from service.quickbooks.answers import (
    Changes,
    FaultedAnswerError,
    ItemAnswer,
    Page,
    WriteAnswer,
    read_batch,
    read_changes,
    read_object,
    read_page,
)
from service.quickbooks.batch import MINOR_VERSION, WriteRequest
from service.quickbooks.errors import (
    CompanyResetError,
    DisconnectedError,
    NoAnswerError,
    NotSentError,
    OutcomeUnknownError,
    ReadFailedError,
    UnreadableAnswerError,
)
from service.quickbooks.exchange import Call, Exchange, Hook, Log, Reply, TokenSource
from service.quickbooks.faults import Fault
from service.quickbooks.http import Http
from service.quickbooks.limiter import Limiter
from service.quickbooks.query import PAGE_SIZE, instant

READ_ATTEMPTS = 4
BACKOFF_SECONDS = 1.0
LONGEST_GET = 1_500
"""Encoded characters of a statement that still goes into an URL; a longer one is posted."""

_NO_ANSWER = sort_fault("no_answer", http_status=504)
_UNREADABLE = sort_fault("unreadable_answer", http_status=502)

T = TypeVar("T")


@dataclass(slots=True)
class Meter:
    """What this client has used: successful metered reads, objects written, batches sent."""

    reads: int = 0
    writes: int = 0
    batches: int = 0


class QuickBooks:
    """One realm; only the holder of the company's lease may have one."""

    def __init__(
        self,
        http: Http,
        api_url: str,
        realm_id: str,
        tokens: TokenSource,
        limiter: Limiter,
        clock: Clock,
        log: Log | None = None,
        *,
        random: Callable[[], float],
        on_request: Hook | None = None,
        on_answer: Hook | None = None,
        page_size: int = PAGE_SIZE,
        most_changes: int = CDC_LIMIT,
    ) -> None:
        self.realm_id = realm_id
        self.page_size = page_size
        """Rows that a listing asks for at once."""
        self.most_changes = most_changes
        """Objects in a CDC answer that may have been cut."""
        self.limiter = limiter
        self.meter = Meter()
        self._clock = clock
        self._random = random
        self._exchange = Exchange(
            http,
            api_url=api_url,
            realm_id=realm_id,
            tokens=tokens,
            limiter=limiter,
            clock=clock,
            random=random,
            log=log,
            on_request=on_request,
            on_answer=on_answer,
        )

    async def query(self, statement: str) -> Page:
        """Run a query and return its rows; see `_read` for what it raises."""
        if len(quote(statement, safe="")) <= LONGEST_GET:
            call = Call(kind="query", path="query", parameters=(("query", statement), MINOR_VERSION))
        else:
            call = Call(
                kind="query",
                path="query",
                method="POST",
                parameters=(MINOR_VERSION,),
                body=statement.encode(),
                content_type="application/text",
            )
        return await self._read(call, read_page)

    async def cdc(self, entities: Iterable[str], since: datetime) -> Changes:
        """Return what changed since an instant, at most 30 days ago; one metered read for all entities."""
        asked = (("entities", ",".join(entities)), ("changedSince", instant(since)), MINOR_VERSION)
        return await self._read(Call(kind="cdc", path="cdc", parameters=asked), read_changes)

    async def read(self, entity: str, id: str) -> Raw | None:
        """Return one object, None when it was deleted (fault 610)."""
        try:
            return await self._object(entity, f"{entity.lower()}/{quote(id, safe='')}", kind="read")
        except ReadFailedError as error:
            if error.rule.recovery is Recovery.GONE:
                return None
            raise

    async def company_info(self) -> Raw:
        """Return the realm's CompanyInfo."""
        return await self._object("CompanyInfo", f"companyinfo/{self.realm_id}", kind="company_info")

    async def preferences(self) -> Raw:
        """Return the realm's Preferences."""
        return await self._object("Preferences", "preferences", kind="preferences")

    async def send(self, request: WriteRequest) -> WriteAnswer:
        """Send a frozen request once and return what became of each of its items.

        A refusal of the whole request is every item's fault: nothing of it was applied.

        Raises:
            OutcomeUnknownError: no answer, 5xx, code 10000, an answer that can't be read or lacks items.
            NotSentError, ThrottledError, DisconnectedError: nothing was applied, for certain.
        """
        try:
            reply = await self._exchange.send(_write_call(request))
        except NoAnswerError as error:
            raise OutcomeUnknownError(str(error)) from error
        if reply.status >= 500 or any(fault.rule.recovery is Recovery.RETRY for fault in reply.faults):
            codes = ", ".join(fault.code for fault in reply.faults)
            raise OutcomeUnknownError(f"HTTP {reply.status}, fault {codes}", intuit_tid=reply.intuit_tid)
        if reply.faults:
            refused = ItemAnswer(None, None, reply.faults)
            return WriteAnswer(None, reply.intuit_tid, dict.fromkeys(request.item_ids, refused))
        answer = _read_answer(request, reply)
        self.meter.writes += len(answer.items)
        self.meter.batches += request.is_batch
        return answer

    async def _object(self, entity: str, path: str, *, kind: str) -> Raw:
        call = Call(kind=kind, path=path, parameters=(MINOR_VERSION,))
        return await self._read(call, lambda body: read_object(body, entity)[1])

    async def _read(self, call: Call, decode: Callable[[bytes], T]) -> T:
        """Read, several times where QuickBooks has a bad moment.

        Raises:
            ReadFailedError: a fault, or no usable answer after several attempts.
            ThrottledError, DisconnectedError: as `Exchange.send` says.
        """
        attempt = 1
        while True:
            try:
                return await self._read_once(call, decode)
            except ReadFailedError as error:
                soon = error.rule.recovery in {Recovery.RETRY, Recovery.WAIT}
                if not soon or attempt == READ_ATTEMPTS:
                    raise
            # 1, 2, 4 s, each shortened by up to a half: many companies shall not come back in step.
            await self._clock.sleep(BACKOFF_SECONDS * 2 ** (attempt - 1) * (1 - self._random() / 2))
            attempt += 1

    async def _read_once(self, call: Call, decode: Callable[[bytes], T]) -> T:
        tid = None
        try:
            reply = await self._exchange.send(call)
            tid = reply.intuit_tid
            if reply.faults:
                raise FaultedAnswerError(reply.faults)
            found = decode(reply.body)
        except (NotSentError, NoAnswerError) as error:
            raise ReadFailedError(_NO_ANSWER, retryable=True, detail=str(error)) from error
        except UnreadableAnswerError as error:
            raise ReadFailedError(_UNREADABLE, retryable=True, detail=str(error), intuit_tid=tid) from error
        except FaultedAnswerError as error:
            raise _failure(error.faults[0], tid) from error
        self.meter.reads += 1
        return found


def _failure(fault: Fault, tid: str | None) -> ReadFailedError | DisconnectedError:
    """Return the error that a fault makes of a read."""
    rule = fault.rule
    if rule.recovery is Recovery.RESET:
        return CompanyResetError(rule.code, intuit_tid=tid)
    if rule.recovery in {Recovery.REFRESH, Recovery.RECONNECT}:
        return DisconnectedError(rule.code, intuit_tid=tid)
    later = rule.recovery in {Recovery.RETRY, Recovery.WAIT, Recovery.PAUSE}
    return ReadFailedError(rule, retryable=later, detail=fault.message, intuit_tid=tid)


def _write_call(request: WriteRequest) -> Call:
    return Call(
        kind="batch" if request.is_batch else "write",
        path=request.path,
        method="POST",
        parameters=(*request.parameters, ("requestid", request.request_id)),
        body=request.body,
        content_type="application/json",
        is_write=True,
        is_batch=request.is_batch,
        request_id=request.request_id,
    )


def _read_answer(request: WriteRequest, reply: Reply) -> WriteAnswer:
    """Return the answer to a write, each item of the request in it."""
    try:
        if request.is_batch:
            answered, time = read_batch(reply.body)
        else:
            entity, body, time = read_object(reply.body, request.path)
            answered = {request.item_ids[0]: ItemAnswer(entity, body, ())}
    except UnreadableAnswerError as error:
        raise OutcomeUnknownError(str(error), intuit_tid=reply.intuit_tid) from error
    missing = [item_id for item_id in request.item_ids if item_id not in answered]
    if missing:
        detail = f"{len(missing)} of {len(request.item_ids)} items have no answer"
        raise OutcomeUnknownError(detail, intuit_tid=reply.intuit_tid)
    return WriteAnswer(time, reply.intuit_tid, {item_id: answered[item_id] for item_id in request.item_ids})
