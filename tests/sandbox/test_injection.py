"""Faults on demand, hooks before requests, and throttles."""

from typing import Any

import pytest

from service.sandbox import Company, DroppedConnection, FaultRule, RequestInfo, Sandbox
from service.sandbox.injection import Action
from tests.sandbox.conftest import Clock, Ids, Wire


async def test_a_connection_drops_before_or_after_the_write(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids
) -> None:
    sandbox.faults.add(FaultRule(action="drop_before", kind="write", entity="Bill", operation="create"))
    with pytest.raises(DroppedConnection):
        await wire.create("Bill", ids.bill())
    assert company.all("Bill") == []

    sandbox.faults.add(FaultRule(action="drop_after", kind="write", entity="Bill"))
    with pytest.raises(DroppedConnection):
        await wire.create("Bill", ids.bill(), requestid="r")
    assert len(company.all("Bill")) == 1

    await wire.create("Bill", ids.bill(), requestid="r")
    assert len(company.all("Bill")) == 1


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [("json", "application/json"), ("html", "text/html; charset=utf-8"), ("xml", "application/xml")],
)
async def test_an_outage_before_or_after_the_write(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, applied: bool, body: Any, content_type: str
) -> None:
    action: Action = "status_after" if applied else "status_before"
    sandbox.faults.add(FaultRule(action=action, kind="write", status=502, body=body))

    response = await wire.call("POST", "/bill", json=ids.bill())

    assert (response.status_code, response.headers["content-type"]) == (502, content_type)
    assert len(company.all("Bill")) == int(applied)


async def test_rules_count_skip_and_end(wire: Wire, sandbox: Sandbox) -> None:
    rule = sandbox.faults.add(FaultRule(action="fault", kind="query", after=1, times=2, code="10000"))

    seen = [(await wire.call("GET", "/query", params={"query": "select * from Term"})).status_code
            for _ in range(5)]  # fmt: skip

    assert seen == [200, 500, 500, 200, 200]
    assert (rule.fired, rule.matched) == (2, 5)


async def test_rules_match_on_what_they_name(wire: Wire, sandbox: Sandbox, ids: Ids) -> None:
    sandbox.faults.add(
        FaultRule(action="fault", kind="write", entity="Vendor", operation="update", code="5010")
    )
    sandbox.faults.add(FaultRule(action="fault", realm_id="1", code="120", times=None))

    await wire.create("Vendor", {"DisplayName": "A"})
    await wire.create("Bill", ids.bill())
    body = {"Id": ids.vendor, "SyncToken": "0", "sparse": True, "CompanyName": "P"}
    assert await wire.code("/vendor", body) == "5010"


async def test_probability_comes_from_the_injected_chance(wire: Wire, sandbox: Sandbox) -> None:
    rule = sandbox.faults.add(FaultRule(action="fault", kind="query", times=None, probability=0.5))

    for _ in range(60):
        await wire.call("GET", "/query", params={"query": "select * from Term"})

    assert 15 < rule.fired < 45


async def test_a_late_write_arrives_after_its_sender_was_cut_off(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, clock: Clock
) -> None:
    sandbox.faults.add(FaultRule(action="late_apply", kind="write", seconds=8))
    with pytest.raises(DroppedConnection):
        await wire.create("Bill", ids.bill(), requestid="r")

    assert (await wire.query("select count(*) from Bill"))["totalCount"] == 0
    clock.move(seconds=9)
    assert (await wire.query("select count(*) from Bill"))["totalCount"] == 1
    await wire.create("Bill", ids.bill(), requestid="r")
    assert len(company.all("Bill")) == 1


async def test_a_throttle_answers_in_the_gateways_dialect(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultRule(action="throttle", kind="query"))

    response = await wire.call("GET", "/query", params={"query": "select * from Term"})

    assert response.status_code == 429
    assert response.json()["fault"]["error"][0]["code"] == "3001"
    assert "retry-after" not in response.headers


async def test_a_hook_edits_between_a_read_and_a_write(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids
) -> None:
    bill = company.create("Bill", ids.bill())
    seen: list[RequestInfo] = []

    def edit(info: RequestInfo) -> None:
        seen.append(info)
        if info.kind == "write":
            company.update("Bill", {"Id": bill["Id"], "PrivateNote": "a person was faster"})

    sandbox.hooks.before_request.append(edit)
    await wire.get(f"/bill/{bill['Id']}")
    body = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "late"}

    assert await wire.code("/bill", body) == "5010"
    assert [(one.kind, one.entity, one.operation) for one in seen] == [
        ("read", "Bill", None), ("write", "Bill", "update"),
    ]  # fmt: skip
    assert company.journal[-1].actor == "person"


async def test_clearing_the_rules(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultRule(action="fault", times=None))
    sandbox.faults.clear()

    assert (await wire.call("GET", "/preferences")).status_code == 200


async def test_token_requests_can_fail_too(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultRule(action="status_before", kind="oauth", status=503))
    form = {"grant_type": "refresh_token", "refresh_token": wire.access.refresh_token}
    auth = (wire.access.client_id, wire.access.client_secret)

    assert (await wire.http.post("/oauth2/v1/tokens/bearer", data=form, auth=auth)).status_code == 503
    assert (await wire.http.post("/oauth2/v1/tokens/bearer", data=form, auth=auth)).status_code == 200


async def statuses(wire: Wire, count: int) -> list[int]:
    return [(await wire.call("GET", "/preferences")).status_code for _ in range(count)]


async def test_ten_a_second(wire: Wire, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.knobs.throttle = True

    assert await statuses(wire, 11) == [200] * 10 + [429]
    clock.move(seconds=1)
    assert await statuses(wire, 1) == [200]


async def test_five_hundred_a_minute_and_forty_batches(wire: Wire, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.knobs.throttle = True
    sandbox.knobs.per_minute = 50
    seen: list[int] = []
    for _ in range(51):
        clock.move(seconds=0.2)
        seen += await statuses(wire, 1)
    assert seen == [200] * 50 + [429]

    clock.move(minutes=2)
    sandbox.knobs.per_minute = 500
    batch = {"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]}
    codes = []
    for _ in range(41):
        clock.move(seconds=0.5)
        codes.append((await wire.call("POST", "/batch", json=batch)).status_code)
    assert codes == [200] * 40 + [429]


async def test_a_throttled_answer_can_be_xml_with_a_hint(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.knobs.throttle, sandbox.knobs.per_second = True, 0
    sandbox.knobs.throttle_body, sandbox.knobs.retry_after = "xml", 30

    response = await wire.call("GET", "/preferences")

    assert response.status_code == 429
    assert response.text.startswith("<?xml")
    assert response.headers["retry-after"] == "30"


async def test_the_meter_counts_successful_reads_only(wire: Wire, company: Company, ids: Ids) -> None:
    await wire.query("select * from Term")
    await wire.query("select * from Nonsense")
    await wire.get("/preferences")
    await wire.get(f"/companyinfo/{wire.access.realm_id}")
    await wire.get("/cdc", entities="Bill,Vendor,Account", changedSince="2026-11-20")
    await wire.create("Bill", ids.bill())

    meter = company.meter
    assert meter.reads == {"query": 1, "preferences": 1, "companyinfo": 1, "cdc": 1}
    assert (meter.total_reads, meter.writes, meter.calls) == (4, 1, 5)
