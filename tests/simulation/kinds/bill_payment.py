"""Payments of bills: made on either side, voided and deleted, with credits and without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.core.policy import CreditApplication, Flow
from service.core.records import BillPayment, Method, PaymentStatus, amount_of
from tests.simulation.kinds import paying
from tests.simulation.kinds.expenses import is_copied
from tests.simulation.kinds.kind import Keys, SimulatedKind
from tests.simulation.projection import (
    Fields,
    LookUp,
    Share,
    account_of,
    cents,
    day,
    named,
    reference,
    split_memo,
)

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case

ZERO = Decimal(0)
DAYS_APART = 5


def _of_quickbooks(wire: Fields) -> Fields:
    shares = [
        Share(cents(line["Amount"]), link["TxnType"], link["TxnId"])
        for line in wire.get("Line") or ()
        for link in line["LinkedTxn"]
    ]
    if not shares and wire.get("TotalAmt") == 0:
        return _voided(reference(wire.get("VendorRef")))
    net = _net(shares)
    memo, _ = split_memo(wire.get("PrivateNote"))
    return {
        "vendor": reference(wire.get("VendorRef")),
        "paid_on": wire.get("TxnDate"),
        "currency": reference(wire.get("CurrencyRef")) or "USD",
        "reference": wire.get("DocNumber") or None,
        "memo": memo,
        "paid": _in_order(shares),
        "unapplied": cents(Decimal(str(wire.get("TotalAmt", net))) - net),
        "voided": None,
    }


def _net(shares: Iterable[Share]) -> Decimal:
    signed = (-Decimal(e.amount) if e.entity == "VendorCredit" else Decimal(e.amount) for e in shares)
    return sum(signed, ZERO)


def _of_document(document: Any, id_of: LookUp) -> Fields:
    vendor = named(id_of, "vendor", document.vendor)
    shares = [Share(cents(each.amount), "Bill", named(id_of, "bill", each.bill)) for each in document.lines]
    shares += [
        Share(cents(each.amount), "VendorCredit", named(id_of, "vendor_credit", each.vendor_credit))
        for each in document.credits
    ]
    shares += [Share(cents(abs(each.amount)), each.entity, each.quickbooks_id) for each in document.unmapped]
    if document.status is PaymentStatus.VOIDED or not (shares or document.unapplied):
        return _voided(vendor)
    return {
        "vendor": vendor,
        "paid_on": day(document.paid_on),
        "currency": document.currency or "USD",
        "reference": document.reference,
        "memo": document.memo,
        "paid": _in_order(shares),
        "unapplied": cents(document.unapplied),
        "voided": None,
    }


def _in_order(shares: list[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda each: (each.entity, str(each.target), each.amount)))


def _voided(vendor: str | None) -> Fields:
    """A voided payment has nothing left to compare but that it was."""
    return {
        "vendor": vendor,
        "paid_on": None,
        "currency": "USD",
        "reference": None,
        "memo": None,
        "paid": (),
        "unapplied": "0.00",
        "voided": "voided",
    }


# -- the oracle


def come_here(agreement: Agreement) -> bool:
    """Say whether payments made in QuickBooks come to the platform."""
    chosen = agreement.preferences.bill_payment_direction
    flow = chosen or (Flow.BOTH if agreement.site.pays_both_ways else Flow.TO_QUICKBOOKS)
    return flow is Flow.BOTH and agreement.preferences.transactions_direction is Flow.BOTH


def _stays_as_it_is(agreement: Agreement, case: Case) -> bool:
    """What somebody does to it in QuickBooks doesn't come here."""
    assert case.record is not None
    is_online = case.record.document.method is Method.ONLINE  # type: ignore[union-attr]
    return is_online or (case.record.origin == "platform" and not come_here(agreement))


def _is_gone_there(case: Case) -> bool:
    return case.there is None or case.there["voided"] is not None


def _is_gone_here(case: Case) -> bool:
    assert case.record is not None
    return case.record.archived or bool(case.here and case.here["voided"])


def _pays_nothing_linked(agreement: Agreement, case: Case) -> bool:
    linked = {qbo_id for (kind, _), qbo_id in agreement.links.items() if kind == "bill"}
    shares = (case.there or {}).get("paid", ())
    return case.record is None and not any(
        share.entity == "Bill" and share.target in linked for share in shares
    )


def _takes_more(agreement: Agreement, case: Case, entity: str, kind: str) -> bool:
    """Something that it brings down has less open in QuickBooks than it takes."""
    for share in (case.here or {}).get("paid", ()):
        target = agreement.objects[kind].get(share.target) if share.entity == entity else None
        if target is not None and Decimal(str(target["Balance"])) < Decimal(share.amount):
            return True
    return False


def _waits_for_bill(agreement: Agreement, case: Case) -> bool:
    """It only applies credits, and a bill of it is not covered here, or its other payments are not there."""
    if case.record is None or agreement.preferences.partial_credit_application is not CreditApplication.HOLD:
        return False
    document = case.record.document
    assert isinstance(document, BillPayment)
    if amount_of(document) != ZERO or not document.credits:
        return False
    open_here = {each.id: each.balance or ZERO for each in agreement.records["bill"]}
    mine = {line.bill for line in document.lines}
    if any(open_here[each] > 0 for each in mine):
        return True
    return any(
        amount_of(other.document) != ZERO and other.document.sync and not is_sent(agreement, other.id)  # type: ignore[union-attr]
        for other in agreement.records["bill_payment"]
        if is_live(other) and any(line.bill in mine for line in other.document.lines)  # type: ignore[union-attr]
    )


def is_live(record: Any) -> bool:
    """Say whether a payment counts here."""
    return not record.archived and record.document.status is not PaymentStatus.VOIDED


def is_sent(agreement: Agreement, record: str) -> bool:
    """Say whether a payment is linked."""
    return ("bill_payment", record) in agreement.links


def _is_told_of(agreement: Agreement, case: Case) -> bool:
    """The platform was told that QuickBooks has it, and nothing there is it for sure."""
    if case.record is None or case.record.document.sync:  # type: ignore[union-attr]
        return False
    return len(_same_there(agreement, case)) != 1 or len(_same_here(agreement, case)) > 0


def _same_there(agreement: Agreement, case: Case) -> list[str]:
    """List what may be it in QuickBooks: unlinked, of the same vendor and amounts, about that day."""
    linked = {qbo_id for (kind, _), qbo_id in agreement.links.items() if kind == "bill_payment"}
    assert case.here is not None
    return [
        qbo_id
        for qbo_id, fields in agreement.there["bill_payment"].items()
        if qbo_id not in linked and _may_be_one(fields, case.here)
    ]


def _same_here(agreement: Agreement, case: Case) -> list[str]:
    """List the other records that may be the same."""
    assert case.record is not None
    assert case.here is not None
    return [
        each.id
        for each in agreement.records["bill_payment"]
        if each.id != case.record.id
        and is_live(each)
        and not is_sent(agreement, each.id)
        and _key(agreement.here["bill_payment"][each.id]) == _key(case.here)
    ]


def _may_be_one(one: Fields, other: Fields) -> bool:
    if one["voided"] or _key(one) != _key(other):
        return False
    if _net(other["paid"]) == ZERO:
        return True  # a credit is used once, whatever the day says
    days = [dt.date.fromisoformat(each["paid_on"]) for each in (one, other)]
    return abs((days[0] - days[1]).days) <= DAYS_APART


def _key(fields: Fields) -> Any:
    return fields["vendor"], fields["paid"]


def _has_no_account(agreement: Agreement, case: Case) -> bool:
    document: Any = case.record.document if case.record is not None else None
    if document is None or document.method is Method.ONLINE or document.bank_account is not None:
        return False
    return agreement.preferences.default_bank_account is None


def _account(agreement: Agreement, case: Case) -> tuple[str, ...]:
    """Money leaves the account that the payment names, or the default one; online, the clearing account."""
    if case.record is None or case.wire is None or _is_gone_there(case) or _is_gone_here(case):
        return ()
    document: Any = case.record.document
    if amount_of(document) == ZERO:
        return ()  # no money moves
    named_here = document.bank_account
    if document.method is Method.ONLINE:
        named_here = agreement.preferences.money_out_clearing_account
    chosen = {named_here} if named_here else agreement.site.default_banks
    if ("bill_payment", case.record.id) in agreement.site.edits.decided:
        chosen = chosen | {document.bank_account}  # a person took over where QuickBooks says it went
    allowed = {agreement.links.get(("account", each)) for each in chosen}
    return () if account_of(case.wire) in allowed else ("account",)


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
    fields=("memo", "memo", "reference", "reference", "status", "part", "paid_on", "account"),
    change_there=paying.change_there,
    change_here=paying.change_here,
    new_there=paying.pay_there,
    new_here=paying.pay_here,
    weights={"new_there": 10, "new_here": 16, "edit_there": 5, "edit_here": 6, "delete_there": 4}
    | {"archive_here": 2, "restore": 1, "both": 2},
    acts={paying.void_here: 6, paying.void_there: 5, paying.both_pay: 3, paying.enter_twice: 5}
    | {paying.apply_here: 7, paying.apply_twice: 3, paying.overpay: 1, paying.change_what_is_fixed: 2}
    | {lambda people: paying.apply_there(people.there): 4},
    populates=(1, 1),
    key_of=_key,
    parents_of=_parents,
    restored="memo",
    is_history=lambda _: True,
    besides=_account,
    takes_away=lambda fields: _voided(fields["vendor"]),
    reasons={
        "direction": lambda a, c: c.record is None and not come_here(a),
        "voided": lambda _, c: c.record is None and _is_gone_there(c),
        "pays_nothing_here": _pays_nothing_linked,
        "sync_off": _is_told_of,
        "preferences_missing": _has_no_account,
        "possible_duplicate": lambda a, c: a.twins(c) > 0,
        "duplicate_in_quickbooks": is_copied,
        "paid_twice": lambda a, c: _takes_more(a, c, "Bill", "bill"),
        "credit_used_in_quickbooks": lambda a, c: _takes_more(a, c, "VendorCredit", "vendor_credit"),
        "credit_waits_for_bill": _waits_for_bill,
        "payment_locked": lambda _, c: bool(c.differing) and not _is_gone_there(c),
        "changed_in_quickbooks": lambda a, c: bool(c.differing) and _stays_as_it_is(a, c),
        "removed_in_quickbooks": lambda a, c: _is_gone_there(c) and _stays_as_it_is(a, c),
        "removed_there_changed_here": lambda _, c: _is_gone_there(c) and not _is_gone_here(c),
        "removed_here_changed_there": lambda _, c: _is_gone_here(c) and not _is_gone_there(c),
    },
)
