"""Every cell that the decide table has to say something about.

A cell is what each side did since the base, times what a decision may depend on besides. `A` is the field
that both sides may touch (`A0`: cleared), `B` one that only QuickBooks touches, `X` the bit of an inactive
list entry. `gone` is a transaction that was archived or deleted, a list entry that became inactive.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.core.decision import Instruction
from service.core.merge import Keep
from service.core.records import Account, Bill, BillLine, Document, Kind, Vendor

TOLD = {"": None} | {each.value: each for each in Instruction}


@dataclass(frozen=True)
class Subject:
    """A kind with its fields A and B, and the values that the sides give them."""

    name: str
    kind: Kind
    base: Document
    a: str
    b: str
    values: dict[str, Any]
    is_money: bool = False

    @property
    def is_list(self) -> bool:
        return self.kind is not Kind.BILL


def _lines(amount: str) -> tuple[BillLine, ...]:
    return (
        BillLine(id="1", amount=Decimal(amount), account="61"),
        BillLine(id="2", amount=Decimal("40.00"), description="Ink", account="61"),
    )


_BILL = Bill(
    vendor="41",
    issued_on=dt.date(2026, 3, 2),
    due_on=dt.date(2026, 4, 1),
    number="4711",
    currency="USD",
    memo="March",
    lines=_lines("60.00"),
)
_DUE = dt.date(2026, 5, 1)
SUBJECTS = [
    Subject(
        "vendor",
        Kind.VENDOR,
        Vendor(name="Ash & Co", email="a@ash.example", phone="1"),
        a="phone",
        b="email",
        values={"A1": "2", "A2": "3", "B1": "b@ash.example"},
    ),
    Subject(
        "account",
        Kind.ACCOUNT,
        Account(name="Office", type="Expense", number="6100", description="Paper"),
        a="description",
        b="number",
        values={"A1": "Paper and ink", "A2": "Ink", "B1": "6200"},
    ),
    Subject("bill", Kind.BILL, _BILL, a="memo", b="due_on", values={"A1": "April", "A2": "May", "B1": _DUE}),
    Subject(
        "amount",
        Kind.BILL,
        _BILL,
        a="lines",
        b="due_on",
        values={"A1": _lines("70.00"), "A2": _lines("80.00"), "B1": _DUE},
        is_money=True,
    ),
]

LINKED = list(
    itertools.product(
        ["=", "A1", "A0", "gone", "gone+A1"],
        ["=", "A1", "A2", "A0", "B1", "gone", "gone+A2"],
    )
)
UNLINKED = [
    *[("-", "-"), ("new", "-"), ("gone", "-"), ("-", "new"), ("-", "gone")],
    *itertools.product(["new", "new+A1", "new-A", "gone", "gone+A1", "gone-A"], ["new", "new-A", "inactive"]),
]
DIRECTIONS = ["both", "to_quickbooks"]
KEEPS = [each.value for each in Keep]
LOCKS = ["none", "paid", "part paid", "closed", "unapproved"]
"""Paid and partly paid there, dated in its closed period, not approved where only approved bills go."""


@dataclass(frozen=True)
class Cell:
    """One cell of the table."""

    subject: Subject
    linked: bool
    platform: str
    quickbooks: str
    direction: str
    keep: str
    lock: str
    told: str

    @property
    def wins(self) -> str:
        """The side whose value stays in a conflict: a person's word goes before the preference."""
        return {"keep_platform": "platform", "keep_quickbooks": "quickbooks"}.get(self.told, self.keep)

    @property
    def chosen(self) -> bool:
        """Whether a person has said which side to keep."""
        return self.told.startswith("keep")

    @property
    def accepted(self) -> bool:
        """Whether a person wants it gone on both sides."""
        return self.told == "accept"

    @property
    def one_way(self) -> bool:
        """Whether QuickBooks' side doesn't come here: lists always do."""
        return self.direction == "to_quickbooks" and not self.subject.is_list

    @property
    def paid(self) -> bool:
        """Whether something is applied to it in QuickBooks."""
        return self.lock in ("paid", "part paid") and not self.subject.is_list

    @property
    def locked(self) -> bool:
        """Whether A is money that is settled in QuickBooks."""
        return self.paid and self.subject.is_money

    @property
    def closed(self) -> bool:
        """Whether it is dated in QuickBooks' closed period: list entries have no date."""
        return self.lock == "closed" and not self.subject.is_list

    @property
    def unapproved(self) -> bool:
        """Whether it waits for an approval: list entries need none."""
        return self.lock == "unapproved" and not self.subject.is_list

    def __str__(self) -> str:
        link = "linked" if self.linked else "not linked"
        rest = f"{self.direction} keep={self.keep} lock={self.lock} told={self.told or 'nothing'}"
        return f"{self.subject.name} {link} [{self.platform} | {self.quickbooks}] {rest}"


def cells(subject: Subject) -> Iterator[Cell]:
    """Every cell of one subject.

    Only lists are there without being active, and a bill that lacks its lines is worth nothing: there is
    nothing that could be paid, and nothing to send.
    """
    rest = list(itertools.product(DIRECTIONS, KEEPS, LOCKS, TOLD))
    for linked, sides in ((True, LINKED), (False, UNLINKED)):
        for ours, theirs in sides:
            if theirs == "inactive" and not subject.is_list:
                continue
            if subject.is_money and any(lack in ours + theirs for lack in ("-A", "A0")):
                continue
            yield from (Cell(subject, linked, ours, theirs, *each) for each in rest)


ALL = {subject.name: list(cells(subject)) for subject in SUBJECTS}
