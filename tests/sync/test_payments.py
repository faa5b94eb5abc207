"""Paying bills: what goes to QuickBooks, what comes from there, and what waits for whom."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.policy import CreditApplication, Flow
from service.core.records import (
    Account,
    BillPayment,
    FundsTransfer,
    Kind,
    Method,
    PaymentStatus,
)
from service.sandbox import FaultRule
from service.store.refusals import RefusedError
from tests.house import House, bill
from tests.sync.paying import DAY, credit, crediting, pay_there, paying, standing, there


async def test_an_online_payment_goes_against_a_clearing_account_of_its_own(books: House) -> None:
    await books.put(
        Kind.BILL_PAYMENT,
        "p1",
        paying(("b1", "100.00"), method=Method.ONLINE, status=PaymentStatus.SCHEDULED, reference="4711"),
    )

    first, second = await books.sync(), await books.sync()

    assert first.counts["bill_payment"] == {"created_in_quickbooks": 1}
    assert second.counts == {}
    payment = there(books, "BillPayment")
    clearing = there(books, "Account", Name="Money Out Clearing")
    assert clearing["AccountType"] == "Bank"
    assert payment["CheckPayment"]["BankAccountRef"]["value"] == clearing["Id"]
    assert (payment["TotalAmt"], payment["DocNumber"]) == (100, "4711")
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == 0
    assert await standing(books, Kind.BILL, "b1") == ("0.00", "0.00", "scheduled", None)
    assert (await books.preferences()).money_out_clearing_account == "money-out-clearing"


async def test_an_offline_payment_by_card_pays_parts_of_two_bills(books: House) -> None:
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "40.00"), ("b2", "100.00"), bank_account="card"))

    first, second = await books.sync(), await books.sync()

    assert (first.counts["bill_payment"], second.counts) == ({"created_in_quickbooks": 1}, {})
    payment = there(books, "BillPayment")
    card = there(books, "Account", Name="Card 4711")
    assert payment["PayType"] == "CreditCard"
    assert payment["CreditCardPayment"]["CCAccountRef"]["value"] == card["Id"]
    assert await standing(books, Kind.BILL, "b1") == ("60.00", "60.00", "partially_paid", None)
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == 60


async def test_a_payment_waits_for_its_bank_account(books: House) -> None:
    await books.prefer(replace(await books.preferences(), default_bank_account=None))
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00")))
    await books.sync()
    assert (await books.get(Kind.BILL_PAYMENT, "p1")).code == "preferences_missing"

    await books.prefer(replace(await books.preferences(), default_bank_account="bank"))
    sync = await books.sync()

    assert sync.counts["bill_payment"] == {"created_in_quickbooks": 1}


async def test_a_void_goes_there_and_the_bill_is_open_again(books: House) -> None:
    payment = paying(("b1", "100.00"))
    await books.put(Kind.BILL_PAYMENT, "p1", payment)
    await books.sync()
    await books.put(Kind.BILL_PAYMENT, "p1", replace(payment, status=PaymentStatus.VOIDED))

    first, second = await books.sync(), await books.sync()

    assert first.counts["bill_payment"] == {"removed_in_quickbooks": 1}
    assert second.counts == {}
    assert there(books, "BillPayment")["TotalAmt"] == 0
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == 100
    assert await standing(books, Kind.BILL, "b1") == ("100.00", "100.00", "open", None)


async def test_what_is_voided_before_it_was_sent_is_not_sent(books: House) -> None:
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00"), status=PaymentStatus.VOIDED))

    sync = await books.sync()

    assert "bill_payment" not in sync.counts or sync.counts["bill_payment"] == {"unchanged": 1}
    assert books.quickbooks.all("BillPayment") == []


async def test_a_credit_is_applied_with_the_payment_that_completes_its_bill(books: House) -> None:
    await books.put(Kind.VENDOR_CREDIT, "c1", credit("30.00"))
    await books.put(Kind.BILL_PAYMENT, "use", paying(("b1", "30.00"), credits=crediting("c1", "30.00")))
    first = await books.sync()
    assert first.counts["vendor_credit"] == {"created_in_quickbooks": 1}
    assert first.counts["bill_payment"] == {"held": 1}
    assert (await books.get(Kind.BILL_PAYMENT, "use")).code == "credit_waits_for_bill"
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == 100

    await books.put(Kind.BILL_PAYMENT, "rest", paying(("b1", "70.00")))
    second, third = await books.sync(), await books.sync()

    assert second.counts["bill_payment"] == {"created_in_quickbooks": 2}
    assert third.counts == {}
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == 0
    assert there(books, "VendorCredit")["Balance"] == 0
    totals = [each["TotalAmt"] for each in books.quickbooks.all("BillPayment")]
    assert sorted(totals) == [0, 70]
    assert await standing(books, Kind.VENDOR_CREDIT, "c1") == ("0.00", "0.00", "paid", None)


async def test_a_funds_transfer_clears_the_clearing_account(books: House) -> None:
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00"), method=Method.ONLINE))
    await books.sync()
    transfer = FundsTransfer(
        moved_on=DAY,
        from_account="bank",
        to_account="money-out-clearing",
        amount=Decimal("100.00"),
        payments=("p1",),
    )
    await books.put(Kind.FUNDS_TRANSFER, "t1", transfer)

    first, second = await books.sync(), await books.sync()

    assert (first.counts["funds_transfer"], second.counts) == ({"created_in_quickbooks": 1}, {})
    assert there(books, "JournalEntry")["DocNumber"].startswith("sync:")
    assert there(books, "Account", Name="Money Out Clearing")["CurrentBalance"] == 0


async def test_a_payment_made_there_comes_here_and_is_never_echoed(books: House) -> None:
    pay_there(books, ("B-1", "40.00"), ("B-2", "100.00"))
    books.clock.advance(60)

    first, second = await books.sync(), await books.sync()

    assert first.counts["bill_payment"] == {"created_in_platform": 1}
    assert second.counts == {}
    (payment,) = await books.all(Kind.BILL_PAYMENT)
    assert isinstance(payment.document, BillPayment)
    assert payment.origin == "quickbooks"
    assert payment.document.bank_account == "bank"
    assert {(each.bill, str(each.amount)) for each in payment.document.lines} == {
        ("b1", "40.00"),
        ("b2", "100.00"),
    }
    assert await standing(books, Kind.BILL, "b1") == ("60.00", "60.00", "partially_paid", None)
    assert await standing(books, Kind.BILL, "b2") == ("0.00", "0.00", "paid", None)
    assert len(books.quickbooks.all("BillPayment")) == 1


async def test_a_void_there_comes_here(books: House) -> None:
    made = pay_there(books, ("B-1", "100.00"))
    books.clock.advance(60)
    await books.sync()
    books.quickbooks.void("BillPayment", made["Id"])
    books.clock.advance(60)

    first, second = await books.sync(), await books.sync()

    assert first.counts["bill_payment"] == {"updated_in_platform": 1}
    assert second.counts == {}
    (payment,) = await books.all(Kind.BILL_PAYMENT)
    assert payment.status == "voided"
    assert await standing(books, Kind.BILL, "b1") == ("100.00", "100.00", "open", None)


async def one_way(house: House) -> None:
    """Make it an account that signed up before payments synced both ways."""
    await house.sign_up(dt.date(2017, 9, 15))


async def test_paid_there_open_here_is_told_and_recorded(books: House) -> None:
    await one_way(books)
    pay_there(books, ("B-1", "100.00"))
    books.clock.advance(60)
    first = await books.sync()
    assert first.counts["bill_payment"] == {"skipped": 1}
    assert await standing(books, Kind.BILL, "b1") == ("100.00", "0.00", "open", "paid_in_quickbooks")
    (issue,) = await books.issues()
    assert (issue.code, issue.record) == ("paid_in_quickbooks", "b1")
    assert "BillPayment" in issue.reason

    await books.act(issue.id, "record_here")
    second, third = await books.sync(), await books.sync()

    assert third.counts == {}
    assert second.counts["bill_payment"] == {"unchanged": 1}
    (payment,) = await books.all(Kind.BILL_PAYMENT)
    assert isinstance(payment.document, BillPayment)
    assert (payment.document.sync, payment.quickbooks_id) == (False, there(books, "BillPayment")["Id"])
    assert await standing(books, Kind.BILL, "b1") == ("0.00", "0.00", "paid", None)
    assert len(books.quickbooks.all("BillPayment")) == 1


async def test_a_payment_of_a_bill_that_is_paid_there_is_held(books: House) -> None:
    await one_way(books)
    pay_there(books, ("B-1", "100.00"))
    books.clock.advance(60)
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "60.00")))

    sync = await books.sync()

    assert sync.counts["bill_payment"] == {"skipped": 1, "held": 1}
    assert [each for each in await books.operations() if each.kind == "bill_payment"] == []
    assert (await books.get(Kind.BILL_PAYMENT, "p1")).code == "paid_twice"
    assert len(books.quickbooks.all("BillPayment")) == 1


async def test_what_may_be_one_payment_waits_for_a_person(books: House) -> None:
    pay_there(books, ("B-1", "40.00"))
    books.clock.advance(60)
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "40.00")))
    await books.sync()
    assert (await books.get(Kind.BILL_PAYMENT, "p1")).code == "possible_duplicate"
    (issue,) = [each for each in await books.issues() if each.record == "p1"]

    await books.act(issue.id, "proceed")
    await books.sync()
    last = await books.sync()

    assert last.counts == {}
    assert len(books.quickbooks.all("BillPayment")) == 2
    assert len(await books.all(Kind.BILL_PAYMENT)) == 2
    assert await standing(books, Kind.BILL, "b1") == ("20.00", "20.00", "partially_paid", None)


async def test_so_many_changed_transactions_take_so_few_batches(books: House) -> None:
    """At most one batch for each thirty of them, and four more."""
    numbers = range(100, 135)
    for number in numbers:
        await books.put(Kind.BILL, f"b{number}", bill("ash", f"B-{number}", "100.00"))
        await books.put(Kind.VENDOR_CREDIT, f"c{number}", credit("30.00", f"VC-{number}"))
        used = crediting(f"c{number}", "30.00")
        await books.put(Kind.BILL_PAYMENT, f"use{number}", paying((f"b{number}", "30.00"), credits=used))
        await books.put(Kind.BILL_PAYMENT, f"rest{number}", paying((f"b{number}", "70.00")))

    sync = await books.sync()

    changed = 4 * len(numbers)
    assert sync.counts["bill_payment"] == {"created_in_quickbooks": 2 * len(numbers)}
    assert sync.batches <= -(-changed // 30) + 4
    assert sync.writes == changed
    assert all(each["Balance"] == 0 for each in books.quickbooks.all("Bill") if each["DocNumber"] > "B-2")


async def test_two_payments_of_one_bill_never_share_a_batch(books: House) -> None:
    for number in range(5):
        await books.put(Kind.BILL_PAYMENT, f"p{number}", paying(("b1", "20.00"), reference=str(number)))

    sync = await books.sync()

    assert sync.counts["bill_payment"] == {"created_in_quickbooks": 5}
    assert sync.batches == 0
    assert await standing(books, Kind.BILL, "b1") == ("0.00", "0.00", "paid", None)


async def test_a_void_that_both_sides_have_is_never_repeated(books: House) -> None:
    payment = paying(("b1", "100.00"))
    await books.put(Kind.BILL_PAYMENT, "p1", payment)
    await books.sync()
    await books.put(Kind.BILL_PAYMENT, "p1", replace(payment, status=PaymentStatus.VOIDED))
    await books.sync()
    await books.put(Kind.BILL_PAYMENT, "p1", replace(payment, status=PaymentStatus.VOIDED, memo="by mistake"))

    sync = await books.sync()

    assert sync.counts["bill_payment"] == {"unchanged": 1}
    assert sync.writes == 0


async def test_a_credit_that_was_applied_by_hand_is_not_applied_again(books: House) -> None:
    preferences = await books.preferences()
    await books.prefer(replace(preferences, partial_credit_application=CreditApplication.IMMEDIATE))
    await books.put(Kind.VENDOR_CREDIT, "c1", credit("60.00"))
    await books.sync()
    shared = there(books, "VendorCredit")["Id"]
    used = {"Amount": Decimal(30), "LinkedTxn": [{"TxnId": shared, "TxnType": "VendorCredit"}]}
    paid = {
        "Amount": Decimal(30),
        "LinkedTxn": [{"TxnId": there(books, "Bill", DocNumber="B-1")["Id"], "TxnType": "Bill"}],
    }
    pay_there(books, ("B-1", "30.00"), TotalAmt=0, Line=[paid, used])
    await books.put(Kind.BILL_PAYMENT, "use", paying(("b1", "30.00"), credits=crediting("c1", "30.00")))
    books.clock.advance(60)

    first, second = await books.sync(), await books.sync()

    assert second.counts == {}
    assert len(books.quickbooks.all("BillPayment")) == 1
    assert len(await books.all(Kind.BILL_PAYMENT)) == 1
    assert (await books.get(Kind.BILL_PAYMENT, "use")).quickbooks_id == there(books, "BillPayment")["Id"]
    assert await standing(books, Kind.VENDOR_CREDIT, "c1") == ("30.00", "30.00", "partially_paid", None)
    assert first.counts["bill_payment"] in ({"unchanged": 1}, {"updated_in_platform": 1})


async def test_a_credit_stays_unapplied_while_quickbooks_refuses_the_payment(books: House) -> None:
    await books.put(Kind.VENDOR_CREDIT, "c1", credit("30.00"))
    await books.put(Kind.BILL_PAYMENT, "use", paying(("b1", "30.00"), credits=crediting("c1", "30.00")))
    await books.put(Kind.BILL_PAYMENT, "rest", paying(("b1", "70.00")))
    refusing = FaultRule(action="fault", kind="write", entity="BillPayment", code="6000", times=1)
    books.sandbox.faults.add(refusing)

    await books.sync()

    assert refusing.fired == 1
    assert (await books.get(Kind.BILL_PAYMENT, "rest")).quickbooks_id is None
    assert (await books.get(Kind.BILL_PAYMENT, "use")).code == "credit_waits_for_bill"
    assert books.quickbooks.all("BillPayment") == []


async def test_a_credit_waits_for_its_bill_and_not_for_who_else_uses_it(books: House) -> None:
    await books.put(Kind.BILL, "b3", replace(bill("ash", "B-3", "100.00"), number=None))
    await books.put(Kind.VENDOR_CREDIT, "c1", credit("150.00"))
    stuck = paying(("b3", "80.00"), credits=crediting("c1", "50.00"))
    await books.put(Kind.BILL_PAYMENT, "stuck", stuck)
    await books.put(Kind.BILL_PAYMENT, "use", paying(("b1", "100.00"), credits=crediting("c1", "100.00")))

    first, second = await books.sync(), await books.sync()

    assert first.counts["bill_payment"] == {"created_in_quickbooks": 1, "held": 1}
    assert (await books.get(Kind.BILL_PAYMENT, "stuck")).code == "parent_not_synced"
    assert (await books.get(Kind.BILL_PAYMENT, "use")).sync_state == "agreed"
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == 0
    assert second.counts == {}


async def test_a_payment_written_there_again_is_found_where_its_answer_was_lost(books: House) -> None:
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00"), method=Method.ONLINE))
    await books.sync()
    sent = there(books, "BillPayment")
    line = sent["Line"][0] | {"Amount": Decimal(40)}
    books.quickbooks.update("BillPayment", sent | {"TotalAmt": Decimal(40), "Line": [line]})
    books.clock.advance(60)
    await books.sync()
    (issue,) = await books.issues()
    await books.act(issue.id, "keep_platform")
    losing = FaultRule(action="drop_after", kind="write", entity="BillPayment")
    books.sandbox.faults.add(losing)

    sync = await books.sync()

    assert (sync.state, losing.fired) == ("succeeded", 1)
    assert there(books, "BillPayment")["TotalAmt"] == 100
    assert (await books.get(Kind.BILL_PAYMENT, "p1")).sync_state == "agreed"


async def test_an_online_payment_linked_with_a_check_stays_in_dispute_about_its_account(books: House) -> None:
    preferences = await books.preferences()
    await books.prefer(replace(preferences, bill_payment_direction=Flow.TO_QUICKBOOKS))
    await books.sync()
    pay_there(books, ("B-1", "100.00"))
    wanted = paying(("b1", "100.00"), method=Method.ONLINE, reference="4711")
    await books.put(Kind.BILL_PAYMENT, "p1", wanted)
    books.clock.advance(60)
    await books.sync()
    (twice,) = await books.issues()
    await books.act(twice.id, "link", quickbooks_id=there(books, "BillPayment")["Id"])
    await books.sync()
    assert (await books.get(Kind.BILL_PAYMENT, "p1")).code == "changed_in_quickbooks"

    linked = (await books.get(Kind.BILL_PAYMENT, "p1")).document
    await books.put(Kind.BILL_PAYMENT, "p1", replace(linked, memo="by hand"))
    await books.sync()

    assert (await books.get(Kind.BILL_PAYMENT, "p1")).code == "changed_in_quickbooks"
    assert there(books, "BillPayment")["PrivateNote"] == "by hand"
    assert [each.code for each in await books.issues()] == ["changed_in_quickbooks"]


async def test_a_bill_is_as_open_as_quickbooks_says_after_it_changed_a_payment_of_ours(books: House) -> None:
    await books.prefer(replace(await books.preferences(), bill_payment_direction=Flow.TO_QUICKBOOKS))
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00")))
    await books.sync()
    sent = there(books, "BillPayment")
    line = sent["Line"][0] | {"Amount": Decimal(40)}
    books.quickbooks.update("BillPayment", sent | {"TotalAmt": Decimal(40), "Line": [line]})
    books.clock.advance(60)
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00"), reference="1007"))

    sync = await books.sync()

    assert sync.counts["bill_payment"] == {"conflict": 1, "updated_in_quickbooks": 1}
    assert there(books, "BillPayment")["DocNumber"] == "1007"
    assert there(books, "Bill", DocNumber="B-1")["Balance"] == Decimal(60)
    assert (await standing(books, Kind.BILL, "b1"))[1] == "60.00"


async def test_a_payment_moved_to_another_account_there_needs_no_account_of_ours(books: House) -> None:
    await books.prefer(replace(await books.preferences(), bill_payment_direction=Flow.TO_QUICKBOOKS))
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00")))
    await books.sync()
    await books.put(Kind.ACCOUNT, "other", Account(name="Other bank", type="Bank"))
    await books.prefer(replace(await books.preferences(), default_bank_account="other"))
    await books.sync()
    moved = {"value": there(books, "Account", Name="Other bank")["Id"]}
    sent = there(books, "BillPayment")
    books.quickbooks.update("BillPayment", sent | {"CheckPayment": {"BankAccountRef": moved}})
    books.clock.advance(60)

    sync = await books.sync()

    assert (sync.state, sync.counts["bill_payment"]) == ("succeeded", {"conflict": 1})
    assert [each.code for each in await books.issues()] == ["changed_in_quickbooks"]


async def test_paid_twice_is_resolved_though_its_bill_says_something_else(books: House) -> None:
    bill_there = there(books, "Bill", DocNumber="B-1")
    line = bill_there["Line"][0] | {"Amount": Decimal(90)}
    books.quickbooks.update("Bill", bill_there | {"Line": [line]})
    before = (await books.get(Kind.BILL, "b1")).document
    ours = replace(before, lines=(replace(before.lines[0], amount=Decimal("110.00")),))
    await books.put(Kind.BILL, "b1", ours)
    told = paying(("b1", "110.00"), sync=False, paid_on=DAY - dt.timedelta(days=60))
    await books.put(Kind.BILL_PAYMENT, "p1", told)
    pay_there(books, ("B-1", "90.00"))
    books.clock.advance(60)
    await books.sync()
    assert {each.code for each in await books.issues()} == {"conflict_settled", "paid_twice"}
    await books.put(Kind.BILL_PAYMENT, "p1", replace(told, status=PaymentStatus.VOIDED))

    await books.sync()

    assert [each.code for each in await books.issues()] == ["conflict_settled"]


async def test_what_is_archived_here_is_not_linked_to_be_removed_there(books: House) -> None:
    await books.prefer(replace(await books.preferences(), bill_payment_direction=Flow.TO_QUICKBOOKS))
    await books.sync()
    pay_there(books, ("B-1", "100.00"))
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00"), method=Method.ONLINE))
    books.clock.advance(60)
    await books.sync()
    (twice,) = await books.issues()
    await books.archive(Kind.BILL_PAYMENT, "p1")

    with pytest.raises(RefusedError, match="archived") as refusal:
        await books.act(twice.id, "link", quickbooks_id=there(books, "BillPayment")["Id"])

    assert refusal.value.code == "action_not_possible"
    await books.sync()
    assert there(books, "BillPayment")["TotalAmt"] == 100
    assert [each.code for each in await books.issues()] == ["paid_in_quickbooks"]
