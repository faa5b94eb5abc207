"""python-quickbooks: many objects in one request, and what changed since a moment."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from quickbooks import objects as qbo
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture

from tests.contracts.clients.served import Served
from tests.contracts.clients.shop import Shop, make

# A time without an offset, which is what this client makes of a datetime, is QuickBooks' own time.
PACIFIC = ZoneInfo("America/Los_Angeles")


def vendors(number: int) -> list[Any]:
    return [make(qbo.Vendor, DisplayName=f"Vendor {place:03}") for place in range(number)]


def test_batches_create_update_and_delete(shop: Shop) -> None:
    bills = [shop.bill(10 + place) for place in range(65)]

    created = batch_create(bills, qb=shop.qb)
    for one in created.successes:
        one.PrivateNote = f"seen {one.Id}"
    updated = batch_update(created.successes, qb=shop.qb)
    deleted = batch_delete(updated.successes[:31], qb=shop.qb)

    assert [one.TotalAmt for one in created.successes] == [10 + place for place in range(65)]
    assert [one.PrivateNote for one in updated.successes] == [f"seen {one.Id}" for one in created.successes]
    assert {one.SyncToken for one in updated.successes} == {"1"}
    assert {one.status for one in deleted.successes} == {"Deleted"}
    assert [one["TotalAmt"] for one in shop.company.all("Bill")] == [41 + place for place in range(34)]
    assert shop.company.meter.batches == 3 + 3 + 2
    assert created.faults == updated.faults == deleted.faults == []


def test_a_refused_item_stops_no_other(shop: Shop) -> None:
    batch = [*vendors(3), make(qbo.Vendor, DisplayName="Vendor 001"), make(qbo.Vendor)]
    stale = make(qbo.Vendor, DisplayName="Old").save(qb=shop.qb)
    shop.company.update("Vendor", {"Id": stale.Id, "AcctNum": "9"})

    created = batch_create(batch, qb=shop.qb)
    updated = batch_update([stale], qb=shop.qb)

    assert [one.DisplayName for one in created.successes] == ["Vendor 000", "Vendor 001", "Vendor 002"]
    assert [one.Error[0].code for one in created.faults] == ["6240", "6080"]
    assert [one.original_object for one in created.faults] == batch[3:]
    assert created.faults[0].type == "ValidationFault"
    assert created.faults[0].Error[0].Detail
    assert [one.Error[0].code for one in updated.faults] == ["5010"]
    assert shop.names() == ["Old", "Vendor 000", "Vendor 001", "Vendor 002"]


@pytest.mark.parametrize("as_text", [False, True])
def test_changes_of_several_entities_come_in_one_answer(shop: Shop, served: Served, *, as_text: bool) -> None:
    old = shop.bill(1).save(qb=shop.qb)
    served.clock.advance(1800)
    since = (served.clock() - timedelta(seconds=60)).astimezone(PACIFIC)
    kept = shop.bill(2).save(qb=shop.qb)
    gone = shop.bill(3).save(qb=shop.qb)
    gone.delete(qb=shop.qb)
    retired = make(qbo.Customer, DisplayName="Leaving").save(qb=shop.qb)
    retired.Active = False
    retired.save(qb=shop.qb)

    moment = since.isoformat() if as_text else since
    found = change_data_capture([qbo.Bill, qbo.Customer, qbo.Invoice], moment, qb=shop.qb)

    assert sorted((one.Id, getattr(one, "status", "")) for one in found.Bill) == sorted(
        [(kept.Id, ""), (gone.Id, "Deleted")]
    )
    assert old.Id not in [one.Id for one in found.Bill]
    assert [(one.Id, one.Active) for one in found.Customer] == [(retired.Id, False)]
    assert not hasattr(found, "Invoice")
