"""Knobs of webhooks: each position is authentic and understood."""

import random
from typing import Any

import pytest

from service.quickbooks.webhooks import parse, verify
from service.sandbox import Knobs, Sandbox
from tests.quickbooks.stand_ins import VirtualClock

WEBHOOKS: dict[str, tuple[Any, ...]] = {
    "webhook_format": ("cloudevents", "legacy"),
    "webhook_void": ("void", "voided"),
    "webhook_ids": ("plain", "suffixed"),
    "webhook_bare": (False, True),
    "webhook_inactive": ("Delete", "Update"),
    "webhook_side_effects": (True, False),
    "webhook_echo": (True, False),
    "webhook_duplicates": (0.0, 1.0),
    "webhook_drops": (0.0, 1.0),
    "webhook_reorder": (0.0, 1.0),
    "webhook_mixed_realms": (False, True),
}


def webhook_positions() -> list[Any]:
    return [(name, value) for name, values in WEBHOOKS.items() for value in values]


@pytest.mark.parametrize(("knob", "position"), webhook_positions())
async def test_notifications_are_understood(clock: VirtualClock, knob: str, position: Any) -> None:
    posts: list[tuple[dict[str, str], bytes]] = []

    async def deliver(_url: str, headers: dict[str, str], body: bytes) -> int:
        posts.append((headers, body))
        return 200

    knobs = Knobs(webhook_timers=False)
    sandbox = Sandbox(clock.now, random.Random(3), knobs, deliver=deliver)
    company = sandbox.company(sandbox.create_company().realm_id)
    setattr(knobs, knob, position)
    keeper, loser = (company.create("Vendor", {"DisplayName": name})["Id"] for name in ("A", "B"))
    invoice = company.create("Invoice", invoice_body(company))["Id"]
    sandbox.subscribe(None, "https://us.example", "token")

    company.merge("Vendor", keeper, loser)
    company.void("Invoice", invoice)
    company.update("Vendor", {"Id": keeper, "Active": False})
    await sandbox.flush_webhooks()

    events = [event for headers, body in posts for event in parse(body)]
    operations = sorted({(event.entity.lower(), event.operation) for event in events})
    assert all(verify(body, headers["intuit-signature"], ["token"]) for headers, body in posts)
    assert all(event.realm_id == company.realm_id and event.at is not None for event in events)
    if knob == "webhook_drops" and position:
        assert events == []
        return
    retired = "updated" if (knob, position) == ("webhook_inactive", "Update") else "deleted"
    assert operations == [("invoice", "voided"), *sorted([("vendor", retired), ("vendor", "merged")])]
    assert {event.deleted_id for event in events if event.operation == "merged"} == {loser}


def invoice_body(company: Any) -> dict[str, Any]:
    customer = company.create("Customer", {"DisplayName": "C"})["Id"]
    detail = {"ItemRef": {"value": company.all("Item")[0]["Id"]}}
    line = {"DetailType": "SalesItemLineDetail", "Amount": 5, "SalesItemLineDetail": detail}
    return {"CustomerRef": {"value": customer}, "Line": [line]}
