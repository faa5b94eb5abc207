"""Bill and VendorCredit: what a vendor asks for, and what he owes."""

from typing import Any

from msgspec import Struct

from service.core.records import Bill, BillLine, VendorCredit
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import BILLABLE, MONEY, OWN_REF, RATE, REF, TEXT
from service.quickbooks.translate.fields import Field, field, read, wire_struct
from service.quickbooks.translate.lines import write_lines
from service.quickbooks.translate.table import Group, Table

ACCOUNT_LINE = "AccountBasedExpenseLineDetail"
ITEM_LINE = "ItemBasedExpenseLineDetail"

_SHARED = (field("amount", "Amount", MONEY), field("description", "Description", TEXT))
LINES_BY_TYPE: dict[str, tuple[Field, ...]] = {
    ACCOUNT_LINE: (
        *_SHARED,
        field("account", f"{ACCOUNT_LINE}.AccountRef", OWN_REF),
        field("accounting_class", f"{ACCOUNT_LINE}.ClassRef", REF),
        field("customer", f"{ACCOUNT_LINE}.CustomerRef", REF),
        field("billable", f"{ACCOUNT_LINE}.BillableStatus", BILLABLE),
    ),
    ITEM_LINE: (
        *_SHARED,
        field("item", f"{ITEM_LINE}.ItemRef", OWN_REF),
        field("quantity", f"{ITEM_LINE}.Qty", RATE),
        field("unit_price", f"{ITEM_LINE}.UnitPrice", RATE),
        field("accounting_class", f"{ITEM_LINE}.ClassRef", REF),
        field("customer", f"{ITEM_LINE}.CustomerRef", REF),
        field("billable", f"{ITEM_LINE}.BillableStatus", BILLABLE),
    ),
}


_EITHER = frozenset(
    {"CustomerRef", "ClassRef", "BillableStatus", "MarkupInfo", "TaxCodeRef", "TaxInclusiveAmt"}
)


class _Line(Struct, kw_only=True):
    Id: str | None = None
    DetailType: str = ACCOUNT_LINE


_WIRE_LINE = wire_struct("ExpenseLine", (each for type_ in LINES_BY_TYPE.values() for each in type_), _Line)


def _read(wire: Any) -> dict[str, Any]:
    """A line of a type that we don't know has its amount and words: what it is waits (`unsupported`)."""
    return {
        "lines": tuple(
            BillLine(id=line.Id, **read(LINES_BY_TYPE.get(line.DetailType, _SHARED), line))
            for line in wire.Line or ()
        )
    }


def _write(content: Any, before: dict[str, Any]) -> dict[str, Any]:
    return {"Line": write_lines(content.lines, before.get("Line") or (), _start, _fields)}


def _start(line: BillLine, before: dict[str, Any] | None) -> dict[str, Any]:
    """A line that is for an item now, or no longer, keeps what either sort of line may have."""
    wanted = ITEM_LINE if line.item else ACCOUNT_LINE
    if before is None or before["DetailType"] == wanted:
        return before or {"DetailType": wanted}
    was = before["DetailType"]
    detail = {name: each for name, each in (before.get(was) or {}).items() if name in _EITHER}
    kept = {name: each for name, each in before.items() if name != was}
    return kept | {"DetailType": wanted, wanted: detail}


def _fields(_line: BillLine, before: dict[str, Any]) -> tuple[Field, ...]:
    return LINES_BY_TYPE[before["DetailType"]]


def _derive(wire: Any, content: Any) -> dict[str, Any]:
    """Name what would be lost if this were taken: it waits instead."""
    found = [each for line in wire.Line or () if (each := _foreign(line))]
    return txn.derive(wire, content) | {"unsupported": tuple(found or txn.odd_total(wire, content))}


def _foreign(line: Any) -> str | None:
    if line.DetailType not in LINES_BY_TYPE:
        return f"a line of type {line.DetailType}"
    detail = line.ItemBasedExpenseLineDetail
    is_nameless = line.DetailType == ITEM_LINE and not (detail and detail.ItemRef)
    return "an item that it doesn't name" if is_nameless else None


LINES = Group(("lines",), {"Line": list[_WIRE_LINE]}, _read, _write)  # type: ignore[valid-type]
VENDOR = field("vendor", "VendorRef", REF, required=True)

BILL = Table(
    document=Bill,
    wire=txn.Transaction,
    fields=(
        VENDOR,
        txn.ISSUED_ON,
        txn.NUMBER,
        txn.DUE_ON,
        txn.CURRENCY,
        txn.MEMO,
        txn.LOCATION,
        txn.TOTAL_TAX,
    ),
    groups=(LINES,),
    derive=_derive,
    asked=("vendor",),
    marker=txn.MARKER,
)
VENDOR_CREDIT = Table(
    document=VendorCredit,
    wire=txn.Transaction,
    fields=(VENDOR, txn.ISSUED_ON, txn.NUMBER, txn.CURRENCY, txn.MEMO, txn.LOCATION, txn.TOTAL_TAX),
    groups=(LINES,),
    derive=_derive,
    asked=("vendor",),
    marker=txn.MARKER,
)
