"""Both sides in bulk, decided or not: what a reconcile looks at, slice by slice."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, case, func, select

from service.core.records import ENTITIES, Kind
from service.store.literals import one_of
from service.store.tables import Application, Counterpart, Issue, Link, Record, table_of

_R = table_of(Record)
_C = table_of(Counterpart)
_L = table_of(Link)
_A = table_of(Application)
_I = table_of(Issue)
_PER_STATEMENT = 500

_LINK_OF = and_(_L.c.company == _C.c.company, _L.c.entity == _C.c.entity, _L.c.qbo_id == _C.c.qbo_id)
_COUNTERPART = (
    *(_C.c.qbo_id, _C.c.sync_token, _C.c.content, _C.c.content_hash, _C.c.deleted, _C.c.voided),
    *(_C.c.undecided, _C.c.marker, _C.c.currency, _C.c.balance, _C.c.code, _C.c.reason),
)
_RECORDS = (
    select(*_R.c)
    .where(_R.c.company == bindparam("company"), _R.c.kind == bindparam("kind"))
    .order_by(_R.c.id)
    .with_for_update()
)
_RECORDS_AFTER = _RECORDS.where(_R.c.id > bindparam("after")).limit(bindparam("limit"))
_RECORDS_AMONG = _RECORDS.where(_R.c.id.in_(bindparam("ids", expanding=True)))
_LINKED = (
    select(*_COUNTERPART, _L.c.record, _L.c.base)
    .select_from(_L.join(_C, _LINK_OF))
    .where(
        _L.c.company == bindparam("company"),
        _L.c.kind == bindparam("kind"),
        _L.c.record.in_(bindparam("ids", expanding=True)),
    )
)
_ALONE = (
    select(*_COUNTERPART)
    .select_from(_C.outerjoin(_L, _LINK_OF))
    .where(
        _C.c.company == bindparam("company"),
        _C.c.entity == bindparam("entity"),
        _C.c.deleted.is_(False),
        _L.c.record.is_(None),
    )
    .order_by(_C.c.qbo_id)
)
_ALONE_AFTER = _ALONE.where(_C.c.qbo_id > bindparam("after")).limit(bindparam("limit"))
_ALONE_AMONG = _ALONE.where(_C.c.qbo_id.in_(bindparam("ids", expanding=True)))
_RAWS = select(_C.c.qbo_id, _C.c.raw, _C.c.balance).where(
    _C.c.company == bindparam("company"),
    _C.c.entity == bindparam("entity"),
    _C.c.qbo_id.in_(bindparam("ids", expanding=True)),
)
_SETTLED = (
    select(
        _A.c.target,
        func.sum(_A.c.amount).label("amount"),
        func.sum(case((_A.c.scheduled, 1), else_=0)).label("scheduled"),
    )
    .where(
        _A.c.company == bindparam("company"),
        _A.c.target_kind == bindparam("kind"),
        _A.c.target.in_(bindparam("ids", expanding=True)),
        _A.c.live,
    )
    .group_by(_A.c.target)
)
_APPLICATIONS = select(_A).where(
    _A.c.company == bindparam("company"),
    _A.c.kind == bindparam("kind"),
    _A.c.payment.in_(bindparam("ids", expanding=True)),
)
_OPEN_ISSUES = select(_I.c.kind, _I.c.record, _I.c.quickbooks_id, _I.c.code, _I.c.reason, _I.c.fix).where(
    _I.c.company == bindparam("company"), one_of(_I.c.state, "open", "ignored")
)


class Chosen(NamedTuple):
    """Which rows of a kind: the next after an id, or just these."""

    after: str = ""
    limit: int = 0
    ids: tuple[str, ...] | None = None

    @property
    def binds(self) -> dict[str, Any]:
        """What the statements take."""
        return {"after": self.after, "limit": self.limit} if self.ids is None else {"ids": list(self.ids)}


def records(connection: Connection, company: str, kind: Kind, chosen: Chosen) -> list[Row[Any]]:
    """Return whole rows of records, by id, and lock them."""
    statement = _RECORDS_AFTER if chosen.ids is None else _RECORDS_AMONG
    return list(connection.execute(statement, {"company": company, "kind": kind.value} | chosen.binds))


def linked(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the counterparts of these records, by record, with their bases."""
    rows = _in_chunks(connection, _LINKED, {"company": company, "kind": kind.value}, ids)
    return {row.record: row for row in rows}


def alone(connection: Connection, company: str, kind: Kind, chosen: Chosen) -> list[Row[Any]]:
    """Return counterparts that live and have no record, by id."""
    statement = _ALONE_AFTER if chosen.ids is None else _ALONE_AMONG
    return list(connection.execute(statement, {"company": company, "entity": ENTITIES[kind]} | chosen.binds))


def raws(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> list[Row[Any]]:
    """Return what QuickBooks sent of these objects."""
    return _in_chunks(connection, _RAWS, {"company": company, "entity": ENTITIES[kind]}, ids)


class Applied(NamedTuple):
    """What payments settle of a bill, invoice or credit; `scheduled`: some of it has not moved yet."""

    amount: Decimal
    scheduled: bool


def applied(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> dict[str, Applied]:
    """Return what live payments settle of each of these records."""
    rows = _in_chunks(connection, _SETTLED, {"company": company, "kind": kind.value}, ids)
    return {row.target: Applied(row.amount, bool(row.scheduled)) for row in rows}


def applications(
    connection: Connection, company: str, kind: Kind, payments: Iterable[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that are kept of what payments settle, by payment."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _in_chunks(connection, _APPLICATIONS, {"company": company, "kind": kind.value}, payments):
        found.setdefault(row.payment, []).append(dict(row._mapping))
    return found


def open_issues(connection: Connection, company: str) -> list[Row[Any]]:
    """Return what is open or ignored, with the words of each."""
    return list(connection.execute(_OPEN_ISSUES, {"company": company}))


def _in_chunks(
    connection: Connection, statement: Any, binds: dict[str, Any], ids: Iterable[str]
) -> list[Row[Any]]:
    every = list(ids)
    return [
        row
        for at in range(0, len(every), _PER_STATEMENT)
        for row in connection.execute(statement, binds | {"ids": every[at : at + _PER_STATEMENT]})
    ]
