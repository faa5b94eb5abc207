"""Stores for every test folder: SQLite in a file, PostgreSQL in a server of its own."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from service.store.engine import SqliteStore, Store, open_store, sqlite_engine
from service.store.tables import METADATA
from tests.clocks import FixedClock
from tests.postgres import Postgres, running_postgres


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL server."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def postgres_url(postgres: Postgres) -> str:
    """The URL of a PostgreSQL database with all tables, made for this test module."""
    return postgres.new_database()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = sqlite_engine(f"sqlite:///{path}")
    METADATA.create_all(engine)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA journal_mode=DELETE")  # type: ignore[attr-defined]
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite file with all tables."""
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def sqlite_store(sqlite_url: str, clock: FixedClock) -> AsyncIterator[Store]:
    """An empty store on SQLite; its database clock is the test's."""
    store = SqliteStore(sqlite_url, now=clock.now)
    yield store
    await store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with all tables, once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
async def store(store_url: str, clock: FixedClock) -> AsyncIterator[Store]:
    """An empty store, once on SQLite and once on PostgreSQL."""
    opened = open_store(store_url, now=clock.now, pool_size=5)
    await opened.run(_delete_everything)
    yield opened
    await opened.close()


def _delete_everything(connection: Connection) -> None:
    for table in reversed(METADATA.sorted_tables):
        connection.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608 - our own tables' names
