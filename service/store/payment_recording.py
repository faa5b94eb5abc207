"""Records here what was paid in QuickBooks, where payments don't come from there: as `sync: false`."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from service.core.payments import shares
from service.core.records import (
    BillPayment,
    InvoicePayment,
    Kind,
    PaidBill,
    PaidInvoice,
    Payment,
    PaymentStatus,
    date_of,
    decode,
    money,
    number_of,
    party_of,
)
from service.core.references import Reference
from service.store import applications, differences, links, record_writes, records
from service.store.issues import StoredIssue
from service.store.record_writes import Precondition, Write
from service.store.refusals import RefusedError

_Paid = dict[str, Decimal]
"""By bill or invoice: how much of it a payment pays."""


def record_here(connection: Connection, company: str, issue: StoredIssue, now: dt.datetime) -> None:
    """Write the payments that an issue `paid_in_quickbooks` names, so that nobody pays again.

    One that a sync has read is recorded with all bills or invoices of ours that it pays; the next sync links
    the two.

    Raises:
        RefusedError: `record_not_found`, `nothing_to_record`: it was recorded meanwhile.
    """
    assert issue.record is not None
    paid = Kind(issue.kind)
    kind = Kind.INVOICE_PAYMENT if paid is Kind.INVOICE else Kind.BILL_PAYMENT
    target = records.get(connection, company, paid, issue.record)
    party = party_of(target.document)
    assert party is not None
    wanted = _payments(connection, company, issue, paid, kind, party, now)
    written = 0
    for key, document in wanted.items():
        if records.find(connection, company, kind, key) is not None:
            continue
        write = Write(id=key, document=document, precondition=Precondition(absent=True))
        record_writes.put(connection, company, kind, write, now)
        written += 1
    if not written:
        raise RefusedError("nothing_to_record", "The payment has been recorded here already.")


def _payments(
    connection: Connection,
    company: str,
    issue: StoredIssue,
    paid: Kind,
    kind: Kind,
    party: str,
    now: dt.datetime,
) -> dict[str, Payment]:
    named: list[dict[str, Any]] = issue.details.get("payments", [])
    known = differences.payments(connection, company, kind, [each["quickbooks_id"] for each in named])
    found: dict[str, Payment] = {}
    for each in named:
        row = known.get(each["quickbooks_id"])
        if row is not None:
            content = decode(kind, row.content)
            assert isinstance(content, Payment)
            if lines := _paid_here(connection, company, paid, content):
                day = date_of(content) or now.date()
                found[f"quickbooks-{row.qbo_id}"] = _payment(kind, party, day, lines, number_of(content))
    if found:
        return found
    assert issue.record is not None
    rest = {issue.record: money(Decimal(str(issue.details["amount"])))}
    return {f"quickbooks-{issue.id}": _payment(kind, party, now.date(), rest, None)}


def _paid_here(connection: Connection, company: str, paid: Kind, content: Payment) -> _Paid:
    """Return what a payment in QuickBooks pays of our bills or invoices, as far as they are open here."""
    amounts = {target.id: amount for target, amount in shares(content) if target.kind is paid}
    ours = {
        each.record: amounts[each.qbo_id]
        for each in links.by_qbo_id(connection, company, [(paid, each) for each in sorted(amounts)])
    }
    known = applications.load(
        connection, company, [Reference(paid, record) for record in ours], coming=lambda *_: False
    )
    left = {target.id: each.uncovered() for target, each in known.items()}
    return {record: amount for record, amount in ours.items() if record in left and left[record] >= amount}


def _payment(kind: Kind, party: str, day: dt.date, lines: _Paid, reference: str | None) -> Payment:
    if kind is Kind.INVOICE_PAYMENT:
        return InvoicePayment(
            customer=party,
            received_on=day,
            sync=False,
            reference=reference,
            lines=tuple(PaidInvoice(invoice=record, amount=amount) for record, amount in lines.items()),
        )
    return BillPayment(
        vendor=party,
        paid_on=day,
        sync=False,
        status=PaymentStatus.PROCESSED,
        reference=reference,
        lines=tuple(PaidBill(bill=record, amount=amount) for record, amount in lines.items()),
    )
