"""Bill payments, invoice payments and transfers of funds: what settles, and what moves money.

What a payment comes to is worked out: lines − credits + unmapped + unapplied.
"""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from service.core.records.amounts import ZERO

AnyPayment = TypeVar("AnyPayment", bound="BillPayment | InvoicePayment")


class Method(StrEnum):
    """Who moves the money: the platform, or somebody outside who is only told of; QuickBooks can't tell."""

    ONLINE = "online"
    OFFLINE = "offline"


class PaymentStatus(StrEnum):
    """How far the platform has come with a payment; QuickBooks knows only whether it is voided."""

    SCHEDULED = "scheduled"
    PROCESSED = "processed"
    RECEIVED = "received"
    VOIDED = "voided"


class Unmapped(Struct, frozen=True, kw_only=True):
    """What a payment made in QuickBooks also settles (or uses: negative) and the platform doesn't hold."""

    entity: str
    quickbooks_id: str
    amount: Decimal


class PaidBill(Struct, frozen=True, kw_only=True):
    """By how much a payment and its credits together bring one bill down."""

    bill: str
    amount: Decimal


class UsedCredit(Struct, frozen=True, kw_only=True):
    """How much of one vendor credit a payment uses."""

    vendor_credit: str
    amount: Decimal


class BillPayment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment of bills of one vendor; `card` says that `bank_account` is a credit card's.

    `method`, `sync` and `status` stay on the platform; `unmapped` and `unapplied` come from QuickBooks only.
    """

    vendor: str
    paid_on: dt.date | None
    method: Method = Method.OFFLINE
    bank_account: str | None = None
    card: bool = False
    reference: str | None = None
    memo: str | None = None
    sync: bool = True
    status: PaymentStatus = PaymentStatus.SCHEDULED
    currency: str | None = None
    lines: tuple[PaidBill, ...] = ()
    credits: tuple[UsedCredit, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    unapplied: Decimal = ZERO


class PaidInvoice(Struct, frozen=True, kw_only=True):
    """By how much a payment brings one invoice down."""

    invoice: str
    amount: Decimal


class InvoicePayment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment of invoices by one customer.

    `method`, `sync` and `status` stay on the platform; `unmapped` and `unapplied` come from QuickBooks only.
    """

    customer: str
    received_on: dt.date | None
    method: Method = Method.OFFLINE
    deposit_account: str | None = None
    reference: str | None = None
    memo: str | None = None
    sync: bool = True
    status: PaymentStatus = PaymentStatus.RECEIVED
    currency: str | None = None
    lines: tuple[PaidInvoice, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    unapplied: Decimal = ZERO


class FundsTransfer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money moved between two accounts: a journal entry that debits `to_account`, credits `from_account`.

    `payments`, whose money it moves, stays on the platform.
    """

    moved_on: dt.date | None
    from_account: str
    to_account: str
    amount: Decimal
    currency: str | None = None
    memo: str | None = None
    payments: tuple[str, ...] = ()


Payment = BillPayment | InvoicePayment

ACCOUNT_FIELDS: dict[type[Struct], str] = {BillPayment: "bank_account", InvoicePayment: "deposit_account"}
"""The field that names the account in which a payment's money moves."""
DAY_FIELDS: dict[type[Struct], str] = {BillPayment: "paid_on", InvoicePayment: "received_on"}


def account_of(payment: Payment) -> str | None:
    """Return the account that a payment names: the money leaves it, or comes into it."""
    return payment.bank_account if isinstance(payment, BillPayment) else payment.deposit_account


def with_account(payment: AnyPayment, account: str | None) -> AnyPayment:
    """Return the payment with another account."""
    return replace(payment, **{ACCOUNT_FIELDS[type(payment)]: account})


def credits_of(payment: Payment) -> tuple[UsedCredit, ...]:
    """Return the vendor credits that a payment uses."""
    return payment.credits if isinstance(payment, BillPayment) else ()


def emptied(payment: AnyPayment) -> AnyPayment:
    """Return the payment as one that settles nothing."""
    if isinstance(payment, BillPayment):
        return replace(payment, lines=(), credits=())
    return replace(payment, lines=())


def settling_as(payment: AnyPayment, other: Payment) -> AnyPayment:
    """Return the payment, settling what another one of its kind does."""
    if isinstance(payment, BillPayment):
        return replace(payment, lines=other.lines, credits=credits_of(other))
    return replace(payment, lines=other.lines)
