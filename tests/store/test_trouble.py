"""Trouble with the database is told apart from mistakes in what it was asked."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from service.store.engine import SqliteStore, Store, StoreFailedError, open_store


async def test_a_session_that_an_operator_ends_is_trouble_and_the_next_one_works(postgres_url: str) -> None:
    store = open_store(postgres_url)

    with pytest.raises(StoreFailedError):
        await store.run(lambda c: c.execute(text("SELECT pg_terminate_backend(pg_backend_pid())")))

    assert await store.run(lambda c: c.execute(text("SELECT 1")).scalar_one()) == 1
    await store.close()


async def test_a_server_that_is_not_there_is_trouble() -> None:
    store = open_store("postgresql+asyncpg://postgres@127.0.0.1:1/nowhere")

    with pytest.raises(StoreFailedError):
        await store.run(lambda c: c.execute(text("SELECT 1")))
    with pytest.raises(StoreFailedError):
        await store.read(lambda c: c.execute(text("SELECT 1")))

    await store.close()


async def test_a_file_that_can_not_be_opened_is_trouble(tmp_path: Path) -> None:
    store = SqliteStore(f"sqlite:///{tmp_path}/no/such/folder/store.db")

    with pytest.raises(StoreFailedError):
        await store.run(lambda c: c.execute(text("SELECT 1")))

    await store.close()


async def test_a_question_that_makes_no_sense_is_a_mistake(store: Store) -> None:
    def ask(connection: Connection) -> None:
        connection.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        await store.run(ask)
    with pytest.raises(DBAPIError):
        await store.read(ask)


async def test_what_work_raises_comes_out_as_it_is(store: Store) -> None:
    def fail(_: Connection) -> None:
        raise sqlite3.ProgrammingError("ours")

    with pytest.raises(sqlite3.ProgrammingError):
        await store.run(fail)
