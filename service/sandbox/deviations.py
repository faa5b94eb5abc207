"""Single mistakes that an emulator could make, or that QuickBooks could begin to make; all are off.

Each is read at one place. Switched on one at a time they show whether a suite of tests would notice.
"""

import enum
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from service.sandbox.wire import Doc


class Deviation(enum.StrEnum):
    """One way of being wrong."""

    # writes
    STALE_TOKEN_ACCEPTED = "stale-token-accepted"  # noqa: S105
    """A write with an old SyncToken is carried out."""
    NO_OP_MOVES_TOKEN = "no-op-moves-token"  # noqa: S105
    """An update that changes nothing moves the SyncToken."""
    SPARSE_CLEARS_OMITTED = "sparse-clears-omitted"
    """A sparse update empties what it doesn't name."""
    FULL_KEEPS_OMITTED = "full-keeps-omitted"
    """A full update keeps what it doesn't name."""
    LINES_APPENDED = "lines-appended"
    """The lines of a sparse update come behind the old ones."""
    REQUESTID_IGNORED = "requestid-ignored"
    """A repeated requestid writes again."""
    NAMES_NOT_SHARED = "names-not-shared"
    """A vendor may bear a customer's name."""
    INACTIVE_KEEPS_NAME = "inactive-keeps-name"
    """What is made inactive gets no suffix."""
    CLOSED_BOOKS_OPEN = "closed-books-open"
    """The closing date is ignored."""
    UNBALANCED_JOURNAL = "unbalanced-journal"
    """Debits need not equal credits."""
    DELETE_ANSWERS_OBJECT = "delete-answers-object"
    """A delete answers the whole object."""

    # balances
    ONLY_FIRST_LINE_PAYS = "only-first-line-pays"
    """Of a payment's lines only the first lowers a balance."""
    CREDIT_NOT_USED_UP = "credit-not-used-up"
    """A credit that was applied stays open."""
    VOID_LEAVES_BALANCES = "void-leaves-balances"
    """A voided payment goes on counting."""
    OVERAPPLICATION_ACCEPTED = "overapplication-accepted"
    """More may be applied than is open."""
    LINKED_TOKEN_STAYS = "linked-token-stays"  # noqa: S105
    """Paying a bill leaves its SyncToken where it was."""

    # reads
    AMOUNTS_SHORTENED = "amounts-shortened"
    """Amounts lose their trailing zeros: 337.5."""
    ID_AS_NUMBER = "id-as-number"
    """Ids are JSON numbers."""
    TIMES_IN_UTC = "times-in-utc"
    """MetaData's times end in Z."""
    EMPTY_RESULT_HAS_ARRAY = "empty-result-has-array"
    """A query that finds nothing answers an empty array."""
    PAGES_OVERLAP = "pages-overlap"
    """Each page but the first begins one row too early."""
    INACTIVE_LISTED = "inactive-listed"
    """A query lists inactive objects unasked."""
    NO_TOMBSTONES = "no-tombstones"
    """Change data capture doesn't tell of deletions."""
    CDC_DROPS_LAST = "cdc-drops-last"
    """Change data capture leaves out the last change when its answer is full."""

    # faults and batches
    NOT_FOUND_IS_404 = "not-found-is-404"
    """Fault 610 comes with HTTP 404."""
    FAULTS_IN_LOWER_CASE = "faults-in-lower-case"
    """Business faults are written as the gateway writes its own."""
    BATCH_STOPS_AT_FAULT = "batch-stops-at-fault"
    """The items behind a refused one are not carried out."""
    BATCH_LOSES_BID = "batch-loses-bid"
    """The answers of a batch have no bId."""

    # grants and webhooks
    REFRESH_NEVER_ROTATES = "refresh-never-rotates"
    """The refresh token keeps its value."""
    SIGNATURE_OF_ANOTHER_BODY = "signature-of-another-body"
    """A webhook is signed over its body encoded anew."""


Deviations = frozenset[Deviation]
NONE: Deviations = frozenset()


def misshapen(doc: Doc, deviations: Deviations) -> Doc:
    """Answer an object's document as the deviations that concern its form would write it."""
    if Deviation.AMOUNTS_SHORTENED in deviations:
        doc = _each_decimal(doc, lambda value: value.normalize())
    if Deviation.ID_AS_NUMBER in deviations and str(doc["Id"]).isdigit():
        doc["Id"] = int(doc["Id"])
    if Deviation.TIMES_IN_UTC in deviations:
        doc["MetaData"] = {key: _in_utc(one) for key, one in doc["MetaData"].items()}
    return doc


def lower_case(fault: dict[str, Any]) -> dict[str, Any]:
    """Answer a fault with the gateway's keys."""
    errors = [{key.lower(): value for key, value in one.items()} for one in fault["Error"]]
    return {"error": errors, "type": fault["type"].removesuffix("Fault").upper()}


def _each_decimal(value: Any, change: Callable[[Decimal], Decimal]) -> Any:
    if isinstance(value, dict):
        return {key: _each_decimal(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [_each_decimal(one, change) for one in value]
    return change(value) if isinstance(value, Decimal) else value


def _in_utc(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
