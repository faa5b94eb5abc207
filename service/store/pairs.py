"""Loads what is undecided, pair by pair, in slices; and writes what was decided back in bulk.

Records are locked while they are decided (`FOR UPDATE` where the database has it), so that the decided
revision is the present one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, literal, or_, select, tuple_, update

from service.core.records import ENTITIES, Kind
from service.store.tables import Counterpart, Link, Record, table_of

_R = table_of(Record)
_C = table_of(Counterpart)
_L = table_of(Link)
_KEYS_PER_STATEMENT = 500

_RECORD = (
    _R.c.id,
    _R.c.document,
    _R.c.revision,
    _R.c.archived,
    _R.c.origin,
    _R.c.level,
    _R.c.sync_state,
    _R.c.code,
    _R.c.instruction,
    _R.c.quickbooks_balance,
    _R.c.balance,
    _R.c.status,
    _R.c.marker,
)
_COUNTERPART = (
    _C.c.qbo_id,
    _C.c.sync_token,
    _C.c.content,
    _C.c.content_hash,
    _C.c.deleted,
    _C.c.voided,
    _C.c.inactive,
    _C.c.level,
    _C.c.marker,
    _C.c.match_key,
    _C.c.currency,
    _C.c.amount,
    _C.c.balance,
    _C.c.unsupported,
    _C.c.code,
    _C.c.instruction,
)
_LINK = (_L.c.record, _L.c.base)
_COUNTERPART_LINK = and_(_L.c.company == _C.c.company, _L.c.entity == _C.c.entity, _L.c.qbo_id == _C.c.qbo_id)
_RECORD_LINK = and_(_L.c.company == _R.c.company, _L.c.kind == _R.c.kind, _L.c.record == _R.c.id)

UNDECIDED_COUNTERPARTS = (
    select(*_COUNTERPART, *_LINK)
    .select_from(_C.outerjoin(_L, _COUNTERPART_LINK))
    .where(
        _C.c.company == bindparam("company"),
        _C.c.entity == bindparam("entity"),
        _C.c.undecided,
        tuple_(_C.c.level, _C.c.qbo_id) > tuple_(bindparam("level"), bindparam("after")),
    )
    .order_by(_C.c.level, _C.c.qbo_id)
    .limit(bindparam("limit"))
)
UNDECIDED_RECORDS = (
    select(*_RECORD)
    .where(
        _R.c.company == bindparam("company"),
        _R.c.kind == bindparam("kind"),
        _R.c.undecided,
        tuple_(_R.c.level, _R.c.id) > tuple_(bindparam("level"), bindparam("after")),
    )
    .order_by(_R.c.level, _R.c.id)
    .limit(bindparam("limit"))
    .with_for_update()
)
_RECORDS_BY_ID = (
    select(*_RECORD)
    .where(
        _R.c.company == bindparam("company"),
        _R.c.kind == bindparam("kind"),
        _R.c.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_R.c.id)
    .with_for_update()
)
_COUNTERPARTS_OF_RECORDS = (
    select(*_COUNTERPART, *_LINK)
    .select_from(_L.join(_C, _COUNTERPART_LINK))
    .where(
        _L.c.company == bindparam("company"),
        _L.c.kind == bindparam("kind"),
        _L.c.record.in_(bindparam("ids", expanding=True)),
    )
)
_RECORD_CANDIDATES = (
    select(*_RECORD, _R.c.match_key, _R.c.created_at, _L.c.qbo_id.label("linked_to"))
    .select_from(_R.outerjoin(_L, _RECORD_LINK))
    .where(
        _R.c.company == bindparam("company"),
        _R.c.kind == bindparam("kind"),
        or_(
            _R.c.match_key.in_(bindparam("keys", expanding=True)),
            _R.c.marker.in_(bindparam("markers", expanding=True)),
        ),
    )
    .order_by(_R.c.created_at, _R.c.id)
)
_COUNTERPART_CANDIDATES = (
    select(*_COUNTERPART, _L.c.record.label("linked_to"))
    .select_from(_C.outerjoin(_L, _COUNTERPART_LINK))
    .where(
        _C.c.company == bindparam("company"),
        _C.c.entity == bindparam("entity"),
        _C.c.deleted.is_(False),
        or_(
            _C.c.match_key.in_(bindparam("keys", expanding=True)),
            _C.c.marker.in_(bindparam("markers", expanding=True)),
            _C.c.qbo_id.in_(bindparam("ids", expanding=True)),
        ),
    )
    .order_by(_C.c.qbo_id)
)
_ANY_UNDECIDED = [
    select(_R.c.kind.label("kind"), func.count().label("number"))
    .where(_R.c.company == bindparam("company"), _R.c.undecided)
    .group_by(_R.c.kind),
    select(_C.c.entity.label("kind"), func.count().label("number"))
    .where(_C.c.company == bindparam("company"), _C.c.undecided)
    .group_by(_C.c.entity),
]
_INSERT_RECORDS = insert(_R)


def undecided_counterparts(
    connection: Connection, company: str, kind: Kind, *, after: tuple[int, str], limit: int
) -> list[Row[Any]]:
    """Return the next undecided counterparts with their links, by level and id."""
    binds = {"company": company, "entity": ENTITIES[kind], "level": after[0], "after": after[1]}
    return list(connection.execute(UNDECIDED_COUNTERPARTS, binds | {"limit": limit}))


def undecided_records(
    connection: Connection, company: str, kind: Kind, *, after: tuple[int, str], limit: int
) -> list[Row[Any]]:
    """Return the next undecided records, by level and id, and lock them."""
    binds = {"company": company, "kind": kind.value, "level": after[0], "after": after[1]}
    return list(connection.execute(UNDECIDED_RECORDS, binds | {"limit": limit}))


def each_undecided_record(
    connection: Connection, company: str, kind: Kind, *, limit: int
) -> Iterator[Row[Any]]:
    """Go through all undecided records of a kind, so many at a time, and lock them."""
    after: tuple[int, str] | None = (-1, "")
    while after is not None:
        rows = undecided_records(connection, company, kind, after=after, limit=limit)
        yield from rows
        after = (rows[-1].level, rows[-1].id) if len(rows) == limit else None


def records(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Return these records and lock them."""
    return {
        row.id: row
        for chunk in _chunks(ids)
        for row in connection.execute(_RECORDS_BY_ID, {"company": company, "kind": kind.value, "ids": chunk})
    }


def counterparts_of(
    connection: Connection, company: str, kind: Kind, ids: Iterable[str]
) -> dict[str, Row[Any]]:
    """Return the counterparts that these records are linked to, by record id."""
    return {
        row.record: row
        for chunk in _chunks(ids)
        for row in connection.execute(
            _COUNTERPARTS_OF_RECORDS, {"company": company, "kind": kind.value, "ids": chunk}
        )
    }


def record_candidates(
    connection: Connection, company: str, kind: Kind, *, keys: Iterable[str], markers: Iterable[str]
) -> list[Row[Any]]:
    """Return the records that bear one of these match keys or markers, with what they are linked to."""
    binds = {"company": company, "kind": kind.value, "keys": list(keys), "markers": list(markers)}
    if not (binds["keys"] or binds["markers"]):
        return []
    return list(connection.execute(_RECORD_CANDIDATES, binds))


def counterpart_candidates(
    connection: Connection,
    company: str,
    kind: Kind,
    *,
    keys: Iterable[str],
    markers: Iterable[str],
    ids: Iterable[str] = (),
) -> list[Row[Any]]:
    """Return the counterparts that bear one of these match keys, markers or ids, with their records."""
    binds = {
        "company": company,
        "entity": ENTITIES[kind],
        "keys": list(keys),
        "markers": list(markers),
        "ids": list(ids),
    }
    if not (binds["keys"] or binds["markers"] or binds["ids"]):
        return []
    return list(connection.execute(_COUNTERPART_CANDIDATES, binds))


_COUNTERPART_RAWS = (
    select(*_COUNTERPART, _C.c.raw, _L.c.record.label("linked_to"))
    .select_from(_C.outerjoin(_L, _COUNTERPART_LINK))
    .where(
        _C.c.company == bindparam("company"),
        _C.c.entity == bindparam("entity"),
        or_(
            _C.c.match_key.in_(bindparam("keys", expanding=True)),
            _C.c.marker.in_(bindparam("markers", expanding=True)),
            _C.c.qbo_id.in_(bindparam("ids", expanding=True)),
        ),
    )
    .order_by(_C.c.qbo_id)
)


def counterpart_raws(
    connection: Connection,
    company: str,
    kind: Kind,
    *,
    keys: Iterable[str],
    markers: Iterable[str],
    ids: Iterable[str],
) -> list[Row[Any]]:
    """Return counterparts by match key, marker or id, deleted ones too, with what QuickBooks sent."""
    binds = {"company": company, "entity": ENTITIES[kind]}
    wanted = {"keys": list(keys), "markers": list(markers), "ids": list(ids)}
    if not any(wanted.values()):
        return []
    return list(connection.execute(_COUNTERPART_RAWS, binds | wanted))


_REMOVED_THERE = (
    select(literal("removals:").concat(_C.c.entity).label("kind"), func.count().label("number"))
    .select_from(_C.join(_L, _COUNTERPART_LINK).join(_R, _RECORD_LINK))
    .where(
        _C.c.company == bindparam("company"),
        _C.c.undecided,
        or_(_C.c.deleted, _C.c.inactive, _C.c.voided),
        _R.c.archived.is_(False),
        or_(_R.c.status.is_(None), _R.c.status != "voided"),
    )
    .group_by(_C.c.entity)
)
_REMOVED_HERE = (
    select(literal("removals:").concat(_R.c.kind).label("kind"), func.count().label("number"))
    .select_from(_R.join(_L, _RECORD_LINK).join(_C, _COUNTERPART_LINK))
    .where(
        _R.c.company == bindparam("company"),
        _R.c.undecided,
        or_(_R.c.archived, _R.c.status == "voided"),
        _C.c.deleted.is_(False),
        _C.c.voided.is_(False),
        _C.c.inactive.is_(False),
        or_(_R.c.instruction.is_(None), _R.c.instruction != "proceed"),
    )
    .group_by(_R.c.kind)
)
_UNDECIDED = _ANY_UNDECIDED[0].union_all(
    _ANY_UNDECIDED[1],
    _REMOVED_THERE.where(or_(_R.c.instruction.is_(None), _R.c.instruction != "proceed")),
    _REMOVED_HERE,
)
_LINKS_BY_KIND = (
    select(_L.c.kind, func.count().label("number"))
    .where(_L.c.company == bindparam("company"))
    .group_by(_L.c.kind)
)


REMOVALS = "removals:"
"""Prefix of the keys under which `undecided` counts removals that nobody confirmed."""


def undecided(connection: Connection, company: str) -> dict[str, int]:
    """Count what is undecided, by kind (records) and by entity (counterparts).

    With the prefix REMOVALS: removals made here (by kind) and there (by entity) among them.
    """
    return {row.kind: row.number for row in connection.execute(_UNDECIDED, {"company": company})}


def links_by_kind(connection: Connection, company: str) -> dict[Kind, int]:
    """Count the links of each kind."""
    return {Kind(row.kind): row.number for row in connection.execute(_LINKS_BY_KIND, {"company": company})}


_WITH_CODE = select(_R.c.id, func.count().over().label("number")).where(
    _R.c.company == bindparam("company"), _R.c.kind == bindparam("kind"), _R.c.code == bindparam("code")
)


def records_with_code(
    connection: Connection, company: str, kind: Kind, code: str, limit: int
) -> tuple[int, list[str]]:
    """Count the records that have a code, and name the first of them."""
    rows = connection.execute(
        _WITH_CODE.order_by(_R.c.id).limit(limit), {"company": company, "kind": kind.value, "code": code}
    ).all()
    return (rows[0].number if rows else 0), [row.id for row in rows]


_SEEN = (
    select(_R.c.revision, _C.c.content_hash)
    .select_from(_R.outerjoin(_L, _RECORD_LINK).outerjoin(_C, _COUNTERPART_LINK))
    .where(
        _R.c.company == bindparam("company"), _R.c.kind == bindparam("kind"), _R.c.id == bindparam("record")
    )
)


def seen_mark(connection: Connection, company: str, kind: Kind, record: str) -> str:
    """Return what binds an instruction to the pair as it is now: a person chose about what he has seen."""
    row = connection.execute(_SEEN, {"company": company, "kind": kind.value, "record": record}).first()
    return mark_of(row.revision, row.content_hash) if row is not None else ""


def mark_of(revision: int, content_hash: str | None) -> str:
    """Write the mark: the record's revision and the hash of QuickBooks' content."""
    return f"@{revision}@{content_hash or ''}"


def insert_records(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert records that came from QuickBooks."""
    if rows:
        connection.execute(_INSERT_RECORDS, rows)


_UPDATES: dict[tuple[str, tuple[str, ...]], Any] = {}


def update_records(connection: Connection, company: str, kind: Kind, rows: list[dict[str, Any]]) -> None:
    """Write the same columns of many records; each row holds `id` and the columns' values."""
    _update(connection, _R, ("kind", kind.value, "id"), company, rows)


def update_counterparts(connection: Connection, company: str, kind: Kind, rows: list[dict[str, Any]]) -> None:
    """Write the same columns of many counterparts; each row holds `qbo_id` and the columns' values."""
    _update(connection, _C, ("entity", ENTITIES[kind], "qbo_id"), company, rows)


def _update(
    connection: Connection, table: Any, key: tuple[str, str, str], company: str, rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    kind_column, kind_value, id_column = key
    names = tuple(sorted(name for name in rows[0] if name != id_column))
    statement = _UPDATES.get((table.name, names))
    if statement is None:
        statement = _UPDATES[table.name, names] = (
            update(table)
            .where(
                table.c.company == bindparam("of_company"),
                table.c[kind_column] == bindparam("of_kind"),
                table.c[id_column] == bindparam("of_id"),
            )
            .values({name: bindparam(f"new_{name}") for name in names})
        )
    binds = [
        {"of_company": company, "of_kind": kind_value, "of_id": row[id_column]}
        | {f"new_{name}": row[name] for name in names}
        for row in rows
    ]
    connection.execute(statement, binds)


def mark_undecided(connection: Connection, company: str, kind: Kind, *, records: list[str]) -> None:
    """Ask again about these records."""
    update_records(connection, company, kind, [{"id": each, "undecided": True} for each in records])


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    every = list(ids)
    return (every[at : at + _KEYS_PER_STATEMENT] for at in range(0, len(every), _KEYS_PER_STATEMENT))
