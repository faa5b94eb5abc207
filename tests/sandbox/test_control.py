"""The control side over HTTP: everything a demo or a developer with curl needs."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.sandbox import Company, Sandbox
from tests.sandbox.conftest import Ids, Wire


@pytest.fixture
def path(company: Company) -> str:
    return f"/sandbox/companies/{company.realm_id}"


async def test_a_company_is_made_with_its_access(http: httpx.AsyncClient) -> None:
    made = await http.post("/sandbox/companies", json={"sample": False, "name": "Mine", "realm_id": "4711"})

    access = made.json()
    assert made.status_code == 201
    assert set(access) == {"realm_id", "client_id", "client_secret", "access_token", "refresh_token"}
    read = await http.get(
        "/v3/company/4711/companyinfo/4711", headers={"Authorization": f"Bearer {access['access_token']}"}
    )
    assert read.json()["CompanyInfo"]["CompanyName"] == "Mine"
    assert (await http.post("/sandbox/companies", json={"realm_id": "4711"})).status_code == 409
    assert {"realm_id": "4711", "name": "Mine"} in (await http.get("/sandbox/companies")).json()


async def test_an_empty_body_makes_an_empty_company(http: httpx.AsyncClient) -> None:
    assert (await http.post("/sandbox/companies")).status_code == 201


async def test_a_persons_edits(http: httpx.AsyncClient, path: str, ids: Ids, company: Company) -> None:
    made = await http.post(f"{path}/objects/Bill", params={"operation": "create"}, json=ids.bill(10))
    bill = made.json()["Id"]
    changed = await http.post(
        f"{path}/objects/Bill?operation=update", json={"Id": bill, "DueDate": "2026-12-31"}
    )
    gone = await http.post(f"{path}/objects/Bill?operation=delete", json={"Id": bill})

    assert (made.status_code, changed.json()["SyncToken"], gone.json()["status"]) == (201, "1", "Deleted")
    rows = (await http.get(f"{path}/journal", params={"after": "2"})).json()
    assert [(row["operation"], row["actor"]) for row in rows] == [
        ("create", "person"), ("update", "person"), ("delete", "person"),
    ]  # fmt: skip
    assert rows[0]["result"]["TotalAmt"] == 10
    refused = await http.post(f"{path}/objects/Bill?operation=delete", json={"Id": bill})
    assert (refused.status_code, refused.json()["Fault"]["Error"][0]["code"]) == (400, "610")
    assert (await http.post(f"{path}/objects/Bill?operation=frame", json={})).status_code == 422


async def test_the_journal_tells_who_wrote_what(wire: Wire, ids: Ids, path: str) -> None:
    await wire.create("Bill", ids.bill(), requestid="r-1")

    row = (await wire.http.get(f"{path}/journal")).json()[-1]

    assert (row["entity"], row["operation"], row["actor"], row["requestid"]) == (
        "Bill",
        "create",
        "api",
        "r-1",
    )
    assert (row["id"], row["sync_token"], row["at"]) == ("1", "0", "2026-11-20T18:30:15.123456+00:00")
    assert row["body"]["VendorRef"] == {"value": ids.vendor}


async def test_meter_export_and_preferences(wire: Wire, ids: Ids, path: str, company: Company) -> None:
    await wire.create("Bill", ids.bill())
    await wire.query("select * from Bill")

    meter = (await wire.http.get(f"{path}/meter")).json()
    assert (meter["reads"], meter["total_reads"], meter["writes"]) == ({"query": 1}, 1, 1)
    assert [bill["Id"] for bill in (await wire.http.get(f"{path}/export/Bill")).json()] == ["1"]
    body = {"AccountingInfoPrefs": {"BookCloseDate": "2026-02-28"}}
    closed = (await wire.http.post(f"{path}/preferences", json=body)).json()
    assert closed["AccountingInfoPrefs"]["BookCloseDate"] == "2026-02-28"
    assert closed["AccountingInfoPrefs"]["TrackDepartments"] is True
    opened = await wire.http.post(
        f"{path}/preferences", json={"AccountingInfoPrefs": {"BookCloseDate": None}}
    )
    assert "BookCloseDate" not in opened.json()["AccountingInfoPrefs"]


async def test_faults_by_http(wire: Wire, http: httpx.AsyncClient) -> None:
    rule: dict[str, Any] = {"action": "status_before", "kind": "query", "status": 503, "times": None}
    assert (await http.post("/sandbox/faults", json=rule)).status_code == 201
    assert (await wire.call("GET", "/query", params={"query": "select * from Term"})).status_code == 503
    assert (await http.get("/sandbox/faults")).json()[0]["fired"] == 1

    await http.delete("/sandbox/faults")
    assert (await wire.call("GET", "/query", params={"query": "select * from Term"})).status_code == 200


@pytest.mark.parametrize(
    "rule",
    [{}, {"action": "explode"}, {"action": "fault", "color": "red"}, {"action": "delay", "seconds": "x"}],
)
async def test_nonsense_rules_are_refused(http: httpx.AsyncClient, rule: dict[str, str]) -> None:
    assert (await http.post("/sandbox/faults", json=rule)).status_code == 422


async def test_knobs_by_http(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.post("/sandbox/knobs", json={"read_lag": 2.5, "cdc_lookback": "truncate"})

    assert answer.json()["read_lag"] == 2.5
    assert sandbox.knobs.read_lag.total_seconds() == 2.5
    assert sandbox.knobs.cdc_lookback == "truncate"
    assert (await http.post("/sandbox/knobs", json={"volume": 11})).status_code == 422


async def test_loading_and_generating(http: httpx.AsyncClient, path: str) -> None:
    bill = {
        "Id": "77",
        "SyncToken": "3",
        "VendorRef": {"value": "5", "name": "Nobody"},
        "Line": [],
        "TotalAmt": 5,
    }

    loaded = await http.post(
        f"{path}/load", json=[{"Bill": bill}, {"DisplayName": "Eve", "Vendor1099": False, "Id": "9"}]
    )
    assert loaded.json() == {"loaded": {"Bill": 1, "Vendor": 1}}
    refused = await http.post(f"{path}/load", json=[{"what": "is", "this": 1}])
    assert refused.status_code == 400

    generated = await http.post(f"{path}/generate", json={"vendors": 3, "bills": 20})
    assert generated.json()["objects"]["Bill"] == 21


async def test_webhooks_are_subscribed_by_http(
    http: httpx.AsyncClient, sandbox: Sandbox, company: Company
) -> None:
    body = {"url": "http://127.0.0.1:1/hook", "verifier_token": "v", "realm_id": company.realm_id}

    assert (await http.post("/sandbox/webhooks", json=body)).status_code == 201
    assert (await http.post("/sandbox/webhooks", json={"url": "x"})).status_code == 422
    assert sandbox.webhooks.subscriptions[0].realm_id == company.realm_id


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_company_is_absent(http: httpx.AsyncClient, method: str) -> None:
    tail = "journal" if method == "GET" else "load"

    assert (await http.request(method, f"/sandbox/companies/1/{tail}", json=[])).status_code == 404


async def test_a_body_that_is_no_json(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.post(f"{path}/load", content=b"{")).status_code == 400


@pytest.mark.parametrize(
    "positions",
    [
        {"read_lag": "long"},
        {"cdc_lookback": "sometimes"},
        {"throttle": "yes"},
        {"per_second": 1.5},
        {"webhook_drops": 0.5, "volume": 11},
    ],
)
async def test_positions_that_no_knob_has_are_refused_and_turn_nothing(
    http: httpx.AsyncClient, sandbox: Sandbox, positions: dict[str, object]
) -> None:
    before = (await http.get("/sandbox/knobs")).json()

    assert (await http.post("/sandbox/knobs", json=positions)).status_code == 422
    assert (await http.get("/sandbox/knobs")).json() == before


async def test_times_of_knobs_are_seconds_and_may_be_none(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.post("/sandbox/knobs", json={"requestid_ttl": 60, "bare_time_offset": 3600})
    assert sandbox.knobs.requestid_ttl == timedelta(seconds=60)
    assert sandbox.knobs.bare_time_offset == timedelta(hours=1)

    await http.post("/sandbox/knobs", json={"requestid_ttl": None, "redirect_uris": ["http://localhost/a"]})
    assert sandbox.knobs.requestid_ttl is None
    assert sandbox.knobs.redirect_uris == ("http://localhost/a",)


async def test_a_body_that_is_no_text(http: httpx.AsyncClient) -> None:
    assert (await http.post("/sandbox/companies", content=b"\xff\xfe")).status_code == 400
