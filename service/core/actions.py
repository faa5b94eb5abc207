"""What a person can do about an issue, by its code."""

from enum import StrEnum


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


_CHOICE = (Action.KEEP_PLATFORM, Action.KEEP_QUICKBOOKS, Action.IGNORE)
_REMOVAL = (Action.RECREATE, Action.ACCEPT, Action.IGNORE)
_PAIRING = (Action.LINK, Action.RETRY, Action.IGNORE)

ACTIONS: dict[str, tuple[Action, ...]] = {
    "both_changed": _CHOICE,
    "conflict_settled": _CHOICE,
    "changed_in_quickbooks": _CHOICE,
    "removed_in_quickbooks": _REMOVAL,
    "removed_there_changed_here": _REMOVAL,
    "removed_here_changed_there": _REMOVAL,
    "number_taken": _PAIRING,
    "duplicate_name": _PAIRING,
    "duplicate_number": _PAIRING,
    "ambiguous": _PAIRING,
    "duplicate_in_quickbooks": (Action.RETRY, Action.IGNORE),
    "mass_removal": (Action.PROCEED, Action.IGNORE),
}

STICKY = frozenset({"conflict_settled", "merged_in_quickbooks"})
"""Issues that report something done: they stay open until a person has seen them."""


def actions_for(code: str) -> tuple[Action, ...]:
    """Return what can be done about an issue of this code; `retry` and `ignore` always can."""
    return ACTIONS.get(code, (Action.RETRY, Action.IGNORE))
