"""One plain document of each kind, and another value for each of its fields."""

import datetime as dt
from decimal import Decimal
from typing import Any

from service.core.records import (
    Account,
    AccountingClass,
    Address,
    Bill,
    BillLine,
    BillPayment,
    Customer,
    FundsTransfer,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Item,
    Kind,
    Location,
    PaidBill,
    PaidInvoice,
    Unmapped,
    UsedCredit,
    Vendor,
    VendorCredit,
)

_DAY = dt.date(2026, 3, 2)
_FIVE = Decimal("5.00")
_LINES = (BillLine(id="1", amount=_FIVE, account="61"), BillLine(id="2", amount=_FIVE, item="5"))
PLAIN: dict[Kind, Any] = {
    Kind.ACCOUNT: Account(name="Fees", type="Expense"),
    Kind.ACCOUNTING_CLASS: AccountingClass(name="North"),
    Kind.LOCATION: Location(name="Ulm"),
    Kind.ITEM: Item(name="Hours", type="Service"),
    Kind.VENDOR: Vendor(name="Ash"),
    Kind.CUSTOMER: Customer(name="Birch"),
    Kind.BILL: Bill(vendor="41", issued_on=_DAY, currency="EUR", lines=_LINES),
    Kind.VENDOR_CREDIT: VendorCredit(vendor="41", issued_on=_DAY, currency="EUR", lines=_LINES),
    Kind.INVOICE: Invoice(
        customer="41",
        issued_on=_DAY,
        currency="EUR",
        lines=(InvoiceLine(id="1", amount=_FIVE, item="5"),),
    ),
    Kind.BILL_PAYMENT: BillPayment(
        vendor="41",
        paid_on=_DAY,
        bank_account="35",
        currency="EUR",
        lines=(PaidBill(bill="9", amount=_FIVE),),
    ),
    Kind.INVOICE_PAYMENT: InvoicePayment(
        customer="41",
        received_on=_DAY,
        deposit_account="4",
        currency="EUR",
        lines=(PaidInvoice(invoice="9", amount=_FIVE),),
    ),
    Kind.FUNDS_TRANSFER: FundsTransfer(
        moved_on=_DAY, from_account="35", to_account="36", amount=_FIVE, currency="EUR"
    ),
}
OTHER = {
    "issued_on": dt.date(2026, 4, 1),
    "due_on": dt.date(2026, 4, 1),
    "paid_on": dt.date(2026, 4, 1),
    "received_on": dt.date(2026, 4, 1),
    "moved_on": dt.date(2026, 4, 1),
    "currency": "USD",
    "lines": (
        BillLine(id="1", amount=Decimal("9.99"), account="69", description="Paper", accounting_class="8"),
        BillLine(id="2", amount=Decimal("9.00"), item="6", quantity=Decimal("1.5"), unit_price=Decimal(6)),
    ),
    "tax": Decimal("9.99"),
    "discount": Decimal("1.99"),
    "amount": Decimal("9.99"),
    "unit_price": Decimal("0.125"),
    "credits": (UsedCredit(vendor_credit="8", amount=Decimal("2.00")),),
    "card": True,
    "archived": True,
    "project": True,
    "unmapped": (Unmapped(entity="Deposit", quickbooks_id="7", amount=_FIVE),),
    "unapplied": Decimal("2.50"),
    "address": Address(city="Bern"),
}
OTHER_LINES: dict[Kind, Any] = {
    Kind.INVOICE: (
        InvoiceLine(id="1", amount=Decimal("9.99"), item="6", quantity=Decimal("1.5"), taxable=True),
    ),
    Kind.BILL_PAYMENT: (PaidBill(bill="9", amount=Decimal("9.99")), PaidBill(bill="7", amount=_FIVE)),
    Kind.INVOICE_PAYMENT: (PaidInvoice(invoice="7", amount=Decimal("9.99")),),
}


def other(kind: Kind, name: str) -> Any:
    """Another value for a field."""
    found = OTHER.get(name, "77")
    return OTHER_LINES.get(kind, found) if name == "lines" else found
