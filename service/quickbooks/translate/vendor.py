"""Vendor: somebody who sends bills."""

from typing import Any

import msgspec
from msgspec import Struct

from service.core.match import strip_deleted
from service.core.records import Address, Vendor
from service.quickbooks.translate.wire import (
    TEXT_DECODER,
    MetaData,
    Observed,
    Ref,
    Translator,
    cleared,
    observed,
    present_name,
    text,
)


class _Address(Struct, rename="pascal"):
    line1: str | None = None
    line2: str | None = None
    line3: str | None = None
    line4: str | None = None
    line5: str | None = None
    city: str | None = None
    country_sub_division_code: str | None = None
    postal_code: str | None = None
    country: str | None = None


class _Email(Struct, rename="pascal"):
    address: str | None = None


class _Phone(Struct, rename="pascal"):
    free_form_number: str | None = None


class _Vendor(Struct, rename="pascal"):
    id: str
    display_name: str
    sync_token: str = "0"
    company_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    primary_email_addr: _Email | None = None
    primary_phone: _Phone | None = None
    acct_num: str | None = None
    bill_addr: _Address | None = None
    active: bool = True
    currency_ref: Ref | None = None
    meta_data: MetaData | None = None


_DECODER = msgspec.json.Decoder(_Vendor)


def project(raw: bytes) -> Observed:
    """Read a Vendor."""
    wire = _DECODER.decode(raw)
    content = Vendor(
        name=strip_deleted(wire.display_name),
        company_name=text(wire.company_name),
        given_name=text(wire.given_name),
        family_name=text(wire.family_name),
        email=text(wire.primary_email_addr.address) if wire.primary_email_addr else None,
        phone=text(wire.primary_phone.free_form_number) if wire.primary_phone else None,
        account_number=text(wire.acct_num),
        address=_address(wire.bill_addr),
        archived=not wire.active,
    )
    return observed(
        content,
        meta=wire.meta_data,
        sync_token=wire.sync_token,
        id=wire.id,
        raw=raw,
        inactive=not wire.active,
        currency=wire.currency_ref.value if wire.currency_ref else None,
    )


def _address(wire: _Address | None) -> Address | None:
    if wire is None:
        return None
    address = Address(**{ours: text(getattr(wire, theirs)) for ours, (_, theirs) in _ADDRESS.items()})
    return address if address != Address() else None


_ADDRESS = {
    "line1": ("Line1", "line1"),
    "line2": ("Line2", "line2"),
    "line3": ("Line3", "line3"),
    "line4": ("Line4", "line4"),
    "line5": ("Line5", "line5"),
    "city": ("City", "city"),
    "region": ("CountrySubDivisionCode", "country_sub_division_code"),
    "postal_code": ("PostalCode", "postal_code"),
    "country": ("Country", "country"),
}
_NAMES = {
    "name": "DisplayName",
    "company_name": "CompanyName",
    "given_name": "GivenName",
    "family_name": "FamilyName",
    "account_number": "AcctNum",
}


def create(content: Vendor, _: str | None) -> dict[str, Any]:
    """Write a new Vendor."""
    body: dict[str, Any] = {
        wire: value for name, wire in _NAMES.items() if (value := getattr(content, name)) is not None
    }
    if content.email:
        body["PrimaryEmailAddr"] = {"Address": content.email}
    if content.phone:
        body["PrimaryPhone"] = {"FreeFormNumber": content.phone}
    if content.address:
        body["BillAddr"] = {
            wire: value
            for name, (wire, _name) in _ADDRESS.items()
            if (value := getattr(content.address, name)) is not None
        }
    return body


def update(content: Vendor, fields: tuple[str, ...], raw: bytes, sync_token: int) -> dict[str, Any]:
    """Write a sparse update; what is nested is built on what QuickBooks has: an address keeps its id."""
    before: dict[str, Any] = TEXT_DECODER.decode(raw)
    body: dict[str, Any] = {"sparse": True, "SyncToken": str(sync_token)}
    body |= {_NAMES[name]: cleared(getattr(content, name)) for name in fields if name in _NAMES}
    if "email" in fields:
        kept = before.get("PrimaryEmailAddr") or {}
        body["PrimaryEmailAddr"] = kept | {"Address": cleared(content.email)}
    if "phone" in fields:
        kept = before.get("PrimaryPhone") or {}
        body["PrimaryPhone"] = kept | {"FreeFormNumber": cleared(content.phone)}
    if "address" in fields:
        body["BillAddr"] = _changed_address(content.address or Address(), before.get("BillAddr") or {})
    if "archived" in fields:
        body["Active"] = not content.archived
        body.setdefault("DisplayName", present_name(before, "DisplayName"))
    return body


def _changed_address(address: Address, before: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in before.items() if name not in ("Lat", "Long")}
    return kept | {wire: cleared(getattr(address, name)) for name, (wire, _) in _ADDRESS.items()}


TRANSLATOR = Translator(project, create, update)
