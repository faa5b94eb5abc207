"""The comparison reads invoices and receipts by itself, field by field."""

from decimal import Decimal

from service.demo.comparison import Sides, compare

CUSTOMER = {"id": "c1", "kind": "customer", "quickbooks": {"id": "3"}}
INVOICE = {
    "id": "i1",
    "kind": "invoice",
    "quickbooks": {"id": "71", "balance": "60.00"},
    "number": "1037",
    "customer": "c1",
    "issued_on": "2026-03-02",
    "due_on": "2026-04-01",
    "currency": None,
    "memo": "Cakes",
    "lines": [{"description": "Cake", "amount": "100.00", "item": "cake"}],
    "discount": "10.00",
    "tax": "0.00",
    "amount": "90.00",
    "balance": "60.00",
    "archived": False,
    "status": "partially_paid",
}
RECEIPT = {
    "id": "r1",
    "kind": "invoice_payment",
    "quickbooks": {"id": "99"},
    "customer": "c1",
    "received_on": "2026-03-05",
    "reference": "5012",
    "amount": "30.00",
    "status": "received",
    "lines": [{"invoice": "i1", "amount": "30.00"}],
    "archived": False,
}
SHOWN = {
    "Id": "71",
    "DocNumber": "1037",
    "CustomerRef": {"value": "3"},
    "TxnDate": "2026-03-02",
    "DueDate": "2026-04-01",
    "PrivateNote": "Cakes\nsync:abcdefghijkl",
    "Line": [
        {
            "Id": "1",
            "Description": "Cake",
            "Amount": 100,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "5"}},
        },
        {"Amount": 100, "DetailType": "SubTotalLineDetail"},
        {"Amount": 10, "DetailType": "DiscountLineDetail"},
    ],
    "TotalAmt": 90,
    "Balance": 60,
}
PAID = {
    "Id": "99",
    "CustomerRef": {"value": "3"},
    "TxnDate": "2026-03-05",
    "PaymentRefNum": "5012",
    "TotalAmt": 30,
    "Line": [{"Amount": 30, "LinkedTxn": [{"TxnId": "71", "TxnType": "Invoice"}]}],
}


def _differences(shown: dict[str, object], paid: dict[str, object]) -> dict[str, list[str]]:
    sides = Sides(
        {
            "customer": [],
            "item": [],
            "invoice": [INVOICE],
            "invoice_payment": [RECEIPT],
        },
        {"customer": [], "item": [], "invoice": [shown], "invoice_payment": [paid]},
    )
    sides._owners.update({("customer", "3"): "c1", ("item", "5"): "cake"})
    return {each.kind: [one.field for one in each.differences] for each in compare(sides)}


def test_what_is_the_same_agrees() -> None:
    assert _differences(SHOWN, PAID) == {"invoice": [], "invoice_payment": []}


def test_each_field_that_is_not_is_named() -> None:
    moved = SHOWN | {"CustomerRef": {"value": "4"}, "Balance": Decimal("59.99"), "DocNumber": "1038"}
    paid = PAID | {"Line": [PAID["Line"][0] | {"Amount": 29}]}  # type: ignore[index]

    found = _differences(moved, paid)

    assert sorted(found["invoice"]) == ["balance", "customer", "number", "quickbooks.balance"]
    assert found["invoice_payment"] == ["lines"]


def test_a_void_is_nothing_but_that_it_was() -> None:
    voided = PAID | {"TotalAmt": 0, "Line": []}

    assert _differences(SHOWN, voided)["invoice_payment"] == ["amount", "voided", "lines"]
