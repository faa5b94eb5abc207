"""Outcomes of a sync as callers read them; of a preview they are its plan."""

import datetime as dt
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, or_, select

from service.store.tables import Outcome, table_of

_T = table_of(Outcome)
_COLUMNS = (
    _T.c.sync,
    _T.c.sequence,
    _T.c.kind,
    _T.c.record,
    _T.c.quickbooks_id,
    _T.c.result,
    _T.c.code,
    _T.c.reason,
    _T.c.fix,
    _T.c.field,
    _T.c.at,
)
_PAGE = (
    select(*_COLUMNS)
    .where(
        _T.c.company == bindparam("of_company"),
        _T.c.sync == bindparam("of_sync"),
        _T.c.sequence > bindparam("after"),
    )
    .order_by(_T.c.sequence)
    .limit(bindparam("limit"))
)
_OF_OBJECT = (
    select(*_COLUMNS)
    .where(_T.c.company == bindparam("of_company"), _T.c.kind == bindparam("of_kind"))
    .order_by(_T.c.at.desc(), _T.c.sequence.desc())
    .limit(bindparam("limit"))
)


class StoredOutcome(Struct, frozen=True, kw_only=True):
    """What a sync did with one pair."""

    sync: str
    sequence: int
    kind: str
    record: str | None
    quickbooks_id: str | None
    result: str
    code: str | None
    reason: str | None
    fix: str | None
    field: str | None
    at: dt.datetime


def page(
    connection: Connection,
    company: str,
    sync: str,
    *,
    after: int = 0,
    limit: int,
    kind: str | None = None,
    result: str | None = None,
    code: str | None = None,
) -> list[StoredOutcome]:
    """Return the next outcomes of a sync."""
    statement = _PAGE
    for column, value in ((_T.c.kind, kind), (_T.c.result, result), (_T.c.code, code)):
        if value is not None:
            statement = statement.where(column == value)
    binds = {"of_company": company, "of_sync": sync, "after": after, "limit": limit}
    return [StoredOutcome(**row._mapping) for row in connection.execute(statement, binds)]


def history(
    connection: Connection,
    company: str,
    kind: str,
    *,
    record: str | None,
    quickbooks_id: str | None,
    limit: int = 50,
) -> list[StoredOutcome]:
    """Return what syncs did with one record or QuickBooks object, newest first."""
    named: list[Any] = []
    if record is not None:
        named.append(_T.c.record == record)
    if quickbooks_id is not None:
        named.append(_T.c.quickbooks_id == quickbooks_id)
    binds = {"of_company": company, "of_kind": kind, "limit": limit}
    found = connection.execute(_OF_OBJECT.where(or_(*named)), binds)
    return [StoredOutcome(**row._mapping) for row in found]
