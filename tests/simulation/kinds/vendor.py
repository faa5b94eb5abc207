"""Vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Address, Document, Vendor
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.projection import Fields, LookUp, plain_name

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

_ADDRESS = {
    "line1": "Line1",
    "line2": "Line2",
    "line3": "Line3",
    "line4": "Line4",
    "line5": "Line5",
    "city": "City",
    "region": "CountrySubDivisionCode",
    "postal_code": "PostalCode",
    "country": "Country",
}
_TEXTS = {
    "company_name": "CompanyName",
    "given_name": "GivenName",
    "family_name": "FamilyName",
    "account_number": "AcctNum",
}


def _of_quickbooks(wire: Fields) -> Fields:
    address = wire.get("BillAddr") or {}
    return (
        {
            "name": plain_name(wire["DisplayName"]),
            "email": (wire.get("PrimaryEmailAddr") or {}).get("Address") or None,
            "phone": (wire.get("PrimaryPhone") or {}).get("FreeFormNumber") or None,
            "archived": wire.get("Active") is False,
        }
        | {ours: wire.get(theirs) or None for ours, theirs in _TEXTS.items()}
        | {f"address.{ours}": address.get(theirs) or None for ours, theirs in _ADDRESS.items()}
    )


def _of_document(document: Any, _: LookUp) -> Fields:
    address = document.address
    plain = {name: getattr(document, name) for name in ("name", "email", "phone", "archived", *_TEXTS)}
    return plain | {f"address.{part}": getattr(address, part) if address else None for part in _ADDRESS}


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    edits = there.site.edits
    if name == "name":
        return {"DisplayName": edits.text("Vendor")} if found.get("Active") else None
    if name == "email":
        return {"PrimaryEmailAddr": {"Address": edits.email()}}
    if name == "no phone":
        return {"PrimaryPhone": None}
    if name == "no company_name":
        return {"CompanyName": ""}
    if name == "phone":
        return {"PrimaryPhone": {"FreeFormNumber": edits.text("555")}}
    if name.startswith("address."):
        part = _ADDRESS[name.partition(".")[2]]
        return {"BillAddr": (found.get("BillAddr") or {}) | {part: edits.text("Street")}}
    return {_TEXTS[name]: edits.text(name)}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    edits = here.site.edits
    if name == "email":
        return replace(document, email=edits.email())
    if name.startswith("no "):
        return replace(document, **{name.removeprefix("no "): None})
    if name.startswith("address."):
        part = {name.partition(".")[2]: edits.text("Street")}
        return replace(document, address=replace(document.address or Address(), **part))
    return replace(document, **{name: edits.text("Vendor" if name == "name" else name)})


def enter(there: Bookkeeper, name: str | None = None) -> bool:
    """Enter a vendor in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    body: Wire = {"DisplayName": name or edits.text("Vendor")}
    if chance.random() < 0.5:
        body["CompanyName"] = edits.text("Company")
    if chance.random() < 0.4:
        body["PrimaryPhone"] = {"FreeFormNumber": edits.text("555")}
    if chance.random() < 0.3:
        body["Notes"] = "Only QuickBooks has a place for this"
    if chance.random() < 0.3:
        body["BillAddr"] = {"Line1": edits.text("Street"), "City": edits.text("Town")}
    return there.create("vendor", body)


def write(here: Caller, name: str | None = None) -> bool:
    """Write a vendor on the platform."""
    edits, chance = here.site.edits, here.chance
    document = Vendor(
        name=name or edits.text("Vendor"),
        company_name=edits.text("Company") if chance.random() < 0.5 else None,
        phone=edits.text("555") if chance.random() < 0.4 else None,
        address=Address(line1=edits.text("Street")) if chance.random() < 0.3 else None,
    )
    return here.put("vendor", f"v{edits.next()}", document)


def _both_enter(people: People) -> bool:
    name = people.site.edits.text("Vendor")
    there = enter(people.there, name)
    return write(people.here, name) or there


def _merge(people: People) -> bool:
    """Merge two vendors in QuickBooks: the bills of one become the other's."""
    found = people.there.free("vendor")
    if len(found) < 2:
        return False
    survivor, loser = people.site.chance.sample(found, 2)
    return people.there.merge("vendor", survivor["Id"], loser["Id"])


KIND = SimulatedKind(
    name="vendor",
    entity="Vendor",
    rank=20,
    is_list=True,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset(
        {"DisplayName", "CompanyName", "GivenName", "FamilyName", "PrimaryEmailAddr", "PrimaryPhone"}
        | {"AcctNum", "BillAddr", "Active", "PrintOnCheckName"}
    ),
    fields=(
        *("name", "company_name", "given_name", "family_name", "email", "phone", "account_number"),
        *("address.line1", "address.city", "no company_name", "no phone"),
    ),
    change_there=_change_there,
    change_here=_change_here,
    new_there=enter,
    new_here=write,
    weights={"new_there": 3, "new_here": 3, "edit_there": 5, "edit_here": 5, "switch_there": 3}
    | {"archive_here": 2, "restore": 1, "both": 3},
    acts={_both_enter: 2, _merge: 1},
    populates=(3, 3),
    key_of=lambda fields: (fields["name"] or "").casefold(),
    parents_of=lambda _: [],
    restored="email",
)
