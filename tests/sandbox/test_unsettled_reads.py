"""Reads where sources disagree or are silent: each position of each knob."""

from datetime import timedelta
from typing import Any

import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.generate import generate
from tests.sandbox.conftest import Clock, Ids, Wire


async def code(wire: Wire, query: str) -> str:
    answer = await wire.query(query)
    return str(answer["Fault"]["Error"][0]["code"])


@pytest.mark.parametrize("position", ["clamp", "fault"])
async def test_pages_above_a_thousand(wire: Wire, sandbox: Sandbox, company: Company, position: Any) -> None:
    sandbox.knobs.maxresults_over = position
    generate(company, vendors=1, bills=1005)
    query = "select * from Bill maxresults 1001"

    if position == "clamp":
        assert (await wire.query(query))["maxResults"] == 1000
    else:
        assert await code(wire, query) == "4001"
    assert (await wire.query("select * from Bill maxresults 1000"))["maxResults"] == 1000


@pytest.mark.parametrize("position", ["whole", "picked", "fault"])
async def test_named_properties(wire: Wire, sandbox: Sandbox, ids: Ids, position: Any) -> None:
    sandbox.knobs.projections = position
    query = "select DisplayName, Balance from Vendor"

    if position == "fault":
        assert await code(wire, query) == "4001"
        return
    (vendor,) = (await wire.query(query))["Vendor"]
    assert (vendor["Id"], vendor["DisplayName"]) == (ids.vendor, "Pine & Sons")
    assert ("MetaData" in vendor) == (position == "whole")


@pytest.mark.parametrize(("offset", "found"), [(None, 1), (timedelta(0), 0)])
async def test_a_time_without_offset(
    wire: Wire, sandbox: Sandbox, ids: Ids, offset: timedelta | None, found: int
) -> None:
    """The vendor was made at 10:30:15 Pacific, which is 18:30:15 in UTC."""
    sandbox.knobs.bare_time_offset = offset

    before = "select count(*) from Vendor where MetaData.CreateTime <= '2026-11-20T10:31:00'"
    exact = "select count(*) from Vendor where MetaData.CreateTime <= '2026-11-20T10:31:00-08:00'"

    assert (await wire.query(before))["totalCount"] == found
    assert (await wire.query(exact))["totalCount"] == 1


@pytest.mark.parametrize("position", ["recorded", "id"])
async def test_the_order_without_orderby(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, clock: Clock, position: Any
) -> None:
    sandbox.knobs.default_order = position
    older = company.create("Bill", ids.bill(1))["Id"]
    clock.move(minutes=1)
    newer = company.create("Bill", ids.bill(2))["Id"]
    company.create("Vendor", {"DisplayName": "Ash"})

    bills = [one["Id"] for one in (await wire.query("select * from Bill"))["Bill"]]
    names = [one["DisplayName"] for one in (await wire.query("select * from Vendor"))["Vendor"]]

    assert bills == ([newer, older] if position == "recorded" else [older, newer])
    assert names == (["Ash", "Pine & Sons"] if position == "recorded" else ["Pine & Sons", "Ash"])


@pytest.mark.parametrize("filterable", [True, False])
async def test_private_notes_may_be_asked_for(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, filterable: bool
) -> None:
    sandbox.knobs.private_note_filter = filterable
    bill = company.create("Bill", ids.bill(1, PrivateNote="marker-1"))["Id"]
    company.create("Bill", ids.bill(1))
    query = "select * from Bill where PrivateNote = 'MARKER-1'"

    if filterable:
        assert [one["Id"] for one in (await wire.query(query))["Bill"]] == [bill]
    else:
        assert await code(wire, query) == "4001"


@pytest.mark.parametrize(("position", "first"), [("oldest", "1"), ("newest", "6")])
async def test_which_changes_a_full_answer_holds(
    wire: Wire, sandbox: Sandbox, company: Company, clock: Clock, position: Any, first: str
) -> None:
    sandbox.knobs.cdc_order = position
    sandbox.knobs.cdc_limit = 5
    for number in range(10):
        clock.move(seconds=1)
        company.create("Vendor", {"DisplayName": f"V {number}"})

    answer = await wire.get("/cdc", entities="Vendor", changedSince="2026-11-20")
    rows = answer["CDCResponse"][0]["QueryResponse"][0]["Vendor"]

    assert [row["Id"] for row in rows] == [str(int(first) + place) for place in range(5)]


async def test_cdc_may_call_deleted_what_lives(wire: Wire, sandbox: Sandbox, ids: Ids) -> None:
    sandbox.knobs.cdc_false_tombstones = 1.0

    answer = await wire.get("/cdc", entities="Vendor", changedSince="2026-11-20")
    (row,) = answer["CDCResponse"][0]["QueryResponse"][0]["Vendor"]

    assert (row["Id"], row["status"]) == (ids.vendor, "Deleted")
    assert (await wire.get(f"/vendor/{ids.vendor}"))["Vendor"]["Active"] is True


@pytest.mark.parametrize(
    ("entity", "included"),
    [
        *((name, True) for name in ("Budget", "CompanyCurrency", "CompanyInfo", "Attachable", "Preferences")),
        *((name, False) for name in ("TaxCode", "TaxRate", "TaxAgency", "TimeActivity", "JournalCode")),
    ],
)
async def test_cdc_knows_all_entities_but_five(wire: Wire, entity: str, included: bool) -> None:
    answer = await wire.get("/cdc", entities=entity, changedSince="2026-11-20")

    assert ("CDCResponse" in answer) == included


@pytest.mark.parametrize(
    ("entity", "counted"),
    [
        *((name, True) for name in ("Bill", "VendorCredit", "PurchaseOrder")),
        *((name, False) for name in ("Vendor", "CreditMemo", "Purchase")),
    ],
)
async def test_some_entities_count_their_rows(
    wire: Wire, company: Company, ids: Ids, entity: str, counted: bool
) -> None:
    bodies: dict[str, Any] = {
        "Vendor": {"DisplayName": "Counted"},
        "CreditMemo": ids.invoice(),
        "Purchase": {"AccountRef": {"value": ids.bank}, "PaymentType": "Cash", "Line": [ids.line(1)]},
    }
    company.create(entity, bodies.get(entity) or ids.bill(1))

    answer = await wire.query("select * from X maxresults 1".replace("X", entity))

    assert answer["maxResults"] == 1
    assert answer.get("totalCount") == (1 if counted else None)
