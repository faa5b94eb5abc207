"""What the latest reconcile of a company found."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from service.store.tables.fields import key, long_text, when
from service.store.types import Money


class Reconciliation(SQLModel, table=True):
    """A company's latest reconcile: totals of both sides, as JSON."""

    __tablename__ = "reconciliation"
    company: str = key()
    sync: str
    at: dt.datetime = when(nullable=False)
    summary: str = long_text(nullable=False)


class Difference(SQLModel, table=True):
    """One difference that a reconcile found; `resolved`: the same sync has put an end to it.

    `party` and `account` are records, or QuickBooks' objects behind `quickbooks:`.
    """

    __tablename__ = "difference"
    company: str = key()
    sync: str = key()
    number: int = key(sa_type=BigInteger)
    kind: str | None = None
    record: str | None = None
    quickbooks_id: str | None = None
    field: str | None = None
    platform: str | None = long_text()
    quickbooks: str | None = long_text()
    amount: Decimal | None = Field(default=None, sa_type=Money)
    currency: str | None = None
    party: str | None = None
    account: str | None = None
    code: str
    reason: str = long_text(nullable=False)
    fix: str = long_text(nullable=False)
    resolved: bool = False
