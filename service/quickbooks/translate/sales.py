"""Invoice: what a customer is asked for."""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from service.core.records import ZERO, Invoice, InvoiceLine, money
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import MONEY, OWN_REF, RATE, REF, TAXABLE, TEXT
from service.quickbooks.translate.fields import Field, field, read, wire_struct
from service.quickbooks.translate.lines import sendable, write_lines
from service.quickbooks.translate.table import Group, Table

ITEM_LINE = "SalesItemLineDetail"
NOTE_LINE = "DescriptionOnly"
DISCOUNT_LINE = "DiscountLineDetail"
SUBTOTAL_LINE = "SubTotalLineDetail"

_DESCRIPTION = field("description", "Description", TEXT)
LINE = (
    field("amount", "Amount", MONEY),
    _DESCRIPTION,
    field("item", f"{ITEM_LINE}.ItemRef", OWN_REF),
    field("quantity", f"{ITEM_LINE}.Qty", RATE),
    field("unit_price", f"{ITEM_LINE}.UnitPrice", RATE),
    field("accounting_class", f"{ITEM_LINE}.ClassRef", REF),
    field("taxable", f"{ITEM_LINE}.TaxCodeRef", TAXABLE),
)


class _Line(Struct, kw_only=True):
    Id: str | None = None
    DetailType: str = ITEM_LINE


_WIRE_LINE = wire_struct("SalesLine", LINE, _Line)


def _read(wire: Any) -> dict[str, Any]:
    lines, discount = [], ZERO
    for line in wire.Line or ():
        if line.DetailType == DISCOUNT_LINE:
            discount += money(line.Amount or ZERO)
        elif line.DetailType != SUBTOTAL_LINE:
            lines.append(InvoiceLine(id=line.Id, **read(LINE, line)))
    return {"lines": tuple(lines), "discount": discount}


def _write(content: Invoice, before: dict[str, Any]) -> dict[str, Any]:
    """QuickBooks writes the line with the subtotal itself."""
    old = before.get("Line") or []
    return {"Line": write_lines(content.lines, old, _start, _fields) + _discount(content, old)}


def _start(line: InvoiceLine, before: dict[str, Any] | None) -> dict[str, Any]:
    """Nothing but words stays that, until it is worth something."""
    if before is None:
        return {"DetailType": ITEM_LINE if line.amount or line.item else NOTE_LINE}
    is_sold = before["DetailType"] == NOTE_LINE and (line.amount or line.item)
    return before | {"DetailType": ITEM_LINE} if is_sold else before


def _fields(_line: InvoiceLine, before: dict[str, Any]) -> tuple[Field, ...]:
    return (_DESCRIPTION,) if before["DetailType"] == NOTE_LINE else LINE


def _discount(content: Invoice, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One that still is what it was, of as much as it was, keeps its percentage."""
    old = [sendable(line) for line in before if line.get("DetailType") == DISCOUNT_LINE]
    sold = [line for line in before if line.get("DetailType") not in (DISCOUNT_LINE, SUBTOTAL_LINE)]
    is_as_it_was = _sum(old) == content.discount and _sum(sold) == sum(
        (line.amount for line in content.lines), ZERO
    )
    if is_as_it_was or not content.discount:
        return old if is_as_it_was else []
    kept: dict[str, Any] = old[0] if old else {"DetailType": DISCOUNT_LINE}
    detail = {name: each for name, each in kept.get(DISCOUNT_LINE, {}).items() if name != "DiscountPercent"}
    return [kept | {"Amount": content.discount, DISCOUNT_LINE: detail | {"PercentBased": False}}]


def _sum(lines: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(line.get("Amount", 0)) for line in lines), ZERO)


def _derive(wire: Any, content: Invoice) -> dict[str, Any]:
    """Name what would be lost if this were taken: it waits instead."""
    known = (ITEM_LINE, NOTE_LINE, DISCOUNT_LINE, SUBTOTAL_LINE)
    types = (line.DetailType for line in wire.Line or ())
    found = [f"a line of type {each}" for each in types if each not in known]
    return txn.derive(wire, content) | {"unsupported": tuple(found or txn.odd_total(wire, content))}


INVOICE = Table(
    document=Invoice,
    wire=txn.Transaction,
    fields=(
        field("customer", "CustomerRef", REF, required=True),
        txn.ISSUED_ON,
        txn.NUMBER,
        txn.DUE_ON,
        txn.CURRENCY,
        txn.MEMO,
        txn.LOCATION,
        txn.TOTAL_TAX,
    ),
    groups=(Group(("lines", "discount"), {"Line": list[_WIRE_LINE]}, _read, _write),),  # type: ignore[valid-type]
    derive=_derive,
    asked=("customer",),
    marker=txn.MARKER,
)
