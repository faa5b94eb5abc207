"""What QuickBooks says of the company itself is read again when something waits for it to change."""

from service.core.records import Kind, Vendor
from tests.house import House, bill

DAY = 24 * 3600


async def _held_by_closed_books(house: House) -> None:
    await house.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    house.quickbooks.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": "2026-12-31"}})
    await house.put(Kind.BILL, "b1", bill("v1", "N-1", "10.00", account=house.expense.id))
    await house.sync()


async def test_a_closing_date_that_a_refusal_tells_of_is_read_by_the_next_sync(ready: House) -> None:
    await _held_by_closed_books(ready)
    refused = await ready.get(Kind.BILL, "b1")

    await ready.put(Kind.BILL, "b2", bill("v1", "N-2", "20.00", account=ready.expense.id))
    sync = await ready.sync()

    held = await ready.get(Kind.BILL, "b2")
    assert (refused.code, held.code, held.sync_state) == ("books_closed", "books_closed", "held")
    assert (sync.reads, sync.writes) == (3, 0)
    assert ready.quickbooks.all("Bill") == []


async def test_a_bill_that_waits_for_the_books_follows_a_day_after_they_were_opened(ready: House) -> None:
    await _held_by_closed_books(ready)
    await ready.sync()
    ready.quickbooks.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": None}})

    at_once = await ready.sync()
    ready.clock.advance(DAY)
    later = await ready.sync()

    assert (at_once.reads, at_once.writes) == (1, 0)
    assert (later.reads, later.writes) == (4, 1)
    assert (await ready.get(Kind.BILL, "b1")).sync_state == "agreed"


async def test_where_nothing_waits_the_company_is_not_read_again_within_a_month(ready: House) -> None:
    ready.clock.advance(20 * DAY)

    sync = await ready.sync()

    assert sync.reads == 1
