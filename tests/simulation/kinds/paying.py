"""How people pay bills: whole or in part, several at once, with credits, on either side or on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import BillPayment, Document, Method, PaidBill, PaymentStatus, UsedCredit
from tests.simulation.chart import PAYING
from tests.simulation.projection import Fields, mark_of

if TYPE_CHECKING:
    from service.store.records import StoredRecord
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

ZERO = Decimal(0)
_PAID_BY = {
    "Bank": ("Check", "CheckPayment", "BankAccountRef"),
    "Credit Card": ("CreditCard", "CreditCardPayment", "CCAccountRef"),
}
_DAYS_APART = (0, 0, 1, 4, 9)


def _part(who: Bookkeeper | Caller, balance: Decimal) -> Decimal:
    """Return a balance, or half of it."""
    half = (balance / 2).quantize(Decimal("0.01"))
    return half if half and who.chance.random() < 0.4 else balance


def _with_mates(who: Bookkeeper | Caller, chosen: Any, mates: list[Any]) -> list[Any]:
    """Return what is paid with what: mostly one bill, sometimes two or three."""
    more = who.chance.choice((0, 0, 0, 1, 2))
    return [chosen, *who.chance.sample(mates, min(more, len(mates)))]


# -- in QuickBooks


def open_there(there: Bookkeeper, kind: str) -> list[Wire]:
    """Return the bills or credits of which something is open."""
    return [each for each in there.all(kind) if each["Balance"] > 0]


def _link(entity: str, target: str, amount: Decimal) -> Wire:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": target, "TxnType": entity}]}


def _paid_by(there: Bookkeeper) -> Wire:
    """Choose the account that is paid from."""
    sorts = [each for each in there.all("account") if each["Name"] in PAYING]
    chosen = there.chance.choice(sorts)
    pay_type, section, field = _PAID_BY[chosen["AccountType"]]
    return {"PayType": pay_type, section: {field: {"value": chosen["Id"]}}}


def _body(
    there: Bookkeeper,
    vendor: Wire,
    paid: Iterable[tuple[str, Decimal]],
    used: Iterable[tuple[str, Decimal]] = (),
    *,
    day: dt.date | None = None,
) -> Wire:
    edits, chance = there.site.edits, there.chance
    bills, credits = list(paid), list(used)
    total = sum((amount for _, amount in bills), ZERO) - sum((amount for _, amount in credits), ZERO)
    body: Wire = {
        "VendorRef": vendor,
        "TxnDate": (day or edits.issued_on()).isoformat(),
        "TotalAmt": total,
        "Line": [
            *(_link("Bill", target, amount) for target, amount in bills),
            *(_link("VendorCredit", target, amount) for target, amount in credits),
        ],
        **_paid_by(there),
    }
    if chance.random() < 0.5:
        body["PrivateNote"] = edits.text("check")
    if chance.random() < 0.3:
        body["DocNumber"] = edits.text("R")
    return body


def pay_there(there: Bookkeeper) -> bool:
    """Pay bills of a vendor in QuickBooks, perhaps with credits."""
    found = open_there(there, "bill")
    chosen = there.pick(found)
    if chosen is None:
        return False
    vendor = chosen["VendorRef"]
    mates = [each for each in found if each is not chosen and each["VendorRef"]["value"] == vendor["value"]]
    paid = [
        (each["Id"], _part(there, Decimal(str(each["Balance"]))))
        for each in _with_mates(there, chosen, mates)
    ]
    left = sum((amount for _, amount in paid), ZERO)
    used: list[tuple[str, Decimal]] = []
    for credit in open_there(there, "vendor_credit"):
        if left and credit["VendorRef"]["value"] == vendor["value"] and there.chance.random() < 0.5:
            amount = min(left, _part(there, Decimal(str(credit["Balance"]))))
            used.append((credit["Id"], amount))
            left -= amount
    return there.create("bill_payment", _body(there, vendor, paid, used))


def apply_there(there: Bookkeeper) -> bool:
    """Apply a credit to a bill by hand: nothing is paid."""
    found = [
        (bill, credit)
        for bill in open_there(there, "bill")
        for credit in open_there(there, "vendor_credit")
        if bill["VendorRef"]["value"] == credit["VendorRef"]["value"]
    ]
    if not found:
        return False
    bill, credit = there.chance.choice(found)
    amount = _part(there, min(Decimal(str(bill["Balance"])), Decimal(str(credit["Balance"]))))
    body = _body(there, bill["VendorRef"], [(bill["Id"], amount)], [(credit["Id"], amount)])
    return there.create("bill_payment", body)


def change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    """Correct a field of a payment in QuickBooks."""
    edits = there.site.edits
    if not found.get("Line") or name == "status":
        return None
    if name == "reference":
        return {"DocNumber": edits.text("R")}
    if name == "paid_on":
        return {"TxnDate": edits.issued_on().isoformat()}
    if name == "account":
        return _paid_by(there)
    if name == "part":
        return _part_of_there(found)
    mark = mark_of(found)
    memo = edits.text("check")
    return {"PrivateNote": f"{memo}\nsync:{mark}" if mark and there.chance.random() < 0.85 else memo}


def _part_of_there(found: Wire) -> Wire | None:
    """Pay only half of what the first line pays."""
    line = found["Line"][0]
    half = (Decimal(str(line["Amount"])) / 2).quantize(Decimal("0.01"))
    total = Decimal(str(found["TotalAmt"])) - (Decimal(str(line["Amount"])) - half)
    if line["LinkedTxn"][0]["TxnType"] != "Bill" or not half or total < 0:
        return None
    return {"TotalAmt": total, "Line": [line | {"Amount": half}, *found["Line"][1:]]}


def void_there(people: People) -> bool:
    """Void a payment in QuickBooks."""
    there, books = people.there, people.site.quickbooks
    linked = {qbo_id for key, qbo_id in people.site.pairs() if key[0] == "bill_payment"}
    found = there.pick([each for each in there.all("bill_payment") if each.get("Line")])
    if found is None:
        return False
    done = there.does(f"bill_payment {found['Id']} is voided", lambda: books.void("BillPayment", found["Id"]))
    if done and (found["Id"] in linked or mark_of(found) is None):
        people.site.edits.saw(_seen(found))
    return done


def _seen(wire: Wire) -> Fields:
    """What somebody takes away who voids it: all of it."""
    return {
        "memo": (wire.get("PrivateNote") or "").partition("\nsync:")[0],
        "number": wire.get("DocNumber"),
    } | {"day": wire.get("TxnDate")}


# -- on the platform


def open_here(here: Caller, kind: str) -> list[StoredRecord]:
    """Return the bills or credits of which something is open here."""
    found = [each for each in here.site.records(kind) if not each.archived and (each.balance or ZERO) > 0]
    return sorted(found, key=lambda each: here.site.name_here(kind, each.id))


def _vendor(record: StoredRecord) -> str:
    return str(record.document.vendor)  # type: ignore[union-attr]


def account_here(here: Caller) -> str | None:
    """Choose an account to pay from, or leave that to the preferences."""
    found = [each for each in here.all("account") if getattr(each.document, "name", "") in PAYING]
    return here.chance.choice(found).id if found and here.chance.random() < 0.6 else None


def _payment(
    here: Caller, vendor: str, lines: Iterable[PaidBill], credits: Iterable[UsedCredit] = (), **fields: Any
) -> BillPayment:
    edits, chance = here.site.edits, here.chance
    online = chance.random() < 0.4
    known: dict[str, Any] = {
        "vendor": vendor,
        "paid_on": edits.issued_on(),
        "method": Method.ONLINE if online else Method.OFFLINE,
        "reference": edits.text("R") if chance.random() < 0.4 else None,
        "memo": edits.text("paid") if chance.random() < 0.4 else None,
        "status": PaymentStatus.SCHEDULED if chance.random() < 0.6 else PaymentStatus.PROCESSED,
        "sync": chance.random() > 0.1,
        "lines": tuple(lines),
        "credits": tuple(credits),
    } | fields
    if not known["sync"]:
        known["method"] = Method.OFFLINE
    if known["method"] is Method.OFFLINE:
        known["bank_account"] = account_here(here)
    return BillPayment(**known)


def pay_here(here: Caller) -> bool:
    """Pay bills of a vendor on the platform, perhaps with credits."""
    found = open_here(here, "bill")
    if not found:
        return False
    chosen = here.chance.choice(found)
    vendor = _vendor(chosen)
    mates = [each for each in found if each is not chosen and _vendor(each) == vendor]
    lines = [
        PaidBill(bill=each.id, amount=_part(here, each.balance or ZERO))
        for each in _with_mates(here, chosen, mates)
    ]
    left = sum((each.amount for each in lines), ZERO)
    used = []
    for credit in open_here(here, "vendor_credit"):
        if left and _vendor(credit) == vendor and here.chance.random() < 0.4:
            amount = min(left, _part(here, credit.balance or ZERO))
            used.append(UsedCredit(vendor_credit=credit.id, amount=amount))
            left -= amount
    return here.put("bill_payment", f"p{here.site.edits.next()}", _payment(here, vendor, lines, used))


def apply_here(people: People) -> bool:
    """Apply a credit to a bill, and often pay the rest of it."""
    here = people.here
    found = [
        (bill, credit)
        for bill in open_here(here, "bill")
        for credit in open_here(here, "vendor_credit")
        if _vendor(bill) == _vendor(credit)
    ]
    if not found:
        return False
    bill, credit = here.chance.choice(found)
    amount = _part(here, min(bill.balance or ZERO, credit.balance or ZERO))
    line = PaidBill(bill=bill.id, amount=amount)
    use = UsedCredit(vendor_credit=credit.id, amount=amount)
    application = _payment(here, _vendor(bill), [line], [use])
    done = here.put("bill_payment", f"p{here.site.edits.next()}", application)
    rest = (bill.balance or ZERO) - amount
    if done and rest and here.chance.random() < 0.6:
        payment = _payment(here, _vendor(bill), [PaidBill(bill=bill.id, amount=rest)])
        here.put("bill_payment", f"p{here.site.edits.next()}", payment)
    return done


_MONEY = ("part", "paid_on", "account")


def change_here(here: Caller, document: Any, name: str) -> Document | None:
    """Correct a field of a payment on the platform."""
    edits = here.site.edits
    if document.status is PaymentStatus.VOIDED:
        return None
    if name == "status":
        return replace(document, status=PaymentStatus.PROCESSED)
    if name == "paid_on":
        return replace(document, paid_on=edits.issued_on())
    if name == "account":
        return (
            replace(document, bank_account=account_here(here)) if document.method is Method.OFFLINE else None
        )
    if name == "part":
        first, rest = document.lines[0], document.lines[1:]
        half = (first.amount / 2).quantize(Decimal("0.01"))
        bill: Any = here.site.watch.versions["bill", first.bill][-1].document
        if not half or document.credits or bill.vendor != document.vendor:
            return None  # a bill that QuickBooks gave to another vendor takes no new share
        return replace(document, lines=(replace(first, amount=half), *rest))
    return replace(document, **{name: edits.text("R" if name == "reference" else "paid")})


def void_here(people: People) -> bool:
    """Void a payment on the platform."""
    here = people.here
    live = [each for each in here.free("bill_payment") if not is_voided_here(each.document)]
    found = here.pick(live)
    if found is None:
        return False
    people.site.edits.saw(people.site.fields_of("bill_payment", found.document))
    voided = replace(found.document, status=PaymentStatus.VOIDED)  # type: ignore[call-arg]
    return here.put("bill_payment", found.id, voided, before=found)


def is_voided_here(document: Any) -> bool:
    """Say whether a payment is voided on the platform."""
    return bool(document.status is PaymentStatus.VOIDED)


# -- on both sides


def _open_on_both(people: People, kind: str) -> list[tuple[StoredRecord, Wire]]:
    there = {each["Id"]: each for each in open_there(people.there, kind)}
    known = {record: qbo_id for (of, record), qbo_id in people.site.pairs() if of == kind}
    return [
        (each, there[known[each.id]]) for each in open_here(people.here, kind) if known.get(each.id) in there
    ]


def both_pay(people: People) -> bool:
    """Pay the same bill on both sides, about at once."""
    here = pay_here(people.here)
    return pay_there(people.there) or here


def enter_twice(people: People) -> bool:
    """Enter one payment on both sides: told to the platform as recorded there, or not."""
    found = _open_on_both(people, "bill")
    if not found:
        return False
    bill, wire = people.site.chance.choice(found)
    amount = _part(people.here, min(bill.balance or ZERO, Decimal(str(wire["Balance"]))))
    day = people.site.edits.issued_on()
    told = day + dt.timedelta(days=people.site.chance.choice(_DAYS_APART))
    line = PaidBill(bill=bill.id, amount=amount)
    sync = people.site.chance.random() < 0.35
    payment = _payment(people.here, _vendor(bill), [line], paid_on=told, sync=sync)
    body = _body(people.there, wire["VendorRef"], [(wire["Id"], amount)], day=day)
    there = people.there.create("bill_payment", body)
    return people.here.put("bill_payment", f"p{people.site.edits.next()}", payment) or there


def apply_twice(people: People) -> bool:
    """Apply one credit to one bill on both sides."""
    found = [
        (bill, credit)
        for bill in _open_on_both(people, "bill")
        for credit in _open_on_both(people, "vendor_credit")
        if _vendor(bill[0]) == _vendor(credit[0])
    ]
    if not found:
        return False
    (bill, wire), (credit, used) = people.site.chance.choice(found)
    balances = (bill.balance, credit.balance, wire["Balance"], used["Balance"])
    amount = min(Decimal(str(each)) for each in balances)
    line = PaidBill(bill=bill.id, amount=amount)
    use = UsedCredit(vendor_credit=credit.id, amount=amount)
    payment = _payment(people.here, _vendor(bill), [line], [use])
    body = _body(people.there, wire["VendorRef"], [(wire["Id"], amount)], [(used["Id"], amount)])
    there = people.there.create("bill_payment", body)
    return people.here.put("bill_payment", f"p{people.site.edits.next()}", payment) or there


# -- what the platform has to refuse


def overpay(people: People) -> bool:
    """Try to pay more than is open."""
    here = people.here
    found = open_here(here, "bill")
    if not found:
        return False
    bill = here.chance.choice(found)
    line = PaidBill(bill=bill.id, amount=(bill.balance or ZERO) + 1)
    payment = _payment(here, _vendor(bill), [line])
    return here.must_fail("bill_payment", f"p{here.site.edits.next()}", payment, code="exceeds_balance")


def change_what_is_fixed(people: People) -> bool:
    """Try to undo a void, or to change what moved money in QuickBooks."""
    here, site = people.here, people.site
    found = here.pick(here.free("bill_payment"))
    if found is None:
        return False
    document: Any = found.document
    origin = next(each.origin for each in site.records("bill_payment") if each.id == found.id)
    if is_voided_here(document):
        changed = replace(document, status=PaymentStatus.PROCESSED)
        return here.must_fail("bill_payment", found.id, changed, before=found, code="payment_voided")
    if origin == "quickbooks":
        changed = replace(document, memo=site.edits.text("paid"))
        return here.must_fail("bill_payment", found.id, changed, before=found, code="made_in_quickbooks")
    if ("bill_payment", found.id) not in site.watch.links:
        return False
    changed = replace(document, paid_on=site.edits.issued_on())
    return here.must_fail("bill_payment", found.id, changed, before=found, code="payment_posted")
