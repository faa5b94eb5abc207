"""Payments, credits and what they settle, as the tests of payments write and read them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from service.core.records import (
    BillLine,
    BillPayment,
    Kind,
    PaidBill,
    PaymentStatus,
    UsedCredit,
    VendorCredit,
)
from tests.house import House

DAY = dt.date(2026, 3, 2)


def paying(*amounts: tuple[str, str], **fields: Any) -> BillPayment:
    """Write a payment of these bills."""
    lines = tuple(PaidBill(bill=each, amount=Decimal(amount)) for each, amount in amounts)
    known = {"vendor": "ash", "paid_on": DAY, "lines": lines, "status": PaymentStatus.PROCESSED}
    return BillPayment(**(known | fields))


def crediting(credit: str, amount: str) -> tuple[UsedCredit, ...]:
    """Write what a payment uses of a credit."""
    return (UsedCredit(vendor_credit=credit, amount=Decimal(amount)),)


def credit(amount: str, number: str = "VC-1") -> VendorCredit:
    """Write a vendor credit."""
    line = BillLine(id="1", amount=Decimal(amount), description="Returned goods")
    return VendorCredit(vendor="ash", issued_on=DAY, number=number, lines=(line,))


def there(house: House, entity: str, **wanted: str) -> Any:
    """Return the one object in QuickBooks that has these values."""
    (found,) = [
        each
        for each in house.quickbooks.all(entity)
        if all(each.get(name) == value for name, value in wanted.items())
    ]
    return found


async def standing(house: House, kind: Kind, record: str) -> tuple[str, str, str, str | None]:
    """Return balance, QuickBooks' balance, status and code of a bill or credit."""
    found = await house.get(kind, record)
    return str(found.balance), str(found.quickbooks_balance), str(found.status), found.code


def pay_there(house: House, *amounts: tuple[str, str], **fields: Any) -> Any:
    """Pay bills in QuickBooks, by their numbers."""
    bills = [(there(house, "Bill", DocNumber=number), Decimal(amount)) for number, amount in amounts]
    bank = there(house, "Account", Name="House bank")
    return house.quickbooks.create(
        "BillPayment",
        {
            "VendorRef": bills[0][0]["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": bank["Id"]}},
            "TotalAmt": sum(amount for _, amount in bills),
            "TxnDate": DAY.isoformat(),
            "Line": [
                {"Amount": amount, "LinkedTxn": [{"TxnId": each["Id"], "TxnType": "Bill"}]}
                for each, amount in bills
            ],
        }
        | fields,
    )
