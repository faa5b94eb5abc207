"""Customers, those below them, and projects, which only QuickBooks changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Customer, Document
from tests.simulation.kinds import parties
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.projection import Fields, LookUp, named, reference

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People


def _of_quickbooks(wire: Fields) -> Fields:
    return parties.of_quickbooks(wire) | {
        "parent": reference(wire.get("ParentRef")),
        "project": "project" if wire.get("IsProject") else None,
    }


def _of_document(document: Any, id_of: LookUp) -> Fields:
    return parties.of_document(document) | {
        "parent": named(id_of, "customer", document.parent),
        "project": "project" if document.project else None,
    }


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    if name != "parent":
        return parties.change_there(there, found, name, word="Customer")
    above = [each for each in there.free("customer") if each["Id"] != found["Id"]]
    if not above or not found.get("ParentRef"):
        return None
    return {"Job": True, "ParentRef": {"value": there.chance.choice(above)["Id"]}}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    if name != "parent":
        return parties.change_here(here, document, name, word="Customer")
    top = [each for each in here.free("customer") if not each.document.parent]  # type: ignore[union-attr]
    below = {each.document.parent for each in here.all("customer")}  # type: ignore[union-attr]
    if not top or document.parent is None:
        return None
    chosen = here.chance.choice(top)
    is_own = chosen.document == document or chosen.id in below - {document.parent}
    return None if is_own else replace(document, parent=chosen.id)


def enter(there: Bookkeeper, name: str | None = None) -> bool:
    """Enter a customer in QuickBooks, sometimes below another, sometimes as a project of it."""
    body = parties.body_there(there, name or there.site.edits.text("Customer"))
    above = [each for each in there.free("customer") if not each.get("IsProject")]
    if above and name is None and there.chance.random() < 0.3:
        body |= {"Job": True, "ParentRef": {"value": there.chance.choice(above)["Id"]}}
        if there.chance.random() < 0.4:
            body |= {"IsProject": True, "BillWithParent": True}
    return there.create("customer", body)


def write(here: Caller, name: str | None = None) -> bool:
    """Write a customer on the platform, sometimes below another."""
    edits = here.site.edits
    fields = parties.document_here(here, name or edits.text("Customer"))
    above = [each for each in here.free("customer") if not each.document.project]  # type: ignore[union-attr]
    parent = here.pick(above) if name is None and here.chance.random() < 0.3 else None
    document = Customer(**fields, parent=parent.id if parent else None)
    return here.put("customer", f"k{edits.next()}", document)


def _namesake(people: People) -> bool:
    """Write a customer by the name of a vendor: QuickBooks has one space of names for both."""
    vendors = [key[1] for key, _ in people.site.pairs() if key[0] == "vendor"]
    if not vendors:
        return False
    vendor = people.site.watch.versions["vendor", people.site.chance.choice(vendors)][-1].document
    return write(people.here, vendor.name)  # type: ignore[union-attr]


KIND = SimulatedKind(
    name="customer",
    entity="Customer",
    rank=22,
    is_list=True,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=parties.MAPPED | {"ParentRef", "Job"},
    fields=(*parties.FIELDS, "parent"),
    change_there=_change_there,
    change_here=_change_here,
    new_there=enter,
    new_here=write,
    weights={"new_there": 2, "new_here": 2, "edit_there": 3, "edit_here": 3, "switch_there": 2}
    | {"archive_here": 1, "restore": 1, "both": 2},
    acts={parties.both_enter(enter, write, "Customer"): 1, parties.merge("customer"): 1, _namesake: 1},
    populates=(2, 2),
    key_of=lambda fields: (fields["name"] or "").casefold(),
    parents_of=lambda fields: [("customer", fields["parent"])],
    restored="email",
    reasons={"project": lambda _, c: bool(c.wire and c.wire.get("IsProject"))},
)
