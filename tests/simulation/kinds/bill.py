"""Bills: lines on expense accounts, payments made in QuickBooks, numbers that pair them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.match import marker_of
from service.core.records import Approval, Bill, BillLine, BillPayment, Document, Kind, PaymentStatus
from tests.simulation.kinds.kind import Keys, SimulatedKind
from tests.simulation.projection import Fields, Line, LookUp, cents, day, named, reference, split_memo

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People


def _of_quickbooks(wire: Fields) -> Fields:
    memo, _ = split_memo(wire.get("PrivateNote"))
    return {
        "vendor": reference(wire.get("VendorRef")),
        "number": wire.get("DocNumber") or None,
        "issued_on": wire.get("TxnDate"),
        "due_on": wire.get("DueDate"),
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
    )


def _of_document(document: Any, id_of: LookUp) -> Fields:
    return {
        "vendor": named(id_of, "vendor", document.vendor),
        "number": document.number,
        "issued_on": day(document.issued_on),
        "due_on": day(document.due_on),
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
            )
            for line in document.lines
        ),
    }


# -- people

ACCOUNT_LINE, ITEM_LINE = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"


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
    return {
        "Amount": amount or edits.amount(),
        "Description": edits.text("goods"),
        "DetailType": kind,
        kind: detail,
    }


def enter(
    there: Bookkeeper, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> bool:
    """Enter a bill in QuickBooks."""
    edits, chance = there.site.edits, there.chance
    found = vendor or (there.pick(there.free("vendor")) or {}).get("Id")
    if found is None or not there.free("account"):
        return False
    lines = 1 if amount is not None else chance.choice((1, 1, 2, 3))
    body: Wire = {
        "VendorRef": {"value": found},
        "TxnDate": edits.issued_on().isoformat(),
        "Line": [line_there(there, amount) for _ in range(lines)],
    }
    if number or chance.random() < 0.93:
        body["DocNumber"] = number or edits.text("Q")
    if chance.random() < 0.6:
        body["DueDate"] = edits.due_on().isoformat()
    if chance.random() < 0.5:
        body["PrivateNote"] = edits.text("note")
    locations = there.free("location")
    if locations and chance.random() < 0.3:
        body["DepartmentRef"] = {"value": chance.choice(locations)["Id"]}
    return there.create("bill", body)


def write(
    here: Caller, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
) -> bool:
    """Write a bill on the platform."""
    edits, chance = here.site.edits, here.chance
    party = vendor or (found.id if (found := here.pick(here.free("vendor"))) else None)
    if party is None:
        return False
    lines = tuple(_line_here(here, amount) for _ in range(1 if amount else chance.choice((1, 1, 2, 3))))
    if chance.random() < 0.03:
        lines = tuple(replace(line, amount=Decimal("0.00")) for line in lines)
    document = Bill(
        vendor=party,
        number=number or (edits.text("P") if chance.random() < 0.95 else None),
        issued_on=edits.issued_on(),
        due_on=edits.due_on() if chance.random() < 0.6 else None,
        memo=edits.text("memo") if chance.random() < 0.5 else None,
        location=_one_of(here, "location", 0.3),
        lines=lines,
    )
    return here.put("bill", f"b{edits.next()}", document)


def _line_here(here: Caller, amount: Decimal | None = None) -> BillLine:
    edits = here.site.edits
    item = _one_of(here, "item", 0.3)
    return BillLine(
        amount=amount or edits.amount(),
        description=edits.text("goods"),
        item=item,
        account=None if item else _one_of(here, "account", 0.8),
        accounting_class=_one_of(here, "accounting_class", 0.3),
    )


def _one_of(here: Caller, kind: str, chance: float) -> str | None:
    """Return an entry of a list, more or less often."""
    found = here.free(kind)
    return here.chance.choice(found).id if found and here.chance.random() < chance else None


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
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
    if name in ("account", "class"):
        sort = "item" if kind == ITEM_LINE else "account"
        reference = "ClassRef" if name == "class" else "ItemRef" if kind == ITEM_LINE else "AccountRef"
        found = there.free("accounting_class" if name == "class" else sort)
        if not found:
            return None
        change: Wire = {kind: lines[at][kind] | {reference: {"value": chance.choice(found)["Id"]}}}
    else:
        change = {"Amount": edits.amount()} if name == "amount" else {"Description": edits.text("goods")}
    return {"Line": [*lines[:at], lines[at] | change, *lines[at + 1 :]]}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
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
        return replace(document, location=_one_of(here, "location", 0.7))
    if name == "class":
        change: dict[str, Any] = {"accounting_class": _one_of(here, "accounting_class", 0.7)}
    elif name == "account":
        item = _one_of(here, "item", 0.4)
        change = {"item": item, "account": None if item else _one_of(here, "account", 1.0)}
        change |= {"quantity": None, "unit_price": None}
    else:
        change = {"amount": edits.amount()} if name == "amount" else {"description": edits.text("goods")}
    return replace(document, lines=(*lines[:at], replace(lines[at], **change), *lines[at + 1 :]))


def _both_enter(people: People) -> bool:
    """Enter the same number on both sides, mostly with the same amount."""
    site = people.site
    vendors = [(key[1], qbo_id) for key, qbo_id in site.pairs() if key[0] == "vendor"]
    if not vendors:
        return False
    record, qbo_id = site.chance.choice(vendors)
    number, amount = site.edits.text("N"), site.edits.amount()
    there = enter(people.there, qbo_id, number, amount)
    if site.chance.random() < 0.4:
        amount = site.edits.amount()
    return write(people.here, record, number, amount) or there


def _several(people: People) -> bool:
    """Write several bills at once: they share a request to QuickBooks."""
    written = [write(people.here) for _ in range(people.site.chance.choice((2, 3, 4)))]
    return all(written)


def _one_goes_one_changes(people: People) -> bool:
    """One side deletes or archives what the other one edits."""
    bills = [each for each in people.site.pairs() if each[0][0] == "bill"]
    if not bills:
        return False
    (kind, record), qbo_id = people.site.chance.choice(bills)
    if people.site.chance.random() < 0.5:
        return people.there.delete(kind, qbo_id) and people.here.edit(kind, record)
    return people.there.edit(kind, qbo_id) and people.here.archive(kind, record)


def _copy(people: People) -> bool:
    """Copy a bill in QuickBooks: its note is copied, our mark included."""
    there, edits = people.there, people.site.edits
    found = there.pick([each for each in there.all("bill") if each.get("PrivateNote")])
    if found is None or not there.free("account"):
        return False
    body = {
        "VendorRef": found["VendorRef"],
        "PrivateNote": found["PrivateNote"],
        "DocNumber": edits.text("Q"),
        "TxnDate": edits.issued_on().isoformat(),
        "Line": [line_there(there)],
    }
    return there.create("bill", body, copied=True)


def _approve(people: People) -> bool:
    """Move a bill on in its approval."""
    here = people.here
    found = here.present("bill")
    if found is None:
        return False
    approval = people.site.chance.choice((Approval.ASSIGNED, Approval.APPROVED, Approval.APPROVED))
    return here.put("bill", found.id, replace(found.document, approval=approval), before=found)


# -- the oracle


def _is_paid(wire: Fields | None) -> bool:
    return wire is not None and wire["Balance"] != wire["TotalAmt"]


def _is_paid_here(agreement: Agreement, case: Case) -> bool:
    """A payment that was made here settles some of it."""
    return case.record is not None and any(
        line.bill == case.record.id
        for each in agreement.records["bill_payment"]
        if not each.archived and each.origin == "platform" and each.status != "voided"
        for line in each.document.lines  # type: ignore[union-attr]
    )


def _copied(agreement: Agreement, case: Case) -> bool:
    """It bears the mark of a record that is linked to another bill."""
    if case.wire is None:
        return False
    mark = split_memo(case.wire.get("PrivateNote"))[1]
    company = agreement.site.company
    return any(
        marker_of(company, Kind.BILL, record) == mark and qbo_id != case.wire["Id"]
        for (kind, record), qbo_id in agreement.links.items()
        if kind == "bill"
    )


def _balance(case: Case) -> list[str]:
    if case.record is None or case.wire is None:
        return []
    owed = cents(case.wire["Balance"])
    if cents(case.record.quickbooks_balance) != owed:
        return [f"{case.words}: {owed} is open there, {case.record.quickbooks_balance} is said to be"]
    return []


def _money(agreement: Agreement) -> Iterator[str]:
    """Totals are the sums of their lines, balances what payments leave of them (I10)."""
    paid: dict[str, Decimal] = {}
    for payment in agreement.site.quickbooks.all("BillPayment"):
        for line in payment["Line"]:
            bill = line["LinkedTxn"][0]["TxnId"]
            paid[bill] = paid.get(bill, Decimal(0)) + Decimal(str(line["Amount"]))
    for qbo_id, wire in agreement.objects["bill"].items():
        total = sum((Decimal(line[0]) for line in agreement.there["bill"][qbo_id]["lines"]), Decimal(0))
        total += Decimal(agreement.there["bill"][qbo_id]["tax"])
        if cents(wire["TotalAmt"]) != cents(total):
            yield f"QuickBooks bill {qbo_id}: {wire['TotalAmt']} is not the sum of its lines"
        if cents(wire["Balance"]) != cents(total - paid.get(qbo_id, Decimal(0))):
            yield f"QuickBooks bill {qbo_id}: its balance is not what its payments leave"
    for record in agreement.records["bill"]:
        assert isinstance(record.document, Bill)
        total = sum((line.amount for line in record.document.lines), record.document.tax)
        if record.amount != total:
            yield f"bill {record.id}: {record.amount} is not the sum of its lines"
    here, there = _owed(agreement)
    if here != there:
        yield f"what is owed by vendor differs: {here} here, {there} there"


def _apart(agreement: Agreement, bill: str, wire: Fields) -> Decimal:
    """Add up the named causes: payments here that QuickBooks lacks, less those there that are not here."""
    difference = Decimal(0)
    there = agreement.there["bill_payment"]
    for record in agreement.records["bill_payment"]:
        assert isinstance(record.document, BillPayment)
        lives_here = not record.archived and record.document.status is not PaymentStatus.VOIDED
        if lives_here:
            difference += sum(
                (each.amount for each in record.document.lines if each.bill == bill), Decimal(0)
            )
    for fields in there.values():
        theirs = [each for each in fields["paid"] if each[1:] == ("Bill", wire["Id"])]
        difference -= sum((Decimal(each.amount) for each in theirs), Decimal(0))
    return difference


def _owed(agreement: Agreement) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Add up, by vendor, what is open on the bills that are called agreed."""
    here: dict[str, Decimal] = {}
    there: dict[str, Decimal] = {}
    for record in agreement.records["bill"]:
        wire = agreement.objects["bill"].get(agreement.links.get(("bill", record.id), ""))
        state = agreement.states["bill", record.id].sync_state
        if wire is None or state != "agreed" or record.archived:
            continue
        ours = agreement.here["bill"][record.id]["vendor"]
        theirs = wire["VendorRef"]["value"]
        here[ours] = here.get(ours, Decimal(0)) + (record.balance or 0) + _apart(agreement, record.id, wire)
        there[theirs] = there.get(theirs, Decimal(0)) + Decimal(str(wire["Balance"]))
    return here, there


def _parents(fields: Fields) -> Keys:
    own = [("vendor", fields["vendor"]), ("location", fields["location"])]
    return [*own, *(each for line in fields["lines"] for each in line.parents)]


KIND = SimulatedKind(
    name="bill",
    entity="Bill",
    rank=30,
    is_list=False,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset(
        {"VendorRef", "DocNumber", "TxnDate", "DueDate", "CurrencyRef", "PrivateNote", "Line", "TxnTaxDetail"}
        | {"DepartmentRef"}
    ),
    fields=(
        *("memo", "memo", "due_on", "due_on", "issued_on", "number", "amount", "amount"),
        *("description", "new line", "no line", "account", "class", "location", "vendor", "no memo"),
    ),
    change_there=_change_there,
    change_here=_change_here,
    new_there=enter,
    new_here=write,
    weights={"new_there": 8, "new_here": 8, "edit_there": 12, "edit_here": 12, "delete_there": 8}
    | {"archive_here": 6, "restore": 2, "both": 10},
    acts={_both_enter: 3, _several: 6, _one_goes_one_changes: 4, _copy: 1} | {_approve: 2},
    populates=(4, 2),
    key_of=lambda fields: (fields["vendor"], (fields["number"] or "").casefold()),
    parents_of=_parents,
    restored="memo",
    is_history=lambda wire: bool(wire["Balance"] == 0),
    reasons={
        "preferences_missing": lambda a, _: a.preferences.unallocated_expense_account is None,
        "direction": lambda a, c: (
            c.record is None and a.preferences.transactions_direction == "to_quickbooks"
        ),
        "not_unpaid": lambda _, c: c.record is None and _is_paid(c.wire),
        "zero_amount": lambda _, c: c.record is not None and c.record.amount == 0,
        "number_missing": lambda _, c: not (c.here or c.there or {}).get("number"),
        "not_approved": lambda a, c: (
            c.record is not None and a.preferences.only_approved and c.record.document.approval != "approved"  # type: ignore[union-attr]
        ),
        "number_taken": lambda a, c: a.twins(c) > 0,
        "removed_in_quickbooks": lambda a, c: (
            c.wire is None
            and (a.preferences.transactions_direction == "to_quickbooks" or _is_paid_here(a, c))
        ),
        "duplicate_in_quickbooks": _copied,
        "money_locked": lambda _, c: bool(c.differing) and _is_paid(c.wire),
        "removal_blocked": lambda _, c: c.record is not None and c.record.archived and _is_paid(c.wire),
    },
    balance=_balance,
    money=_money,
)
