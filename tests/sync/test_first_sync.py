"""What a first sync brings, and what it says of the rest."""

import datetime as dt
from decimal import Decimal

from service.core.policy import Preferences
from service.core.records import Kind, Vendor
from tests.house import LISTED, House, bill


def a_bill(
    vendor: str, account: str, number: str | None, amount: float = 100, **more: object
) -> dict[str, object]:
    line = {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
    }
    body: dict[str, object] = {"VendorRef": {"value": vendor}, "TxnDate": "2026-02-01", "Line": [line]}
    return body | ({"DocNumber": number} if number else {}) | more


def accounts_of(house: House, kind: str) -> list[str]:
    return [each["Id"] for each in house.quickbooks.all("Account") if each["AccountType"] == kind]


async def test_lists_arrive_before_preferences_are_set_and_bills_wait(house: House) -> None:
    vendor = house.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})
    house.quickbooks.create("Bill", a_bill(vendor["Id"], accounts_of(house, "Expense")[0], "A-1"))

    sync = await house.sync()

    assert sync.state == "succeeded"
    assert sync.counts["vendor"] == {"created_in_platform": 1}
    assert sync.counts["account"] == {"created_in_platform": len(house.quickbooks.all("Account"))}
    assert sync.counts["bill"] == {"held": 1}
    (issue,) = await house.issues()
    assert issue.code == "preferences_missing"
    assert "unallocated_expense_account" in issue.fix


async def test_held_bills_follow_once_preferences_are_set(house: House) -> None:
    vendor = house.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})
    house.quickbooks.create("Bill", a_bill(vendor["Id"], accounts_of(house, "Expense")[0], "A-1", 120.5))
    await house.sync()
    expense = next(each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Expense")

    await house.prefer(Preferences(unallocated_expense_account=expense.id))
    sync = await house.sync()

    assert sync.counts["bill"] == {"created_in_platform": 1}
    (stored,) = await house.all(Kind.BILL)
    assert stored.amount == Decimal("120.50")
    assert stored.origin == "quickbooks"
    assert stored.sync_state == "agreed"
    assert await house.issues() == []


async def test_a_first_sync_reads_each_entity_once_and_the_company_twice(house: House) -> None:
    sync = await house.sync()

    assert sync.reads == len(LISTED) + 2
    assert house.quickbooks.meter.total_reads == sync.reads
    assert sync.writes == 0


async def test_what_may_not_come_is_skipped_with_its_reason(ready: House) -> None:
    expense = accounts_of(ready, "Expense")[0]
    vendor = ready.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})
    ready.quickbooks.create("Bill", a_bill(vendor["Id"], expense, None))
    paid = ready.quickbooks.create("Bill", a_bill(vendor["Id"], expense, "A-2"))
    pay(ready, vendor["Id"], paid["Id"], 40)

    sync = await ready.sync()

    assert sync.counts["bill"] == {"skipped": 2}
    codes = {each.code for each in await ready.outcomes(sync.id)}
    assert {"number_missing", "not_unpaid"} <= codes
    assert await ready.issues() == []
    assert await ready.all(Kind.BILL) == []


def pay(house: House, vendor: str, bill_id: str, amount: float) -> None:
    bank = accounts_of(house, "Bank") or [
        house.quickbooks.create("Account", {"Name": "Checking", "AccountType": "Bank"})["Id"]
    ]
    house.quickbooks.create(
        "BillPayment",
        {
            "VendorRef": {"value": vendor},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": bank[0]}},
            "TotalAmt": amount,
            "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": bill_id, "TxnType": "Bill"}]}],
        },
    )


async def test_a_vendor_of_the_same_name_is_paired_not_doubled(house: House) -> None:
    there = house.quickbooks.create("Vendor", {"DisplayName": "Ash & Co", "CompanyName": "Ash Ltd"})
    await house.put(Kind.VENDOR, "v1", Vendor(name="ASH  & co", phone="555 0100"))

    await house.sync()

    stored = await house.get(Kind.VENDOR, "v1")
    assert stored.quickbooks_id == there["Id"]
    assert [each["Id"] for each in house.quickbooks.all("Vendor")] == [there["Id"]]
    assert isinstance(stored.document, Vendor)
    assert stored.document.company_name == "Ash Ltd"
    assert house.quickbooks.read("Vendor", there["Id"])["PrimaryPhone"] == {"FreeFormNumber": "555 0100"}


async def test_a_new_vendor_and_its_bill_are_sent_in_one_sync(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="New Vendor"))
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "12.50"))

    sync = await ready.sync()

    assert sync.counts["vendor"]["created_in_quickbooks"] == 1
    assert sync.counts["bill"]["created_in_quickbooks"] == 1
    (sent,) = ready.quickbooks.all("Bill")
    assert sent["DocNumber"] == "N-1"
    assert sent["PrivateNote"].startswith("sync:")
    stored = await ready.get(Kind.BILL, "b1")
    assert stored.sync_state == "agreed"
    assert stored.document.lines[0].account == ready.expense.id


async def test_a_second_sync_with_nothing_to_do_reads_once_and_writes_nothing(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="New Vendor"))
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "12.50"))
    await ready.sync()
    ready.clock.advance(3600)
    before = len(ready.quickbooks.journal)

    sync = await ready.sync()

    assert (sync.reads, sync.writes, sync.batches) == (1, 0, 0)
    assert sync.counts == {}
    assert len(ready.quickbooks.journal) == before


async def test_a_bill_of_a_closed_period_is_held_until_it_is_reopened(ready: House) -> None:
    ready.quickbooks.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": "2026-02-28"}})
    await ready.sync(mode="full")
    await ready.put(Kind.VENDOR, "v1", Vendor(name="New Vendor"))
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "12.50"))

    held = await ready.sync()
    ready.quickbooks.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": None}})
    released = await ready.sync(mode="full")

    assert held.counts["bill"] == {"held": 1}
    assert released.counts["bill"]["created_in_quickbooks"] == 1


async def test_a_preview_shows_the_plan_and_does_nothing(ready: House) -> None:
    vendor = ready.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})
    ready.quickbooks.create("Bill", a_bill(vendor["Id"], accounts_of(ready, "Expense")[0], "A-1"))
    await ready.put(Kind.VENDOR, "v1", Vendor(name="New Vendor"))
    journal = len(ready.quickbooks.journal)

    preview = await ready.sync(preview=True)

    results = {(each.kind, each.result) for each in await ready.outcomes(preview.id)}
    assert results == {
        ("vendor", "created_in_platform"),
        ("vendor", "created_in_quickbooks"),
        ("bill", "created_in_platform"),
    }
    assert len(ready.quickbooks.journal) == journal
    assert await ready.all(Kind.BILL) == []
    after = await ready.sync()
    assert after.counts["bill"] == {"created_in_platform": 1}


async def test_dates_and_places_survive_the_round_trip(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="New Vendor"))
    await ready.put(
        Kind.BILL, "b1", bill("v1", "N-1", "12.50", memo="two\nlines", due_on=dt.date(2026, 4, 1))
    )

    await ready.sync()

    (sent,) = ready.quickbooks.all("Bill")
    assert sent["DueDate"] == "2026-04-01"
    assert sent["PrivateNote"].startswith("two\nlines\nsync:")
    stored = await ready.get(Kind.BILL, "b1")
    assert stored.document.memo == "two\nlines"
