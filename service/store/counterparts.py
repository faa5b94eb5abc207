"""Counterparts: QuickBooks' side as last observed.

An observed version never replaces a stored one with a higher SyncToken (as numbers), nor one of the same
token that was touched later. What changes neither content nor what decisions depend on writes no row.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, Row, and_, bindparam, case, or_, select, update

from service.core.records import ENTITIES, Document, Kind, decode, encode
from service.core.references import Reference, references_of
from service.store.tables import Counterpart, Link, table_of
from service.store.types import Money, UtcDateTime
from service.store.upserts import Upsert

_T = table_of(Counterpart)
_L = table_of(Link)
ID_CHUNK = 500


class Observation(Protocol):
    """One object as QuickBooks sent it (see `quickbooks.translate.Observed`)."""

    @property
    def id(self) -> str: ...
    @property
    def sync_token(self) -> int: ...
    @property
    def last_updated_at(self) -> dt.datetime: ...
    @property
    def content(self) -> Document: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def match_key(self) -> str | None: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def inactive(self) -> bool: ...
    @property
    def level(self) -> int: ...
    @property
    def marker(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def balance(self) -> Decimal | None: ...
    @property
    def voided(self) -> bool: ...
    @property
    def unsupported(self) -> tuple[str, ...]: ...


_VERSIONS = select(_T.c.qbo_id, _T.c.sync_token, _T.c.content, _T.c.inactive, _T.c.deleted).where(
    _T.c.company == bindparam("company"),
    _T.c.entity == bindparam("entity"),
    _T.c.qbo_id.in_(bindparam("ids", expanding=True)),
)
_SEEN = select(
    _T.c.qbo_id,
    _T.c.sync_token,
    _T.c.last_updated_at,
    _T.c.content_hash,
    _T.c.balance,
    _T.c.deleted,
    _T.c.voided,
    _T.c.inactive,
    _T.c.undecided,
).where(
    _T.c.company == bindparam("company"),
    _T.c.entity == bindparam("entity"),
    _T.c.qbo_id.in_(bindparam("ids", expanding=True)),
)
_UPSERT = Upsert(
    _T,
    key=("company", "entity", "qbo_id"),
    columns=[
        name
        for name in _T.columns.keys()  # noqa: SIM118 - a column collection iterates over columns
        if name not in ("code", "reason", "waits_for", "instruction")
    ],
)
_AT = bindparam("at", type_=UtcDateTime())
_BURY = (
    update(_T)
    .where(
        _T.c.company == bindparam("of_company"),
        _T.c.entity == bindparam("of_entity"),
        _T.c.qbo_id == bindparam("of_id"),
        _T.c.deleted.is_(False),
    )
    .values(
        deleted=True,
        undecided=True,
        observed_at=bindparam("now"),
        last_updated_at=case((_T.c.last_updated_at > _AT, _T.c.last_updated_at), else_=_AT),
    )
)
_SETTLE = (
    update(_T)
    .where(
        _T.c.company == bindparam("of_company"),
        _T.c.entity == bindparam("of_entity"),
        _T.c.qbo_id == bindparam("of_id"),
    )
    .values(
        balance=_T.c.balance - bindparam("settled", type_=Money()),
        undecided=_T.c.undecided | _T.c.code.is_not(None),
    )
)
_LINKED_AMONG = select(_L.c.qbo_id).where(
    _L.c.company == bindparam("company"),
    _L.c.entity == bindparam("entity"),
    _L.c.qbo_id.in_(bindparam("ids", expanding=True)),
)
_SETTLED_THERE = ("not_unpaid", "number_missing", "currency_not_usd")
"""What is left out for these reasons comes only after an edit in QuickBooks, which is seen."""
_EXPECTED_PAGE = (
    select(_T.c.qbo_id)
    .select_from(
        _T.outerjoin(
            _L,
            (_T.c.company == _L.c.company) & (_T.c.entity == _L.c.entity) & (_T.c.qbo_id == _L.c.qbo_id),
        )
    )
    .where(
        _T.c.company == bindparam("company"),
        _T.c.entity == bindparam("entity"),
        _T.c.qbo_id > bindparam("after"),
        _T.c.deleted.is_(False),
        or_(
            _L.c.record.is_not(None),
            _T.c.undecided,
            and_(_T.c.code.is_not(None), _T.c.code.not_in(_SETTLED_THERE)),
        ),
    )
    .order_by(_T.c.qbo_id)
    .limit(bindparam("limit"))
)
_CONTENTS = (
    select(_T.c.qbo_id, _T.c.content)
    .where(
        _T.c.company == bindparam("company"),
        _T.c.entity == bindparam("entity"),
        _T.c.qbo_id > bindparam("after"),
        _T.c.deleted.is_(False),
    )
    .order_by(_T.c.qbo_id)
    .limit(ID_CHUNK)
)
_MISSING_ANY = select(_T.c.qbo_id).where(
    _T.c.company == bindparam("company"),
    _T.c.entity == bindparam("entity"),
    _T.c.qbo_id.in_(bindparam("ids", expanding=True)),
)


def observe(
    connection: Connection, company: str, entity: str, objects: Sequence[Observation], now: dt.datetime
) -> int:
    """Store what was observed; return how many differ in what decisions depend on."""
    seen = {
        row.qbo_id: row
        for chunk in _chunks([each.id for each in objects])
        for row in connection.execute(_SEEN, {"company": company, "entity": entity, "ids": chunk})
    }
    rows = []
    changed = 0
    for each in objects:
        before = seen.get(each.id)
        if before is not None and not _is_newer(each, before):
            continue
        differs = before is None or _differs(each, before)
        if not differs and before is not None and each.sync_token == before.sync_token:
            continue
        changed += differs
        rows.append(_row(company, entity, each, now, undecided=differs or bool(before and before.undecided)))
    _UPSERT.run(connection, rows)
    return changed


def store_answers(
    connection: Connection, company: str, entity: str, objects: Sequence[Observation], now: dt.datetime
) -> None:
    """Store what QuickBooks answered to our own writes: decided already, so nobody has to look again."""
    _UPSERT.run(connection, [_row(company, entity, each, now, undecided=False) for each in objects])


def bury(
    connection: Connection, company: str, entity: str, ids: dict[str, dt.datetime], now: dt.datetime
) -> None:
    """Mark objects as deleted in QuickBooks; ids that were never observed leave no trace.

    A read that still shows the last version does not bring it back, whatever the time of the delete says.
    """
    rows = [
        {"of_company": company, "of_entity": entity, "of_id": each, "at": at, "now": now}
        for each, at in ids.items()
    ]
    if rows:
        connection.execute(_BURY, rows)


def settle(connection: Connection, company: str, settled: dict[tuple[str, str], Decimal]) -> None:
    """Take off their balances what a write of ours has settled, by entity and id.

    QuickBooks' answer to a payment names its bills, not what is left of them; the next window does. What was
    left out may be unpaid again, and is decided anew.
    """
    rows = [
        {"of_company": company, "of_entity": entity, "of_id": each, "settled": amount}
        for (entity, each), amount in settled.items()
    ]
    if rows:
        connection.execute(_SETTLE, rows)


def linked_among(connection: Connection, company: str, entity: str, ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are linked."""
    return {
        each
        for chunk in _chunks(list(ids))
        for each in connection.execute(
            _LINKED_AMONG, {"company": company, "entity": entity, "ids": chunk}
        ).scalars()
    }


def active_linked(connection: Connection, company: str, entity: str, ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are linked, and were active when they were last seen."""
    wanted = linked_among(connection, company, entity, ids)
    found = versions(connection, company, entity, sorted(wanted))
    return {qbo_id for qbo_id, row in found.items() if not (row.inactive or row.deleted)}


def versions(connection: Connection, company: str, entity: str, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the stored versions of objects, with their contents."""
    return {
        row.qbo_id: row
        for chunk in _chunks(list(ids))
        for row in connection.execute(_VERSIONS, {"company": company, "entity": entity, "ids": chunk})
    }


def expected_page(connection: Connection, company: str, entity: str, after: str, limit: int) -> list[str]:
    """Return the next ids, in order of text, whose disappearance matters: linked, undecided, waiting."""
    return list(
        connection.execute(
            _EXPECTED_PAGE, {"company": company, "entity": entity, "after": after, "limit": limit}
        ).scalars()
    )


def referring_to(connection: Connection, company: str, kind: Kind, parents: set[Reference]) -> list[str]:
    """Return the ids of this kind's objects that refer to any of these (by QuickBooks' ids)."""
    found: list[str] = []
    after = ""
    while True:
        binds = {"company": company, "entity": ENTITIES[kind], "after": after}
        rows = connection.execute(_CONTENTS, binds).all()
        found += [
            row.qbo_id for row in rows if not parents.isdisjoint(references_of(decode(kind, row.content)))
        ]
        if len(rows) < ID_CHUNK:
            return found
        after = rows[-1].qbo_id


def _is_newer(each: Observation, before: Row[Any]) -> bool:
    if before.deleted:  # a version that we never saw may still be shown by a late reader
        return bool(each.last_updated_at > before.last_updated_at)
    if each.sync_token != before.sync_token:
        return bool(each.sync_token > before.sync_token)
    return bool(each.last_updated_at >= before.last_updated_at)


def _differs(each: Observation, before: Row[Any]) -> bool:
    return bool(
        each.content_hash != before.content_hash
        or each.balance != before.balance
        or each.inactive != before.inactive
        or each.voided != before.voided
        or before.deleted
    )


def _row(
    company: str, entity: str, each: Observation, now: dt.datetime, *, undecided: bool
) -> dict[str, Any]:
    return {
        "company": company,
        "entity": entity,
        "qbo_id": each.id,
        "sync_token": each.sync_token,
        "last_updated_at": each.last_updated_at,
        "content": encode(each.content),
        "content_hash": each.content_hash,
        "raw": each.raw,
        "deleted": False,
        "voided": each.voided,
        "inactive": each.inactive,
        "undecided": undecided,
        "level": each.level,
        "match_key": each.match_key,
        "marker": each.marker,
        "currency": each.currency,
        "amount": each.amount,
        "balance": each.balance,
        "unsupported": encode(each.unsupported).decode() if each.unsupported else None,
        "observed_at": now,
    }


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + ID_CHUNK] for start in range(0, len(ids), ID_CHUNK))
