"""Bill payments, invoice payments and transfers of funds: what settles, and what moves money.

What a payment comes to is worked out: lines − credits + unmapped + unapplied.
"""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from service.core.records.amounts import ZERO


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
