"""Syncs as callers see them."""

import asyncio
import datetime as dt

import httpx

from service.api.context import ApiContext
from service.api.schemas.sync import Outcome, Sync, SyncStatus
from service.core.records import Kind, Vendor
from tests.api import rows
from tests.api.conftest import Bell, Caller, assert_problem, bill
from tests.clocks import START, FixedClock


async def start(caller: Caller, **body: object) -> httpx.Response:
    """Ask for a sync."""
    return await caller("POST", "syncs", body)


async def test_a_sync_is_accepted_and_waits_for_a_connection(oak: Caller, bell: Bell) -> None:
    answer = await oak("POST", "syncs")

    sync = answer.json()
    Sync.model_validate(sync)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/companies/oak/syncs/{sync['id']}"
    assert (sync["state"], sync["mode"], sync["trigger"]) == ("queued", "incremental", "manual")
    assert sync["requested_by"] == "bootstrap"
    assert sync["problem"]["code"] == "not_connected"
    assert bell.rung == ["oak"]
    assert await oak.get(answer.headers["location"]) == sync


async def test_a_broken_bell_is_no_error(oak: Caller, bell: Bell) -> None:
    bell.broken = True

    assert (await start(oak)).status_code == 202


async def test_asking_again_joins_and_widens(oak: Caller) -> None:
    first = (await start(oak)).json()
    wider = (await start(oak, mode="full")).json()
    narrower = (await start(oak, mode="incremental")).json()
    preview = (await start(oak, preview=True)).json()

    assert first["id"] == wider["id"] == narrower["id"] != preview["id"]
    assert (first["mode"], wider["mode"], narrower["mode"]) == ("incremental", "full", "full")
    assert preview["preview"] is True


async def test_a_reconcile_is_the_widest_mode(oak: Caller) -> None:
    full = (await start(oak, mode="full")).json()
    widest = (await start(oak, mode="reconcile")).json()

    assert (widest["id"], widest["mode"]) == (full["id"], "reconcile")


async def test_many_ask_at_once_and_one_sync_waits(oak: Caller) -> None:
    answers = await asyncio.gather(*(start(oak) for _ in range(8)))

    assert len({each.json()["id"] for each in answers}) == 1


async def test_bad_syncs(oak: Caller) -> None:
    assert_problem(await start(oak, mode="sideways"), 422, "unknown_value", "mode")
    assert_problem(await start(oak, force=True), 422, "unknown_field", "force")


async def test_waiting_ends_with_the_sync(oak: Caller, context: ApiContext, clock: FixedClock) -> None:
    sync = (await start(oak)).json()["id"]

    async def finish() -> None:
        while clock.now() < START + dt.timedelta(seconds=3):  # noqa: ASYNC110 - the clock moves by polling
            await asyncio.sleep(0)
        await rows.change_rows(
            context.store, "sync", {"id": sync}, state="succeeded", finished_at=clock.now()
        )

    finishing = asyncio.create_task(finish())
    found = await oak.get(f"syncs/{sync}?wait=60")
    await finishing

    assert found["state"] == "succeeded"
    assert clock.now() < START + dt.timedelta(seconds=60)


async def test_waiting_has_an_end(oak: Caller, clock: FixedClock) -> None:
    sync = (await start(oak)).json()["id"]

    assert (await oak.get(f"syncs/{sync}?wait=7"))["state"] == "queued"

    assert clock.now() == START + dt.timedelta(seconds=7)
    assert_problem(await oak("GET", f"syncs/{sync}?wait=61"), 422, "out_of_range", "wait")


async def test_cancelling(oak: Caller, context: ApiContext) -> None:
    queued = (await start(oak)).json()["id"]
    await rows.sync(context.store, "running", state="running")

    cancelled = await oak("POST", f"syncs/{queued}/cancel")
    asked = await oak("POST", "syncs/running/cancel")
    again = await oak("POST", f"syncs/{queued}/cancel")

    assert cancelled.json()["state"] == "cancelled"
    assert (asked.json()["state"], asked.json()["cancel_requested"]) == ("running", True)
    assert_problem(again, 409, "already_ended")
    assert_problem(await oak("POST", "syncs/none/cancel"), 404, "sync_not_found")


async def test_history_is_paged_and_filtered(oak: Caller, context: ApiContext) -> None:
    for n in range(5):
        await rows.sync(
            context.store,
            f"s{n}",
            trigger="manual" if n % 2 else "automatic",
            requested_at=START + dt.timedelta(minutes=n // 2),
        )

    first = await oak.get("syncs?limit=3")
    second = await oak.get(f"syncs?limit=3&cursor={first['next']}")
    manual = await oak.get("syncs?trigger=manual&state=succeeded")

    assert [each["id"] for each in first["items"]] == ["s4", "s3", "s2"]
    assert [each["id"] for each in second["items"]] == ["s1", "s0"]
    assert [each["id"] for each in manual["items"]] == ["s3", "s1"]


async def test_outcomes_and_plan(oak: Caller, context: ApiContext) -> None:
    await rows.sync(context.store, "s1", counts='{"bill":{"held":2}}')
    await rows.sync(context.store, "p1", preview=True)
    for n in range(1, 4):
        await rows.outcome(
            context.store, "s1", n, record=f"b{n}", code="x" if n == 3 else "preferences_missing"
        )
    await rows.outcome(context.store, "p1", 1, result="created_in_quickbooks", code=None)

    first = await oak.get("syncs/s1/outcomes?limit=2")
    rest = await oak.get(f"syncs/s1/outcomes?limit=2&cursor={first['next']}")
    coded = await oak.get("syncs/s1/outcomes?code=x&kind=bill&result=held")
    plan = await oak.get("syncs/p1/plan")

    assert [each["record"] for each in first["items"] + rest["items"]] == ["b1", "b2", "b3"]
    Outcome.model_validate(first["items"][0])
    assert [each["record"] for each in coded["items"]] == ["b3"]
    assert plan["items"][0]["result"] == "created_in_quickbooks"
    assert_problem(await oak("GET", "syncs/s1/plan"), 409, "not_a_preview")
    assert (await oak.get("syncs/s1"))["counts"] == {"bill": {"held": 2}}


async def test_the_sync_icon(oak: Caller, context: ApiContext) -> None:
    store = context.store

    async def state() -> str:
        status = await oak.get("sync-status")
        SyncStatus.model_validate(status)
        return str(status["state"])

    assert await state() == "disconnected"
    url = (await oak("POST", "connection", {"return_to": "https://x.test/"})).json()["authorize_url"]
    state_of_browser = url.rpartition("state=")[2]
    await oak.client.get(
        "/oauth/quickbooks/callback", params={"state": state_of_browser, "code": "good", "realmId": "1"}
    )
    assert await state() == "queued"

    (sync,) = (await oak.get("syncs"))["items"]
    await rows.change_rows(store, "sync", {"id": sync["id"]}, state="running", percent=40)
    status = await oak.get("sync-status")
    assert (status["state"], status["percent"], status["sync"]) == ("syncing", 40, sync["id"])

    await rows.change_rows(store, "sync", {"id": sync["id"]}, state="succeeded", finished_at=START)
    await rows.change_rows(store, "record", {}, undecided=False)
    assert await state() == "idle"

    await oak.put("bills/b1", bill())
    await rows.change_rows(store, "record", {"id": "b1"}, code="number_taken")
    await rows.counterpart(store, Kind.VENDOR, "1", Vendor(name="X"), code="number_taken")
    await rows.issue(store, "i1", "number_taken")
    status = await oak.get("sync-status")
    assert status["state"] == "attention"
    assert status["codes"] == {"number_taken": 2}
    assert (status["open_issues"], status["changes_waiting"]) == (1, True)
    assert status["last_sync"] == {
        "id": sync["id"],
        "state": "succeeded",
        "finished_at": "2026-03-02T09:00:00Z",
    }
