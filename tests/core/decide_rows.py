"""The decide table, written by hand from the design: the first row that fits a cell says what comes of it."""

from dataclasses import dataclass, field
from typing import Any

from tests.core.decide_cells import Cell


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


THEIRS_MOVED = "A1 A2 A0 B1"
GONE_HERE = "gone gone+A1"
GONE_THERE = "gone gone+A2"
CLOSED = ("held", "books_closed")
LOCKED = ("held", "money_locked")
NOT_TAKEN = ("conflict", "changed_in_quickbooks")
GONE_NEW = "gone gone+A1 gone-A"

# What the design says of a list entry that is linked: inactive there, archived here is an ordinary change.
LISTS = [
    row("=", "=", "unchanged"),
    row("=", "A1 A2 A0", "updated_in_platform", takes="A"),
    row("=", "B1", "updated_in_platform", takes="B"),
    row("=", "gone", "updated_in_platform", takes="X"),
    row("=", "gone+A2", "updated_in_platform", takes="AX"),
    row("A1 A0", "=", "updated_in_quickbooks", sends="A"),
    row("A1", "A1", "unchanged"),
    row("A0", "A0", "unchanged"),
    row("A1 A0", "B1", "updated_in_quickbooks", sends="A", takes="B"),
    row("A1 A0", "gone", "updated_in_quickbooks", sends="A", takes="X"),
    row("gone", "=", "updated_in_quickbooks", sends="X"),
    row("gone", "A1 A2 A0", "updated_in_quickbooks", sends="X", takes="A"),
    row("gone", "B1", "updated_in_quickbooks", sends="X", takes="B"),
    row("gone", "gone", "unchanged"),
    row("gone", "gone+A2", "updated_in_platform", takes="A"),
    row("gone+A1", "=", "updated_in_quickbooks", sends="AX"),
    row("gone+A1", "A1", "updated_in_quickbooks", sends="X"),
    row("gone+A1", "B1", "updated_in_quickbooks", sends="AX", takes="B"),
    row("gone+A1", "gone", "updated_in_quickbooks", sends="A"),
    # The same field, differently: the preference; whoever was asked and has chosen is not told of it again.
    row("A1 A0", "A1 A2 A0", "conflict", "both_changed", holds="A", wins="ask"),
    row("A1 A0", "gone+A2", "conflict", "both_changed", holds="A", takes="X", wins="ask"),
    row("gone+A1", "A2 A0", "conflict", "both_changed", holds="A", sends="X", wins="ask"),
    row("gone+A1", "gone+A2", "conflict", "both_changed", holds="A", wins="ask"),
    row("A1 A0", "A1 A2 A0", "updated_in_platform", takes="A", wins="quickbooks", chosen=True),
    row("A1 A0", "gone+A2", "updated_in_platform", takes="AX", wins="quickbooks", chosen=True),
    row("gone+A1", "A2 A0", "updated_in_quickbooks", takes="A", sends="X", wins="quickbooks", chosen=True),
    row("gone+A1", "gone+A2", "updated_in_platform", takes="A", wins="quickbooks", chosen=True),
    row("A1 A0", "A1 A2 A0", "updated_in_quickbooks", sends="A", wins="platform", chosen=True),
    row("A1 A0", "gone+A2", "updated_in_quickbooks", sends="A", takes="X", wins="platform", chosen=True),
    row("gone+A1", "A2 A0", "updated_in_quickbooks", sends="AX", wins="platform", chosen=True),
    row("gone+A1", "gone+A2", "updated_in_quickbooks", sends="A", wins="platform", chosen=True),
    row("A1 A0", "A1 A2 A0", "conflict", "conflict_settled", takes="A", wins="quickbooks"),
    row("A1 A0", "gone+A2", "conflict", "conflict_settled", takes="AX", wins="quickbooks"),
    row("gone+A1", "A2 A0", "conflict", "conflict_settled", takes="A", sends="X", wins="quickbooks"),
    row("gone+A1", "gone+A2", "conflict", "conflict_settled", takes="A", wins="quickbooks"),
    row("A1 A0", "A1 A2 A0", "conflict", "conflict_settled", sends="A", wins="platform"),
    row("A1 A0", "gone+A2", "conflict", "conflict_settled", sends="A", takes="X", wins="platform"),
    row("gone+A1", "A2 A0", "conflict", "conflict_settled", sends="AX", wins="platform"),
    row("gone+A1", "gone+A2", "conflict", "conflict_settled", sends="A", wins="platform"),
]

# What it says of a bill that is linked and there on both sides.
OURS_AGAIN = {"one_way": True, "told": "keep_platform"}
LIVE_BILLS = [
    row("=", "=", "unchanged"),
    row("A1", "A1", "unchanged"),
    row("A0", "A0", "unchanged"),
    row("A1 A0", "=", *LOCKED, holds="A", locked=True),
    row("A1 A0", "=", *CLOSED, holds="A", closed=True),
    row("A1 A0", "=", "updated_in_quickbooks", sends="A"),
    # One way: not taken, not overwritten, until a person says which.
    row("=", "A1 A2 A0", *LOCKED, holds="A", locked=True, **OURS_AGAIN),
    row("=", "A1 A2 A0", *CLOSED, holds="A", closed=True, **OURS_AGAIN),
    row("=", "A1 A2 A0", "updated_in_quickbooks", sends="A", **OURS_AGAIN),
    row("=", "B1", *CLOSED, holds="B", closed=True, **OURS_AGAIN),
    row("=", "B1", "updated_in_quickbooks", sends="B", **OURS_AGAIN),
    row("A1 A0", "B1", *LOCKED, sends="B", holds="A", locked=True, **OURS_AGAIN),
    row("A1 A0", "B1", *CLOSED, holds="AB", closed=True, **OURS_AGAIN),
    row("A1 A0", "B1", "updated_in_quickbooks", sends="AB", **OURS_AGAIN),
    row("A1 A0", "A1 A2 A0", *LOCKED, holds="A", locked=True, **OURS_AGAIN),
    row("A1 A0", "A1 A2 A0", *CLOSED, holds="A", closed=True, **OURS_AGAIN),
    row("A1 A0", "A1 A2 A0", "updated_in_quickbooks", sends="A", **OURS_AGAIN),
    row("=", "A1 A2 A0", *NOT_TAKEN, holds="A", one_way=True, chosen=False),
    row("=", "B1", *NOT_TAKEN, holds="B", one_way=True, chosen=False),
    row("A1 A0", "B1", *NOT_TAKEN, holds="AB", one_way=True, chosen=False, locked=True),
    row("A1 A0", "B1", *NOT_TAKEN, holds="AB", one_way=True, chosen=False, closed=True),
    row("A1 A0", "B1", *NOT_TAKEN, sends="A", holds="B", one_way=True, chosen=False),
    row("A1 A0", "A1 A2 A0", "conflict", "both_changed", holds="A", one_way=True, wins="ask"),
    row("A1 A0", "A1 A2 A0", *NOT_TAKEN, holds="A", one_way=True, chosen=False),
    # Both ways (and one way, once a person has said to take QuickBooks' side).
    row("=", "A1 A2 A0", "updated_in_platform", takes="A"),
    row("=", "B1", "updated_in_platform", takes="B"),
    row("A1 A0", "B1", *LOCKED, takes="B", holds="A", locked=True),
    row("A1 A0", "B1", *CLOSED, takes="B", holds="A", closed=True),
    row("A1 A0", "B1", "updated_in_quickbooks", sends="A", takes="B"),
    row("A1 A0", "A1 A2 A0", "conflict", "both_changed", holds="A", wins="ask"),
    row("A1 A0", "A1 A2 A0", "updated_in_platform", takes="A", wins="quickbooks", chosen=True),
    row("A1 A0", "A1 A2 A0", "conflict", "conflict_settled", takes="A", wins="quickbooks"),
    row("A1 A0", "A1 A2 A0", *LOCKED, holds="A", wins="platform", locked=True),
    row("A1 A0", "A1 A2 A0", *CLOSED, holds="A", wins="platform", closed=True),
    row("A1 A0", "A1 A2 A0", "updated_in_quickbooks", sends="A", wins="platform", chosen=True),
    row("A1 A0", "A1 A2 A0", "conflict", "conflict_settled", sends="A", wins="platform"),
]

RECREATED = {"link": "cut", "how_quickbooks": "create"}
REMOVED_THERE = {"link": "cut", "how_platform": "archive"}
REMOVED_HERE = {"how_quickbooks": "delete"}
RESTORED = {"how_platform": "update", "told": "recreate"}
BLOCKED = ("held", "removal_blocked")

# What it says of a bill that is gone on one side or on both.
GONE_BILLS = [
    row(GONE_HERE, GONE_THERE, "unchanged", link="cut"),
    # Written there again, if it may be: else it is cut loose and waits as a new one does.
    row("= A1 A0", GONE_THERE, *CLOSED, link="cut", told="recreate", closed=True),
    row("= A1 A0", GONE_THERE, "held", "not_approved", link="cut", told="recreate", unapproved=True),
    row("= A1 A0", GONE_THERE, "created_in_quickbooks", **RECREATED, told="recreate"),
    row("= A1 A0", GONE_THERE, "archived_in_platform", **REMOVED_THERE, told="accept"),
    row("A1 A0", GONE_THERE, "conflict", "removed_there_changed_here"),
    row("=", GONE_THERE, "conflict", "removed_in_quickbooks", one_way=True),
    row("=", GONE_THERE, "archived_in_platform", **REMOVED_THERE),
    # Restored: with what was changed on either side, as if it had never been gone.
    row("gone", "=", "updated_in_platform", **RESTORED),
    row("gone+A1", "=", *LOCKED, holds="A", locked=True, **RESTORED),
    row("gone+A1", "=", *CLOSED, holds="A", closed=True, **RESTORED),
    row("gone+A1", "=", "updated_in_quickbooks", sends="A", **RESTORED),
    row("gone+A1", "A1", "updated_in_platform", **RESTORED),
    row("gone", "A1 A2 A0", *NOT_TAKEN, holds="A", one_way=True, **RESTORED),
    row("gone", "B1", *NOT_TAKEN, holds="B", one_way=True, **RESTORED),
    row("gone+A1", "A2 A0", "conflict", "both_changed", holds="A", wins="ask", **RESTORED),
    row("gone+A1", "A2 A0", *NOT_TAKEN, holds="A", one_way=True, **RESTORED),
    row("gone+A1", "B1", *NOT_TAKEN, holds="AB", one_way=True, locked=True, **RESTORED),
    row("gone+A1", "B1", *NOT_TAKEN, holds="AB", one_way=True, closed=True, **RESTORED),
    row("gone+A1", "B1", *NOT_TAKEN, sends="A", holds="B", one_way=True, **RESTORED),
    row("gone", "A1 A2 A0", "updated_in_platform", takes="A", **RESTORED),
    row("gone", "B1", "updated_in_platform", takes="B", **RESTORED),
    row("gone+A1", "A2 A0", "conflict", "conflict_settled", takes="A", wins="quickbooks", **RESTORED),
    row("gone+A1", "A2 A0", *LOCKED, holds="A", wins="platform", locked=True, **RESTORED),
    row("gone+A1", "A2 A0", *CLOSED, holds="A", wins="platform", closed=True, **RESTORED),
    row("gone+A1", "A2 A0", "conflict", "conflict_settled", sends="A", wins="platform", **RESTORED),
    row("gone+A1", "B1", *LOCKED, takes="B", holds="A", locked=True, **RESTORED),
    row("gone+A1", "B1", *CLOSED, takes="B", holds="A", closed=True, **RESTORED),
    row("gone+A1", "B1", "updated_in_quickbooks", takes="B", sends="A", **RESTORED),
    # Removed there too, unless somebody has worked on it, paid it there or closed the books over it.
    row(GONE_HERE, THEIRS_MOVED, *BLOCKED, told="accept", paid=True),
    row(GONE_HERE, THEIRS_MOVED, *CLOSED, told="accept", closed=True),
    row(GONE_HERE, THEIRS_MOVED, "removed_in_quickbooks", **REMOVED_HERE, told="accept"),
    row(GONE_HERE, THEIRS_MOVED, "conflict", "removed_here_changed_there"),
    row(GONE_HERE, "=", *BLOCKED, paid=True),
    row(GONE_HERE, "=", *CLOSED, closed=True),
    row(GONE_HERE, "=", "removed_in_quickbooks", **REMOVED_HERE),
]

# What it says of list entries that were never linked: of two the active one wins.
NEW_LISTS = [
    row("-", "-", "unchanged"),
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
    row("new+A1", "new", "conflict", "both_changed", holds="A", link="made", wins="ask"),
    row("new+A1", "inactive", "conflict", "both_changed", holds="A", sends="X", link="made", wins="ask"),
    row("gone+A1", "new", "conflict", "both_changed", holds="A", takes="X", link="made", wins="ask"),
    row("gone+A1", "inactive", "conflict", "both_changed", holds="A", link="made", wins="ask"),
    # A person's word is kept without telling him again.
    row("new+A1", "new", "updated_in_platform", takes="A", link="made", wins="quickbooks", chosen=True),
    row(
        "new+A1",
        "inactive",
        "updated_in_quickbooks",
        takes="A",
        sends="X",
        link="made",
        wins="quickbooks",
        chosen=True,
    ),
    row("gone+A1", "new", "updated_in_platform", takes="AX", link="made", wins="quickbooks", chosen=True),
    row("gone+A1", "inactive", "updated_in_platform", takes="A", link="made", wins="quickbooks", chosen=True),
    row("new+A1", "new", "updated_in_quickbooks", sends="A", link="made", wins="platform", chosen=True),
    row("new+A1", "inactive", "updated_in_quickbooks", sends="AX", link="made", wins="platform", chosen=True),
    row(
        "gone+A1",
        "new",
        "updated_in_quickbooks",
        sends="A",
        takes="X",
        link="made",
        wins="platform",
        chosen=True,
    ),
    row("gone+A1", "inactive", "updated_in_quickbooks", sends="A", link="made", wins="platform", chosen=True),
    row("new+A1", "new", "conflict", "conflict_settled", takes="A", link="made", wins="quickbooks"),
    row(
        "new+A1",
        "inactive",
        "conflict",
        "conflict_settled",
        takes="A",
        sends="X",
        link="made",
        wins="quickbooks",
    ),
    row("gone+A1", "new", "conflict", "conflict_settled", takes="AX", link="made", wins="quickbooks"),
    row("gone+A1", "inactive", "conflict", "conflict_settled", takes="A", link="made", wins="quickbooks"),
    row("new+A1", "new", "conflict", "conflict_settled", sends="A", link="made", wins="platform"),
    row("new+A1", "inactive", "conflict", "conflict_settled", sends="AX", link="made", wins="platform"),
    row("gone+A1", "new", "conflict", "conflict_settled", sends="A", takes="X", link="made", wins="platform"),
    row("gone+A1", "inactive", "conflict", "conflict_settled", sends="A", link="made", wins="platform"),
]

# What it says of bills that were never linked. One that was archived here after it was sent turns up by its
# marker: it goes there too, unless it isn't what was sent.
NEW_BILLS = [
    row("-", "-", "unchanged"),
    row("new", "-", *CLOSED, closed=True),
    row("new", "-", "held", "not_approved", unapproved=True),
    row("new", "-", "created_in_quickbooks", how_quickbooks="create"),
    row("gone", "-", "unchanged"),
    row("-", "gone", "unchanged"),
    row("-", "new", "skipped", "direction", one_way=True),
    row("-", "new", "skipped", "not_unpaid", paid=True),
    row("-", "new", "created_in_platform", how_platform="create", link="made"),
    row("new", "new", "unchanged", link="made"),
    row("new-A", "new-A", "unchanged", link="made"),
    row("new-A", "new", *NOT_TAKEN, holds="A", link="made", one_way=True, chosen=False),
    row("new-A", "new", "updated_in_platform", takes="A", link="made"),
    row("new new+A1", "new-A", *CLOSED, holds="A", link="made", closed=True),
    row("new new+A1", "new-A", "updated_in_quickbooks", sends="A", link="made"),
    row("new+A1", "new", "conflict", "both_changed", holds="A", link="made", wins="ask"),
    row("new+A1", "new", *NOT_TAKEN, holds="A", link="made", one_way=True, chosen=False),
    row("new+A1", "new", "updated_in_platform", takes="A", link="made", wins="quickbooks", chosen=True),
    row("new+A1", "new", "conflict", "conflict_settled", takes="A", link="made", wins="quickbooks"),
    row("new+A1", "new", *LOCKED, holds="A", link="made", locked=True),
    row("new+A1", "new", *CLOSED, holds="A", link="made", closed=True),
    row("new+A1", "new", "updated_in_quickbooks", sends="A", link="made", wins="platform", chosen=True),
    row("new+A1", "new", "conflict", "conflict_settled", sends="A", link="made"),
    # Restored: it turned up by its marker, so it is what was sent, and what differs was changed there since.
    row("gone", "new", "updated_in_platform", link="made", **RESTORED),
    row("gone-A", "new-A", "updated_in_platform", link="made", **RESTORED),
    row("gone+A1 gone-A", "new", *NOT_TAKEN, holds="A", link="made", one_way=True, **RESTORED),
    row("gone+A1 gone-A", "new", "updated_in_platform", takes="A", link="made", **RESTORED),
    row("gone gone+A1", "new-A", *NOT_TAKEN, holds="A", link="made", one_way=True, **RESTORED),
    row("gone gone+A1", "new-A", "updated_in_platform", takes="A", link="made", **RESTORED),
    # Removed there too, unless it isn't what was sent.
    row("gone+A1", "new new-A", "conflict", "removed_here_changed_there", link="made", accepted=False),
    row("gone", "new-A", "conflict", "removed_here_changed_there", link="made", accepted=False),
    row(GONE_NEW, "new new-A", *BLOCKED, link="made", paid=True),
    row(GONE_NEW, "new new-A", *CLOSED, link="made", closed=True),
    row(GONE_NEW, "new new-A", "removed_in_quickbooks", **REMOVED_HERE, link="made"),
]

TABLES = [LISTS, LIVE_BILLS, GONE_BILLS, NEW_LISTS, NEW_BILLS]


def table_for(cell: Cell) -> list[Row]:
    """The part of the table that a cell belongs to."""
    if cell.linked:
        gone = "gone" in cell.platform or "gone" in cell.quickbooks
        return LISTS if cell.subject.is_list else GONE_BILLS if gone else LIVE_BILLS
    return NEW_LISTS if cell.subject.is_list else NEW_BILLS
