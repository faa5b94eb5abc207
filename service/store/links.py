"""Links: which record is which counterpart, and the base that both last agreed on."""

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, select, tuple_, update

from service.core.records import ENTITIES, Document, Kind, encode
from service.store.tables import Counterpart, Link, table_of
from service.store.upserts import Upsert

_T = table_of(Link)
_C = table_of(Counterpart)

_UPSERT = Upsert(_T, key=("company", "kind", "record"))
_CUT = delete(_T).where(
    _T.c.company == bindparam("of_company"),
    _T.c.kind == bindparam("of_kind"),
    _T.c.record == bindparam("of_record"),
)
_MOVE = (
    update(_T)
    .where(
        _T.c.company == bindparam("of_company"),
        _T.c.kind == bindparam("of_kind"),
        _T.c.record == bindparam("of_record"),
    )
    .values(qbo_id=bindparam("new_id"))
)
_COLUMNS = (_T.c.kind, _T.c.record, _T.c.qbo_id, _C.c.currency)
_WITH_COUNTERPART = _T.outerjoin(
    _C, and_(_C.c.company == _T.c.company, _C.c.entity == _T.c.entity, _C.c.qbo_id == _T.c.qbo_id)
)
_BY_RECORD = (
    select(*_COLUMNS)
    .select_from(_WITH_COUNTERPART)
    .where(
        _T.c.company == bindparam("company"),
        tuple_(_T.c.kind, _T.c.record).in_(bindparam("keys", expanding=True)),
    )
)
_BY_QBO_ID = (
    select(*_COLUMNS)
    .select_from(_WITH_COUNTERPART)
    .where(
        _T.c.company == bindparam("company"),
        tuple_(_T.c.entity, _T.c.qbo_id).in_(bindparam("keys", expanding=True)),
    )
)


class Linked(NamedTuple):
    """One link, as references need it."""

    kind: Kind
    record: str
    qbo_id: str
    currency: str | None


class NewBase(NamedTuple):
    """A link to write, with the base that both sides hold."""

    kind: Kind
    record: str
    qbo_id: str
    base: Document
    base_hash: str


def by_record(connection: Connection, company: str, keys: list[tuple[Kind, str]]) -> list[Linked]:
    """Return the links of these records."""
    return _links(connection, _BY_RECORD, company, [(kind.value, record) for kind, record in keys])


def by_qbo_id(connection: Connection, company: str, keys: list[tuple[Kind, str]]) -> list[Linked]:
    """Return the links of these counterparts."""
    return _links(connection, _BY_QBO_ID, company, [(ENTITIES[kind], qbo_id) for kind, qbo_id in keys])


def write(connection: Connection, company: str, links: list[NewBase], now: dt.datetime) -> None:
    """Link, or move the base of what is linked."""
    rows = [
        {
            "company": company,
            "kind": each.kind.value,
            "record": each.record,
            "entity": ENTITIES[each.kind],
            "qbo_id": each.qbo_id,
            "base": encode(each.base),
            "base_hash": each.base_hash,
            "linked_at": now,
            "agreed_at": now,
        }
        for each in links
    ]
    _UPSERT.run(connection, rows)


def move(connection: Connection, company: str, kind: Kind, record: str, qbo_id: str) -> None:
    """Give a record's link to another counterpart; what both sides agreed on stays."""
    binds = {"of_company": company, "of_kind": kind.value, "of_record": record, "new_id": qbo_id}
    connection.execute(_MOVE, binds)


def cut(connection: Connection, company: str, keys: list[tuple[Kind, str]]) -> None:
    """Close links."""
    rows: list[dict[str, Any]] = [
        {"of_company": company, "of_kind": kind.value, "of_record": record} for kind, record in keys
    ]
    if rows:
        connection.execute(_CUT, rows)


def _links(connection: Connection, statement: Any, company: str, keys: list[tuple[str, str]]) -> list[Linked]:
    if not keys:
        return []
    found = connection.execute(statement, {"company": company, "keys": keys})
    return [Linked(Kind(row.kind), row.record, row.qbo_id, row.currency) for row in found]
