"""Invoices: what customers are asked for, with a discount and QuickBooks' own numbers."""

from typing import Any

import pytest

from service.api.schemas.invoice import Invoice
from tests.api.conftest import Caller, assert_problem


@pytest.fixture
async def sales(oak: Caller) -> Caller:
    """A company that sells bread to Birch."""
    await oak.put("customers/birch", {"name": "Birch Bakery"})
    await oak.put("accounts/income", {"name": "Sales", "type": "Income"})
    await oak.put("items/bread", {"name": "Bread", "type": "Service", "income_account": "income"})
    return oak


def invoice(**changes: Any) -> dict[str, Any]:
    """Write an invoice that is good."""
    return {
        "customer": "birch",
        "issued_on": "2026-03-05",
        "lines": [{"amount": "40.00", "item": "bread", "description": "Rye"}],
        **changes,
    }


async def test_an_invoice_comes_back_as_it_was_written(sales: Caller) -> None:
    line = {"amount": "40", "item": "bread", "quantity": "8", "unit_price": "5", "taxable": True}
    body = invoice(lines=[line, {"amount": "0", "description": "Thank you"}], discount="4", tax="2.50")

    written = await sales.put("invoices/i1", body | {"amount": "38.50"})

    assert (written.status_code, written.headers["etag"]) == (201, '"1"')
    read = await sales.get("invoices/i1")
    assert read == written.json()
    assert read["lines"][0] == {
        "id": "1",
        "description": None,
        "amount": "40.00",
        "item": "bread",
        "quantity": "8",
        "unit_price": "5",
        "class": None,
        "taxable": True,
    }
    assert (read["kind"], read["number"], read["customer"]) == ("invoice", None, "birch")
    assert (read["discount"], read["tax"], read["amount"]) == ("4.00", "2.50", "38.50")
    assert (read["balance"], read["status"]) == ("38.50", "open")
    Invoice.model_validate(read)


async def test_a_number_that_is_left_out_stays_as_it_is(sales: Caller) -> None:
    await sales.put("invoices/i1", invoice(number="1038"))

    same = await sales.put("invoices/i1", invoice())
    other = await sales.put("invoices/i1", invoice(number="1039"))

    assert (same.json()["number"], same.json()["revision"]) == ("1038", 1)
    assert (other.json()["number"], other.json()["revision"]) == ("1039", 2)


async def test_batches_lists_and_archiving_are_those_of_every_kind(sales: Caller) -> None:
    items = [{"id": "i1", **invoice(number="1")}, {"id": "i2", **invoice(customer="nobody")}]

    answered = (await sales("POST", "invoices/batch", {"items": items})).json()["items"]
    page = await sales.get("invoices?party=birch")
    again = (await sales("POST", "invoices/batch", {"items": page["items"]})).json()["items"]
    gone = await sales("DELETE", "invoices/i1")

    assert [each["status"] for each in answered] == [201, 422]
    assert answered[1]["problem"]["errors"][0]["field"] == "customer"
    assert [each["id"] for each in page["items"]] == ["i1"]
    assert again == [{"id": "i1", "status": 200, "revision": 1, "problem": None}]
    assert gone.json()["archived"] is True


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"discount": "-1"}, "negative_discount", "discount"),
        ({"discount": "41"}, "negative_total", "amount"),
        ({"amount": "39.99"}, "amount_mismatch", "amount"),
        ({"lines": [{"amount": "1", "quantity": "1"}]}, "quantity_without_item", "lines[0].item"),
        (
            {"lines": [{"amount": "9", "item": "bread", "quantity": "2", "unit_price": "5"}]},
            "amount_mismatch",
            "lines[0].amount",
        ),
        (
            {"lines": [{"id": "a", "amount": "1"}, {"id": "a", "amount": "1"}]},
            "duplicate_line_id",
            "lines[0].id",
        ),
        ({"lines": [{"amount": "1", "item": "nothing"}]}, "unknown_reference", "lines[0].item"),
        ({"lines": [{"amount": "1", "account": "income"}]}, "unknown_field", "lines[0].account"),
        ({"vendor": "ash"}, "unknown_field", "vendor"),
    ],
)
async def test_a_bad_invoice_is_refused_by_field(
    sales: Caller, change: dict[str, Any], code: str, field: str
) -> None:
    answer = await sales.put("invoices/i1", invoice(**change))

    assert_problem(answer, 422, code, field)
    assert_problem(await sales("GET", "invoices/i1"), 404, "record_not_found")
