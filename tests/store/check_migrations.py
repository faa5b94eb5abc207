"""Checks that the migrations make exactly the tables that the models declare, on both databases.

Run by `make check`; exit 1 with the differences.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.store.engine import sqlite_engine
from service.store.migrate import current, head, upgrade
from service.store.tables import METADATA
from tests.postgres import running_postgres


def differences(connection: Connection) -> list[Any]:
    """Return how a database differs from the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def migrated_differences(url: str) -> list[Any]:
    """Migrate an empty database, twice, and return how it differs from the models."""
    await upgrade(url)
    await upgrade(url)
    assert await current(url) == head()
    if url.startswith("sqlite"):
        engine = sqlite_engine(url)
        with engine.connect() as connection:
            found = differences(connection)
        engine.dispose()
        return found
    asynchronous = create_async_engine(url, poolclass=NullPool)
    async with asynchronous.connect() as opened:
        found = await opened.run_sync(differences)
    await asynchronous.dispose()
    return found


def main() -> int:
    """Check both databases."""
    with tempfile.TemporaryDirectory() as directory, running_postgres() as server:
        found = {
            "SQLite": asyncio.run(migrated_differences(f"sqlite:///{Path(directory) / 'check.db'}")),
            "PostgreSQL": asyncio.run(migrated_differences(server.new_database(empty=True))),
        }
    for name, unlike in found.items():
        sys.stdout.write(f"{name}: {unlike or 'migrations and models agree'}\n")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
