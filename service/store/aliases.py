"""Aliases: ids of list entries that were merged away in QuickBooks, and what became of their records."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, insert, select, tuple_, update

from service.core.records import ENTITIES, KINDS, Kind
from service.store.tables import Alias, table_of

_A = table_of(Alias)
_UNFOLLOWED = (
    select(_A.c.entity, _A.c.qbo_id, _A.c.survivor)
    .where(_A.c.company == bindparam("company"), _A.c.followed.is_(False))
    .order_by(_A.c.entity, _A.c.qbo_id)
)
_KNOWN = select(_A.c.entity, _A.c.qbo_id, _A.c.survivor).where(
    _A.c.company == bindparam("company"),
    tuple_(_A.c.entity, _A.c.qbo_id).in_(bindparam("keys", expanding=True)),
)
_OF_RECORDS = select(_A.c.entity, _A.c.record, _A.c.survivor).where(
    _A.c.company == bindparam("company"),
    tuple_(_A.c.entity, _A.c.record).in_(bindparam("keys", expanding=True)),
)
_FOLLOW = (
    update(_A)
    .where(
        _A.c.company == bindparam("of_company"),
        _A.c.entity == bindparam("of_entity"),
        _A.c.qbo_id == bindparam("of_id"),
    )
    .values(followed=True, record=bindparam("new_record"))
)
_PASS_ON = (
    update(_A)
    .where(
        _A.c.company == bindparam("of_company"),
        _A.c.entity == bindparam("of_entity"),
        _A.c.survivor == bindparam("of_id"),
    )
    .values(survivor=bindparam("new_survivor"))
)


class Merge(NamedTuple):
    """Two list entries of which QuickBooks made one: `lost` lives on as `survivor`."""

    kind: Kind
    lost: str
    survivor: str


def note(connection: Connection, company: str, merges: Iterable[Merge], now: dt.datetime) -> int:
    """Note merges that are not known yet; return how many. What had survived before lives on, too."""
    wanted = {(ENTITIES[each.kind], each.lost): each for each in merges if each.lost != each.survivor}
    known = survivors(connection, company, [(each.kind, each.lost) for each in wanted.values()])
    new = [each for each in wanted.values() if (each.kind, each.lost) not in known]
    if not new:
        return 0
    connection.execute(
        insert(_A),
        [
            {
                "company": company,
                "entity": ENTITIES[each.kind],
                "qbo_id": each.lost,
                "survivor": each.survivor,
                "followed": False,
                "at": now,
            }
            for each in new
        ],
    )
    connection.execute(
        _PASS_ON,
        [
            {
                "of_company": company,
                "of_entity": ENTITIES[each.kind],
                "of_id": each.lost,
                "new_survivor": each.survivor,
            }
            for each in new
        ],
    )
    return len(new)


def unfollowed(connection: Connection, company: str) -> list[Merge]:
    """Return the merges that no sync has acted on."""
    return [_merge(row) for row in connection.execute(_UNFOLLOWED, {"company": company})]


def survivors(
    connection: Connection, company: str, keys: list[tuple[Kind, str]]
) -> dict[tuple[Kind, str], str]:
    """Return the survivors of those ids that were merged away."""
    if not keys:
        return {}
    binds = {"company": company, "keys": [(ENTITIES[kind], qbo_id) for kind, qbo_id in keys]}
    found = (_merge(row) for row in connection.execute(_KNOWN, binds))
    return {(each.kind, each.lost): each.survivor for each in found}


def written_as(
    connection: Connection, company: str, keys: list[tuple[Kind, str]]
) -> dict[tuple[Kind, str], str]:
    """Return the QuickBooks ids as which records are written whose own entries were merged away."""
    if not keys:
        return {}
    binds = {"company": company, "keys": [(ENTITIES[kind], record) for kind, record in keys]}
    rows = connection.execute(_OF_RECORDS, binds)
    return {(KINDS[row.entity], row.record): row.survivor for row in rows}


def followed(connection: Connection, company: str, merges: Iterable[tuple[Merge, str | None]]) -> None:
    """Mark merges as acted on, each with the record whose link was closed."""
    rows: list[dict[str, Any]] = [
        {
            "of_company": company,
            "of_entity": ENTITIES[each.kind],
            "of_id": each.lost,
            "new_record": record,
        }
        for each, record in merges
    ]
    if rows:
        connection.execute(_FOLLOW, rows)


def _merge(row: Row[Any]) -> Merge:
    return Merge(KINDS[row.entity], row.qbo_id, row.survivor)
