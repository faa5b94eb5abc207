"""Reads survive a bad moment, give up in the end, and say what a fault means."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from pytest_httpx import HTTPXMock

from service.core.faults import Recovery
from service.quickbooks.answers import Tombstone
from service.quickbooks.client import QuickBooks
from service.quickbooks.errors import DisconnectedError, ReadFailedError, ThrottledError
from service.quickbooks.query import is_in, statement
from tests.quickbooks.stand_ins import START, ListLog, Tokens, VirtualClock, load, payload_files

EMPTY = {"QueryResponse": {}, "time": "2020-09-29T06:04:50.776-07:00"}
EXPIRED = {"fault": {"error": [{"message": "AuthenticationFailed; errorCode=003200", "code": "3200"}]}}
THROTTLED_XML = (
    '<?xml version="1.0"?><IntuitResponse time="2016-01-01T00:00:00-08:00"><Fault type="SERVICE">'
    '<Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>'
    "<Detail>The request limit was reached.</Detail></Error></Fault></IntuitResponse>"
)


def fault(code: object, detail: str | None = None) -> dict:
    return {
        "Fault": {"Error": [{"Message": "No", "Detail": detail, "code": code}], "type": "ValidationFault"}
    }


async def test_a_query_answers_its_rows_as_they_came(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        text='{"QueryResponse":{"Bill":[ {"Id":"1","TotalAmt":337.50}, {"Id":"2"}],"maxResults":2},'
        '"time":"2026-11-20T00:00:00.500-08:00"}'
    )

    page = await client.query("SELECT * FROM Bill")

    assert [bytes(row) for row in page.rows] == [b'{"Id":"1","TotalAmt":337.50}', b'{"Id":"2"}']
    assert page.time == datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=UTC)
    assert client.meter.reads == 1
    (request,) = httpx_mock.get_requests()
    assert request.url.path == "/v3/company/42/query"
    assert dict(request.url.params) == {"query": "SELECT * FROM Bill", "minorversion": "75"}
    assert request.headers["Authorization"] == "Bearer token-1"
    assert request.headers["Accept"] == "application/json"


async def test_a_long_statement_is_posted(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(method="POST", json=EMPTY)
    long = statement("Bill", is_in("Id", [str(number) for number in range(300)]))

    assert (await client.query(long)).rows == []

    (request,) = httpx_mock.get_requests()
    assert request.content == long.encode()
    assert request.headers["Content-Type"] == "application/text"
    assert request.url.query == b"minorversion=75"


async def test_changes_keep_tombstones_apart(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    gone = {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "9",
        "MetaData": {"LastUpdatedTime": "2026-11-20T00:00:00-08:00"},
    }
    groups = [{"Bill": [{"Id": "1"}, gone], "maxResults": 2}, {}, {"Vendor": [{"Id": "5"}], "totalCount": 1}]
    httpx_mock.add_response(json={"CDCResponse": [{"QueryResponse": groups}], "time": 1601391072830})

    changes = await client.cdc(["Bill", "Customer", "Vendor"], START)

    assert {entity: len(rows) for entity, rows in changes.objects.items()} == {"Bill": 1, "Vendor": 1}
    assert changes.deleted == {"Bill": [Tombstone("9", START)]}
    assert changes.count == 3
    assert changes.time == datetime(2020, 9, 29, 14, 51, 12, 830_000, tzinfo=UTC)
    asked = httpx_mock.get_requests()[0].url.params
    assert asked["entities"] == "Bill,Customer,Vendor"
    assert asked["changedSince"] == "2026-11-20T08:00:00Z"


async def test_single_objects(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={"BillPayment": {"Id": "7"}, "time": "?"})
    httpx_mock.add_response(json={"CompanyInfo": {"Id": "1"}})
    httpx_mock.add_response(json={"Preferences": {"Id": "1"}})

    payment = await client.read("BillPayment", "7")
    await client.company_info()
    await client.preferences()

    assert payment is not None
    assert bytes(payment) == b'{"Id":"7"}'
    assert [request.url.path.removeprefix("/v3/company/42") for request in httpx_mock.get_requests()] == [
        "/billpayment/7",
        "/companyinfo/42",
        "/preferences",
    ]


@pytest.mark.parametrize("code", ["610", 610])
async def test_what_was_deleted_reads_as_none(client: QuickBooks, httpx_mock: HTTPXMock, code) -> None:
    httpx_mock.add_response(status_code=400, json=fault(code, "Something has been made inactive."))

    assert await client.read("Bill", "7") is None
    assert client.meter.reads == 0


@pytest.mark.parametrize(
    "trouble",
    [
        {"status_code": 503, "text": "<html>Service Unavailable</html>"},
        {"status_code": 500, "json": fault("10000")},
        {"status_code": 400, "json": fault("10000")},
        {"text": "<html>Hello</html>"},
        {"text": '{"QueryResponse":{"Bill":[{"Id":"1"}'},
        {"json": {"QueryResponse": {"Fault": fault(10000)["Fault"]}}},
        {"content": b""},
    ],
)
async def test_a_bad_moment_passes(
    client: QuickBooks, clock: VirtualClock, httpx_mock: HTTPXMock, trouble
) -> None:
    httpx_mock.add_response(**trouble)
    httpx_mock.add_response(json=EMPTY)

    assert (await client.query("SELECT * FROM Bill")).rows == []
    assert 0.5 <= clock.passed() <= 1


async def test_a_read_gives_up_and_says_that_it_may_succeed_later(
    client: QuickBooks, clock: VirtualClock, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_exception(httpx.ReadTimeout("silence"), is_reusable=True)

    with pytest.raises(ReadFailedError) as failed:
        await client.query("SELECT * FROM Bill")

    assert failed.value.retryable
    assert len(httpx_mock.get_requests()) == 4
    assert clock.passed() <= 7


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 400, "json": fault("4001", "QueryValidationError")},
        {"status_code": 200, "json": fault("4001")},
        {"status_code": 200, "json": {"QueryResponse": fault("4001"), "time": "x"}},
    ],
)
async def test_a_fault_is_final_wherever_it_stands(client: QuickBooks, httpx_mock: HTTPXMock, answer) -> None:
    httpx_mock.add_response(**answer)

    with pytest.raises(ReadFailedError) as failed:
        await client.query("SELECT * FROM Custmoer")

    assert not failed.value.retryable
    assert failed.value.rule.recovery is Recovery.BUG


async def test_an_expired_token_is_refreshed_once(
    client: QuickBooks, tokens: Tokens, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=401, json=EXPIRED)
    httpx_mock.add_response(match_headers={"Authorization": "Bearer token-2"}, json=EMPTY)

    await client.query("SELECT * FROM Bill")

    assert tokens.refreshed == ["token-1"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([(401, EXPIRED), (401, EXPIRED)], "3200"),
        ([(403, {"fault": {"error": [{"code": "3100"}], "type": "SERVICE"}})], "3100"),
        ([(401, fault("120"))], "120"),
        ([(403, None)], "http_403"),
    ],
)
async def test_a_lost_grant_is_told_apart(client: QuickBooks, httpx_mock: HTTPXMock, answers, code) -> None:
    for status, body in answers:
        httpx_mock.add_response(status_code=status, json=body)

    with pytest.raises(DisconnectedError) as lost:
        await client.query("SELECT * FROM Bill")

    assert lost.value.code == code


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({"status_code": 429, "json": None}, 63),
        ({"status_code": 429, "text": THROTTLED_XML}, 63),
        ({"status_code": 403, "text": THROTTLED_XML}, 63),
        ({"status_code": 429, "headers": {"Retry-After": "20"}}, 21),
        ({"status_code": 429, "headers": {"Retry-After": "Fri, 20 Nov 2026 08:00:10 GMT"}}, 10.5),
    ],
)
async def test_a_throttle_pauses_the_whole_realm(
    client: QuickBooks, clock: VirtualClock, httpx_mock: HTTPXMock, answer, seconds
) -> None:
    httpx_mock.add_response(**answer)
    httpx_mock.add_response(json=EMPTY)

    await client.query("SELECT * FROM Bill")

    assert clock.passed() == pytest.approx(seconds)


async def test_throttled_for_ever_ends_and_a_long_pause_is_the_callers(
    client: QuickBooks, clock: VirtualClock, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429, is_reusable=True)
    with pytest.raises(ThrottledError):
        await client.query("SELECT * FROM Bill")
    assert len(httpx_mock.get_requests()) == 4
    assert clock.passed() == pytest.approx(3 * 63)

    httpx_mock.reset()
    httpx_mock.add_response(status_code=429, headers={"Retry-After": "86400"})
    with pytest.raises(ThrottledError) as throttled:
        await client.query("SELECT * FROM Bill")
    assert throttled.value.retry_after > 86_400
    with pytest.raises(ThrottledError):
        await client.query("SELECT * FROM Bill")
    assert len(httpx_mock.get_requests()) == 1


async def test_every_answer_is_logged_and_nothing_that_is_in_it(
    client: QuickBooks, log: ListLog, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_exception(httpx.ReadError("reset"))
    httpx_mock.add_response(json={"QueryResponse": {"Vendor": [{"Id": "1"}]}}, headers={"Intuit_Tid": "1-5f"})

    await client.query("SELECT * FROM Vendor WHERE DisplayName = 'Secret Vendor'")

    lost, answered = log.events
    assert lost["event"] == "quickbooks_not_answered"
    assert answered == {
        "event": "quickbooks_answered",
        "method": "GET",
        "kind": "query",
        "status": 200,
        "intuit_tid": "1-5f",
        "duration_ms": 0.0,
    }
    assert "Secret" not in json.dumps(log.events)
    assert "token" not in json.dumps(log.events)


_FAULT = {"Fault": {"Error": [{"Message": "m", "Detail": "d", "code": "4000"}], "type": "ValidationFault"}}
_GATEWAY = {"fault": {"error": [{"message": "m", "detail": None, "code": "3100"}], "type": "SERVICE"}}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(400, _FAULT, ReadFailedError), (403, _GATEWAY, DisconnectedError), (200, _FAULT, ReadFailedError)],
)
async def test_every_error_names_the_answer_that_it_came_from(
    client: QuickBooks, httpx_mock: HTTPXMock, status, body, error
) -> None:
    httpx_mock.add_response(status_code=status, json=body, headers={"intuit_tid": "1-5f"})

    with pytest.raises(error) as failed:
        await client.query("SELECT * FROM Vendor")

    assert failed.value.intuit_tid == "1-5f"
    assert "1-5f" in str(failed.value)


@pytest.mark.parametrize("path", payload_files("query_envelope/*.json"))
async def test_recorded_pages_are_read(client: QuickBooks, httpx_mock: HTTPXMock, path) -> None:
    recorded = load(path)
    lists = [value for value in recorded["QueryResponse"].values() if isinstance(value, list)]
    httpx_mock.add_response(json=recorded)

    page = await client.query("SELECT * FROM Anything")

    assert [json.loads(bytes(row)) for row in page.rows] == [row for rows in lists for row in rows]
    assert page.time is not None


@pytest.mark.parametrize("path", payload_files("cdc/*.json"))
async def test_recorded_changes_are_read(client: QuickBooks, httpx_mock: HTTPXMock, path) -> None:
    httpx_mock.add_response(json=load(path))

    changes = await client.cdc(["Estimate"], START)

    assert changes.count == sum(len(rows) for rows in changes.objects.values()) > 0
