"""Bills: lines on expense accounts and items, numbers that pair them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from service.core.records import Bill
from tests.simulation.kinds import expenses
from tests.simulation.kinds.expenses import line_there
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.projection import Fields, LookUp, day

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper
    from tests.simulation.caller import Caller
    from tests.simulation.people import People


def _of_quickbooks(wire: Fields) -> Fields:
    return expenses.of_quickbooks(wire) | {"due_on": wire.get("DueDate")}


def _of_document(document: Any, id_of: LookUp) -> Fields:
    return expenses.of_document(document, id_of) | {"due_on": day(document.due_on)}


# -- people


def enter(
    there: Bookkeeper, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> bool:
    """Enter a bill in QuickBooks."""
    body = expenses.body_there(there, vendor, number, amount)
    if body is None:
        return False
    if there.chance.random() < 0.6:
        body["DueDate"] = there.site.edits.due_on().isoformat()
    return there.create("bill", body)


def write(
    here: Caller, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> bool:
    """Write a bill on the platform."""
    fields = expenses.document_here(here, vendor, number, amount)
    if fields is None:
        return False
    edits = here.site.edits
    document = Bill(**fields, due_on=edits.due_on() if here.chance.random() < 0.6 else None)
    return here.put("bill", f"b{edits.next()}", document)


def _both_enter(people: People) -> bool:
    """Enter the same number on both sides, mostly with the same amount."""
    site = people.site
    vendors = [(key[1], qbo_id) for key, qbo_id in site.pairs() if key[0] == "vendor"]
    if not vendors:
        return False
    record, qbo_id = site.chance.choice(vendors)
    number, amount = site.edits.text("N"), site.edits.amount()
    there = enter(people.there, qbo_id, number, amount)
    if site.chance.random() < 0.4:
        amount = site.edits.amount()
    return write(people.here, record, number, amount) or there


def _several(people: People) -> bool:
    """Write several bills at once: they share a request to QuickBooks."""
    written = [write(people.here) for _ in range(people.site.chance.choice((2, 3, 4)))]
    return all(written)


def _one_goes_one_changes(people: People) -> bool:
    """One side deletes or archives what the other one edits."""
    bills = [each for each in people.site.pairs() if each[0][0] == "bill"]
    if not bills:
        return False
    (kind, record), qbo_id = people.site.chance.choice(bills)
    if people.site.chance.random() < 0.5:
        return people.there.delete(kind, qbo_id) and people.here.edit(kind, record)
    return people.there.edit(kind, qbo_id) and people.here.archive(kind, record)


def _copy(people: People) -> bool:
    """Copy a bill in QuickBooks: its note is copied, our mark included."""
    there, edits = people.there, people.site.edits
    found = there.pick([each for each in there.all("bill") if each.get("PrivateNote")])
    if found is None or not there.free("account"):
        return False
    body = {
        "VendorRef": found["VendorRef"],
        "PrivateNote": found["PrivateNote"],
        "DocNumber": edits.text("Q"),
        "TxnDate": edits.issued_on().isoformat(),
        "Line": [line_there(there)],
    }
    return there.create("bill", body, copied=True)


KIND = SimulatedKind(
    name="bill",
    entity="Bill",
    rank=30,
    is_list=False,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=expenses.MAPPED | {"DueDate"},
    fields=(
        *("memo", "memo", "due_on", "due_on", "issued_on", "number", "amount", "amount"),
        *(
            "description",
            "new line",
            "no line",
            "account",
            "class",
            "location",
            "vendor",
            "no memo",
            "customer",
        ),
    ),
    change_there=expenses.change_there,
    change_here=expenses.change_here,
    new_there=enter,
    new_here=write,
    weights={"new_there": 8, "new_here": 8, "edit_there": 12, "edit_here": 12, "delete_there": 14}
    | {"archive_here": 6, "restore": 2, "both": 10},
    acts={_both_enter: 3, _several: 6, _one_goes_one_changes: 4, _copy: 1}
    | {partial(expenses.approve, kind="bill"): 2},
    populates=(4, 2),
    key_of=lambda fields: (fields["vendor"], (fields["number"] or "").casefold()),
    parents_of=expenses.parents,
    restored="memo",
    is_history=lambda wire: bool(wire["Balance"] == 0),
    reasons=expenses.REASONS
    | {
        "direction": lambda a, c: (
            c.record is None and a.preferences.transactions_direction == "to_quickbooks"
        ),
        "not_unpaid": lambda _, c: c.record is None and expenses.is_settled(c.wire),
        "removed_in_quickbooks": lambda a, c: (
            c.wire is None
            and (a.preferences.transactions_direction == "to_quickbooks" or expenses.is_settled_here(a, c))
        ),
    },
)
