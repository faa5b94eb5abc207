"""Classes, locations and items: lists of their own, and what bills say of them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from service.core.policy import Preferences
from service.core.records import (
    AccountingClass,
    Bill,
    BillLine,
    Customer,
    Invoice,
    InvoiceLine,
    Item,
    Kind,
    Location,
    Vendor,
)
from tests.house import House, bill

TRACKING = {"ClassTrackingPerTxnLine": True, "TrackDepartments": True}


@pytest_asyncio.fixture
async def tracked(ready: House) -> House:
    """A company that tracks both, with a vendor and an expense account on both sides."""
    ready.quickbooks.set_preferences({"AccountingInfoPrefs": TRACKING})
    await ready.put(Kind.VENDOR, "v1", Vendor(name="Ash & Co"))
    await ready.sync()
    await ready.prefer(Preferences(unallocated_expense_account=await expense_of(ready)))
    return ready


async def expense_of(house: House) -> str:
    """Return the record of an expense account."""
    accounts = await house.all(Kind.ACCOUNT)
    return next(each.id for each in accounts if getattr(each.document, "type", "") == "Expense")


def named(house: House, entity: str) -> dict[str, Any]:
    """QuickBooks' entries of a list by name."""
    return {each["Name"]: each for each in house.quickbooks.all(entity)}


@pytest.mark.parametrize(
    ("kind", "entity", "document", "flag"),
    [
        (Kind.ACCOUNTING_CLASS, "Class", AccountingClass, "SubClass"),
        (Kind.LOCATION, "Department", Location, "SubDepartment"),
    ],
)
async def test_a_tree_goes_there_parents_first_and_comes_here(
    tracked: House, kind: Kind, entity: str, document: Any, flag: str
) -> None:
    await tracked.put(kind, "above", document(name="North"))
    await tracked.put(kind, "a-below", document(name="Coast", parent="above"))
    there = tracked.quickbooks.create(entity, {"Name": "South"})
    tracked.quickbooks.create(entity, {"Name": "Hills", flag: True, "ParentRef": {"value": there["Id"]}})

    first, second = await tracked.sync(), await tracked.sync()

    assert first.counts[kind.value] == {"created_in_platform": 2, "created_in_quickbooks": 2}
    assert second.counts == {}
    entries = named(tracked, entity)
    assert entries["Coast"]["ParentRef"]["value"] == entries["North"]["Id"]
    here = {each.document.name: each for each in await tracked.all(kind)}  # type: ignore[union-attr]
    assert here["Hills"].document.parent == here["South"].id  # type: ignore[union-attr]


async def test_an_item_goes_there_with_its_account_and_an_edit_comes_back(tracked: House) -> None:
    expense = await expense_of(tracked)
    flour = Item(name="Flour", type="NonInventory", expense_account=expense, unit_price=Decimal("18.5"))
    await tracked.put(Kind.ITEM, "flour", flour)
    await tracked.sync()
    there = named(tracked, "Item")["Flour"]
    tracked.quickbooks.update("Item", there | {"Sku": "FL-25"})
    tracked.clock.advance(60)

    sync = await tracked.sync()

    assert sync.counts["item"] == {"updated_in_platform": 1}
    stored = await tracked.get(Kind.ITEM, "flour")
    assert stored.document == replace(flour, sku="FL-25")


async def test_a_bill_says_what_was_bought_for_whom_and_where_on_both_sides(tracked: House) -> None:
    expense = await expense_of(tracked)
    await tracked.put(Kind.ACCOUNTING_CLASS, "retail", AccountingClass(name="Retail"))
    await tracked.put(Kind.LOCATION, "ulm", Location(name="Ulm"))
    await tracked.put(Kind.ITEM, "flour", Item(name="Flour", type="Service", expense_account=expense))
    entered = replace(
        bill("v1", "N-1", "10.00", account=expense),
        location="ulm",
        lines=(
            BillLine(id="1", amount=Decimal("10.00"), account=expense, accounting_class="retail"),
            BillLine(
                id="2",
                amount=Decimal("37.00"),
                item="flour",
                quantity=Decimal(2),
                unit_price=Decimal("18.5"),
            ),
        ),
    )
    await tracked.put(Kind.BILL, "b1", entered)

    first, second = await tracked.sync(), await tracked.sync()

    assert first.counts["bill"] == {"created_in_quickbooks": 1}
    assert second.counts == {}
    (there,) = tracked.quickbooks.all("Bill")
    classes, items = named(tracked, "Class"), named(tracked, "Item")
    assert there["DepartmentRef"]["value"] == named(tracked, "Department")["Ulm"]["Id"]
    on_account, of_item = (line[line["DetailType"]] for line in there["Line"])
    assert on_account["ClassRef"]["value"] == classes["Retail"]["Id"]
    assert (of_item["ItemRef"]["value"], of_item["Qty"]) == (items["Flour"]["Id"], 2)
    stored = await tracked.get(Kind.BILL, "b1")
    assert isinstance(stored.document, Bill)
    assert [line.item for line in stored.document.lines] == [None, "flour"]


async def test_a_line_that_is_for_an_item_now_keeps_the_customer_that_quickbooks_has(tracked: House) -> None:
    expense = await expense_of(tracked)
    await tracked.put(Kind.ITEM, "flour", Item(name="Flour", type="Service", expense_account=expense))
    await tracked.put(Kind.BILL, "b1", bill("v1", "N-1", "10.00", account=expense))
    await tracked.sync()
    (there,) = tracked.quickbooks.all("Bill")
    customer = tracked.quickbooks.create("Customer", {"DisplayName": "Cedar"})["Id"]
    line = there["Line"][0]
    line["AccountBasedExpenseLineDetail"] |= {
        "CustomerRef": {"value": customer},
        "BillableStatus": "Billable",
    }
    tracked.quickbooks.update("Bill", there | {"Line": [line]})
    tracked.clock.advance(60)
    await tracked.sync()
    stored = await tracked.get(Kind.BILL, "b1")
    assert isinstance(stored.document, Bill)
    (ours,) = stored.document.lines
    changed = replace(ours, account=None, item="flour")
    await tracked.put(Kind.BILL, "b1", replace(stored.document, lines=(changed,)))

    sync = await tracked.sync()

    assert sync.counts["bill"] == {"updated_in_quickbooks": 1}
    (there,) = tracked.quickbooks.all("Bill")
    detail = there["Line"][0]["ItemBasedExpenseLineDetail"]
    assert (detail["CustomerRef"]["value"], detail["BillableStatus"]) == (customer, "Billable")
    assert "AccountBasedExpenseLineDetail" not in there["Line"][0]


BY_TRANSACTION = {"ClassTrackingPerTxn": True, "ClassTrackingPerTxnLine": False}


async def _selling(ready: House) -> House:
    """Track one class to each transaction, and have what is needed to sell."""
    ready.quickbooks.set_preferences({"AccountingInfoPrefs": BY_TRANSACTION})
    income = next(each for each in await ready.all(Kind.ACCOUNT) if each.document.type == "Income")  # type: ignore[union-attr]
    await ready.prefer(Preferences(unallocated_income_account=income.id))
    await ready.put(Kind.CUSTOMER, "birch", Customer(name="Birch Bakery"))
    for key, name in (("retail", "Retail"), ("trade", "Trade")):
        await ready.put(Kind.ACCOUNTING_CLASS, key, AccountingClass(name=name))
    await ready.sync(mode="full")
    return ready


def _invoice(*classes: str | None) -> Invoice:
    lines = tuple(
        InvoiceLine(id=str(at), amount=Decimal("10.00"), description="Cake", accounting_class=each)
        for at, each in enumerate(classes, start=1)
    )
    return Invoice(customer="birch", issued_on=dt.date(2026, 3, 2), lines=lines)


async def test_an_invoice_bears_its_class_in_the_head_where_quickbooks_tracks_it_so(ready: House) -> None:
    house = await _selling(ready)
    await house.put(Kind.INVOICE, "i1", _invoice("retail", "retail"))
    await house.sync()
    classes = named(house, "Class")
    (there,) = house.quickbooks.all("Invoice")

    assert there["ClassRef"]["value"] == classes["Retail"]["Id"]
    assert (await house.get(Kind.INVOICE, "i1")).sync_state == "agreed"

    trade = {"value": classes["Trade"]["Id"]}
    house.quickbooks.update("Invoice", {"Id": there["Id"], "ClassRef": trade})
    taken = await house.sync()
    moved = await house.get(Kind.INVOICE, "i1")
    assert [line.accounting_class for line in moved.document.lines] == ["trade", "trade"]  # type: ignore[union-attr]
    assert taken.writes == 0

    lines = tuple(replace(line, accounting_class=None) for line in moved.document.lines)  # type: ignore[union-attr]
    await house.put(Kind.INVOICE, "i1", replace(moved.document, lines=lines))  # type: ignore[call-overload]
    await house.sync()
    (there,) = house.quickbooks.all("Invoice")
    assert there.get("ClassRef") is None
    assert (await house.sync()).writes == 0


async def test_lines_of_different_classes_wait_where_a_transaction_has_one(ready: House) -> None:
    house = await _selling(ready)
    await house.put(Kind.INVOICE, "i1", _invoice("retail", None))

    await house.sync()

    held = await house.get(Kind.INVOICE, "i1")
    assert (held.sync_state, held.code) == ("held", "feature_off")
    assert house.quickbooks.all("Invoice") == []

    house.quickbooks.set_preferences({"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}})
    await house.sync(mode="full")
    assert (await house.get(Kind.INVOICE, "i1")).sync_state == "agreed"
