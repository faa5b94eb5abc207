"""Objects of QuickBooks' that somebody asked about: the next sync reads them."""

import datetime as dt

from sqlalchemy import Connection, bindparam, delete, select

from service.store.inserts import InsertOnce
from service.store.tables import AskedObject, table_of

_T = table_of(AskedObject)
_INSERT = InsertOnce(_T, key=["company", "entity", "qbo_id"])
_ALL = select(_T.c.entity, _T.c.qbo_id).where(_T.c.company == bindparam("company"))
_FORGET = delete(_T).where(
    _T.c.company == bindparam("of_company"),
    _T.c.entity == bindparam("of_entity"),
    _T.c.qbo_id == bindparam("of_id"),
)


def ask(connection: Connection, company: str, entity: str, qbo_id: str, now: dt.datetime) -> None:
    """Have an object read by the next sync."""
    _INSERT.run(connection, {"company": company, "entity": entity, "qbo_id": qbo_id, "asked_at": now})


def load(connection: Connection, company: str) -> dict[str, list[str]]:
    """Return what was asked about, by entity."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(_ALL, {"company": company}):
        found.setdefault(row.entity, []).append(row.qbo_id)
    return found


def forget(connection: Connection, company: str, asked: dict[str, list[str]]) -> None:
    """Drop what has been read."""
    rows = [
        {"of_company": company, "of_entity": entity, "of_id": each}
        for entity, ids in asked.items()
        for each in ids
    ]
    if rows:
        connection.execute(_FORGET, rows)
