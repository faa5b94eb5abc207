"""What a store promises, on both databases."""

import asyncio
import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, insert, select, text, update

from service.core.records import Kind
from service.store import feed
from service.store.engine import PostgresStore, Store
from service.store.leases import LEASE_SECONDS
from service.store.tables import Change, Company, table_of
from service.store.types import Money, Packed, UtcDateTime
from tests.clocks import START

_PROBE = Table(
    "probe",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("number", Integer),
    Column("amount", Money),
    Column("at", UtcDateTime),
    Column("packed", Packed),
    Column("plain", LargeBinary),
)


@pytest.fixture
async def probe(store: Store) -> Store:
    def make(connection: Connection) -> None:
        connection.execute(text("DROP TABLE IF EXISTS probe"))
        _PROBE.create(connection)
        connection.execute(insert(_PROBE).values(id=1, number=0))

    await store.run(make)
    return store


async def test_amounts_and_instants_come_back_exactly(probe: Store) -> None:
    instant = dt.datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=-8)))

    await probe.run(
        lambda c: c.execute(update(_PROBE).values(amount=Decimal("-9999999999999.99"), at=instant))
    )

    row = await probe.read(lambda c: c.execute(select(_PROBE)).one())
    assert row.amount == Decimal("-9999999999999.99")
    assert str(row.amount) == "-9999999999999.99"
    assert row.at == instant
    assert row.at.tzinfo is dt.UTC


@pytest.mark.parametrize("size", [0, 10, 200, 201, 100_000])
async def test_blobs_come_back_byte_by_byte(probe: Store, size: int) -> None:
    blob = bytes(at % 251 for at in range(size))

    await probe.run(lambda c: c.execute(update(_PROBE).values(packed=blob)))

    assert await probe.read(lambda c: c.execute(select(_PROBE.c.packed)).scalar_one()) == blob


async def test_a_naive_time_is_refused(probe: Store) -> None:
    with pytest.raises(Exception, match="naive time"):
        await probe.run(lambda c: c.execute(update(_PROBE).values(at=dt.datetime(2026, 1, 1))))  # noqa: DTZ001


async def test_work_that_raises_leaves_nothing(probe: Store) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(update(_PROBE).values(number=99))
        raise LookupError

    with pytest.raises(LookupError):
        await probe.run(broken)

    assert await probe.read(lambda c: c.execute(select(_PROBE.c.number)).scalar_one()) == 0


async def test_no_update_is_lost_between_writers(probe: Store) -> None:
    def increment(connection: Connection) -> None:
        seen = connection.execute(select(_PROBE.c.number).with_for_update()).scalar_one()
        connection.execute(update(_PROBE).values(number=seen + 1))

    await asyncio.gather(*(probe.run(increment) for _ in range(30)))

    assert await probe.read(lambda c: c.execute(select(_PROBE.c.number)).scalar_one()) == 30


async def test_a_cancelled_caller_leaves_a_whole_transaction_or_none(probe: Store) -> None:
    task = asyncio.create_task(probe.run(lambda c: c.execute(update(_PROBE).values(number=7)) and None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await probe.read(lambda c: c.execute(select(_PROBE.c.number)).scalar_one()) in (0, 7)


async def test_the_feed_is_numbered_without_gaps_whoever_writes(store: Store) -> None:
    companies, changes = table_of(Company), table_of(Change)
    await store.run(
        lambda c: c.execute(
            insert(companies).values(
                id="acme",
                name="Acme",
                signed_up_on=START.date(),
                accountant_console=False,
                archived=False,
                feed_sequence=0,
                failures=0,
                created_at=START,
                updated_at=START,
            )
        )
    )
    entry = feed.Entry(Kind.BILL, "b1", 1, "created")

    def append(connection: Connection) -> None:
        feed.append(connection, "acme", "s1", [entry] * 3, START)

    def append_and_fail(connection: Connection) -> None:
        append(connection)
        raise LookupError

    done = await asyncio.gather(
        *(store.run(append if at % 3 else append_and_fail) for at in range(12)), return_exceptions=True
    )

    assert sum(isinstance(each, LookupError) for each in done) == 4
    numbers = await store.read(
        lambda c: list(c.execute(select(changes.c.sequence).order_by(changes.c.sequence)).scalars())
    )
    assert numbers == list(range(1, 25))


async def test_who_stands_still_in_mid_transaction_is_cut_off_before_a_lease_ends(postgres_url: str) -> None:
    store = PostgresStore(postgres_url, pool_size=1)
    try:
        for ask in (store.run, store.read, store.run):
            found = await ask(lambda connection: connection.execute(_IDLE).scalar_one())
            assert 0 < int(found) < LEASE_SECONDS * 1000
    finally:
        await store.close()


_IDLE = text("SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
