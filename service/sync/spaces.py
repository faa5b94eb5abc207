"""Carries documents between the platform's space and QuickBooks', by this company's links and preferences."""

from collections.abc import Iterable

from msgspec.structs import replace

from service.core.payments import CARD_TYPE, funding
from service.core.records import (
    BillPayment,
    Document,
    Kind,
    PaidBill,
    Transaction,
    Unmapped,
    UsedCredit,
)
from service.core.references import Reference, missing_parents, to_platform, to_wire
from service.sync.run import Run

SETTLED_KINDS = frozenset({Kind.BILL, Kind.VENDOR_CREDIT})
_BILL, _CREDIT = "Bill", "VendorCredit"


def wire_of(run: Run, document: Document, *, base: Document | None = None) -> Document:
    """Carry a record's document into QuickBooks' space; a payment that is linked stays with its account."""
    if isinstance(document, BillPayment):
        return _payment_to_wire(run, document, base)
    return to_wire(
        document,
        run.parents.qbo_id_of,
        currency=run.policy.facts.home_currency,
        default_account=run.policy.preferences.unallocated_expense_account,
        default_item=run.unallocated_item,
    )


def platform_of(
    run: Run, content: Document, previous: Document | None = None, *, fields: Iterable[str] = ()
) -> Document:
    """Carry content into the platform's space; `fields` are those that the platform takes from it.

    Raises:
        KeyError: it refers to what has no record here.
    """
    currency = run.policy.facts.home_currency
    if not isinstance(content, BillPayment):
        return to_platform(content, run.parents.record_of, currency=currency, previous=previous)
    kept = isinstance(previous, BillPayment) and "bank_account" not in fields
    content = replace(content, bank_account=None) if kept else content  # nobody here may know QuickBooks'
    here = to_platform(_unmapped(run, content), run.parents.record_of, currency=currency, previous=previous)
    assert isinstance(here, BillPayment)
    if kept and isinstance(previous, BillPayment):
        here = replace(here, bank_account=previous.bank_account)
    return replace(here, card=False)


def in_home_currency(run: Run, content: Document) -> Document:
    """A transaction without a currency is in the home currency, on both sides."""
    if isinstance(content, Transaction) and content.currency is None:
        return replace(content, currency=run.policy.facts.home_currency)
    return content


def parents_missing_here(run: Run, content: Document) -> tuple[list[Reference], list[Reference]]:
    """List what an object refers to and has no record here: what it waits for, and what a payment doesn't."""
    missing = missing_parents(content, run.parents.record_of)
    if not isinstance(content, BillPayment):
        return missing, []
    return (
        [each for each in missing if each.kind not in SETTLED_KINDS],
        [each for each in missing if each.kind in SETTLED_KINDS],
    )


def _payment_to_wire(run: Run, document: BillPayment, base: Document | None) -> BillPayment:
    """What QuickBooks calls a bill and we don't hold is a line there, and `unmapped` here."""
    account = funding(document, run.policy.preferences).account
    foreign = [each for each in document.unmapped if each.entity in (_BILL, _CREDIT)]
    mapped = replace(
        document,
        bank_account=account,
        unmapped=tuple(each for each in document.unmapped if each not in foreign),
    )
    wire = to_wire(mapped, run.parents.qbo_id_of, currency=run.policy.facts.home_currency)
    assert isinstance(wire, BillPayment)
    if isinstance(base, BillPayment):
        wire = replace(wire, bank_account=base.bank_account, card=base.card)
    else:
        wire = replace(wire, card=run.paying.account_types.get(account or "") == CARD_TYPE)
    bills = [
        PaidBill(bill=each.quickbooks_id, amount=each.amount) for each in foreign if each.entity == _BILL
    ]
    credits = [
        UsedCredit(vendor_credit=each.quickbooks_id, amount=-each.amount)
        for each in foreign
        if each.entity == _CREDIT
    ]
    return in_order(replace(wire, lines=(*wire.lines, *bills), credits=(*wire.credits, *credits)))


def in_order(payment: BillPayment) -> BillPayment:
    """Put what a payment settles in one order: QuickBooks' is of no meaning."""
    return replace(
        payment,
        lines=tuple(sorted(payment.lines, key=lambda each: (each.bill, each.amount))),
        credits=tuple(sorted(payment.credits, key=lambda each: (each.vendor_credit, each.amount))),
    )


def _unmapped(run: Run, content: BillPayment) -> BillPayment:
    """Set apart what a payment settles and has no record here."""
    lines = [each for each in content.lines if _is_here(run, Kind.BILL, each.bill)]
    used = [each for each in content.credits if _is_here(run, Kind.VENDOR_CREDIT, each.vendor_credit)]
    foreign = [
        Unmapped(entity=_BILL, quickbooks_id=each.bill, amount=each.amount)
        for each in content.lines
        if each not in lines
    ]
    foreign += [
        Unmapped(entity=_CREDIT, quickbooks_id=each.vendor_credit, amount=-each.amount)
        for each in content.credits
        if each not in used
    ]
    return replace(content, lines=tuple(lines), credits=tuple(used), unmapped=(*foreign, *content.unmapped))


def _is_here(run: Run, kind: Kind, qbo_id: str) -> bool:
    return run.parents.record_of(kind, qbo_id) is not None
