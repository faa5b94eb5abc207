"""QuickBooks' notifications: is it authentic, and which objects does it name.

They are hints: only ids are used, what happened is read. Two shapes are understood, CloudEvents and the older
`eventNotifications`; what is unknown in an authentic one is kept as it came, because refusing it would block
every later delivery.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.quickbooks.times import read_instant

# fmt: off
_ENTITIES = {
    name.lower(): name
    for name in (
        "Account", "Attachable", "Bill", "BillPayment", "Budget", "Class", "CompanyCurrency", "CompanyInfo",
        "CreditMemo", "Currency", "Customer", "Department", "Deposit", "Employee", "Estimate", "Invoice",
        "Item", "JournalCode", "JournalEntry", "Payment", "PaymentMethod", "Preferences", "Purchase",
        "PurchaseOrder", "RefundReceipt", "SalesReceipt", "TaxAgency", "Term", "TimeActivity", "Transfer",
        "Vendor", "VendorCredit",
    )
}
# fmt: on
_OPERATIONS = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "merge": "merged",
    "void": "voided",
    "email": "emailed",
}


class UnreadableWebhookError(ValueError):
    """An authentic body that holds no notification: store it, answer 200, look at it."""


class WebhookEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One changed object. `entity` is QuickBooks' name, `operation` created, updated, deleted, merged, voided
    or emailed; what is unknown is as it came, what is missing empty. `deleted_id` is a merge's loser.
    """

    realm_id: str
    entity: str
    id: str
    operation: str
    at: datetime | None = None
    deleted_id: str | None = None
    event_id: str | None = None


def verify(body: bytes, signature: str | None, tokens: Sequence[str]) -> bool:
    """Say whether the raw body was signed with one of the verifier tokens; takes as long whichever it is."""
    given = (signature or "").encode("utf-8", "replace")
    matches = False
    for token in tokens:
        digest = hmac.new(token.encode(), body, hashlib.sha256).digest()
        # An empty token is a setting left out: anybody could sign with it.
        matches |= hmac.compare_digest(b64encode(digest), given) and token != ""
    return matches


def parse(body: bytes) -> list[WebhookEvent]:
    """Return the events of an authentic body, of all the companies in it; those without a realm are left out.

    Raises:
        UnreadableWebhookError: it is no JSON, or neither of the two shapes.
    """
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableWebhookError(f"no JSON: {type(error).__name__}") from error
    if isinstance(content, dict) and "eventNotifications" in content:
        found = _legacy(content["eventNotifications"])
    elif isinstance(content, list) or (isinstance(content, dict) and "specversion" in content):
        found = _cloud_events(content)
    else:
        raise UnreadableWebhookError("neither CloudEvents nor eventNotifications")
    return [event for event in found if event.realm_id]


def _legacy(notifications: object) -> Iterator[WebhookEvent]:
    for notification in _dicts(notifications):
        change = notification.get("dataChangeEvent")
        for entity in _dicts(change.get("entities") if isinstance(change, dict) else None):
            yield WebhookEvent(
                realm_id=_text(notification.get("realmId")),
                entity=_entity(_text(entity.get("name"))),
                id=_text(entity.get("id")),
                operation=_operation(_text(entity.get("operation"))),
                at=read_instant(entity.get("lastUpdated")),
                deleted_id=_text(entity.get("deletedId")) or None,
            )


def _cloud_events(events: object) -> Iterator[WebhookEvent]:
    for event in _dicts(events):
        data = event.get("data")
        lower = {key.lower(): value for key, value in data.items()} if isinstance(data, dict) else {}
        entity, operation = _split_type(_text(event.get("type")))
        yield WebhookEvent(
            realm_id=_text(event.get("intuitaccountid")),
            entity=entity,
            id=_text(event.get("intuitentityid")),
            operation=operation,
            at=read_instant(event.get("time")),
            deleted_id=_text(lower.get("deletedid")) or None,
            event_id=_text(event.get("id")) or None,
        )


def _split_type(kind: str) -> tuple[str, str]:
    """Split `qbo.<entity>.<operation>.v1`; another type is kept whole."""
    parts = kind.split(".")
    if len(parts) < 3 or parts[0].lower() != "qbo":
        return kind, ""
    return _entity(parts[1]), _operation(parts[2])


def _entity(name: str) -> str:
    return _ENTITIES.get(name.lower(), name)


def _operation(name: str) -> str:
    """Bring Create, created, Void, voided and their like to one word."""
    word = name.lower()
    return next((known for stem, known in _OPERATIONS.items() if word in {stem, known}), name)


def _dicts(values: object) -> Iterator[dict[str, Any]]:
    listed = values if isinstance(values, list) else [values]
    return (value for value in listed if isinstance(value, dict))


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
