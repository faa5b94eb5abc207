"""The change feed as callers read it: numbered per company in commit order, without gaps."""

import datetime as dt

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from service.store.tables import Change, table_of

_T = table_of(Change)
_AFTER = (
    select(_T.c.sequence, _T.c.kind, _T.c.id, _T.c.revision, _T.c.what, _T.c.fields, _T.c.sync, _T.c.at)
    .where(_T.c.company == bindparam("of_company"), _T.c.sequence > bindparam("after"))
    .order_by(_T.c.sequence)
    .limit(bindparam("limit"))
)


class StoredChange(Struct, frozen=True, kw_only=True):
    """One entry of the feed."""

    sequence: int
    kind: str
    id: str
    revision: int
    what: str
    fields: list[str]
    sync: str
    at: dt.datetime


def after(connection: Connection, company: str, sequence: int, limit: int) -> list[StoredChange]:
    """Return the next changes after this number."""
    binds = {"of_company": company, "after": sequence, "limit": limit}
    return [
        StoredChange(**dict(row._mapping) | {"fields": msgspec.json.decode(row.fields, type=list[str])})
        for row in connection.execute(_AFTER, binds)
    ]
