"""Asks a sync to look again: the ways in which `undecided` is set without writing content."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, update

from service.core.match import UNPAIRED
from service.core.records import ENTITIES, Kind
from service.store.literals import one_of
from service.store.tables import Counterpart, Record, table_of

_PER_STATEMENT = 500
_R = table_of(Record)
_C = table_of(Counterpart)
_BY_CODE = [
    update(table)
    .where(
        table.c.company == bindparam("of_company"),
        table.c.code == bindparam("of_code"),
        column.in_(bindparam("of_types", expanding=True)),
        table.c.undecided.is_(False),
    )
    .values(undecided=True)
    .returning(column)
    for table, column in ((_R, _R.c.kind), (_C, _C.c.entity))
]
_RECORD = (
    update(_R)
    .where(
        _R.c.company == bindparam("of_company"),
        _R.c.kind == bindparam("of_kind"),
        _R.c.id == bindparam("of_id"),
    )
    .values(undecided=True)
)
_COUNTERPART = (
    update(_C)
    .where(
        _C.c.company == bindparam("of_company"),
        _C.c.entity == bindparam("of_entity"),
        _C.c.qbo_id == bindparam("of_id"),
    )
    .values(undecided=True)
)
_RECORD_TOLD = _RECORD.values(instruction=bindparam("told"))
_COUNTERPART_TOLD = _COUNTERPART.values(instruction=bindparam("told"))
_KIND_TOLD = [
    update(table)
    .where(
        table.c.company == bindparam("of_company"),
        column == bindparam("of_type"),
        table.c.code == bindparam("of_code"),
    )
    .values(undecided=True, instruction=bindparam("told"))
    for table, column in ((_R, _R.c.kind), (_C, _C.c.entity))
]


def reopen_codes(connection: Connection, company: str, codes: Mapping[str, Iterable[Kind]]) -> dict[str, int]:
    """Ask again about everything of these kinds with these codes; return numbers by kind or entity."""
    reopened: Counter[str] = Counter()
    for code, kinds in sorted(codes.items()):
        names = [kind.value for kind in kinds], [ENTITIES[kind] for kind in kinds]
        for statement, of_types in zip(_BY_CODE, names, strict=True):
            binds = {"of_company": company, "of_code": code, "of_types": of_types}
            reopened.update(connection.execute(statement, binds).scalars())
    return dict(reopened)


def reopen_record(
    connection: Connection, company: str, kind: str, record: str, *, instruction: str | None = None
) -> bool:
    """Ask again about one record, telling it what a person chose; say whether it exists."""
    keys = {"of_company": company, "of_kind": kind, "of_id": record}
    return _run(connection, _RECORD, _RECORD_TOLD, keys, instruction)


def reopen_counterpart(
    connection: Connection, company: str, entity: str, qbo_id: str, *, instruction: str | None = None
) -> bool:
    """Ask again about one counterpart, telling it what a person chose; say whether it exists."""
    keys = {"of_company": company, "of_entity": entity, "of_id": qbo_id}
    return _run(connection, _COUNTERPART, _COUNTERPART_TOLD, keys, instruction)


def tell_kind(
    connection: Connection, company: str, *, kind: str, entity: str, code: str, instruction: str
) -> None:
    """Tell everything of a kind that has this code what a person chose, and ask again."""
    for statement, of_type in zip(_KIND_TOLD, (kind, entity), strict=True):
        keys = {"of_company": company, "of_type": of_type, "of_code": code, "told": instruction}
        connection.execute(statement, keys)


_REOPEN = {
    "record": update(_R)
    .where(
        _R.c.company == bindparam("of_company"),
        _R.c.waits_for.in_(bindparam("parents", expanding=True)),
        _R.c.undecided.is_(False),
    )
    .values(undecided=True),
    "counterpart": update(_C)
    .where(
        _C.c.company == bindparam("of_company"),
        _C.c.waits_for.in_(bindparam("parents", expanding=True)),
        _C.c.undecided.is_(False),
    )
    .values(undecided=True),
}


def reopen_children(
    connection: Connection, company: str, *, records: list[str], counterparts: list[str]
) -> int:
    """Ask again about what waited for these parents (`kind:id`, by record and by QuickBooks id).

    A record waits for a parent of QuickBooks' side where its linked counterpart refers to one.
    """
    reopened = 0
    for name, parents in (("record", [*records, *counterparts]), ("counterpart", counterparts)):
        for chunk in _chunks(parents):
            reopened += connection.execute(_REOPEN[name], {"of_company": company, "parents": chunk}).rowcount
    return reopened


_REOPEN_UNPAIRED = {
    table.name: update(table)
    .where(
        table.c.company == bindparam("of_company"),
        column == bindparam("of_kind"),
        one_of(table.c.code, *UNPAIRED),
        table.c.undecided.is_(False),
    )
    .values(undecided=True)
    for table, column in ((_R, _R.c.kind), (_C, _C.c.entity))
}


def reopen_unpaired(connection: Connection, company: str, kind: Kind) -> dict[str, int]:
    """Ask again about what another entry was in the way of; return numbers as `undecided` does."""
    reopened = {}
    for name, key in (("record", kind.value), ("counterpart", ENTITIES[kind])):
        binds = {"of_company": company, "of_kind": key}
        reopened[key] = connection.execute(_REOPEN_UNPAIRED[name], binds).rowcount
    return reopened


_REOPEN_COPIES = (
    update(_C)
    .where(
        _C.c.company == bindparam("of_company"),
        _C.c.marker == bindparam("of_marker"),
        _C.c.code == "duplicate_in_quickbooks",
    )
    .values(undecided=True)
)


def reopen_copies(connection: Connection, company: str, markers: Iterable[str]) -> None:
    """Ask again about copies that bear these markers: what they are copies of is gone."""
    rows = [{"of_company": company, "of_marker": each} for each in markers]
    if rows:
        connection.execute(_REOPEN_COPIES, rows)


def _run(
    connection: Connection, plain: Any, told: Any, keys: dict[str, str], instruction: str | None
) -> bool:
    if instruction is None:
        return connection.execute(plain, keys).rowcount > 0
    return connection.execute(told, keys | {"told": instruction}).rowcount > 0


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    every = list(ids)
    return (every[at : at + _PER_STATEMENT] for at in range(0, len(every), _PER_STATEMENT))
