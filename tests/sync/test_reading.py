"""The four ways of reading: listing, CDC, catching up by query, and the presence check of a full read."""

import datetime as dt
import json

from service.core.policy import Preferences
from service.core.records import ENTITIES, ORDER, Account, Kind, Vendor
from service.quickbooks.translate import TRANSLATORS
from service.sandbox.generate import generate
from service.store import asked, counterparts, cursors
from service.store.transaction import Connection
from tests.house import COMPANY, LISTED, House, bill
from tests.sync.test_first_sync import a_bill, accounts_of


async def some_bills(house: House, number: int) -> list[str]:
    vendor = house.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})["Id"]
    expense = accounts_of(house, "Expense")[0]
    made = [house.quickbooks.create("Bill", a_bill(vendor, expense, f"A-{at}")) for at in range(number)]
    return [each["Id"] for each in made]


async def test_an_incremental_sync_is_one_cdc_call_for_all_entities(ready: House) -> None:
    await some_bills(ready, 3)

    sync = await ready.sync()

    assert sync.counts["bill"] == {"created_in_platform": 3}
    assert (sync.reads, ready.quickbooks.meter.reads["cdc"]) == (1, 1)


async def test_a_cut_cdc_answer_is_asked_for_entity_by_entity_and_then_by_query(ready: House) -> None:
    ids = await some_bills(ready, 12)
    await ready.sync()
    ready.clock.advance(3600)
    ready.sandbox.knobs.cdc_limit = 1000
    generate(ready.quickbooks, vendors=5, bills=1200)
    ready.quickbooks.delete("Bill", ids[0])

    sync = await ready.sync()

    assert sync.state == "succeeded"
    assert sync.counts["bill"]["created_in_platform"] == 1200
    assert sync.counts["bill"]["archived_in_platform"] == 1


async def test_a_cursor_older_than_the_look_back_catches_up_by_query(ready: House) -> None:
    ids = await some_bills(ready, 3)
    await ready.sync()
    ready.clock.advance(40 * 86_400)
    ready.quickbooks.update("Bill", {"Id": ids[0], "DueDate": "2026-09-09"})
    ready.quickbooks.delete("Bill", ids[1])

    sync = await ready.sync()

    assert "cdc" not in _kinds_read(ready, sync.reads)
    assert sync.counts["bill"]["updated_in_platform"] == 1
    assert sync.counts["bill"]["archived_in_platform"] == 1
    (kept,) = [each for each in await ready.all(Kind.BILL) if each.quickbooks_id == ids[0]]
    assert kept.document.due_on == dt.date(2026, 9, 9)


def _kinds_read(house: House, number: int) -> list[str]:
    calls = [facts["kind"] for event, facts in house.log.lines if event == "quickbooks_answered"]
    return calls[-number:]


async def test_a_full_sync_finds_what_every_window_missed(ready: House) -> None:
    ids = await some_bills(ready, 2)
    await ready.sync()
    ready.quickbooks.delete("Bill", ids[1])
    ready.quickbooks.update("Bill", {"Id": ids[0], "DueDate": "2026-09-09"})
    ready.clock.advance(3600)
    await move_cursor(ready, ready.clock.now())

    missed = await ready.sync()
    found = await ready.sync(mode="full")

    assert missed.counts == {}
    assert found.counts["bill"]["archived_in_platform"] == 1
    assert found.counts["bill"]["updated_in_platform"] == 1


async def move_cursor(house: House, since: dt.datetime) -> None:
    entities = [ENTITIES[kind] for kind in ORDER]
    await house.store.run(
        lambda c: cursors.save(
            c, COMPANY, {each: cursors.Position(since, None) for each in entities}, house.clock.now()
        )
    )


async def test_absence_is_no_delete(ready: House) -> None:
    ids = await some_bills(ready, 2)
    await ready.sync()
    await ready.put(Kind.VENDOR, "v9", Vendor(name="Zinnia"))
    await ready.sync()
    ready.clock.advance(3600)
    pay_all(ready, ids)

    await ready.sync(mode="full")

    assert not any(each.archived for each in await ready.all(Kind.BILL))
    assert {each.status for each in await ready.all(Kind.BILL)} == {"paid"}


def pay_all(house: House, ids: list[str]) -> None:
    (bank, *_) = accounts_of(house, "Bank")
    for each in ids:
        there = house.quickbooks.read("Bill", each)
        assert there is not None
        house.quickbooks.create(
            "BillPayment",
            {
                "VendorRef": there["VendorRef"],
                "PayType": "Check",
                "CheckPayment": {"BankAccountRef": {"value": bank}},
                "TotalAmt": there["TotalAmt"],
                "Line": [{"Amount": there["TotalAmt"], "LinkedTxn": [{"TxnId": each, "TxnType": "Bill"}]}],
            },
        )


async def test_a_late_reader_brings_nothing_back_that_was_found_deleted(ready: House) -> None:
    (bill_id,) = await some_bills(ready, 1)
    await ready.sync()
    ready.clock.advance(60)
    unseen = ready.quickbooks.update("Bill", {"Id": bill_id, "DueDate": "2026-09-09"})
    ready.clock.advance(60)
    ready.quickbooks.delete("Bill", bill_id)
    now = ready.clock.now()
    observed = TRANSLATORS[Kind.BILL].project(json.dumps(unseen, default=str).encode())

    def read_twice(connection: Connection) -> int:
        counterparts.bury(connection, COMPANY, "Bill", {bill_id: now}, now)
        return counterparts.observe(connection, COMPANY, "Bill", [observed], now)

    assert await ready.store.run(read_twice) == 0
    await ready.sync()
    (gone,) = [each for each in await ready.all(Kind.BILL) if each.quickbooks_id is None]
    assert gone.archived


async def test_the_cursor_is_quickbooks_clock_less_the_overlap(ready: House) -> None:
    before = ready.clock.now()

    await ready.sync()

    held = await ready.store.read(lambda c: cursors.load(c, COMPANY))
    since = {each.since for each in held.values()}
    assert len(since) == 1
    assert abs((since.pop() or before) - (before - dt.timedelta(minutes=5))) < dt.timedelta(seconds=30)


async def test_a_change_inside_the_overlap_is_read_twice_and_applied_once(ready: House) -> None:
    await some_bills(ready, 1)
    first = await ready.sync()
    ready.clock.advance(30)

    second = await ready.sync()

    assert first.counts["bill"] == {"created_in_platform": 1}
    assert second.counts == {}
    assert len(await ready.all(Kind.BILL)) == 1


async def test_a_large_listing_reads_no_more_pages_than_it_must(house: House) -> None:
    generate(house.quickbooks, vendors=20, bills=2500)
    house.clock.advance(3600)

    sync = await house.sync()

    assert sync.counts["bill"]["held"] == 2500
    assert sync.reads == (len(LISTED) - 1) + 3 + 2


async def test_an_object_that_cannot_be_read_is_reported_and_stops_no_other(ready: House) -> None:
    ids = await some_bills(ready, 3)
    raw = ready.quickbooks.read("Bill", ids[1])
    assert raw is not None
    del raw["VendorRef"]
    ready.quickbooks.load([{"Bill": {**raw, "Id": "99999", "SyncToken": "0"}}])

    sync = await ready.sync()

    assert sync.state == "succeeded"
    assert sync.counts["bill"] == {"failed": 1, "created_in_platform": 3}
    (issue,) = await ready.issues()
    assert (issue.code, issue.quickbooks_id) == ("unreadable", "99999")


async def test_bills_of_an_inactive_vendor_arrive_with_it(ready: House) -> None:
    await some_bills(ready, 1)
    (vendor,) = ready.quickbooks.all("Vendor")
    ready.quickbooks.update("Vendor", {"Id": vendor["Id"], "Active": False})

    await ready.sync()

    (stored,) = await ready.all(Kind.VENDOR)
    assert stored.archived
    assert stored.document.name == "Ash & Co"
    assert len(await ready.all(Kind.BILL)) == 1


async def test_sub_accounts_come_below_their_parents_in_one_pass(house: House) -> None:
    parent = house.quickbooks.create("Account", {"Name": "Fleet", "AccountType": "Expense"})
    child = house.quickbooks.create(
        "Account",
        {"Name": "Fuel", "AccountType": "Expense", "SubAccount": True, "ParentRef": {"value": parent["Id"]}},
    )

    sync = await house.sync()

    assert "held" not in sync.counts["account"]
    accounts = {each.quickbooks_id: each for each in await house.all(Kind.ACCOUNT)}
    assert accounts[child["Id"]].document.parent == accounts[parent["Id"]].id


async def test_new_sub_accounts_are_sent_after_their_parents(ready: House) -> None:
    await ready.put(Kind.ACCOUNT, "fleet", Account(name="Fleet", type="Expense"))
    await ready.put(Kind.ACCOUNT, "fuel", Account(name="Fuel", type="Expense", parent="fleet"))
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "10.00", account="fuel"))

    sync = await ready.sync()

    assert sync.counts["account"]["created_in_quickbooks"] == 2
    names = {each["FullyQualifiedName"] for each in ready.quickbooks.all("Account")}
    assert "Fleet:Fuel" in names
    assert (await ready.get(Kind.BILL, "b1")).sync_state == "agreed"


async def test_what_a_person_asked_about_is_read_once_and_explained(house: House) -> None:
    """A bill that was paid before the first sync was never read: after this it bears its reason."""
    await some_bills(house, 1)
    (made,) = house.quickbooks.all("Bill")
    pay_all(house, [str(made["Id"])])
    await house.sync()
    expense = next(each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Expense")
    await house.prefer(Preferences(unallocated_expense_account=expense.id))
    house.clock.advance(3600)
    await house.store.run(lambda c: asked.ask(c, COMPANY, "Bill", str(made["Id"]), house.clock.now()))

    first, second = await house.sync(), await house.sync()

    assert first.counts["bill"] == {"skipped": 1}
    assert "not_unpaid" in {each.code for each in await house.outcomes(first.id)}
    assert (second.counts, second.reads) == ({}, 1)


async def test_asking_about_what_is_not_there_leaves_no_trace(ready: House) -> None:
    await ready.store.run(lambda c: asked.ask(c, COMPANY, "Bill", "99999", ready.clock.now()))

    first, second = await ready.sync(), await ready.sync()

    assert (first.counts, second.counts) == ({}, {})
    assert second.reads == 1
