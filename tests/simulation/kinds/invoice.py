"""Invoices: lines for items, numbers of QuickBooks' own or of whoever enters them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Document, Invoice, InvoiceLine
from tests.simulation.kinds import expenses
from tests.simulation.kinds.expenses import one_of
from tests.simulation.kinds.kind import Keys, SimulatedKind
from tests.simulation.projection import (
    Fields,
    LookUp,
    SoldLine,
    cents,
    day,
    named,
    reference,
    split_memo,
)

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

SOLD = "SalesItemLineDetail"
_HIDDEN = frozenset({"SubTotalLineDetail", "DiscountLineDetail"})


def _of_quickbooks(wire: Fields) -> Fields:
    memo, _ = split_memo(wire.get("PrivateNote"))
    return {
        "customer": reference(wire.get("CustomerRef")),
        "number": wire.get("DocNumber") or None,
        "issued_on": wire.get("TxnDate"),
        "due_on": wire.get("DueDate"),
        "currency": reference(wire.get("CurrencyRef")) or "USD",
        "memo": memo,
        "location": reference(wire.get("DepartmentRef")),
        "tax": cents((wire.get("TxnTaxDetail") or {}).get("TotalTax") or 0),
        "discount": cents(
            sum(
                (
                    Decimal(str(line["Amount"]))
                    for line in wire.get("Line", ())
                    if line["DetailType"] == "DiscountLineDetail"
                ),
                Decimal(0),
            )
        ),
        "lines": tuple(
            _line_of_quickbooks(line) for line in wire.get("Line", ()) if line["DetailType"] not in _HIDDEN
        ),
    }


def _line_of_quickbooks(line: Wire) -> SoldLine:
    detail = line.get(line["DetailType"]) or {}
    return SoldLine(
        cents(line.get("Amount") or 0),
        line.get("Description") or None,
        reference(detail.get("ItemRef")),
        reference(detail.get("ClassRef")),
        "taxable" if reference(detail.get("TaxCodeRef")) == "TAX" else None,
    )


def _of_document(document: Any, id_of: LookUp) -> Fields:
    return {
        "customer": named(id_of, "customer", document.customer),
        "number": document.number,
        "issued_on": day(document.issued_on),
        "due_on": day(document.due_on),
        "currency": document.currency or "USD",
        "memo": document.memo,
        "location": named(id_of, "location", document.location),
        "tax": cents(document.tax),
        "discount": cents(document.discount),
        "lines": tuple(
            SoldLine(
                cents(line.amount),
                line.description or None,
                named(id_of, "item", line.item),
                named(id_of, "accounting_class", line.accounting_class),
                "taxable" if line.taxable else None,
            )
            for line in document.lines
        ),
    }


def _parents(fields: Fields) -> Keys:
    own = [("customer", fields["customer"]), ("location", fields["location"])]
    return [*own, *(each for line in fields["lines"] for each in line.parents)]


# -- people


def _line_there(there: Bookkeeper, amount: Decimal | None = None) -> Wire:
    edits, chance = there.site.edits, there.chance
    detail: Wire = {"ItemRef": {"value": chance.choice(there.free("item"))["Id"]}}
    classes = there.free("accounting_class")
    if classes and chance.random() < 0.3:
        detail["ClassRef"] = {"value": chance.choice(classes)["Id"]}
    return {
        "Amount": amount or edits.amount(),
        "Description": edits.text("goods"),
        "DetailType": SOLD,
        SOLD: detail,
    }


def enter(
    there: Bookkeeper, customer: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> bool:
    """Enter an invoice in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    found = customer or (there.pick(there.free("customer")) or {}).get("Id")
    if found is None or not there.free("item"):
        return False
    lines = 1 if amount is not None else chance.choice((1, 1, 2, 3))
    body: Wire = {
        "CustomerRef": {"value": found},
        "TxnDate": edits.issued_on().isoformat(),
        "Line": [_line_there(there, amount) for _ in range(lines)],
    }
    if not there.site.numbers_sales and (number or chance.random() < 0.9):
        body["DocNumber"] = number or edits.text("Q")
    if chance.random() < 0.6:
        body["DueDate"] = edits.due_on().isoformat()
    if chance.random() < 0.5:
        body["PrivateNote"] = edits.text("note")
    locations = there.free("location")
    if locations and chance.random() < 0.3:
        body["DepartmentRef"] = {"value": chance.choice(locations)["Id"]}
    return there.create("invoice", body)


def _line_here(here: Caller, amount: Decimal | None = None) -> InvoiceLine:
    edits = here.site.edits
    return InvoiceLine(
        amount=amount or edits.amount(),
        description=edits.text("goods"),
        item=one_of(here, "item", 0.7),
        accounting_class=one_of(here, "accounting_class", 0.3),
    )


def write(
    here: Caller, customer: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> bool:
    """Write an invoice on the platform; now and then with a number that QuickBooks would give itself."""
    edits, chance = here.site.edits, here.chance
    party = customer or (found.id if (found := here.pick(here.free("customer"))) else None)
    if party is None:
        return False
    numbered = chance.random() < (0.1 if here.site.numbers_sales else 0.95)
    lines = 1 if amount is not None else chance.choice((1, 1, 2, 3))
    document = Invoice(
        customer=party,
        number=number or (edits.text("P") if numbered else None),
        issued_on=edits.issued_on(),
        due_on=edits.due_on() if chance.random() < 0.6 else None,
        memo=edits.text("memo") if chance.random() < 0.5 else None,
        location=one_of(here, "location", 0.3),
        lines=tuple(_line_here(here, amount) for _ in range(lines)),
    )
    return here.put("invoice", f"s{edits.next()}", document)


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    """Correct a field in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    if name not in ("customer", "amount", "description", "item", "new line", "no line"):
        return expenses.change_there(there, found, name)
    if name == "customer":
        others = [each for each in there.free("customer") if each["Id"] != found["CustomerRef"]["value"]]
        return {"CustomerRef": {"value": chance.choice(others)["Id"]}} if others else None
    lines = [line for line in found["Line"] if line["DetailType"] == SOLD]
    if not there.free("item") or not lines:
        return None
    if name == "new line":
        return {"Line": [*lines, _line_there(there)]}
    at = chance.randrange(len(lines))
    if name == "no line":
        return {"Line": lines[:at] + lines[at + 1 :]} if len(lines) > 1 else None
    if name == "item":
        item = {"ItemRef": {"value": chance.choice(there.free("item"))["Id"]}}
        kept = {key: value for key, value in lines[at][SOLD].items() if key not in ("Qty", "UnitPrice")}
        change: Wire = {SOLD: kept | item}
    elif name == "amount":
        kept = {key: value for key, value in lines[at][SOLD].items() if key not in ("Qty", "UnitPrice")}
        change = {"Amount": edits.amount(), SOLD: kept}
    else:
        change = {"Description": edits.text("goods")}
    return {"Line": [*lines[:at], lines[at] | change, *lines[at + 1 :]]}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    """Correct a field on the platform."""
    if name not in ("customer", "item"):
        changed = expenses.change_here(here, document, name) if name != "new line" else None
        if name == "new line":
            changed = replace(document, lines=(*document.lines, _line_here(here)))
        return changed
    if name == "customer":
        others = [each for each in here.free("customer") if each.id != document.customer]
        return replace(document, customer=here.chance.choice(others).id) if others else None
    at = here.chance.randrange(len(document.lines))
    line = replace(document.lines[at], item=one_of(here, "item", 0.8), quantity=None, unit_price=None)
    return replace(document, lines=(*document.lines[:at], line, *document.lines[at + 1 :]))


def _both_enter(people: People) -> bool:
    """Enter the same number on both sides, mostly with the same amount."""
    site = people.site
    customers = [(key[1], qbo_id) for key, qbo_id in site.pairs() if key[0] == "customer"]
    if not customers or site.numbers_sales:
        return False
    record, qbo_id = site.chance.choice(customers)
    number, amount = site.edits.text("N"), site.edits.amount()
    there = enter(people.there, qbo_id, number, amount)
    if site.chance.random() < 0.4:
        amount = site.edits.amount()
    return write(people.here, record, number, amount) or there


# -- the oracle


def _is_numbered_here(agreement: Agreement, case: Case) -> bool:
    return agreement.site.numbers_sales and case.wire is None and bool((case.here or {}).get("number"))


def _has_no_number(agreement: Agreement, case: Case) -> bool:
    unnumbered = not (case.here or case.there or {}).get("number")
    return unnumbered and (case.record is None or not agreement.site.numbers_sales)


KIND = SimulatedKind(
    name="invoice",
    entity="Invoice",
    rank=35,
    is_list=False,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset(
        {"CustomerRef", "DocNumber", "TxnDate", "DueDate", "CurrencyRef", "PrivateNote", "Line"}
        | {"TxnTaxDetail", "DepartmentRef"}
    ),
    fields=(
        *("memo", "memo", "due_on", "issued_on", "number", "amount", "amount", "description"),
        *("new line", "no line", "item", "class", "location", "customer", "no memo"),
    ),
    change_there=_change_there,
    change_here=_change_here,
    new_there=enter,
    new_here=write,
    weights={"new_there": 4, "new_here": 5, "edit_there": 7, "edit_here": 7, "delete_there": 3}
    | {"archive_here": 3, "restore": 1, "both": 5},
    acts={_both_enter: 2},
    populates=(4, 3),
    key_of=lambda fields: (fields["customer"], (fields["number"] or "").casefold()),
    parents_of=_parents,
    restored="memo",
    is_history=lambda wire: bool(wire["Balance"] == 0),
    reasons={
        "direction": lambda a, c: (
            c.record is None and a.preferences.transactions_direction == "to_quickbooks"
        ),
        "preferences_missing": lambda a, _: a.preferences.unallocated_income_account is None,
        "number_missing": _has_no_number,
        "number_set_by_quickbooks": _is_numbered_here,
        "not_unpaid": lambda _, c: c.record is None and expenses.is_settled(c.wire),
        "money_locked": lambda _, c: bool(c.differing) and expenses.is_settled(c.wire),
        "removal_blocked": expenses.REASONS["removal_blocked"],
        "number_taken": lambda a, c: a.twins(c) > 0,
        "duplicate_in_quickbooks": expenses.is_copied,
        "removed_in_quickbooks": lambda _, c: c.wire is None,
    },
)
