"""Syncs: how far they have read, what they did, what they left open, and what woke them."""

import datetime as dt

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from service.store.tables.fields import key, long_text, partial, when
from service.store.types import Packed


class Cursor(SQLModel, table=True):
    """How far an entity has been read, by QuickBooks' clock; `progress` is that of a read under way."""

    __tablename__ = "cursor"
    company: str = key()
    entity: str = key()
    since: dt.datetime | None = when()
    progress: str | None = long_text()
    updated_at: dt.datetime = when(nullable=False)


class Sync(SQLModel, table=True):
    """One run for one company."""

    __tablename__ = "sync"
    __table_args__ = (
        partial("uq_sync_queued", "company", where="state = 'queued' AND NOT preview", unique=True),
        partial("uq_sync_running", "company", where="state = 'running'", unique=True),
        partial("ix_sync_waiting", "state", "requested_at", where="state IN ('queued', 'running')"),
        Index("ix_sync_history", "company", "requested_at"),
    )
    company: str = key()
    id: str = key()
    mode: str
    preview: bool = False
    trigger: str
    requested_by: str | None = None
    state: str = "queued"
    phase: str | None = None
    percent: int = 0
    eta_seconds: int | None = None
    counts: str = long_text(nullable=False)
    reads: int = 0
    writes: int = 0
    batches: int = 0
    attempts: int = 0
    cancel_requested: bool = False
    requested_at: dt.datetime = when(nullable=False)
    started_at: dt.datetime | None = when()
    finished_at: dt.datetime | None = when()
    problem: str | None = long_text()
    """A JSON object {code, detail}."""


class Outcome(SQLModel, table=True):
    """What a sync did with one pair that did not come out unchanged; for a preview, what it would do."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_record", "company", "kind", "record"),)
    company: str = key()
    sync: str = key()
    sequence: int = key(sa_type=BigInteger)
    kind: str
    record: str | None = None
    quickbooks_id: str | None = None
    result: str
    code: str | None = None
    reason: str | None = long_text()
    fix: str | None = long_text()
    field: str | None = None
    at: dt.datetime = when(nullable=False)


class Issue(SQLModel, table=True):
    """An outcome that stays open until it is fixed."""

    __tablename__ = "issue"
    __table_args__ = (
        partial(
            "uq_issue_open",
            "company",
            "kind",
            "subject",
            "code",
            where="state <> 'resolved' AND code <> 'conflict_settled'",
            unique=True,
        ),
        Index("ix_issue_state", "company", "state", "opened_at"),
    )
    company: str = key()
    id: str = key()
    kind: str
    subject: str
    """`record:<id>` or `quickbooks:<id>`; `all` for an issue about a whole kind."""
    record: str | None = None
    quickbooks_id: str | None = None
    code: str
    reason: str = long_text(nullable=False)
    fix: str = long_text(nullable=False)
    field: str | None = None
    details: str = long_text(nullable=False)
    other: str | None = long_text()
    """The document that lost a settled conflict, so that a person can still choose it."""
    state: str = "open"
    opened_at: dt.datetime = when(nullable=False)
    seen_at: dt.datetime = when(nullable=False)
    seen: int = 1
    resolved_at: dt.datetime | None = when()
    resolution: str | None = None


class AskedObject(SQLModel, table=True):
    """An object of QuickBooks' that a person asked about: the next sync reads it, whatever it is."""

    __tablename__ = "asked_object"
    company: str = key()
    entity: str = key()
    qbo_id: str = key()
    asked_at: dt.datetime = when(nullable=False)


class Change(SQLModel, table=True):
    """One entry of the feed: what a sync changed here, numbered per company in commit order without gaps."""

    __tablename__ = "change"
    company: str = key()
    sequence: int = key(sa_type=BigInteger)
    kind: str
    id: str
    revision: int
    what: str
    fields: str = long_text(nullable=False)
    sync: str
    at: dt.datetime = when(nullable=False)


class WebhookEvent(SQLModel, table=True):
    """The inbox: one authentic delivery, whole, as it came."""

    __tablename__ = "webhook_event"
    __table_args__ = (partial("ix_webhook_event_waiting", "received_at", where="handled_at IS NULL"),)
    id: str = key()
    body: bytes = Field(sa_type=Packed, nullable=False)
    received_at: dt.datetime = when(nullable=False)
    handled_at: dt.datetime | None = when()
    note: str | None = long_text()
