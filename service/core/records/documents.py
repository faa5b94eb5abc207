"""All kinds' documents together: how they are written down, and what every kind can be asked."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from service.core.records.amounts import ZERO
from service.core.records.kinds import Kind
from service.core.records.lists import (
    Account,
    AccountingClass,
    Customer,
    Item,
    ListEntry,
    Location,
    Vendor,
)
from service.core.records.payments import BillPayment, FundsTransfer, InvoicePayment, Payment, PaymentStatus
from service.core.records.transactions import Bill, CreditMemo, Invoice, Itemised, VendorCredit

Transaction = Itemised | Payment | FundsTransfer | CreditMemo
Document = ListEntry | Transaction

DOCUMENTS: dict[Kind, type[Document]] = {
    Kind.ACCOUNT: Account,
    Kind.ACCOUNTING_CLASS: AccountingClass,
    Kind.LOCATION: Location,
    Kind.VENDOR: Vendor,
    Kind.CUSTOMER: Customer,
    Kind.ITEM: Item,
    Kind.BILL: Bill,
    Kind.INVOICE: Invoice,
    Kind.VENDOR_CREDIT: VendorCredit,
    Kind.BILL_PAYMENT: BillPayment,
    Kind.INVOICE_PAYMENT: InvoicePayment,
    Kind.FUNDS_TRANSFER: FundsTransfer,
    Kind.CREDIT_MEMO: CreditMemo,
}
KIND_OF: dict[type[Document], Kind] = {document: kind for kind, document in DOCUMENTS.items()}
PLATFORM_ONLY = frozenset({"approval", "method", "sync", "status", "payments"})
"""Fields that QuickBooks has nothing like."""

_FOLLOWS = frozenset({"card"})
"""Fields that follow from others: a payment is a card's if its account is."""

QUICKBOOKS_ONLY = frozenset({"project", "unmapped", "unapplied"})
"""Fields that come from QuickBooks and are never written to it."""

CONTENT: dict[Kind, tuple[str, ...]] = {
    kind: tuple(name for name in document.__struct_fields__ if name not in PLATFORM_ONLY | _FOLLOWS)
    for kind, document in DOCUMENTS.items()
}
"""The fields that both sides agree on."""

_DECODERS = {kind: msgspec.json.Decoder(document) for kind, document in DOCUMENTS.items()}
_ENCODER = msgspec.json.Encoder(decimal_format="string")


def encode(value: Any) -> bytes:
    """Write a document, content or part of one as JSON; amounts become strings with two decimals."""
    return _ENCODER.encode(value)


def decode(kind: Kind, data: bytes | str) -> Document:
    """Read what `encode` wrote of a document of this kind."""
    return _DECODERS[kind].decode(data)


def amount_of(document: Document) -> Decimal | None:
    """Return what the document is worth in its own currency; None for lists."""
    if isinstance(document, FundsTransfer | CreditMemo):
        return document.amount
    if isinstance(document, Payment):
        used = document.credits if isinstance(document, BillPayment) else ()
        return sum_of(document.lines) - sum_of(used) + sum_of(document.unmapped) + document.unapplied
    if isinstance(document, Itemised):
        discount = document.discount if isinstance(document, Invoice) else ZERO
        return sum_of(document.lines) - discount + document.tax
    return None


def date_of(document: Document) -> dt.date | None:
    """Return the day of a transaction: when it was issued, paid, received or moved; None for lists."""
    if isinstance(document, Itemised | CreditMemo):
        return document.issued_on
    if isinstance(document, FundsTransfer):
        return document.moved_on
    if isinstance(document, BillPayment):
        return document.paid_on
    return document.received_on if isinstance(document, InvoicePayment) else None


def is_voided(document: Document) -> bool:
    """Say whether a payment was voided here."""
    return isinstance(document, Payment) and document.status is PaymentStatus.VOIDED


def sum_of(rows: Iterable[Any]) -> Decimal:
    """Add up the amounts of lines or payments."""
    return sum((row.amount for row in rows), ZERO)


def party_of(document: Document) -> str | None:
    """Return the id of the vendor or customer that the document is with."""
    if isinstance(document, (Bill, VendorCredit, BillPayment)):
        return document.vendor
    return document.customer if isinstance(document, (Invoice, InvoicePayment, CreditMemo)) else None


def name_of(document: Document) -> str | None:
    """Return the name of a list entry; None for transactions."""
    return document.name if isinstance(document, ListEntry) else None


def number_of(document: Document) -> str | None:
    """Return the number of a transaction or an account; for payments their reference."""
    if isinstance(document, Itemised | Account | CreditMemo):
        return document.number
    return document.reference if isinstance(document, Payment) else None


_NOUNS = {
    Kind.ACCOUNTING_CLASS: "Class",
    Kind.VENDOR_CREDIT: "Vendor credit",
    Kind.BILL_PAYMENT: "Bill payment",
    Kind.INVOICE_PAYMENT: "Invoice payment",
    Kind.FUNDS_TRANSFER: "Funds transfer",
    Kind.CREDIT_MEMO: "Credit memo",
}


def noun_of(kind: Kind) -> str:
    """Return the word for a kind within a sentence: "bill", "vendor credit", "class"."""
    return _NOUNS.get(kind, kind.value).lower()


def label_of(kind: Kind, document: Document) -> str:
    """Name the document as a bookkeeper would: "Bill 4711", "Vendor Ash & Co"."""
    noun = _NOUNS.get(kind, kind.value.capitalize())
    if known := name_of(document) or number_of(document):
        return f"{noun} {known}"
    article = "An" if noun[0] in "AEIOU" else "A"
    return f"{article} {noun[0].lower()}{noun[1:]} without a number"


def is_project(document: Document) -> bool:
    """Say whether a customer is one of QuickBooks' projects, which only QuickBooks changes."""
    return isinstance(document, Customer) and document.project


def is_archived(document: Document) -> bool:
    """Say whether a list entry is inactive; transactions carry no such bit."""
    return isinstance(document, ListEntry) and document.archived
