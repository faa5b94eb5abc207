"""What a person sees of a sync under way: it never goes back, whoever works and whoever looks."""

from typing import Any

import pytest

from service.core.policy import Preferences
from service.core.records import Kind, Vendor
from service.store import syncs
from service.store.syncs import StoredSync
from service.store.tables import Sync, table_of
from service.sync.work import work
from tests.house import COMPANY, House

PHASES = ["observe", "plan", "apply", "push", "settle"]


async def _state(house: House, sync: str) -> StoredSync:
    return await house.store.read(lambda c: syncs.get(c, COMPANY, sync))


async def _in_pieces(house: House, sync: str, *, transactions: int) -> list[StoredSync]:
    """Have a new worker take the sync over again and again; return how it stood each time."""
    seen = [await _state(house, sync)]
    while seen[-1].finished_at is None:
        asked = iter([False] * (transactions + 2))
        await work(house.services(), COMPANY, stopping=lambda asked=asked: next(asked, True))
        house.clock.advance(7)
        seen.append(await _state(house, sync))
        assert len(seen) < 500
    return seen


def _vendors(house: House, number: int) -> None:
    for at in range(number):
        house.quickbooks.create("Vendor", {"DisplayName": f"Vendor {at:04}"})


@pytest.mark.parametrize("transactions", [6, 9])
async def test_progress_survives_its_workers_and_never_goes_back(house: House, transactions: int) -> None:
    _vendors(house, 1200)
    await house.prefer(Preferences())
    sync = await house.request()

    seen = await _in_pieces(house, sync, transactions=transactions)

    percents = [each.percent for each in seen]
    assert percents == sorted(percents)
    assert len(set(percents)) > 3
    assert (seen[0].percent, seen[-1].percent, seen[-1].state) == (0, 100, "succeeded")
    assert all(each.percent < 100 for each in seen[:-1])
    phases = [PHASES.index(each.phase) for each in seen if each.phase]
    assert phases[0] == 0
    assert seen[-1].eta_seconds is None
    assert len(await house.all(Kind.VENDOR)) == 1200


async def test_the_time_left_is_estimated_by_what_this_worker_has_done(house: House) -> None:
    """At least a twentieth is done before anything is said: the rest takes at most twenty times as long."""
    _vendors(house, 1200)
    sync = await house.request()
    told: list[tuple[float, int]] = []

    def pass_time(_: Any) -> None:
        house.clock.advance(2)

    house.sandbox.hooks.before_request.append(pass_time)
    for piece in (8, 4, 4, 1000):
        began = house.clock.now()
        asked = iter([False] * piece)
        await work(house.services(), COMPANY, stopping=lambda asked=asked: next(asked, True))
        row = await _state(house, sync)
        if row.eta_seconds is not None:
            told.append(((house.clock.now() - began).total_seconds(), row.eta_seconds))

    assert told
    assert all(0 <= eta <= 20 * elapsed for elapsed, eta in told), told


@pytest.mark.parametrize("after", [1, 4, 8, 12])
async def test_a_sync_that_is_cancelled_at_any_step_loses_nothing(house: House, after: int) -> None:
    _vendors(house, 30)
    await house.put(Kind.VENDOR, "mine", Vendor(name="Ash & Co"))
    sync = await house.request()
    asked = iter([False] * after)
    await work(house.services(), COMPANY, stopping=lambda: next(asked, True))
    flags = table_of(Sync).update().values(cancel_requested=True)
    await house.store.run(lambda c: c.execute(flags))
    await work(house.services(), COMPANY)
    cancelled = await _state(house, sync)

    done = await house.sync()

    assert cancelled.state in ("cancelled", "succeeded")
    assert done.state == "succeeded"
    assert len(house.quickbooks.all("Vendor")) == 31
    assert len(await house.all(Kind.VENDOR)) == 31
    assert (await house.sync()).writes == 0


async def test_two_who_press_sync_now_see_one_sync(ready: House) -> None:
    """Pressed in two places at once it is one sync; pressed while it runs, one more follows."""
    first, second = await ready.request(), await ready.request()
    asked = iter([False])
    await work(ready.services(), COMPANY, stopping=lambda: next(asked, True))
    running = await _state(ready, first)

    third, fourth = await ready.request(), await ready.request()
    await work(ready.services(), COMPANY)

    assert first == second
    assert running.state == "running"
    assert third == fourth != first
    assert [(await _state(ready, each)).state for each in (first, third)] == ["succeeded", "succeeded"]
