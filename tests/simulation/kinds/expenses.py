"""Bills and vendor credits, which are alike: a vendor, a number, and lines on accounts or for items."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.match import marker_of
from service.core.records import Approval, BillLine, Document, Kind
from tests.simulation.kinds.kind import Keys
from tests.simulation.projection import (
    Fields,
    Line,
    LookUp,
    cents,
    day,
    mark_of,
    named,
    reference,
    split_memo,
)

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

ACCOUNT_LINE, ITEM_LINE = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"
MAPPED = frozenset(
    {
        "VendorRef",
        "DocNumber",
        "TxnDate",
        "CurrencyRef",
        "PrivateNote",
        "Line",
        "TxnTaxDetail",
        "DepartmentRef",
    }
)


# -- projections


def of_quickbooks(wire: Fields) -> Fields:
    """Project an object of QuickBooks."""
    memo, _ = split_memo(wire.get("PrivateNote"))
    return {
        "vendor": reference(wire.get("VendorRef")),
        "number": wire.get("DocNumber") or None,
        "issued_on": wire.get("TxnDate"),
        "currency": reference(wire.get("CurrencyRef")) or "USD",
        "memo": memo,
        "location": reference(wire.get("DepartmentRef")),
        "tax": cents((wire.get("TxnTaxDetail") or {}).get("TotalTax") or 0),
        "lines": tuple(_line_of_quickbooks(line) for line in wire.get("Line", ())),
    }


def _line_of_quickbooks(line: Wire) -> Line:
    detail = line.get(line["DetailType"]) or {}
    return Line(
        cents(line["Amount"]),
        line.get("Description") or None,
        reference(detail.get("AccountRef")),
        reference(detail.get("ItemRef")),
        reference(detail.get("ClassRef")),
        reference(detail.get("CustomerRef")),
        "billable" if detail.get("BillableStatus") in ("Billable", "HasBeenBilled") else None,
    )


def of_document(document: Any, id_of: LookUp) -> Fields:
    """Project a record's document."""
    return {
        "vendor": named(id_of, "vendor", document.vendor),
        "number": document.number,
        "issued_on": day(document.issued_on),
        "currency": document.currency or "USD",
        "memo": document.memo,
        "location": named(id_of, "location", document.location),
        "tax": cents(document.tax),
        "lines": tuple(
            Line(
                cents(line.amount),
                line.description or None,
                named(id_of, "account", line.account),
                named(id_of, "item", line.item),
                named(id_of, "accounting_class", line.accounting_class),
                named(id_of, "customer", line.customer),
                "billable" if line.billable else None,
            )
            for line in document.lines
        ),
    }


def parents(fields: Fields) -> Keys:
    """List what it refers to."""
    own = [("vendor", fields["vendor"]), ("location", fields["location"])]
    return [*own, *(each for line in fields["lines"] for each in line.parents)]


# -- people in QuickBooks


def line_there(there: Bookkeeper, amount: Decimal | None = None) -> Wire:
    """Return a line that nobody has entered before."""
    edits = there.site.edits
    kind, items = ACCOUNT_LINE, there.free("item")
    detail: Wire = {"AccountRef": {"value": there.chance.choice(there.free("account"))["Id"]}}
    if items and there.chance.random() < 0.3:
        kind, detail = ITEM_LINE, {"ItemRef": {"value": there.chance.choice(items)["Id"]}}
    if there.chance.random() < 0.3:
        detail["TaxCodeRef"] = {"value": "TAX"}
    classes = there.free("accounting_class")
    if classes and there.chance.random() < 0.3:
        detail["ClassRef"] = {"value": there.chance.choice(classes)["Id"]}
    if there.chance.random() < 0.2:
        detail |= _customer_there(there)
    return {
        "Amount": amount or edits.amount(),
        "Description": edits.text("goods"),
        "DetailType": kind,
        kind: detail,
    }


def _customer_there(there: Bookkeeper) -> Wire:
    """For whom it was bought, and whether that customer is to be billed; nobody, where there is none."""
    customers = there.free("customer")
    if not customers:
        return {}
    status = there.chance.choice(("Billable", "NotBillable", "HasBeenBilled"))
    return {"CustomerRef": {"value": there.chance.choice(customers)["Id"]}, "BillableStatus": status}


def body_there(
    there: Bookkeeper, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> Wire | None:
    """Return something new, as somebody enters it in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    found = vendor or (there.pick(there.free("vendor")) or {}).get("Id")
    if found is None or not there.free("account"):
        return None
    lines = 1 if amount is not None else chance.choice((1, 1, 2, 3))
    body: Wire = {
        "VendorRef": {"value": found},
        "TxnDate": edits.issued_on().isoformat(),
        "Line": [line_there(there, amount) for _ in range(lines)],
    }
    if number or chance.random() < 0.93:
        body["DocNumber"] = number or edits.text("Q")
    if chance.random() < 0.5:
        body["PrivateNote"] = edits.text("note")
    locations = there.free("location")
    if locations and chance.random() < 0.3:
        body["DepartmentRef"] = {"value": chance.choice(locations)["Id"]}
    return body


def change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    """Correct a field in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    if name in ("memo", "no memo"):
        mark = split_memo(found.get("PrivateNote"))[1]
        memo = edits.text("note") if name == "memo" else ""
        keeps = mark is not None and chance.random() < 0.85
        return {"PrivateNote": f"{memo}\nsync:{mark}".strip() if keeps else memo}
    if name == "due_on":
        return {"DueDate": edits.due_on().isoformat()}
    if name == "issued_on":
        return {"TxnDate": edits.issued_on().isoformat()}
    if name == "number":
        return {"DocNumber": edits.text("Q")}
    if name == "vendor":
        others = [each for each in there.free("vendor") if each["Id"] != found["VendorRef"]["value"]]
        return {"VendorRef": {"value": chance.choice(others)["Id"]}} if others else None
    if name == "location":
        locations = there.free("location")
        return {"DepartmentRef": {"value": chance.choice(locations)["Id"]}} if locations else None
    return _lines_there(there, found["Line"], name)


def _lines_there(there: Bookkeeper, lines: list[Wire], name: str) -> Wire | None:
    edits, chance = there.site.edits, there.chance
    at = chance.randrange(len(lines))
    accounts = there.free("account")
    if name in ("new line", "account", "class") and not accounts:
        return None
    if name == "new line":
        return {"Line": [*lines, line_there(there)]}
    if name == "no line":
        return {"Line": lines[:at] + lines[at + 1 :]} if len(lines) > 1 else None
    kind = lines[at]["DetailType"]
    if name == "customer":
        change: Wire = {kind: lines[at][kind] | _customer_there(there)}
    elif name in ("account", "class"):
        sort = "item" if kind == ITEM_LINE else "account"
        reference = "ClassRef" if name == "class" else "ItemRef" if kind == ITEM_LINE else "AccountRef"
        found = there.free("accounting_class" if name == "class" else sort)
        if not found:
            return None
        change = {kind: lines[at][kind] | {reference: {"value": chance.choice(found)["Id"]}}}
    else:
        change = {"Amount": edits.amount()} if name == "amount" else {"Description": edits.text("goods")}
    return {"Line": [*lines[:at], lines[at] | change, *lines[at + 1 :]]}


# -- people on the platform


def document_here(
    here: Caller, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> dict[str, Any] | None:
    """Return the fields of something new, as somebody writes it on the platform."""
    edits, chance = here.site.edits, here.chance
    party = vendor or (found.id if (found := here.pick(here.free("vendor"))) else None)
    if party is None:
        return None
    lines = tuple(_line_here(here, amount) for _ in range(1 if amount else chance.choice((1, 1, 2, 3))))
    if chance.random() < 0.03:
        lines = tuple(replace(line, amount=Decimal("0.00")) for line in lines)
    return {
        "vendor": party,
        "number": number or (edits.text("P") if chance.random() < 0.95 else None),
        "issued_on": edits.issued_on(),
        "memo": edits.text("memo") if chance.random() < 0.5 else None,
        "location": one_of(here, "location", 0.3),
        "lines": lines,
    }


def _line_here(here: Caller, amount: Decimal | None = None) -> BillLine:
    edits = here.site.edits
    item = one_of(here, "item", 0.3)
    return BillLine(
        amount=amount or edits.amount(),
        description=edits.text("goods"),
        item=item,
        account=None if item else one_of(here, "account", 0.8),
        accounting_class=one_of(here, "accounting_class", 0.3),
        **_customer_here(here, 0.2),
    )


def _customer_here(here: Caller, chance: float) -> dict[str, Any]:
    customer = one_of(here, "customer", chance)
    return {"customer": customer, "billable": customer is not None and here.chance.random() < 0.5}


def one_of(here: Caller, kind: str, chance: float) -> str | None:
    """Return an entry of a list, more or less often."""
    found = here.free(kind)
    return here.chance.choice(found).id if found and here.chance.random() < chance else None


def change_here(here: Caller, document: Any, name: str) -> Document | None:
    """Correct a field on the platform."""
    edits, chance = here.site.edits, here.chance
    if name in ("memo", "no memo"):
        return replace(document, memo=edits.text("memo") if name == "memo" else None)
    if name in ("due_on", "issued_on"):
        return replace(document, **{name: getattr(edits, name)()})
    if name == "number":
        return replace(document, number=edits.text("P"))
    if name == "vendor":
        others = [each for each in here.free("vendor") if each.id != document.vendor]
        return replace(document, vendor=chance.choice(others).id) if others else None
    lines = document.lines
    at = chance.randrange(len(lines))
    if name == "new line":
        return replace(document, lines=(*lines, _line_here(here)))
    if name == "no line":
        return replace(document, lines=lines[:at] + lines[at + 1 :]) if len(lines) > 1 else None
    if name == "location":
        return replace(document, location=one_of(here, "location", 0.7))
    if name == "class":
        change: dict[str, Any] = {"accounting_class": one_of(here, "accounting_class", 0.7)}
    elif name == "customer":
        change = _customer_here(here, 0.8)
    elif name == "account":
        item = one_of(here, "item", 0.4)
        change = {"item": item, "account": None if item else one_of(here, "account", 1.0)}
        change |= {"quantity": None, "unit_price": None}
    else:
        change = {"amount": edits.amount()} if name == "amount" else {"description": edits.text("goods")}
    return replace(document, lines=(*lines[:at], replace(lines[at], **change), *lines[at + 1 :]))


def approve(people: People, kind: str) -> bool:
    """Move one on in its approval."""
    here = people.here
    found = here.present(kind)
    if found is None:
        return False
    approval = people.site.chance.choice((Approval.ASSIGNED, Approval.APPROVED, Approval.APPROVED))
    return here.put(kind, found.id, replace(found.document, approval=approval), before=found)


# -- the oracle


def is_settled(wire: Fields | None) -> bool:
    """Say whether payments have brought it down."""
    return wire is not None and wire["Balance"] != wire["TotalAmt"]


def is_settled_here(agreement: Agreement, case: Case) -> bool:
    """Say whether a payment that was made here settles some of it."""
    if case.record is None:
        return False
    target = case.record.id
    return any(
        target
        in {*(line.bill for line in each.document.lines), *(c.vendor_credit for c in each.document.credits)}  # type: ignore[union-attr]
        for each in agreement.records["bill_payment"]
        if not each.archived and each.origin == "platform" and each.status != "voided"
    )


def is_copied(agreement: Agreement, case: Case) -> bool:
    """Say whether it bears the mark of a record that is linked to another one."""
    if case.wire is None:
        return False
    mark = mark_of(case.wire)
    company = agreement.site.company
    return any(
        marker_of(company, Kind(kind), record) == mark and qbo_id != case.wire["Id"]
        for (kind, record), qbo_id in agreement.links.items()
        if kind == case.kind
    )


def _is_unapproved(agreement: Agreement, case: Case) -> bool:
    document: Any = case.record.document if case.record is not None else None
    return (
        document is not None
        and agreement.preferences.only_approved
        and document.approval != Approval.APPROVED
    )


REASONS = {
    "preferences_missing": lambda a, _: a.preferences.unallocated_expense_account is None,
    "zero_amount": lambda _, c: c.record is not None and c.record.amount == 0,
    "number_missing": lambda _, c: not (c.here or c.there or {}).get("number"),
    "not_approved": _is_unapproved,
    "number_taken": lambda a, c: a.twins(c) > 0,
    "duplicate_in_quickbooks": is_copied,
    "money_locked": lambda _, c: bool(c.differing) and is_settled(c.wire),
    "removal_blocked": lambda _, c: c.record is not None and c.record.archived and is_settled(c.wire),
}
"""Reasons that both kinds know."""
