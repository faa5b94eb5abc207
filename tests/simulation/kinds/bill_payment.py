"""Payments of bills: paid on either side, whole or in part, voided and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from service.core.records import BillPayment, Document, Method, PaidBill, PaymentStatus
from tests.simulation.kinds.kind import Keys, SimulatedKind
from tests.simulation.projection import Fields, LookUp, cents, day, named, reference, split_memo

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People
    from tests.simulation.watch import Standing

_TARGETS = {"Bill": "bill"}


class Share(NamedTuple):
    """By how much a payment brings one bill down."""

    amount: str
    entity: str
    target: str | None

    @property
    def parents(self) -> list[tuple[str, str | None]]:
        """Name the bill."""
        return [(_TARGETS[self.entity], self.target)] if self.entity in _TARGETS else []

    needs_account = False


def _of_quickbooks(wire: Fields) -> Fields:
    shares = [
        Share(cents(line["Amount"]), link["TxnType"], link["TxnId"])
        for line in wire.get("Line") or ()
        for link in line["LinkedTxn"]
    ]
    memo, _ = split_memo(wire.get("PrivateNote"))
    if not shares:
        return _voided(reference(wire.get("VendorRef")))
    return {
        "vendor": reference(wire.get("VendorRef")),
        "paid_on": wire.get("TxnDate"),
        "reference": wire.get("DocNumber") or None,
        "memo": memo,
        "paid": tuple(sorted(shares)),
        "voided": None,
    }


def _of_document(document: Any, id_of: LookUp) -> Fields:
    vendor = named(id_of, "vendor", document.vendor)
    if document.status is PaymentStatus.VOIDED or not (document.lines or document.unmapped):
        return _voided(vendor)
    shares = [Share(cents(each.amount), "Bill", named(id_of, "bill", each.bill)) for each in document.lines]
    shares += [Share(cents(each.amount), each.entity, each.quickbooks_id) for each in document.unmapped]
    return {
        "vendor": vendor,
        "paid_on": day(document.paid_on),
        "reference": document.reference,
        "memo": document.memo,
        "paid": tuple(sorted(shares)),
        "voided": None,
    }


def _voided(vendor: str | None) -> Fields:
    """A voided payment has nothing left to compare but that it was."""
    return {
        "vendor": vendor,
        "paid_on": None,
        "reference": None,
        "memo": None,
        "paid": (),
        "voided": "voided",
    }


# -- people


def _pay_there(there: Bookkeeper) -> bool:
    """Pay an open bill in QuickBooks, whole or in part."""
    edits, chance = there.site.edits, there.chance
    found = there.pick([each for each in there.all("bill") if each["Balance"] > 0])
    if found is None:
        return False
    bank = next(each["Id"] for each in there.all("account") if each["AccountType"] == "Bank")
    amount = _part(there, Decimal(str(found["Balance"])))
    body: Wire = {
        "VendorRef": found["VendorRef"],
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": bank}},
        "TxnDate": edits.issued_on().isoformat(),
        "TotalAmt": amount,
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": found["Id"], "TxnType": "Bill"}]}],
    }
    if chance.random() < 0.5:
        body["PrivateNote"] = edits.text("check")
    return there.create("bill_payment", body)


def _part(who: Bookkeeper | Caller, balance: Decimal) -> Decimal:
    """Return a balance, or half of it."""
    half = (balance / 2).quantize(Decimal("0.01"))
    return half if half and who.chance.random() < 0.4 else balance


def _pay_here(here: Caller) -> bool:
    """Pay an open bill on the platform: online, or by a bank account outside."""
    edits, chance = here.site.edits, here.chance
    open_ones = [
        each for each in here.site.records("bill") if not each.archived and each.balance and each.balance > 0
    ]
    open_ones.sort(key=lambda each: here.site.name_here("bill", each.id))
    banks = [each for each in here.all("account") if getattr(each.document, "type", "") == "Bank"]
    if not open_ones or not banks:
        return False
    chosen = chance.choice(open_ones)
    amount = _part(here, chosen.balance or Decimal(0))
    online = chance.random() < 0.4
    document = BillPayment(
        vendor=chosen.document.vendor,  # type: ignore[union-attr]
        paid_on=edits.issued_on(),
        method=Method.ONLINE if online else Method.OFFLINE,
        bank_account=None if online else banks[0].id,
        reference=edits.text("R") if chance.random() < 0.5 else None,
        memo=edits.text("paid") if chance.random() < 0.5 else None,
        status=PaymentStatus.SCHEDULED if online else PaymentStatus.PROCESSED,
        lines=(PaidBill(bill=chosen.id, amount=amount),),
    )
    return here.put("bill_payment", f"p{edits.next()}", document)


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    if not found.get("Line"):
        return None
    if name == "reference":
        return {"DocNumber": there.site.edits.text("R")}
    mark = split_memo(found.get("PrivateNote"))[1]
    memo = there.site.edits.text("check")
    return {"PrivateNote": f"{memo}\nsync:{mark}" if mark else memo}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    if document.status is PaymentStatus.VOIDED:
        return None
    return replace(document, **{name: here.site.edits.text("R" if name == "reference" else "paid")})


def _void_here(people: People) -> bool:
    """Void a payment on the platform."""
    here = people.here
    live = [each for each in here.free("bill_payment") if not _is_voided(each)]
    found = here.pick(live)
    if found is None:
        return False
    voided = replace(found.document, status=PaymentStatus.VOIDED)  # type: ignore[call-arg]
    people.site.edits.saw(people.site.fields_of("bill_payment", found.document))
    return here.put("bill_payment", found.id, voided, before=found)


def _is_voided(standing: Standing) -> bool:
    return getattr(standing.document, "status", None) is PaymentStatus.VOIDED


def _void_there(people: People) -> bool:
    """Void a payment in QuickBooks."""
    there, books = people.there, people.site.quickbooks
    found = there.pick([each for each in there.all("bill_payment") if each.get("Line")])
    if found is None:
        return False
    done = there.does(f"bill_payment {found['Id']} is voided", lambda: books.void("BillPayment", found["Id"]))
    if done:
        people.site.edits.saw(_of_quickbooks(found))
    return done


def _both_pay(people: People) -> bool:
    """Pay the same bill on both sides, about at once."""
    here = _pay_here(people.here)
    return _pay_there(people.there) or here


# -- the oracle


def _is_online(case: Case) -> bool:
    return case.record is not None and case.record.document.method is Method.ONLINE  # type: ignore[union-attr]


def _goes_one_way(agreement: Agreement, case: Case) -> bool:
    return _is_online(case) or agreement.preferences.transactions_direction == "to_quickbooks"


def _is_gone_there(case: Case) -> bool:
    return case.there is None or case.there["voided"] is not None


def _pays_nothing_linked(agreement: Agreement, case: Case) -> bool:
    linked = {qbo_id for (kind, _), qbo_id in agreement.links.items() if kind == "bill"}
    shares = (case.there or {}).get("paid", ())
    return case.record is None and not any(share.target in linked for share in shares)


def _pays_too_much(agreement: Agreement, case: Case) -> bool:
    """A bill that it pays has less open in QuickBooks than it takes."""
    for share in (case.here or {}).get("paid", ()):
        bill = agreement.objects["bill"].get(share.target)
        if bill is not None and Decimal(str(bill["Balance"])) < Decimal(share.amount):
            return True
    return False


def _money(agreement: Agreement) -> Iterator[str]:
    """Nobody pays twice: what is open here is the amount less the live payments; one mark, one payment."""
    paid: dict[str, Decimal] = {}
    for record in agreement.records["bill_payment"]:
        document = record.document
        assert isinstance(document, BillPayment)
        if record.archived or document.status is PaymentStatus.VOIDED:
            continue
        for line in document.lines:
            paid[line.bill] = paid.get(line.bill, Decimal(0)) + line.amount
    for bill in agreement.records["bill"]:
        left = (bill.amount or Decimal(0)) - paid.get(bill.id, Decimal(0))
        if bill.balance != left:
            yield f"bill {bill.id}: {bill.balance} is open, and its payments leave {left}"
    marks: dict[str, str] = {}
    for qbo_id, wire in agreement.objects["bill_payment"].items():
        mark = split_memo(wire.get("PrivateNote"))[1]
        if mark and wire.get("Line"):
            if mark in marks:
                yield f"QuickBooks payments {marks[mark]} and {qbo_id} are of one record"
            marks[mark] = qbo_id


def _parents(fields: Fields) -> Keys:
    return [("vendor", fields["vendor"]), *(each for share in fields["paid"] for each in share.parents)]


KIND = SimulatedKind(
    name="bill_payment",
    entity="BillPayment",
    rank=50,
    is_list=False,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset({"DocNumber", "TxnDate", "PrivateNote", "Line", "CurrencyRef", "VendorRef"})
    | {"CheckPayment", "CreditCardPayment", "PayType"},
    fields=("memo", "reference"),
    change_there=_change_there,
    change_here=_change_here,
    new_there=_pay_there,
    new_here=_pay_here,
    weights={"new_there": 5, "new_here": 6, "edit_there": 3, "edit_here": 3, "delete_there": 2, "both": 1},
    acts={_void_here: 2, _void_there: 2, _both_pay: 1},
    populates=(0, 0),
    key_of=lambda fields: (fields["vendor"], fields["paid"]),
    parents_of=_parents,
    is_history=lambda _: True,
    reasons={
        "direction": lambda a, c: (
            c.record is None and a.preferences.transactions_direction == "to_quickbooks"
        ),
        "voided": lambda _, c: c.record is None and _is_gone_there(c),
        "pays_nothing_here": _pays_nothing_linked,
        "possible_duplicate": lambda a, c: a.twins(c) > 0,
        "paid_twice": _pays_too_much,
        "payment_locked": lambda _, c: bool(c.differing),
        "changed_in_quickbooks": lambda a, c: bool(c.differing) and _goes_one_way(a, c),
        "removed_in_quickbooks": lambda a, c: _is_gone_there(c) and _goes_one_way(a, c),
        "removed_there_changed_here": lambda _, c: _is_gone_there(c),
        "removed_here_changed_there": lambda _, c: (c.here or {}).get("voided") is not None,
    },
    money=_money,
)
