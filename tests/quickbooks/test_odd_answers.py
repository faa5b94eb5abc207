"""Answers that QuickBooks should not give and might: none of them makes us lose, invent or wait for ever."""

import gzip
import json
from typing import Any

import httpx
import pytest
from msgspec import Raw
from pytest_httpx import HTTPXMock

from service.core.faults import Recovery
from service.quickbooks.answers import Page, read_head
from service.quickbooks.batch import BatchItem, Operation, WriteRequest, batch_request, single_request
from service.quickbooks.client import QuickBooks
from service.quickbooks.errors import OutcomeUnknownError, ReadFailedError
from service.quickbooks.faults import faults_of
from service.quickbooks.paging import pages
from service.quickbooks.query import BY_CHANGE
from tests.quickbooks.stand_ins import START

BILL = b'{"VendorRef":{"value":"56"}}'
SINGLE = single_request(Operation.CREATE, "Bill", BILL, request_id="r1")
FAULT = {"Error": [{"Message": "No", "Detail": "d", "code": "4001"}], "type": "ValidationFault"}


def batch(*ids: str) -> WriteRequest:
    return batch_request([BatchItem(id, Operation.CREATE, "Bill", BILL) for id in ids], request_id="b1")


# pages


class Capped:
    """A listing that never gives more than so many rows at once, whatever is asked for."""

    def __init__(self, rows: int, cap: int) -> None:
        self.ids = [f"{number:06}" for number in range(rows)]
        self.cap = cap
        self.reads = 0

    async def query(self, statement: str) -> Page:
        start = int(statement.rpartition("STARTPOSITION ")[2].split()[0])
        self.reads += 1
        found = self.ids[start - 1 : start - 1 + self.cap]
        return Page([Raw(json.dumps({"Id": id}).encode()) for id in found], None)


@pytest.mark.parametrize(
    ("rows", "cap", "reads"), [(250, 100, 3), (100, 100, 2), (99, 100, 1), (1_201, 100, 13), (0, 100, 1)]
)
async def test_a_listing_is_read_to_its_end_though_pages_are_shorter_than_asked(rows, cap, reads) -> None:
    listing = Capped(rows, cap)

    found = [read_head(row).id async for page, _ in pages(listing, "Bill") for row in page]

    assert found == listing.ids
    assert listing.reads == reads


class Touched:
    """Three rows of one second, of which the second changes once more within it after the first read."""

    def __init__(self) -> None:
        self.tokens = ["0", "0", "0"]

    async def query(self, statement: str) -> Page:
        start = int(statement.rpartition("STARTPOSITION ")[2].split()[0])
        meta = {"LastUpdatedTime": "2026-11-20T00:00:00-08:00"}
        rows = [
            Raw(json.dumps({"Id": str(at), "SyncToken": token, "MetaData": meta}).encode())
            for at, token in enumerate(self.tokens, start=1)
        ]
        self.tokens[1] = "1"
        return Page(rows[start - 1 : start + 1], None)


async def test_two_changes_in_one_second_are_two_versions() -> None:
    found = [
        (head.id, head.sync_token)
        async for page, _ in pages(Touched(), "Bill", order_by=BY_CHANGE, size=2)
        for head in map(read_head, page)
    ]

    assert found == [("1", "0"), ("2", "0"), ("2", "1"), ("3", "0")]


# CDC


async def test_changes_of_exactly_the_limit_are_counted_with_their_tombstones(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    rows: list[dict[str, Any]] = [{"Id": str(number)} for number in range(999)]
    groups = [{"Bill": [*rows, {"Id": "999", "status": "Deleted"}]}]
    httpx_mock.add_response(json={"CDCResponse": [{"QueryResponse": groups}]})

    assert (await client.cdc(["Bill"], START)).count == 1_000


@pytest.mark.parametrize(
    "body",
    [
        {"CDCResponse": [{"Fault": FAULT}]},
        {"CDCResponse": [{"QueryResponse": [{"Bill": [{"Id": "1"}]}, {"Fault": FAULT}]}]},
        {"CDCResponse": [{"QueryResponse": [{"fault": FAULT}]}]},
        {"Fault": FAULT},
    ],
)
async def test_a_fault_in_any_part_of_the_changes_fails_the_whole(
    client: QuickBooks, httpx_mock: HTTPXMock, body
) -> None:
    httpx_mock.add_response(json=body, headers={"intuit-tid": "1-5f"})

    with pytest.raises(ReadFailedError) as failed:
        await client.cdc(["Bill", "Vendor"], START)

    assert failed.value.rule.code == "4001"
    assert failed.value.intuit_tid == "1-5f"


@pytest.mark.parametrize("name", ["Fault", "fault"])
async def test_a_fault_inside_a_query_answer_fails_the_read(
    client: QuickBooks, httpx_mock: HTTPXMock, name
) -> None:
    httpx_mock.add_response(json={"QueryResponse": {"Bill": [{"Id": "1"}], name: FAULT}})

    with pytest.raises(ReadFailedError) as failed:
        await client.query("SELECT * FROM Bill")

    assert failed.value.rule.code == "4001"


async def test_a_part_that_is_neither_rows_nor_a_fault_says_nothing(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(
        json={"QueryResponse": {"warnings": {"a": 1}, "Fault": None, "Bill": [{"Id": "1"}]}}
    )

    assert len((await client.query("SELECT * FROM Bill")).rows) == 1


# batches


async def test_two_answers_to_one_item_are_no_answer(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    answers = [{"Bill": {"Id": "1"}, "bId": "a"}, {"Bill": {"Id": "2"}, "bId": "a"}]
    httpx_mock.add_response(json={"BatchItemResponse": answers}, headers={"intuit_tid": "1-5f"})

    with pytest.raises(OutcomeUnknownError, match="two answers to item a") as unknown:
        await client.send(batch("a"))

    assert unknown.value.intuit_tid == "1-5f"


async def test_an_answer_that_is_said_twice_is_one(client: QuickBooks, httpx_mock: HTTPXMock) -> None:
    answers = [{"Bill": {"Id": "1"}, "bId": "a"}] * 2 + [{"bId": "a"}]
    httpx_mock.add_response(json={"BatchItemResponse": answers})

    answer = await client.send(batch("a"))

    assert bytes(answer.items["a"].body or b"") == b'{"Id":"1"}'


async def test_an_item_that_answers_no_object_has_no_answer(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"BatchItemResponse": [{"bId": "a", "report": {}, "Bill": None}]})

    with pytest.raises(OutcomeUnknownError, match="no answer"):
        await client.send(batch("a"))


@pytest.mark.parametrize("name", ["Fault", "fault"])
async def test_an_item_with_a_fault_is_refused_wherever_the_fault_stands(
    client: QuickBooks, httpx_mock: HTTPXMock, name
) -> None:
    httpx_mock.add_response(
        json={"BatchItemResponse": [{"Bill": {"Id": "1"}, name: FAULT, "bId": "a"}, {"bId": 7, name: {}}]}
    )

    answer = await client.send(batch("a", "7"))

    assert answer.items["a"].faults[0].code == "4001"
    assert answer.items["7"].faults[0].rule.recovery is Recovery.PARK


async def test_a_single_write_says_when_quickbooks_began_with_it(
    client: QuickBooks, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"Bill": {"Id": "1"}, "time": "2026-11-20T00:00:00-08:00"})

    assert (await client.send(SINGLE)).time == START


# bodies


def packed(body: object, *, cut: int | None = None) -> httpx.ASGITransport:
    """A server that answers this body packed, and perhaps not all of it."""
    content = gzip.compress(json.dumps(body).encode())[:cut]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-encoding", b"gzip"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return httpx.ASGITransport(app=app)


async def test_a_body_that_is_packed_is_unpacked(make_client) -> None:
    client = make_client(transport=packed({"QueryResponse": {"Bill": [{"Id": "1"}]}}))

    assert len((await client.query("SELECT * FROM Bill")).rows) == 1


@pytest.mark.parametrize("cut", [-1, -9, -20, 30, 5, 0])
async def test_a_packed_body_that_is_cut_never_passes_for_a_refusal(make_client, cut) -> None:
    bill = {"Bill": {"Id": "1", "PrivateNote": "its fault"}}
    client = make_client(transport=packed(bill, cut=cut))

    try:
        answer = await client.send(SINGLE)
    except OutcomeUnknownError:
        return
    assert json.loads(bytes(answer.items["0"].body or b"")) == bill["Bill"]


XML = "<IntuitResponse xmlns='urn:x'><{0}Fault type='ValidationFault'><{0}Error code='6240' element='Name'>"
XML += "<{0}Message>Duplicate</{0}Message></{0}Error></{0}Fault></IntuitResponse>"


@pytest.mark.parametrize("prefix", ["", "ns:"])
@pytest.mark.parametrize("status", [200, 400])
async def test_a_fault_in_xml_refuses_a_write_whatever_its_status(
    client: QuickBooks, httpx_mock: HTTPXMock, status, prefix
) -> None:
    httpx_mock.add_response(status_code=status, text=XML.format(prefix))

    (fault,) = (await client.send(SINGLE)).items["0"].faults

    assert (fault.code, fault.message, fault.element) == ("6240", "Duplicate", "Name")
    assert (fault.kind, fault.http_status) == ("ValidationFault", status)
    assert fault.rule.recovery is Recovery.MATCH


def test_both_dialects_give_all_that_they_say() -> None:
    own = {"Fault": {"Error": [{"Message": "m", "Detail": "d", "code": "1", "element": "e"}], "type": "T"}}
    gateway = {"fault": {"error": [{"message": "m", "detail": "d", "code": 1, "element": "e"}], "type": "T"}}

    for body in (own, gateway):
        (fault,) = faults_of(400, json.dumps(body).encode())
        assert (fault.code, fault.message, fault.detail, fault.element, fault.kind) == (
            "1",
            "m",
            "d",
            "e",
            "T",
        )


@pytest.mark.parametrize("body", [b"", b"x" * 70_000, b'{"Bill":{"PrivateNote":"fault"}}'])
def test_a_400_is_a_refusal_even_if_it_says_nothing(body) -> None:
    assert [fault.code for fault in faults_of(400, body)] == ["http_400"]
    assert faults_of(200, b'{"Bill":{"PrivateNote":"Fault <Error code=\'610\'/>"}}') == ()
    assert faults_of(399, body) == faults_of(200, b"its fault") == ()
