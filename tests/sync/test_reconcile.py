"""A reconcile: what is alike makes no difference; what is not is told, named and healed where rules allow."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec.structs import replace
from sqlalchemy import update

from service.core.records import (
    FundsTransfer,
    InvoicePayment,
    Kind,
    Method,
    PaidInvoice,
    Vendor,
    encode,
)
from service.store import reconciliations, syncs
from service.store.reconciliations import StoredDifference
from service.store.tables import Difference, Reconciliation, Record, table_of
from service.sync.work import work
from tests.house import COMPANY, House, bill
from tests.sync.paying import credit, crediting, pay_there, paying, there


async def reconcile(house: House) -> tuple[dict[str, Any], list[StoredDifference]]:
    """Run a reconcile and read what it left."""
    ended = await house.sync(mode="reconcile")
    assert ended.state == "succeeded", (ended.problem, house.log.lines[-2:])
    return await found_by(house, ended.id)


async def found_by(house: House, sync: str) -> tuple[dict[str, Any], list[StoredDifference]]:
    def read(connection: Any) -> tuple[dict[str, Any], list[StoredDifference]]:
        latest = reconciliations.latest(connection, COMPANY)
        assert latest.sync == sync
        return latest.summary, reconciliations.page(connection, COMPANY, sync, after=0, limit=1000)

    return await house.store.read(read)


async def settle_down(house: House) -> None:
    """Let a sync see the echo of its own writes, so that nothing waits any more."""
    await house.sync()
    house.clock.advance(1200)
    await house.sync()


def only(found: list[StoredDifference]) -> StoredDifference:
    (one,) = found
    return one


async def test_a_company_that_agrees_has_no_difference(books: House) -> None:
    summary, found = await reconcile(books)

    assert found == []
    assert summary["differences"] == {"found": 0, "open": 0}
    assert summary["counts"]["bill"] == {
        "records": 2,
        "archived": 0,
        "objects": 2,
        "linked": 2,
        "agreed": 2,
        "codes": {},
    }
    assert summary["payables"] == [
        {
            "vendor": "ash",
            "name": "Ash & Co",
            "currency": "USD",
            "platform": "200.00",
            "quickbooks": "200.00",
            "difference": "0.00",
            "causes": {},
            "unexplained": "0.00",
        }
    ]


async def test_an_edit_since_the_last_sync_is_told_with_both_values_and_settled(books: House) -> None:
    books.quickbooks.update(
        "Bill", {"Id": there(books, "Bill", DocNumber="B-1")["Id"], "DueDate": "2026-04-01"}
    )

    _, found = await reconcile(books)

    one = only(found)
    assert (one.kind, one.record, one.field, one.code) == ("bill", "b1", "due_on", "edited_in_quickbooks")
    assert (one.platform, one.quickbooks, one.resolved) == ("2026-02-20", "2026-04-01", True)
    assert (await books.get(Kind.BILL, "b1")).document.due_on == dt.date(2026, 4, 1)  # type: ignore[union-attr]


async def test_drift_is_decided_by_the_sync_that_finds_it(books: House) -> None:
    table = table_of(Record)
    document = (await books.get(Kind.VENDOR, "ash")).document
    changed = replace(document, phone="555-0100")  # type: ignore[call-overload]
    await books.store.run(
        lambda c: c.execute(
            update(table).where(table.c.id == "ash").values(document=encode(changed).decode())
        )
    )

    _, found = await reconcile(books)

    one = only(found)
    assert (one.code, one.field, one.platform, one.resolved) == ("drifted", "phone", "555-0100", True)
    assert there(books, "Vendor", DisplayName="Ash & Co")["PrimaryPhone"]["FreeFormNumber"] == "555-0100"


async def test_a_bill_paid_in_quickbooks_only_is_named_to_the_cent(books: House) -> None:
    await books.sign_up(dt.date(2017, 1, 1))
    pay_there(books, ("B-1", "30.00"))

    summary, found = await reconcile(books)

    balance = only([each for each in found if each.record == "b1"])
    assert (balance.code, balance.amount) == ("paid_in_quickbooks", Decimal("30.00"))
    assert (balance.platform, balance.quickbooks, balance.resolved) == ("100.00", "70.00", False)
    assert "BillPayment" in balance.reason
    (line,) = summary["payables"]
    assert (line["platform"], line["quickbooks"], line["difference"]) == ("200.00", "170.00", "30.00")
    assert (line["causes"], line["unexplained"]) == ({"paid_in_quickbooks": "30.00"}, "0.00")
    (paid,) = summary["payments"]
    assert (paid["platform"], paid["quickbooks"]) == ("0.00", "30.00")
    assert (paid["causes"], paid["unexplained"]) == ({"direction": "-30.00"}, "0.00")


async def test_a_payment_that_is_not_to_be_sent_explains_its_bill(books: House) -> None:
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "40.00"), sync=False))

    summary, found = await reconcile(books)

    assert {(each.record, each.code, each.amount) for each in found} == {
        ("b1", "sync_off", Decimal("-40.00")),
        ("p1", "sync_off", Decimal("40.00")),
    }
    assert [line["unexplained"] for line in (*summary["payables"], *summary["payments"])] == ["0.00", "0.00"]


async def test_credits_lower_what_is_owed(books: House) -> None:
    await books.put(Kind.VENDOR_CREDIT, "c1", credit("50.00"))
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00"), credits=crediting("c1", "20.00")))
    await settle_down(books)

    summary, found = await reconcile(books)

    assert found == []
    (line,) = summary["payables"]
    assert (line["platform"], line["quickbooks"]) == ("70.00", "70.00")


async def test_the_clearing_account_shows_what_is_in_flight(books: House) -> None:
    for number, amount in (("1", "60.00"), ("2", "25.00")):
        made = paying((f"b{number}", amount), method=Method.ONLINE)
        await books.put(Kind.BILL_PAYMENT, f"p{number}", made)
    await books.sync()
    moved = FundsTransfer(
        moved_on=dt.date(2026, 3, 2),
        from_account="bank",
        to_account="money-out-clearing",
        amount=Decimal("60.00"),
        payments=("p1",),
    )
    await books.put(Kind.FUNDS_TRANSFER, "t1", moved)
    await settle_down(books)

    summary, found = await reconcile(books)

    assert found == []
    (line,) = summary["clearing"]
    assert (line["purpose"], line["account"]) == ("money_out", "money-out-clearing")
    assert (line["balance"], line["payments"], line["transfers"], line["other"]) == (
        "-25.00",
        "-85.00",
        "60.00",
        "0.00",
    )
    assert (line["in_flight"], line["in_flight_payments"]) == ("25.00", 1)


async def test_a_bill_that_quickbooks_has_under_another_vendor_moves_the_totals_of_both(books: House) -> None:
    await books.put(Kind.VENDOR, "oak", Vendor(name="Oak Ltd"))
    await books.sync()
    before = await books.preferences()
    await books.prefer(replace(before, conflict={"bill": "ask"}))
    oak = there(books, "Vendor", DisplayName="Oak Ltd")["Id"]
    fir = books.quickbooks.create("Vendor", {"DisplayName": "Fir & Sons"})["Id"]
    await books.sync()
    one = there(books, "Bill", DocNumber="B-1")["Id"]
    books.quickbooks.update("Bill", {"Id": one, "VendorRef": {"value": fir}})
    await books.put(
        Kind.BILL,
        "b1",
        replace((await books.get(Kind.BILL, "b1")).document, vendor="oak"),  # type: ignore[call-overload]
    )

    summary, found = await reconcile(books)

    assert oak != fir
    assert [(each.field, each.code, each.resolved) for each in found] == [("vendor", "both_changed", False)]
    assert {(line["name"], line["platform"], line["quickbooks"]) for line in summary["payables"]} == {
        ("Ash & Co", "100.00", "100.00"),
        ("Oak Ltd", "100.00", "0.00"),
        ("Fir & Sons", "0.00", "100.00"),
    }
    assert {line["unexplained"] for line in summary["payables"]} == {"0.00"}


async def test_another_unallocated_account_makes_no_difference_to_what_was_sent(books: House) -> None:
    other = [each for each in await books.all(Kind.ACCOUNT) if each.document.type == "Expense"][1]  # type: ignore[union-attr]
    before = await books.preferences()
    await books.prefer(replace(before, unallocated_expense_account=other.id))
    await books.sync()

    _, found = await reconcile(books)

    assert found == []


async def test_what_a_customer_paid_is_counted_by_account(ready: House) -> None:
    customer = ready.quickbooks.create("Customer", {"DisplayName": "Elm"})["Id"]
    income = [each for each in await ready.all(Kind.ACCOUNT) if each.document.type == "Income"]  # type: ignore[union-attr]
    bank = [each for each in await ready.all(Kind.ACCOUNT) if each.document.type == "Other Current Asset"]  # type: ignore[union-attr]
    before = await ready.preferences()
    await ready.prefer(
        replace(before, unallocated_income_account=income[0].id, deposit_to_account=bank[0].id)
    )
    line = {
        "Amount": 80,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    body = {"CustomerRef": {"value": customer}, "TxnDate": "2026-02-20", "DocNumber": "S-1", "Line": [line]}
    ready.quickbooks.create("Invoice", body)
    await settle_down(ready)
    (invoice,) = await ready.all(Kind.INVOICE)
    made = InvoicePayment(
        customer=invoice.document.customer,  # type: ignore[union-attr]
        received_on=dt.date(2026, 3, 1),
        lines=(PaidInvoice(invoice=invoice.id, amount=Decimal("30.00")),),
    )
    await ready.put(Kind.INVOICE_PAYMENT, "r1", made)
    await settle_down(ready)

    summary, found = await reconcile(ready)

    assert found == []
    (line_of,) = summary["receivables"]
    assert (line_of["platform"], line_of["quickbooks"]) == ("50.00", "50.00")
    (paid,) = summary["payments"]
    assert (paid["kind"], paid["account"], paid["platform"]) == ("invoice_payment", bank[0].id, "30.00")


async def test_only_the_latest_reconcile_is_kept(books: House) -> None:
    books.quickbooks.update(
        "Bill", {"Id": there(books, "Bill", DocNumber="B-1")["Id"], "DueDate": "2026-04-01"}
    )
    await reconcile(books)
    books.clock.advance(1200)

    summary, found = await reconcile(books)

    assert (found, summary["differences"]) == ([], {"found": 0, "open": 0})
    assert await books.store.read(lambda c: c.execute(table_of(Difference).select()).all()) == []


async def test_a_reconcile_that_is_taken_up_again_keeps_what_it_has_found(books: House) -> None:
    books.quickbooks.update(
        "Bill", {"Id": there(books, "Bill", DocNumber="B-1")["Id"], "DueDate": "2026-04-01"}
    )
    sync = await books.request(mode="reconcile")
    for most in range(10, 46, 4):
        steps = iter(range(most))
        await work(books.services(), COMPANY, stopping=partial(_is_over, steps))
    half = await books.store.read(lambda c: syncs.get(c, COMPANY, sync))
    await work(books.services(), COMPANY)

    assert half.state == "running"
    ended = await books.store.read(lambda c: syncs.get(c, COMPANY, sync))
    assert ended.state == "succeeded"
    _, found = await found_by(books, sync)
    assert [(each.record, each.field, each.resolved) for each in found] == [("b1", "due_on", True)]


def _is_over(steps: Iterator[int]) -> bool:
    return next(steps, None) is None


async def test_a_preview_leaves_no_reconciliation(books: House) -> None:
    await books.sync(mode="reconcile", preview=True)

    assert await books.store.read(lambda c: c.execute(table_of(Reconciliation).select()).all()) == []


async def test_reads_are_as_few_as_those_of_a_full_sync(books: House) -> None:
    await settle_down(books)
    full = await books.sync(mode="full")
    books.clock.advance(1200)

    summary, _ = await reconcile(books)

    assert summary["reads"] == full.reads


async def test_a_bill_that_waits_is_named_by_what_it_waits_for(books: House) -> None:
    await books.put(Kind.BILL, "b3", bill("ash", "B-1", "70.00"))

    summary, found = await reconcile(books)

    one = only(found)
    assert (one.record, one.code, one.amount, one.resolved) == ("b3", "number_taken", Decimal("70.00"), False)
    assert "B-1" in one.reason
    assert summary["payables"][0]["causes"] == {"number_taken": "70.00"}
    assert summary["counts"]["bill"]["codes"] == {"number_taken": 1}
