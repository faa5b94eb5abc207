"""The running side of syncs: claiming, progress, ending; and what is due."""

import datetime as dt
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, and_, bindparam, case, exists, func, or_, select, update

from service.core.match import UNPAIRED
from service.core.payments import DIFFERENCES
from service.core.rules import WAIT_FOR_FACTS, WAIT_FOR_LISTS, WAIT_FOR_MONEY
from service.store import leases
from service.store.literals import one_of
from service.store.tables import (
    Alias,
    AskedObject,
    Batch,
    Company,
    Counterpart,
    FactsRow,
    Issue,
    Lease,
    Operation,
    PreferencesRow,
    Record,
    Sync,
    WebhookEvent,
    table_of,
)
from service.store.tables import (
    Connection as ConnectionRow,
)
from service.store.types import UtcDateTime

_S = table_of(Sync)
_C = table_of(Company)
_P = table_of(PreferencesRow)
_F = table_of(FactsRow)
_N = table_of(ConnectionRow)
_L = table_of(Lease)
_B = table_of(Batch)
_O = table_of(Operation)
_R = table_of(Record)
_Q = table_of(Counterpart)
_W = table_of(WebhookEvent)
_K = table_of(AskedObject)
_M = table_of(Alias)
_I = table_of(Issue)

_WAITING = _S.alias("waiting")
_NEXT = (
    select(_WAITING.c.id)
    .where(_WAITING.c.company == bindparam("of_company"), one_of(_WAITING.c.state, "running", "queued"))
    .order_by(
        case((one_of(_WAITING.c.state, "running"), 0), else_=1),
        case((_WAITING.c.preview, 0), else_=1),
        _WAITING.c.requested_at,
    )
    .limit(1)
    .scalar_subquery()
)
_START = (
    update(_S)
    .where(_S.c.company == bindparam("of_company"), _S.c.id == _NEXT)
    .values(
        state="running",
        phase=func.coalesce(_S.c.phase, "observe"),
        started_at=func.coalesce(_S.c.started_at, bindparam("started", type_=UtcDateTime())),
        attempts=_S.c.attempts + 1,
    )
    .returning(*_S.c)
)
_PROGRESS = (
    update(_S)
    .where(_S.c.company == bindparam("of_company"), _S.c.id == bindparam("of_id"))
    .values(
        phase=bindparam("new_phase"),
        percent=bindparam("new_percent"),
        eta_seconds=bindparam("new_eta_seconds"),
        counts=bindparam("new_counts"),
        reads=bindparam("new_reads"),
        writes=bindparam("new_writes"),
        batches=bindparam("new_batches"),
    )
    .returning(_S.c.cancel_requested)
)
_CONTEXT = (
    select(
        _C.c.signed_up_on,
        _C.c.accountant_console,
        _C.c.archived,
        _C.c.failures,
        _P.c.document.label("preferences"),
        _F.c.document.label("facts"),
        _F.c.realm_id.label("facts_realm"),
        _F.c.read_at.label("facts_read_at"),
        _F.c.stale.label("facts_stale"),
        _N.c.realm_id,
        _N.c.state.label("connection_state"),
        _N.c.reason.label("connection_reason"),
        _N.c.paused_until,
        _N.c.tokens,
        _N.c.access_expires_at,
        _N.c.refresh_expires_at,
        exists(select(_S.c.id).where(_S.c.company == _C.c.id, one_of(_S.c.state, "queued", "running"))).label(
            "waiting"
        ),
        exists(select(_B.c.id).where(_B.c.company == _C.c.id, one_of(_B.c.state, "sent", "unknown"))).label(
            "unsettled"
        ),
        exists(
            select(_O.c.id).where(_O.c.company == _C.c.id, one_of(_O.c.state, "planned", "sent", "unknown"))
        ).label("has_operations"),
        exists(select(_R.c.id).where(_R.c.company == _C.c.id, one_of(_R.c.code, *WAIT_FOR_FACTS))).label(
            "waits_for_facts"
        ),
        exists(select(_M.c.qbo_id).where(_M.c.company == _C.c.id)).label("has_merges"),
        exists(select(_M.c.qbo_id).where(_M.c.company == _C.c.id, _M.c.followed.is_(False))).label("merged"),
        or_(
            exists(select(_R.c.id).where(_R.c.company == _C.c.id, one_of(_R.c.code, *UNPAIRED))),
            exists(select(_Q.c.qbo_id).where(_Q.c.company == _C.c.id, one_of(_Q.c.code, *UNPAIRED))),
        ).label("unpaired"),
        exists(
            select(_R.c.id).where(
                _R.c.company == _C.c.id, one_of(_R.c.code, *WAIT_FOR_MONEY, *WAIT_FOR_LISTS)
            )
        ).label("waiting_codes"),
        or_(
            exists(select(_R.c.id).where(_R.c.company == _C.c.id, _R.c.balance != _R.c.quickbooks_balance)),
            exists(
                select(_I.c.id).where(
                    _I.c.company == _C.c.id,
                    one_of(_I.c.state, "open", "ignored"),
                    one_of(_I.c.code, *DIFFERENCES),
                )
            ),
        ).label("apart"),
        exists(select(_K.c.qbo_id).where(_K.c.company == _C.c.id)).label("asked"),
        or_(
            exists(select(_R.c.id).where(_R.c.company == _C.c.id, _R.c.undecided)),
            exists(select(_Q.c.qbo_id).where(_Q.c.company == _C.c.id, _Q.c.undecided)),
        ).label("undecided"),
    )
    .select_from(
        _C.outerjoin(_P, _P.c.company == _C.c.id)
        .outerjoin(_F, _F.c.company == _C.c.id)
        .outerjoin(_N, _N.c.company == _C.c.id)
    )
    .where(_C.c.id == bindparam("company"))
)


class Progress(NamedTuple):
    """How far a sync is."""

    phase: str
    percent: int
    eta_seconds: int | None
    counts: dict[str, dict[str, int]]
    reads: int
    writes: int
    batches: int


def start_next(connection: Connection, company: str, now: dt.datetime) -> Row[Any] | None:
    """Start the sync that comes next: the one that a dead worker left running, a preview, the queued one.

    One that is taken over keeps its figures; `attempts` counts this one, too.
    """
    return connection.execute(_START, {"of_company": company, "started": now}).first()


def context(connection: Connection, company: str) -> Row[Any] | None:
    """Return all that a run has to know about its company, in one read."""
    return connection.execute(_CONTEXT, {"company": company}).first()


def save_progress(connection: Connection, company: str, sync: str, progress: Progress) -> bool:
    """Write progress; return whether somebody asked to cancel."""
    binds = {"of_company": company, "of_id": sync}
    columns = {f"new_{name}": value for name, value in _progress_columns(progress).items()}
    return bool(connection.execute(_PROGRESS, binds | columns).scalar_one())


def _progress_columns(progress: Progress) -> dict[str, Any]:
    return progress._asdict() | {"counts": msgspec.json.encode(progress.counts).decode()}


def finish(
    connection: Connection,
    company: str,
    sync: str,
    progress: Progress,
    *,
    state: str,
    now: dt.datetime,
    problem: dict[str, str] | None = None,
) -> None:
    """End a sync, with its last figures."""
    values = _progress_columns(progress) | {"state": state, "finished_at": now, "eta_seconds": None}
    if problem:
        values["problem"] = msgspec.json.encode(problem).decode()
    connection.execute(update(_S).where(_S.c.company == company, _S.c.id == sync).values(**values))


def schedule_next(
    connection: Connection,
    company: str,
    *,
    next_sync_at: dt.datetime | None,
    failures: int,
    changes_read: bool,
) -> None:
    """Write when the clock starts the next sync."""
    values: dict[str, Any] = {"next_sync_at": next_sync_at, "failures": failures}
    if changes_read:
        values["changes_wait_since"] = None
    connection.execute(update(_C).where(_C.c.id == company).values(**values))


def save_facts(
    connection: Connection, company: str, realm_id: str, document: bytes, now: dt.datetime
) -> None:
    """Write what QuickBooks says about the company."""
    values = {"realm_id": realm_id, "document": document.decode(), "read_at": now, "stale": False}
    changed = connection.execute(update(_F).where(_F.c.company == company).values(**values)).rowcount
    if not changed:
        connection.execute(_F.insert().values(company=company, **values))


_CONNECTED = select(_N.c.company).where(_N.c.state == "connected")
_DUE_BY_CLOCK = (
    select(_C.c.id)
    .where(_C.c.next_sync_at <= bindparam("now"), _C.c.archived.is_(False), _C.c.id.in_(_CONNECTED))
    .order_by(_C.c.next_sync_at)
    .limit(bindparam("limit"))
)
_DUE_BY_REQUEST = (
    select(_S.c.company, _S.c.id)
    .select_from(_S.outerjoin(_L, _L.c.company == _S.c.company).join(_N, _N.c.company == _S.c.company))
    .where(
        one_of(_S.c.state, "queued", "running"),
        _N.c.state == "connected",
        or_(_L.c.company.is_(None), leases.lapsed()),
        or_(_N.c.paused_until.is_(None), _N.c.paused_until <= bindparam("now")),
    )
    .order_by(case((_S.c.trigger == "automatic", 1), else_=0), _S.c.requested_at)
)
_WAITING_BY_CLOCK = (
    select(func.count()).select_from(_S).where(_S.c.state == "queued", _S.c.trigger == "automatic")
)
_LAST_SUCCESS = select(func.max(_S.c.finished_at)).where(
    _S.c.company == bindparam("company"), _S.c.state == "succeeded", _S.c.preview.is_(False)
)
_INBOX = (
    select(_W.c.id, _W.c.body)
    .where(_W.c.handled_at.is_(None))
    .order_by(_W.c.received_at)
    .limit(bindparam("limit"))
)


def due_by_clock(connection: Connection, now: dt.datetime, limit: int) -> list[str]:
    """Return connected companies whose time has come, the longest waiting first."""
    return list(connection.execute(_DUE_BY_CLOCK, {"now": now, "limit": limit}).scalars())


def waiting_by_clock(connection: Connection) -> int:
    """Return how many syncs that the clock has started no worker has taken yet."""
    return int(connection.execute(_WAITING_BY_CLOCK).scalar_one())


def clock_has_rung(connection: Connection, companies: list[str]) -> None:
    """Note that the syncs of these companies are queued; their ends set the next time."""
    if companies:
        connection.execute(update(_C).where(_C.c.id.in_(companies)).values(next_sync_at=None))


def reschedule(connection: Connection, company: str, *, automatic: bool, now: dt.datetime) -> None:
    """Start or stop a company's clock: it goes on a day after the last sync that succeeded."""
    due = None
    if automatic:
        last = connection.execute(_LAST_SUCCESS, {"company": company}).scalar_one_or_none()
        due = max(now, last + dt.timedelta(hours=24)) if last is not None else now
    connection.execute(update(_C).where(_C.c.id == company).values(next_sync_at=due))


def due_by_request(connection: Connection, now: dt.datetime) -> dict[str, str]:
    """Return the syncs that wait for a worker, by company: people's before the clock's."""
    return {row.company: row.id for row in connection.execute(_DUE_BY_REQUEST, {"now": now})}


def unhandled_webhooks(connection: Connection, limit: int) -> list[Row[Any]]:
    """Return deliveries that nobody has looked at."""
    return list(connection.execute(_INBOX, {"limit": limit}))


def webhooks_handled(connection: Connection, notes: dict[str, str | None], now: dt.datetime) -> None:
    """Mark deliveries as looked at."""
    statement = (
        update(_W)
        .where(_W.c.id == bindparam("of_id"))
        .values(handled_at=bindparam("now"), note=bindparam("new_note"))
    )
    if notes:
        connection.execute(
            statement, [{"of_id": each, "now": now, "new_note": note} for each, note in notes.items()]
        )


class Listener(NamedTuple):
    """A company that a webhook's realm belongs to."""

    company: str
    realm_id: str
    preferences: str | None


def listeners(connection: Connection, realms: list[str]) -> list[Listener]:
    """Return the companies that are connected to these realms."""
    statement = (
        select(_N.c.company, _N.c.realm_id, _P.c.document)
        .select_from(_N.outerjoin(_P, _P.c.company == _N.c.company))
        .where(and_(_N.c.realm_id.in_(realms), _N.c.state == "connected"))
    )
    return [Listener(*row) for row in connection.execute(statement)]


def changes_wait(connection: Connection, companies: list[str], now: dt.datetime) -> None:
    """Note that QuickBooks told of changes that no sync has read yet."""
    if companies:
        connection.execute(
            update(_C)
            .where(_C.c.id.in_(companies), _C.c.changes_wait_since.is_(None))
            .values(changes_wait_since=now)
        )


def facts_are_stale(connection: Connection, companies: list[str]) -> None:
    """Ask the next sync to read CompanyInfo and Preferences again."""
    if companies:
        connection.execute(update(_F).where(_F.c.company.in_(companies)).values(stale=True))
