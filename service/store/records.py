"""Records as callers read them: one, or a page by id, each with how it stands with QuickBooks."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, and_, bindparam, case, exists, or_, select
from sqlalchemy.sql.expression import ColumnElement, Select

from service.core.records import Document, Kind, decode
from service.store.literals import one_of
from service.store.refusals import RefusedError
from service.store.tables import Link, Operation, Record, table_of

_R = table_of(Record)
_L = table_of(Link)
_O = table_of(Operation)
OPEN_OPERATIONS = ("planned", "sent", "unknown")

_UNDER_WAY = or_(
    _R.c.undecided,
    exists(
        select(_O.c.id).where(
            _O.c.company == _R.c.company,
            _O.c.kind == _R.c.kind,
            _O.c.record == _R.c.id,
            one_of(_O.c.state, *OPEN_OPERATIONS),
        )
    ),
)
_SHOWN_STATE: ColumnElement[str] = case((_UNDER_WAY, "pending"), else_=_R.c.sync_state)
_SELECT = select(
    _R.c.kind,
    _R.c.id,
    _R.c.document,
    _R.c.revision,
    _R.c.caller_revision,
    _R.c.origin,
    _R.c.archived,
    _R.c.amount,
    _R.c.balance,
    _R.c.status,
    _R.c.quickbooks_balance,
    _SHOWN_STATE.label("sync_state"),
    _R.c.code,
    _R.c.waits_for,
    _R.c.synced_at,
    _R.c.created_at,
    _R.c.updated_at,
    _L.c.qbo_id.label("quickbooks_id"),
).select_from(
    _R.outerjoin(_L, and_(_L.c.company == _R.c.company, _L.c.kind == _R.c.kind, _L.c.record == _R.c.id))
)
_OF_KIND = _SELECT.where(_R.c.company == bindparam("of_company"), _R.c.kind == bindparam("of_kind"))
_GET = _OF_KIND.where(_R.c.id == bindparam("of_id"))
_PAGE = _OF_KIND.where(_R.c.id > bindparam("after")).order_by(_R.c.id).limit(bindparam("limit"))


class StoredRecord(Struct, frozen=True, kw_only=True):
    """A record as it stands; `sync_state` is pending while a decision or a write is under way."""

    kind: Kind
    id: str
    document: Document
    revision: int
    caller_revision: int
    origin: str
    archived: bool
    amount: Decimal | None
    balance: Decimal | None
    status: str | None
    quickbooks_balance: Decimal | None
    sync_state: str
    code: str | None
    waits_for: str | None
    synced_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime
    quickbooks_id: str | None


class RecordFilter(Struct, frozen=True, kw_only=True):
    """Which records a list shows; None filters nothing."""

    number: str | None = None
    name: str | None = None
    party: str | None = None
    status: str | None = None
    sync_state: str | None = None
    code: str | None = None
    archived: bool | None = None
    updated_after: dt.datetime | None = None


def get(connection: Connection, company: str, kind: Kind, record: str) -> StoredRecord:
    """Return the record.

    Raises:
        RefusedError: `record_not_found`.
    """
    found = find(connection, company, kind, record)
    if found is None:
        raise RefusedError("record_not_found", f"There is no {kind.value} with this id.")
    return found


def find(connection: Connection, company: str, kind: Kind, record: str) -> StoredRecord | None:
    """Return the record if there is one."""
    binds = {"of_company": company, "of_kind": kind.value, "of_id": record}
    row = connection.execute(_GET, binds).one_or_none()
    return _stored(row) if row else None


def page(
    connection: Connection, company: str, kind: Kind, wanted: RecordFilter, *, after: str, limit: int
) -> list[StoredRecord]:
    """Return the next records by id that pass the filter."""
    binds = {"of_company": company, "of_kind": kind.value, "after": after, "limit": limit}
    statement = _filtered(_PAGE, wanted)
    return [_stored(row) for row in connection.execute(statement, binds)]


def _filtered(statement: Select[Any], wanted: RecordFilter) -> Select[Any]:
    return statement.where(*_conditions(wanted))


def _conditions(wanted: RecordFilter) -> Iterable[ColumnElement[bool]]:
    for name in ("number", "name", "party", "status", "code", "archived"):
        value = getattr(wanted, name)
        if value is not None:
            yield _R.c[name] == value
    if wanted.sync_state is not None:
        yield _SHOWN_STATE.in_([wanted.sync_state])
    if wanted.updated_after is not None:
        yield _R.c.updated_at > wanted.updated_after


def _stored(row: Row[Any]) -> StoredRecord:
    kind = Kind(row.kind)
    return StoredRecord(**dict(row._mapping) | {"kind": kind, "document": decode(kind, row.document)})
