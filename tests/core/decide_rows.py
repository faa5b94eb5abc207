"""The decide table, written by hand from the design, and every cell that it has to say something about.

A cell is what each side did since the base, times what a decision may depend on besides. `A` is the field
that both sides may touch, `B` one that only QuickBooks touches, `X` the bit of an inactive list entry.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
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

LINKED = list(itertools.product(["=", "A1", "gone", "gone+A1"], ["=", "A1", "A2", "B1", "gone", "gone+A2"]))
UNLINKED = [
    *[("new", "-"), ("gone", "-"), ("-", "new"), ("-", "gone")],
    *itertools.product(["new", "new+A1", "new-A", "gone", "gone+A1", "gone-A"], ["new", "new-A", "inactive"]),
]


@dataclass(frozen=True)
class Cell:
    """One cell of the table."""

    subject: Subject
    linked: bool
    platform: str
    quickbooks: str
    direction: str
    keep: str
    paid: bool
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
    def one_way(self) -> bool:
        """Whether QuickBooks' side doesn't come here: lists always do."""
        return self.direction == "to_quickbooks" and not self.subject.is_list

    @property
    def locked(self) -> bool:
        """Whether A is money that is settled in QuickBooks."""
        return self.paid and self.subject.is_money

    def __str__(self) -> str:
        link = "linked" if self.linked else "not linked"
        rest = f"{self.direction} keep={self.keep} paid={self.paid} told={self.told or 'nothing'}"
        return f"{self.subject.name} {link} [{self.platform} | {self.quickbooks}] {rest}"


@dataclass(frozen=True)
class Then:
    """What has to come of a cell: `takes` the platform, `sends` to QuickBooks, `holds` back on both."""

    result: str
    code: str | None = None
    takes: str = ""
    sends: str = ""
    holds: str = ""
    platform: str | None = None
    quickbooks: str | None = None
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the hand-written table; the first that fits a cell says what has to come of it."""

    platform: str
    quickbooks: str
    then: Then
    when: dict[str, Any] = field(default_factory=dict)

    def fits(self, cell: Cell) -> bool:
        return (
            cell.platform in self.platform.split()
            and cell.quickbooks in self.quickbooks.split()
            and all(getattr(cell, name) == value for name, value in self.when.items())
        )


def row(platform: str, quickbooks: str, result: str, code: str | None = None, **rest: Any) -> Row:
    names = {"takes", "sends", "holds", "link"}
    hows = {"how_platform": "platform", "how_quickbooks": "quickbooks"}
    effects = {name: rest.pop(name) for name in names & rest.keys()}
    effects |= {hows[name]: rest.pop(name) for name in hows.keys() & rest.keys()}
    return Row(platform, quickbooks, Then(result, code, **effects), rest)


THEIRS_MOVED = "A1 A2 B1"
GONE_HERE = "gone gone+A1"
GONE_THERE = "gone gone+A2"

# What the design says of a list entry that is linked: inactive there, archived here is an ordinary change.
LISTS = [
    row("=", "=", "unchanged"),
    row("=", "A1 A2", "updated_in_platform", takes="A"),
    row("=", "B1", "updated_in_platform", takes="B"),
    row("=", "gone", "updated_in_platform", takes="X"),
    row("=", "gone+A2", "updated_in_platform", takes="AX"),
    row("A1", "=", "updated_in_quickbooks", sends="A"),
    row("A1", "A1", "unchanged"),
    row("A1", "B1", "updated_in_quickbooks", sends="A", takes="B"),
    row("A1", "gone", "updated_in_quickbooks", sends="A", takes="X"),
    row("gone", "=", "updated_in_quickbooks", sends="X"),
    row("gone", "A1 A2", "updated_in_quickbooks", sends="X", takes="A"),
    row("gone", "B1", "updated_in_quickbooks", sends="X", takes="B"),
    row("gone", "gone", "unchanged"),
    row("gone", "gone+A2", "updated_in_platform", takes="A"),
    row("gone+A1", "=", "updated_in_quickbooks", sends="AX"),
    row("gone+A1", "A1", "updated_in_quickbooks", sends="X"),
    row("gone+A1", "B1", "updated_in_quickbooks", sends="AX", takes="B"),
    row("gone+A1", "gone", "updated_in_quickbooks", sends="A"),
    # The same field, differently: the preference; whoever was asked and has chosen is not told of it again.
    row("A1", "A2", "conflict", "both_changed", holds="A", wins="ask"),
    row("A1", "gone+A2", "conflict", "both_changed", holds="A", takes="X", wins="ask"),
    row("gone+A1", "A2", "conflict", "both_changed", holds="A", sends="X", wins="ask"),
    row("gone+A1", "gone+A2", "conflict", "both_changed", holds="A", wins="ask"),
    row("A1", "A2", "updated_in_platform", takes="A", wins="quickbooks", chosen=True),
    row("A1", "gone+A2", "updated_in_platform", takes="AX", wins="quickbooks", chosen=True),
    row("gone+A1", "A2", "updated_in_quickbooks", takes="A", sends="X", wins="quickbooks", chosen=True),
    row("gone+A1", "gone+A2", "updated_in_platform", takes="A", wins="quickbooks", chosen=True),
    row("A1", "A2", "updated_in_quickbooks", sends="A", wins="platform", chosen=True),
    row("A1", "gone+A2", "updated_in_quickbooks", sends="A", takes="X", wins="platform", chosen=True),
    row("gone+A1", "A2", "updated_in_quickbooks", sends="AX", wins="platform", chosen=True),
    row("gone+A1", "gone+A2", "updated_in_quickbooks", sends="A", wins="platform", chosen=True),
    row("A1", "A2", "conflict", "conflict_settled", takes="A", wins="quickbooks"),
    row("A1", "gone+A2", "conflict", "conflict_settled", takes="AX", wins="quickbooks"),
    row("gone+A1", "A2", "conflict", "conflict_settled", takes="A", sends="X", wins="quickbooks"),
    row("gone+A1", "gone+A2", "conflict", "conflict_settled", takes="A", wins="quickbooks"),
    row("A1", "A2", "conflict", "conflict_settled", sends="A", wins="platform"),
    row("A1", "gone+A2", "conflict", "conflict_settled", sends="A", takes="X", wins="platform"),
    row("gone+A1", "A2", "conflict", "conflict_settled", sends="AX", wins="platform"),
    row("gone+A1", "gone+A2", "conflict", "conflict_settled", sends="A", wins="platform"),
]

# What it says of a bill that is linked and there on both sides.
LIVE_BILLS = [
    row("=", "=", "unchanged"),
    row("A1", "A1", "unchanged"),
    row("A1", "=", "held", "money_locked", holds="A", locked=True),
    row("A1", "=", "updated_in_quickbooks", sends="A"),
    # One way: not taken, not overwritten, until a person says which.
    row("=", "A1 A2", "held", "money_locked", holds="A", one_way=True, told="keep_platform", locked=True),
    row("=", "A1 A2", "updated_in_quickbooks", sends="A", one_way=True, told="keep_platform"),
    row("=", "B1", "updated_in_quickbooks", sends="B", one_way=True, told="keep_platform"),
    row(
        "A1",
        "B1",
        "held",
        "money_locked",
        sends="B",
        holds="A",
        one_way=True,
        told="keep_platform",
        locked=True,
    ),
    row("A1", "B1", "updated_in_quickbooks", sends="AB", one_way=True, told="keep_platform"),
    row("A1", "A2", "held", "money_locked", holds="A", one_way=True, told="keep_platform", locked=True),
    row("A1", "A2", "updated_in_quickbooks", sends="A", one_way=True, told="keep_platform"),
    row("=", "A1 A2", "conflict", "changed_in_quickbooks", holds="A", one_way=True, chosen=False),
    row("=", "B1", "conflict", "changed_in_quickbooks", holds="B", one_way=True, chosen=False),
    row("A1", "B1", "conflict", "changed_in_quickbooks", holds="AB", one_way=True, chosen=False, locked=True),
    row("A1", "B1", "conflict", "changed_in_quickbooks", sends="A", holds="B", one_way=True, chosen=False),
    row("A1", "A2", "conflict", "both_changed", holds="A", one_way=True, wins="ask"),
    row("A1", "A2", "conflict", "changed_in_quickbooks", holds="A", one_way=True, chosen=False),
    # Both ways (and one way, once a person has said to take QuickBooks' side).
    row("=", "A1 A2", "updated_in_platform", takes="A"),
    row("=", "B1", "updated_in_platform", takes="B"),
    row("A1", "B1", "held", "money_locked", takes="B", holds="A", locked=True),
    row("A1", "B1", "updated_in_quickbooks", sends="A", takes="B"),
    row("A1", "A2", "conflict", "both_changed", holds="A", wins="ask"),
    row("A1", "A2", "updated_in_platform", takes="A", wins="quickbooks", chosen=True),
    row("A1", "A2", "conflict", "conflict_settled", takes="A", wins="quickbooks"),
    row("A1", "A2", "held", "money_locked", holds="A", wins="platform", locked=True),
    row("A1", "A2", "updated_in_quickbooks", sends="A", wins="platform", chosen=True),
    row("A1", "A2", "conflict", "conflict_settled", sends="A", wins="platform"),
]

RECREATED = {"link": "cut", "how_quickbooks": "create"}
REMOVED_THERE = {"link": "cut", "how_platform": "archive"}
REMOVED_HERE = {"how_quickbooks": "delete"}
RESTORED = {"how_platform": "update", "told": "recreate"}
BLOCKED = ("held", "removal_blocked")

# What it says of a bill that is gone on one side or on both.
GONE_BILLS = [
    row(GONE_HERE, GONE_THERE, "unchanged", link="cut"),
    row("= A1", GONE_THERE, "created_in_quickbooks", **RECREATED, told="recreate"),
    row("= A1", GONE_THERE, "archived_in_platform", **REMOVED_THERE, told="accept"),
    row("A1", GONE_THERE, "conflict", "removed_there_changed_here"),
    row("=", GONE_THERE, "conflict", "removed_in_quickbooks", one_way=True),
    row("=", GONE_THERE, "archived_in_platform", **REMOVED_THERE),
    # Restored: with what was changed on either side, as if it had never been gone.
    row("gone", "=", "updated_in_platform", **RESTORED),
    row("gone+A1", "=", "held", "money_locked", holds="A", locked=True, **RESTORED),
    row("gone+A1", "=", "updated_in_quickbooks", sends="A", **RESTORED),
    row("gone+A1", "A1", "updated_in_platform", **RESTORED),
    row("gone", "A1 A2", "conflict", "changed_in_quickbooks", holds="A", one_way=True, **RESTORED),
    row("gone", "B1", "conflict", "changed_in_quickbooks", holds="B", one_way=True, **RESTORED),
    row("gone+A1", "A2", "conflict", "both_changed", holds="A", wins="ask", **RESTORED),
    row("gone+A1", "A2", "conflict", "changed_in_quickbooks", holds="A", one_way=True, **RESTORED),
    row(
        "gone+A1",
        "B1",
        "conflict",
        "changed_in_quickbooks",
        holds="AB",
        one_way=True,
        locked=True,
        **RESTORED,
    ),
    row("gone+A1", "B1", "conflict", "changed_in_quickbooks", sends="A", holds="B", one_way=True, **RESTORED),
    row("gone", "A1 A2", "updated_in_platform", takes="A", **RESTORED),
    row("gone", "B1", "updated_in_platform", takes="B", **RESTORED),
    row("gone+A1", "A2", "conflict", "conflict_settled", takes="A", wins="quickbooks", **RESTORED),
    row("gone+A1", "A2", "held", "money_locked", holds="A", wins="platform", locked=True, **RESTORED),
    row("gone+A1", "A2", "conflict", "conflict_settled", sends="A", wins="platform", **RESTORED),
    row("gone+A1", "B1", "held", "money_locked", takes="B", holds="A", locked=True, **RESTORED),
    row("gone+A1", "B1", "updated_in_quickbooks", takes="B", sends="A", **RESTORED),
    # Removed there too, unless somebody has worked on it or paid it there.
    row(GONE_HERE, THEIRS_MOVED, *BLOCKED, told="accept", paid=True),
    row(GONE_HERE, THEIRS_MOVED, "removed_in_quickbooks", **REMOVED_HERE, told="accept"),
    row(GONE_HERE, THEIRS_MOVED, "conflict", "removed_here_changed_there"),
    row(GONE_HERE, "=", *BLOCKED, paid=True),
    row(GONE_HERE, "=", "removed_in_quickbooks", **REMOVED_HERE),
]

# What it says of list entries that were never linked: of two the active one wins.
NEW_LISTS = [
    row("new", "-", "created_in_quickbooks", how_quickbooks="create"),
    row("gone", "-", "unchanged"),
    row("-", "new gone", "created_in_platform", how_platform="create", link="made"),
    row("new", "new", "unchanged", link="made"),
    row("new-A", "new-A", "unchanged", link="made"),
    row("new-A", "new", "updated_in_platform", takes="A", link="made"),
    row("new new+A1", "new-A", "updated_in_quickbooks", sends="A", link="made"),
    row("gone", "new", "updated_in_platform", takes="X", link="made"),
    row("gone-A", "new-A", "updated_in_platform", takes="X", link="made"),
    row("gone-A", "new", "updated_in_platform", takes="AX", link="made"),
    row("gone gone+A1", "new-A", "updated_in_quickbooks", takes="X", sends="A", link="made"),
    row("new", "inactive", "updated_in_quickbooks", sends="X", link="made"),
    row("new-A", "inactive", "updated_in_quickbooks", sends="X", takes="A", link="made"),
    row("gone", "inactive", "unchanged", link="made"),
    row("gone-A", "inactive", "updated_in_platform", takes="A", link="made"),
    row("new+A1", "new", "conflict", "both_changed", holds="A", link="made", keep="ask"),
    row("new+A1", "inactive", "conflict", "both_changed", holds="A", sends="X", link="made", keep="ask"),
    row("gone+A1", "new", "conflict", "both_changed", holds="A", takes="X", link="made", keep="ask"),
    row("gone+A1", "inactive", "conflict", "both_changed", holds="A", link="made", keep="ask"),
    row("new+A1", "new", "conflict", "conflict_settled", takes="A", link="made", keep="quickbooks"),
    row(
        "new+A1",
        "inactive",
        "conflict",
        "conflict_settled",
        takes="A",
        sends="X",
        link="made",
        keep="quickbooks",
    ),
    row("gone+A1", "new", "conflict", "conflict_settled", takes="AX", link="made", keep="quickbooks"),
    row("gone+A1", "inactive", "conflict", "conflict_settled", takes="A", link="made", keep="quickbooks"),
    row("new+A1", "new", "conflict", "conflict_settled", sends="A", link="made", keep="platform"),
    row("new+A1", "inactive", "conflict", "conflict_settled", sends="AX", link="made", keep="platform"),
    row("gone+A1", "new", "conflict", "conflict_settled", sends="A", takes="X", link="made", keep="platform"),
    row("gone+A1", "inactive", "conflict", "conflict_settled", sends="A", link="made", keep="platform"),
]

# What it says of bills that were never linked. One that was archived here after it was sent turns up by its
# marker: it goes there too, unless it isn't what was sent.
NEW_BILLS = [
    row("new", "-", "created_in_quickbooks", how_quickbooks="create"),
    row("gone", "-", "unchanged"),
    row("-", "gone", "unchanged"),
    row("-", "new", "skipped", "direction", one_way=True),
    row("-", "new", "skipped", "not_unpaid", paid=True),
    row("-", "new", "created_in_platform", how_platform="create", link="made"),
    row("new", "new", "unchanged", link="made"),
    row("new-A", "new-A", "unchanged", link="made"),
    row("new-A", "new", "conflict", "changed_in_quickbooks", holds="A", link="made", one_way=True),
    row("new-A", "new", "updated_in_platform", takes="A", link="made"),
    row("new new+A1", "new-A", "updated_in_quickbooks", sends="A", link="made"),
    row("new+A1", "new", "conflict", "both_changed", holds="A", link="made", keep="ask"),
    row("new+A1", "new", "conflict", "changed_in_quickbooks", holds="A", link="made", one_way=True),
    row("new+A1", "new", "conflict", "conflict_settled", takes="A", link="made", keep="quickbooks"),
    row("new+A1", "new", "held", "money_locked", holds="A", link="made", locked=True),
    row("new+A1", "new", "conflict", "conflict_settled", sends="A", link="made"),
    row("gone+A1", "new new-A", "conflict", "removed_here_changed_there", link="made"),
    row("gone", "new-A", "conflict", "removed_here_changed_there", link="made"),
    row("gone gone-A", "new new-A", *BLOCKED, link="made", paid=True),
    row("gone gone-A", "new new-A", "removed_in_quickbooks", **REMOVED_HERE, link="made"),
]


TABLES = [LISTS, LIVE_BILLS, GONE_BILLS, NEW_LISTS, NEW_BILLS]


def table_for(cell: Cell) -> list[Row]:
    """The part of the table that a cell belongs to."""
    if cell.linked:
        gone = "gone" in cell.platform or "gone" in cell.quickbooks
        return LISTS if cell.subject.is_list else GONE_BILLS if gone else LIVE_BILLS
    return NEW_LISTS if cell.subject.is_list else NEW_BILLS


def cells(subject: Subject) -> Iterator[Cell]:
    """Every cell of one subject; nobody can be asked about a pair before it is linked."""
    rest = list(itertools.product(["both", "to_quickbooks"], [each.value for each in Keep], [False, True]))
    for (ours, theirs), (direction, keep, paid), told in itertools.product(LINKED, rest, TOLD):
        yield Cell(subject, True, ours, theirs, direction, keep, paid, told)
    for (ours, theirs), (direction, keep, paid) in itertools.product(UNLINKED, rest):
        lacks = "-A" in ours or "-A" in theirs
        if not (theirs == "inactive" and not subject.is_list) and not (lacks and subject.is_money):
            yield Cell(subject, False, ours, theirs, direction, keep, paid, "")


ALL = {subject.name: list(cells(subject)) for subject in SUBJECTS}
