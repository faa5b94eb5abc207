"""Cursors: how far each entity has been read, by QuickBooks' clock."""

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from service.store.tables import Cursor, table_of
from service.store.upserts import Upsert

_T = table_of(Cursor)
_ALL = select(_T.c.entity, _T.c.since, _T.c.progress).where(_T.c.company == bindparam("company"))
_UPSERT = Upsert(_T, key=("company", "entity"))


class Progress(msgspec.Struct, frozen=True):
    """A read under way: when QuickBooks first answered it, and the row that the next page begins at.

    `ended`: all of the listing is stored, and other entities are read still.
    """

    started: dt.datetime
    position: int = 1
    last_id: str | None = None
    ended: bool = False


class Position(NamedTuple):
    """An entity's cursor; `since` is None before the first read ended."""

    since: dt.datetime | None
    progress: Progress | None


def load(connection: Connection, company: str) -> dict[str, Position]:
    """Return all cursors of a company by entity."""
    return {
        row.entity: Position(
            row.since, msgspec.json.decode(row.progress, type=Progress) if row.progress else None
        )
        for row in connection.execute(_ALL, {"company": company})
    }


def save(connection: Connection, company: str, positions: dict[str, Position], now: dt.datetime) -> None:
    """Write cursors; in the same transaction as the counterparts that they stand for."""
    _UPSERT.run(
        connection,
        [
            {
                "company": company,
                "entity": entity,
                "since": each.since,
                "progress": msgspec.json.encode(each.progress).decode() if each.progress else None,
                "updated_at": now,
            }
            for entity, each in positions.items()
        ],
    )
