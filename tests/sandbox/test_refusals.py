"""Bodies that QuickBooks refuses, each by its code: tables, one a kind."""

from collections.abc import Callable
from typing import Any

import pytest

from service.sandbox import Company
from tests.sandbox.conftest import Ids, Wire

Body = dict[str, Any]
Make = Callable[[Ids], Body]
EXPENSE = "AccountBasedExpenseLineDetail"
ITEM = "ItemBasedExpenseLineDetail"
JOURNAL = "JournalEntryLineDetail"


def applied(kind: str = "Bill", amount: Any = 10, txn: str = "1") -> Body:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]}


def expense(account: str, **more: Any) -> Body:
    return {"DetailType": EXPENSE, "Amount": 10, EXPENSE: {"AccountRef": {"value": account}, **more}}


def posting(account: str, side: str = "Debit") -> Body:
    detail = {"PostingType": side, "AccountRef": {"value": account} if account else None}
    return {"DetailType": JOURNAL, "Amount": 10, JOURNAL: detail}


def line(*lines: Any) -> Body:
    return {"Line": list(lines)}


BILLS: list[tuple[str, Make]] = [
    ("2020", lambda _: line({"DetailType": EXPENSE, "Amount": 10})),
    ("2020", lambda ids: line({**expense(ids.expense), "Amount": None})),
    (
        "2020",
        lambda _: line({"DetailType": EXPENSE, "Amount": 10, EXPENSE: {"BillableStatus": "Billable"}}),
    ),
    ("2020", lambda _: line({"DetailType": ITEM, "Amount": 10, ITEM: {"Qty": 1}})),
    ("2170", lambda _: line({"DetailType": "Surprise", "Amount": 10})),
    ("6000", lambda ids: line(expense(ids.payable))),
    ("6310", lambda ids: line(expense(ids.expense, BillableStatus="Billable"))),
    ("2500", lambda _: line(expense("98765"))),
    ("2140", lambda ids: line(ids.line("ten"))),
    ("2140", lambda ids: line(ids.line("1e20"))),
    ("2140", lambda ids: line(ids.line(True))),
    ("2010", lambda _: line("not an object")),
    ("2010", lambda _: {"VendorRef": "1"}),
    ("2010", lambda _: {"VendorRef": {"id": "1"}}),
    ("2010", lambda _: {"DocNumber": {"a": 1}}),
    ("2010", lambda _: {"VendorAddr": "12 Road"}),
    ("2020", lambda _: {"VendorRef": {"value": ""}}),
    ("2050", lambda _: {"PrivateNote": "x" * 4001}),
]

BILL_PAYMENTS: list[tuple[str, Make]] = [
    ("2020", lambda _: {"TotalAmt": None}),
    ("2020", lambda _: {"PayType": None}),
    ("2170", lambda _: {"PayType": "Barter"}),
    ("2020", lambda _: {"CheckPayment": None}),
    ("2020", lambda _: line({"Amount": 10})),
    ("2020", lambda _: line(applied(amount=None))),
    ("2170", lambda _: line(applied(kind="Dream"))),
    ("6000", lambda _: line(applied(amount=-10))),
    ("2500", lambda _: line(applied(txn="777"))),
]

PAYMENTS: list[tuple[str, Make]] = [
    ("2020", lambda _: {"TotalAmt": None}),
    ("2020", lambda _: {"CustomerRef": None}),
    ("2020", lambda _: line({"Amount": 10})),
    ("2020", lambda _: line(applied("Invoice", None))),
    ("2170", lambda _: line(applied("Dream"))),
    ("2500", lambda _: line(applied("Invoice", 10, "777"))),
    ("6000", lambda _: {"TotalAmt": -1}),
]


def deposit(ids: Ids, *lines: Any) -> Body:
    return {"DepositToAccountRef": {"value": ids.bank}, "Line": list(lines)}


def changed(ids: Ids, **changes: Any) -> Body:
    return {"Id": ids.vendor, "SyncToken": "0", "sparse": True, **changes}


OTHERS: list[tuple[str, str, Make]] = [
    ("invoice", "2020", lambda ids: {"CustomerRef": {"value": ids.customer}}),
    ("invoice", "2020", lambda ids: {**ids.invoice(), "EmailStatus": "NeedToSend"}),
    ("invoice", "6000", lambda ids: ids.invoice(-5)),
    (
        "invoice",
        "2020",
        lambda ids: {**ids.invoice(), **line({"DetailType": "SubTotalLineDetail", "Amount": 1})},
    ),
    ("journalentry", "2020", lambda _: {}),
    ("journalentry", "2020", lambda ids: line(posting(ids.bank, ""))),
    ("journalentry", "2020", lambda _: line(posting(""))),
    ("journalentry", "2300", lambda ids: line(posting(ids.bank))),
    ("deposit", "2020", lambda _: line(applied("Payment"))),
    ("deposit", "2020", deposit),
    ("deposit", "2020", lambda ids: deposit(ids, {"Amount": 1})),
    ("deposit", "2020", lambda ids: deposit(ids, applied("Payment", None))),
    ("deposit", "2500", lambda ids: deposit(ids, applied("Payment"))),
    ("transfer", "2020", lambda ids: {"Amount": 5, "ToAccountRef": {"value": ids.bank}}),
    ("transfer", "2020", lambda ids: {"FromAccountRef": {"value": ids.bank}}),
    ("item", "2020", lambda _: {"Name": "Saw", "Type": "Inventory", "IncomeAccountRef": {"value": "1"}}),
    ("customer", "2170", lambda _: {"DisplayName": "A", "Taxable": "perhaps"}),
    ("term", "2090", lambda _: {"Name": "T", "DueDays": "soon"}),
    ("vendor", "6000", lambda ids: changed(ids, CurrencyRef={"value": "EUR"})),
    ("vendor", "2030", lambda ids: changed(ids, Id="x1")),
]


@pytest.mark.parametrize(("code", "change"), BILLS)
async def test_bills(wire: Wire, ids: Ids, code: str, change: Make) -> None:
    assert await wire.code("/bill", {**ids.bill(), **change(ids)}) == code


@pytest.mark.parametrize(("code", "change"), BILL_PAYMENTS)
async def test_bill_payments(wire: Wire, ids: Ids, company: Company, code: str, change: Make) -> None:
    bill = company.create("Bill", ids.bill())["Id"]

    assert await wire.code("/billpayment", {**ids.payment(10, ("Bill", bill, 10)), **change(ids)}) == code


@pytest.mark.parametrize(("code", "change"), PAYMENTS)
async def test_payments(wire: Wire, ids: Ids, code: str, change: Make) -> None:
    body = {"CustomerRef": {"value": ids.customer}, "TotalAmt": 10}

    assert await wire.code("/payment", {**body, **change(ids)}) == code


@pytest.mark.parametrize(("path", "code", "body"), OTHERS)
async def test_others(wire: Wire, ids: Ids, path: str, code: str, body: Make) -> None:
    assert await wire.code(f"/{path}", body(ids)) == code


async def test_a_refusal_leaves_no_trace(wire: Wire, ids: Ids, company: Company) -> None:
    rows = len(company.journal)
    for _, change in BILLS:
        await wire.code("/bill", {**ids.bill(), **change(ids)})

    assert len(company.journal) == rows
    assert company.meter.writes == 0
    assert (await wire.create("Bill", ids.bill()))["Id"] == "1", "no id was used up"
