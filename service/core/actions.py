"""What a person can do about an issue, by its code."""

from enum import StrEnum

from service.core.records import Kind


class Action(StrEnum):
    """One thing that a person can do about an issue."""

    RETRY = "retry"
    IGNORE = "ignore"
    LINK = "link"
    RECREATE = "recreate"
    ACCEPT = "accept"
    KEEP_PLATFORM = "keep_platform"
    KEEP_QUICKBOOKS = "keep_quickbooks"
    RECORD_HERE = "record_here"
    PROCEED = "proceed"


MEANINGS: dict[Action, str] = {
    Action.RETRY: "The next sync looks at it again.",
    Action.IGNORE: "It is not shown as open any more; nothing else changes.",
    Action.LINK: "The record and the object in QuickBooks that you name are one and the same.",
    Action.RECREATE: "What was removed on one side is made there again.",
    Action.ACCEPT: "What was removed on one side is removed on the other side, too.",
    Action.KEEP_PLATFORM: "The platform's values are written to QuickBooks.",
    Action.KEEP_QUICKBOOKS: "QuickBooks' values are taken here.",
    Action.RECORD_HERE: "A payment made in QuickBooks is recorded here, and not sent back.",
    Action.PROCEED: "What was held back is meant, and is carried out.",
}

_CHOICE = (Action.KEEP_PLATFORM, Action.KEEP_QUICKBOOKS, Action.IGNORE)
_REMOVAL = (Action.RECREATE, Action.ACCEPT, Action.IGNORE)
_PAIRING = (Action.LINK, Action.RETRY, Action.IGNORE)
_WAITING = (Action.RETRY, Action.IGNORE)

ACTIONS: dict[str, tuple[Action, ...]] = {
    "both_changed": _CHOICE,
    "conflict_settled": _CHOICE,
    "changed_in_quickbooks": _CHOICE,
    "project": (Action.KEEP_QUICKBOOKS, Action.IGNORE),
    "payment_locked": (Action.KEEP_QUICKBOOKS, Action.IGNORE),
    "removed_in_quickbooks": _REMOVAL,
    "removed_there_changed_here": _REMOVAL,
    "removed_here_changed_there": _REMOVAL,
    "mass_removal": (Action.PROCEED, Action.IGNORE),
    "number_taken": _PAIRING,
    "duplicate_name": _PAIRING,
    "duplicate_number": _PAIRING,
    "bill_number_used": _PAIRING,
    "credit_number_used": _PAIRING,
    "invoice_number_used": _PAIRING,
    "payment_number_used": _PAIRING,
    "ambiguous": _PAIRING,
    "possible_duplicate": (Action.LINK, Action.PROCEED, Action.IGNORE),
    "duplicate_in_quickbooks": _WAITING,
    "merged_in_quickbooks": (Action.RECREATE, Action.IGNORE),
    "paid_in_quickbooks": (Action.RECORD_HERE, *_WAITING),
    "paid_twice": _PAIRING,
    "credit_used_in_quickbooks": _PAIRING,
    "balance_differs": _WAITING,
}
"""Where there is more to do than to retry once it is mended."""

STICKY = frozenset({"conflict_settled"})
"""Issues that report something done: they stay open until a person has seen them."""


_NEVER_UNDONE = frozenset({Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT})
"""What is voided here stays voided: another payment is another record."""


def actions_for(code: str, kind: str | None = None) -> tuple[Action, ...]:
    """Return what can be done about an issue of this code; what only waits to be mended can be retried."""
    actions = ACTIONS.get(code, _WAITING)
    if code == "removed_here_changed_there" and kind in _NEVER_UNDONE:
        return tuple(each for each in actions if each is not Action.RECREATE)
    return actions
