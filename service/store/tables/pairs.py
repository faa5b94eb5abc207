"""Both sides of every pair, and the link between them."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from service.store.tables.fields import big, key, long_text, partial, when
from service.store.types import Money, Packed


class Record(SQLModel, table=True):
    """The platform's version of a business object.

    `caller_revision` is the revision that a caller last wrote; a higher `revision` means that QuickBooks has
    changed the record since. `undecided` asks the next sync to look at it.
    """

    __tablename__ = "record"
    __table_args__ = (
        partial(
            "ix_record_undecided",
            "company",
            "undecided",
            "kind",
            "level",
            "id",
            where="undecided",
            sqlite="undecided = 1",
        ),
        Index("ix_record_match_key", "company", "kind", "match_key"),
        Index("ix_record_marker", "company", "marker"),
        Index("ix_record_updated_at", "company", "kind", "updated_at"),
        partial("ix_record_code", "company", "code", where="code IS NOT NULL"),
        partial("ix_record_waits_for", "company", "waits_for", where="waits_for IS NOT NULL"),
        partial("ix_record_differs", "company", "kind", where="balance <> quickbooks_balance"),
    )
    company: str = key()
    kind: str = key()
    id: str = key()
    document: str = long_text(nullable=False)
    revision: int = 1
    caller_revision: int = 0
    origin: str
    archived: bool = False
    undecided: bool = True
    level: int = 0
    """Depth in a hierarchy: parents are decided before children."""
    name: str | None = long_text()
    number: str | None = None
    party: str | None = None
    issued_on: dt.date | None = None
    due_on: dt.date | None = None
    currency: str | None = None
    amount: Decimal | None = Field(default=None, sa_type=Money)
    balance: Decimal | None = Field(default=None, sa_type=Money)
    status: str | None = None
    quickbooks_balance: Decimal | None = Field(default=None, sa_type=Money)
    match_key: str | None = long_text()
    marker: str
    sync_state: str = "not_synced"
    code: str | None = None
    waits_for: str | None = None
    instruction: str | None = None
    synced_at: dt.datetime | None = when()
    created_at: dt.datetime = when(nullable=False)
    updated_at: dt.datetime = when(nullable=False)


class Counterpart(SQLModel, table=True):
    """QuickBooks' version of a business object, as last observed."""

    __tablename__ = "counterpart"
    __table_args__ = (
        partial(
            "ix_counterpart_undecided",
            *("company", "undecided", "entity", "level", "qbo_id"),
            where="undecided",
            sqlite="undecided = 1",
        ),
        Index("ix_counterpart_match_key", "company", "entity", "match_key"),
        partial("ix_counterpart_marker", "company", "marker", where="marker IS NOT NULL"),
        partial("ix_counterpart_code", "company", "code", where="code IS NOT NULL"),
        partial("ix_counterpart_waits_for", "company", "waits_for", where="waits_for IS NOT NULL"),
    )
    company: str = key()
    entity: str = key()
    qbo_id: str = key()
    sync_token: int = big()
    last_updated_at: dt.datetime | None = when()
    content: bytes = Field(sa_type=Packed, nullable=False)
    content_hash: str
    raw: bytes = Field(sa_type=Packed, nullable=False)
    deleted: bool = False
    voided: bool = False
    inactive: bool = False
    undecided: bool = True
    level: int = 0
    match_key: str | None = long_text()
    marker: str | None = None
    currency: str | None = None
    amount: Decimal | None = Field(default=None, sa_type=Money)
    balance: Decimal | None = Field(default=None, sa_type=Money)
    unsupported: str | None = long_text()
    """A JSON list of what this object has that this version would lose; such an object waits."""
    code: str | None = None
    reason: str | None = long_text()
    waits_for: str | None = None
    instruction: str | None = None
    observed_at: dt.datetime = when(nullable=False)


class Application(SQLModel, table=True):
    """One payment's share of one bill or vendor credit, as its document has it.

    `live`: it is neither voided nor archived. `moves_money`: it is more than the use of a credit.
    """

    __tablename__ = "application"
    __table_args__ = (Index("ix_application_target", "company", "target_kind", "target"),)
    company: str = key()
    kind: str = key()
    payment: str = key()
    target_kind: str = key()
    target: str = key()
    amount: Decimal = Field(sa_type=Money)
    live: bool
    sync: bool
    scheduled: bool
    moves_money: bool


class Alias(SQLModel, table=True):
    """An id that was merged away in QuickBooks, and the survivor's.

    `followed`: a sync has acted on it. `record` is the one whose link was closed, where the survivor has a
    record of its own: it is written as the survivor.
    """

    __tablename__ = "alias"
    __table_args__ = (Index("ix_alias_record", "company", "entity", "record"),)
    company: str = key()
    entity: str = key()
    qbo_id: str = key()
    survivor: str
    record: str | None = None
    followed: bool
    at: dt.datetime = when(nullable=False)


class Link(SQLModel, table=True):
    """Pairs a record with a counterpart; `base` is what both sides last agreed on, in wire space."""

    __tablename__ = "link"
    __table_args__ = (Index("uq_link_qbo_id", "company", "entity", "qbo_id", unique=True),)
    company: str = key()
    kind: str = key()
    record: str = key()
    entity: str
    qbo_id: str
    base: bytes = Field(sa_type=Packed, nullable=False)
    base_hash: str
    linked_at: dt.datetime = when(nullable=False)
    agreed_at: dt.datetime = when(nullable=False)
