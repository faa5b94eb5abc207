"""Reckon: name every difference between a balance here and QuickBooks' that no payment explains.

"Paid there, open here": a bookkeeper has to see it before he pays a bill twice. A difference is read once
more before it is told, since reads may lag behind.
"""

from decimal import Decimal
from typing import Any

from service.core.decision import Result
from service.core.payments import (
    BALANCE_DIFFERS,
    CREDIT_USED,
    DIFFERENCES,
    PAID_IN_QUICKBOOKS,
    PAID_TWICE,
    Difference,
    difference,
    shares,
)
from service.core.records import (
    ENTITIES,
    SETTLED,
    Kind,
    Payment,
    date_of,
    decode,
    encode,
    label_of,
    number_of,
)
from service.core.references import Reference
from service.quickbooks.translate.settlements import settled_by
from service.store import applications, differences, feed, outcomes, pairs
from service.store.feed import Entry
from service.store.outcomes import Finding
from service.store.transaction import Connection, Row
from service.sync.asking import reread
from service.sync.run import Run

Found = dict[Reference, Difference]


async def reread_differences(run: Run, *, moved: bool) -> bool:
    """Read those again whose balance nothing explains yet; return whether there is anything to report."""
    apart, told = await run.services.store.read(
        lambda connection: differences.concerned(connection, run.company)
    )
    if not (apart or told):
        return False
    found = await run.services.store.read(lambda connection: _find(connection, run, apart))
    if not moved and found.keys() == told:
        return False
    rows = await run.services.store.read(
        lambda connection: differences.standings(connection, run.company, sorted(found.keys() - told))
    )
    wanted: dict[str, list[str]] = {}
    for row in rows.values():
        wanted.setdefault(ENTITIES[Kind(row.kind)], []).append(row.qbo_id)
    if wanted:
        await reread(run, wanted)
    return True


async def report_differences(run: Run) -> None:
    """Open an issue on each difference that stays, and resolve those that are gone."""
    await run.transaction(lambda connection: _report(connection, run), shows=False)


def _find(connection: Connection, run: Run, apart: set[Reference]) -> Found:
    known = applications.load(connection, run.company, apart, coming=lambda *_: False)
    found = ((reference, difference(target)) for reference, target in known.items())
    return {reference: each for reference, each in found if each is not None}


def _report(connection: Connection, run: Run) -> None:
    apart, told = differences.concerned(connection, run.company)
    found = _find(connection, run, apart)
    concerned = sorted(told | found.keys())
    if not concerned:
        return
    rows = differences.standings(connection, run.company, concerned)
    entries: list[Entry] = []
    for kind in SETTLED:
        findings = [
            _finding(connection, run, rows[each], why)
            for each, why in sorted(found.items())
            if each.kind is kind and each in rows
        ]
        gone = [each for each in sorted(told) if each.kind is kind and each not in found]
        outcomes.update_issues(
            connection,
            run.company,
            kind,
            findings=findings,
            settled=[_subject(each.id) for each in gone],
            ids=run.services.ids.new,
            now=run.now(),
        )
        entries += _mark(connection, run, kind, findings, [rows[each] for each in gone if each in rows], rows)
    feed.append(connection, run.company, run.sync, entries, run.now())


def _mark(
    connection: Connection,
    run: Run,
    kind: Kind,
    findings: list[Finding],
    gone: list[Row[Any]],
    rows: dict[Reference, Row[Any]],
) -> list[Entry]:
    """Say on the records themselves what their issue says; what else is said of one stays."""
    changes: list[tuple[Row[Any], str, str | None]] = []
    for each in findings:
        row = rows[Reference(kind, each.record or "")]
        if row.code is None:
            changes.append((row, "conflict", each.code))
    changes += [(row, "agreed", None) for row in gone if row.code in DIFFERENCES]
    pairs.update_records(
        connection,
        run.company,
        kind,
        [{"id": row.id, "sync_state": state, "code": code} for row, state, code in changes],
    )
    return [Entry(kind, row.id, row.revision, "state") for row, _, _ in changes]


def _subject(record: str) -> str:
    """Its own subject: what else is found out about the record doesn't resolve it."""
    return f"balance:{record}"


def _finding(connection: Connection, run: Run, row: Row[Any], why: Difference) -> Finding:
    kind = Kind(row.kind)
    made = _payments_there(connection, run, row)
    code = why.code
    if code in (PAID_IN_QUICKBOOKS, CREDIT_USED) and not made:
        code = BALANCE_DIFFERS
    label = label_of(kind, decode(kind, row.document))
    reason, fix = _words(code, label, why.amount, made)
    details = {"amount": why.amount, "payments": made}
    return Finding(
        kind=kind,
        record=row.id,
        quickbooks_id=row.qbo_id,
        result=Result.CONFLICT,
        code=code,
        reason=reason,
        fix=fix,
        field="balance",
        details=encode(details).decode(),
        subject_override=_subject(row.id),
    )


def _words(code: str, label: str, amount: Decimal, made: list[dict[str, Any]]) -> tuple[str, str]:
    names = ", ".join(_named(each) for each in made)
    if code == PAID_IN_QUICKBOOKS:
        return (
            f"{label} is paid in QuickBooks by {amount} more than here: {names}.",
            "Choose record_here to record that payment here, so that nobody pays it again; or remove it in "
            "QuickBooks.",
        )
    if code == PAID_TWICE:
        return (
            f"Payments here settle {label} by {amount} more than it comes to: it was paid twice, or one "
            "payment is entered twice.",
            "Void the payment that is one too many, or link it with the one from QuickBooks if they are one.",
        )
    if code == CREDIT_USED:
        return (
            f"{label} is used in QuickBooks by {amount} more than here: {names}.",
            "Enter the application here with sync: false, or remove it in QuickBooks.",
        )
    return (
        f"The open balance of {label} differs from QuickBooks' by {amount}, and no payment explains it.",
        "Look at what is applied to it in QuickBooks; retry once it is put right.",
    )


def _named(payment: dict[str, Any]) -> str:
    amount = f" of {payment['amount']}" if payment["amount"] is not None else ""
    day = f" on {payment['paid_on']}" if payment["paid_on"] else ""
    return f"{payment['entity']} {payment['quickbooks_id']}{amount}{day}"


def _payments_there(connection: Connection, run: Run, row: Row[Any]) -> list[dict[str, Any]]:
    """Name what settles a bill, invoice or credit in QuickBooks and has no record here."""
    linked = settled_by(bytes(row.raw))
    kind = Kind.INVOICE_PAYMENT if Kind(row.kind) is Kind.INVOICE else Kind.BILL_PAYMENT
    known = differences.payments(connection, run.company, kind, [each for _, each in linked])
    named = []
    for entity, qbo_id in linked:
        payment = known.get(qbo_id)
        if payment is not None and (payment.record is not None or payment.deleted or payment.voided):
            continue
        content = decode(kind, payment.content) if payment is not None else None
        made = content if isinstance(content, Payment) else None
        named.append(
            {
                "entity": entity,
                "quickbooks_id": qbo_id,
                "amount": _share(Reference(Kind(row.kind), row.qbo_id), made),
                "paid_on": date_of(made) if made else None,
                "reference": number_of(made) if made else None,
            }
        )
    return named


def _share(settled: Reference, payment: Payment | None) -> Decimal | None:
    amounts = [amount for target, amount in shares(payment) if target == settled] if payment else []
    return sum(amounts, Decimal(0)) if amounts else None


def is_due(run: Run) -> bool:
    """Say whether balances have to be looked at: one moved or differs, or an earlier worker may have died."""
    return not run.preview and (run.tally.apart or run.began.apart or run.attempts > 1)
