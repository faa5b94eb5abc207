"""Who runs a company's syncs, what happens when he dies, and when the next one is due."""

import asyncio
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Connection, select

from service.core.policy import Preferences
from service.core.records import Kind, Vendor
from service.sandbox import FaultRule
from service.store import connections, leases, runs, syncs
from service.store.leases import LeaseLostError
from service.store.tables import Company, Lease, Sync, table_of
from service.sync.schedule import Sweep
from service.sync.work import work
from tests.house import COMPANY, House, bill


class Gone(BaseException):
    """The worker's process is gone."""


async def test_only_one_worker_acts_for_a_company(ready: House) -> None:
    await ready.request()
    held = await ready.store.run(lambda c: leases.acquire(c, COMPANY, "somebody else"))
    assert held is not None

    ended = await work(ready.services(), COMPANY)

    assert ended == 0
    await ready.store.run(lambda c: leases.release(c, held))
    assert await work(ready.services(), COMPANY) == 1


async def test_a_lease_of_a_clock_that_was_set_back_blocks_nobody(ready: House) -> None:
    await ready.request()
    held = await ready.store.run(lambda c: leases.acquire(c, COMPANY, "somebody else"))
    assert held is not None
    await end_lease(ready, dt.datetime.now(dt.UTC) + dt.timedelta(days=1))

    waiting = await ready.store.read(lambda c: runs.due_by_request(c, ready.clock.now()))
    ran = await work(ready.services(), COMPANY)

    assert len(waiting) == 1
    assert ran == 1
    with pytest.raises(LeaseLostError):
        await ready.store.run(lambda c: leases.fence(c, held))


async def test_a_stale_epoch_changes_nothing(ready: House) -> None:
    first = await ready.store.run(lambda c: leases.acquire(c, COMPANY, "first"))
    assert first is not None
    await ready.store.run(lambda c: leases.release(c, first))
    second = await ready.store.run(lambda c: leases.acquire(c, COMPANY, "second"))
    assert second is not None
    assert second.epoch == first.epoch + 1

    with pytest.raises(LeaseLostError):
        await ready.store.run(lambda c: leases.fence(c, first))

    await ready.store.run(lambda c: leases.fence(c, second))


async def test_a_sync_whose_worker_died_after_sending_is_carried_on_without_a_double(house: House) -> None:
    await house.sync()
    expense = next(each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Expense")
    await house.prefer(Preferences(unallocated_expense_account=expense.id))
    await house.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await house.sync()
    await house.put(Kind.BILL, "b1", bill("v1", "N-1", "10.00"))
    sync = await house.request()
    services = house.services()
    original = services.open_quickbooks

    def dying(realm: str, tokens: Any) -> Any:
        client = original(realm, tokens)
        send = client.send

        async def send_and_die(request: Any) -> Any:
            await send(request)
            raise Gone

        client.send = send_and_die
        return client

    doomed = type(services)(
        **{name: getattr(services, name) for name in services.__slots__} | {"open_quickbooks": dying}
    )
    with pytest.raises(Gone):
        await work(doomed, COMPANY)

    await end_lease(house, dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    await work(house.services(), COMPANY)

    ended = await house.store.read(lambda c: syncs.get(c, COMPANY, sync))
    assert ended.state == "succeeded"
    assert len(house.quickbooks.all("Bill")) == 1
    assert (await house.get(Kind.BILL, "b1")).sync_state == "agreed"


async def end_lease(house: House, at: dt.datetime) -> None:
    await house.store.run(lambda c: c.execute(table_of(Lease).update().values(expires_at=at)))


async def test_a_worker_that_is_asked_to_stop_hands_the_sync_over(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    sync = await ready.request()
    asked = iter([False, False, *[True] * 100])

    await work(ready.services(), COMPANY, stopping=lambda: next(asked))
    half = await ready.store.read(lambda c: syncs.get(c, COMPANY, sync))
    await work(ready.services(), COMPANY)

    assert half.state == "running"
    ended = await ready.store.read(lambda c: syncs.get(c, COMPANY, sync))
    assert ended.state == "succeeded"
    assert len(ready.quickbooks.all("Vendor")) == 1


async def test_a_request_during_a_run_leads_to_exactly_one_more(ready: House) -> None:
    first = await ready.request()
    asked: list[str] = []

    def ask_again(_: Any) -> None:
        if not asked:
            asked.append("now")

    ready.sandbox.hooks.before_request.append(ask_again)
    running = asyncio.create_task(work(ready.services(), COMPANY))
    await running
    second, third = await ready.request(), await ready.request()
    ended = await work(ready.services(), COMPANY)

    assert first != second
    assert second == third
    assert ended == 1


async def test_a_cancelled_sync_loses_nothing(ready: House) -> None:
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    sync = await ready.request()
    table = table_of(Sync)

    def cancel(_: Any) -> None:
        pass

    ready.sandbox.hooks.before_request.append(cancel)
    await ready.store.run(lambda c: c.execute(table.update().values(cancel_requested=True)))
    await work(ready.services(), COMPANY)

    ended = await ready.store.read(lambda c: syncs.get(c, COMPANY, sync))
    assert ended.state == "cancelled"
    assert ready.quickbooks.all("Vendor") == []
    after = await ready.sync()
    assert after.counts["vendor"] == {"created_in_quickbooks": 1}


async def test_a_failed_sync_is_tried_again_after_five_minutes_then_thirty(ready: House) -> None:
    ready.sandbox.faults.add(FaultRule(action="status_before", status=503, times=None, kind="cdc"))

    delays = []
    for _ in range(3):
        sync = await ready.sync()
        assert sync.state == "failed"
        company = await row_of(ready)
        delays.append(company.next_sync_at - sync.finished_at)
        ready.clock.advance(60)

    assert delays == [dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2)]
    ready.sandbox.faults.clear()
    assert (await ready.sync()).state == "succeeded"
    assert (await row_of(ready)).failures == 0


async def row_of(house: House) -> Any:
    table = table_of(Company)
    return await house.store.read(lambda c: c.execute(select(table).where(table.c.id == COMPANY)).one())


async def test_the_next_sync_is_due_a_day_later_within_five_per_cent(ready: House) -> None:
    sync = await ready.sync()

    due = (await row_of(ready)).next_sync_at - sync.finished_at

    assert abs(due - dt.timedelta(hours=24)) <= dt.timedelta(hours=24) * 0.05


async def test_a_preview_moves_no_clock(ready: House) -> None:
    await ready.sync()
    before = (await row_of(ready)).next_sync_at
    ready.clock.advance(3600)

    await ready.sync(preview=True)

    assert (await row_of(ready)).next_sync_at == before


async def swept(house: House) -> list[str]:
    rung: list[str] = []

    async def ring(company: str) -> None:
        rung.append(company)

    await Sweep(store=house.store, clock=house.clock, ids=house.ids, ring=ring, log=house.log).once()
    return rung


async def test_the_sweep_queues_what_is_due_and_rings(ready: House) -> None:
    await ready.sync()
    assert await swept(ready) == []
    ready.clock.advance(26 * 3600)

    rung = await swept(ready)

    assert rung == [COMPANY]
    waiting = await ready.store.run(lambda c: runs.start_next(c, COMPANY, ready.clock.now()))
    assert waiting is not None
    assert (waiting.trigger, waiting.mode) == ("automatic", "incremental")


async def test_without_automatic_sync_neither_clock_nor_webhook_starts_one(ready: House) -> None:
    await ready.prefer(Preferences(unallocated_expense_account=ready.expense.id, sync_automatically=False))
    await deliver(ready)
    ready.clock.advance(48 * 3600)

    rung = await swept(ready)

    assert rung == []
    assert (await row_of(ready)).changes_wait_since is not None
    await ready.sync()
    assert (await row_of(ready)).changes_wait_since is None


async def deliver(house: House) -> None:
    from service.store import inbox

    body = (
        b'[{"specversion":"1.0","id":"e1","source":"intuit.x","type":"qbo.bill.updated.v1",'
        b'"time":"2026-03-02T09:00:00Z","intuitentityid":"12","intuitaccountid":"'
        + house.access.realm_id.encode()
        + b'"}]'
    )
    await house.store.run(lambda c: inbox.put(c, id=house.ids.new(), body=body, now=house.clock.now()))


async def test_a_webhook_leads_to_one_sync_however_often_it_comes(ready: House) -> None:
    for _ in range(3):
        await deliver(ready)

    rung = await swept(ready)

    assert rung == [COMPANY]

    def queued(connection: Connection) -> list[str]:
        table = table_of(Sync)
        return list(connection.execute(select(table.c.trigger).where(table.c.state == "queued")).scalars())

    assert await ready.store.read(queued) == ["webhook"]
    assert await swept(ready) == [COMPANY]


async def test_a_webhook_of_a_strange_realm_or_without_sense_rings_nobody(ready: House) -> None:
    from service.store import inbox

    for body in (
        b"[]",
        b'{"eventNotifications": [{"realmId": "1", "dataChangeEvent": {"entities": []}}]}',
        b"{",
    ):
        await ready.store.run(
            lambda c, body=body: inbox.put(c, id=ready.ids.new(), body=body, now=ready.clock.now())
        )

    assert await swept(ready) == []
    assert await ready.store.read(lambda c: runs.unhandled_webhooks(c, 10)) == []


async def test_an_expired_access_token_is_refreshed_once_and_kept(ready: House) -> None:
    ready.clock.advance(2 * 3600)

    sync = await ready.sync()

    assert sync.state == "succeeded"
    tokens = [facts for event, facts in ready.log.lines if "token" in event]
    assert not any("eyJ" in str(each) for each in tokens)
    ready.clock.advance(600)
    assert (await ready.sync()).state == "succeeded"


async def test_a_disconnect_in_quickbooks_stops_the_syncs_and_says_so(ready: House) -> None:
    ready.sandbox.oauth.disconnect(ready.access.realm_id)

    sync = await ready.sync()

    assert sync.state == "failed"
    assert sync.problem is not None
    assert sync.problem["code"] == "reauthorize"
    waits = await ready.sync()
    assert waits.state == "queued"


@pytest.mark.parametrize("kind", ["cdc", "batch"])
async def test_a_company_that_was_set_up_anew_stops_the_connection_and_says_so(
    ready: House, kind: str
) -> None:
    for number in range(2):
        await ready.put(Kind.VENDOR, f"v{number}", Vendor(name=f"Vendor {number}"))
    ready.sandbox.faults.add(FaultRule(action="fault", code="10200", kind=kind, times=None))

    sync = await ready.sync()

    assert sync.problem is not None
    assert (sync.state, sync.problem["code"]) == ("failed", "company_reset")
    status = await ready.store.read(lambda c: connections.status(c, COMPANY, ready.clock.now()))
    assert status.state == "disconnected"
    assert "make a new company here" in (status.reason or "")
    assert (await ready.sync()).state == "queued"
