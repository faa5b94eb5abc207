"""Runs synchronous repository functions, each in one transaction, on SQLite or PostgreSQL.

SQLite: writers go through one thread with its own engine (BEGIN IMMEDIATE, or updates would be lost without
an error), readers through a small pool. PostgreSQL: asyncpg, by `run_sync`; a transaction that lost a
deadlock or a serialization race is run again, so work must not have effects outside its connection. Inline
(SQLite in the caller's own thread) is for virtual time.
"""

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from service.store.types import utc_text

Result = TypeVar("Result")
Work = Callable[[Connection], Result]
Now = Callable[[], dt.datetime]

_BUSY_MS = 15_000
_IDLE_MS = 8_000
"""A process that stands still in mid-transaction is cut off before its lease ends: it locks out who is to
take over."""
_RACES = frozenset({"40001", "40P01"})
_ATTEMPTS = 5
_TROUBLE = ("08", "25P03", "40", "53", "57")
"""PostgreSQL's codes: connection, cut off for idling, lost race, resources, intervention by an operator."""
_SQLITE_TROUBLE = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
    | {sqlite3.SQLITE_CANTOPEN}
)


class StoreFailedError(Exception):
    """The database did not answer or broke off: whether the transaction was committed is not known."""


@contextmanager
def _sorted_failures() -> Iterator[None]:
    """Tell trouble with the database from mistakes in what it was asked.

    Raises:
        StoreFailedError: trouble that passes without anybody mending the question.
    """
    try:
        yield
    except (PoolTimeoutError, OSError) as error:
        raise StoreFailedError(type(error).__name__) from error
    except DBAPIError as error:
        if _is_trouble(error):
            raise StoreFailedError(type(error.orig).__name__) from error
        raise


def _is_trouble(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in _SQLITE_TROUBLE
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or isinstance(error, InterfaceError) or state.startswith(_TROUBLE)


class Store(Protocol):
    """Runs work in a transaction; commits when it returns, rolls back when it raises.

    Both ways raise StoreFailedError where the database fails; a commit may have come about all the same.
    """

    slice_size: int

    async def run(self, work: Work[Result]) -> Result:
        """Run work that may write."""
        ...

    async def read(self, work: Work[Result]) -> Result:
        """Run work that only reads."""
        ...

    async def close(self) -> None:
        """Give all connections back."""
        ...


def system_now() -> dt.datetime:
    """Return the machine's clock."""
    return dt.datetime.now(dt.UTC)


def sqlite_engine(
    url: URL | str, *, now: Now = system_now, writer: bool = True, inline: bool = False
) -> Engine:
    """Make a SQLite engine in earnest: WAL, foreign keys, busy timeout, our own BEGIN."""
    url = make_url(url).set(drivername="sqlite")
    memory = not url.database or url.database == ":memory:"
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=StaticPool if memory or inline else None,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is deferred and loses updates
        connection.create_function(
            "utc_in", 1, lambda seconds: utc_text(now() + dt.timedelta(seconds=seconds))
        )
        pragmas = ("foreign_keys=ON", f"busy_timeout={_BUSY_MS}", "synchronous=NORMAL", "cache_size=-32000")
        for pragma in (() if memory else ("journal_mode=WAL",)) + pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


class SqliteStore:
    """SQLite behind one writer thread and a few reader threads."""

    slice_size = 250

    def __init__(self, url: URL | str, *, now: Now = system_now, readers: int = 3) -> None:
        self._writer = sqlite_engine(url, now=now)
        self._reader = sqlite_engine(url, now=now, writer=False)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._read_threads = ThreadPoolExecutor(readers, thread_name_prefix="sqlite-reader")

    async def run(self, work: Work[Result]) -> Result:
        """Run work in the writer thread."""
        with _sorted_failures():
            return await _shielded(self._write_thread, lambda: in_transaction(self._writer, work))

    async def read(self, work: Work[Result]) -> Result:
        """Run work in a reader thread."""
        with _sorted_failures():
            return await _shielded(self._read_threads, lambda: in_transaction(self._reader, work))

    async def close(self) -> None:
        """Stop the threads and close the files."""
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        self._writer.dispose()
        self._reader.dispose()


class InlineStore:
    """SQLite in the caller's own thread: no hops, so that virtual time and a seed decide everything."""

    slice_size = 250

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def run(self, work: Work[Result]) -> Result:
        """Run work at once."""
        return in_transaction(self.engine, work)

    async def read(self, work: Work[Result]) -> Result:
        """Run work at once."""
        return in_transaction(self.engine, work)

    async def close(self) -> None:
        """Close the connection."""
        self.engine.dispose()


def _cut_off_who_idles(connection: Any, _record: Any) -> None:
    """Said once connected: poolers refuse parameters of a connection's start that they don't know."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {_IDLE_MS}")
    cursor.close()
    connection.commit()


class PostgresStore:
    """PostgreSQL over asyncpg."""

    slice_size = 1000

    def __init__(self, url: URL | str, *, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            make_url(url), hide_parameters=True, pool_size=pool_size, max_overflow=5, pool_pre_ping=True
        )
        event.listen(self.engine.sync_engine, "connect", _cut_off_who_idles)

    async def run(self, work: Work[Result]) -> Result:
        """Run work; again if it lost a race that PostgreSQL broke up."""
        with _sorted_failures():
            for attempt in range(_ATTEMPTS):
                try:
                    async with self.engine.begin() as connection:
                        return await connection.run_sync(work)
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) not in _RACES or attempt == _ATTEMPTS - 1:
                        raise
        raise AssertionError("unreachable")

    async def read(self, work: Work[Result]) -> Result:
        """Run work on one snapshot."""
        with _sorted_failures():
            async with self.engine.connect() as connection:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                return await connection.run_sync(work)

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()


def open_store(url: str, *, now: Now = system_now, pool_size: int = 10) -> SqliteStore | PostgresStore:
    """Open the store that the URL names: sqlite:///file or postgresql+asyncpg://…"""
    if make_url(url).get_backend_name() == "sqlite":
        return SqliteStore(url, now=now)
    return PostgresStore(url, pool_size=pool_size)


def in_transaction(engine: Engine, work: Work[Result]) -> Result:
    """Run work in one transaction of this engine."""
    with engine.begin() as connection:
        return work(connection)


async def _shielded(threads: ThreadPoolExecutor, call: Callable[[], Result]) -> Result:
    """A cancelled caller must not leave a transaction running behind its back: wait for it, then go."""
    future = asyncio.get_running_loop().run_in_executor(threads, call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        if not future.cancelled():
            await asyncio.wait([future])
        raise


def sync_engine(url: str) -> Engine:
    """Make a plain synchronous engine for migrations on SQLite."""
    return create_engine(make_url(url), poolclass=NullPool, hide_parameters=True)
