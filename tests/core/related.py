"""Triples drawn at random: a content, and what two people have made of it, at any point of its life.

Plain seeded random, not Hypothesis: tens of thousands take seconds. Contents are in wire space.
"""

import datetime as dt
import random
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from service.core.decision import Instruction
from service.core.merge import Keep
from service.core.policy import AccountProfile, Facts, Flow, Policy, Preferences
from service.core.records import (
    DOCUMENTS,
    LISTS,
    PAYMENTS,
    Address,
    BillLine,
    Document,
    Expense,
    Kind,
    Method,
    PaidBill,
    PaidInvoice,
    Payment,
    PaymentStatus,
    UsedCredit,
)
from service.core.references import rename_references
from tests.core.executor import World

KINDS = (
    *(kind for kind in Kind if kind in LISTS),
    *[Kind.BILL] * 4,
    Kind.VENDOR_CREDIT,
    *[Kind.BILL_PAYMENT] * 2,
    Kind.INVOICE_PAYMENT,
    Kind.FUNDS_TRANSFER,
)
"""The kinds that can be decided about, bills and payments more often: most can happen to them."""

_WORDS = (None, "Paper", "Rent", "Rent and heat", "Ünïcode – ½", " padded ")
_PARENTS = (None, "61", "62")
_AMOUNTS = tuple(Decimal(text) for text in ("0.00", "10.00", "10.01", "20.00", "-5.00", "337.50"))
_TREE: dict[str, tuple[Any, ...]] = {
    "name": ("North", "north", "South Side", "West: none"),
    "parent": _PARENTS,
    "archived": (False, False, True),
}
_PARTY: dict[str, tuple[Any, ...]] = {
    "name": ("Ash & Co", "ASH & CO", "Birch", "Elm (deleted) Ltd"),
    "company_name": _WORDS,
    "email": (None, "a@ash.example", "b@ash.example"),
    "phone": (None, "555-0100", "555-0199"),
    "account_number": (None, "77"),
    "address": (None, Address(city="Ulm"), Address(line1="Paper", city="Bern", postal_code="00000")),
    "archived": (False, False, True),
}
_DAYS = (dt.date(2026, 3, 2), dt.date(2026, 4, 1), dt.date(2024, 2, 29))
_MEMOS = (None, "March", "March\nand April", "Mai ")
_EXPENSE: dict[str, tuple[Any, ...]] = {
    "vendor": ("41", "42"),
    "issued_on": _DAYS,
    "number": (None, "1001", "1002", "A-7"),
    "currency": ("USD",),
    "memo": _MEMOS,
    "tax": (Decimal("0.00"), Decimal("0.00"), Decimal("1.00")),
}
_PAID = tuple((PaidBill(bill="145", amount=Decimal(text)),) for text in ("40.00", "40.00", "90.00"))
VALUES: dict[Kind, dict[str, tuple[Any, ...]]] = {
    Kind.ACCOUNT: _TREE
    | {
        "type": ("Expense", "Bank"),
        "number": (None, "6100", "6200"),
        "subtype": (None, "Auto"),
        "description": _WORDS,
    },
    Kind.ACCOUNTING_CLASS: _TREE,
    Kind.LOCATION: _TREE,
    Kind.VENDOR: _PARTY,
    Kind.CUSTOMER: _PARTY | {"parent": _PARENTS},
    Kind.ITEM: _TREE
    | {
        "type": ("Service", "NonInventory"),
        "sku": (None, "A-1"),
        "unit_price": (None, Decimal("4.5"), Decimal("0.125")),
        "income_account": _PARENTS,
    },
    Kind.BILL: _EXPENSE | {"due_on": (None, dt.date(2026, 5, 1), dt.date(2026, 6, 1))},
    Kind.VENDOR_CREDIT: _EXPENSE,
    Kind.BILL_PAYMENT: {
        "vendor": ("41",),
        "paid_on": _DAYS,
        "bank_account": ("61", "61", "62"),
        "reference": (None, "77"),
        "memo": _MEMOS,
        "currency": ("USD",),
        "lines": _PAID,
        "credits": ((), (), (UsedCredit(vendor_credit="80", amount=Decimal("40.00")),)),
    },
    Kind.INVOICE_PAYMENT: {
        "customer": ("41",),
        "received_on": _DAYS,
        "deposit_account": ("61", "61", "62"),
        "reference": (None, "77"),
        "memo": _MEMOS,
        "currency": ("USD",),
        "lines": tuple(
            (PaidInvoice(invoice="145", amount=Decimal(text)),) for text in ("40.00", "40.00", "90.00")
        ),
    },
    Kind.FUNDS_TRANSFER: {
        "moved_on": _DAYS,
        "from_account": ("61", "62"),
        "to_account": ("63",),
        "amount": (Decimal("40.00"), Decimal("90.00")),
        "currency": ("USD",),
        "memo": _MEMOS,
    },
}
"""The few values of each field: few make it likely that both sides do the same, or undo what was done."""


_STATUSES = (PaymentStatus.SCHEDULED, PaymentStatus.PROCESSED, PaymentStatus.PROCESSED, PaymentStatus.VOIDED)


class Triple(NamedTuple):
    """A base and what two people made of it, in wire space."""

    kind: Kind
    base: Document
    platform: Document
    quickbooks: Document


def random_triple(chance: random.Random, kind: Kind) -> Triple:
    """Make a content and perturb it twice; often one side has not moved, or has moved as the other."""
    base = DOCUMENTS[kind](**{name: chance.choice(values) for name, values in VALUES[kind].items()})
    if isinstance(base, Expense):
        base = replace(
            base, lines=tuple(random_line(chance, str(at + 1)) for at in range(chance.randint(1, 4)))
        )
    ours, theirs = edited(chance, kind, base), edited(chance, kind, base)
    if chance.random() < 0.2:
        shared = chance.choice(list(VALUES[kind]))
        theirs = replace(theirs, **{shared: getattr(ours, shared)})
    if isinstance(theirs, Expense):
        theirs = replace(theirs, lines=_numbered(chance, theirs.lines))
    return Triple(kind, base, ours, theirs)


def random_line(chance: random.Random, id: str | None) -> BillLine:
    """Make a line of few possible ones."""
    return BillLine(
        id=id,
        amount=chance.choice(_AMOUNTS),
        description=chance.choice((None, "Paper", "Rent")),
        account=chance.choice(("61", "62", "63")),
    )


def edited(chance: random.Random, kind: Kind, content: Document) -> Document:
    """Let somebody work on it: no field, one, or a few."""
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        if isinstance(content, Expense) and chance.random() < 0.5:
            content = replace(content, lines=_edited_lines(chance, content.lines))
        else:
            name = chance.choice(list(VALUES[kind]))
            content = replace(content, **{name: chance.choice(VALUES[kind][name])})
    return content


def _edited_lines(chance: random.Random, lines: tuple[BillLine, ...]) -> tuple[BillLine, ...]:
    at, line = chance.randrange(len(lines)), random_line(chance, None)
    deed = chance.choice(("amount", "description", "account", "add", "remove", "shift", "swap"))
    if deed == "add":
        return (*lines, line)
    if deed in ("remove", "shift", "swap") and len(lines) == 1:
        return lines
    other = (at + 1) % len(lines)
    changed = list(lines)
    if deed == "remove":
        del changed[at]
    elif deed == "swap":
        changed[at], changed[other] = changed[other], changed[at]
    elif deed == "shift":
        changed[at] = replace(changed[at], amount=changed[at].amount + line.amount)
        changed[other] = replace(changed[other], amount=changed[other].amount - line.amount)
    else:
        changed[at] = replace(changed[at], **{deed: getattr(line, deed)})
    return tuple(changed)


def _numbered(chance: random.Random, lines: tuple[BillLine, ...]) -> tuple[BillLine, ...]:
    """Give ids to lines that were added there; now and then all were entered anew."""
    if chance.random() < 0.1:
        return tuple(replace(line, id=str(50 + at)) for at, line in enumerate(lines))
    return tuple(replace(line, id=line.id or str(70 + at)) for at, line in enumerate(lines))


def random_world(chance: random.Random) -> World:
    """Put a triple at any point of its life: linked or not, gone, paid, closed, told something."""
    kind, base, ours, theirs = random_triple(chance, chance.choice(KINDS))
    is_linked, is_expense = chance.random() < 0.7, isinstance(ours, Expense)
    is_transaction, is_payment = kind not in LISTS, kind in PAYMENTS
    if isinstance(ours, Expense) and isinstance(theirs, Expense):
        if chance.random() < 0.1:
            ours = replace(ours, vendor="new-1")
        if chance.random() < 0.1:
            theirs = replace(theirs, vendor="91")
        if not is_linked:
            ours = replace(ours, lines=tuple(replace(line, id=None) for line in ours.lines))
    if isinstance(ours, Payment):
        ours = replace(ours, method=chance.choice(list(Method)), sync=chance.random() < 0.9)
        ours = replace(ours, status=chance.choice(_STATUSES))
    world = World(
        kind,
        random_policy(chance, kind),
        document=as_record(ours),
        archived=chance.random() < 0.2 if is_transaction else ours.archived,  # type: ignore[union-attr]
        content=theirs,
        deleted=is_transaction and is_linked and chance.random() < 0.15,
        voided=is_payment and is_linked and chance.random() < 0.15,
        made_there=is_payment and is_linked and chance.random() < 0.3,
        settled=chance.choice((Decimal(0), Decimal(0), Decimal(5))) if is_expense else Decimal(0),
        unsupported=("item 5",) if is_expense and chance.random() < 0.1 else (),
        base=base if is_linked else None,
        instruction=chance.choice((None, None, *Instruction)) if is_linked else None,
    )
    if not is_linked and chance.random() < 0.4:
        return _with_one_side(chance, world)
    return world


def _with_one_side(chance: random.Random, world: World) -> World:
    if chance.random() < 0.5:
        world.document, world.archived = None, False
    else:
        world.content = None
    return world


def random_policy(chance: random.Random, kind: Kind) -> Policy:
    """Choose preferences, and now and then a closed period."""
    return Policy(
        profile=chance.choice(list(AccountProfile)),
        preferences=Preferences(
            transactions_direction=chance.choice((Flow.BOTH, Flow.BOTH, Flow.TO_QUICKBOOKS)),
            unallocated_expense_account="rec-61",
            only_approved=chance.random() < 0.1,
            conflict={kind.value: chance.choice(list(Keep))},
        ),
        facts=Facts(books_closed_on=chance.choice((None, None, dt.date(2024, 12, 31)))),
    )


def as_record(content: Document) -> Document:
    """Make the record that holds this content: every line with an id of its own."""
    document = rename_references(content, lambda _, id: id if id.startswith("new") else f"rec-{id}")
    if isinstance(document, Expense):
        lines = [
            replace(line, id=f"own-{at}", quickbooks_id=line.id) for at, line in enumerate(document.lines)
        ]
        document = replace(document, lines=tuple(lines))
    return document
