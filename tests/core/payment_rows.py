"""The table of linked payments, written by hand from the design: the first row that fits a cell counts."""

from tests.core.decide_rows import Row, row
from tests.core.payment_cells import Cell

CLOSED = ("held", "books_closed")
LOCKED = ("held", "payment_locked")
NOT_TAKEN = ("conflict", "changed_in_quickbooks")
ASKED = ("conflict", "both_changed")
SETTLED = ("conflict", "conflict_settled")
OURS = {"told": "keep_platform"}
THEIRS = {"told": "keep_quickbooks"}
ALIVE = "= memo money"
GONE_HERE = "voided archived"
MOVED_THERE = "memo same money"

# Gone on one side or on both: no void is undone by itself, and none of the platform's payments goes silently.
GONE = [
    row(GONE_HERE, "voided", "unchanged"),
    row(GONE_HERE, "deleted", "unchanged", link="cut"),
    row(ALIVE, "voided deleted", *CLOSED, link="cut", told="recreate", closed=True),
    row(
        ALIVE, "voided deleted", "created_in_quickbooks", how_quickbooks="create", link="cut", told="recreate"
    ),
    row(ALIVE, "voided", "updated_in_platform", how_platform="void", told="accept"),
    row(ALIVE, "deleted", "updated_in_platform", how_platform="void", link="cut", told="accept"),
    row("memo money", "voided deleted", "conflict", "removed_there_changed_here"),
    row("=", "voided deleted", "conflict", "removed_in_quickbooks", comes_here=False),
    row("=", "voided", "updated_in_platform", how_platform="void"),
    row("=", "deleted", "updated_in_platform", how_platform="void", link="cut"),
    row(GONE_HERE, MOVED_THERE, *CLOSED, told="accept", closed=True),
    row("voided", MOVED_THERE, "removed_in_quickbooks", how_quickbooks="void", told="accept"),
    row("archived", MOVED_THERE, "removed_in_quickbooks", how_quickbooks="delete", told="accept"),
    row(GONE_HERE, MOVED_THERE, "conflict", "removed_here_changed_there"),
    row(GONE_HERE, "=", *CLOSED, closed=True),
    row("voided", "=", "removed_in_quickbooks", how_quickbooks="void"),
    row("archived", "=", "removed_in_quickbooks", how_quickbooks="delete"),
]

# There on both sides. What doesn't come here is neither taken nor overwritten until a person says which.
LIVE = [
    row("=", "=", "unchanged"),
    row("memo", "same", "unchanged"),
    row("memo", "=", *CLOSED, holds="M", closed=True),
    row("memo", "=", "updated_in_quickbooks", sends="M"),
    # Money that was sent is fixed; a person may have it written all the same, or take QuickBooks'.
    row("money", "=", "updated_in_platform", takes="L", **THEIRS),
    row("money", "=", *CLOSED, holds="L", closed=True, **OURS),
    row("money", "=", "updated_in_quickbooks", sends="L", **OURS),
    row("money", "=", *LOCKED, holds="L"),
    # Made by the platform itself, or one way.
    row("=", "memo same", *CLOSED, holds="M", comes_here=False, closed=True, **OURS),
    row("=", "money", *CLOSED, holds="L", comes_here=False, closed=True, **OURS),
    row("=", "memo same", "updated_in_quickbooks", sends="M", comes_here=False, **OURS),
    row("=", "money", "updated_in_quickbooks", sends="L", comes_here=False, **OURS),
    row("=", "memo same", *NOT_TAKEN, holds="M", comes_here=False, chosen=False),
    row("=", "money", *NOT_TAKEN, holds="L", comes_here=False, chosen=False),
    row("memo", "memo", *CLOSED, holds="M", comes_here=False, closed=True, **OURS),
    row("memo", "memo", "updated_in_quickbooks", sends="M", comes_here=False, **OURS),
    row("memo", "memo", *ASKED, holds="M", comes_here=False, wins="ask"),
    row("memo", "memo", *NOT_TAKEN, holds="M", comes_here=False, chosen=False),
    row("memo", "money", *CLOSED, holds="ML", comes_here=False, closed=True, **OURS),
    row("memo", "money", "updated_in_quickbooks", sends="ML", comes_here=False, **OURS),
    row("memo", "money", *NOT_TAKEN, holds="ML", comes_here=False, closed=True, chosen=False),
    row("memo", "money", *NOT_TAKEN, sends="M", holds="L", comes_here=False, chosen=False),
    row("money", "memo same", *CLOSED, holds="ML", comes_here=False, closed=True, **OURS),
    row("money", "memo same", "updated_in_quickbooks", sends="ML", comes_here=False, **OURS),
    row("money", "memo same", *NOT_TAKEN, holds="ML", comes_here=False, chosen=False),
    row("money", "money", *CLOSED, holds="L", comes_here=False, closed=True, **OURS),
    row("money", "money", "updated_in_quickbooks", sends="L", comes_here=False, **OURS),
    row("money", "money", *ASKED, holds="L", comes_here=False, wins="ask"),
    row("money", "money", *NOT_TAKEN, holds="L", comes_here=False, chosen=False),
    # Both ways; and what doesn't come here, once a person has said to take QuickBooks' side.
    row("=", "memo same", "updated_in_platform", takes="M"),
    row("=", "money", "updated_in_platform", takes="L"),
    row("memo", "money", *CLOSED, takes="L", holds="M", closed=True),
    row("memo", "money", "updated_in_quickbooks", takes="L", sends="M"),
    row("money", "memo same", "updated_in_platform", takes="ML", **THEIRS),
    row("money", "memo same", *CLOSED, takes="M", holds="L", closed=True, **OURS),
    row("money", "memo same", "updated_in_quickbooks", takes="M", sends="L", **OURS),
    row("money", "memo same", *LOCKED, takes="M", holds="L"),
    row("memo", "memo", *ASKED, holds="M", wins="ask"),
    row("memo", "memo", "updated_in_platform", takes="M", **THEIRS),
    row("memo", "memo", *SETTLED, takes="M", wins="quickbooks"),
    row("memo", "memo", *CLOSED, holds="M", closed=True),
    row("memo", "memo", "updated_in_quickbooks", sends="M", **OURS),
    row("memo", "memo", *SETTLED, sends="M"),
    row("money", "money", *ASKED, holds="L", wins="ask"),
    row("money", "money", "updated_in_platform", takes="L", **THEIRS),
    row("money", "money", *SETTLED, takes="L", wins="quickbooks"),
    row("money", "money", *LOCKED, holds="L", chosen=False),
    row("money", "money", *CLOSED, holds="L", closed=True),
    row("money", "money", "updated_in_quickbooks", sends="L"),
]

TABLES = [GONE, LIVE]


def table_for(cell: Cell) -> list[Row]:
    """The part of the table that a cell belongs to."""
    gone = cell.platform in GONE_HERE.split() or cell.quickbooks in ("voided", "deleted")
    return GONE if gone else LIVE
