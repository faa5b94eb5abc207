"""Recover: requests whose outcome nobody knows. Look first, twice with a pause; only then send again.

All of a request found: done. None of it found at the second look: the same id with the same bytes, up to
24 h; later a new operation. Some of a batch: the rest as new operations, never the whole batch again.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec

from service.core.cursor import next_since
from service.core.decision import Write
from service.core.match import fold, match_key
from service.core.merge import equal_lines
from service.core.records import CONTENT, LISTS, Document, Itemised, Kind, decode
from service.core.references import resolve_placeholders
from service.quickbooks.batch import WriteRequest
from service.quickbooks.translate.wire import created_at
from service.store import ledger, pairs
from service.store.ledger import Ending
from service.store.transaction import Connection, Row
from service.sync.acknowledge import Applied, acknowledge
from service.sync.answers import Sent
from service.sync.observe import look_for_changes
from service.sync.push import send
from service.sync.run import Run

PAUSE = dt.timedelta(seconds=10)
"""QuickBooks' reads may lag behind its writes by seconds."""
TRUST_REQUEST_ID = dt.timedelta(hours=24)
"""How long QuickBooks is believed to remember a request id; its documentation doesn't say."""
LOOKS_PER_RUN = 4


class OutcomeStillUnknownError(Exception):
    """Some writes are still unknown at the end of a run; the next one looks again."""


@dataclass(slots=True)
class _Case:
    """A request of unknown outcome with what a look has found of it."""

    batch: Row[Any]
    found: list[Applied]
    missing: list[Row[Any]]


async def settle_after_observe(run: Run) -> None:
    """Use the look that the observe just was: it began before anything that an earlier run sent."""
    await _settle(run)


async def settle_all(run: Run) -> None:
    """Look and send until no outcome is unknown.

    Raises:
        OutcomeStillUnknownError: after several looks something still is.
    """
    for _ in range(LOOKS_PER_RUN):
        if not await _any_unknown(run):
            return
        await look_for_changes(run, next_since(run.first_answer or run.now()))
        if await _settle(run):
            async with run.heartbeat():
                await run.services.clock.sleep(PAUSE.total_seconds())
    if await _any_unknown(run):
        raise OutcomeStillUnknownError


async def _any_unknown(run: Run) -> bool:
    return bool(
        await run.services.store.read(lambda connection: ledger.unknown_batches(connection, run.company))
    )


async def _settle(run: Run) -> bool:
    """Act on what a look has shown; return whether something has to be looked at once more."""
    again = await run.essential_transaction(lambda connection: _act(connection, run), step="look")
    if again:
        await send(run, again)
    return await _any_unknown(run)


def _act(connection: Connection, run: Run) -> list[Sent]:
    """Acknowledge what was found; return the requests that are to be sent again."""
    resend = []
    for case in _cases(connection, run):
        acknowledge(connection, run, case.found)
        if not case.missing:
            ledger.mark_batch(connection, run.company, case.batch.id, state="done", answered_at=run.now())
        elif case.batch.looked_at is None or _quickbooks_now(run) - case.batch.looked_at < PAUSE:
            if case.batch.looked_at is None:
                ledger.mark_batch(connection, run.company, case.batch.id, looked_at=_quickbooks_now(run))
        elif _may_send_again(run, case):
            resend.append(_again(connection, run, case.batch))
        else:
            _give_up(connection, run, case)
    return resend


def _may_send_again(run: Run, case: _Case) -> bool:
    untouched = len(case.missing) == len(msgspec.json.decode(case.batch.items))
    return untouched and _quickbooks_now(run) - case.batch.first_sent_at < TRUST_REQUEST_ID


def _quickbooks_now(run: Run) -> dt.datetime:
    """Pauses and ages are measured by the one clock that all workers see: that of the last answer."""
    return run.last_answer or run.now()


def _again(connection: Connection, run: Run, batch: Row[Any]) -> Sent:
    """The same id with the same bytes: QuickBooks answers a repeat with the original's answer."""
    ledger.mark_batch(
        connection,
        run.company,
        batch.id,
        state="sent",
        sent_at=_quickbooks_now(run),
        sends=batch.sends + 1,
        looked_at=None,
    )
    request = WriteRequest(
        path=batch.path,
        parameters=tuple((name, value) for name, value in msgspec.json.decode(batch.parameters)),
        body=batch.body,
        request_id=batch.id,
        items=None if batch.single else tuple(msgspec.json.decode(batch.items)),
        is_batch=not batch.single,
    )
    return Sent(request, batch.id, first_sent_at=batch.first_sent_at)


def _give_up(connection: Connection, run: Run, case: _Case) -> None:
    """What is missing was not applied: its records are decided anew, with new operations."""
    endings = [Ending(row.id, "withdrawn", row.qbo_id) for row in case.missing]
    ledger.end(connection, run.company, endings, run.now())
    ledger.mark_batch(connection, run.company, case.batch.id, state="given_up", answered_at=run.now())
    for row in case.missing:
        pairs.mark_undecided(connection, run.company, Kind(row.kind), records=[row.record])
    run.tally.again = True


def _cases(connection: Connection, run: Run) -> list[_Case]:
    batches = ledger.unknown_batches(connection, run.company)
    rows = ledger.operations_of(connection, run.company, [each.id for each in batches])
    mine = [row for row in rows if row.state == "unknown"]
    effects = _effects(connection, run, mine)
    return [
        _Case(
            batch,
            [Applied(row, effects[row.id]) for row in mine if row.batch == batch.id and row.id in effects],
            [row for row in mine if row.batch == batch.id and row.id not in effects],
        )
        for batch in batches
    ]


def _effects(connection: Connection, run: Run, rows: list[Row[Any]]) -> dict[str, bytes | None]:
    """Find, by operation, the objects that show that a write was applied (None: it is deleted)."""
    effects: dict[str, bytes | None] = {}
    for kind in dict.fromkeys(Kind(row.kind) for row in rows):
        own = [row for row in rows if row.kind == kind.value]
        creates = [row for row in own if row.action == Write.CREATE]
        effects |= _created(connection, run, kind, creates)
        others = [row for row in own if row.action != Write.CREATE]
        effects |= _changed(connection, run, kind, others)
    return effects


def _created(connection: Connection, run: Run, kind: Kind, rows: list[Row[Any]]) -> dict[str, bytes | None]:
    """By marker; lists have their unique names, and ours has all that was sent and is no older than that.

    What an earlier write of ours made is no effect of this one, even if a record was sent, deleted and sent
    again within a second. Where clocks differ and ours is not recognised, the same id is sent again:
    QuickBooks answers as before.
    """
    wanted = {row.id: resolve_placeholders(decode(kind, row.wanted), run.parents.qbo_id_of) for row in rows}
    keys = {row.id: match_key(wanted[row.id]) for row in rows} if kind in LISTS else {}
    found = pairs.counterpart_raws(
        connection,
        run.company,
        kind,
        keys=sorted({key for key in keys.values() if key}),
        markers=sorted({row.marker for row in rows if row.marker}),
        ids=(),
    )
    earlier = ledger.created_before(connection, run.company, kind, [row.record for row in rows])
    effects: dict[str, bytes | None] = {}
    for row in rows:
        for each in found:
            if each.linked_to is not None or (row.record, each.qbo_id) in earlier:
                continue
            since = created_at(each.raw) >= row.sent_at.replace(microsecond=0)
            marked = row.marker and each.marker == row.marker and (since or not each.deleted)
            named = (
                since
                and each.match_key == keys.get(row.id, "")
                and _holds_all(kind, decode(kind, each.content), wanted[row.id])
            )
            if marked or named:
                effects[row.id] = each.raw
                break
    return effects


def _changed(connection: Connection, run: Run, kind: Kind, rows: list[Row[Any]]) -> dict[str, bytes | None]:
    """Compare what is read with what was wanted."""
    found = {
        each.qbo_id: each
        for each in pairs.counterpart_raws(
            connection,
            run.company,
            kind,
            keys=(),
            markers=(),
            ids=sorted({row.qbo_id for row in rows}),
        )
    }
    effects: dict[str, bytes | None] = {}
    for row in rows:
        each = found.get(row.qbo_id)
        if each is None:
            continue
        if row.action == Write.DELETE:
            if each.deleted:
                effects[row.id] = None
        elif row.action == Write.VOID:
            if each.deleted:
                effects[row.id] = None
            elif each.voided:
                effects[row.id] = each.raw
        elif not each.deleted and each.sync_token > row.expected_token:
            fields = tuple(msgspec.json.decode(row.fields))
            if _has(decode(kind, each.content), decode(kind, row.wanted), fields):
                effects[row.id] = each.raw
    return effects


def _holds_all(kind: Kind, content: Document, wanted: Document) -> bool:
    """Say whether an object has everything that was sent; QuickBooks may have added defaults.

    Somebody may have made it inactive since.
    """
    sent = (name for name in CONTENT[kind] if name != "archived" and getattr(wanted, name) is not None)
    return _has(content, wanted, tuple(sent))


def _has(content: Document, wanted: Document, fields: tuple[str, ...]) -> bool:
    for name in fields:
        there, sent = getattr(content, name), getattr(wanted, name)
        if name == "lines" and isinstance(content, Itemised):
            if not equal_lines(there, sent):
                return False
        elif there != sent and not (name == "name" and fold(there) == fold(sent)):
            return False
    return True
