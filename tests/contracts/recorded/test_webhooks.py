"""Recorded and published notifications: their keys, types and signatures."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from service.quickbooks.webhooks import parse, verify
from service.sandbox import Knobs
from service.sandbox.company import Change
from service.sandbox.entities import ENTITIES
from service.sandbox.events import build_body, build_headers
from service.sandbox.webhooks import RETRIES, SIX_HOURS, sign
from service.sandbox.wire import decode, encode
from tests.contracts.recorded import payloads
from tests.contracts.recorded.compare import kind

pytestmark = payloads.needed
NOW = datetime(2026, 11, 20, 18, 30, 15, 123456, tzinfo=UTC)
CHANGES = [
    Change("310687", "Account", "1234", "Create", NOW, "person"),
    Change("310687", "Vendor", "40", "Merge", NOW, "person", "39"),
]
SECONDS = {"s": 1, "m": 60, "h": 3600}


@pytest.mark.parametrize("name", payloads.names("webhooks/signature_kat"))
def test_known_signatures_hold(name: str) -> None:
    known = payloads.read("webhooks/signature_kat", name)
    body, token, signature = known["raw_body"].encode(), known["verifier_token"], known["intuit_signature"]

    assert (sign(token, body) == signature) is known["valid"]
    assert verify(body, signature, [token]) is known["valid"]
    assert not verify(body + b" ", signature, [token])
    for refused in known.get("must_reject_signatures", []):
        assert not verify(body, refused, [token])


def _built(form: Any) -> Any:
    return decode(build_body(CHANGES, Knobs(webhook_format=form), random.Random(1)))


def test_cloud_events_have_the_documented_keys() -> None:
    documented = payloads.read("webhooks/cloudevents", "doc-qbo-cli-001.json")["payload"][0]
    event, merge = _built("cloudevents")

    assert {key: kind(value) for key, value in event.items()} == {
        key: kind(value) for key, value in documented.items()
    }
    assert event["type"] == documented["type"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", documented["time"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", event["time"])
    assert merge["data"] == {"deletedid": "39"}


def test_the_older_shape_has_the_recorded_keys() -> None:
    recorded = payloads.read("webhooks/legacy", "fix-fyle-qbo-api-001.json")["payload"]
    ours = _built("legacy")

    assert list(ours) == list(recorded)
    mine, theirs = ours["eventNotifications"][0], recorded["eventNotifications"][0]
    assert list(mine) == list(theirs)
    first, merged = mine["dataChangeEvent"]["entities"]
    assert {key: kind(value) for key, value in first.items()} == {
        key: kind(value) for key, value in theirs["dataChangeEvent"]["entities"][0].items()
    }
    assert merged["deletedId"] == "39"


def _recorded_bodies() -> Iterator[Any]:
    for folder in ("webhooks/cloudevents", "webhooks/legacy"):
        for name in payloads.names(folder):
            yield payloads.read(folder, name)["payload"]


def test_every_recorded_body_is_understood() -> None:
    for body in _recorded_bodies():
        events = parse(encode(body))
        listed = body if isinstance(body, list) else [
            each for one in body["eventNotifications"] for each in one["dataChangeEvent"]["entities"]
        ]  # fmt: skip
        assert len(events) == len(listed)
        assert all(one.operation and one.id for one in events)


def test_every_listed_event_is_announced() -> None:
    listed = payloads.read("webhooks/event_types", "doc-asyncapi-triggers-001.json")
    matrix = listed["legacy_operations_by_entity"]
    # A currency is an entity only where there are several; the sandbox calls it by its entity's name.
    names = {name: "CompanyCurrency" if name == "Currency" else name for name in matrix}

    assert [name for name in matrix if not set(matrix[name]) <= ENTITIES[names[name]].events] == []


def test_headers_and_retries_are_the_documented_ones() -> None:
    documented = payloads.read("webhooks/headers", "doc-qbo-cli-001.json")
    facts = payloads.read("webhooks/headers", "facts-001.json")
    *waits, _ = facts["retry_schedule_after_non_200"]

    ours = build_headers(NOW, random.Random(1), "signature")

    assert set(ours) == set(documented)
    assert ours["content-type"] == documented["content-type"]
    assert [int(one[:-1]) * SECONDS[one[-1]] for one in waits] == list(RETRIES)
    assert RETRIES[-1] == SIX_HOURS
