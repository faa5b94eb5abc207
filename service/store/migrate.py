"""Brings a database's schema to head, on SQLite and PostgreSQL alike, and says where it stands.

PostgreSQL: an advisory lock lets one of several migrating processes win; the others find the work done.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.store.engine import sqlite_engine

_LOCK = 7_215_540_338_113_622


class SchemaNotAtHeadError(Exception):
    """The database's schema is not the one that this version needs."""


def head() -> str:
    """Return the revision that this version needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


async def upgrade(url: str) -> None:
    """Bring the schema to head; a no-op where it is there already."""
    await _on(url, _upgrade)


async def current(url: str) -> str | None:
    """Return the revision that the database is at."""
    revision: str | None = await _on(url, _current)
    return revision


async def require_head(url: str) -> None:
    """Refuse a database whose schema is not at head.

    Raises:
        SchemaNotAtHeadError: run `quickbooks-sync migrate` first.
    """
    found = await current(url)
    if found != head():
        raise SchemaNotAtHeadError(f"the schema is at {found or 'nothing'}, not at {head()}: migrate first")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(_config(connection), "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _on(url: str, work: Any) -> Any:
    if make_url(url).get_backend_name() == "sqlite":
        database = make_url(url).database
        if database and database != ":memory:":
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        engine = sqlite_engine(url)
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()
    asynchronous = create_async_engine(make_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        async with asynchronous.begin() as opened:
            return await opened.run_sync(work)
    finally:
        await asynchronous.dispose()
