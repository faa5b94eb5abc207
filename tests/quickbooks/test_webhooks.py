"""Only what is signed is believed; what is signed is understood or kept, never refused piecemeal."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.quickbooks.webhooks import UnreadableWebhookError, WebhookEvent, parse, verify
from tests.quickbooks.stand_ins import load, payload_files


def sign(body: bytes, token: str) -> str:
    return base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("path", payload_files("webhooks/signature_kat/*.json"))
def test_known_answers_of_signatures(path) -> None:
    known = load(path)
    body, token = known["raw_body"].encode(), known["verifier_token"]

    assert verify(body, known["intuit_signature"], [token]) is known["valid"]
    assert verify(body, known["intuit_signature"], ["another", token])
    for signature in known.get("must_reject_signatures", []):
        assert not verify(body, signature, [token])


@pytest.mark.parametrize("path", payload_files("webhooks/signature_kat/*.json"))
def test_what_is_signed_is_understood(path) -> None:
    events = parse(load(path)["raw_body"].encode())

    assert events
    assert all(event.realm_id and event.id and event.at for event in events)


@given(body=st.binary(max_size=200), token=st.text(min_size=1), flip=st.integers(0, 10_000))
def test_one_bit_more_or_less_is_no_signature(body: bytes, token: str, flip: int) -> None:
    signature = sign(body, token)
    mutant = bytearray(signature.encode())
    mutant[flip // 8 % len(mutant)] ^= 1 << flip % 8

    assert verify(body, signature, ["other", token])
    assert not verify(body, mutant.decode("latin-1"), [token])
    assert not verify(body + b" ", signature, [token])


def test_nothing_is_authentic_without_a_signature_or_a_token() -> None:
    assert not verify(b"[]", None, ["token"])
    assert not verify(b"[]", sign(b"[]", "token"), [])
    assert not verify(b"[]", sign(b"[]", ""), [""])


def test_a_cloud_event_keeps_its_realm_object_and_instant() -> None:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "type": "qbo.billpayment.void.v1",
        "time": "2025-09-10T21:31:25.179851517Z",
        "intuitentityid": "1234",
        "intuitaccountid": "310687",
    }

    assert parse(json.dumps([event]).encode()) == [
        WebhookEvent(
            realm_id="310687",
            entity="BillPayment",
            id="1234",
            operation="voided",
            at=datetime(2025, 9, 10, 21, 31, 25, 179851, tzinfo=UTC),
            event_id="e-1",
        )
    ]


@pytest.mark.parametrize(
    ("word", "operation"),
    [("created", "created"), ("void", "voided"), ("voided", "voided"), ("Merge", "merged"), ("odd", "odd")],
)
def test_operations_have_one_spelling(word: str, operation: str) -> None:
    event = {"type": f"qbo.vendor.{word}.v1", "intuitentityid": 7, "intuitaccountid": 1, "specversion": "1.0"}

    (found,) = parse(json.dumps(event).encode())

    assert (found.operation, found.id, found.realm_id) == (operation, "7", "1")


def test_a_merge_names_the_loser_in_both_shapes() -> None:
    cloud = [{"type": "qbo.vendor.merged.v1", "intuitaccountid": "1", "data": {"deletedid": "27"}}]
    entity = {"name": "Vendor", "id": "40", "operation": "Merge", "deletedId": "39"}
    legacy = {"eventNotifications": [{"realmId": "1", "dataChangeEvent": {"entities": [entity]}}]}

    assert parse(json.dumps(cloud).encode())[0].deleted_id == "27"
    assert parse(json.dumps(legacy).encode())[0].deleted_id == "39"


def test_one_post_may_name_several_companies_and_unknown_things() -> None:
    events = [
        {"type": "qbo.vendor.updated.v1", "intuitaccountid": "1", "intuitentityid": "1"},
        {"type": "qbo.spaceship.launched.v9", "intuitaccountid": "2", "intuitentityid": "2"},
        {"type": "something else", "intuitaccountid": "3"},
        {"type": "qbo.vendor.updated.v1"},
        "noise",
    ]

    found = parse(json.dumps(events).encode())

    assert [(event.realm_id, event.entity, event.operation) for event in found] == [
        ("1", "Vendor", "updated"),
        ("2", "spaceship", "launched"),
        ("3", "something else", ""),
    ]


@pytest.mark.parametrize(
    "path", payload_files("webhooks/legacy/*.json") + payload_files("webhooks/cloudevents/*.json")
)
def test_recorded_notifications_are_understood(path) -> None:
    for event in parse(json.dumps(load(path)["payload"]).encode()):
        assert event.realm_id
        assert event.entity[0].isupper()
        assert event.operation in {"created", "updated", "deleted", "merged", "voided", "emailed"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"7", b"{}", b"\xff", b"[" * 100_000])
def test_what_holds_no_notification_has_one_error(body: bytes) -> None:
    with pytest.raises(UnreadableWebhookError):
        parse(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
EVENT_FIELDS = ("specversion", "type", "time", "intuitentityid", "intuitaccountid", "data", "id")
odd_events = st.fixed_dictionaries({}, optional=dict.fromkeys(EVENT_FIELDS, json_values))
odd_notifications = st.fixed_dictionaries(
    {
        "eventNotifications": json_values
        | st.lists(
            st.fixed_dictionaries(
                {"realmId": json_values, "dataChangeEvent": st.fixed_dictionaries({"entities": json_values})}
            )
        )
    }
)


@given(st.lists(odd_events, max_size=5) | odd_notifications)
def test_odd_content_never_raises(content) -> None:
    for event in parse(json.dumps(content).encode()):
        assert event.realm_id
