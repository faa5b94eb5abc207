"""Vendors and customers, which are alike: a name, ways to reach them, an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Address, Document
from tests.simulation.projection import Fields, plain_name

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.kinds.kind import Act
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
MAPPED = frozenset(
    {"DisplayName", "CompanyName", "GivenName", "FamilyName", "PrimaryEmailAddr", "PrimaryPhone"}
    | {"AcctNum", "BillAddr", "Active", "PrintOnCheckName"}
)
FIELDS = (
    *("name", "company_name", "given_name", "family_name", "email", "phone", "account_number"),
    *("address.line1", "address.city", "no company_name", "no phone"),
)


# -- projections


def of_quickbooks(wire: Fields) -> Fields:
    """Project an object of QuickBooks."""
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


def of_document(document: Any) -> Fields:
    """Project a record's document."""
    address = document.address
    plain = {name: getattr(document, name) for name in ("name", "email", "phone", "archived", *_TEXTS)}
    return plain | {f"address.{part}": getattr(address, part) if address else None for part in _ADDRESS}


# -- people


def change_there(there: Bookkeeper, found: Wire, name: str, word: str) -> Wire | None:
    """Correct a field in QuickBooks."""
    edits = there.site.edits
    if name == "name":
        return {"DisplayName": edits.text(word)} if found.get("Active") else None
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


def change_here(here: Caller, document: Any, name: str, word: str) -> Document | None:
    """Correct a field on the platform."""
    edits = here.site.edits
    changes: dict[str, Any] = {name: edits.text(word if name == "name" else name)}
    if name == "email":
        changes = {name: edits.email()}
    elif name.startswith("no "):
        changes = {name.removeprefix("no "): None}
    elif name.startswith("address."):
        part = {name.partition(".")[2]: edits.text("Street")}
        changes = {"address": replace(document.address or Address(), **part)}
    changed: Document = replace(document, **changes)
    return changed


def body_there(there: Bookkeeper, name: str) -> Wire:
    """Return something new, as somebody enters it in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    body: Wire = {"DisplayName": name}
    if chance.random() < 0.5:
        body["CompanyName"] = edits.text("Company")
    if chance.random() < 0.4:
        body["PrimaryPhone"] = {"FreeFormNumber": edits.text("555")}
    if chance.random() < 0.3:
        body["Notes"] = "Only QuickBooks has a place for this"
    if chance.random() < 0.3:
        body["BillAddr"] = {"Line1": edits.text("Street"), "City": edits.text("Town")}
    return body


def document_here(here: Caller, name: str) -> dict[str, Any]:
    """Return the fields of something new, as somebody writes it on the platform."""
    edits, chance = here.site.edits, here.chance
    return {
        "name": name,
        "company_name": edits.text("Company") if chance.random() < 0.5 else None,
        "phone": edits.text("555") if chance.random() < 0.4 else None,
        "address": Address(line1=edits.text("Street")) if chance.random() < 0.3 else None,
    }


def both_enter(
    enter: Callable[[Bookkeeper, str], bool], write: Callable[[Caller, str], bool], word: str
) -> Act:
    """Enter the same name on both sides."""

    def act(people: People) -> bool:
        name = people.site.edits.text(word)
        there = enter(people.there, name)
        return write(people.here, name) or there

    return act


def merge(kind: str) -> Act:
    """Merge two of them in QuickBooks: what referred to one refers to the other."""

    def act(people: People) -> bool:
        found = people.there.free(kind)
        if len(found) < 2:
            return False
        survivor, loser = people.site.chance.sample(found, 2)
        return people.there.merge(kind, survivor["Id"], loser["Id"])

    return act
