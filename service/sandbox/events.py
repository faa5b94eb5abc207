"""Webhook bodies in both of QuickBooks' shapes (recorded): CloudEvents, and the older eventNotifications."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from service.sandbox.company import Change
from service.sandbox.knobs import Knobs
from service.sandbox.times import pacific
from service.sandbox.wire import encode

PAST = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Emailed": "emailed",
}
ALTERNATIVES = frozenset({"Class", "Employee"})
SOURCE = "intuit.c2FuZGJveC5sb2NhbC5xdWlja2Jvb2tz"


def build_body(changes: Sequence[Change], knobs: Knobs, rng: random.Random) -> bytes:
    """Answer the bytes of one post."""
    if knobs.webhook_format == "legacy":
        return encode(_legacy(changes))
    return encode([_cloud_event(one, knobs, rng) for one in changes])


def _cloud_event(change: Change, knobs: Knobs, rng: random.Random) -> dict[str, Any]:
    event = knobs.webhook_void if change.event == "Void" else PAST[change.event]
    event_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    if knobs.webhook_ids == "suffixed":
        event_id = f"{event_id}-{change.entity}-{change.id}"
    data = _data(change)
    head = {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": f"qbo.{change.entity.lower()}.{event}.v1",
        "time": change.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{change.at.microsecond:06d}000Z",
        "intuitentityid": change.id,
        "intuitaccountid": change.realm_id,
    }
    if knobs.webhook_bare:
        return {**head, "data": data} if data else head
    return {**head, "datacontenttype": "application/json", "data": data}


def _data(change: Change) -> dict[str, Any]:
    """A merge names its loser; classes and employees their ids elsewhere at Intuit (QBO documented)."""
    data: dict[str, Any] = {"deletedid": change.merged_id} if change.merged_id else {}
    if change.entity in ALTERNATIVES:
        data["alternative_ids"] = [{"id": f"djQuMTo{change.id}", "namespace": "v4"}]
    return data


def _legacy(changes: Sequence[Change]) -> dict[str, Any]:
    realms: dict[str, list[dict[str, Any]]] = {}
    for one in changes:
        entry: dict[str, Any] = {
            "name": one.entity,
            "id": one.id,
            "operation": one.event,
            "lastUpdated": pacific(one.at).isoformat(timespec="seconds"),
        }
        if one.merged_id:
            entry["deletedId"] = one.merged_id
        realms.setdefault(one.realm_id, []).append(entry)
    return {
        "eventNotifications": [
            {"realmId": realm, "dataChangeEvent": {"entities": entities}}
            for realm, entities in realms.items()
        ]
    }


def build_headers(at: datetime, rng: random.Random, signature: str) -> dict[str, str]:
    """Answer the headers of one post (QBO documented)."""
    return {
        "content-type": "application/json; charset=utf-8",
        "intuit-signature": signature,
        "intuit-created-time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "intuit-t-id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "intuit-notification-schema-version": "0.1",
        "user-agent": "intuit_notification_server/0.1",
    }
