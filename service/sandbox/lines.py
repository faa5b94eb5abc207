"""Lines of transactions: what each needs, the ids that they get, and what they add up to."""

from decimal import ROUND_HALF_UP, Decimal

from service.sandbox import errors
from service.sandbox.draft import Draft
from service.sandbox.entities.shapes import DETAILS
from service.sandbox.normalise import CENT, to_decimal
from service.sandbox.wire import Doc

ZERO = Decimal(0)
MOST_LINES = 10_000
LINE_ORDER = ("Id", "LineNum", "Description", "Amount", "Received", "LinkedTxn", "DetailType")


def require_lines(draft: Draft, *allowed: str) -> None:
    """At least one line, each with a DetailType, its detail and an amount (2020, recorded)."""
    lines = draft.doc.get("Line")
    if not lines:
        raise errors.missing("Line")
    if len(lines) > MOST_LINES and "JournalEntryLineDetail" not in allowed:
        raise errors.business(f"A transaction has at most {MOST_LINES} lines.", "Line")
    for line in lines:
        _require_detail(line, allowed)
        if line.get("Amount") is None and line["DetailType"] not in {"DescriptionOnly", "SubTotalLineDetail"}:
            raise errors.missing("Line.Amount")


def _require_detail(line: Doc, allowed: tuple[str, ...]) -> None:
    kind = line.get("DetailType")
    if kind is None:
        raise errors.missing("Line.DetailType")
    if kind not in allowed:
        raise errors.bad_number("Line.DetailType", kind, code="2170")
    if kind in DETAILS and not isinstance(line.get(kind), dict):
        raise errors.missing(f"Line.{kind}")


def check_products(lines: list[Doc]) -> None:
    """Amount is Qty times UnitPrice, to the cent, where both are given (6070)."""
    for line in lines:
        detail = line.get(str(line.get("DetailType"))) or {}
        quantity, price = detail.get("Qty"), detail.get("UnitPrice")
        if not quantity or not price:
            _forget_zeros(line, detail)
            continue
        product = (Decimal(quantity) * Decimal(price)).quantize(CENT, ROUND_HALF_UP)
        if product != line.get("Amount", 0):
            detail_text = f"Amount is not equal to UnitPrice * Qty. Supplied value:{line.get('Amount')}"
            raise errors.SandboxFault("6070", "Amount calculation incorrect in the request", detail_text)


def _forget_zeros(line: Doc, detail: Doc) -> None:
    """Clients that send all their fields mean nothing by a quantity or price of 0 beside an amount."""
    for name in ("Qty", "UnitPrice"):
        if line.get("Amount") and detail.get(name) == 0:
            del detail[name]


def number_lines(draft: Draft, *, first: int = 1, numbered: bool = True) -> None:
    """Give ids to new lines; a line that names one of the old ids keeps it (recorded)."""
    lines: list[Doc] = draft.doc["Line"]
    old_ids = {str(line["Id"]) for line in (draft.old or {}).get("Line", ()) if line.get("Id")}
    highest = max((int(one) for one in old_ids if one.isdecimal()), default=first - 1)
    taken: set[str] = set()
    for place, line in enumerate(lines, start=1):
        line_id = line.get("Id")
        if line_id not in old_ids or line_id in taken:
            highest += 1
            line_id = str(highest)
        taken.add(line_id)
        line["Id"] = line_id
        if numbered:
            line["LineNum"] = place


def in_line_order(line: Doc) -> Doc:
    """Put a line's keys in the order in which QuickBooks writes them."""
    ordered = {key: line[key] for key in LINE_ORDER if key in line}
    ordered.update(line)
    return ordered


def total(lines: list[Doc]) -> Decimal:
    """Add up the amounts, subtotals apart."""
    return sum((amount_of(line) for line in lines if line.get("DetailType") != "SubTotalLineDetail"), ZERO)


def amount_of(line: Doc) -> Decimal:
    """Answer a line's amount."""
    return Decimal(line.get("Amount") or 0)


def tax_of(doc: Doc) -> Decimal:
    """Answer the total tax of a transaction."""
    detail = doc.get("TxnTaxDetail")
    value = detail.get("TotalTax") if isinstance(detail, dict) else None
    return to_decimal("TotalTax", value, "2140") if value is not None else ZERO


def linked_before(draft: Draft) -> set[tuple[str, str]]:
    """Answer what the lines were applied to already; of recorded ones it may never have been recorded."""
    links = (linked(line) for line in (draft.old or {}).get("Line") or ())
    return {one for one in links if one is not None}


def linked(line: Doc) -> tuple[str, str] | None:
    """Answer (TxnType, TxnId) of what a payment's line is applied to."""
    links = line.get("LinkedTxn") or ()
    return (str(links[0].get("TxnType")), str(links[0].get("TxnId"))) if links else None
