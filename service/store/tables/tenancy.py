"""Who the companies are, how they are connected, what they chose, and who may call us."""

import datetime as dt

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from service.store.tables.fields import big, key, long_text, partial, when


class Company(SQLModel, table=True):
    """One business on the platform; `feed_sequence` is the number of the last change in its feed."""

    __tablename__ = "company"
    __table_args__ = (partial("ix_company_next_sync_at", "next_sync_at", where="next_sync_at IS NOT NULL"),)
    id: str = key()
    name: str
    signed_up_on: dt.date
    accountant_console: bool = False
    archived: bool = False
    feed_sequence: int = big()
    next_sync_at: dt.datetime | None = when()
    """When the clock starts a sync; NULL means never."""
    failures: int = 0
    """Syncs that failed in a row: the next try comes after 5 min, 30 min, 2 h."""
    changes_wait_since: dt.datetime | None = when()
    """A webhook told of changes that no sync has read yet."""
    created_at: dt.datetime = when(nullable=False)
    updated_at: dt.datetime = when(nullable=False)


class Connection(SQLModel, table=True):
    """A company's grant to one realm; tokens are ciphertext."""

    __tablename__ = "connection"
    __table_args__ = (
        partial("uq_connection_realm", "realm_id", where="state <> 'disconnected'", unique=True),
    )
    company: str = key(foreign_key="company.id")
    realm_id: str
    state: str
    reason: str | None = long_text()
    tokens: bytes | None = Field(default=None, sa_type=LargeBinary)
    access_expires_at: dt.datetime | None = when()
    refresh_expires_at: dt.datetime | None = when()
    paused_until: dt.datetime | None = when()
    connected_at: dt.datetime = when(nullable=False)
    updated_at: dt.datetime = when(nullable=False)


class OAuthState(SQLModel, table=True):
    """A pending OAuth redirect; `id` is the hash of the state that the browser carries."""

    __tablename__ = "oauth_state"
    id: str = key()
    company: str = Field(foreign_key="company.id")
    return_to: str = long_text(nullable=False)
    expires_at: dt.datetime = when(nullable=False)
    used_at: dt.datetime | None = when()


class PreferencesRow(SQLModel, table=True):
    """A company's sync preferences."""

    __tablename__ = "preferences"
    company: str = key(foreign_key="company.id")
    version: int = 1
    document: str = long_text(nullable=False)
    updated_at: dt.datetime = when(nullable=False)


class FactsRow(SQLModel, table=True):
    """What QuickBooks says about the company."""

    __tablename__ = "facts"
    company: str = key(foreign_key="company.id")
    realm_id: str
    document: str = long_text(nullable=False)
    read_at: dt.datetime = when(nullable=False)
    stale: bool = False


class Usage(SQLModel, table=True):
    """Calls to QuickBooks per company and month; reads are the metered ones."""

    __tablename__ = "usage"
    company: str = key()
    month: str = key()
    reads: int = big()
    writes: int = big()
    batches: int = big()


class Credential(SQLModel, table=True):
    """An API key: its secret is a salted hash, found by a public prefix."""

    __tablename__ = "credential"
    id: str = key()
    """The public part of the key."""
    name: str
    salt: bytes = Field(sa_type=LargeBinary, nullable=False)
    digest: bytes = Field(sa_type=LargeBinary, nullable=False)
    scopes: str = long_text(nullable=False)
    companies: str | None = long_text()
    """A JSON list; NULL means all."""
    created_at: dt.datetime = when(nullable=False)
    revoked_at: dt.datetime | None = when()


class Lease(SQLModel, table=True):
    """Who may act for a company until when, by the database's clock; `epoch` grows with each owner.

    `released`: it was given back. `left_by` had it before, and never did that.
    """

    __tablename__ = "lease"
    company: str = key()
    owner: str
    epoch: int = big(1)
    expires_at: dt.datetime = when(nullable=False)
    released: bool
    left_by: str | None = None
