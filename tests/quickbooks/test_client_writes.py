"""After a write its sender knows what became of it, or knows that nobody knows."""

import json

import httpx
import pytest
from pytest_httpx import HTTPXMock

from service.core.faults import Recovery
from service.quickbooks.batch import BatchItem, Operation, WriteRequest, batch_request, single_request
from service.quickbooks.client import QuickBooks
from service.quickbooks.errors import (
    DisconnectedError,
    InvalidGrantError,
    NotSentError,
    OutcomeUnknownError,
    ThrottledError,
)
from service.quickbooks.exchange import Crossing
from tests.quickbooks.stand_ins import Tokens, load, payload_files

BILL = b'{"VendorRef":{"value":"56"}}'
SINGLE = single_request(Operation.CREATE, "Bill", BILL, request_id="r1")
TID = {"intuit_tid": "1-5f"}


def batch(*ids: str) -> WriteRequest:
    return batch_request([BatchItem(id, Operation.CREATE, "Bill", BILL) for id in ids], request_id="b1")


def fault(code: str) -> dict:
    return {"Fault": {"Error": [{"Message": "No", "code": code}], "type": "ValidationFault"}}


async def test_a_single_write_sends_its_frozen_bytes_under_its_request_id(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"Bill": {"Id": "191"}, "time": "2026-11-20T00:00:00-08:00"}, headers=TID)

    answer = await client.send(SINGLE)

    (request,) = httpx_mock.get_requests()
    assert request.content == BILL
    assert request.url.path == "/v3/company/42/bill"
    assert dict(request.url.params) == {"minorversion": "75", "requestid": "r1"}
    assert request.extensions["timeout"]["read"] == 130.0
    assert answer.intuit_tid == "1-5f"
    assert answer.items["0"].entity == "Bill"
    assert bytes(answer.items["0"].body or b"") == b'{"Id":"191"}'
    assert (client.meter.writes, client.meter.batches, client.meter.reads) == (1, 0, 0)


async def test_a_batch_is_answered_by_item_in_whatever_order(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    answers = [
        {**fault("6240"), "bId": "b"},
        {"Bill": {"Id": "1"}, "bId": "a"},
        {"Bill": {"Id": "99"}, "bId": "strange"},
    ]
    httpx_mock.add_response(json={"BatchItemResponse": answers, "time": None})

    answer = await client.send(batch("a", "b"))

    assert list(answer.items) == ["a", "b"]
    assert answer.items["a"].faults == ()
    assert answer.items["b"].faults[0].rule.recovery is Recovery.MATCH
    assert (client.meter.writes, client.meter.batches) == (2, 1)


@pytest.mark.parametrize(
    "trouble",
    [
        {"status_code": 500, "json": fault("10000")},
        {"status_code": 400, "json": fault("10000")},
        {"status_code": 200, "json": fault("10000")},
        {"status_code": 502, "text": "<html>Bad Gateway</html>"},
        {"status_code": 503, "json": fault("150")},
        {"status_code": 408},
        {"status_code": 302},
        {"text": "<html>Hello</html>"},
        {"text": '{"Bill":{"Id":"191"'},
        {"json": {"time": "2026-11-20T00:00:00-08:00"}},
        {"json": {"Vendor": {"Id": "1"}}},
        {"content": b""},
    ],
)
async def test_an_outcome_that_nobody_knows_is_no_failure(
    client: QuickBooks, httpx_mock: HTTPXMock, trouble
) -> None:
    httpx_mock.add_response(**trouble, headers=TID)

    with pytest.raises(OutcomeUnknownError) as unknown:
        await client.send(SINGLE)

    assert unknown.value.intuit_tid == "1-5f"
    assert len(httpx_mock.get_requests()) == 1


async def test_no_answer_is_an_unknown_outcome_and_never_sent_again_here(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_exception(httpx.ReadTimeout("silence"))

    with pytest.raises(OutcomeUnknownError):
        await client.send(SINGLE)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"Bill": {"Id": "1"}, "bId": "a"}],
        [{"Bill": {"Id": "1"}, "bId": "a"}, {"bId": "b"}],
        [{"Bill": {}}],
    ],
)
async def test_a_batch_that_lacks_an_answer_is_unknown(
    client: QuickBooks, httpx_mock: HTTPXMock, items
) -> None:
    httpx_mock.add_response(json={"BatchItemResponse": items})

    with pytest.raises(OutcomeUnknownError, match="no answer"):
        await client.send(batch("a", "b"))


@pytest.mark.parametrize("status", [200, 400])
async def test_a_refused_request_refuses_each_of_its_items(
    client: QuickBooks, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(status_code=status, json=fault("1040"))

    answer = await client.send(batch("a", "b"))

    assert [item.faults[0].code for item in answer.items.values()] == ["1040", "1040"]


async def test_a_refusal_without_a_fault_is_still_one(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=404, text="<html>Not Found</html>")

    answer = await client.send(SINGLE)

    assert answer.items["0"].faults[0].rule.recovery is Recovery.BUG


async def test_throttles_and_a_stale_token_are_retried_under_the_same_request_id(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429)
    httpx_mock.add_response(status_code=401)
    httpx_mock.add_response(json={"Bill": {"Id": "191"}})

    await client.send(SINGLE)

    requests = httpx_mock.get_requests()
    assert [request.url.params["requestid"] for request in requests] == ["r1"] * 3
    assert {request.content for request in requests} == {BILL}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status_code": 429}, ThrottledError),
        ({"status_code": 401}, DisconnectedError),
        ({"status_code": 403}, DisconnectedError),
    ],
)
async def test_what_was_certainly_not_applied_says_so(
    client: QuickBooks, httpx_mock: HTTPXMock, answer, error
) -> None:
    httpx_mock.add_response(**answer, is_reusable=True)

    with pytest.raises(error):
        await client.send(SINGLE)


async def test_without_a_connection_nothing_was_applied(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ConnectError("refused"))

    with pytest.raises(NotSentError):
        await client.send(SINGLE)


async def test_a_token_source_that_gives_up_is_heard(make_client, httpx_mock: HTTPXMock) -> None:
    class Dead(Tokens):
        async def refresh(self, stale: str) -> str:
            raise InvalidGrantError("Token revoked")

    httpx_mock.add_response(status_code=401)

    with pytest.raises(DisconnectedError) as lost:
        await make_client(tokens=Dead()).send(SINGLE)

    assert lost.value.code == "invalid_grant"


async def test_hooks_stand_on_both_sides_of_the_wire_and_may_break_it(
    make_client, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"Bill": {"Id": "1"}})
    crossings: list[Crossing] = []

    async def on_answer(crossing: Crossing) -> None:
        crossings.append(crossing)
        raise KeyboardInterrupt

    client = make_client(on_request=crossings.append, on_answer=on_answer)
    with pytest.raises(KeyboardInterrupt):
        await client.send(SINGLE)

    out, back = crossings
    assert (out.method, out.kind, out.path, out.request_id, out.status) == (
        "POST",
        "write",
        "bill",
        "r1",
        None,
    )
    assert (back.status, back.attempt) == (200, 1)


@pytest.mark.parametrize("path", payload_files("fault/*.json"))
async def test_recorded_faults_have_a_next_step(client: QuickBooks, httpx_mock: HTTPXMock, path) -> None:
    recorded = load(path)
    if "fault" in recorded:
        httpx_mock.add_response(status_code=401, json=recorded, is_reusable=True)
        with pytest.raises(DisconnectedError):
            await client.send(SINGLE)
        return
    httpx_mock.add_response(status_code=400, json=recorded)

    (found,) = (await client.send(SINGLE)).items["0"].faults

    assert found.code == recorded["Fault"]["Error"][0]["code"]
    assert found.rule.recovery is not Recovery.PARK


@pytest.mark.parametrize("path", payload_files("batch/*.json"))
async def test_a_recorded_batch_is_read(client: QuickBooks, httpx_mock: HTTPXMock, path) -> None:
    recorded = load(path)
    ids = [item["bId"] for item in recorded["BatchItemResponse"]]
    httpx_mock.add_response(json=recorded)

    answer = await client.send(batch(*ids))

    assert json.loads(bytes(answer.items["bid1"].body or b""))["DisplayName"] == "Boraski Family Store"
    assert [answer.items[id].faults[0].rule.recovery for id in ("bid2", "bid3")] == [
        Recovery.GONE,
        Recovery.REREAD,
    ]


@pytest.mark.parametrize("path", payload_files("deleted/*.json"))
async def test_recorded_deletes_are_read(client: QuickBooks, httpx_mock: HTTPXMock, path) -> None:
    recorded = load(path)
    entity = next(key for key in recorded if key != "time")
    httpx_mock.add_response(json=recorded)

    answer = await client.send(single_request(Operation.DELETE, entity, b'{"Id":"1"}', request_id="r1"))

    assert answer.items["0"].entity == entity
