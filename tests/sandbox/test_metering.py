"""What is counted: metered reads, the month's budget, what a batch weighs, the limits of batches."""

from typing import Any

import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.generate import generate
from tests.sandbox.conftest import Clock, Ids, Wire
from tests.sandbox.test_files_and_taxes import uploaded

READS = [
    {"bId": "q", "Query": "select * from Term"},
    {"bId": "c", "CDCQuery": {"Entities": "Term", "ChangedSince": "2026-11-20"}},
]


def batch(*items: dict[str, Any]) -> dict[str, Any]:
    return {"BatchItemRequest": list(items)}


def creates(count: int) -> dict[str, Any]:
    items = (
        {"bId": f"b{n}", "operation": "create", "Vendor": {"DisplayName": f"V{n}"}} for n in range(count)
    )
    return batch(*items)


@pytest.mark.parametrize("metered", [True, False])
async def test_whether_posted_queries_count(
    wire: Wire, company: Company, sandbox: Sandbox, metered: bool
) -> None:
    sandbox.knobs.metered_post_query = metered

    await wire.call("POST", "/query", content="select * from Term")
    await wire.query("select * from Term")

    assert company.meter.total_reads == 1 + metered


@pytest.mark.parametrize("metered", [True, False])
async def test_whether_reads_in_batches_count(
    wire: Wire, company: Company, sandbox: Sandbox, metered: bool
) -> None:
    sandbox.knobs.metered_batch_reads = metered

    answer = await wire.post("/batch", batch(*READS, {"bId": "r", "ReportQuery": "TrialBalance"}))

    assert [sorted(set(one) - {"bId"}) for one in answer["BatchItemResponse"]] == [
        ["QueryResponse"],
        ["CDCResponse"],
        ["Report"],
    ]
    assert company.meter.reads == ({"query": 1, "cdc": 1, "report": 1} if metered else {})


@pytest.mark.parametrize("metered", [True, False])
async def test_whether_documents_count(
    wire: Wire, company: Company, sandbox: Sandbox, ids: Ids, metered: bool
) -> None:
    sandbox.knobs.metered_documents = metered
    invoice = company.create("Invoice", ids.invoice())["Id"]
    attachment = (await uploaded(wire, {}))["Attachable"]["Id"]

    await wire.call("GET", f"/invoice/{invoice}/pdf")
    await wire.call("GET", f"/download/{attachment}")

    assert company.meter.reads == ({"pdf": 1, "download": 1} if metered else {})


async def test_when_the_months_reads_are_used_up_the_rest_is_blocked(
    wire: Wire, company: Company, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.knobs.monthly_reads = 2

    statuses = [(await wire.call("GET", "/preferences")).status_code for _ in range(3)]
    written = await wire.call("POST", "/vendor", json={"DisplayName": "Free"})
    clock.move(days=11)

    assert statuses == [200, 200, 429]
    assert written.status_code == 200
    assert (await wire.call("GET", "/preferences")).status_code == 200
    assert company.meter.total_reads == 3


@pytest.mark.parametrize(("weight", "status"), [("one", 200), ("items", 429)])
async def test_what_a_batch_weighs(wire: Wire, sandbox: Sandbox, weight: Any, status: int) -> None:
    sandbox.knobs.throttle, sandbox.knobs.per_minute, sandbox.knobs.batch_weight = True, 9, weight

    first = await wire.call("POST", "/batch", json=creates(8))
    second = await wire.call("POST", "/batch", json=creates(8))

    assert (first.status_code, second.status_code) == (200, status)


@pytest.mark.parametrize(("limit", "code"), [(30, None), (10, "1040")])
async def test_how_many_items_a_batch_has(wire: Wire, sandbox: Sandbox, limit: int, code: str | None) -> None:
    sandbox.knobs.batch_limit = limit

    answer = await wire.post("/batch", creates(11))

    assert answer.get("Fault", {"Error": [{"code": None}]})["Error"][0]["code"] == code


@pytest.mark.parametrize("order", ["request", "shuffled"])
async def test_in_which_order_a_batch_answers(wire: Wire, sandbox: Sandbox, order: Any) -> None:
    sandbox.knobs.batch_order = order

    answer = await wire.post("/batch", creates(20))
    ids = [one["bId"] for one in answer["BatchItemResponse"]]

    assert sorted(ids) == sorted(f"b{n}" for n in range(20))
    assert (ids == [f"b{n}" for n in range(20)]) == (order == "request")
    assert all(one["Vendor"]["DisplayName"] == f"V{one['bId'][1:]}" for one in answer["BatchItemResponse"])


async def test_a_batch_answers_a_thousand_objects(wire: Wire, company: Company) -> None:
    generate(company, vendors=1, bills=700)
    query = {"Query": "select * from Bill maxresults 600"}

    first, second = (await wire.post("/batch", batch({"bId": "1", **query}, {"bId": "2", **query})))[
        "BatchItemResponse"
    ]

    assert first["QueryResponse"]["maxResults"] == 600
    assert second["Fault"]["Error"][0]["code"] == "10100"


async def test_ids_in_batches_have_lengths(wire: Wire) -> None:
    long_bid = batch({"bId": "b" * 11, "operation": "create", "Vendor": {"DisplayName": "A"}})

    assert await wire.code("/batch", creates(1), requestid="r" * 37) == "2130"
    assert await wire.code("/batch", long_bid, requestid="r") == "2130"
    assert "BatchItemResponse" in await wire.post("/batch", long_bid)


@pytest.mark.parametrize("operation", ["merge", "revert"])
async def test_operations_that_a_batch_does_not_have(wire: Wire, ids: Ids, operation: str) -> None:
    item = {"bId": "1", "operation": operation, "Vendor": {"Id": ids.vendor, "SyncToken": "0"}}

    (answer,) = (await wire.post("/batch", batch(item)))["BatchItemResponse"]

    assert answer["Fault"]["Error"][0]["code"] == "500"
