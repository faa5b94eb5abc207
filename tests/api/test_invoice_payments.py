"""Payments of invoices, as callers write and read them."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.api.context import ApiContext
from service.api.schemas.invoice_payment import InvoicePayment, InvoicePaymentInput
from service.core import records as core
from service.core.records import Kind
from service.store import record_writes
from tests.api.conftest import Caller, assert_problem


def receipt(**changes: Any) -> dict[str, Any]:
    """Write a payment that is good."""
    return {"customer": "birch", "received_on": "2026-03-30", "lines": [paid("i1", "60.00")], **changes}


def paid(key: str, amount: Any) -> dict[str, Any]:
    """Write a payment's line."""
    return {"invoice": key, "amount": amount}


@pytest.fixture
async def selling(oak: Caller) -> Caller:
    """The company oak, of which birch has bought twice, and elm once."""
    for key, name in (("birch", "Birch Bakery"), ("elm", "Elm Cafe")):
        assert (await oak.put(f"customers/{key}", {"name": name})).status_code == 201
    for key, customer in (("i1", "birch"), ("i2", "birch"), ("i3", "elm")):
        body = {"customer": customer, "issued_on": "2026-03-02", "lines": [{"amount": "100.00"}]}
        assert (await oak.put(f"invoices/{key}", body)).status_code == 201
    return oak


async def test_a_payment_comes_back_as_it_was_written(selling: Caller) -> None:
    lines = [paid("i1", "60"), paid("i2", 12.5)]
    body = receipt(lines=lines, deposit_account="bank", reference=" 2081 ", memo="Thanks", amount="72.5")

    written = await selling.put("invoice-payments/r1", body)

    assert (written.status_code, written.headers["etag"]) == (201, '"1"')
    read = await selling.get("invoice-payments/r1")
    assert read == written.json()
    assert {name: read[name] for name in InvoicePayment.model_fields} == read
    InvoicePayment.model_validate(read)
    assert read["lines"] == [paid("i1", "60.00"), paid("i2", "12.50")]
    assert (read["amount"], read["unmapped"], read["unapplied"]) == ("72.50", [], "0.00")
    assert (read["deposit_account"], read["reference"], read["sync"]) == ("bank", "2081", True)
    assert (read["method"], read["status"], read["currency"]) == ("offline", "received", None)


async def test_an_invoice_shows_what_is_left_of_it(selling: Caller) -> None:
    await selling.put("invoice-payments/r1", receipt())
    partly = await selling.get("invoices/i1")
    await selling.put("invoice-payments/r2", receipt(lines=[paid("i1", "40.00")]))
    wholly = await selling.get("invoices/i1")

    assert (partly["balance"], partly["status"]) == ("40.00", "partially_paid")
    assert (wholly["balance"], wholly["status"]) == ("0.00", "paid")

    known = await selling.get("invoice-payments/r1")
    await selling.put("invoice-payments/r1", known | {"status": "voided"})

    assert (await selling.get("invoices/i1"))["balance"] == "60.00"
    again = await selling.put("invoice-payments/r1", known)
    assert_problem(again, 409, "payment_voided", "status")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (receipt(lines=[]), "too_few", "lines"),
        (receipt(lines=[paid("i1", "0.00")]), "amount_not_positive", "lines[0].amount"),
        (receipt(lines=[paid("i1", "1.00"), paid("i1", "2.00")]), "duplicate_invoice", "lines[1].invoice"),
        (receipt(amount="60.01"), "amount_mismatch", "amount"),
        (receipt(status="processed"), "unknown_value", "status"),
        (receipt(customer="nobody"), "unknown_reference", "customer"),
        (receipt(lines=[paid("i9", "1.00")]), "unknown_reference", "lines[0].invoice"),
        (receipt(deposit_account="nowhere"), "unknown_reference", "deposit_account"),
        (receipt(lines=[paid("i3", "1.00")]), "customer_mismatch", "lines[0]"),
        (receipt(lines=[paid("i1", "100.01")]), "exceeds_balance", "lines[0].amount"),
    ],
)
async def test_bad_payments(selling: Caller, body: dict[str, Any], code: str, field: str) -> None:
    refused = await selling.put("invoice-payments/r1", body)

    assert_problem(refused, refused.status_code, code, field)
    assert refused.status_code in (409, 422)


async def test_a_batch_answers_item_by_item(selling: Caller) -> None:
    items = [
        receipt(id="r1"),
        receipt(id="r2", lines=[paid("i1", "40.01")]),
        receipt(id="r3", lines=[paid("i1", "40.00")], status="voided"),
    ]

    answer = await selling("POST", "invoice-payments/batch", {"items": items})

    assert [each["status"] for each in answer.json()["items"]] == [201, 422, 201]
    assert (await selling.get("invoices/i1"))["balance"] == "40.00"


async def test_a_payment_made_in_quickbooks_can_be_written_back(selling: Caller, context: ApiContext) -> None:
    made = replace(
        InvoicePaymentInput.model_validate(receipt()).document(),
        unmapped=(core.Unmapped(entity="CreditMemo", quickbooks_id="7", amount=Decimal("-15.00")),),
        unapplied=Decimal("5.00"),
    )
    write = record_writes.Write(id="r1", document=made)
    await context.store.run(
        lambda c: record_writes.put(c, "oak", Kind.INVOICE_PAYMENT, write, context.clock.now())
    )
    read = await selling.get("invoice-payments/r1")

    again = await selling.put("invoice-payments/r1", read)

    assert again.status_code == 200
    assert again.json() == read
    assert read["unmapped"] == [{"entity": "CreditMemo", "quickbooks_id": "7", "amount": "-15.00"}]
    assert (read["amount"], read["unapplied"]) == ("50.00", "5.00")
