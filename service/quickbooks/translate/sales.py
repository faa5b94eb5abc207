"""Invoice: what a customer is asked for."""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from service.core.records import ZERO, Invoice, InvoiceLine, money
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import MONEY, OWN_REF, RATE, REF, TAXABLE, TEXT, Ref
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
    """Where classes are tracked by transaction, the head's is that of every line that sells something."""
    lines, discount = [], ZERO
    of_all = wire.ClassRef.value if wire.ClassRef else None
    for line in wire.Line or ():
        if line.DetailType == DISCOUNT_LINE:
            discount += money(line.Amount or ZERO)
        elif line.DetailType != SUBTOTAL_LINE:
            values = read(LINE, line)
            if line.DetailType == ITEM_LINE:
                values["accounting_class"] = values["accounting_class"] or of_all
            lines.append(InvoiceLine(id=line.Id, **values))
    return {"lines": tuple(lines), "discount": discount}


def with_class_in_head(body: dict[str, Any]) -> dict[str, Any]:
    """Write the one class of all lines in the head instead, for a company that tracks by transaction."""
    if "Line" not in body:
        return body
    found = [line[ITEM_LINE] for line in body["Line"] if ITEM_LINE in line]
    classes = [detail["ClassRef"] for detail in found if detail.get("ClassRef")]
    lines = [
        line | {ITEM_LINE: {name: value for name, value in line[ITEM_LINE].items() if name != "ClassRef"}}
        if ITEM_LINE in line
        else line
        for line in body["Line"]
    ]
    return body | {"Line": lines, "ClassRef": classes[0] if classes else None}


_LINES: dict[str, Any] = {"Line": list[_WIRE_LINE], "ClassRef": Ref | None}  # type: ignore[valid-type]


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
    groups=(Group(("lines", "discount"), _LINES, _read, _write),),
    derive=_derive,
    asked=("customer",),
    marker=txn.MARKER,
)
