"""Syncs as callers see them: asked for, listed, cancelled. `store.runs` is the side that runs them.

One sync runs and one waits per company: asking again joins the waiting one and may widen its mode. A preview
joins none.
"""

import datetime as dt
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, and_, bindparam, case, or_, select, text, update
from sqlalchemy.sql.expression import ColumnElement

from service.store.inserts import InsertOnce
from service.store.literals import one_of
from service.store.refusals import RefusedError
from service.store.tables import Sync, table_of

MODES = ("incremental", "full", "reconcile")
"""From narrow to wide."""
ENDED = frozenset({"succeeded", "failed", "cancelled"})

_T = table_of(Sync)
_INSERT = InsertOnce(_T, key=["company"], where=text("state = 'queued' AND NOT preview"))
_INSERT_PREVIEW = InsertOnce(_T, key=["company", "id"])


def _rank(mode: Any) -> ColumnElement[int]:
    return case(*((mode == name, rank) for rank, name in enumerate(MODES)), else_=0)


_WIDEN = (
    update(_T)
    .where(_T.c.company == bindparam("of_company"), one_of(_T.c.state, "queued"), _T.c.preview.is_(False))
    .values(
        mode=case(
            (_rank(_T.c.mode) < bindparam("rank"), bindparam("wanted")),
            else_=_T.c.mode,
        )
    )
    .returning(_T.c.id)
)
_GET = select(*_T.c).where(_T.c.company == bindparam("of_company"), _T.c.id == bindparam("of_id"))
_HISTORY = (
    select(*_T.c)
    .where(_T.c.company == bindparam("of_company"))
    .order_by(_T.c.requested_at.desc(), _T.c.id.desc())
    .limit(bindparam("limit"))
)
_OLDER = _HISTORY.where(
    or_(
        _T.c.requested_at < bindparam("before"),
        and_(_T.c.requested_at == bindparam("before"), _T.c.id < bindparam("before_id")),
    )
)
_CANCEL_QUEUED = (
    update(_T)
    .where(
        _T.c.company == bindparam("of_company"),
        _T.c.id == bindparam("of_id"),
        one_of(_T.c.state, "queued"),
    )
    .values(state="cancelled", cancel_requested=True, finished_at=bindparam("now"))
)
_CANCEL_RUNNING = (
    update(_T)
    .where(
        _T.c.company == bindparam("of_company"),
        _T.c.id == bindparam("of_id"),
        one_of(_T.c.state, "running"),
    )
    .values(cancel_requested=True)
)


class StoredSync(Struct, frozen=True, kw_only=True):
    """One sync as it stands."""

    company: str
    id: str
    mode: str
    preview: bool
    trigger: str
    requested_by: str | None
    state: str
    phase: str | None
    percent: int
    eta_seconds: int | None
    counts: dict[str, dict[str, int]]
    reads: int
    writes: int
    batches: int
    cancel_requested: bool
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    problem: dict[str, Any] | None

    @property
    def has_ended(self) -> bool:
        """Say whether nothing more will happen."""
        return self.state in ENDED


def request(
    connection: Connection,
    company: str,
    *,
    id: str,
    mode: str = "incremental",
    preview: bool = False,
    trigger: str = "manual",
    requested_by: str | None = None,
    now: dt.datetime,
) -> StoredSync:
    """Queue a sync, or join and widen the one that waits; return it."""
    row = {
        "company": company,
        "id": id,
        "mode": mode,
        "preview": preview,
        "trigger": trigger,
        "requested_by": requested_by,
        "state": "queued",
        "percent": 0,
        "counts": "{}",
        "reads": 0,
        "writes": 0,
        "batches": 0,
        "attempts": 0,
        "cancel_requested": False,
        "requested_at": now,
    }
    if preview:
        _INSERT_PREVIEW.run(connection, row)
        return get(connection, company, id)
    while True:  # the one that waits may start between two statements: then this one waits instead
        joined = connection.execute(
            _WIDEN, {"of_company": company, "wanted": mode, "rank": MODES.index(mode)}
        ).scalar_one_or_none()
        if joined is not None:
            return get(connection, company, joined)
        if _INSERT.run(connection, row):
            return get(connection, company, id)


def get(connection: Connection, company: str, sync: str) -> StoredSync:
    """Return one sync.

    Raises:
        RefusedError: `sync_not_found`.
    """
    row = connection.execute(_GET, {"of_company": company, "of_id": sync}).one_or_none()
    if row is None:
        raise RefusedError("sync_not_found", "There is no such sync.")
    return _stored(row)


def history(
    connection: Connection,
    company: str,
    *,
    before: tuple[dt.datetime, str] | None = None,
    limit: int,
    trigger: str | None = None,
    state: str | None = None,
) -> list[StoredSync]:
    """Return syncs, newest first."""
    statement = _HISTORY if before is None else _OLDER
    if trigger is not None:
        statement = statement.where(_T.c.trigger == trigger)
    if state is not None:
        statement = statement.where(_T.c.state == state)
    binds: dict[str, Any] = {"of_company": company, "limit": limit}
    if before is not None:
        binds |= {"before": before[0], "before_id": before[1]}
    return [_stored(row) for row in connection.execute(statement, binds)]


def cancel(connection: Connection, company: str, sync: str, now: dt.datetime) -> StoredSync:
    """Cancel what waits at once; ask what runs to stop after its present step.

    Raises:
        RefusedError: `sync_not_found`, or `already_ended`.
    """
    get(connection, company, sync)
    keys = {"of_company": company, "of_id": sync}
    if not connection.execute(_CANCEL_QUEUED, keys | {"now": now}).rowcount and not (
        connection.execute(_CANCEL_RUNNING, keys).rowcount
    ):
        raise RefusedError("already_ended", "The sync has ended already.")
    return get(connection, company, sync)


def _stored(row: Row[Any]) -> StoredSync:
    values = {name: getattr(row, name) for name in StoredSync.__struct_fields__}
    values["counts"] = msgspec.json.decode(row.counts)
    values["problem"] = msgspec.json.decode(row.problem) if row.problem else None
    return StoredSync(**values)
