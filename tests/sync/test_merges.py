"""What merges in QuickBooks come to, for every list and however QuickBooks shows them."""

import json

import pytest

from service.core.records import (
    ENTITIES,
    LISTS,
    AccountingClass,
    Customer,
    Document,
    Item,
    Kind,
    Location,
    Vendor,
)
from service.core.records import Account as AccountRecord
from service.store import inbox
from service.sync.schedule import Sweep
from tests.house import House, bill

ENTRIES: dict[Kind, tuple[Document, Document]] = {
    Kind.ACCOUNT: (AccountRecord(name="Ash", type="Expense"), AccountRecord(name="Oak", type="Expense")),
    Kind.ACCOUNTING_CLASS: (AccountingClass(name="Ash"), AccountingClass(name="Oak")),
    Kind.LOCATION: (Location(name="Ash"), Location(name="Oak")),
    Kind.VENDOR: (Vendor(name="Ash"), Vendor(name="Oak")),
    Kind.CUSTOMER: (Customer(name="Ash"), Customer(name="Oak")),
    Kind.ITEM: (Item(name="Ash", type="Service"), Item(name="Oak", type="Service")),
}


async def _both(house: House, kind: Kind) -> None:
    lost, kept = ENTRIES[kind]
    income = next(each for each in await house.all(Kind.ACCOUNT) if each.document.type == "Income")  # type: ignore[union-attr]
    for key, document in (("lost", lost), ("kept", kept)):
        own = {"income_account": income.id} if isinstance(document, Item) else {}
        await house.put(kind, key, type(document)(**_fields(document) | own))
    await house.sync()


def _fields(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in document.__struct_fields__}


def _merge(house: House, kind: Kind) -> None:
    field = "DisplayName" if kind in (Kind.VENDOR, Kind.CUSTOMER) else "Name"
    ids = {each[field]: each["Id"] for each in house.quickbooks.all(ENTITIES[kind])}
    house.quickbooks.merge(ENTITIES[kind], ids["Oak"], ids["Ash"])


async def _tell(house: House, kind: Kind) -> None:
    """Have QuickBooks' webhook tell of a merge of the two entries."""
    links = {each.id: each.quickbooks_id for each in await house.all(kind)}
    entity = {
        "name": ENTITIES[kind],
        "id": links["kept"],
        "operation": "Merge",
        "lastUpdated": house.clock.now().isoformat(),
        "deletedId": links["lost"],
    }
    notice = {"realmId": house.access.realm_id, "dataChangeEvent": {"entities": [entity]}}
    body = json.dumps({"eventNotifications": [notice]}).encode()
    await house.store.run(lambda c: inbox.put(c, id="d1", body=body, now=house.clock.now()))

    async def ring(_: str) -> None:
        return None

    await Sweep(store=house.store, clock=house.clock, ids=house.ids, ring=ring, log=house.log).once()


@pytest.mark.parametrize("kind", sorted(LISTS))
@pytest.mark.parametrize("shown_as", ["deleted", "inactive"])
async def test_a_merge_that_a_webhook_tells_of_is_named(ready: House, kind: Kind, shown_as: str) -> None:
    ready.sandbox.knobs.cdc_merged = shown_as  # type: ignore[assignment]
    await _both(ready, kind)
    _merge(ready, kind)
    await _tell(ready, kind)

    sync = await ready.sync()

    lost, kept = await ready.get(kind, "lost"), await ready.get(kind, "kept")
    assert (sync.state, sync.writes) == ("succeeded", 0)
    assert (lost.sync_state, lost.code, lost.archived) == ("held", "merged_in_quickbooks", False)
    assert (kept.sync_state, kept.archived) == ("agreed", False)
    (issue,) = await ready.issues()
    assert (issue.code, issue.record) == ("merged_in_quickbooks", "lost")
    assert "(here: kept)" in issue.reason

    again = await ready.sync(mode="full")

    assert (again.state, again.writes, again.counts) == ("succeeded", 0, {})


@pytest.mark.parametrize("shown_as", ["deleted", "inactive"])
@pytest.mark.parametrize("moves_times", [False, True])
async def test_a_merge_that_nobody_tells_of_shows_in_what_referred_to_the_loser(
    ready: House, shown_as: str, moves_times: bool
) -> None:
    ready.sandbox.knobs.cdc_merged = shown_as  # type: ignore[assignment]
    ready.sandbox.knobs.merge_moves_times = moves_times
    await _both(ready, Kind.VENDOR)
    await ready.put(Kind.BILL, "b1", bill("lost", "N-1", "10.00", account=ready.expense.id))
    await ready.sync()
    _merge(ready, Kind.VENDOR)

    await ready.sync()

    lost, entered = await ready.get(Kind.VENDOR, "lost"), await ready.get(Kind.BILL, "b1")
    assert (lost.code, lost.archived) == ("merged_in_quickbooks", False)
    assert (entered.sync_state, entered.document.vendor) == ("agreed", "lost")  # type: ignore[union-attr]

    await ready.put(Kind.BILL, "b2", bill("lost", "N-2", "20.00", account=ready.expense.id))
    await ready.sync()

    vendors = {each["DisplayName"]: each["Id"] for each in ready.quickbooks.all("Vendor")}
    assert {each["VendorRef"]["value"] for each in ready.quickbooks.all("Bill")} == {vendors["Oak"]}


async def test_bills_that_somebody_moved_before_he_retired_a_vendor_are_no_merge(ready: House) -> None:
    await _both(ready, Kind.VENDOR)
    await ready.put(Kind.BILL, "b1", bill("lost", "N-1", "10.00", account=ready.expense.id))
    await ready.sync()
    vendors = {each["DisplayName"]: each["Id"] for each in ready.quickbooks.all("Vendor")}
    (there,) = ready.quickbooks.all("Bill")
    ready.quickbooks.update("Bill", {"Id": there["Id"], "VendorRef": {"value": vendors["Oak"]}})
    ready.quickbooks.update("Vendor", {"Id": vendors["Ash"], "Active": False})

    await ready.sync()

    lost, entered = await ready.get(Kind.VENDOR, "lost"), await ready.get(Kind.BILL, "b1")
    assert (lost.archived, lost.code) == (True, None)
    assert entered.document.vendor == "kept"  # type: ignore[union-attr]
    assert await ready.issues() == []


async def test_who_survives_twice_is_who_the_others_are_written_as(ready: House) -> None:
    """Of three vendors the first becomes the second, and that one the third."""
    await _both(ready, Kind.VENDOR)
    await ready.put(Kind.VENDOR, "last", Vendor(name="Elm"))
    await ready.put(Kind.BILL, "b1", bill("lost", "N-1", "10.00", account=ready.expense.id))
    await ready.sync()
    vendors = {each["DisplayName"]: each["Id"] for each in ready.quickbooks.all("Vendor")}
    ready.quickbooks.merge("Vendor", vendors["Oak"], vendors["Ash"])
    await ready.sync()
    ready.quickbooks.merge("Vendor", vendors["Elm"], vendors["Oak"])
    await ready.sync()

    await ready.put(Kind.BILL, "b2", bill("lost", "N-2", "20.00", account=ready.expense.id))
    sync = await ready.sync()

    assert sync.state == "succeeded"
    assert {each["VendorRef"]["value"] for each in ready.quickbooks.all("Bill")} == {vendors["Elm"]}
    assert {each.record for each in await ready.issues()} == {"lost", "kept"}
