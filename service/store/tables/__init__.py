"""The tables of the data model, the same on SQLite and PostgreSQL.

Keys and indexes of a company's data begin with the company. JSON columns are text that our decoder reads.
`table=True` classes don't validate: callers' input is validated at the API's edge.
"""

from sqlalchemy import Table
from sqlmodel import SQLModel

from service.store.tables.pairs import Alias, Application, Counterpart, Link, Record
from service.store.tables.reconciling import Difference, Reconciliation
from service.store.tables.running import AskedObject, Change, Cursor, Issue, Outcome, Sync, WebhookEvent
from service.store.tables.tenancy import (
    Company,
    Connection,
    Credential,
    FactsRow,
    Lease,
    OAuthState,
    PreferencesRow,
    Usage,
)
from service.store.tables.writes import Batch, Operation

METADATA = SQLModel.metadata


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a model; repositories build their statements on it."""
    return METADATA.tables[str(model.__tablename__)]


__all__ = [
    "METADATA",
    "Alias",
    "Application",
    "AskedObject",
    "Batch",
    "Change",
    "Company",
    "Connection",
    "Counterpart",
    "Credential",
    "Cursor",
    "Difference",
    "FactsRow",
    "Issue",
    "Lease",
    "Link",
    "OAuthState",
    "Operation",
    "Outcome",
    "PreferencesRow",
    "Reconciliation",
    "Record",
    "Sync",
    "Usage",
    "WebhookEvent",
    "table_of",
]
