"""Bill and VendorCredit: what a vendor asks for, and what he owes."""

from typing import Any

from msgspec import Struct

from service.core.records import Bill, BillLine, VendorCredit
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import MONEY, OWN_REF, REF, TEXT
from service.quickbooks.translate.fields import Field, field, read, wire_struct
from service.quickbooks.translate.lines import write_lines
from service.quickbooks.translate.table import Group, Table

ACCOUNT_LINE = "AccountBasedExpenseLineDetail"
ITEM_LINE = "ItemBasedExpenseLineDetail"

LINE = (
    field("amount", "Amount", MONEY),
    field("description", "Description", TEXT),
    field("account", f"{ACCOUNT_LINE}.AccountRef", OWN_REF),
)


class _Line(Struct, kw_only=True):
    Id: str | None = None
    DetailType: str = ACCOUNT_LINE
    ItemBasedExpenseLineDetail: Any = None


_WIRE_LINE = wire_struct("ExpenseLine", LINE, _Line)


def _read(wire: Any) -> dict[str, Any]:
    return {"lines": tuple(BillLine(id=line.Id, **read(LINE, line)) for line in wire.Line or ())}


def _write(content: Any, before: dict[str, Any]) -> dict[str, Any]:
    old = before.get("Line") or ()
    return {"Line": write_lines(content.lines, old, ACCOUNT_LINE, _fields)}


def _fields(_line: Any, _before: dict[str, Any]) -> tuple[Field, ...]:
    return LINE


def _derive(wire: Any, content: Any) -> dict[str, Any]:
    """Name what would be lost if this were taken: it waits instead."""
    found = [each for line in wire.Line or () if (each := _foreign(line))]
    return txn.derive(wire, content) | {"unsupported": tuple(found or txn.odd_total(wire, content))}


def _foreign(line: Any) -> str | None:
    if line.DetailType == ITEM_LINE:
        item = (line.ItemBasedExpenseLineDetail or {}).get("ItemRef")
        return f"item {item['value']}" if item else "an item"
    return None if line.DetailType == ACCOUNT_LINE else f"a line of type {line.DetailType}"


LINES = Group(("lines",), {"Line": list[_WIRE_LINE]}, _read, _write)  # type: ignore[valid-type]
VENDOR = field("vendor", "VendorRef", REF, required=True)

BILL = Table(
    document=Bill,
    wire=txn.Transaction,
    fields=(VENDOR, txn.ISSUED_ON, txn.NUMBER, txn.DUE_ON, txn.CURRENCY, txn.MEMO, txn.TOTAL_TAX),
    groups=(LINES,),
    derive=_derive,
    asked=("vendor",),
    marker=txn.MARKER,
)
VENDOR_CREDIT = Table(
    document=VendorCredit,
    wire=txn.Transaction,
    fields=(VENDOR, txn.ISSUED_ON, txn.NUMBER, txn.CURRENCY, txn.MEMO, txn.TOTAL_TAX),
    groups=(LINES,),
    derive=_derive,
    asked=("vendor",),
    marker=txn.MARKER,
)
