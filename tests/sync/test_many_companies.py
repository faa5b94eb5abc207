"""After an outage every company is due at once: they are taken up in turn, and Sync Now waits for few."""

import datetime as dt
import random

from sqlalchemy import Connection as Database
from sqlalchemy import insert, update

from service.store import syncs
from service.store.engine import Store
from service.store.tables import Company, Connection, Sync, table_of
from service.sync.schedule import MOST_WAITING_BY_CLOCK, Sweep
from tests.clocks import FixedClock
from tests.house import ListLog, SeededIds

MANY = 10_000


def _enter(connection: Database, now: dt.datetime, due: dict[str, dt.datetime]) -> None:
    companies = [
        {
            "id": company,
            "name": company,
            "signed_up_on": now.date(),
            "accountant_console": False,
            "archived": False,
            "feed_sequence": 0,
            "failures": 0,
            "next_sync_at": at,
            "created_at": now,
            "updated_at": now,
        }
        for company, at in due.items()
    ]
    connection.execute(insert(table_of(Company)), companies)
    connections = [
        {
            "company": company,
            "realm_id": f"realm-{company}",
            "state": "connected",
            "connected_at": now,
            "updated_at": now,
        }
        for company in due
    ]
    connection.execute(insert(table_of(Connection)), connections)


def _work_off(connection: Database, companies: list[str]) -> None:
    sync = table_of(Sync)
    connection.execute(update(sync).where(sync.c.company.in_(companies)).values(state="succeeded"))


async def test_ten_thousand_that_are_due_at_once_are_taken_up_in_turn(
    store: Store, clock: FixedClock
) -> None:
    chance, now = random.Random(6), clock.now()
    waits = chance.sample(range(1, 10 * MANY), MANY)
    due = {f"c{number:05}": now - dt.timedelta(seconds=each) for number, each in enumerate(waits)}
    await store.run(lambda c: _enter(c, now, due))
    rung: list[str] = []

    async def ring(company: str) -> None:
        rung.append(company)

    sweep = Sweep(store=store, clock=clock, ids=SeededIds(clock, chance), ring=ring, log=ListLog())
    sweeps = 0
    while len(rung) < MANY:
        before = len(rung)
        await sweep.once()
        sweeps += 1
        taken = rung[before:]
        assert 0 < len(taken) <= MOST_WAITING_BY_CLOCK
        await sweep.once()
        assert len(rung) == before + len(taken), "no more wait for a worker than may"
        await store.run(lambda c, taken=taken: _work_off(c, taken))
        clock.advance(2)

    in_turn = sorted(due, key=lambda company: due[company])
    for at in range(0, MANY, MOST_WAITING_BY_CLOCK):
        together = slice(at, at + MOST_WAITING_BY_CLOCK)
        assert set(rung[together]) == set(in_turn[together])
    assert sweeps == MANY // MOST_WAITING_BY_CLOCK


async def test_whoever_presses_sync_now_comes_before_the_clock(store: Store, clock: FixedClock) -> None:
    now = clock.now()
    due = {f"c{number:05}": now - dt.timedelta(seconds=number + 1) for number in range(1000)}
    await store.run(lambda c: _enter(c, now, due))
    rung: list[str] = []

    async def ring(company: str) -> None:
        rung.append(company)

    sweep = Sweep(store=store, clock=clock, ids=SeededIds(clock, random.Random(1)), ring=ring, log=ListLog())
    await sweep.once()
    assert "c00000" not in rung
    await store.run(lambda c: syncs.request(c, "c00000", id="mine", now=now))
    clock.advance(11)
    rung.clear()

    await sweep.once()

    assert rung[0] == "c00000"
