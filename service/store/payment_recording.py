"""Records here what was paid in QuickBooks, where payments don't come from there: as `sync: false`."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from service.core.payments import shares
from service.core.records import BillPayment, Kind, PaidBill, PaymentStatus, decode, money
from service.core.references import Reference
from service.store import applications, differences, links, record_writes, records
from service.store.issues import StoredIssue
from service.store.record_writes import Precondition, Write
from service.store.refusals import RefusedError


def record_here(connection: Connection, company: str, issue: StoredIssue, now: dt.datetime) -> None:
    """Write the payments that an issue `paid_in_quickbooks` names, so that nobody pays the bill again.

    One that a sync has read is recorded with all bills of ours that it pays; the next sync links the two.

    Raises:
        RefusedError: `record_not_found`, `nothing_to_record`: it was recorded meanwhile.
    """
    assert issue.record is not None
    bill = records.get(connection, company, Kind.BILL, issue.record)
    wanted = _payments(connection, company, issue, bill.document.vendor, now)  # type: ignore[union-attr]
    written = 0
    for key, document in wanted.items():
        if records.find(connection, company, Kind.BILL_PAYMENT, key) is not None:
            continue
        write = Write(id=key, document=document, precondition=Precondition(absent=True))
        record_writes.put(connection, company, Kind.BILL_PAYMENT, write, now)
        written += 1
    if not written:
        raise RefusedError("nothing_to_record", "The payment has been recorded here already.")


def _payments(
    connection: Connection, company: str, issue: StoredIssue, vendor: str, now: dt.datetime
) -> dict[str, BillPayment]:
    named: list[dict[str, Any]] = issue.details.get("payments", [])
    known = differences.payments(connection, company, [each["quickbooks_id"] for each in named])
    found = {}
    for each in named:
        row = known.get(each["quickbooks_id"])
        if row is not None:
            content = decode(Kind.BILL_PAYMENT, row.content)
            assert isinstance(content, BillPayment)
            lines = _lines_here(connection, company, content)
            if lines:
                found[f"quickbooks-{row.qbo_id}"] = _payment(
                    vendor, content.paid_on or now.date(), lines, content.reference
                )
    if found:
        return found
    assert issue.record is not None
    rest = (PaidBill(bill=issue.record, amount=money(Decimal(str(issue.details["amount"])))),)
    return {f"quickbooks-{issue.id}": _payment(vendor, now.date(), rest, None)}


def _lines_here(connection: Connection, company: str, content: BillPayment) -> tuple[PaidBill, ...]:
    """Return what a payment in QuickBooks pays of our bills, as far as they are open here."""
    bills = {target.id: amount for target, amount in shares(content) if target.kind is Kind.BILL}
    ours = {
        each.record: bills[each.qbo_id]
        for each in links.by_qbo_id(connection, company, [(Kind.BILL, each) for each in sorted(bills)])
    }
    targets = [Reference(Kind.BILL, record) for record in ours]
    known = applications.load(connection, company, targets, coming=lambda _: False)
    return tuple(
        PaidBill(bill=each.id, amount=ours[each.id])
        for each in targets
        if each in known and known[each].uncovered() >= ours[each.id]
    )


def _payment(vendor: str, day: dt.date, lines: tuple[PaidBill, ...], reference: str | None) -> BillPayment:
    return BillPayment(
        vendor=vendor,
        paid_on=day,
        sync=False,
        status=PaymentStatus.PROCESSED,
        reference=reference,
        lines=lines,
    )
