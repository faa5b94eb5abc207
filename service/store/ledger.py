"""The ledger of writes to QuickBooks: operations, and the batches (requests) that carry them.

Intent is committed before effect: an operation is *planned*, gets its final bytes and is *sent* in one commit
before the request leaves, and ends as *done*, *rejected*, *unknown* or *parked*. Nothing is ever deleted.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, select, update

from service.core.records import ENTITIES, Document, Kind, encode
from service.store.literals import one_of
from service.store.tables import Batch, Counterpart, Link, Operation, Record, table_of
from service.store.upserts import Upsert

_O = table_of(Operation)
_B = table_of(Batch)
_R = table_of(Record)
_C = table_of(Counterpart)
_L = table_of(Link)
_CHUNK = 500
OPEN = ("planned", "sent", "unknown")

_INSERT = Upsert(_O, key=("company", "id"))
_INSERT_BATCHES = Upsert(_B, key=("company", "id"))


class Intent(NamedTuple):
    """One write that was decided: `wanted` is what QuickBooks is to have, in wire space."""

    id: str
    kind: Kind
    record: str
    qbo_id: str | None
    action: str
    level: int
    revision: int
    expected_token: int | None
    marker: str | None
    wanted: Document
    fields: tuple[str, ...]
    held_fields: tuple[str, ...]


_WITHDRAW_FOR = (
    update(_O)
    .where(
        _O.c.company == bindparam("of_company"),
        _O.c.kind == bindparam("of_kind"),
        _O.c.record == bindparam("of_record"),
        one_of(_O.c.state, "planned"),
    )
    .values(state="withdrawn", ended_at=bindparam("now"))
)
_WITHDRAW_ALL = (
    update(_O)
    .where(_O.c.company == bindparam("of_company"), one_of(_O.c.state, "planned"))
    .values(state="withdrawn", ended_at=bindparam("now"))
)
_END = (
    update(_O)
    .where(_O.c.company == bindparam("of_company"), _O.c.id == bindparam("of_id"))
    .values(
        state=bindparam("new_state"),
        answer=bindparam("new_answer"),
        fault=bindparam("new_fault"),
        intuit_tid=bindparam("new_tid"),
        qbo_id=bindparam("new_qbo_id"),
        ended_at=bindparam("now"),
    )
)
_FREEZE = (
    update(_O)
    .where(_O.c.company == bindparam("of_company"), _O.c.id == bindparam("of_id"))
    .values(
        state="sent",
        body=bindparam("new_body"),
        wanted=bindparam("new_wanted"),
        batch=bindparam("new_batch"),
        item=bindparam("new_item"),
        sent_at=bindparam("sent"),
    )
)
_PLANNED = (
    select(
        *_O.c,
        _R.c.revision.label("present_revision"),
        _R.c.document.label("present_document"),
        _R.c.archived.label("present_archived"),
        _R.c.balance.label("present_balance"),
        _R.c.status.label("present_status"),
        _R.c.code.label("present_code"),
        _C.c.sync_token.label("present_token"),
        _C.c.raw.label("present_raw"),
    )
    .select_from(
        _O.join(
            _R, (_R.c.company == _O.c.company) & (_R.c.kind == _O.c.kind) & (_R.c.id == _O.c.record)
        ).outerjoin(
            _C, (_C.c.company == _O.c.company) & (_C.c.entity == _O.c.entity) & (_C.c.qbo_id == _O.c.qbo_id)
        )
    )
    .where(
        _O.c.company == bindparam("company"), one_of(_O.c.state, "planned"), _O.c.level == bindparam("level")
    )
    .order_by(_O.c.id)
    .limit(bindparam("limit"))
)
_LEVELS = (
    select(_O.c.level, func.count().label("number"))
    .where(_O.c.company == bindparam("company"), one_of(_O.c.state, "planned"))
    .group_by(_O.c.level)
    .order_by(_O.c.level)
)
_OPERATIONS_OF_BATCH = (
    select(
        *_O.c,
        _R.c.revision.label("present_revision"),
        _R.c.document.label("present_document"),
        _R.c.archived.label("present_archived"),
        _R.c.balance.label("present_balance"),
        _R.c.status.label("present_status"),
        _R.c.code.label("present_code"),
    )
    .select_from(
        _O.join(_R, (_R.c.company == _O.c.company) & (_R.c.kind == _O.c.kind) & (_R.c.id == _O.c.record))
    )
    .where(_O.c.company == bindparam("company"), _O.c.batch.in_(bindparam("batches", expanding=True)))
    .order_by(_O.c.id)
)
_IN_FLIGHT = select(_O.c.kind, _O.c.record, _O.c.qbo_id).where(
    _O.c.company == bindparam("company"), one_of(_O.c.state, "sent", "unknown")
)
_UNKNOWN_BATCHES = (
    select(*_B.c)
    .where(_B.c.company == bindparam("company"), one_of(_B.c.state, "unknown"))
    .order_by(_B.c.sent_at, _B.c.id)
)


def plan(
    connection: Connection, company: str, sync: str, intents: Sequence[Intent], now: dt.datetime
) -> None:
    """Write intents down as planned; an earlier plan for the same record is withdrawn."""
    if not intents:
        return
    withdraw(connection, company, [(each.kind, each.record) for each in intents], now)
    rows = [_planned_row(company, sync, each, now) for each in intents]
    _INSERT.run(connection, rows)


def _planned_row(company: str, sync: str, intent: Intent, now: dt.datetime) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(_O.columns.keys())
    return row | {
        "company": company,
        "id": intent.id,
        "sync": sync,
        "kind": intent.kind.value,
        "record": intent.record,
        "entity": ENTITIES[intent.kind],
        "qbo_id": intent.qbo_id,
        "action": intent.action,
        "level": intent.level,
        "revision": intent.revision,
        "expected_token": intent.expected_token,
        "marker": intent.marker,
        "wanted": encode(intent.wanted),
        "fields": encode(intent.fields).decode(),
        "held_fields": encode(intent.held_fields).decode(),
        "state": "planned",
        "planned_at": now,
    }


def withdraw(
    connection: Connection, company: str, keys: Iterable[tuple[Kind, str]], now: dt.datetime
) -> None:
    """Withdraw what was planned for these records and never sent."""
    rows = [
        {"of_company": company, "of_kind": kind.value, "of_record": record, "now": now}
        for kind, record in keys
    ]
    if rows:
        connection.execute(_WITHDRAW_FOR, rows)


def withdraw_all(connection: Connection, company: str, now: dt.datetime) -> None:
    """Withdraw all plans of an earlier run: this one decides anew."""
    connection.execute(_WITHDRAW_ALL, {"of_company": company, "now": now})


def levels(connection: Connection, company: str) -> dict[int, int]:
    """Count the planned operations of each level, in order."""
    return {row.level: row.number for row in connection.execute(_LEVELS, {"company": company})}


def planned(connection: Connection, company: str, level: int, limit: int) -> list[Row[Any]]:
    """Return planned operations of a level, with the present state of both sides."""
    return list(connection.execute(_PLANNED, {"company": company, "level": level, "limit": limit}))


def in_flight(connection: Connection, company: str) -> list[Row[Any]]:
    """Return whose operations were sent and not answered: those pairs wait."""
    return list(connection.execute(_IN_FLIGHT, {"company": company}))


_CREATED = select(_O.c.record, _O.c.qbo_id).where(
    _O.c.company == bindparam("company"),
    _O.c.kind == bindparam("kind"),
    _O.c.record.in_(bindparam("records", expanding=True)),
    _O.c.action == "create",
    _O.c.state == "done",
)


def created_before(
    connection: Connection, company: str, kind: Kind, records: list[str]
) -> set[tuple[str, str]]:
    """Return those of the records that were created in QuickBooks at some time, with their ids there."""
    if not records:
        return set()
    binds = {"company": company, "kind": kind.value, "records": records}
    return {(row.record, row.qbo_id) for row in connection.execute(_CREATED, binds)}


class Frozen(NamedTuple):
    """An operation with its final bytes and its place in a request."""

    id: str
    body: bytes
    wanted: Document
    batch: str
    item: str


class Request(NamedTuple):
    """A request as it goes on the wire; `items` maps each item id to its operation."""

    id: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    body: bytes
    items: dict[str, str]
    single: bool


def freeze(
    connection: Connection,
    company: str,
    sync: str,
    *,
    requests: Sequence[Request],
    operations: Sequence[Frozen],
    quickbooks_time: dt.datetime,
) -> None:
    """Write the requests and mark their operations sent: after this commit the wire may be used.

    Both are dated by QuickBooks' clock: what they make is never older than they are, and all workers agree on
    how long ago it was.
    """
    if not requests:
        return
    _INSERT_BATCHES.run(
        connection,
        [
            {
                "company": company,
                "id": each.id,
                "sync": sync,
                "path": each.path,
                "parameters": encode(each.parameters).decode(),
                "body": each.body,
                "items": encode(each.items).decode(),
                "single": each.single,
                "state": "sent",
                "first_sent_at": quickbooks_time,
                "sent_at": quickbooks_time,
                "looked_at": None,
                "sends": 1,
                "answered_at": None,
                "intuit_tid": None,
                "detail": None,
            }
            for each in requests
        ],
    )
    connection.execute(
        _FREEZE,
        [
            {
                "of_company": company,
                "of_id": each.id,
                "new_body": each.body,
                "new_wanted": encode(each.wanted),
                "new_batch": each.batch,
                "new_item": each.item,
                "sent": quickbooks_time,
            }
            for each in operations
        ],
    )


class Ending(NamedTuple):
    """How an operation ended: done, rejected, parked, or withdrawn (found not to have been applied)."""

    id: str
    state: str
    qbo_id: str | None = None
    answer: bytes | None = None
    fault: str | None = None
    intuit_tid: str | None = None


def end(connection: Connection, company: str, endings: Sequence[Ending], now: dt.datetime) -> None:
    """Write how operations ended."""
    rows = [
        {
            "of_company": company,
            "of_id": each.id,
            "new_state": each.state,
            "new_answer": each.answer,
            "new_fault": each.fault,
            "new_tid": each.intuit_tid,
            "new_qbo_id": each.qbo_id,
            "now": now,
        }
        for each in endings
    ]
    if rows:
        connection.execute(_END, rows)


def mark_batch(connection: Connection, company: str, batch: str, **values: Any) -> None:
    """Write columns of one batch."""
    connection.execute(update(_B).where(_B.c.company == company, _B.c.id == batch).values(**values))


def mark_unknown(connection: Connection, company: str, batches: Iterable[str], detail: str) -> None:
    """Note that requests went out and nobody knows what became of them."""
    ids = list(batches)
    if not ids:
        return
    connection.execute(
        update(_B).where(_B.c.company == company, _B.c.id.in_(ids)).values(state="unknown", detail=detail)
    )
    connection.execute(
        update(_O)
        .where(_O.c.company == company, _O.c.batch.in_(ids), one_of(_O.c.state, "sent"))
        .values(state="unknown")
    )


def abandon_sent(connection: Connection, company: str) -> None:
    """Requests that an ended run left in mid-flight become unknown: nobody else can be sending them now."""
    sent = connection.execute(select(_B.c.id).where(_B.c.company == company, one_of(_B.c.state, "sent")))
    mark_unknown(connection, company, sent.scalars(), "the run ended before the answer came")


def unknown_batches(connection: Connection, company: str) -> list[Row[Any]]:
    """Return the requests whose outcome is unknown, the oldest first."""
    return list(connection.execute(_UNKNOWN_BATCHES, {"company": company}))


def operations_of(connection: Connection, company: str, batches: Iterable[str]) -> list[Row[Any]]:
    """Return the operations that these requests carry, with their records' present state."""
    ids = list(batches)
    return [
        row
        for at in range(0, len(ids), _CHUNK)
        for row in connection.execute(
            _OPERATIONS_OF_BATCH, {"company": company, "batches": ids[at : at + _CHUNK]}
        )
    ]
