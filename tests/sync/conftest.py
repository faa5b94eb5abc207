"""A connected house on each database, with preferences set."""

from collections.abc import AsyncIterator

import pytest

from service.core.policy import Preferences
from service.core.records import Kind
from service.store.engine import Store
from tests.clocks import FixedClock
from tests.house import House


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
