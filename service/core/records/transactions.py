"""Bills, vendor credits and invoices: what has lines."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

from service.core.records.amounts import ZERO


class Approval(StrEnum):
    """Where a bill stands in the platform's approval flow; QuickBooks has no such thing."""

    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    APPROVING = "approving"
    APPROVED = "approved"
    DENIED = "denied"


class BillLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a bill or vendor credit: on an account, or for an item.

    `quickbooks_id` is set in platform space only; so is `location`, unless the lines differ in it, for in
    QuickBooks a transaction has one. Quantities and prices have as many decimals as they need.
    """

    amount: Decimal
    id: str | None = None
    quickbooks_id: str | None = None
    description: str | None = None
    account: str | None = None
    item: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    accounting_class: str | None = field(default=None, name="class")
    location: str | None = None
    customer: str | None = None
    billable: bool = False


class Bill(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A bill; its amount is the sum of its lines plus tax. `approval` stays on the platform."""

    vendor: str
    issued_on: dt.date | None
    number: str | None = None
    due_on: dt.date | None = None
    currency: str | None = None
    memo: str | None = None
    location: str | None = None
    approval: Approval = Approval.UNASSIGNED
    lines: tuple[BillLine, ...] = ()
    tax: Decimal = ZERO


class VendorCredit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a vendor owes us; its amounts are positive. `approval` stays on the platform."""

    vendor: str
    issued_on: dt.date | None
    number: str | None = None
    currency: str | None = None
    memo: str | None = None
    location: str | None = None
    approval: Approval = Approval.UNASSIGNED
    lines: tuple[BillLine, ...] = ()
    tax: Decimal = ZERO


class InvoiceLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an invoice; quantities and prices have as many decimals as they need."""

    amount: Decimal
    id: str | None = None
    quickbooks_id: str | None = None
    description: str | None = None
    item: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    accounting_class: str | None = field(default=None, name="class")
    taxable: bool = False


class Invoice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice; its amount is the sum of its lines plus tax less the discount."""

    customer: str
    issued_on: dt.date | None
    number: str | None = None
    due_on: dt.date | None = None
    currency: str | None = None
    memo: str | None = None
    location: str | None = None
    lines: tuple[InvoiceLine, ...] = ()
    discount: Decimal = ZERO
    tax: Decimal = ZERO


class CreditMemo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer got credit for in QuickBooks: seen there, never held here."""

    customer: str
    issued_on: dt.date | None
    number: str | None = None
    currency: str | None = None
    memo: str | None = None
    amount: Decimal = ZERO


Line = BillLine | InvoiceLine
"""One line of either sort."""

Expense = Bill | VendorCredit
"""What has expense lines."""

Itemised = Expense | Invoice
