"""QuickBooks' JSON as the API's fields, written for the comparison alone: it shares nothing with the service.

One that used the service's own translation would repeat its mistakes on both sides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.demo.calls import Json

_DELETED = re.compile(r"\s*\(deleted\)(\s+\d+)?$")
_MARKER = re.compile(r"^sync:[a-z2-7]{12}\s*$")
_PLACES = {
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


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading an object needs: which record a reference (kind, reference) means, the home currency."""

    refer: Callable[[str, Json | None], str | None]
    home: str


def account_fields(shown: Json, reader: Reader) -> Json:
    """Read an Account."""
    return {
        "name": _name(shown["Name"], shown),
        "type": shown.get("AccountType"),
        "subtype": shown.get("AccountSubType") or None,
        "number": shown.get("AcctNum") or None,
        "description": shown.get("Description") or None,
        "parent": reader.refer("account", shown.get("ParentRef")),
        "archived": not shown.get("Active", True),
    }


def vendor_fields(shown: Json, _: Reader) -> Json:
    """Read a Vendor."""
    address = shown.get("BillAddr") or {}
    return {
        "name": _name(shown["DisplayName"], shown),
        "company_name": shown.get("CompanyName") or None,
        "given_name": shown.get("GivenName") or None,
        "family_name": shown.get("FamilyName") or None,
        "email": (shown.get("PrimaryEmailAddr") or {}).get("Address") or None,
        "phone": (shown.get("PrimaryPhone") or {}).get("FreeFormNumber") or None,
        "account_number": shown.get("AcctNum") or None,
        "address": {ours: address[theirs] for ours, theirs in _PLACES.items() if address.get(theirs)},
        "archived": not shown.get("Active", True),
    }


def customer_fields(shown: Json, reader: Reader) -> Json:
    """Read a Customer."""
    return vendor_fields(shown, reader) | {
        "parent": reader.refer("customer", shown.get("ParentRef")),
        "project": bool(shown.get("IsProject")),
    }


def bill_fields(shown: Json, reader: Reader) -> Json:
    """Read a Bill; one that names no currency is in the home currency."""
    return {
        "number": shown.get("DocNumber") or None,
        "vendor": reader.refer("vendor", shown.get("VendorRef")),
        "issued_on": shown.get("TxnDate"),
        "due_on": shown.get("DueDate"),
        "currency": (shown.get("CurrencyRef") or {}).get("value") or reader.home,
        "memo": _memo(shown.get("PrivateNote")),
        "lines": [_line(line, reader) for line in shown.get("Line", [])],
        "tax": _amount((shown.get("TxnTaxDetail") or {}).get("TotalTax", 0)),
        "amount": _amount(shown["TotalAmt"]),
        "balance": _amount(shown["Balance"]),
        "archived": False,
    }


def item_fields(shown: Json, reader: Reader) -> Json:
    """Read an Item."""
    return {
        "name": _name(shown["Name"], shown),
        "type": shown.get("Type"),
        "sku": shown.get("Sku") or None,
        "description": shown.get("Description") or None,
        "parent": reader.refer("item", shown.get("ParentRef")),
        "income_account": reader.refer("account", shown.get("IncomeAccountRef")),
        "expense_account": reader.refer("account", shown.get("ExpenseAccountRef")),
        "archived": not shown.get("Active", True),
    }


def invoice_fields(shown: Json, reader: Reader) -> Json:
    """Read an Invoice; QuickBooks writes its subtotals and discounts as lines."""
    lines = shown.get("Line", [])
    discounts = (line["Amount"] for line in lines if line["DetailType"] == "DiscountLineDetail")
    return {
        "number": shown.get("DocNumber") or None,
        "customer": reader.refer("customer", shown.get("CustomerRef")),
        "issued_on": shown.get("TxnDate"),
        "due_on": shown.get("DueDate"),
        "currency": (shown.get("CurrencyRef") or {}).get("value") or reader.home,
        "memo": _memo(shown.get("PrivateNote")),
        "lines": [_sold(line, reader) for line in lines if line["DetailType"] not in _NO_LINES],
        "discount": _amount(sum(map(_amount, discounts), Decimal(0))),
        "tax": _amount((shown.get("TxnTaxDetail") or {}).get("TotalTax", 0)),
        "amount": _amount(shown["TotalAmt"]),
        "balance": _amount(shown["Balance"]),
        "archived": False,
    }


_NO_LINES = ("SubTotalLineDetail", "DiscountLineDetail")


def _sold(line: Json, reader: Reader) -> tuple[str | None, Decimal, str | None]:
    detail = line.get("SalesItemLineDetail") or {}
    item = reader.refer("item", detail.get("ItemRef"))
    return line.get("Description") or None, _amount(line.get("Amount", 0)), item


def invoice_payment_fields(shown: Json, reader: Reader) -> Json:
    """Read a Payment; a voided one has nothing left but that it was."""
    paid = [
        (reader.refer("invoice", {"value": linked["TxnId"]}), _amount(line["Amount"]))
        for line in shown.get("Line") or []
        for linked in line["LinkedTxn"]
        if linked["TxnType"] == "Invoice"
    ]
    return {
        "customer": reader.refer("customer", shown.get("CustomerRef")),
        "received_on": shown.get("TxnDate"),
        "reference": shown.get("PaymentRefNum") or None,
        "amount": _amount(shown["TotalAmt"]),
        "voided": not shown["TotalAmt"] and not shown.get("Line"),
        "lines": sorted(paid, key=str),
        "archived": False,
    }


def vendor_credit_fields(shown: Json, reader: Reader) -> Json:
    """Read a VendorCredit."""
    fields = bill_fields(shown, reader)
    del fields["due_on"]
    return fields


def bill_payment_fields(shown: Json, reader: Reader) -> Json:
    """Read a BillPayment; a voided one has nothing left but that it was."""
    paid: dict[str, list[tuple[str | None, Decimal]]] = {"Bill": [], "VendorCredit": []}
    for line in shown.get("Line") or []:
        linked = line["LinkedTxn"][0]
        kind = _SETTLED.get(linked["TxnType"])
        if kind:
            named = reader.refer(kind, {"value": linked["TxnId"]})
            paid[linked["TxnType"]].append((named, _amount(line["Amount"])))
    return {
        "vendor": reader.refer("vendor", shown.get("VendorRef")),
        "paid_on": shown.get("TxnDate"),
        "reference": shown.get("DocNumber") or None,
        "voided": not shown["TotalAmt"] and not shown.get("Line"),
        "lines": sorted(paid["Bill"], key=str),
        "credits": sorted(paid["VendorCredit"], key=str),
        "archived": False,
    }


_SETTLED = {"Bill": "bill", "VendorCredit": "vendor_credit"}


def funds_transfer_fields(shown: Json, reader: Reader) -> Json:
    """Read a JournalEntry of one debit and one credit."""
    sides = {
        detail["PostingType"]: reader.refer("account", detail["AccountRef"])
        for line in shown["Line"]
        if (detail := line.get("JournalEntryLineDetail"))
    }
    return {
        "moved_on": shown.get("TxnDate"),
        "to_account": sides.get("Debit"),
        "from_account": sides.get("Credit"),
        "amount": _amount(shown["Line"][0]["Amount"]),
        "archived": False,
    }


FIELDS: dict[str, Callable[[Json, Reader], Json]] = {
    "account": account_fields,
    "vendor": vendor_fields,
    "customer": customer_fields,
    "item": item_fields,
    "bill": bill_fields,
    "invoice": invoice_fields,
    "vendor_credit": vendor_credit_fields,
    "bill_payment": bill_payment_fields,
    "invoice_payment": invoice_payment_fields,
    "funds_transfer": funds_transfer_fields,
}


def record_value(name: str, record: Json, reader: Reader) -> Any:
    """Return a record's field in the form that these readings have."""
    if name == "voided":
        return record["status"] == name
    value = record[name]
    if record["kind"] in ("bill_payment", "invoice_payment") and name in ("lines", "credits"):
        return _settled(record, value)
    if name == "address":
        return {place: each for place, each in (value or {}).items() if each}
    if name == "lines" and record["kind"] == "invoice":
        return [(line["description"], _amount(line["amount"]), line["item"]) for line in value]
    if name == "lines":
        return [(line["description"], _amount(line["amount"]), line["account"]) for line in value]
    if name in ("tax", "discount", "amount", "balance"):
        return _amount(value)
    return value or reader.home if name == "currency" else value


_TARGETS = ("bill", "invoice", "vendor_credit")


def _settled(record: Json, rows: list[Json]) -> list[tuple[str, Decimal]]:
    """What a voided payment settled stays on its record, and is nothing."""
    if record["status"] == "voided":
        return []
    return sorted(
        ((each[next(name for name in _TARGETS if name in each)], _amount(each["amount"])) for each in rows),
        key=str,
    )


def _line(line: Json, reader: Reader) -> tuple[str | None, Decimal, str | None]:
    detail = line.get("AccountBasedExpenseLineDetail") or {}
    account = reader.refer("account", detail.get("AccountRef"))
    return line.get("Description") or None, _amount(line.get("Amount", 0)), account


def _name(name: str, shown: Json) -> str:
    """QuickBooks puts a suffix behind the name of what is inactive."""
    return name if shown.get("Active", True) else _DELETED.sub("", name)


def _memo(note: str | None) -> str | None:
    """The service signs what it creates with a line of its own; the rest is the memo."""
    kept = [line for line in (note or "").split("\n") if not _MARKER.match(line)]
    return "\n".join(kept) or None


def _amount(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
