"""Documents that are related to each other: two people's edits of one base, drawn from few values.

Few values make what matters likely: the same edit on both sides, an edit that is undone, two lines alike.
Contents are in wire space: a base's and QuickBooks' lines have ids, a line that the platform added has none.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.records import (
    DOCUMENTS,
    ORDER,
    Address,
    BillLine,
    Document,
    Expense,
    InvoiceLine,
    Kind,
    PaidBill,
    PaidInvoice,
    UsedCredit,
)

AMOUNTS = [Decimal(text) for text in ("0.00", "10.00", "10.01", "20.00", "-5.00", "337.50")]
NUMBERS = ["1001", "1002", "A-7", "a-7"]
WORDS = ["Paper", "Rent", "Rent and heat", "Ünïcode – ½", " padded "]
ACCOUNTS = ["61", "62", "63"]
VENDORS = ["41", "42"]
DAYS = [dt.date(2026, 3, 2), dt.date(2026, 4, 1), dt.date(2024, 2, 29)]

words = st.sampled_from([None, *WORDS])
amounts = st.sampled_from(AMOUNTS)
taxes = st.sampled_from([Decimal("0.00"), Decimal("0.00"), Decimal("1.00"), Decimal("2.00")])
addresses = st.none() | st.builds(
    Address,
    line1=words,
    city=st.sampled_from(["Ulm", "Bern"]),
    postal_code=st.sampled_from([None, "00000"]),
)

PARENTS = st.sampled_from([None, *ACCOUNTS])
PARTY: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Ash & Co", "ASH & CO", "Birch", "Elm (deleted) Ltd"]),
    "company_name": words,
    "given_name": st.sampled_from([None, "Ada"]),
    "family_name": st.sampled_from([None, "Ash"]),
    "email": st.sampled_from([None, "a@ash.example", "b@ash.example"]),
    "phone": st.sampled_from([None, "555-0100"]),
    "account_number": st.sampled_from([None, "77"]),
    "address": addresses,
    "archived": st.booleans(),
}
TREE: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["North", "north", "South Side", "West: none"]),
    "parent": PARENTS,
    "archived": st.booleans(),
}
EXPENSE: dict[str, st.SearchStrategy[Any]] = {
    "vendor": st.sampled_from(VENDORS),
    "issued_on": st.sampled_from(DAYS),
    "number": st.sampled_from([None, *NUMBERS]),
    "currency": st.just("USD"),
    "memo": st.sampled_from([None, "March", "March\nand April", "Mai "]),
    "location": st.sampled_from([None, "3", "4"]),
    "tax": taxes,
}
PAYMENT: dict[str, st.SearchStrategy[Any]] = {
    "reference": st.sampled_from([None, *NUMBERS]),
    "memo": EXPENSE["memo"],
    "currency": st.just("USD"),
}
FIELDS: dict[Kind, dict[str, st.SearchStrategy[Any]]] = {
    Kind.ACCOUNT: {
        "name": st.sampled_from(["Office", "office", "Travel: none", "Fees"]),
        "type": st.sampled_from(["Expense", "Bank"]),
        "number": st.sampled_from([None, "6100", "6200"]),
        "subtype": st.sampled_from([None, "Auto"]),
        "parent": st.sampled_from([None, *ACCOUNTS]),
        "description": words,
        "archived": st.booleans(),
    },
    Kind.ACCOUNTING_CLASS: TREE,
    Kind.LOCATION: TREE,
    Kind.VENDOR: PARTY,
    Kind.CUSTOMER: PARTY | {"parent": PARENTS},
    Kind.ITEM: TREE
    | {
        "type": st.sampled_from(["Service", "NonInventory"]),
        "sku": st.sampled_from([None, "A-1"]),
        "description": words,
        "unit_price": st.sampled_from([None, Decimal("4.5"), Decimal("75"), Decimal("0.125")]),
        "income_account": st.sampled_from([None, *ACCOUNTS]),
        "expense_account": st.sampled_from([None, *ACCOUNTS]),
    },
    Kind.BILL: EXPENSE | {"due_on": st.sampled_from([None, *DAYS])},
    Kind.VENDOR_CREDIT: EXPENSE,
    Kind.INVOICE: {name: each for name, each in EXPENSE.items() if name != "vendor"}
    | {
        "customer": st.sampled_from(VENDORS),
        "due_on": st.sampled_from([None, *DAYS]),
        "location": st.sampled_from([None, "3"]),
        "discount": taxes,
    },
    Kind.BILL_PAYMENT: PAYMENT
    | {
        "vendor": st.sampled_from(VENDORS),
        "paid_on": st.sampled_from(DAYS),
        "bank_account": st.sampled_from(ACCOUNTS),
        "card": st.booleans(),
    },
    Kind.INVOICE_PAYMENT: PAYMENT
    | {
        "customer": st.sampled_from(VENDORS),
        "received_on": st.sampled_from(DAYS),
        "deposit_account": st.sampled_from(ACCOUNTS),
    },
    Kind.FUNDS_TRANSFER: {
        "moved_on": st.sampled_from(DAYS),
        "from_account": st.sampled_from(ACCOUNTS),
        "to_account": st.sampled_from(ACCOUNTS),
        "amount": st.sampled_from([each for each in AMOUNTS if each > 0]),
        "memo": EXPENSE["memo"],
        "currency": st.just("USD"),
    },
}
"""The values of each field but those with rows, which have strategies of their own."""

kinds = st.sampled_from(ORDER)
every_kind = st.sampled_from(list(ORDER))


@st.composite
def line_contents(draw: st.DrawFn, id: str | None = None) -> BillLine:
    """One line with this id."""
    kept: dict[str, Any] = {
        "amount": draw(amounts),
        "description": draw(st.sampled_from([None, "Paper", "Rent"])),
        "accounting_class": draw(st.sampled_from([None, None, "7", "8"])),
        "customer": draw(st.sampled_from([None, None, "41", "42"])),
    }
    kept["billable"] = bool(kept["customer"]) and draw(st.booleans())
    if draw(st.integers(0, 2)):
        return BillLine(id=id, account=draw(st.sampled_from(ACCOUNTS)), **kept)
    return BillLine(
        id=id,
        item=draw(st.sampled_from(["5", "6"])),
        quantity=draw(st.sampled_from([None, Decimal("2"), Decimal("4.5")])),
        unit_price=draw(st.sampled_from([None, Decimal("75"), Decimal("0.125")])),
        **kept,
    )


@st.composite
def documents(draw: st.DrawFn, kind: Kind) -> Document:
    """A document as QuickBooks has it: every line with an id."""
    values = {name: draw(strategy) for name, strategy in FIELDS[kind].items()}
    ids = [str(at + 1) for at in range(draw(st.integers(1, 3)))] if kind in ROWS else []
    if kind in ROWS:
        values["lines"] = tuple(draw(ROWS[kind](id)) for id in ids)
    if kind is Kind.BILL_PAYMENT:
        used = draw(st.integers(0, len(ids)))
        values["credits"] = tuple(
            UsedCredit(vendor_credit=id, amount=row.amount)
            for id, row in zip(ids[:used], values["lines"], strict=False)
        )
    return DOCUMENTS[kind](**values)


@st.composite
def invoice_lines(draw: st.DrawFn, id: str | None = None) -> InvoiceLine:
    """One line of an invoice with this id."""
    return InvoiceLine(
        id=id,
        amount=draw(amounts),
        description=draw(st.sampled_from([None, "Paper", "Rent"])),
        item=draw(st.sampled_from(ACCOUNTS)),
        quantity=draw(st.sampled_from([None, Decimal("2"), Decimal("4.5")])),
        unit_price=draw(st.sampled_from([None, Decimal("75"), Decimal("0.125")])),
        accounting_class=draw(st.sampled_from([None, "8"])),
        taxable=draw(st.booleans()),
    )


paid = st.sampled_from([each for each in AMOUNTS if each > 0])
ROWS: dict[Kind, Any] = {
    Kind.BILL: lambda id: line_contents(id=id),
    Kind.VENDOR_CREDIT: lambda id: line_contents(id=id),
    Kind.INVOICE: lambda id: invoice_lines(id=id),
    Kind.BILL_PAYMENT: lambda id: st.builds(PaidBill, bill=st.just(id), amount=paid),
    Kind.INVOICE_PAYMENT: lambda id: st.builds(PaidInvoice, invoice=st.just(id), amount=paid),
}


@st.composite
def edited(draw: st.DrawFn, kind: Kind, base: Document, *, new_ids: bool, most: int = 3) -> Document:
    """The document after somebody has worked on it; `new_ids` gives added lines ids, as QuickBooks does."""
    names = draw(st.lists(st.sampled_from([*FIELDS[kind], "lines", "lines"]), max_size=most, unique=True))
    changes: dict[str, Any] = {}
    for name in names:
        if name != "lines":
            changes[name] = draw(FIELDS[kind][name])
        elif isinstance(base, Expense):
            changes["lines"] = draw(edited_lines(base.lines, new_ids=new_ids))
    return replace(base, **changes)


_DEEDS = ("amount", "description", "account", "accounting_class", "customer", "remove", "add", "shift")


@st.composite
def edited_lines(draw: st.DrawFn, lines: tuple[BillLine, ...], *, new_ids: bool) -> tuple[BillLine, ...]:
    """Lines changed, removed, added, and money moved from one to another; at least one is left."""
    result = list(lines)
    for _ in range(draw(st.integers(1, 2))):
        deed = draw(st.sampled_from(_DEEDS))
        at = draw(st.integers(0, len(result) - 1))
        if deed == "add":
            used = [int(line.id) for line in (*lines, *result) if line.id]
            result.append(draw(line_contents(id=str(max(used, default=0) + 1) if new_ids else None)))
        elif deed == "remove" and len(result) > 1:
            del result[at]
        elif deed == "shift" and len(result) > 1:
            moved, other = draw(amounts), (at + 1) % len(result)
            result[at] = replace(result[at], amount=result[at].amount + moved)
            result[other] = replace(result[other], amount=result[other].amount - moved)
        elif deed == "account":
            result[at] = replace(draw(line_contents(id=result[at].id)), amount=result[at].amount)
        elif deed == "customer":
            drawn = draw(line_contents())
            result[at] = replace(result[at], customer=drawn.customer, billable=drawn.billable)
        elif deed in ("amount", "description", "accounting_class"):
            result[at] = replace(result[at], **{deed: getattr(draw(line_contents()), deed)})
    return tuple(result)


class Triple(NamedTuple):
    """A base and what two people made of it."""

    kind: Kind
    base: Document
    platform: Document
    quickbooks: Document


@st.composite
def triples(draw: st.DrawFn, kinds: st.SearchStrategy[Kind] = kinds) -> Triple:
    """Related contents; often one side has not moved, or both have moved to the same."""
    kind = draw(kinds)
    base = draw(documents(kind))
    ours = draw(edited(kind, base, new_ids=False))
    theirs = draw(edited(kind, base, new_ids=True))
    shared = draw(st.sampled_from([(), (), tuple(FIELDS[kind])[:3], tuple(FIELDS[kind])[3:]]))
    theirs = replace(theirs, **{name: getattr(ours, name) for name in shared})
    if isinstance(theirs, Expense) and isinstance(ours, Expense):
        if draw(st.integers(0, 4)) == 0:
            theirs = replace(theirs, lines=ours.lines)
        if draw(st.integers(0, 4)) == 0:
            theirs = replace(theirs, lines=renumbered(theirs.lines))
        theirs = replace(theirs, lines=numbered(theirs.lines))
    return Triple(kind, base, ours, theirs)


def renumbered(lines: tuple[BillLine, ...]) -> tuple[BillLine, ...]:
    """The same lines by other ids, as QuickBooks has them when somebody enters them again."""
    return tuple(replace(line, id=str(50 + at)) for at, line in enumerate(lines))


def numbered(lines: tuple[BillLine, ...]) -> tuple[BillLine, ...]:
    """Give an id to each line that has none."""
    used = {line.id for line in lines}
    free = (str(number) for number in range(70, 99) if str(number) not in used)
    return tuple(line if line.id else replace(line, id=next(free)) for line in lines)


bill_triples = triples(st.just(Kind.BILL))
