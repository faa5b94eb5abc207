"""Edits on both sides of what is linked: taken, sent, merged, or in dispute."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.merge import Keep
from service.core.policy import Flow, Preferences
from service.core.records import Bill, BillLine, Kind, Vendor
from service.sandbox import FaultRule, RequestInfo
from tests.house import House, bill
from tests.sync.test_first_sync import accounts_of, pay


@pytest.fixture
async def linked(ready: House) -> House:
    """A vendor and a bill on both sides."""
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "100.00", due_on=dt.date(2026, 3, 20)))
    await ready.sync()
    ready.clock.advance(3600)
    return ready


async def document(house: House) -> Bill:
    found = (await house.get(Kind.BILL, "b1")).document
    assert isinstance(found, Bill)
    return found


def there(house: House) -> dict[str, object]:
    (found,) = house.quickbooks.all("Bill")
    return found


async def edit_here(house: House, **fields: object) -> None:
    await house.put(Kind.BILL, "b1", replace(await document(house), **fields))


async def edit_there(house: House, **fields: object) -> None:
    house.quickbooks.update("Bill", {"Id": there(house)["Id"], **fields})
    house.clock.advance(1)


async def test_a_due_date_changed_in_quickbooks_comes_here(linked: House) -> None:
    await edit_there(linked, DueDate="2026-05-01")

    sync = await linked.sync()

    assert sync.counts["bill"] == {"updated_in_platform": 1}
    assert (await document(linked)).due_on == dt.date(2026, 5, 1)
    assert (sync.reads, sync.writes) == (1, 0)


async def test_an_amount_changed_here_goes_there_and_keeps_unmapped_fields(linked: House) -> None:
    linked.quickbooks.update(
        "Bill", {"Id": there(linked)["Id"], "SalesTermRef": None, "DueDate": "2026-03-20"}
    )
    line = (await document(linked)).lines[0]
    await edit_here(linked, lines=(replace(line, amount=Decimal("120.00")),))

    sync = await linked.sync()

    assert sync.counts["bill"] == {"updated_in_quickbooks": 1}
    assert there(linked)["TotalAmt"] == Decimal("120.00")
    assert [each["Id"] for each in there(linked)["Line"]] == [line.quickbooks_id]
    assert sync.writes == 1


async def test_edits_of_different_fields_are_merged(linked: House) -> None:
    await edit_here(linked, memo="ours")
    await edit_there(linked, DueDate="2026-05-01")

    await linked.sync()

    assert (await document(linked)).due_on == dt.date(2026, 5, 1)
    assert str(there(linked)["PrivateNote"]).startswith("ours\n")
    assert there(linked)["DueDate"] == "2026-05-01"


@pytest.mark.parametrize(("keep", "winner"), [(Keep.QUICKBOOKS, "theirs"), (Keep.PLATFORM, "ours")])
async def test_the_loser_of_a_conflict_is_kept_and_can_still_win(
    linked: House, keep: Keep, winner: str
) -> None:
    await linked.prefer(Preferences(unallocated_expense_account=linked.expense.id, conflict={"bill": keep}))
    await edit_here(linked, memo="ours")
    await edit_there(linked, PrivateNote="theirs")

    await linked.sync()

    assert (await document(linked)).memo == winner
    assert str(there(linked)["PrivateNote"]).startswith(winner)
    (issue,) = await linked.issues()
    assert issue.code == "conflict_settled"
    loser, action = ("ours", "keep_platform") if winner == "theirs" else ("theirs", "keep_quickbooks")
    await linked.act(issue.id, action)
    linked.clock.advance(600)
    await linked.sync()
    assert (await document(linked)).memo == loser
    assert str(there(linked)["PrivateNote"]).startswith(loser)


async def test_ask_leaves_both_sides_until_a_person_chooses(linked: House) -> None:
    await linked.prefer(
        Preferences(unallocated_expense_account=linked.expense.id, conflict={"bill": Keep.ASK})
    )
    await edit_here(linked, memo="ours", due_on=dt.date(2026, 6, 1))
    await edit_there(linked, PrivateNote="theirs")

    await linked.sync()

    assert (await document(linked)).memo == "ours"
    assert there(linked)["PrivateNote"] == "theirs"
    assert there(linked)["DueDate"] == "2026-06-01"
    (issue,) = await linked.issues()
    assert issue.code == "both_changed"
    await linked.act(issue.id, "keep_platform")
    linked.clock.advance(600)
    await linked.sync()
    assert str(there(linked)["PrivateNote"]).startswith("ours")
    assert await linked.issues() == []


async def test_a_choice_holds_until_its_write_is_acknowledged(linked: House) -> None:
    await linked.prefer(
        Preferences(unallocated_expense_account=linked.expense.id, conflict={"bill": Keep.ASK})
    )
    await edit_here(linked, memo="ours")
    await edit_there(linked, PrivateNote="theirs")
    await linked.sync()
    (issue,) = await linked.issues()
    await linked.act(issue.id, "keep_platform")
    paid = there(linked)
    pay(linked, paid["VendorRef"]["value"], paid["Id"], 40.0)  # the pair is to be decided from both its sides
    linked.clock.advance(1)

    sync = await linked.sync()

    assert sync.counts["bill"] == {"updated_in_quickbooks": 1}
    assert str(there(linked)["PrivateNote"]).startswith("ours")
    assert await linked.issues() == []


async def test_a_choice_is_used_up_by_its_write(linked: House) -> None:
    await linked.prefer(
        Preferences(unallocated_expense_account=linked.expense.id, conflict={"bill": Keep.ASK})
    )
    await edit_here(linked, memo="ours")
    await edit_there(linked, PrivateNote="theirs")
    await linked.sync()
    (issue,) = await linked.issues()
    await linked.act(issue.id, "keep_platform")
    await linked.sync()
    await edit_here(linked, memo="ours again")
    await edit_there(linked, PrivateNote="theirs again")

    await linked.sync()

    assert [each.code for each in await linked.issues()] == ["both_changed"]
    assert there(linked)["PrivateNote"] == "theirs again"


async def test_the_same_value_on_both_sides_is_no_conflict(linked: House) -> None:
    await edit_here(linked, due_on=dt.date(2026, 6, 1))
    await edit_there(linked, DueDate="2026-06-01")

    sync = await linked.sync()

    assert sync.writes == 0
    assert await linked.issues() == []
    linked.clock.advance(3600)
    assert (await linked.sync()).counts == {}


async def test_a_bill_deleted_in_quickbooks_is_archived_here(linked: House) -> None:
    linked.quickbooks.delete("Bill", str(there(linked)["Id"]))

    sync = await linked.sync()

    assert sync.counts["bill"] == {"archived_in_platform": 1}
    assert (await linked.get(Kind.BILL, "b1")).archived
    assert sync.reads == 2


async def test_a_bill_archived_here_is_deleted_there(linked: House) -> None:
    await linked.archive(Kind.BILL, "b1")

    sync = await linked.sync()

    assert sync.counts["bill"] == {"removed_in_quickbooks": 1}
    assert linked.quickbooks.all("Bill") == []
    linked.clock.advance(3600)
    assert (await linked.sync()).counts == {}


async def test_an_edit_beats_a_delete_until_a_person_chooses(linked: House) -> None:
    await edit_here(linked, memo="still needed")
    linked.quickbooks.delete("Bill", str(there(linked)["Id"]))

    await linked.sync()

    assert not (await linked.get(Kind.BILL, "b1")).archived
    (issue,) = await linked.issues()
    assert issue.code == "removed_there_changed_here"
    await linked.act(issue.id, "recreate")
    await linked.sync()
    assert str(there(linked)["PrivateNote"]).startswith("still needed")
    assert (await linked.get(Kind.BILL, "b1")).sync_state == "agreed"


async def test_a_paid_bill_is_seen_and_its_money_is_locked(linked: House) -> None:
    pay(linked, str(there(linked)["VendorRef"]["value"]), str(there(linked)["Id"]), 40)
    linked.clock.advance(1)
    await linked.sync()
    stored = await linked.get(Kind.BILL, "b1")
    assert stored.quickbooks_balance == Decimal("60.00")
    assert stored.status == "partially_paid"

    line = (await document(linked)).lines[0]
    await edit_here(linked, lines=(replace(line, amount=Decimal("500.00")),), memo="noted")
    await linked.sync()

    assert there(linked)["TotalAmt"] == Decimal("100.00")
    assert str(there(linked)["PrivateNote"]).startswith("noted")
    (issue,) = await linked.issues()
    assert issue.code == "money_locked"


async def test_a_number_that_quickbooks_has_with_another_amount_is_not_sent(ready: House) -> None:
    vendor = ready.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})
    await ready.sync()
    (record,) = await ready.all(Kind.VENDOR)
    await ready.put(Kind.BILL, "b1", bill(record.id, "N-1", "100.00"))
    ready.sandbox.hooks.before_request.append(_someone_enters(ready, vendor["Id"], "N-1", 90))

    await ready.sync()

    (theirs,) = ready.quickbooks.all("Bill")
    assert theirs["TotalAmt"] == 90
    assert {each.code for each in await ready.issues()} == {"number_taken"}


async def test_a_bill_that_somebody_enters_meanwhile_is_paired(ready: House) -> None:
    vendor = ready.quickbooks.create("Vendor", {"DisplayName": "Ash & Co"})
    await ready.sync()
    (record,) = await ready.all(Kind.VENDOR)
    await ready.put(Kind.BILL, "b1", bill(record.id, "N-1", "100.00"))
    ready.sandbox.hooks.before_request.append(_someone_enters(ready, vendor["Id"], "N-1", 100))

    await ready.sync()

    (theirs,) = ready.quickbooks.all("Bill")
    assert "PrivateNote" not in theirs
    stored = await ready.get(Kind.BILL, "b1")
    assert (stored.quickbooks_id, stored.sync_state) == (theirs["Id"], "agreed")


def _someone_enters(house: House, vendor: str, number: str, amount: int) -> object:
    def enter(request: RequestInfo) -> None:
        if request.kind == "query" and not house.quickbooks.all("Bill"):  # the one that asks for numbers
            line = {
                "Amount": amount,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": accounts_of(house, "Expense")[0]}},
            }
            house.quickbooks.create(
                "Bill", {"VendorRef": {"value": vendor}, "DocNumber": number, "Line": [line]}
            )

    return enter


async def test_a_name_that_a_customer_has_is_reported_and_not_tried_again(ready: House) -> None:
    ready.quickbooks.create("Customer", {"DisplayName": "Ash & Co"})
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))

    first = await ready.sync()
    ready.clock.advance(3600)
    second = await ready.sync()

    assert first.counts["vendor"] == {"failed": 1}
    assert {each.code for each in await ready.issues()} == {"duplicate_name"}
    assert second.writes == 0
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co (vendor)"))
    await ready.sync()
    assert (await ready.get(Kind.VENDOR, "v1")).sync_state == "agreed"
    assert await ready.issues() == []


async def test_a_child_of_a_failed_parent_is_held_and_follows_it(ready: House) -> None:
    ready.quickbooks.create("Customer", {"DisplayName": "Ash & Co"})
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "100.00"))
    await ready.put(Kind.VENDOR, "v2", Vendor(name="Birch"))
    await ready.put(Kind.BILL, "b2", bill("v2", "N-2", "100.00"))

    await ready.sync()

    assert (await ready.get(Kind.BILL, "b1")).code == "parent_not_synced"
    assert (await ready.get(Kind.BILL, "b2")).sync_state == "agreed"
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash"))
    await ready.sync()
    assert (await ready.get(Kind.BILL, "b1")).sync_state == "agreed"


async def test_an_edit_between_reading_and_writing_is_not_overwritten(linked: House) -> None:
    await edit_here(linked, memo="ours")
    done = []

    def edit(request: RequestInfo) -> None:
        if request.kind in ("write", "batch") and not done:
            done.append(request)
            linked.quickbooks.update("Bill", {"Id": there(linked)["Id"], "DueDate": "2026-07-01"})

    linked.sandbox.hooks.before_request.append(edit)

    await linked.sync()

    assert done
    assert there(linked)["DueDate"] == "2026-07-01"
    assert str(there(linked)["PrivateNote"]).startswith("ours")
    assert (await document(linked)).due_on == dt.date(2026, 7, 1)


async def test_a_mass_delete_is_held_until_a_person_says_proceed(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    for number in range(12):
        await ready.put(Kind.BILL, f"b{number}", bill("v1", f"N-{number}", "10.00"))
    await ready.sync()
    ready.clock.advance(3600)
    for each in ready.quickbooks.all("Bill")[:8]:
        ready.quickbooks.delete("Bill", each["Id"])
    await ready.put(Kind.VENDOR, "v2", Vendor(name="Birch"))

    held = await ready.sync()

    assert held.state == "succeeded"
    assert held.counts["bill"]["held"] == 8
    assert held.counts["vendor"]["created_in_quickbooks"] == 1
    assert not any(each.archived for each in await ready.all(Kind.BILL))
    issues = [each for each in await ready.issues() if each.code == "mass_removal"]
    assert len(issues) == 1
    await ready.act(issues[0].id, "proceed")
    ready.clock.advance(600)
    released = await ready.sync()
    assert released.counts["bill"]["archived_in_platform"] == 8
    assert await ready.issues() == []


async def test_one_way_transactions_leave_both_sides_alone_and_come_back(linked: House) -> None:
    one_way = Preferences(
        unallocated_expense_account=linked.expense.id, transactions_direction=Flow.TO_QUICKBOOKS
    )
    await linked.prefer(one_way)
    await edit_there(linked, DueDate="2026-05-01")
    await edit_here(linked, memo="ours")

    await linked.sync()

    assert (await document(linked)).due_on == dt.date(2026, 3, 20)
    assert there(linked)["DueDate"] == "2026-05-01"
    assert str(there(linked)["PrivateNote"]).startswith("ours")
    assert {each.code for each in await linked.issues()} == {"changed_in_quickbooks"}
    await linked.prefer(Preferences(unallocated_expense_account=linked.expense.id))
    await linked.sync()
    assert (await document(linked)).due_on == dt.date(2026, 5, 1)
    assert await linked.issues() == []


async def test_lines_keep_their_ids_through_edits_on_both_sides(linked: House) -> None:
    before = await document(linked)
    extra = BillLine(id="freight", amount=Decimal("5.00"), description="Freight", account=linked.expense.id)
    await edit_here(linked, lines=(*before.lines, extra))
    await linked.sync()
    linked.clock.advance(600)
    rows = [dict(each) for each in there(linked)["Line"]]
    rows[0]["Description"] = "Better words"
    await edit_there(linked, Line=rows)

    await linked.sync()

    lines = (await document(linked)).lines
    assert [(each.id, each.description) for each in lines] == [("1", "Better words"), ("freight", "Freight")]


async def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await ready.sync()
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "100.00"))
    lost = ready.sandbox.faults.add(FaultRule(action="drop_after", kind="write", entity="Bill", times=1))

    sync = await ready.sync()

    assert lost.fired == 1
    assert sync.state == "succeeded"
    assert len(ready.quickbooks.all("Bill")) == 1
    assert [each.state for each in await ready.operations()].count("done") == 2
    assert (await ready.get(Kind.BILL, "b1")).sync_state == "agreed"


async def test_a_request_that_never_arrived_is_sent_again_with_the_same_id(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await ready.sync()
    await ready.put(Kind.BILL, "b1", bill("v1", "N-1", "100.00"))
    ready.sandbox.faults.add(FaultRule(action="drop_before", kind="write", entity="Bill", times=1))

    sync = await ready.sync()

    assert sync.state == "succeeded"
    (created,) = [each for each in ready.quickbooks.journal if each.entity == "Bill"]
    (operation,) = [each for each in await ready.operations() if each.kind == "bill"]
    assert created.requestid == operation.batch


async def test_the_deleted_original_is_not_taken_for_its_lost_successor(linked: House) -> None:
    await edit_here(linked, memo="still needed")
    linked.quickbooks.delete("Bill", str(there(linked)["Id"]))
    await linked.sync()
    (issue,) = await linked.issues()
    await linked.act(issue.id, "recreate")
    lost = linked.sandbox.faults.add(FaultRule(action="drop_before", kind="write", entity="Bill", times=1))

    await linked.sync()

    assert lost.fired == 1
    assert str(there(linked)["PrivateNote"]).startswith("still needed")
    stored = await linked.get(Kind.BILL, "b1")
    assert (stored.quickbooks_id, stored.sync_state) == (there(linked)["Id"], "agreed")


async def test_a_quickbooks_that_takes_ten_writes_at_a_time_gets_them_all(ready: House) -> None:
    ready.sandbox.knobs.batch_limit = 10
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    for number in range(75):
        await ready.put(Kind.BILL, f"b{number:02}", bill("v1", f"N-{number}", "10.00"))

    sync = await ready.sync()

    assert len(ready.quickbooks.all("Bill")) == 75
    assert sync.counts["bill"] == {"created_in_quickbooks": 75}
    assert await ready.issues() == []
