"""The feed's writing side: what syncs changed here, numbered per company in commit order without gaps."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, update

from service.core.records import Kind, encode
from service.store.tables import Change, Company, table_of

_T = table_of(Change)
_C = table_of(Company)
_INSERT = insert(_T)
_ADVANCE = (
    update(_C)
    .where(_C.c.id == bindparam("of_company"))
    .values(feed_sequence=_C.c.feed_sequence + bindparam("number"))
    .returning(_C.c.feed_sequence)
)


class Entry(NamedTuple):
    """One change of one record: created, updated, archived, voided or state."""

    kind: Kind
    id: str
    revision: int
    what: str
    fields: tuple[str, ...] = ()


def append(
    connection: Connection, company: str, sync: str, entries: Sequence[Entry], now: dt.datetime
) -> None:
    """Append entries; the company's row is locked until the commit, so numbers follow commits."""
    if not entries:
        return
    last = connection.execute(_ADVANCE, {"of_company": company, "number": len(entries)}).scalar_one()
    first = last - len(entries) + 1
    connection.execute(
        _INSERT,
        [
            {
                "company": company,
                "sequence": first + at,
                "kind": each.kind.value,
                "id": each.id,
                "revision": each.revision,
                "what": each.what,
                "fields": encode(each.fields).decode(),
                "sync": sync,
                "at": now,
            }
            for at, each in enumerate(entries)
        ],
    )
