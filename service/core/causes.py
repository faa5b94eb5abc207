"""What the codes of differences mean, and what to do about each.

Those of a reconcile's own are here; the others are the codes of outcomes and issues.
"""

from service.core.codes import DECIDED, WAYS_OUT, Described
from service.core.faults import every_fault
from service.core.rules import RULES

_ITSELF = "Nothing to do: the sync that found it takes care of it. If it stays open, the next one says why."

CAUSES: dict[str, Described] = {
    "edited_here": Described("It was edited here since the last sync.", _ITSELF),
    "edited_in_quickbooks": Described("It was edited in QuickBooks since the last sync.", _ITSELF),
    "edited_on_both_sides": Described("It was edited on both sides since the last sync.", _ITSELF),
    "new_here": Described("It was entered here since the last sync.", _ITSELF),
    "new_in_quickbooks": Described("It was entered in QuickBooks since the last sync.", _ITSELF),
    "gone_here": Described("It was archived or voided here since the last sync.", _ITSELF),
    "gone_in_quickbooks": Described(
        "It was deleted or voided in QuickBooks since the last sync, or is missing there.", _ITSELF
    ),
    "balance_moved": Described("What is open of it has moved on one side since the last sync.", _ITSELF),
    "payment_not_sent": Described("A payment here settles it that QuickBooks doesn't have yet.", _ITSELF),
    "drifted": Described("The two sides differ, and nobody was told of an edit on either.", _ITSELF),
    "unlinked": Described("It stands on one side only, and nothing says why.", _ITSELF),
    "gone_unnoticed": Described("It is gone on one side, and nothing says why.", _ITSELF),
    "balance_unexplained": Described(
        "What is open of it differs from QuickBooks, and no payment explains it.",
        "Look at what is applied to it in QuickBooks, and sync again.",
    ),
    "base_outdated": Described(
        "Both sides are alike, but what they last agreed on was kept otherwise.", _ITSELF
    ),
    "column_outdated": Described("A figure that is kept beside it didn't follow from its content.", _ITSELF),
    "applications_outdated": Described(
        "What a payment settles was kept otherwise than the payment says.", _ITSELF
    ),
    "copy_damaged": Described("The copy that is kept of QuickBooks' object had been changed.", _ITSELF),
    "buried_alive": Described("It was called deleted in QuickBooks, and stands there.", _ITSELF),
    "link_to_nothing": Described("It was linked with something that isn't there.", _ITSELF),
    "write_stranded": Described("A write to QuickBooks was noted as sent, without the request.", _ITSELF),
    "write_orphaned": Described("A write to QuickBooks was noted for a record that isn't there.", _ITSELF),
    "request_empty": Described("A request to QuickBooks was noted as open, and writes nothing.", _ITSELF),
    "lease_abandoned": Described("A worker left its work on this company without a word.", _ITSELF),
    "cursor_ahead": Described(
        "Changes in QuickBooks were to be read from a moment on that had not come yet.",
        "Nothing to do: the changes of the last 29 days were read again. What was entered before that and "
        "isn't here can be asked for one by one.",
    ),
}
"""Codes that only a reconcile gives."""


def describe(code: str) -> Described:
    """Return what a code means and what to do, in general."""
    known = CAUSES.get(code) or DECIDED.get(code) or _RULES.get(code) or _FAULTS.get(code)
    return known or Described("It is on one side only, or differs.", "Look at it on both sides.")


_RULES = {each.code: Described(each.sentence, WAYS_OUT[each.code]) for each in reversed(RULES)}
_FAULTS = {
    each.issue: Described(each.reason.replace(": {detail}", ".").replace(" {detail}", ""), each.fix)
    for each in reversed(every_fault())
}
