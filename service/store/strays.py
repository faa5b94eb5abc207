"""What a database holds that nothing else in it stands for: links to nothing, writes without a request.

Nothing that this service does leaves such rows; a restored or hand-edited database may.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, or_, select, update

from service.store.literals import one_of
from service.store.tables import Application, Batch, Counterpart, Link, Operation, Record, table_of

_R = table_of(Record)
_C = table_of(Counterpart)
_L = table_of(Link)
_A = table_of(Application)
_O = table_of(Operation)
_B = table_of(Batch)
_OPEN = ("planned", "sent", "unknown")
_ON_THE_WIRE = ("sent", "unknown")

_RECORD_OF_LINK = and_(_R.c.company == _L.c.company, _R.c.kind == _L.c.kind, _R.c.id == _L.c.record)
_COUNTERPART_OF_LINK = and_(
    _C.c.company == _L.c.company, _C.c.entity == _L.c.entity, _C.c.qbo_id == _L.c.qbo_id
)
_LINKS = (
    select(
        *(_L.c.kind, _L.c.record, _L.c.entity, _L.c.qbo_id),
        *(_R.c.id.label("here"), _C.c.qbo_id.label("there")),
    )
    .select_from(_L.outerjoin(_R, _RECORD_OF_LINK).outerjoin(_C, _COUNTERPART_OF_LINK))
    .where(_L.c.company == bindparam("company"), or_(_R.c.id.is_(None), _C.c.qbo_id.is_(None)))
)
_WRITES = (
    select(
        _O.c.id,
        _O.c.kind,
        _O.c.record,
        _O.c.qbo_id,
        _O.c.state,
        _O.c.action,
        _O.c.sent_at,
        _O.c.batch,
        _R.c.id.label("here"),
    )
    .select_from(
        _O.outerjoin(
            _R, and_(_R.c.company == _O.c.company, _R.c.kind == _O.c.kind, _R.c.id == _O.c.record)
        ).outerjoin(_B, and_(_B.c.company == _O.c.company, _B.c.id == _O.c.batch))
    )
    .where(
        _O.c.company == bindparam("company"),
        one_of(_O.c.state, *_OPEN),
        or_(_R.c.id.is_(None), and_(one_of(_O.c.state, *_ON_THE_WIRE), _B.c.id.is_(None))),
    )
)
_REQUESTS = select(_B.c.id, _B.c.sent_at).where(
    _B.c.company == bindparam("company"),
    one_of(_B.c.state, *_ON_THE_WIRE),
    ~exists(
        select(_O.c.id).where(
            _O.c.company == _B.c.company, _O.c.batch == _B.c.id, one_of(_O.c.state, *_ON_THE_WIRE)
        )
    ),
)
_END_WRITE = (
    update(_O)
    .where(_O.c.company == bindparam("of_company"), _O.c.id == bindparam("of_id"))
    .values(state="withdrawn", ended_at=bindparam("now"))
)
_END_REQUEST = (
    update(_B)
    .where(_B.c.company == bindparam("of_company"), _B.c.id == bindparam("of_id"))
    .values(state="given_up", answered_at=bindparam("now"))
)
_NO_PAYMENT = ~exists(
    select(_R.c.id).where(_R.c.company == _A.c.company, _R.c.kind == _A.c.kind, _R.c.id == _A.c.payment)
)
_APPLICATIONS = (
    select(_A.c.kind, _A.c.payment, _A.c.target_kind, _A.c.target, _A.c.amount)
    .where(_A.c.company == bindparam("company"), _NO_PAYMENT)
    .order_by(_A.c.kind, _A.c.payment)
)
_DROP_APPLICATIONS = delete(_A).where(_A.c.company == bindparam("company"), _NO_PAYMENT)
_BURIED = (
    select(_L.c.kind, _L.c.record, _L.c.entity, _L.c.qbo_id)
    .select_from(_L.join(_R, _RECORD_OF_LINK).join(_C, _COUNTERPART_OF_LINK))
    .where(_L.c.company == bindparam("company"), _C.c.deleted, _C.c.undecided.is_(False), _R.c.code.is_(None))
)
_EXHUME = (
    update(_C)
    .where(
        _C.c.company == bindparam("of_company"),
        _C.c.entity == bindparam("of_entity"),
        _C.c.qbo_id.in_(bindparam("ids", expanding=True)),
    )
    .values(deleted=False, undecided=True)
)


def links(connection: Connection, company: str) -> list[Row[Any]]:
    """Return links whose record (`here`) or counterpart (`there`) isn't there."""
    return list(connection.execute(_LINKS, {"company": company}))


def writes(connection: Connection, company: str) -> list[Row[Any]]:
    """Return open operations without a record (`here`), or on the wire without a request."""
    return list(connection.execute(_WRITES, {"company": company}))


def requests(connection: Connection, company: str) -> list[Row[Any]]:
    """Return open requests that carry no open operation."""
    return list(connection.execute(_REQUESTS, {"company": company}))


def withdraw(
    connection: Connection, company: str, *, writes: list[str], requests: list[str], now: dt.datetime
) -> None:
    """End operations and requests of which nothing can come any more."""
    for statement, ids in ((_END_WRITE, writes), (_END_REQUEST, requests)):
        if ids:
            connection.execute(
                statement, [{"of_company": company, "of_id": each, "now": now} for each in ids]
            )


def drop_applications(connection: Connection, company: str) -> list[Row[Any]]:
    """Drop what payments that aren't there settle; return it."""
    found = list(connection.execute(_APPLICATIONS, {"company": company}))
    if found:
        connection.execute(_DROP_APPLICATIONS, {"company": company})
    return found


def buried(connection: Connection, company: str) -> list[Row[Any]]:
    """Return links to what is called deleted, though no question is open about that."""
    return list(connection.execute(_BURIED, {"company": company}))


def exhume(connection: Connection, company: str, entity: str, ids: list[str]) -> None:
    """Note that objects which were called deleted are there, and have them decided about."""
    if ids:
        connection.execute(_EXHUME, {"of_company": company, "of_entity": entity, "ids": ids})
