"""The ledger of writes to QuickBooks."""

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from service.store.tables.fields import big, key, long_text, partial, when
from service.store.types import Packed


class Operation(SQLModel, table=True):
    """One write to QuickBooks, written down before it is sent. Never deleted.

    States: planned, sent, done, unknown, rejected, parked, withdrawn (planned, and never sent).
    """

    __tablename__ = "operation"
    __table_args__ = (
        partial(
            "uq_operation_open",
            "company",
            "kind",
            "record",
            where="state IN ('planned', 'sent', 'unknown')",
            unique=True,
        ),
        Index("ix_operation_batch", "company", "batch"),
        partial("ix_operation_state", "company", "state", where="state IN ('planned', 'sent', 'unknown')"),
        Index("ix_operation_record", "company", "kind", "record"),
    )
    company: str = key()
    id: str = key()
    sync: str
    kind: str
    record: str
    entity: str
    qbo_id: str | None = None
    action: str
    level: int = 0
    revision: int
    expected_token: int | None = big(None)
    marker: str | None = None
    wanted: bytes = Field(sa_type=Packed, nullable=False)
    """The content that QuickBooks is to have, in wire space (placeholders until it is frozen)."""
    fields: str = long_text(nullable=False)
    held_fields: str = long_text(nullable=False)
    body: bytes | None = Field(default=None, sa_type=Packed)
    batch: str | None = None
    item: str | None = None
    state: str
    answer: bytes | None = Field(default=None, sa_type=Packed)
    fault: str | None = None
    intuit_tid: str | None = None
    planned_at: dt.datetime = when(nullable=False)
    sent_at: dt.datetime | None = when()
    """By QuickBooks' clock: its last answer before the send."""
    ended_at: dt.datetime | None = when()


class Batch(SQLModel, table=True):
    """The unit of replay: one request, single or batch, with its id and bytes frozen before it is sent."""

    __tablename__ = "batch"
    __table_args__ = (partial("ix_batch_state", "company", "state", where="state IN ('sent', 'unknown')"),)
    company: str = key()
    id: str = key()
    """The request id: 32 hex."""
    sync: str
    path: str
    parameters: str = long_text(nullable=False)
    body: bytes = Field(sa_type=Packed, nullable=False)
    items: str = long_text(nullable=False)
    single: bool
    state: str
    first_sent_at: dt.datetime = when(nullable=False)
    """This and the next two by QuickBooks' clock."""
    sent_at: dt.datetime = when(nullable=False)
    looked_at: dt.datetime | None = when()
    """When nothing of an unknown outcome was found for the first time."""
    sends: int = 1
    answered_at: dt.datetime | None = when()
    intuit_tid: str | None = None
    detail: str | None = long_text()
