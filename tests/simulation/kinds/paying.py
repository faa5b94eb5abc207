"""How people pay bills: whole or in part, several at once, with credits, on either side or on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.core.records import BillPayment, Document, Method, PaidBill, PaymentStatus, UsedCredit
from tests.simulation.chart import PAYING
from tests.simulation.kinds import settling
from tests.simulation.kinds.payments import BILLS
from tests.simulation.kinds.settling import (
    APART,
    ZERO,
    account_here,
    link,
    memo_there,
    open_here,
    open_on_both,
    open_there,
    part,
    with_mates,
)

if TYPE_CHECKING:
    from service.store.records import StoredRecord
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

_PAID_BY = {
    "Bank": ("Check", "CheckPayment", "BankAccountRef"),
    "Credit Card": ("CreditCard", "CreditCardPayment", "CCAccountRef"),
}


# -- in QuickBooks


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
            *(link("Bill", target, amount) for target, amount in bills),
            *(link("VendorCredit", target, amount) for target, amount in credits),
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
        (each["Id"], part(there, Decimal(str(each["Balance"])))) for each in with_mates(there, chosen, mates)
    ]
    left = sum((amount for _, amount in paid), ZERO)
    used: list[tuple[str, Decimal]] = []
    for credit in open_there(there, "vendor_credit"):
        if left and credit["VendorRef"]["value"] == vendor["value"] and there.chance.random() < 0.5:
            amount = min(left, part(there, Decimal(str(credit["Balance"]))))
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
    amount = part(there, min(Decimal(str(bill["Balance"])), Decimal(str(credit["Balance"]))))
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
        return settling.part_there(found, "Bill")
    return memo_there(there, found, "check")


# -- on the platform


def _vendor(record: StoredRecord) -> str:
    return str(record.document.vendor)  # type: ignore[union-attr]


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
        known["bank_account"] = account_here(here, PAYING)
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
        PaidBill(bill=each.id, amount=part(here, each.balance or ZERO))
        for each in with_mates(here, chosen, mates)
    ]
    left = sum((each.amount for each in lines), ZERO)
    used = []
    for credit in open_here(here, "vendor_credit"):
        if left and _vendor(credit) == vendor and here.chance.random() < 0.4:
            amount = min(left, part(here, credit.balance or ZERO))
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
    amount = part(here, min(bill.balance or ZERO, credit.balance or ZERO))
    line = PaidBill(bill=bill.id, amount=amount)
    use = UsedCredit(vendor_credit=credit.id, amount=amount)
    application = _payment(here, _vendor(bill), [line], [use])
    done = here.put("bill_payment", f"p{here.site.edits.next()}", application)
    rest = (bill.balance or ZERO) - amount
    if done and rest and here.chance.random() < 0.6:
        payment = _payment(here, _vendor(bill), [PaidBill(bill=bill.id, amount=rest)])
        here.put("bill_payment", f"p{here.site.edits.next()}", payment)
    return done


def change_here(here: Caller, document: Any, name: str) -> Document | None:
    """Correct a field of a payment on the platform."""
    return settling.change_here(here, document, name, BILLS, PAYING)


# -- on both sides


def both_pay(people: People) -> bool:
    """Pay the same bill on both sides, about at once."""
    here = pay_here(people.here)
    return pay_there(people.there) or here


def enter_twice(people: People) -> bool:
    """Enter one payment on both sides: told to the platform as recorded there, or not."""
    found = open_on_both(people, "bill")
    if not found:
        return False
    bill, wire = people.site.chance.choice(found)
    amount = part(people.here, min(bill.balance or ZERO, Decimal(str(wire["Balance"]))))
    day = people.site.edits.issued_on()
    told = day + dt.timedelta(days=people.site.chance.choice(APART))
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
        for bill in open_on_both(people, "bill")
        for credit in open_on_both(people, "vendor_credit")
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
