"""Whatever comes instead of an answer is read as far as it goes, and reading it never fails."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.faults import Recovery
from service.quickbooks.faults import faults_of

GATEWAY = {
    "warnings": None,
    "fault": {
        "error": [{"message": "message=ApplicationAuthorizationFailed; errorCode=003100", "detail": None}],
        "type": "SERVICE",
    },
    "time": 1601391072830,
}


def found(status: int, body: object) -> list[tuple[str, str]]:
    text = body if isinstance(body, str) else json.dumps(body)
    return [(fault.code, fault.detail) for fault in faults_of(status, text.encode())]


def test_both_dialects_and_odd_types_are_read() -> None:
    one = {"Message": "m", "Detail": "d", "code": 610}

    assert found(400, {"Fault": {"Error": [one, {"code": "5010"}]}}) == [("610", "d"), ("5010", "")]
    assert found(400, {"Fault": {"Error": one}}) == [("610", "d")]
    assert found(200, {"Fault": {}}) == []
    assert found(400, {"Fault": {"type": "SystemFault"}}) == [("", "")]
    assert faults_of(403, json.dumps(GATEWAY).encode())[0].rule.recovery is Recovery.RECONNECT


def test_xml_is_read_with_its_entities() -> None:
    xml = (
        '<IntuitResponse><Fault type="ValidationFault"><Error code="6240" element="Name">'
        "<Message>Duplicate</Message><Detail>R&amp;D is taken</Detail></Error></Fault></IntuitResponse>"
    )

    (fault,) = faults_of(400, xml.encode())

    assert (fault.code, fault.element, fault.detail, fault.kind) == (
        "6240",
        "Name",
        "R&D is taken",
        "ValidationFault",
    )
    assert found(429, '<Fault><Error code="3001"/></Fault>') == [("3001", "")]


@pytest.mark.parametrize("body", ["", "<html>default</html>", "[]", "7", "{", "[" * 100_000, '{"fault":"x"}'])
def test_a_refusal_without_a_readable_fault_gets_one_made_of_its_status(body: str) -> None:
    assert found(413, body) == [("http_413", "")]
    assert found(200, body) == []


def test_an_object_that_mentions_a_fault_is_none() -> None:
    assert found(200, {"Bill": {"PrivateNote": "his fault", "Fault": {"Error": []}}}) == []


@given(st.integers(200, 599), st.binary(max_size=300))
def test_reading_never_fails(status: int, body: bytes) -> None:
    for fault in faults_of(status, b'{"Fault"' + body):
        assert fault.rule.recovery in Recovery
