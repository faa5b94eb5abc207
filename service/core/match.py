"""Pairs records and counterparts that are not linked yet: by marker first, then by what people call them."""

import base64
import hashlib
import re

from msgspec import Struct

from service.core.records import (
    ZERO,
    Account,
    BillPayment,
    CreditMemo,
    Customer,
    Document,
    FundsTransfer,
    Itemised,
    Kind,
    Method,
    Payment,
    Vendor,
    amount_of,
    credits_of,
    date_of,
    is_voided,
    party_of,
)

MARKER_PREFIX = "sync:"
_MARKER_LINE = re.compile(r"(?:^|\r?\n)sync:([a-z2-7]{12})[ \t\r]*(?=\n|$)")
_DELETED = re.compile(r"(?:\s*\(deleted\)(?:\s*\d+)?)+\s*$", re.IGNORECASE)


def marker_of(company: str, kind: Kind, record: str) -> str:
    """Return the 12 characters that name a record in QuickBooks; a restored backup makes the same ones."""
    digest = hashlib.blake2b(f"{company}\0{kind.value}\0{record}".encode(), digest_size=8).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:12]


def split_note(note: str | None) -> tuple[str | None, str | None]:
    """Split a PrivateNote into the memo that people wrote and our marker.

    The marker is a line of its own, the last such one; people write below it too.
    """
    if not note:
        return None, None
    found = list(_MARKER_LINE.finditer(note))
    if not found:
        return note, None
    above, below = note[: found[-1].start()], note[found[-1].end() :]
    memo = above + below if above else below.lstrip("\n")
    return memo if memo.strip() else None, found[-1].group(1)


def join_note(memo: str | None, marker: str | None) -> str:
    """Write a PrivateNote: the memo, and our marker as its last line."""
    line = f"{MARKER_PREFIX}{marker}" if marker else ""
    return f"{memo}\n{line}" if memo and line else memo or line


def strip_deleted(name: str) -> str:
    """Drop the " (deleted)" that QuickBooks puts behind an inactive name."""
    return _DELETED.sub("", name)


def fold(text: str) -> str:
    """Fold case and space, so that "Ash  & Co" and "ash & co" are one name."""
    return " ".join(strip_deleted(text).split()).casefold()


def match_key(document: Document) -> str | None:
    """Return what pairs this document with its other side, in the document's own space; None if nothing can.

    Vendors and customers pair by name, the other lists by parent and name (accounts: and type), what has
    lines by party and number. Payments pair by what they pay, to the cent; transfers by their marker: no key.
    """
    if isinstance(document, (Vendor, Customer)):
        return fold(document.name)
    if isinstance(document, Account):
        return "\x1f".join((document.parent or "", fold(document.name), fold(document.type)))
    if isinstance(document, Itemised):
        return "\x1f".join((party_of(document) or "", fold(document.number))) if document.number else None
    if isinstance(document, Payment):
        return _payment_key(document)
    if isinstance(document, FundsTransfer | CreditMemo):
        return None
    return "\x1f".join((document.parent or "", fold(document.name)))


def _payment_key(payment: Payment) -> str | None:
    if isinstance(payment, BillPayment):
        paid = [f"{each.bill}={each.amount}" for each in payment.lines]
    else:
        paid = [f"{each.invoice}={each.amount}" for each in payment.lines]
    used = [f"{each.vendor_credit}={each.amount}" for each in credits_of(payment)]
    if not paid or payment.unmapped or payment.unapplied:
        return None
    return "\x1f".join((party_of(payment) or "", *sorted(paid), "", *sorted(used)))


NAMING = frozenset({"name", "number", "vendor", "customer", "parent", "type", "archived"})
"""Fields by which two sides are found to belong together: where one moves, a name or number may come free."""

UNPAIRED = ("ambiguous", "duplicate_name", "number_taken", "possible_duplicate")
"""Codes of what could not be paired: another entry is in its way, until it goes or gets another name."""


MERGED = "merged_in_quickbooks"
"""Code of a list entry of which QuickBooks made one with another."""


class Match(Struct, frozen=True):
    """What matching found: one partner, or the code of why there is none that may be taken."""

    partner: str | None = None
    code: str | None = None
    others: tuple[str, ...] = ()


class Candidate(Struct, frozen=True):
    """A possible partner with the same key; `linked` says that it already has another one."""

    id: str
    content: Document
    linked: bool
    active: bool = True
    currency: str | None = None


def choose(document: Document, candidates: list[Candidate], *, currency: str | None) -> Match:
    """Choose the one candidate that may be linked.

    Active ones come first. A bill must have the same amount and currency, else its number is taken: it is
    neither merged nor created. A candidate that is linked to another record takes the name or number too.
    """
    taken = "number_taken" if isinstance(document, Itemised) else "duplicate_name"
    free = [each for each in candidates if not each.linked]
    active = [each for each in free if each.active]
    if isinstance(document, Itemised):
        fitting = [each for each in active if _same_money(document, currency, each)]
    else:
        fitting = active or free
    if len(fitting) == 1:
        return Match(partner=fitting[0].id)
    if fitting:
        return Match(code="ambiguous", others=tuple(each.id for each in fitting))
    blocking = [each for each in candidates if each.active]
    if blocking:
        return Match(code=taken, others=tuple(each.id for each in blocking))
    return Match()


def _same_money(document: Document, currency: str | None, candidate: Candidate) -> bool:
    return amount_of(document) == amount_of(candidate.content) and currency == candidate.currency


DAYS_APART = 5
"""How far apart the dates of one payment may be, entered twice."""


def choose_payment(payment: Payment, candidates: list[Candidate]) -> Match:
    """Choose the payment in QuickBooks that a record of the same party and amounts is, or may be.

    One that the platform marks as recorded there already (`sync: false`) is it, and so is the use of a credit
    that somebody applied by hand; an offline one that was not sent yet may be: it waits for a person.
    """
    return _choose_by_amounts([(each, payment, each.content) for each in candidates])


def choose_recorded(there: Payment, candidates: list[Candidate]) -> Match:
    """Choose the record that a payment made in QuickBooks is, or may be: as `choose_payment`."""
    return _choose_by_amounts([(each, each.content, there) for each in candidates])


def _choose_by_amounts(pairs: list[tuple[Candidate, Document, Document]]) -> Match:
    free = [
        (candidate.id, here)
        for candidate, here, there in pairs
        if not candidate.linked and candidate.active and _may_be_one(here, there)
    ]
    same = [each for each, here in free if _is_recorded_there(here)]
    if len(same) == 1:
        return Match(partner=same[0])
    if same:
        return Match(code="ambiguous", others=tuple(same))
    if free:
        return Match(code="possible_duplicate", others=tuple(each for each, _ in free))
    return Match()


def _is_recorded_there(payment: Document) -> bool:
    assert isinstance(payment, Payment)
    return not payment.sync or amount_of(payment) == ZERO


def _may_be_one(here: Document, there: Document) -> bool:
    assert isinstance(here, Payment)
    if is_voided(here):
        return False
    if amount_of(here) == ZERO:
        return True
    if here.sync and here.method is not Method.OFFLINE:
        return False
    day_here, day_there = date_of(here), date_of(there)
    if day_here is None or day_there is None:
        return False
    return abs((day_here - day_there).days) <= DAYS_APART
