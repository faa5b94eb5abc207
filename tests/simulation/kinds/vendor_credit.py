"""Vendor credits: what a vendor owes; they go to QuickBooks and never come from there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from service.core.records import VendorCredit
from tests.simulation.kinds import expenses
from tests.simulation.kinds.kind import SimulatedKind

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper
    from tests.simulation.caller import Caller
    from tests.simulation.people import People


def enter(there: Bookkeeper, vendor: str | None = None, number: str | None = None) -> bool:
    """Enter a vendor credit in QuickBooks."""
    body = expenses.body_there(there, vendor, number)
    return body is not None and there.create("vendor_credit", body)


def write(here: Caller, vendor: str | None = None, number: str | None = None) -> bool:
    """Write a vendor credit on the platform."""
    fields = expenses.document_here(here, vendor, number)
    if fields is None:
        return False
    return here.put("vendor_credit", f"c{here.site.edits.next()}", VendorCredit(**fields))


def _both_enter(people: People) -> bool:
    """Enter the same number on both sides."""
    site = people.site
    vendors = [(key[1], qbo_id) for key, qbo_id in site.pairs() if key[0] == "vendor"]
    if not vendors:
        return False
    record, qbo_id = site.chance.choice(vendors)
    number = site.edits.text("N")
    there = enter(people.there, qbo_id, number)
    return write(people.here, record, number) or there


KIND = SimulatedKind(
    name="vendor_credit",
    entity="VendorCredit",
    rank=40,
    is_list=False,
    of_quickbooks=expenses.of_quickbooks,
    of_document=expenses.of_document,
    mapped=expenses.MAPPED,
    fields=(
        *("memo", "memo", "issued_on", "number", "amount", "amount", "description", "new line"),
        *("no line", "account", "location", "vendor"),
    ),
    change_there=expenses.change_there,
    change_here=expenses.change_here,
    new_there=enter,
    new_here=write,
    weights={"new_there": 2, "new_here": 6, "edit_there": 2, "edit_here": 3, "delete_there": 2}
    | {"archive_here": 2, "restore": 1, "both": 2},
    acts={_both_enter: 1, partial(expenses.approve, kind="vendor_credit"): 1},
    populates=(1, 2),
    key_of=lambda fields: (fields["vendor"], (fields["number"] or "").casefold()),
    parents_of=expenses.parents,
    restored="memo",
    is_history=lambda _: True,
    reasons=expenses.REASONS
    | {
        "direction": lambda _, c: c.record is None,
        "changed_in_quickbooks": lambda _, c: bool(c.differing),
        "removed_in_quickbooks": lambda _, c: c.wire is None,
    },
)
