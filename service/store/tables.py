"""The tables of design section 5, the same on SQLite and PostgreSQL.

Keys and indexes of a company's data begin with the company. JSON columns are text that our decoder reads.
`table=True` classes don't validate: callers' input is validated at the API's edge.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Table, Text, text
from sqlmodel import Field, SQLModel

from service.store.types import Money, Packed, UtcDateTime

_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = _CONVENTION


def _key(**options: Any) -> Any:
    return Field(primary_key=True, **options)


def _when(*, nullable: bool = True) -> Any:
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def _text(*, nullable: bool = True) -> Any:
    return Field(default=None, sa_type=Text, nullable=nullable)


def _big(default: int | None = 0) -> Any:
    return Field(default=default, sa_type=BigInteger, nullable=default is None)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Company(SQLModel, table=True):
    """One business on the platform; `feed_sequence` is the number of the last change in its feed."""

    __tablename__ = "company"
    __table_args__ = (_partial("ix_company_next_sync_at", "next_sync_at", where="next_sync_at IS NOT NULL"),)
    id: str = _key()
    name: str
    signed_up_on: dt.date
    accountant_console: bool = False
    archived: bool = False
    feed_sequence: int = _big()
    next_sync_at: dt.datetime | None = _when()
    """When the clock starts a sync; NULL means never."""
    failures: int = 0
    """Syncs that failed in a row: the next try comes after 5 min, 30 min, 2 h."""
    changes_wait_since: dt.datetime | None = _when()
    """A webhook told of changes that no sync has read yet."""
    created_at: dt.datetime = _when(nullable=False)
    updated_at: dt.datetime = _when(nullable=False)


class Connection(SQLModel, table=True):
    """A company's grant to one realm; tokens are ciphertext."""

    __tablename__ = "connection"
    __table_args__ = (
        _partial("uq_connection_realm", "realm_id", where="state <> 'disconnected'", unique=True),
    )
    company: str = _key(foreign_key="company.id")
    realm_id: str
    state: str
    reason: str | None = _text()
    tokens: bytes | None = Field(default=None, sa_type=LargeBinary)
    access_expires_at: dt.datetime | None = _when()
    refresh_expires_at: dt.datetime | None = _when()
    paused_until: dt.datetime | None = _when()
    connected_at: dt.datetime = _when(nullable=False)
    updated_at: dt.datetime = _when(nullable=False)


class OAuthState(SQLModel, table=True):
    """A pending OAuth redirect; `id` is the hash of the state that the browser carries."""

    __tablename__ = "oauth_state"
    id: str = _key()
    company: str = Field(foreign_key="company.id")
    return_to: str = _text(nullable=False)
    expires_at: dt.datetime = _when(nullable=False)
    used_at: dt.datetime | None = _when()


class PreferencesRow(SQLModel, table=True):
    """A company's sync preferences."""

    __tablename__ = "preferences"
    company: str = _key(foreign_key="company.id")
    version: int = 1
    document: str = _text(nullable=False)
    updated_at: dt.datetime = _when(nullable=False)


class FactsRow(SQLModel, table=True):
    """What QuickBooks says about the company."""

    __tablename__ = "facts"
    company: str = _key(foreign_key="company.id")
    realm_id: str
    document: str = _text(nullable=False)
    read_at: dt.datetime = _when(nullable=False)
    stale: bool = False


class Record(SQLModel, table=True):
    """The platform's version of a business object.

    `caller_revision` is the revision that a caller last wrote; a higher `revision` means that QuickBooks has
    changed the record since. `undecided` asks the next sync to look at it.
    """

    __tablename__ = "record"
    __table_args__ = (
        _partial("ix_record_undecided", "company", "kind", "level", "id", where="undecided"),
        Index("ix_record_match_key", "company", "kind", "match_key"),
        Index("ix_record_marker", "company", "marker"),
        Index("ix_record_updated_at", "company", "kind", "updated_at"),
        _partial("ix_record_code", "company", "code", where="code IS NOT NULL"),
        _partial("ix_record_waits_for", "company", "waits_for", where="waits_for IS NOT NULL"),
    )
    company: str = _key()
    kind: str = _key()
    id: str = _key()
    document: str = _text(nullable=False)
    revision: int = 1
    caller_revision: int = 0
    origin: str
    archived: bool = False
    undecided: bool = True
    level: int = 0
    """Depth in a hierarchy: parents are decided before children."""
    name: str | None = _text()
    number: str | None = None
    party: str | None = None
    issued_on: dt.date | None = None
    due_on: dt.date | None = None
    currency: str | None = None
    amount: Decimal | None = Field(default=None, sa_type=Money)
    balance: Decimal | None = Field(default=None, sa_type=Money)
    status: str | None = None
    quickbooks_balance: Decimal | None = Field(default=None, sa_type=Money)
    match_key: str | None = _text()
    marker: str
    sync_state: str = "not_synced"
    code: str | None = None
    waits_for: str | None = None
    instruction: str | None = None
    synced_at: dt.datetime | None = _when()
    created_at: dt.datetime = _when(nullable=False)
    updated_at: dt.datetime = _when(nullable=False)


class Counterpart(SQLModel, table=True):
    """QuickBooks' version of a business object, as last observed."""

    __tablename__ = "counterpart"
    __table_args__ = (
        _partial("ix_counterpart_undecided", "company", "entity", "level", "qbo_id", where="undecided"),
        Index("ix_counterpart_match_key", "company", "entity", "match_key"),
        _partial("ix_counterpart_marker", "company", "marker", where="marker IS NOT NULL"),
        _partial("ix_counterpart_code", "company", "code", where="code IS NOT NULL"),
        _partial("ix_counterpart_waits_for", "company", "waits_for", where="waits_for IS NOT NULL"),
    )
    company: str = _key()
    entity: str = _key()
    qbo_id: str = _key()
    sync_token: int = _big()
    last_updated_at: dt.datetime | None = _when()
    content: bytes = Field(sa_type=Packed, nullable=False)
    content_hash: str
    raw: bytes = Field(sa_type=Packed, nullable=False)
    deleted: bool = False
    inactive: bool = False
    undecided: bool = True
    level: int = 0
    match_key: str | None = _text()
    marker: str | None = None
    currency: str | None = None
    amount: Decimal | None = Field(default=None, sa_type=Money)
    balance: Decimal | None = Field(default=None, sa_type=Money)
    unsupported: str | None = _text()
    """A JSON list of what this object has that this version would lose; such an object waits."""
    code: str | None = None
    reason: str | None = _text()
    waits_for: str | None = None
    instruction: str | None = None
    observed_at: dt.datetime = _when(nullable=False)


class Alias(SQLModel, table=True):
    """An id that was merged away in QuickBooks, and the survivor's."""

    __tablename__ = "alias"
    company: str = _key()
    entity: str = _key()
    qbo_id: str = _key()
    survivor: str
    at: dt.datetime = _when(nullable=False)


class Link(SQLModel, table=True):
    """Pairs a record with a counterpart; `base` is what both sides last agreed on, in wire space."""

    __tablename__ = "link"
    __table_args__ = (Index("uq_link_qbo_id", "company", "entity", "qbo_id", unique=True),)
    company: str = _key()
    kind: str = _key()
    record: str = _key()
    entity: str
    qbo_id: str
    base: bytes = Field(sa_type=Packed, nullable=False)
    base_hash: str
    linked_at: dt.datetime = _when(nullable=False)
    agreed_at: dt.datetime = _when(nullable=False)


class Operation(SQLModel, table=True):
    """One write to QuickBooks, written down before it is sent. Never deleted.

    States: planned, sent, done, unknown, rejected, parked, withdrawn (planned, and never sent).
    """

    __tablename__ = "operation"
    __table_args__ = (
        _partial(
            "uq_operation_open",
            "company",
            "kind",
            "record",
            where="state IN ('planned', 'sent', 'unknown')",
            unique=True,
        ),
        Index("ix_operation_batch", "company", "batch"),
        _partial("ix_operation_state", "company", "state", where="state IN ('planned', 'sent', 'unknown')"),
        Index("ix_operation_record", "company", "kind", "record"),
    )
    company: str = _key()
    id: str = _key()
    sync: str
    kind: str
    record: str
    entity: str
    qbo_id: str | None = None
    action: str
    level: int = 0
    revision: int
    expected_token: int | None = _big(None)
    marker: str | None = None
    wanted: bytes = Field(sa_type=Packed, nullable=False)
    """The content that QuickBooks is to have, in wire space (placeholders until it is frozen)."""
    fields: str = _text(nullable=False)
    held_fields: str = _text(nullable=False)
    body: bytes | None = Field(default=None, sa_type=Packed)
    batch: str | None = None
    item: str | None = None
    state: str
    answer: bytes | None = Field(default=None, sa_type=Packed)
    fault: str | None = None
    intuit_tid: str | None = None
    planned_at: dt.datetime = _when(nullable=False)
    sent_at: dt.datetime | None = _when()
    ended_at: dt.datetime | None = _when()


class Batch(SQLModel, table=True):
    """The unit of replay: one request, single or batch, with its id and bytes frozen before it is sent."""

    __tablename__ = "batch"
    __table_args__ = (_partial("ix_batch_state", "company", "state", where="state IN ('sent', 'unknown')"),)
    company: str = _key()
    id: str = _key()
    """The request id: 32 hex."""
    sync: str
    path: str
    parameters: str = _text(nullable=False)
    body: bytes = Field(sa_type=Packed, nullable=False)
    items: str = _text(nullable=False)
    single: bool
    state: str
    first_sent_at: dt.datetime = _when(nullable=False)
    sent_at: dt.datetime = _when(nullable=False)
    looked_at: dt.datetime | None = _when()
    """When nothing of an unknown outcome was found for the first time."""
    sends: int = 1
    answered_at: dt.datetime | None = _when()
    intuit_tid: str | None = None
    detail: str | None = _text()


class Cursor(SQLModel, table=True):
    """How far an entity has been read, by QuickBooks' clock; `progress` is that of a read under way."""

    __tablename__ = "cursor"
    company: str = _key()
    entity: str = _key()
    since: dt.datetime | None = _when()
    progress: str | None = _text()
    updated_at: dt.datetime = _when(nullable=False)


class Sync(SQLModel, table=True):
    """One run for one company."""

    __tablename__ = "sync"
    __table_args__ = (
        _partial("uq_sync_queued", "company", where="state = 'queued' AND NOT preview", unique=True),
        _partial("uq_sync_running", "company", where="state = 'running'", unique=True),
        _partial("ix_sync_waiting", "state", "requested_at", where="state IN ('queued', 'running')"),
        Index("ix_sync_history", "company", "requested_at"),
    )
    company: str = _key()
    id: str = _key()
    mode: str
    preview: bool = False
    trigger: str
    requested_by: str | None = None
    state: str = "queued"
    phase: str | None = None
    percent: int = 0
    eta_seconds: int | None = None
    counts: str = _text(nullable=False)
    reads: int = 0
    writes: int = 0
    batches: int = 0
    attempts: int = 0
    cancel_requested: bool = False
    requested_at: dt.datetime = _when(nullable=False)
    started_at: dt.datetime | None = _when()
    finished_at: dt.datetime | None = _when()
    problem: str | None = _text()
    """A JSON object {code, detail}."""


class Outcome(SQLModel, table=True):
    """What a sync did with one pair that did not come out unchanged; for a preview, what it would do."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_record", "company", "kind", "record"),)
    company: str = _key()
    sync: str = _key()
    sequence: int = _key(sa_type=BigInteger)
    kind: str
    record: str | None = None
    quickbooks_id: str | None = None
    result: str
    code: str | None = None
    reason: str | None = _text()
    fix: str | None = _text()
    field: str | None = None
    at: dt.datetime = _when(nullable=False)


class Issue(SQLModel, table=True):
    """An outcome that stays open until it is fixed."""

    __tablename__ = "issue"
    __table_args__ = (
        _partial(
            "uq_issue_open", "company", "kind", "subject", "code", where="state <> 'resolved'", unique=True
        ),
        Index("ix_issue_state", "company", "state", "opened_at"),
    )
    company: str = _key()
    id: str = _key()
    kind: str
    subject: str
    """`record:<id>` or `quickbooks:<id>`; `all` for an issue about a whole kind."""
    record: str | None = None
    quickbooks_id: str | None = None
    code: str
    reason: str = _text(nullable=False)
    fix: str = _text(nullable=False)
    field: str | None = None
    details: str = _text(nullable=False)
    other: str | None = _text()
    """The document that lost a settled conflict, so that a person can still choose it."""
    state: str = "open"
    opened_at: dt.datetime = _when(nullable=False)
    seen_at: dt.datetime = _when(nullable=False)
    seen: int = 1
    resolved_at: dt.datetime | None = _when()
    resolution: str | None = None


class Change(SQLModel, table=True):
    """One entry of the feed: what a sync changed here, numbered per company in commit order without gaps."""

    __tablename__ = "change"
    company: str = _key()
    sequence: int = _key(sa_type=BigInteger)
    kind: str
    id: str
    revision: int
    what: str
    fields: str = _text(nullable=False)
    sync: str
    at: dt.datetime = _when(nullable=False)


class WebhookEvent(SQLModel, table=True):
    """The inbox: one authentic delivery, whole, as it came."""

    __tablename__ = "webhook_event"
    __table_args__ = (_partial("ix_webhook_event_waiting", "received_at", where="handled_at IS NULL"),)
    id: str = _key()
    body: bytes = Field(sa_type=Packed, nullable=False)
    received_at: dt.datetime = _when(nullable=False)
    handled_at: dt.datetime | None = _when()
    note: str | None = _text()


class Usage(SQLModel, table=True):
    """Calls to QuickBooks per company and month; reads are the metered ones."""

    __tablename__ = "usage"
    company: str = _key()
    month: str = _key()
    reads: int = _big()
    writes: int = _big()
    batches: int = _big()


class Credential(SQLModel, table=True):
    """An API key: its secret is a salted hash, found by a public prefix."""

    __tablename__ = "credential"
    id: str = _key()
    """The public part of the key."""
    name: str
    salt: bytes = Field(sa_type=LargeBinary, nullable=False)
    digest: bytes = Field(sa_type=LargeBinary, nullable=False)
    scopes: str = _text(nullable=False)
    companies: str | None = _text()
    """A JSON list; NULL means all."""
    created_at: dt.datetime = _when(nullable=False)
    revoked_at: dt.datetime | None = _when()


class Lease(SQLModel, table=True):
    """Who may act for a company until when, by the database's clock; `epoch` grows with each owner."""

    __tablename__ = "lease"
    company: str = _key()
    owner: str
    epoch: int = _big(1)
    expires_at: dt.datetime = _when(nullable=False)


METADATA = SQLModel.metadata


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a model; repositories build their statements on it."""
    return METADATA.tables[str(model.__tablename__)]
