"""Orders the writes of one sync, and holds back what looks like a mistake."""

from service.core.decision import Decision, Result, Write
from service.core.records import LISTS, ORDER, Kind

BRAKE_SHARE = 10
"""Removals beyond one in so many of a kind's links are held …"""
BRAKE_FLOOR = 5
"""… if they are more than this many."""

MASS_REMOVAL = "mass_removal"
"""The code of what a brake holds; one issue per kind stands for all of it."""

_RANK = {kind: rank for rank, kind in enumerate(ORDER)}
APPLICATIONS = len(ORDER)
"""The level of payments of 0.00."""
_REMOVALS_FIRST = 100
_LISTS_GO_LAST = 200


def level_of(kind: Kind, action: Write, *, applies_credit: bool = False) -> int:
    """Return the level at which an operation is pushed: parents first, and removals before what they free.

    Creates and updates go in dependency order, the mere application of a credit after the payments that
    complete its bills. Transactions are deleted or voided after them, and list entries become inactive last,
    when nothing refers to them any more.
    """
    if action in (Write.CREATE, Write.UPDATE):
        return APPLICATIONS if applies_credit else _RANK[kind]
    offset = _LISTS_GO_LAST if kind in LISTS else _REMOVALS_FIRST
    return offset + len(ORDER) - _RANK[kind]


def is_removal(decision: Decision) -> bool:
    """Say whether a decision takes something away from one side."""
    if decision.platform in (Write.ARCHIVE, Write.VOID) or decision.quickbooks in (Write.DELETE, Write.VOID):
        return True
    if Write.CREATE in (decision.platform, decision.quickbooks):
        return False
    moved = (*decision.platform_fields, *decision.fields)
    return "archived" in moved and bool(getattr(decision.content, "archived", False))


def brakes(removals: int, links: int) -> bool:
    """Say whether so many removals on one side of a kind are held until a person confirms them."""
    return removals > BRAKE_FLOOR and removals * BRAKE_SHARE > links


def held_removal() -> Decision:
    """Return what becomes of a removal under the brake: nothing moves, on either side."""
    return Decision(
        result=Result.HELD,
        code=MASS_REMOVAL,
        reason="Unusually many removals came at once, so none of them was carried out.",
        fix="If they are meant, choose proceed; else restore what was removed and sync again.",
    )
