"""Everything that is known about one record or one QuickBooks object: what *explain* shows."""

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, and_, bindparam, or_, select, tuple_

from service.core.records import ENTITIES, SETTLED, Document, Kind, Payment, decode, with_account
from service.core.references import Reference, references_of
from service.store.tables import Counterpart, Link, Operation, Record, table_of

_R = table_of(Record)
_C = table_of(Counterpart)
_L = table_of(Link)
_O = table_of(Operation)

_COUNTERPART = (
    select(
        _C.c.qbo_id,
        _C.c.sync_token,
        _C.c.content,
        _C.c.deleted,
        _C.c.voided,
        _C.c.inactive,
        _C.c.undecided,
        _C.c.currency,
        _C.c.amount,
        _C.c.balance,
        _C.c.unsupported,
        _C.c.code,
        _C.c.reason,
        _C.c.waits_for,
        _C.c.last_updated_at,
        _C.c.observed_at,
        _L.c.record.label("linked_to"),
    )
    .select_from(
        _C.outerjoin(
            _L,
            and_(_L.c.company == _C.c.company, _L.c.entity == _C.c.entity, _L.c.qbo_id == _C.c.qbo_id),
        )
    )
    .where(
        _C.c.company == bindparam("of_company"),
        _C.c.entity == bindparam("of_entity"),
        _C.c.qbo_id == bindparam("of_id"),
    )
)
_LINK = select(_L.c.qbo_id, _L.c.base, _L.c.linked_at, _L.c.agreed_at).where(
    _L.c.company == bindparam("of_company"),
    _L.c.kind == bindparam("of_kind"),
    _L.c.record == bindparam("of_record"),
)
_OPERATIONS = (
    select(
        _O.c.id,
        _O.c.sync,
        _O.c.action,
        _O.c.state,
        _O.c.fields,
        _O.c.qbo_id,
        _O.c.batch,
        _O.c.fault,
        _O.c.intuit_tid,
        _O.c.planned_at,
        _O.c.sent_at,
        _O.c.ended_at,
    )
    .where(_O.c.company == bindparam("of_company"), _O.c.kind == bindparam("of_kind"))
    .order_by(_O.c.planned_at.desc(), _O.c.id.desc())
    .limit(bindparam("limit"))
)
_LINKED_RECORDS = (
    select(_L.c.kind, _L.c.record, _C.c.currency)
    .select_from(
        _L.outerjoin(
            _C, and_(_C.c.company == _L.c.company, _C.c.entity == _L.c.entity, _C.c.qbo_id == _L.c.qbo_id)
        )
    )
    .where(
        _L.c.company == bindparam("of_company"),
        tuple_(_L.c.kind, _L.c.record).in_(bindparam("keys", expanding=True)),
    )
)
_SETTLED_RECORDS = select(_R.c.kind, _R.c.id).where(
    _R.c.company == bindparam("of_company"),
    _R.c.undecided.is_(False),
    tuple_(_R.c.kind, _R.c.id).in_(bindparam("keys", expanding=True)),
)
_LINKED_OBJECTS = (
    select(_L.c.entity, _L.c.qbo_id, _C.c.currency)
    .select_from(
        _L.outerjoin(
            _C, and_(_C.c.company == _L.c.company, _C.c.entity == _L.c.entity, _C.c.qbo_id == _L.c.qbo_id)
        )
    )
    .where(
        _L.c.company == bindparam("of_company"),
        tuple_(_L.c.entity, _L.c.qbo_id).in_(bindparam("keys", expanding=True)),
    )
)


class StoredCounterpart(Struct, frozen=True, kw_only=True):
    """QuickBooks' side as last observed; `content` is in wire space."""

    quickbooks_id: str
    content: Document
    sync_token: int
    deleted: bool
    voided: bool
    inactive: bool
    undecided: bool
    currency: str | None
    amount: Decimal | None
    balance: Decimal | None
    unsupported: tuple[str, ...]
    code: str | None
    reason: str | None
    waits_for: str | None
    last_updated_at: dt.datetime | None
    observed_at: dt.datetime
    record: str | None


class StoredLink(Struct, frozen=True, kw_only=True):
    """A pairing, with what both sides last agreed on, in wire space."""

    quickbooks_id: str
    base: Document
    linked_at: dt.datetime
    agreed_at: dt.datetime


class StoredOperation(Struct, frozen=True, kw_only=True):
    """One write to QuickBooks."""

    id: str
    sync: str
    action: str
    state: str
    fields: str
    quickbooks_id: str | None
    request: str | None
    fault: str | None
    intuit_tid: str | None
    planned_at: dt.datetime
    sent_at: dt.datetime | None
    ended_at: dt.datetime | None


class Parents(Struct, frozen=True, kw_only=True):
    """What a document refers to: what the other side lacks, and the currency that QuickBooks keeps its party
    in. `unheld` is what a payment made in QuickBooks settles and is not here: it keeps it from nothing."""

    unlinked: tuple[Reference, ...] = ()
    unheld: tuple[Reference, ...] = ()
    party_currency: str | None = None


def counterpart(connection: Connection, company: str, kind: Kind, qbo_id: str) -> StoredCounterpart | None:
    """Return QuickBooks' side, if a sync has seen it."""
    binds = {"of_company": company, "of_entity": ENTITIES[kind], "of_id": qbo_id}
    row = connection.execute(_COUNTERPART, binds).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    unsupported = values.pop("unsupported")
    return StoredCounterpart(
        unsupported=tuple(msgspec.json.decode(unsupported)) if unsupported else (),
        quickbooks_id=values.pop("qbo_id"),
        record=values.pop("linked_to"),
        content=decode(kind, values.pop("content")),
        **values,
    )


def link(connection: Connection, company: str, kind: Kind, record: str) -> StoredLink | None:
    """Return the link of a record."""
    binds = {"of_company": company, "of_kind": kind.value, "of_record": record}
    row = connection.execute(_LINK, binds).one_or_none()
    if row is None:
        return None
    return StoredLink(
        quickbooks_id=row.qbo_id,
        base=decode(kind, row.base),
        linked_at=row.linked_at,
        agreed_at=row.agreed_at,
    )


def operations(
    connection: Connection,
    company: str,
    kind: Kind,
    *,
    record: str | None,
    quickbooks_id: str | None,
    limit: int = 50,
) -> list[StoredOperation]:
    """Return the writes to QuickBooks about one record or object, newest first."""
    named: list[Any] = []
    if record is not None:
        named.append(_O.c.record == record)
    if quickbooks_id is not None:
        named.append(_O.c.qbo_id == quickbooks_id)
    binds = {"of_company": company, "of_kind": kind.value, "limit": limit}
    found = connection.execute(_OPERATIONS.where(or_(*named)), binds)
    return [_operation(row) for row in found]


def parents_of_record(connection: Connection, company: str, document: Document) -> Parents:
    """Return which parents of a record QuickBooks neither has nor is about to get."""
    references = list(dict.fromkeys(references_of(_without_account(document))))
    keys = [(each.kind.value, each.id) for each in references]
    if not keys:
        return Parents()
    binds = {"of_company": company, "keys": keys}
    linked = {(row.kind, row.record): row.currency for row in connection.execute(_LINKED_RECORDS, binds)}
    settled = {(row.kind, row.id) for row in connection.execute(_SETTLED_RECORDS, binds)}
    return _parents(references, {key for key in keys if key not in linked and key in settled}, linked, keys)


def parents_of_object(connection: Connection, company: str, content: Document) -> Parents:
    """Return which parents of a QuickBooks object have no record here."""
    references = list(dict.fromkeys(references_of(content)))
    keys = [(ENTITIES[each.kind], each.id) for each in references]
    if not keys:
        return Parents()
    binds = {"of_company": company, "keys": keys}
    linked = {(row.entity, row.qbo_id): row.currency for row in connection.execute(_LINKED_OBJECTS, binds)}
    found = _parents(references, {key for key in keys if key not in linked}, linked, keys)
    if not isinstance(content, Payment):
        return found
    unheld = tuple(each for each in found.unlinked if each.kind in SETTLED)
    return replace(
        found, unlinked=tuple(each for each in found.unlinked if each not in unheld), unheld=unheld
    )


def _without_account(document: Document) -> Document:
    """The account of a payment is what its preferences make of it: another rule looks at that."""
    return with_account(document, None) if isinstance(document, Payment) else document


_PARTIES = (Kind.VENDOR, Kind.CUSTOMER)


def _parents(
    references: list[Reference],
    missing: set[tuple[str, str]],
    linked: dict[tuple[str, str], str | None],
    keys: list[tuple[str, str]],
) -> Parents:
    paired = list(zip(references, keys, strict=True))
    party = next((linked.get(key) for each, key in paired if each.kind in _PARTIES), None)
    return Parents(unlinked=tuple(each for each, key in paired if key in missing), party_currency=party)


def _operation(row: Row[Any]) -> StoredOperation:
    values = dict(row._mapping)
    return StoredOperation(quickbooks_id=values.pop("qbo_id"), request=values.pop("batch"), **values)
