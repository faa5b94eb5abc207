"""Carries documents between the platform's space and QuickBooks', by this company's links and preferences."""

from collections.abc import Iterable

from msgspec.structs import replace

from service.core.payments import CARD_TYPE, funding, shares
from service.core.records import (
    ACCOUNT_FIELDS,
    ENTITIES,
    SETTLED,
    BillPayment,
    Document,
    InvoicePayment,
    Kind,
    PaidBill,
    PaidInvoice,
    Payment,
    Transaction,
    Unmapped,
    UsedCredit,
    account_of,
    with_account,
)
from service.core.references import (
    Lookup,
    Reference,
    missing_parents,
    references_of,
    to_platform,
    to_wire,
)
from service.sync.run import Run

_SETTLED_KINDS = {ENTITIES[kind]: kind for kind in SETTLED}


def wire_of(run: Run, document: Document, *, base: Document | None = None) -> Document:
    """Carry a record's document into QuickBooks' space; a payment that is linked stays with its account."""
    if isinstance(document, Payment):
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
    currency, record_of = run.policy.facts.home_currency, _record_of(run, previous)
    if not isinstance(content, Payment):
        return to_platform(content, record_of, currency=currency, previous=previous)
    kept = isinstance(previous, Payment) and ACCOUNT_FIELDS[type(content)] not in fields
    content = with_account(content, None) if kept else content  # nobody here may know QuickBooks'
    here = to_platform(_unmapped(run, content), record_of, currency=currency, previous=previous)
    assert isinstance(here, Payment)
    if kept and isinstance(previous, Payment):
        here = with_account(here, account_of(previous))
    return replace(here, card=False) if isinstance(here, BillPayment) else here


def _record_of(run: Run, previous: Document | None) -> Lookup:
    """Look records up; what names a merged entry here goes on naming it, and not the one it is written as."""
    named = references_of(previous) if previous is not None and run.parents.has_merges else []
    own = {
        (kind, qbo_id): record
        for kind, record in named
        if (qbo_id := run.parents.merged_into(kind, record)) is not None
    }
    both = {key for key in own if Reference(key[0], run.parents.record_of(*key) or "") in named}
    kept = {key: record for key, record in own.items() if key not in both}
    return lambda kind, qbo_id: kept.get((kind, qbo_id)) or run.parents.record_of(kind, qbo_id)


def in_home_currency(run: Run, content: Document) -> Document:
    """A transaction without a currency is in the home currency, on both sides."""
    if isinstance(content, Transaction) and content.currency is None:
        return replace(content, currency=run.policy.facts.home_currency)
    return content


def parents_missing_here(run: Run, content: Document) -> tuple[list[Reference], list[Reference]]:
    """List what an object refers to and has no record here: what it waits for, and what a payment doesn't."""
    missing = missing_parents(content, run.parents.record_of)
    if not isinstance(content, Payment):
        return missing, []
    return (
        [each for each in missing if each.kind not in SETTLED],
        [each for each in missing if each.kind in SETTLED],
    )


def _payment_to_wire(run: Run, document: Payment, base: Document | None) -> Payment:
    """What QuickBooks calls a bill or invoice and we don't hold is a line there, and `unmapped` here."""
    account = funding(document, run.policy.preferences).account
    foreign = [each for each in document.unmapped if each.entity in _SETTLED_KINDS]
    mapped = replace(
        with_account(document, account),
        unmapped=tuple(each for each in document.unmapped if each not in foreign),
    )
    wire = to_wire(mapped, run.parents.qbo_id_of, currency=run.policy.facts.home_currency)
    assert isinstance(wire, Payment)
    if isinstance(base, Payment):
        wire = with_account(wire, account_of(base))
    if isinstance(wire, BillPayment):
        types = run.paying.account_types
        is_card = base.card if isinstance(base, BillPayment) else types.get(account or "") == CARD_TYPE
        wire = replace(wire, card=is_card)
    return in_order(_with_rows(wire, foreign))


def _with_rows(payment: Payment, foreign: list[Unmapped]) -> Payment:
    """Add to what a payment settles what is not held here."""
    ids = {
        kind: [(each.quickbooks_id, each.amount) for each in foreign if each.entity == ENTITIES[kind]]
        for kind in SETTLED
    }
    if isinstance(payment, InvoicePayment):
        invoices = (PaidInvoice(invoice=key, amount=amount) for key, amount in ids[Kind.INVOICE])
        return replace(payment, lines=(*payment.lines, *invoices))
    bills = (PaidBill(bill=key, amount=amount) for key, amount in ids[Kind.BILL])
    used = (UsedCredit(vendor_credit=key, amount=-amount) for key, amount in ids[Kind.VENDOR_CREDIT])
    return replace(payment, lines=(*payment.lines, *bills), credits=(*payment.credits, *used))


def in_order(payment: Payment) -> Payment:
    """Put what a payment settles in one order: QuickBooks' is of no meaning."""
    if isinstance(payment, InvoicePayment):
        invoices = sorted(payment.lines, key=lambda each: (each.invoice, each.amount))
        return replace(payment, lines=tuple(invoices))
    return replace(
        payment,
        lines=tuple(sorted(payment.lines, key=lambda each: (each.bill, each.amount))),
        credits=tuple(sorted(payment.credits, key=lambda each: (each.vendor_credit, each.amount))),
    )


def _unmapped(run: Run, content: Payment) -> Payment:
    """Set apart what a payment settles and has no record here."""
    foreign = tuple(
        Unmapped(
            entity=ENTITIES[target.kind],
            quickbooks_id=target.id,
            amount=-amount if target.kind is Kind.VENDOR_CREDIT else amount,
        )
        for target, amount in shares(content)
        if run.parents.record_of(*target) is None
    )
    unmapped = (*foreign, *content.unmapped)
    if isinstance(content, InvoicePayment):
        invoices = tuple(each for each in content.lines if _is_here(run, Kind.INVOICE, each.invoice))
        return replace(content, lines=invoices, unmapped=unmapped)
    lines = tuple(each for each in content.lines if _is_here(run, Kind.BILL, each.bill))
    used = tuple(each for each in content.credits if _is_here(run, Kind.VENDOR_CREDIT, each.vendor_credit))
    return replace(content, lines=lines, credits=used, unmapped=unmapped)


def _is_here(run: Run, kind: Kind, qbo_id: str) -> bool:
    return run.parents.record_of(kind, qbo_id) is not None
