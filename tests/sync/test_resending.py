"""What is sent again is what was sent: QuickBooks may hold a repeated request id against other bytes."""

from typing import Any

import httpx
import pytest

from service.core.policy import Preferences
from service.core.records import Kind, Vendor
from service.sandbox import FaultRule
from service.store.engine import Store
from tests.clocks import FixedClock
from tests.house import House, bill
from tests.sync.paying import paying


class Recorder(httpx.AsyncBaseTransport):
    """Keeps the bytes of every write by its request id."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.sent: dict[str, list[bytes]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        body = await request.aread()
        if request_id := request.url.params.get("requestid"):
            self.sent.setdefault(request_id, []).append(request.url.raw_path + b"\n" + body)
        return await self.inner.handle_async_request(request)


@pytest.mark.parametrize("bills", [1, 3])
async def test_what_is_sent_again_is_the_same_to_the_byte(
    store: Store, clock: FixedClock, bills: int
) -> None:
    recorders: list[Recorder] = []

    def wrap(transport: Any) -> Recorder:
        recorders.append(Recorder(transport))
        return recorders[-1]

    house = House(store, clock, wrap=wrap)
    await house.connect()
    await house.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await house.sync()
    expenses = [each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Expense"]  # type: ignore[union-attr]
    await house.prefer(Preferences(unallocated_expense_account=expenses[0].id))
    for number in range(bills):
        entered = bill("v1", f"N-{number}", "1000000000000.10", account=expenses[0].id)
        await house.put(Kind.BILL, f"b{number}", entered)
    kind = "batch" if bills > 1 else "write"
    lost = house.sandbox.faults.add(FaultRule(action="drop_before", kind=kind, times=1))
    await house.sync()
    await house.close()

    (recorder,) = recorders
    repeated = {key: sent for key, sent in recorder.sent.items() if len(sent) > 1}
    assert lost.fired == 1
    assert len(repeated) == 1
    assert all(len(set(sent)) == 1 for sent in repeated.values())


async def test_a_request_id_that_may_be_forgotten_is_not_used_again(ready: House) -> None:
    """QuickBooks is believed to remember a request for a day; what it forgot would be applied twice."""
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    lost = ready.sandbox.faults.add(FaultRule(action="drop_before", kind="write", times=None))
    failed = await ready.sync()
    (first,) = await ready.operations()
    ready.sandbox.faults.remove(lost)
    ready.clock.advance(25 * 3600)

    later = await ready.sync()

    assert (failed.state, later.state) == ("failed", "succeeded")
    created = [each for each in ready.quickbooks.journal if each.entity == "Vendor"]
    assert [each.operation for each in created] == ["create"]
    assert created[0].requestid != first.batch
    assert sorted(each.state for each in await ready.operations()) == ["done", "withdrawn"]


async def test_that_a_repeat_was_not_let_in_says_nothing_of_the_first_request(ready: House) -> None:
    """The first one lands after QuickBooks has refused to take the second: sent anew it would be doubled."""
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    ready.sandbox.faults.add(FaultRule(action="late_apply", kind="write", seconds=50, times=1))
    refused = ready.sandbox.faults.add(FaultRule(action="throttle", kind="write", times=None))
    await ready.sync()
    (waiting,) = await ready.operations()
    ready.sandbox.faults.remove(refused)
    ready.clock.advance(600)

    sync = await ready.sync()

    assert refused.fired > 0
    assert waiting.state == "unknown"
    assert sync.state == "succeeded"
    created = [each for each in ready.quickbooks.journal if each.entity == "Vendor"]
    assert [each.requestid for each in created] == [waiting.batch]


async def test_what_was_renamed_before_its_answer_came_is_one_entry_of_two_records(ready: House) -> None:
    """The answer to the repeat is the object that came here as a new record: the older one is told of."""
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    ready.sandbox.faults.add(FaultRule(action="late_apply", kind="write", seconds=50, times=1))
    refused = ready.sandbox.faults.add(FaultRule(action="throttle", kind="write", times=None))
    await ready.sync()
    ready.sandbox.faults.remove(refused)
    ready.clock.advance(60)
    (made,) = [each for each in ready.quickbooks.all("Vendor") if each["DisplayName"] == "Ash & Co"]
    ready.quickbooks.update("Vendor", {"Id": made["Id"], "SyncToken": "0", "DisplayName": "Birch & Co"})
    ready.clock.advance(600)

    sync = await ready.sync()

    assert sync.state == "succeeded"
    (came,) = [each for each in await ready.all(Kind.VENDOR) if each.origin == "quickbooks"]
    ours = await ready.get(Kind.VENDOR, "v1")
    assert (came.sync_state, ours.sync_state, ours.code) == ("agreed", "held", "duplicate_in_quickbooks")
    (issue,) = await ready.issues()
    assert came.id in issue.reason
    assert came.id in issue.fix
    assert [each.operation for each in ready.quickbooks.journal if each.actor == "api"] == ["create"]

    again = await ready.sync()

    assert (again.state, again.writes) == ("succeeded", 0)


async def test_that_a_repeat_is_refused_says_nothing_of_the_first_request_either(books: House) -> None:
    """The first one is applied once what stood in its way is gone: a second payment would double it."""
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00")))
    books.sandbox.faults.add(FaultRule(action="late_apply", kind="write", seconds=50, times=1))
    refused = books.sandbox.faults.add(FaultRule(action="fault", code="6000", kind="write", times=None))
    first = await books.sync()
    books.sandbox.faults.remove(refused)
    (waiting,) = [each for each in await books.operations() if each.kind == "bill_payment"]
    books.clock.advance(600)

    sync = await books.sync()

    assert (first.state, waiting.state) == ("failed", "unknown")
    assert sync.state == "succeeded"
    made = [each for each in books.quickbooks.journal if each.entity == "BillPayment"]
    assert [each.requestid for each in made] == [waiting.batch]
    assert (await books.get(Kind.BILL_PAYMENT, "p1")).sync_state == "agreed"


async def test_a_repeat_that_is_refused_long_after_is_refused(books: House) -> None:
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00")))
    lost = books.sandbox.faults.add(FaultRule(action="drop_before", kind="write", times=None))
    await books.sync()
    books.sandbox.faults.remove(lost)
    books.clock.advance(600)
    books.sandbox.faults.add(FaultRule(action="fault", code="6210", kind="write", times=None))

    sync = await books.sync()

    assert sync.state == "succeeded"
    held = await books.get(Kind.BILL_PAYMENT, "p1")
    assert (held.sync_state, held.code) == ("held", "books_closed")
    assert books.quickbooks.all("BillPayment") == []


async def test_what_was_deleted_before_its_answer_came_is_not_taken_for_alive(books: House) -> None:
    """A repeat is answered as the first request would have been, whatever became of the object since."""
    await books.put(Kind.BILL_PAYMENT, "p1", paying(("b1", "100.00")))
    books.sandbox.faults.add(FaultRule(action="late_apply", kind="write", seconds=50, times=1))
    refused = books.sandbox.faults.add(FaultRule(action="throttle", kind="write", times=None))
    await books.sync()
    books.sandbox.faults.remove(refused)
    books.clock.advance(60)
    (made,) = books.quickbooks.all("BillPayment")
    books.quickbooks.delete("BillPayment", made["Id"])
    books.clock.advance(600)

    sync = await books.sync()

    assert sync.state == "succeeded"
    taken_back = await books.get(Kind.BILL_PAYMENT, "p1")
    assert taken_back.status == "voided"
    assert (await books.get(Kind.BILL, "b1")).balance == 100
    assert books.quickbooks.all("BillPayment") == []
