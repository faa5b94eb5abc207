"""How answers look beside their content: forms, headers, shapes of faults, characters, time."""

import asyncio
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from service.sandbox import Company, FaultRule, Sandbox
from service.sandbox.http.xml import NAMESPACE
from tests.sandbox.conftest import Clock, Ids, Wire

IN_XML = {"Accept": "application/xml"}
BARE = {"Accept": "*/*"}


def element(root: Any, path: str) -> Any:
    found = root.find("/".join(f"{{{NAMESPACE}}}{part}" for part in path.split("/")))
    assert found is not None, path
    return found


async def xml(wire: Wire, path: str, status: int = 200, **options: Any) -> Any:
    response = await wire.call("GET", path, headers=IN_XML, **options)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/xml")
    return ElementTree.fromstring(response.content)  # noqa: S314  our own answer


async def test_who_asks_for_xml_gets_it_in_quickbooks_namespace(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill(150, DocNumber="A&B"))

    root = await xml(wire, f"/bill/{bill['Id']}")

    assert root.tag == f"{{{NAMESPACE}}}IntuitResponse"
    assert root.get("time", "").endswith("-08:00")
    assert element(root, "Bill").get("domain") == "QBO"
    assert element(root, "Bill/DocNumber").text == "A&B"
    assert element(root, "Bill/TotalAmt").text == "150.00"
    assert element(root, "Bill/VendorRef").text == ids.vendor
    assert element(root, "Bill/VendorRef").get("name") == "Pine & Sons"


async def test_queries_and_faults_come_as_xml_too(wire: Wire, ids: Ids) -> None:
    found = await xml(wire, "/query", params={"query": "select * from Vendor"})
    refused = await xml(wire, "/vendor/999", status=400)

    assert element(found, "QueryResponse").get("maxResults") == "1"
    assert element(found, "QueryResponse/Vendor/DisplayName").text == "Pine & Sons"
    assert element(refused, "Fault").get("type") == "ValidationFault"
    assert element(refused, "Fault/Error").get("code") == "610"
    assert element(refused, "Fault/Error/Message").text == "Object Not Found"


@pytest.mark.parametrize(("default", "kind"), [("json", "application/json"), ("xml", "application/xml")])
async def test_without_an_accept_header_the_default_counts(
    wire: Wire, sandbox: Sandbox, default: Any, kind: str
) -> None:
    sandbox.knobs.accept_default = default

    said_nothing = await wire.call("GET", "/preferences", headers=BARE)
    asked = await wire.call("GET", "/preferences", headers={"Accept": "application/json"})

    assert said_nothing.headers["content-type"].startswith(kind)
    assert asked.headers["content-type"] == "application/json;charset=utf-8"


async def test_every_answer_bears_quickbooks_headers(wire: Wire, sandbox: Sandbox) -> None:
    usual = await wire.call("GET", "/preferences")
    sandbox.knobs.tid_header = "intuit-tid"
    other = await wire.call("GET", "/vendor/999")

    assert usual.headers["intuit_tid"].startswith("1-")
    assert usual.headers["x-amzn-trace-id"] == f"Root={usual.headers['intuit_tid']}"
    assert usual.headers["cache-control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert usual.headers["service-time"].startswith("total=")
    assert {"qbo-version", "x-spanid", "expires", "strict-transport-security"} <= set(usual.headers)
    assert "intuit_tid" not in other.headers
    assert other.headers["intuit-tid"].startswith("1-")


async def test_minor_versions_change_nothing(wire: Wire, ids: Ids) -> None:
    answers = [await wire.get(f"/vendor/{ids.vendor}", **more) for more in ({}, {"minorversion": "4"})]
    answers.append(await wire.get(f"/vendor/{ids.vendor}", minorversion="75"))

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_there_are_no_other_methods(wire: Wire, ids: Ids, method: str) -> None:
    response = await wire.call(method, f"/vendor/{ids.vendor}")

    assert response.status_code == 405
    assert (await wire.get(f"/vendor/{ids.vendor}"))["Vendor"]["SyncToken"] == "0"


async def test_paths_and_from_can_mind_the_case(wire: Wire, sandbox: Sandbox, ids: Ids) -> None:
    tolerated = await wire.get(f"/Vendor/{ids.vendor}"), await wire.query("select * from vendor")
    sandbox.knobs.name_case = "exact"
    refused = await wire.get(f"/Vendor/{ids.vendor}"), await wire.query("select * from vendor")

    assert tolerated[0]["Vendor"]["Id"] == tolerated[1]["Vendor"][0]["Id"] == ids.vendor
    assert [one["Fault"]["Error"][0]["code"] for one in refused] == ["500", "4001"]
    assert (await wire.get(f"/vendor/{ids.vendor}"))["Vendor"]["Id"] == ids.vendor
    assert (await wire.query("SELECT * FROM Vendor"))["Vendor"][0]["Id"] == ids.vendor


async def test_time_is_the_start_of_processing_and_may_lie_before_the_write(
    wire: Wire, sandbox: Sandbox
) -> None:
    sandbox.knobs.time_behind = timedelta(seconds=2)

    answer = await wire.post("/vendor", {"DisplayName": "Late & Co"})

    assert answer["time"] == "2026-11-20T10:30:13.123-08:00"
    assert answer["Vendor"]["MetaData"]["LastUpdatedTime"] == "2026-11-20T10:30:15-08:00"


async def test_a_refused_query_can_come_as_200_with_the_fault_inside(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.knobs.fault_in_query = True

    response = await wire.call("GET", "/query", params={"query": "select * from Nothing"})

    assert response.status_code == 200
    assert response.json()["QueryResponse"]["Fault"]["Error"][0]["code"] == "4001"


@pytest.mark.parametrize(
    ("shape", "keys", "code"),
    [
        ("full", {"Message", "Detail", "code", "element"}, "610"),
        ("sparse", {"Message", "code"}, "610"),
        ("number", {"Message", "Detail", "code", "element"}, 610),
    ],
)
async def test_faults_have_several_shapes(
    wire: Wire, sandbox: Sandbox, shape: Any, keys: set[str], code: Any
) -> None:
    sandbox.knobs.fault_shape = shape

    refused = await wire.get("/vendor/999")
    (item,) = (await wire.post("/batch", batch_of({"bId": "1", "Vendor": {"DisplayName": "x:y"}})))[
        "BatchItemResponse"
    ]

    error = refused["Fault"]["Error"][0]
    assert set(error) == keys
    assert error["code"] == code
    assert ("time" in refused) == (shape != "sparse")
    assert item["Fault"]["Error"][0]["code"] == (2040 if shape == "number" else "2040")


def batch_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"BatchItemRequest": [{"operation": "create", **item} for item in items]}


async def test_bytes_that_are_no_utf8_are_refused(wire: Wire, company: Company) -> None:
    response = await wire.call("POST", "/vendor", content=b'{"DisplayName": "Caf\xe9"}')

    assert response.status_code == 400
    assert response.json()["Fault"]["Error"][0]["code"] == "500"
    assert company.all("Vendor") == []


@pytest.mark.parametrize(
    ("effect", "shown"), [("accept", "Łódź Café"), ("replace", "?ód? Café"), ("reject", None)]
)
async def test_american_companies_and_other_letters(
    wire: Wire, sandbox: Sandbox, effect: Any, shown: str | None
) -> None:
    sandbox.knobs.us_characters = effect

    answer = await wire.post("/vendor", {"DisplayName": "Łódź Café"})

    if shown is None:
        assert answer["Fault"]["Error"][0]["code"] == "2040"
    else:
        assert answer["Vendor"]["DisplayName"] == shown


async def test_other_companies_take_all_letters(wire: Wire, sandbox: Sandbox, company: Company) -> None:
    sandbox.knobs.us_characters = "reject"
    company.update("CompanyInfo", {"Id": "1", "Country": "PL"})

    vendor = await wire.create("Vendor", {"DisplayName": "Łódź"})

    assert vendor["DisplayName"] == "Łódź"


async def test_a_request_that_takes_too_long_is_given_up(
    wire: Wire, sandbox: Sandbox, company: Company
) -> None:
    sandbox.knobs.latency = timedelta(seconds=0.02)
    sandbox.knobs.request_limit = timedelta(seconds=0.01)

    response = await wire.call("POST", "/vendor", json={"DisplayName": "Slow"})

    assert response.status_code == 504
    assert company.all("Vendor") == []


@pytest.mark.parametrize("position", ["wait", "600"])
async def test_a_repeat_while_the_first_is_under_way(
    wire: Wire, sandbox: Sandbox, company: Company, position: Any
) -> None:
    sandbox.knobs.requestid_in_flight = position
    sandbox.knobs.latency = timedelta(seconds=0.02)
    body = {"DisplayName": "Twice"}

    first, second = await asyncio.gather(
        wire.post("/vendor", body, requestid="r1"), wire.post("/vendor", body, requestid="r1")
    )

    assert len(company.all("Vendor")) == 1
    assert first["Vendor"]["DisplayName"] == "Twice"
    if position == "wait":
        assert second["Vendor"]["Id"] == first["Vendor"]["Id"]
    else:
        assert second["Fault"]["Error"][0]["code"] == "600"


async def test_a_repeat_may_be_carried_out_again(wire: Wire, sandbox: Sandbox, ids: Ids) -> None:
    sandbox.knobs.requestid_misses = 1.0

    made = [await wire.create("Bill", ids.bill(), requestid="same") for _ in range(2)]

    assert made[0]["Id"] != made[1]["Id"]


async def test_a_delay_does_not_move_the_time_of_the_answer(
    wire: Wire, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.faults.add(FaultRule(action="delay", seconds=0.001))

    answer = await wire.get("/preferences")

    assert answer["time"] == "2026-11-20T10:30:15.123-08:00"


async def test_unknown_paths_outside_the_api_are_absent(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v4/anything")).status_code == 404
