"""Usage: calls to QuickBooks per company and calendar month."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from service.store.compiled import CompiledOnce
from service.store.tables import Usage, table_of

_T = table_of(Usage)
_NUMBERS = ("reads", "writes", "batches")


def _add(insert: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    names = ("company", "month", *_NUMBERS)
    fresh = insert(_T).values({name: bindparam(name) for name in names})
    return fresh.on_conflict_do_update(
        index_elements=[_T.c.company, _T.c.month],
        set_={name: _T.c[name] + fresh.excluded[name] for name in _NUMBERS},
    )


_ADD = CompiledOnce({"sqlite": _add(sqlite.Insert), "postgresql": _add(postgresql.Insert)})


def add(
    connection: Connection, company: str, now: dt.datetime, *, reads: int, writes: int, batches: int
) -> None:
    """Add calls to the month's usage."""
    row = {
        "company": company,
        "month": now.strftime("%Y-%m"),
        "reads": reads,
        "writes": writes,
        "batches": batches,
    }
    _ADD.execute(connection, row)
