"""Payments of bills and transfers of funds, as callers write and read them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from service.api.context import ApiContext
from service.api.schemas.bill_payment import BillPayment, BillPaymentInput
from service.api.schemas.funds_transfer import FundsTransfer, FundsTransferInput
from service.core import records as core
from service.core.records import Kind
from service.store import record_references, record_writes
from tests.api.conftest import Caller, assert_problem, bill
from tests.api.test_vendor_credits import credit


def payment(**changes: Any) -> dict[str, Any]:
    """Write a payment that is good."""
    return {"vendor": "ash", "paid_on": "2026-03-30", "lines": [paid("b1", "100.00")], **changes}


def paid(key: str, amount: Any) -> dict[str, Any]:
    """Write a payment's line."""
    return {"bill": key, "amount": amount}


def used(key: str, amount: Any) -> dict[str, Any]:
    """Write a payment's use of a credit."""
    return {"vendor_credit": key, "amount": amount}


def transfer(**changes: Any) -> dict[str, Any]:
    """Write a transfer that is good."""
    return {
        "moved_on": "2026-04-01",
        "from_account": "bank",
        "to_account": "exp",
        "amount": "60.00",
        **changes,
    }


@pytest.fixture
async def owing(oak: Caller) -> Caller:
    """The company oak, which owes ash two bills and has a credit there."""
    for key in ("b1", "b2"):
        assert (await oak.put(f"bills/{key}", bill(number=key))).status_code == 201
    assert (await oak.put("vendor-credits/c1", credit())).status_code == 201
    return oak


async def test_a_payment_comes_back_as_it_was_written(owing: Caller) -> None:
    lines = [paid("b1", "100"), paid("b2", 12.5)]
    body = payment(
        lines=lines, credits=[used("c1", "40.00")], bank_account="bank", reference=" 10482 ", amount="72.5"
    )

    written = await owing.put("bill-payments/p1", body)

    assert (written.status_code, written.headers["etag"]) == (201, '"1"')
    read = await owing.get("bill-payments/p1")
    assert read == written.json()
    assert {name: read[name] for name in BillPayment.model_fields} == read
    BillPayment.model_validate(read)
    assert read["lines"] == [paid("b1", "100.00"), paid("b2", "12.50")]
    assert read["credits"] == [used("c1", "40.00")]
    assert (read["amount"], read["unmapped"], read["unapplied"]) == ("72.50", [], "0.00")
    assert (read["bank_account"], read["reference"], read["sync"]) == ("bank", "10482", True)
    assert (read["method"], read["status"], read["currency"]) == ("offline", "processed", None)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "processed"),
        ({"method": "offline"}, "processed"),
        ({"method": "online"}, "scheduled"),
        ({"method": "online", "status": None}, "scheduled"),
        ({"method": "offline", "status": "scheduled"}, "scheduled"),
        ({"method": "online", "status": "processed"}, "processed"),
        ({"method": "online", "status": "voided"}, "voided"),
    ],
)
async def test_the_status_follows_the_method_unless_it_is_told(
    owing: Caller, given: dict[str, Any], status: str
) -> None:
    answer = await owing.put("bill-payments/p1", payment(**given))

    assert (answer.status_code, answer.json()["status"]) == (201, status)


async def test_get_edit_put_works_and_takes_the_status(owing: Caller) -> None:
    await owing.put("bill-payments/p1", payment(method="online", credits=[used("c1", "40.00")]))
    read = await owing.get("bill-payments/p1")

    same = await owing.put("bill-payments/p1", read)
    edited = await owing.put("bill-payments/p1", read | {"status": "voided"}, if_match='"1"')

    assert (same.status_code, same.json()["revision"]) == (200, 1)
    assert (edited.status_code, edited.json()["revision"]) == (200, 2)
    assert edited.json() | {"revision": 1, "status": "scheduled"} == read


async def test_a_batch_takes_the_status_too(owing: Caller) -> None:
    items = [
        {"id": "p1", **payment(status="scheduled")},
        {"id": "p2", **payment(lines=[paid("b2", "1.00"), paid("nothing", "1.00")])},
        {"id": "p3", **payment(lines=[paid("b2", "0")])},
    ]

    answered = (await owing("POST", "bill-payments/batch", {"items": items})).json()["items"]
    page = await owing.get("bill-payments")
    again = (await owing("POST", "bill-payments/batch", {"items": page["items"]})).json()["items"]

    assert [each["status"] for each in answered] == [201, 422, 422]
    fields = [each["problem"]["errors"][0]["field"] for each in answered[1:]]
    assert fields == ["lines[1].bill", "lines[0].amount"]
    assert [each["status"] for each in page["items"]] == ["scheduled"]
    assert again == [{"id": "p1", "status": 200, "revision": 1, "problem": None}]


async def test_a_credit_may_pay_a_bill_without_money(owing: Caller) -> None:
    body = payment(lines=[paid("b1", "40.00")], credits=[used("c1", "40.00")], amount="0.00")

    answer = await owing.put("bill-payments/p1", body)

    assert (answer.status_code, answer.json()["amount"]) == (201, "0.00")


async def test_the_bank_account_may_be_a_key_that_nothing_maps_yet(owing: Caller) -> None:
    answer = await owing.put("bill-payments/p1", payment(bank_account="key-of-the-platform"))

    assert (answer.status_code, answer.json()["bank_account"]) == (201, "key-of-the-platform")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (payment(lines=[]), "too_few", "lines"),
        (payment(lines=None), "required", "lines"),
        (payment(lines=[paid("b1", 1)] * 1001), "too_many", "lines"),
        (payment(lines=[paid("b1", 0)]), "amount_not_positive", "lines[0].amount"),
        (payment(lines=[paid("b1", "-1.00")]), "amount_not_positive", "lines[0].amount"),
        (payment(lines=[paid("b1", "1.005")]), "too_many_decimals", "lines[0].amount"),
        (payment(lines=[paid("b1", "1.00"), {"bill": "b2"}]), "required", "lines[1].amount"),
        (payment(lines=[paid("b1", 1) | {"id": "1"}]), "unknown_field", "lines[0].id"),
        (payment(lines=[paid("b1", 1), paid("b2", 1), paid("b1", 2)]), "duplicate_bill", "lines[2].bill"),
        (
            payment(lines=[paid("b1", "9999999999999.99"), paid("b2", "0.01")]),
            "amount_too_large",
            "amount",
        ),
        (payment(credits=[used("c1", 0)]), "amount_not_positive", "credits[0].amount"),
        (
            payment(credits=[used("c1", 1), used("c1", 1)]),
            "duplicate_vendor_credit",
            "credits[1].vendor_credit",
        ),
        (payment(credits=[used("c1", "100.01")]), "negative_total", "amount"),
        (payment(amount="99.99"), "amount_mismatch", "amount"),
        (payment(credits=[used("c1", "40.00")], amount="100.00"), "amount_mismatch", "amount"),
        (payment(vendor=None), "required", "vendor"),
        (payment(paid_on="2026-02-30"), "invalid_date", "paid_on"),
        (payment(method="telex"), "unknown_value", "method"),
        (payment(status="received"), "unknown_value", "status"),
        (payment(status="paid"), "unknown_value", "status"),
        (payment(sync="no"), "invalid_type", "sync"),
        (payment(reference="1" * 22), "too_long", "reference"),
        (payment(reference="1\n2"), "forbidden_character", "reference"),
        (payment(memo="m" * 3981), "too_long", "memo"),
        (payment(bank_account="no such!"), "invalid_id", "bank_account"),
        (payment(currency="usd"), "invalid_format", "currency"),
        (payment(card=True), "unknown_field", "card"),
        (payment(vendor="nobody"), "unknown_reference", "vendor"),
        (payment(lines=[paid("b1", 1), paid("c1", 1)]), "unknown_reference", "lines[1].bill"),
        (payment(credits=[used("b1", 1)]), "unknown_reference", "credits[0].vendor_credit"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_bad_payments(owing: Caller, body: dict[str, Any], code: str, field: str) -> None:
    answer = await owing.put("bill-payments/p1", body)

    assert_problem(answer, 422, code, field)
    assert_problem(await owing("GET", "bill-payments/p1"), 404, "record_not_found")


async def test_another_companys_bill_is_no_reference(owing: Caller) -> None:
    await owing.put("/v1/companies/elm", {"name": "Elm", "signed_up_on": "2024-05-01"})
    await owing.put("/v1/companies/elm/vendors/ash", {"name": "Ash & Co"})

    answer = await owing.put("/v1/companies/elm/bill-payments/p1", payment())

    assert_problem(answer, 422, "unknown_reference", "lines[0].bill")


async def test_a_payment_made_in_quickbooks_can_be_written_back(owing: Caller, context: ApiContext) -> None:
    made_there = core.BillPayment(
        vendor="ash",
        paid_on=dt.date(2026, 3, 30),
        bank_account="bank",
        card=True,
        lines=(core.PaidBill(bill="b1", amount=Decimal("100.00")),),
        unmapped=(core.Unmapped(entity="JournalEntry", quickbooks_id="77", amount=Decimal("-30.00")),),
        unapplied=Decimal("5.00"),
    )
    write = record_writes.Write(id="p1", document=made_there)
    await context.store.run(
        lambda connection: record_writes.put(connection, "oak", Kind.BILL_PAYMENT, write, context.clock.now())
    )

    read = await owing.get("bill-payments/p1")
    voided = await owing.put("bill-payments/p1", read | {"status": "voided"})

    BillPayment.model_validate(read)
    assert "card" not in read
    assert read["unmapped"] == [{"entity": "JournalEntry", "quickbooks_id": "77", "amount": "-30.00"}]
    assert (read["unapplied"], read["amount"]) == ("5.00", "75.00")
    assert (voided.status_code, voided.json()["status"]) == (200, "voided")


async def test_what_quickbooks_adds_to_payments_is_not_taken_from_callers(owing: Caller) -> None:
    added = {"entity": "JournalEntry", "quickbooks_id": "77", "amount": "-30.00"}

    answer = await owing.put("bill-payments/p1", payment(unmapped=[added], unapplied="5.00"))

    read = answer.json()
    assert (answer.status_code, read["unmapped"], read["unapplied"]) == (201, [], "0.00")
    assert read["amount"] == "100.00"


async def test_references_are_looked_up_however_many_there_are(owing: Caller, context: ApiContext) -> None:
    documents = {
        f"p{n}": core.BillPayment(
            vendor="ash",
            paid_on=None,
            lines=tuple(core.PaidBill(bill=f"x{n}-{at}", amount=Decimal(1)) for at in range(1000)),
        )
        for n in range(70)
    } | {
        "good": core.BillPayment(
            vendor="ash", paid_on=None, lines=(core.PaidBill(bill="b1", amount=Decimal(1)),)
        )
    }

    refused = await context.store.read(
        lambda connection: record_references.unreferable(connection, "oak", Kind.BILL_PAYMENT, documents)
    )

    assert refused.keys() == documents.keys() - {"good"}
    assert {(each.code, each.field) for each in refused.values()} == {("unknown_reference", "lines[0].bill")}


async def test_a_transfer_comes_back_as_it_was_written(oak: Caller) -> None:
    written = await oak.put("funds-transfers/t1", transfer(amount=60, memo="March", payments=["p1", "p2"]))

    assert (written.status_code, written.headers["etag"]) == (201, '"1"')
    read = await oak.get("funds-transfers/t1")
    assert read == written.json()
    assert {name: read[name] for name in FundsTransfer.model_fields} == read
    FundsTransfer.model_validate(read)
    assert (read["moved_on"], read["from_account"], read["to_account"]) == ("2026-04-01", "bank", "exp")
    assert (read["amount"], read["memo"], read["payments"]) == ("60.00", "March", ["p1", "p2"])


async def test_get_edit_put_works_for_transfers_one_or_many(oak: Caller) -> None:
    await oak.put("funds-transfers/t1", transfer())
    read = await oak.get("funds-transfers/t1")

    same = await oak.put("funds-transfers/t1", read)
    edited = await oak.put("funds-transfers/t1", read | {"amount": "61.00"}, if_match='"1"')
    page = await oak.get("funds-transfers")
    batch = await oak("POST", "funds-transfers/batch", page)
    items = (await oak("POST", "funds-transfers/batch", {"items": page["items"]})).json()["items"]

    assert (same.status_code, same.json()["revision"]) == (200, 1)
    assert (edited.status_code, edited.json()["revision"]) == (200, 2)
    assert edited.json() | {"revision": 1, "amount": "60.00"} == read
    assert_problem(batch, 422, "unknown_field", "next")
    assert items == [{"id": "t1", "status": 200, "revision": 2, "problem": None}]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (transfer(to_account="bank"), "same_account", "to_account"),
        (transfer(amount="0.00"), "amount_not_positive", "amount"),
        (transfer(amount="-1.00"), "amount_not_positive", "amount"),
        (transfer(amount=None), "invalid_amount", "amount"),
        (transfer(amount="10000000000000.00"), "amount_too_large", "amount"),
        (transfer(moved_on=None), "invalid_date", "moved_on"),
        (transfer(payments=["p1", "no such!"]), "invalid_id", "payments[1]"),
        (transfer(payments=["p1"] * 1001), "too_many", "payments"),
        (transfer(memo="m" * 3981), "too_long", "memo"),
        (transfer(lines=[]), "unknown_field", "lines"),
        (transfer(from_account="nothing"), "unknown_reference", "from_account"),
        (transfer(to_account="nothing"), "unknown_reference", "to_account"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_bad_transfers(oak: Caller, body: dict[str, Any], code: str, field: str) -> None:
    answer = await oak.put("funds-transfers/t1", body)

    assert_problem(answer, 422, code, field)
    assert_problem(await oak("GET", "funds-transfers/t1"), 404, "record_not_found")


@pytest.mark.parametrize(
    ("taken", "answered"), [(BillPaymentInput, BillPayment), (FundsTransferInput, FundsTransfer)]
)
def test_the_examples_are_what_they_show(taken: Any, answered: Any) -> None:
    (body,) = taken.model_json_schema()["examples"]
    (answer,) = answered.model_json_schema()["examples"]

    answered.model_validate(answer)
    assert taken.model_validate(answer).document() == taken.model_validate(body).document()
