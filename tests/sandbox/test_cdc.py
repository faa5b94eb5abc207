"""Change data capture: what changed, grouped as asked, with tombstones, up to its limits."""

from datetime import timedelta
from typing import Any

from service.sandbox import Company, Sandbox
from service.sandbox.generate import generate
from tests.sandbox.conftest import Clock, Ids, Wire


async def changes(wire: Wire, entities: str, since: str) -> list[dict[str, Any]]:
    answer = await wire.get("/cdc", entities=entities, changedSince=since)
    groups: list[dict[str, Any]] = answer["CDCResponse"][0]["QueryResponse"]
    return groups


async def test_changes_are_grouped_in_the_order_asked_for(wire: Wire, ids: Ids, company: Company) -> None:
    company.create("Bill", ids.bill())

    groups = await changes(wire, "Vendor,Bill,Class", "2026-11-20T00:00:00-08:00")

    assert [list(group)[:1] for group in groups] == [["Vendor"], ["Bill"], []]
    assert {key: groups[1][key] for key in ("startPosition", "maxResults", "totalCount")} == {
        "startPosition": 1, "maxResults": 1, "totalCount": 1,
    }  # fmt: skip


async def test_only_what_changed_since_by_second(
    wire: Wire, ids: Ids, company: Company, clock: Clock
) -> None:
    company.create("Bill", ids.bill(DocNumber="old"))
    clock.move(minutes=10)
    company.create("Bill", ids.bill(DocNumber="new"))

    groups = await changes(wire, "Bill", "2026-11-20T18:40:15Z")

    assert [bill["DocNumber"] for bill in groups[0]["Bill"]] == ["new"]


async def test_deleted_objects_come_last_as_tombstones(
    wire: Wire, ids: Ids, company: Company, clock: Clock
) -> None:
    gone = company.create("Bill", ids.bill())["Id"]
    clock.move(minutes=1)
    company.delete("Bill", gone)
    clock.move(minutes=1)
    kept = company.create("Bill", ids.bill())["Id"]

    rows = (await changes(wire, "Bill", "2026-11-20"))[0]["Bill"]

    assert [row["Id"] for row in rows] == [kept, gone]
    assert rows[1] == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": gone,
        "MetaData": {"LastUpdatedTime": "2026-11-20T10:31:15-08:00"},
    }


async def test_a_group_of_deletions_has_no_start(wire: Wire, ids: Ids, company: Company) -> None:
    company.delete("Bill", company.create("Bill", ids.bill())["Id"])

    group = (await changes(wire, "Bill", "2026-11-20"))[0]

    assert set(group) == {"Bill", "maxResults", "totalCount"}


async def test_made_inactive_is_a_change_and_no_tombstone(
    wire: Wire, ids: Ids, company: Company, clock: Clock
) -> None:
    clock.move(minutes=1)
    company.update("Vendor", {"Id": ids.vendor, "Active": False})

    rows = (await changes(wire, "Vendor", "2026-11-20T18:31:00Z"))[0]["Vendor"]

    assert [(row["Id"], row["Active"]) for row in rows] == [(ids.vendor, False)]


async def test_postings_show_as_noise(wire: Wire, ids: Ids, company: Company, clock: Clock) -> None:
    clock.move(minutes=5)
    company.create("Bill", ids.bill())

    groups = await changes(wire, "Vendor,Account", "2026-11-20T18:35:00Z")

    assert [row["SyncToken"] for row in groups[0]["Vendor"]] == ["0"]
    assert [row["Name"] for row in groups[1]["Account"]] == ["Accounts Payable (A/P)"]


async def test_an_answer_holds_a_thousand_objects_the_oldest_first(
    wire: Wire, company: Company, clock: Clock
) -> None:
    generate(company, vendors=300, bills=500)
    clock.move(minutes=1)
    generate(company, vendors=1, bills=900)

    groups = await changes(wire, "Bill,Vendor", "2026-11-20")

    assert sum(group["maxResults"] for group in groups) == 1000
    assert groups[1]["maxResults"] == 300
    assert groups[0]["maxResults"] == 700


async def test_more_than_thirty_days_back(wire: Wire, sandbox: Sandbox, ids: Ids, company: Company) -> None:
    company.create("Bill", ids.bill())
    since = {"entities": "Bill", "changedSince": "2026-10-01T00:00:00Z"}

    refused = await wire.call("GET", "/cdc", params=since)
    assert (refused.status_code, refused.json()["Fault"]["type"]) == (400, "ValidationFault")

    sandbox.knobs.cdc_lookback = "truncate"
    assert len((await wire.get("/cdc", **since))["CDCResponse"][0]["QueryResponse"][0]["Bill"]) == 1


async def test_what_cannot_be_asked_for(wire: Wire) -> None:
    for params in (
        {"entities": "TaxCode", "changedSince": "2026-11-20"},
        {"entities": "Nonsense", "changedSince": "2026-11-20"},
        {"entities": "", "changedSince": "2026-11-20"},
        {"entities": "Bill"},
        {"entities": "Bill", "changedSince": "soon"},
    ):
        assert (await wire.call("GET", "/cdc", params=params)).status_code == 400


async def test_lagging_changes(
    wire: Wire, sandbox: Sandbox, ids: Ids, company: Company, clock: Clock
) -> None:
    sandbox.knobs.read_lag = timedelta(seconds=4)
    bill = company.create("Bill", ids.bill())["Id"]
    assert await changes(wire, "Bill", "2026-11-20") == [{}]
    clock.move(seconds=5)
    company.delete("Bill", bill)

    assert [row["Id"] for row in (await changes(wire, "Bill", "2026-11-20"))[0]["Bill"]] == [bill]
    clock.move(seconds=5)
    assert (await changes(wire, "Bill", "2026-11-20"))[0]["Bill"][0]["status"] == "Deleted"


async def test_changes_and_tombstones_rebuild_a_copy(
    wire: Wire, ids: Ids, company: Company, clock: Clock
) -> None:
    copy: dict[str, Any] = {}
    since = "2026-11-20T00:00:00Z"
    for step in range(6):
        clock.move(minutes=1)
        made = company.create("Bill", ids.bill(10 + step))
        if step % 2:
            company.update("Bill", {"Id": made["Id"], "PrivateNote": f"step {step}"})
        if step == 3:
            company.delete("Bill", made["Id"])
        answer = await wire.get("/cdc", entities="Bill", changedSince=since)
        since = answer["time"]
        for row in answer["CDCResponse"][0]["QueryResponse"][0].get("Bill", []):
            if row.get("status") == "Deleted":
                copy.pop(row["Id"], None)
            else:
                copy[row["Id"]] = row

    assert copy == {row["Id"]: row for row in company.all("Bill")}
