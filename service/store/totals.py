"""Totals of both sides, grouped by the database: counts by kind, what is open by party, payments."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, case, func, select

from service.core.records import ENTITIES, SETTLED, Kind
from service.store.literals import one_of
from service.store.tables import Counterpart, Link, Record, table_of
from service.store.types import Money

_R = table_of(Record)
_C = table_of(Counterpart)
_L = table_of(Link)
_RECORD_OF_LINK = and_(_R.c.company == _L.c.company, _R.c.kind == _L.c.kind, _R.c.id == _L.c.record)
_LINK_OF_RECORD = _RECORD_OF_LINK
_COUNTERPART_OF_LINK = and_(
    _C.c.company == _L.c.company, _C.c.entity == _L.c.entity, _C.c.qbo_id == _L.c.qbo_id
)
_PER_READ = 1000

_HERE = (
    select(
        _R.c.kind,
        func.count().label("records"),
        func.sum(case((_R.c.archived, 1), else_=0)).label("archived"),
        func.count(_L.c.record).label("linked"),
        func.sum(case((and_(_R.c.sync_state == "agreed", _L.c.record.is_not(None)), 1), else_=0)).label(
            "agreed"
        ),
    )
    .select_from(_R.outerjoin(_L, _LINK_OF_RECORD))
    .where(_R.c.company == bindparam("company"))
    .group_by(_R.c.kind)
)
_THERE = (
    select(_C.c.entity, func.count().label("objects"))
    .where(_C.c.company == bindparam("company"), _C.c.deleted.is_(False))
    .group_by(_C.c.entity)
)
_CODES = (
    select(_R.c.kind, _R.c.code, func.count().label("number"))
    .where(_R.c.company == bindparam("company"), _R.c.code.is_not(None))
    .group_by(_R.c.kind, _R.c.code)
    .union_all(
        select(_C.c.entity, _C.c.code, func.count())
        .where(_C.c.company == bindparam("company"), _C.c.code.is_not(None), _C.c.deleted.is_(False))
        .group_by(_C.c.entity, _C.c.code)
    )
)
_OPEN = (
    select(
        *(_R.c.kind, _R.c.party, _R.c.currency),
        func.sum(case((_R.c.archived.is_(False), _R.c.balance)), type_=Money()).label("here"),
        func.sum(
            case((and_(_C.c.deleted.is_(False), _C.c.voided.is_(False)), _C.c.balance)), type_=Money()
        ).label("there"),
    )
    .select_from(_R.outerjoin(_L, _LINK_OF_RECORD).outerjoin(_C, _COUNTERPART_OF_LINK))
    .where(_R.c.company == bindparam("company"), one_of(_R.c.kind, *SETTLED))
    .group_by(_R.c.kind, _R.c.party, _R.c.currency)
)
_OPEN_ALONE = (
    select(_C.c.entity, _C.c.content, _C.c.currency, _C.c.balance)
    .select_from(_C.outerjoin(_L, _COUNTERPART_OF_LINK))
    .where(
        _C.c.company == bindparam("company"),
        one_of(_C.c.entity, *(ENTITIES[kind] for kind in SETTLED)),
        _L.c.record.is_(None),
        _C.c.deleted.is_(False),
        _C.c.voided.is_(False),
        _C.c.balance != 0,
    )
)
_MOVED = (
    select(
        *(_R.c.id, _R.c.kind, _R.c.document, _R.c.archived, _R.c.status, _R.c.amount),
        *(_C.c.qbo_id, _C.c.content, _C.c.deleted, _C.c.voided, _L.c.base),
    )
    .select_from(_R.outerjoin(_L, _LINK_OF_RECORD).outerjoin(_C, _COUNTERPART_OF_LINK))
    .where(_R.c.company == bindparam("company"), _R.c.kind == bindparam("kind"), _R.c.id > bindparam("after"))
    .order_by(_R.c.id)
    .limit(bindparam("limit"))
)
_MOVED_ALONE = (
    select(_C.c.qbo_id, _C.c.content)
    .select_from(_C.outerjoin(_L, _COUNTERPART_OF_LINK))
    .where(
        _C.c.company == bindparam("company"),
        _C.c.entity == bindparam("entity"),
        _L.c.record.is_(None),
        _C.c.deleted.is_(False),
        _C.c.voided.is_(False),
    )
    .order_by(_C.c.qbo_id)
)
_SOME = select(_R.c.id, _R.c.party, _R.c.currency).where(
    _R.c.company == bindparam("company"),
    _R.c.kind == bindparam("kind"),
    _R.c.id.in_(bindparam("ids", expanding=True)),
)
_NAMES = select(_R.c.kind, _R.c.id, _R.c.name).where(
    _R.c.company == bindparam("company"),
    _R.c.kind == bindparam("kind"),
    _R.c.id.in_(bindparam("ids", expanding=True)),
)


class Counts(NamedTuple):
    """Rows of records by kind, of counterparts by entity, and of codes by either."""

    here: list[Row[Any]]
    there: list[Row[Any]]
    codes: list[Row[Any]]


def counts(connection: Connection, company: str) -> Counts:
    """Count both sides, and what stands with each code."""
    here, there, codes = (
        list(connection.execute(each, {"company": company})) for each in (_HERE, _THERE, _CODES)
    )
    return Counts(here, there, codes)


def open_balances(connection: Connection, company: str) -> list[Row[Any]]:
    """Sum up what is open of bills, invoices and credits, and of their counterparts, by party."""
    return list(connection.execute(_OPEN, {"company": company}))


def open_alone(connection: Connection, company: str) -> list[Row[Any]]:
    """Return what is open in QuickBooks and has no record here."""
    return list(connection.execute(_OPEN_ALONE, {"company": company}))


def moved(connection: Connection, company: str, kind: Kind) -> Iterator[list[Row[Any]]]:
    """Go through the payments or transfers of a kind with their counterparts, so many at a time."""
    after = ""
    while True:
        binds = {"company": company, "kind": kind.value, "after": after, "limit": _PER_READ}
        rows = list(connection.execute(_MOVED, binds))
        yield rows
        if len(rows) < _PER_READ:
            return
        after = rows[-1].id


def moved_alone(connection: Connection, company: str, kind: Kind) -> list[Row[Any]]:
    """Return the payments or transfers of a kind that QuickBooks has and nobody here."""
    return list(connection.execute(_MOVED_ALONE, {"company": company, "entity": ENTITIES[kind]}))


def names(connection: Connection, company: str, kind: Kind, ids: list[str]) -> dict[str, str]:
    """Return what list entries are called."""
    return {
        row.id: row.name
        for at in range(0, len(ids), _PER_READ)
        for row in connection.execute(
            _NAMES, {"company": company, "kind": kind.value, "ids": ids[at : at + _PER_READ]}
        )
    }


def some_records(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> list[Row[Any]]:
    """Return whom these records are with, and in which currency."""
    every = list(ids)
    return [
        row
        for at in range(0, len(every), _PER_READ)
        for row in connection.execute(
            _SOME, {"company": company, "kind": kind.value, "ids": every[at : at + _PER_READ]}
        )
    ]
