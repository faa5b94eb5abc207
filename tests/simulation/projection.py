"""What each side holds, field by field, in one comparable form; written without the translators under test.

References are QuickBooks' ids, amounts have two decimals, an address falls into its parts. `None` is what is
not there. A bill's lines are (amount, description, account) in order.
"""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

Fields = dict[str, Any]
LookUp = Callable[[str, str], str | None]
"""(kind, record id) -> QuickBooks' id."""

ENTITY_OF = {"account": "Account", "vendor": "Vendor", "bill": "Bill"}
KIND_OF = {entity: kind for kind, entity in ENTITY_OF.items()}
_MARK = re.compile(r"(?:\A|\n)sync:([a-z2-7]{12})\s*\Z")
_GONE = re.compile(r" \(deleted\)( \d+)?$")
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
_VENDOR = {
    "company_name": "CompanyName",
    "given_name": "GivenName",
    "family_name": "FamilyName",
    "account_number": "AcctNum",
}


def of_quickbooks(kind: str, wire: Fields) -> Fields:
    """Project an object of QuickBooks."""
    return _OF_QUICKBOOKS[kind](wire)


def _account(wire: Fields) -> Fields:
    return {
        "name": _GONE.sub("", wire["Name"]),
        "type": wire.get("AccountType"),
        "subtype": wire.get("AccountSubType"),
        "number": wire.get("AcctNum") or None,
        "parent": _reference(wire.get("ParentRef")),
        "description": wire.get("Description") or None,
        "archived": wire.get("Active") is False,
    }


def _vendor(wire: Fields) -> Fields:
    address = wire.get("BillAddr") or {}
    return (
        {
            "name": _GONE.sub("", wire["DisplayName"]),
            "email": (wire.get("PrimaryEmailAddr") or {}).get("Address") or None,
            "phone": (wire.get("PrimaryPhone") or {}).get("FreeFormNumber") or None,
            "archived": wire.get("Active") is False,
        }
        | {ours: wire.get(theirs) or None for ours, theirs in _VENDOR.items()}
        | {f"address.{ours}": address.get(theirs) or None for ours, theirs in _ADDRESS.items()}
    )


def _bill(wire: Fields) -> Fields:
    memo, _ = split_memo(wire.get("PrivateNote"))
    return {
        "vendor": _reference(wire.get("VendorRef")),
        "number": wire.get("DocNumber") or None,
        "issued_on": wire.get("TxnDate"),
        "due_on": wire.get("DueDate"),
        "currency": _reference(wire.get("CurrencyRef")) or "USD",
        "memo": memo,
        "tax": cents((wire.get("TxnTaxDetail") or {}).get("TotalTax") or 0),
        "lines": tuple(
            (
                cents(line["Amount"]),
                line.get("Description") or None,
                _reference((line.get("AccountBasedExpenseLineDetail") or {}).get("AccountRef")),
            )
            for line in wire.get("Line", ())
        ),
    }


_OF_QUICKBOOKS = {"account": _account, "vendor": _vendor, "bill": _bill}


def of_document(kind: str, document: Any, id_of: LookUp) -> Fields:
    """Project a record's document; a reference to what isn't linked becomes `?kind/id`."""

    def named(of_kind: str, record: str | None) -> str | None:
        return None if record is None else id_of(of_kind, record) or f"?{of_kind}/{record}"

    if kind == "account":
        names = ("name", "type", "subtype", "number", "description", "archived")
        return {name: getattr(document, name) for name in names} | {
            "parent": named("account", document.parent)
        }
    if kind == "vendor":
        address = document.address
        return {
            name: getattr(document, name) for name in ("name", "email", "phone", "archived", *_VENDOR)
        } | {f"address.{part}": getattr(address, part) if address else None for part in _ADDRESS}
    return {
        "vendor": named("vendor", document.vendor),
        "number": document.number,
        "issued_on": _day(document.issued_on),
        "due_on": _day(document.due_on),
        "currency": document.currency or "USD",
        "memo": document.memo,
        "tax": cents(document.tax),
        "lines": tuple(
            (cents(line.amount), line.description or None, named("account", line.account))
            for line in document.lines
        ),
    }


def split_memo(note: str | None) -> tuple[str | None, str | None]:
    """Split a note of QuickBooks into what people wrote and the mark of the service."""
    if not note:
        return None, None
    found = _MARK.search(note)
    return (note, None) if found is None else (note[: found.start()] or None, found.group(1))


def cents(value: Any) -> str:
    """Write an amount with two decimals."""
    return f"{Decimal(str(value)):.2f}"


def atoms(fields: Fields) -> Iterator[str]:
    """List the single values that people wrote: texts, dates and amounts; no flags, ids or types."""
    for name, value in fields.items():
        if name == "lines":
            for amount, description, _ in value:
                yield amount
                if description:
                    yield description
        elif value and name not in ("archived", "type", "subtype", "parent", "vendor", "currency", "tax"):
            yield value


def issue_values(issue: Any) -> set[str]:
    """Collect every single value that an issue shows: in its details, and in the document that lost."""
    shown = set(_leaves(issue.details))
    if issue.other:
        shown |= set(_leaves(json.loads(issue.other)))
    return shown


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str):
        yield value


def differing(one: Fields, other: Fields) -> list[str]:
    """Name the fields in which two projections differ."""
    return [name for name in one if one[name] != other[name]]


def _reference(value: Any) -> str | None:
    return str(value["value"]) if value else None


def _day(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
