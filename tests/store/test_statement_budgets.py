"""Statement budgets: exact on noisy machines, and the first thing to grow when work creeps in row by row."""

import asyncio

from sqlalchemy import event

from service.core.policy import Preferences
from service.core.records import Kind
from service.store.engine import PostgresStore, SqliteStore, Store
from service.sync.work import work
from tests.clocks import FixedClock
from tests.house import COMPANY, House
from tests.sync.test_first_sync import a_bill, accounts_of

IDLE, INCREMENTAL = 12, 25


def count_statements(store: Store) -> list[str]:
    """Return a list that grows with each statement on the store."""
    seen: list[str] = []
    if isinstance(store, PostgresStore):
        engines = [store.engine.sync_engine]
    else:
        assert isinstance(store, SqliteStore)
        engines = [store._writer, store._reader]
    for engine in engines:

        @event.listens_for(engine, "before_cursor_execute")
        def _count(_c: object, _u: object, statement: str, *_: object) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

    return seen


class QuietClock(FixedClock):
    """A clock on which no heartbeat beats: how often it does is a matter of time, not of work."""

    async def sleep(self, seconds: float) -> None:
        if seconds == 3.0:
            await asyncio.Event().wait()
        await super().sleep(seconds)


async def test_an_idle_and_an_incremental_sync_stay_within_their_budgets(store: Store) -> None:
    clock = QuietClock()
    house = House(store, clock)
    await house.connect()
    await house.sync()
    expense = next(each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Expense")
    await house.prefer(Preferences(unallocated_expense_account=expense.id))
    vendor = house.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})["Id"]
    account = accounts_of(house, "Expense")[0]
    made = [house.quickbooks.create("Bill", a_bill(vendor, account, f"A-{at}")) for at in range(30)]
    for _ in range(2):
        await house.sync()
        clock.advance(1200)
    seen = count_statements(store)

    await house.request()
    seen.clear()
    await work(house.services(), COMPANY)
    idle = list(seen)
    for each in made:
        house.quickbooks.update("Bill", {"Id": each["Id"], "DueDate": "2026-12-01"})
    await house.request()
    seen.clear()
    await work(house.services(), COMPANY)
    incremental = list(seen)
    await house.close()

    assert len(idle) <= IDLE, "\n".join(idle)
    assert len(incremental) <= INCREMENTAL, "\n".join(incremental)
