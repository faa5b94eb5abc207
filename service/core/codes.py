"""What the codes of outcomes and issues mean that no fault of QuickBooks gives, and what to do about each.

The texts are about the code in general; an issue's own reason and fix name the record and its values. What
QuickBooks refuses is described in `core.faults` and `core.wordings`.
"""

from typing import NamedTuple


class Described(NamedTuple):
    """What a code means and what to do, each for a bookkeeper."""

    meaning: str
    fix: str


DECIDED: dict[str, Described] = {
    "both_changed": Described(
        "A record was changed here and in QuickBooks, and the company wants to be asked which side stays.",
        "Look at both values and choose the side that is right.",
    ),
    "conflict_settled": Described(
        "A record was changed on both sides; one value was kept as the company prefers, the other is shown.",
        "Nothing to do if the right one was kept; else choose the other side.",
    ),
    "changed_in_quickbooks": Described(
        "It was changed in QuickBooks, and changes of its kind don't come here.",
        "Choose whether our values are written there again or theirs are taken here.",
    ),
    "removed_in_quickbooks": Described(
        "It was deleted or voided in QuickBooks, and that doesn't come here by itself.",
        "Choose whether it is written to QuickBooks again or goes here, too.",
    ),
    "removed_there_changed_here": Described(
        "It was deleted or voided in QuickBooks and changed here since the last sync.",
        "Choose whether it is written to QuickBooks again or goes here, too.",
    ),
    "removed_here_changed_there": Described(
        "It was archived or voided here and changed in QuickBooks since the last sync.",
        "Choose whether it is restored here or goes in QuickBooks, too; a voided payment is never restored.",
    ),
    "removal_blocked": Described(
        "It is archived here, but QuickBooks has payments or credits on it.",
        "Remove what is applied to it in QuickBooks and retry, or restore it here.",
    ),
    "number_taken": Described(
        "The other side has one of the same vendor and number, which is linked already or of another amount.",
        "Give one of the two another number, or link them if they are one.",
    ),
    "duplicate_name": Described(
        "Its name belongs to another entry on the other side, which is linked or not to be told apart.",
        "Rename one of the two, or link them if they are one.",
    ),
    "ambiguous": Described(
        "It could be any of several on the other side.",
        "Link it with the one that it is.",
    ),
    "possible_duplicate": Described(
        "It may be a payment of the same party and amounts that the other side has already.",
        "Link them if they are one; proceed if it was paid twice.",
    ),
    "duplicate_in_quickbooks": Described(
        "An object in QuickBooks bears the mark of a record that has its counterpart already: it is a copy; "
        "or what was written there came here as another record, as it was changed before the answer came.",
        "Delete the copy in QuickBooks, or take the line that begins with sync: out of its memo; then retry. "
        "Of two records here archive one.",
    ),
    "merged_in_quickbooks": Described(
        "QuickBooks has made one of its entry and another one, which has a record of its own here: what "
        "refers to it is written as that one.",
        "Use the other one and archive this one; or rename it and have it written to QuickBooks again.",
    ),
    "money_locked": Described(
        "A bill was changed here that has payments or credits on it in QuickBooks: its amounts stay.",
        "Undo the change here, or take off in QuickBooks what is applied to it and retry.",
    ),
    "payment_locked": Described(
        "A payment was changed here after it was written to QuickBooks: money that moved stays as it is.",
        "Keep QuickBooks' values; to pay otherwise, void the payment and enter another one.",
    ),
    "paid_in_quickbooks": Described(
        "A bill is paid in QuickBooks by a payment that is not here: somebody may pay it again.",
        "Record that payment here, or remove it in QuickBooks.",
    ),
    "balance_differs": Described(
        "A bill's or a credit's open balance differs from QuickBooks', and no payment explains it.",
        "Look at what is applied to it in QuickBooks; put it right there or here, then retry.",
    ),
    "mass_removal": Described(
        "Unusually many of a kind were removed on one side, so none of the removals was carried out.",
        "Proceed if they are meant; else restore what was removed and sync again.",
    ),
    "unreadable": Described(
        "An object in QuickBooks has something that this service can't read.",
        "Open it in QuickBooks, save it again and sync.",
    ),
}
"""Codes of decisions and of the engine."""

WAYS_OUT: dict[str, str] = {
    "direction": "Nothing to do; or set the direction in the sync preferences if it should cross.",
    "not_unpaid": "Nothing to do: it is history. To manage it here, take its payment off there and sync.",
    "voided": "Nothing to do.",
    "credit_memo": "Nothing to do; it stays in QuickBooks, and what it pays comes here with its payment.",
    "pays_nothing_here": "Nothing to do: it follows by itself if a bill or invoice that it pays comes here.",
    "sync_off": "Nothing to do; or set sync to true if QuickBooks should get it.",
    "before_import": "Set invoice_import_since to an earlier day if it should come here.",
    "customer_currency": "Use a customer that is kept in USD; QuickBooks needs one per currency.",
    "number_set_by_quickbooks": (
        "Write the invoice without a number, or turn on custom transaction numbers in QuickBooks and start a "
        "full sync."
    ),
    "zero_amount": "Give it an amount if QuickBooks should have it.",
    "currency_not_usd": "Manage it in the program where it was made.",
    "vendor_currency": "Use a vendor that QuickBooks keeps in USD.",
    "number_missing": "Give it a number; it then syncs by itself.",
    "preferences_missing": "Set the account that is named, in the sync preferences; it follows by itself.",
    "payment_account": (
        "Choose an active account: to pay from, a Bank or Credit Card; to pay into, a Bank or Other Current "
        "Asset; for online payments, a Bank."
    ),
    "not_approved": "Approve it; or turn only_approved off in the sync preferences.",
    "books_closed": "Date it after the closing date, or re-open the period in QuickBooks.",
    "feature_off": (
        "Switch the tracking of classes or locations on in QuickBooks and start a full sync, or leave the "
        "field empty."
    ),
    "item_type": "Create it in QuickBooks under the same name, or make it a Service or NonInventory item.",
    "project": "Change it in QuickBooks, or have what was changed here undone.",
    "locations_differ": "Give all lines the same location: in QuickBooks a transaction has one.",
    "parent_not_synced": "Sync or mend what it refers to; it then follows by itself.",
    "paid_document_deleted": "Have what it pays written to QuickBooks again, or void the payment.",
    "paid_twice": (
        "If it is the payment that QuickBooks has, link them or set sync to false; else remove the other "
        "one in QuickBooks, or void this one."
    ),
    "credit_used_in_quickbooks": (
        "Remove the credit's application in QuickBooks, or link it with the one here; else use less of the "
        "credit here."
    ),
    "credit_waits_for_bill": (
        "Pay the rest of the bill: the credit follows. To apply it at once, set "
        "partial_credit_application to immediate."
    ),
}
"""What to do about the code of a rule; what it means is the rule's own sentence."""
