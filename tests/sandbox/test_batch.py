"""Batches and replays by requestid."""

from datetime import timedelta
from typing import Any

from service.sandbox import Company, FaultRule, Sandbox
from tests.sandbox.conftest import Clock, Ids, Wire


def vendor(number: int, name: str) -> dict[str, Any]:
    return {"bId": f"v{number}", "operation": "create", "Vendor": {"DisplayName": name}}


async def send(wire: Wire, items: list[dict[str, Any]], **params: str) -> Any:
    answer = await wire.post("/batch", {"BatchItemRequest": items}, **params)
    return answer["BatchItemResponse"]


async def test_each_item_has_its_own_answer(wire: Wire, ids: Ids, company: Company) -> None:
    bill = company.create("Bill", ids.bill())
    items = [
        vendor(1, "Acme"),
        vendor(2, "Pine & Sons"),
        {"bId": "u", "operation": "update",
         "Bill": {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}},
        {"bId": "d", "operation": "delete", "Bill": {"Id": "999", "SyncToken": "0"}},
        {"bId": "q", "Query": "select * from Term orderby Id maxresults 2"},
        {"bId": "c", "CDCQuery": {"Entities": "Vendor", "ChangedSince": "2026-11-20"}},
        {"bId": "?", "operation": "create", "Gizmo": {}},
    ]  # fmt: skip

    answers = await send(wire, items)

    assert [answer["bId"] for answer in answers] == [item["bId"] for item in items]
    assert [next(iter(answer)) for answer in answers] == [
        "Vendor", "Fault", "Bill", "Fault", "QueryResponse", "CDCResponse", "Fault",
    ]  # fmt: skip
    assert answers[1]["Fault"]["Error"][0]["code"] == "6240"
    assert answers[3]["Fault"]["Error"][0]["element"] == ""
    assert company.meter.reads == {"query": 1, "cdc": 1}
    assert (company.meter.batches, company.meter.writes) == (1, 2)


async def test_thirty_items_at_most(wire: Wire) -> None:
    items = [vendor(number, f"Vendor {number}") for number in range(31)]

    assert await wire.code("/batch", {"BatchItemRequest": items}) == "1040"
    assert len(await send(wire, items[:30])) == 30


async def test_options_of_an_item(wire: Wire, ids: Ids, company: Company) -> None:
    bill = company.create("Bill", ids.bill(100))["Id"]
    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))["Id"]
    body = {"Id": paid, "SyncToken": "0", "sparse": True}

    answers = await send(
        wire, [{"bId": "1", "operation": "update", "optionsData": "void", "BillPayment": body}]
    )

    assert answers[0]["BillPayment"]["TotalAmt"] == 0


async def test_a_replayed_batch_answers_the_same_and_does_nothing(wire: Wire, company: Company) -> None:
    items = [vendor(1, "Acme"), vendor(2, "Pine"), vendor(3, "Acme")]

    first = await send(wire, items, requestid="batch-1")
    rows = len(company.journal)
    second = await send(wire, items, requestid="batch-1")

    assert second[:2] == first[:2]
    assert second[2]["Fault"]["Error"][0]["code"] == "6240"
    assert len(company.journal) == rows
    assert company.journal[-1].requestid == "batch-1"


async def test_a_replayed_write_answers_the_same_and_does_nothing(
    wire: Wire, ids: Ids, company: Company, clock: Clock
) -> None:
    first = await wire.create("Bill", ids.bill(), requestid="r-1")
    clock.move(hours=5)
    second = await wire.create("Bill", ids.bill(999), requestid="r-1")

    assert second == first
    assert len(company.all("Bill")) == 1


async def test_replays_end_with_their_time_to_live(
    wire: Wire, ids: Ids, sandbox: Sandbox, company: Company, clock: Clock
) -> None:
    sandbox.knobs.requestid_ttl = timedelta(hours=24)
    await wire.create("Bill", ids.bill(), requestid="r-1")
    clock.move(hours=23)
    await wire.create("Bill", ids.bill(), requestid="r-1")
    assert len(company.all("Bill")) == 1

    clock.move(hours=2)
    await wire.create("Bill", ids.bill(), requestid="r-1")
    assert len(company.all("Bill")) == 2


async def test_another_body_under_the_same_id_can_be_a_fault(wire: Wire, ids: Ids, sandbox: Sandbox) -> None:
    sandbox.knobs.requestid_mismatch = "600"
    await wire.create("Bill", ids.bill(), requestid="r-1")

    assert await wire.code("/bill", ids.bill(999), requestid="r-1") == "600"


async def test_refusals_are_not_replayed_unless_the_knob_says_so(
    wire: Wire, ids: Ids, sandbox: Sandbox
) -> None:
    sandbox.knobs.requestid_faults = True
    assert await wire.code("/vendor", {"DisplayName": "Pine & Sons"}, requestid="r-1") == "6240"
    assert await wire.code("/vendor", {"DisplayName": "Other"}, requestid="r-1") == "6240"

    sandbox.knobs.requestid_faults = False
    assert await wire.code("/vendor", {"DisplayName": "Pine & Sons"}, requestid="r-2") == "6240"
    await wire.create("Vendor", {"DisplayName": "Other"}, requestid="r-2")


async def test_a_requestid_has_fifty_characters_at_most_and_may_be_empty(wire: Wire) -> None:
    assert await wire.code("/vendor", {"DisplayName": "A"}, requestid="x" * 51) == "2130"
    await wire.create("Vendor", {"DisplayName": "A"}, requestid="")
    await wire.create("Vendor", {"DisplayName": "B"}, requestid="")


async def test_one_item_of_a_batch_can_fail(wire: Wire, sandbox: Sandbox, company: Company) -> None:
    rule = sandbox.faults.add(FaultRule(action="fault", kind="item", entity="Vendor", after=1, code="10000"))

    answers = await send(wire, [vendor(1, "A"), vendor(2, "B"), vendor(3, "C")])

    assert [next(iter(answer)) for answer in answers] == ["Vendor", "Fault", "Vendor"]
    assert rule.fired == 1
    assert [one["DisplayName"] for one in company.all("Vendor")] == ["A", "C"]


async def test_a_batch_can_break_in_the_middle(wire: Wire, sandbox: Sandbox, company: Company) -> None:
    sandbox.faults.add(FaultRule(action="status_before", kind="item", after=2, status=502, body="html"))
    items = [vendor(1, "A"), vendor(2, "B"), vendor(3, "C")]

    broken = await wire.call("POST", "/batch", json={"BatchItemRequest": items}, params={"requestid": "b"})
    assert (broken.status_code, broken.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert [one["DisplayName"] for one in company.all("Vendor")] == ["A", "B"]

    answers = await send(wire, items, requestid="b")
    assert ["Vendor" in answer for answer in answers] == [True, True, True]
    assert len(company.all("Vendor")) == 3
