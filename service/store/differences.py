"""Bills, invoices and credits whose balance is not QuickBooks', and what was said of them."""

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, literal, select

from service.core.payments import DIFFERENCES
from service.core.records import ENTITIES, SETTLED, Kind
from service.core.references import Reference
from service.store.literals import one_of
from service.store.tables import Counterpart, Issue, Link, Record, table_of

_R = table_of(Record)
_L = table_of(Link)
_C = table_of(Counterpart)
_I = table_of(Issue)

_CONCERNED = (
    select(_R.c.kind, _R.c.id, literal(False).label("told"))
    .where(
        _R.c.company == bindparam("company"),
        one_of(_R.c.kind, *SETTLED),
        _R.c.balance != _R.c.quickbooks_balance,
        _R.c.archived.is_(False),
    )
    .union_all(
        select(_I.c.kind, _I.c.record, literal(True)).where(
            _I.c.company == bindparam("company"),
            one_of(_I.c.state, "open", "ignored"),
            one_of(_I.c.code, *DIFFERENCES),
            _I.c.subject.like("balance:%"),
        )
    )
)
_STANDINGS = (
    select(
        _R.c.kind, _R.c.id, _R.c.revision, _R.c.sync_state, _R.c.code, _R.c.document, _C.c.qbo_id, _C.c.raw
    )
    .select_from(
        _R.join(_L, and_(_L.c.company == _R.c.company, _L.c.kind == _R.c.kind, _L.c.record == _R.c.id)).join(
            _C, and_(_C.c.company == _L.c.company, _C.c.entity == _L.c.entity, _C.c.qbo_id == _L.c.qbo_id)
        )
    )
    .where(
        _R.c.company == bindparam("company"),
        _R.c.kind == bindparam("kind"),
        _R.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_PAYMENTS = (
    select(_C.c.qbo_id, _C.c.content, _C.c.deleted, _C.c.voided, _L.c.record)
    .select_from(
        _C.outerjoin(
            _L, and_(_L.c.company == _C.c.company, _L.c.entity == _C.c.entity, _L.c.qbo_id == _C.c.qbo_id)
        )
    )
    .where(
        _C.c.company == bindparam("company"),
        _C.c.entity == bindparam("entity"),
        _C.c.qbo_id.in_(bindparam("ids", expanding=True)),
    )
)
_PER_STATEMENT = 500


def concerned(connection: Connection, company: str) -> tuple[set[Reference], set[Reference]]:
    """Return what has another balance here than in QuickBooks, and what an issue about that is open on."""
    apart: set[Reference] = set()
    told: set[Reference] = set()
    for row in connection.execute(_CONCERNED, {"company": company}):
        (told if row.told else apart).add(Reference(Kind(row.kind), row.id))
    return apart, told


def standings(connection: Connection, company: str, wanted: list[Reference]) -> dict[Reference, Row[Any]]:
    """Return how linked bills, invoices and credits stand, with what QuickBooks sent of them."""
    found: dict[Reference, Row[Any]] = {}
    for kind in dict.fromkeys(each.kind for each in wanted):
        ids = [each.id for each in wanted if each.kind is kind]
        for at in range(0, len(ids), _PER_STATEMENT):
            binds = {"company": company, "kind": kind.value, "ids": ids[at : at + _PER_STATEMENT]}
            for row in connection.execute(_STANDINGS, binds):
                found[Reference(kind, row.id)] = row
    return found


def payments(connection: Connection, company: str, kind: Kind, ids: list[str]) -> dict[str, Row[Any]]:
    """Return those of these payments in QuickBooks that a sync has read, with the record that each is."""
    found: dict[str, Row[Any]] = {}
    for at in range(0, len(ids), _PER_STATEMENT):
        binds = {
            "company": company,
            "entity": ENTITIES[kind],
            "ids": ids[at : at + _PER_STATEMENT],
        }
        found |= {row.qbo_id: row for row in connection.execute(_PAYMENTS, binds)}
    return found
