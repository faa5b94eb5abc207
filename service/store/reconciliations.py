"""Reconciliations: the differences that the latest one of each company found, and its totals."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from service.core.records import encode
from service.store.refusals import RefusedError
from service.store.tables import Difference, Outcome, Reconciliation, table_of
from service.store.upserts import Upsert

_T = table_of(Reconciliation)
_D = table_of(Difference)
_O = table_of(Outcome)
_UPSERT = Upsert(_T, key=("company",))
_INSERT = insert(_D)
_KEY = (_D.c.kind, _D.c.record, _D.c.quickbooks_id, _D.c.field)
_OF_SYNC = (_D.c.company == bindparam("of_company")) & (_D.c.sync == bindparam("of_sync"))
_KEYS = select(_D.c.number, *_KEY, _D.c.code).where(_OF_SYNC)
_LAST = select(func.coalesce(func.max(_D.c.number), 0)).where(_OF_SYNC)
_EXPLAIN = (
    update(_D)
    .where(_OF_SYNC, _D.c.number == bindparam("of_number"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("code", "reason", "fix", "amount", "platform", "quickbooks", "resolved")
        }
    )
)
_RESOLVE = update(_D).where(_OF_SYNC, _D.c.number == bindparam("of_number")).values(resolved=True)
_FORGET = delete(_D).where(_D.c.company == bindparam("of_company"), _D.c.sync != bindparam("of_sync"))
_LATEST = select(_T.c.sync, _T.c.at, _T.c.summary).where(_T.c.company == bindparam("of_company"))
_PAGE = (
    select(_D)
    .where(_OF_SYNC, _D.c.number > bindparam("after"))
    .order_by(_D.c.number)
    .limit(bindparam("limit"))
)
_CAUSES = (
    select(
        *(_D.c.kind, _D.c.party, _D.c.account, _D.c.currency, _D.c.code),
        func.sum(_D.c.amount).label("amount"),
    )
    .where(_OF_SYNC, _D.c.resolved.is_(False), _D.c.amount.is_not(None))
    .group_by(_D.c.kind, _D.c.party, _D.c.account, _D.c.currency, _D.c.code)
)
_FIELDS_APART = select(_D.c.kind, _D.c.record, _D.c.field, _D.c.code).where(
    _OF_SYNC, _D.c.resolved.is_(False), _D.c.record.is_not(None), _D.c.field.is_not(None)
)
_NUMBERS = select(_D.c.resolved, func.count().label("number")).where(_OF_SYNC).group_by(_D.c.resolved)
_TOUCHED = (
    select(_O.c.kind, _O.c.record, _O.c.quickbooks_id)
    .where(_O.c.company == bindparam("of_company"), _O.c.sync == bindparam("of_sync"))
    .distinct()
)

Key = tuple[str | None, ...]
"""Kind, record, QuickBooks' id and field: what one difference is about."""


class StoredDifference(Struct, frozen=True, kw_only=True):
    """One difference, as a reconcile left it."""

    number: int
    kind: str | None
    record: str | None
    quickbooks_id: str | None
    field: str | None
    platform: str | None
    quickbooks: str | None
    amount: Decimal | None
    currency: str | None
    party: str | None
    account: str | None
    code: str
    reason: str
    fix: str
    resolved: bool


class StoredReconciliation(Struct, frozen=True, kw_only=True):
    """The latest reconcile of a company."""

    sync: str
    at: dt.datetime
    summary: dict[str, Any]


def known(connection: Connection, company: str, sync: str) -> dict[Key, tuple[int, str]]:
    """Return the numbers and codes of what a reconcile has found so far, by what it is about."""
    rows = connection.execute(_KEYS, _of(company, sync))
    return {(row.kind, row.record, row.quickbooks_id, row.field): (row.number, row.code) for row in rows}


def add(connection: Connection, company: str, sync: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write differences, numbered on."""
    if not rows:
        return
    last = connection.execute(_LAST, _of(company, sync)).scalar_one()
    keys = {"company": company, "sync": sync}
    connection.execute(_INSERT, [keys | {"number": last + at} | row for at, row in enumerate(rows, 1)])


def explain(connection: Connection, company: str, sync: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write how differences stand now; each row holds `number` and the columns' values."""
    names = ("code", "reason", "fix", "amount", "platform", "quickbooks", "resolved")
    binds = [
        _of(company, sync) | {"of_number": row["number"]} | {f"new_{name}": row[name] for name in names}
        for row in rows
    ]
    if binds:
        connection.execute(_EXPLAIN, binds)


def resolve(connection: Connection, company: str, sync: str, numbers: Sequence[int]) -> None:
    """Note that these are no differences any more."""
    if numbers:
        connection.execute(_RESOLVE, [_of(company, sync) | {"of_number": each} for each in numbers])


def touched(connection: Connection, company: str, sync: str) -> list[Row[Any]]:
    """Return the records and objects that a sync has come to an outcome about."""
    return list(connection.execute(_TOUCHED, _of(company, sync)))


def causes(connection: Connection, company: str, sync: str) -> list[Row[Any]]:
    """Return what is left of differences, summed up by kind, party, account, currency and code."""
    return list(connection.execute(_CAUSES, _of(company, sync)))


def fields_apart(connection: Connection, company: str, sync: str) -> dict[tuple[str, str, str], str]:
    """Return the codes of fields that still differ, by kind, record and field."""
    rows = connection.execute(_FIELDS_APART, _of(company, sync))
    return {(row.kind, row.record, row.field): row.code for row in rows}


def numbers(connection: Connection, company: str, sync: str) -> tuple[int, int]:
    """Return how many differences were found, and how many of them are left."""
    found = {row.resolved: row.number for row in connection.execute(_NUMBERS, _of(company, sync))}
    return sum(found.values()), found.get(False, 0)


def conclude(
    connection: Connection, company: str, sync: str, summary: dict[str, Any], now: dt.datetime
) -> None:
    """Make this the company's latest reconcile; the differences of earlier ones go."""
    row = {"company": company, "sync": sync, "at": now, "summary": encode(summary).decode()}
    _UPSERT.run(connection, [row])
    connection.execute(_FORGET, _of(company, sync))


def latest(connection: Connection, company: str) -> StoredReconciliation:
    """Return the company's latest reconcile.

    Raises:
        RefusedError: `no_reconciliation`.
    """
    row = connection.execute(_LATEST, {"of_company": company}).one_or_none()
    if row is None:
        raise RefusedError("no_reconciliation", "Ask for a sync in mode reconcile first.")
    return StoredReconciliation(sync=row.sync, at=row.at, summary=msgspec.json.decode(row.summary))


def page(
    connection: Connection,
    company: str,
    sync: str,
    *,
    after: int,
    limit: int,
    kind: str | None = None,
    code: str | None = None,
    resolved: bool | None = None,
) -> list[StoredDifference]:
    """Return the next differences of a reconcile."""
    statement = _PAGE
    for column, value in ((_D.c.kind, kind), (_D.c.code, code), (_D.c.resolved, resolved)):
        if value is not None:
            statement = statement.where(column == value)
    rows = connection.execute(statement, _of(company, sync) | {"after": after, "limit": limit})
    return [
        StoredDifference(**{name: getattr(row, name) for name in StoredDifference.__struct_fields__})
        for row in rows
    ]


def _of(company: str, sync: str) -> dict[str, Any]:
    return {"of_company": company, "of_sync": sync}
