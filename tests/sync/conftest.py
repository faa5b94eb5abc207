"""A connected house on each database, with preferences set."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from service.core.policy import Preferences
from service.core.records import Account, Kind, Vendor
from service.store.engine import Store
from tests.clocks import FixedClock
from tests.house import House, bill


@pytest.fixture
async def house(store: Store, clock: FixedClock) -> AsyncIterator[House]:
    """A company without records of its own, connected to a QuickBooks with the accounts it is born with."""
    made = House(store, clock)
    await made.connect()
    yield made
    await made.close()


@pytest.fixture
async def ready(house: House) -> House:
    """The same after a first sync and with its unallocated-expense account set."""
    await house.sync()
    expenses = [each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Expense"]
    await house.prefer(Preferences(unallocated_expense_account=expenses[0].id))
    house.expense = expenses[0]
    house.clock.advance(600)
    return house


@pytest.fixture
async def books(ready: House) -> House:
    """A company with a vendor, a bank account, a card and two bills of 100.00, on both sides."""
    await ready.put(Kind.VENDOR, "ash", Vendor(name="Ash & Co"))
    await ready.put(Kind.ACCOUNT, "bank", Account(name="House bank", type="Bank"))
    await ready.put(Kind.ACCOUNT, "card", Account(name="Card 4711", type="Credit Card"))
    before = await ready.preferences()
    await ready.prefer(replace(before, default_bank_account="bank"))
    for number in ("1", "2"):
        await ready.put(Kind.BILL, f"b{number}", bill("ash", f"B-{number}", "100.00"))
    await ready.sync()
    return ready
