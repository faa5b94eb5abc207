"""Where list entries stand in their tree: parents come before children, and nobody is its own ancestor."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, update

from service.core.records import DOCUMENTS, Document, Kind, decode
from service.store.tables import Record, table_of

_R = table_of(Record)
_ALL = select(_R.c.id, _R.c.document, _R.c.level).where(
    _R.c.company == bindparam("of_company"), _R.c.kind == bindparam("of_kind")
)
_MOVE = (
    update(_R)
    .where(
        _R.c.company == bindparam("of_company"),
        _R.c.kind == bindparam("of_kind"),
        _R.c.id == bindparam("of_id"),
    )
    .values(level=bindparam("to_level"))
)

TREES = frozenset(kind for kind, document in DOCUMENTS.items() if "parent" in document.__struct_fields__)
"""Kinds whose entries may be part of another."""

DEEPEST = 4
"""QuickBooks allows five levels."""


class Placement(Struct, frozen=True):
    """The level of every entry, and why some can't be placed (`unknown_reference`, `parent_cycle`,
    `nested_too_deep`)."""

    levels: dict[str, int]
    problems: dict[str, str]


def place(connection: Connection, company: str, kind: Kind, written: Mapping[str, Document]) -> Placement:
    """Place the entries of one kind that are about to be written among those that are there."""
    parents = {key: _parent_of(each) for key, each in written.items()}
    if not any(parents.values()) and not _may_move(connection, company, kind, written):
        return Placement(dict.fromkeys(written, 0), {})
    return settle(_parents(connection, company, kind), parents)


def move_descendants(connection: Connection, company: str, kind: Kind) -> None:
    """Bring the levels of all entries of a kind in line with their parents."""
    binds = {"of_company": company, "of_kind": kind.value}
    rows = connection.execute(_ALL, binds).all()
    levels = settle({row.id: _parent(kind, row.document) for row in rows}, {}).levels
    moved = [
        {**binds, "of_id": row.id, "to_level": levels[row.id]}
        for row in rows
        if levels.get(row.id, row.level) != row.level
    ]
    if moved:
        connection.execute(_MOVE, moved)


def settle(present: Mapping[str, str | None], written: Mapping[str, str | None]) -> Placement:
    """Find every entry's level; what can't be placed is left out, and so are its children."""
    problems: dict[str, str] = {}
    wanted = dict(written)
    while True:
        tree = {**present, **wanted}
        levels = {key: _level(key, tree) for key in tree}
        refused = {key: found for key in wanted if isinstance(found := levels[key], str)}
        if not refused:
            return Placement({key: each for key, each in levels.items() if isinstance(each, int)}, problems)
        # A child of a refused entry is at fault only once its parent is gone for certain.
        first = {key: code for key, code in refused.items() if wanted[key] not in refused} or refused
        problems |= first
        for key in first:
            del wanted[key]


def _level(entry: str, tree: Mapping[str, str | None]) -> int | str:
    seen = {entry}
    level, parent = 0, tree[entry]
    while parent is not None:
        if parent not in tree:
            return "unknown_reference"
        if parent in seen:
            return "parent_cycle"
        seen.add(parent)
        level, parent = level + 1, tree[parent]
    return level if level <= DEEPEST else "nested_too_deep"


def _may_move(connection: Connection, company: str, kind: Kind, written: Iterable[str]) -> bool:
    """An entry that loses its parent takes its children with it."""
    lowered = (
        _ALL.with_only_columns(_R.c.id)
        .where(_R.c.level > 0, _R.c.id.in_(bindparam("ids", expanding=True)))
        .limit(1)
    )
    binds = {"of_company": company, "of_kind": kind.value, "ids": list(written)}
    return connection.execute(lowered, binds).first() is not None


def _parents(connection: Connection, company: str, kind: Kind) -> dict[str, str | None]:
    rows = connection.execute(_ALL, {"of_company": company, "of_kind": kind.value})
    return {row.id: _parent(kind, row.document) for row in rows}


def _parent(kind: Kind, document: str) -> str | None:
    return _parent_of(decode(kind, document))


def _parent_of(document: Document) -> str | None:
    parent: str | None = getattr(document, "parent", None)
    return parent
