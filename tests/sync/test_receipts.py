"""Where money from customers goes, and what is said of credit memos."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.records import (
    Account,
    Customer,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Kind,
    Method,
    PaidInvoice,
)
from tests.house import House
from tests.sync.paying import DAY


@pytest.fixture
async def selling(ready: House) -> House:
    """A company with a customer, an invoice of 100.00, and two banks."""
    income = next(each for each in await ready.all(Kind.ACCOUNT) if each.document.type == "Income")  # type: ignore[union-attr]
    await ready.put(Kind.CUSTOMER, "birch", Customer(name="Birch Bakery"))
    for key in ("pays", "takes"):
        await ready.put(Kind.ACCOUNT, key, Account(name=f"Bank that {key}", type="Bank"))
    before = await ready.preferences()
    await ready.prefer(
        replace(
            before,
            unallocated_income_account=income.id,
            default_bank_account="pays",
            deposit_to_account="takes",
        )
    )
    line = InvoiceLine(id="1", amount=Decimal("100.00"), description="Cake")
    await ready.put(Kind.INVOICE, "i1", Invoice(customer="birch", issued_on=DAY, lines=(line,)))
    await ready.sync()
    return ready


def _receipt(amount: str, **fields: object) -> InvoicePayment:
    lines = (PaidInvoice(invoice="i1", amount=Decimal(amount)),)
    return InvoicePayment(customer="birch", received_on=DAY, lines=lines, **fields)  # type: ignore[arg-type]


async def test_money_comes_into_the_account_that_is_named_or_preferred(selling: House) -> None:
    await selling.put(Kind.INVOICE_PAYMENT, "r1", _receipt("10.00"))
    await selling.put(Kind.INVOICE_PAYMENT, "r2", _receipt("20.00", deposit_account="pays"))
    await selling.put(Kind.INVOICE_PAYMENT, "r3", _receipt("30.00", method=Method.ONLINE))

    sync = await selling.sync()

    names = {each["Id"]: each["Name"] for each in selling.quickbooks.all("Account")}
    came = {
        each["TotalAmt"]: names[each["DepositToAccountRef"]["value"]]
        for each in selling.quickbooks.all("Payment")
    }
    assert sync.counts["invoice_payment"] == {"created_in_quickbooks": 3}
    assert came == {10: "Bank that takes", 20: "Bank that pays", 30: "Money In Clearing"}


async def test_a_credit_memo_is_named_once_however_often_it_is_touched(selling: House) -> None:
    customer = selling.quickbooks.all("Customer")[0]["Id"]
    item = selling.quickbooks.all("Item")[0]["Id"]
    sold = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": item}}}
    memo = selling.quickbooks.create(
        "CreditMemo", {"CustomerRef": {"value": customer}, "Line": [sold | {"Amount": Decimal(5)}]}
    )

    first = await selling.sync()
    selling.quickbooks.update("CreditMemo", {"Id": memo["Id"], "PrivateNote": "Goodwill"})
    selling.clock.advance(60)
    second = await selling.sync()

    assert first.counts == {"credit_memo": {"skipped": 1}}
    assert second.counts == {}
