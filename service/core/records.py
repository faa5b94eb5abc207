"""The kinds that sync, as frozen values.

The same types serve two spaces. In *platform space* references are record ids and a line keeps both its own
id and QuickBooks' (`quickbooks_id`). In *wire space* references and line ids are QuickBooks' ids. A value
never mixes the two: `core.references` carries it from one to the other.

Derived values (balances, statuses, totals, names of references, SyncTokens) are not content and not here.
"""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Any, NewType

import msgspec
from msgspec import Struct

CompanyId = NewType("CompanyId", str)
RecordId = NewType("RecordId", str)
QboId = NewType("QboId", str)

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MONEY_LIMIT = Decimal("9999999999999.99")
"""QuickBooks takes 15 digits."""

PROJECTION_VERSION = 1
"""Part of every content hash: raise it when a kind's content gains a field, so that all are compared anew."""


class Kind(StrEnum):
    """A kind of record that syncs."""

    ACCOUNT = "account"
    VENDOR = "vendor"
    BILL = "bill"


class Approval(StrEnum):
    """Where a bill stands in the platform's approval flow; QuickBooks has no such thing."""

    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    APPROVING = "approving"
    APPROVED = "approved"
    DENIED = "denied"


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; QuickBooks has five lines."""

    line1: str | None = None
    line2: str | None = None
    line3: str | None = None
    line4: str | None = None
    line5: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Account(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account of the chart of accounts; `type` is QuickBooks' AccountType."""

    name: str
    type: str
    number: str | None = None
    subtype: str | None = None
    parent: str | None = None
    description: str | None = None
    archived: bool = False


class Vendor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who sends bills."""

    name: str
    company_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    account_number: str | None = None
    address: Address | None = None
    archived: bool = False


class BillLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a bill; `quickbooks_id` is set in platform space only."""

    amount: Decimal
    id: str | None = None
    quickbooks_id: str | None = None
    description: str | None = None
    account: str | None = None


class Bill(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A bill; its amount is the sum of its lines plus tax. `approval` stays on the platform."""

    vendor: str
    issued_on: dt.date | None
    number: str | None = None
    due_on: dt.date | None = None
    currency: str | None = None
    memo: str | None = None
    approval: Approval = Approval.UNASSIGNED
    lines: tuple[BillLine, ...] = ()
    tax: Decimal = ZERO


Document = Account | Vendor | Bill

DOCUMENTS: dict[Kind, type[Document]] = {Kind.ACCOUNT: Account, Kind.VENDOR: Vendor, Kind.BILL: Bill}
ENTITIES: dict[Kind, str] = {Kind.ACCOUNT: "Account", Kind.VENDOR: "Vendor", Kind.BILL: "Bill"}
KINDS: dict[str, Kind] = {entity: kind for kind, entity in ENTITIES.items()}
PATHS: dict[Kind, str] = {Kind.ACCOUNT: "accounts", Kind.VENDOR: "vendors", Kind.BILL: "bills"}
LISTS: frozenset[Kind] = frozenset({Kind.ACCOUNT, Kind.VENDOR})
"""Kinds that QuickBooks never deletes: there inactive, here archived, is one bit."""

ORDER: tuple[Kind, ...] = (Kind.ACCOUNT, Kind.VENDOR, Kind.BILL)
"""Dependency order: what is referred to comes before what refers to it."""

CONTENT: dict[Kind, tuple[str, ...]] = {
    kind: tuple(name for name in document.__struct_fields__ if name != "approval")
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


def money(value: Decimal) -> Decimal:
    """Return the amount with exactly two decimals."""
    return value.quantize(CENT)


def amount_of(document: Document) -> Decimal | None:
    """Return what the document is worth in its own currency; None for lists."""
    if isinstance(document, Bill):
        return sum((line.amount for line in document.lines), ZERO) + document.tax
    return None


def party_of(document: Document) -> str | None:
    """Return the id of the vendor or customer that the document is with."""
    return document.vendor if isinstance(document, Bill) else None


def label_of(kind: Kind, document: Document) -> str:
    """Name the document as a bookkeeper would: "Bill 4711", "Vendor Ash & Co"."""
    if isinstance(document, Bill):
        return f"Bill {document.number}" if document.number else "A bill without a number"
    return f"{kind.value.capitalize()} {document.name}"


def is_archived(document: Document) -> bool:
    """Say whether a list entry is inactive; transactions carry no such bit."""
    return not isinstance(document, Bill) and document.archived
