"""Apply: the platform's side of what was decided, in bulk, with links, feed, outcomes and issues.

Runs inside the transaction that decided a slice, so the decided revision is the present one. Writes to
QuickBooks are only written down here; their pairs stay undecided until they are answered.
"""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from service.core.decision import Decision, Instruction, Result, Write
from service.core.match import NAMING, marker_of
from service.core.payments import DIFFERENCES, is_application, standing
from service.core.plan import level_of
from service.core.records import (
    LISTS,
    NEVER_SYNCED,
    ZERO,
    BillPayment,
    Document,
    Itemised,
    Kind,
    Payment,
    PaymentStatus,
    amount_of,
    is_archived,
)
from service.core.references import Reference
from service.store import outcomes, pairs, reopening
from service.store.feed import Entry
from service.store.ledger import Intent
from service.store.links import NewBase
from service.store.record_columns import columns_of
from service.store.transaction import Connection
from service.sync.findings import finding_of, first_number, settled_conflict
from service.sync.run import Run
from service.sync.sides import Planned, told
from service.sync.slices import Slice
from service.sync.spaces import platform_of

_STATES = {
    Result.SKIPPED: "skipped",
    Result.HELD: "held",
    Result.FAILED: "failed",
    Result.CONFLICT: "conflict",
}


def apply(connection: Connection, run: Run, planned: list[Planned]) -> None:
    """Carry out one slice's decisions."""
    if not planned:
        return
    batch = Slice(run, planned[0].kind)
    for each in planned:
        _carry_out(batch, each)
    batch.write(connection)
    for kind in dict.fromkeys(each.kind for each in planned if _frees(each)):
        if any(reopening.reopen_unpaired(connection, run.company, kind).values()):
            run.tally.again = True


def _frees(planned: Planned) -> bool:
    """Say whether a name or number comes free here: what it was in the way of is decided again."""
    decision = planned.decision
    return planned.record is not None and (
        decision.platform in (Write.ARCHIVE, Write.VOID) or not NAMING.isdisjoint(decision.platform_fields)
    )


def preview(connection: Connection, run: Run, planned: list[Planned]) -> None:
    """Write what a slice would do as outcomes, and act on nothing; later slices see what it would link."""
    findings = []
    for each in planned:
        run.tally.count(each.kind, each.decision.result)
        if each.decision.platform is Write.CREATE and each.counterpart is not None:
            run.parents.linked(each.kind, f"new~{each.counterpart.qbo_id}", each.counterpart.qbo_id)
        elif each.decision.link and each.record is not None and each.counterpart is not None:
            run.parents.linked(each.kind, each.record.id, each.counterpart.qbo_id)
        if each.decision.result is not Result.UNCHANGED:
            findings.append(finding_of(run, each, each.record.id if each.record else None))
    first = first_number(connection, run)
    outcomes.record(connection, run.company, run.sync, findings, first=first, now=run.now())
    run.tally.outcomes = first + len(findings)


def _carry_out(batch: Slice, planned: Planned) -> None:
    decision, record = planned.decision, planned.record
    if record is None:
        if decision.platform is Write.CREATE:
            _create(batch, planned)
        else:
            _leave_there(batch, planned)
        return
    _write_record(batch, planned)
    _write_link(batch, planned)
    if decision.quickbooks is not None:
        batch.intents.append(_intent(batch.run, planned))
    if planned.counterpart is not None:
        batch.counterparts.append(_counterpart_row(planned, linked=planned.is_linked or decision.link))
    _report(batch, planned)


def _create(batch: Slice, planned: Planned) -> None:
    """Create a record from what came from QuickBooks."""
    run, counterpart, decision = batch.run, planned.counterpart, planned.decision
    assert counterpart is not None
    assert decision.content is not None
    record = run.services.ids.new()
    document = platform_of(run, decision.content, fields=decision.platform_fields)
    if isinstance(document, BillPayment):
        document = replace(document, status=PaymentStatus.PROCESSED)
    if isinstance(document, Payment):
        batch.payments[record] = (document, False)
    run.parents.linked(planned.kind, record, counterpart.qbo_id, currency=counterpart.currency)
    batch.created.append(
        columns_of(document)
        | balance_columns(document, counterpart.balance)
        | {
            "company": run.company,
            "kind": planned.kind.value,
            "id": record,
            "revision": 1,
            "caller_revision": 0,
            "origin": "quickbooks",
            "archived": is_archived(document),
            "undecided": False,
            "level": counterpart.level,
            "marker": marker_of(run.company, planned.kind, record),
            "sync_state": "agreed",
            "code": None,
            "waits_for": _waits_for(decision),
            "instruction": None,
            "synced_at": batch.now,
            "created_at": batch.now,
            "updated_at": batch.now,
        }
    )
    batch.links.append(_new_base(planned, record, decision.base or decision.content))
    batch.counterparts.append(_counterpart_row(planned, linked=True))
    batch.parents.append((record, counterpart.qbo_id))
    batch.entries.append(Entry(planned.kind, record, 1, "created"))
    batch.findings.append(finding_of(batch.run, planned, record))
    if counterpart.code:
        batch.settled.append(f"quickbooks:{counterpart.qbo_id}")


def _leave_there(batch: Slice, planned: Planned) -> None:
    """Nothing comes here: say why, where there is a reason."""
    counterpart = planned.counterpart
    assert counterpart is not None
    batch.counterparts.append(_counterpart_row(planned, linked=False))
    is_told = planned.kind in NEVER_SYNCED and counterpart.code == planned.decision.code
    if planned.decision.result is Result.UNCHANGED:
        batch.run.tally.count(planned.kind, Result.UNCHANGED)
    elif not is_told:
        batch.findings.append(finding_of(batch.run, planned, None))
    if counterpart.code and planned.decision.result not in outcomes.OPENING:
        batch.settled.append(f"quickbooks:{counterpart.qbo_id}")


def _write_record(batch: Slice, planned: Planned) -> None:
    """Write the record's new content and where its sync stands."""
    decision, record, document = planned.decision, planned.record, planned.document
    assert record is not None
    assert document is not None
    waiting = decision.quickbooks is not None
    row = _standing_row(batch, planned, waiting=waiting)
    present = _new_document(batch.run, decision, document)
    archived = _archived_after(planned.kind, decision, record, present)
    moved = bool(decision.platform_fields) or archived != record.archived
    if waiting:
        row["instruction"] = _still_told(planned, record.revision + (present != document and moved))
    if present == document and archived == record.archived:
        batch.marked.append({"id": record.id} | row)
    else:
        if isinstance(present, Payment):
            batch.payments[record.id] = (present, archived)
        revision = record.revision + 1 if moved else record.revision
        stands = balance_columns(
            present,
            row["quickbooks_balance"],
            settled=_settled_before(record, document),
            status=record.status,
        )
        if stands["status"] != record.status == "partially_paid":
            batch.recounted.append(Reference(planned.kind, record.id))
        batch.changed.append(
            {"id": record.id, "archived": archived, "revision": revision, "updated_at": batch.now}
            | columns_of(present)
            | row
            | stands
        )
        if moved:
            what = "archived" if archived and not record.archived else "updated"
            what = "voided" if decision.platform is Write.VOID else what
            batch.entries.append(Entry(planned.kind, record.id, revision, what, decision.platform_fields))


def _still_told(planned: Planned, revision: int) -> str | None:
    """What a person chose holds until QuickBooks has taken it: the pair may be decided again before."""
    record, counterpart = planned.record, planned.counterpart
    assert record is not None
    chosen = told(record.instruction, record, counterpart)
    if chosen is None or chosen is Instruction.RECREATE:
        return None
    return chosen + pairs.mark_of(revision, counterpart.content_hash if counterpart is not None else None)


def _new_document(run: Run, decision: Decision, document: Document) -> Document:
    if decision.platform is Write.VOID:
        assert isinstance(document, Payment)
        return replace(document, status=PaymentStatus.VOIDED)
    if decision.content is None or decision.quickbooks in (Write.DELETE, Write.CREATE, Write.VOID):
        return document
    return platform_of(run, decision.content, document, fields=decision.platform_fields)


def _archived_after(kind: Kind, decision: Decision, record: Any, document: Document) -> bool:
    if decision.platform is Write.ARCHIVE:
        return True
    if kind in LISTS:
        return is_archived(document)
    return record.archived and decision.platform is not Write.UPDATE


def _standing_row(batch: Slice, planned: Planned, *, waiting: bool) -> dict[str, Any]:
    """Where the record's sync stands after this decision."""
    decision, record, counterpart = planned.decision, planned.record, planned.counterpart
    assert record is not None
    assert planned.document is not None
    linked = (planned.is_linked or decision.link) and not decision.unlink
    state = _STATES.get(decision.result, "agreed" if linked else "not_synced")
    if decision.code == "conflict_settled":
        state = "agreed"
    row = {
        "undecided": waiting,
        "sync_state": "pending" if waiting else state,
        "code": decision.code,
        "waits_for": _waits_for(decision),
        "instruction": None,
        "synced_at": batch.now,
    }
    balance = counterpart.balance if linked and counterpart is not None else None
    settled = _settled_before(record, planned.document)
    row |= balance_columns(planned.document, balance, settled=settled, status=record.status)
    batch.run.tally.apart |= _is_apart(record, row)
    was = (record.sync_state, record.code, record.quickbooks_balance)
    moved = was != (row["sync_state"], row["code"], row["quickbooks_balance"])
    told = bool(decision.platform_fields) or decision.platform in (Write.ARCHIVE, Write.VOID)
    if moved and not waiting and not told:
        batch.entries.append(Entry(planned.kind, record.id, record.revision, "state"))
    return row


def balance_columns(
    document: Document,
    quickbooks_balance: Decimal | None,
    *,
    settled: Decimal = ZERO,
    status: str | None = None,
) -> dict[str, Any]:
    """Return the columns that say where a record stands in money, of which so much is settled here."""
    if isinstance(document, Payment):
        return {"quickbooks_balance": None, "balance": None, "status": document.status.value}
    if not isinstance(document, Itemised):
        return {"quickbooks_balance": None, "balance": None, "status": None}
    amount = amount_of(document)
    assert amount is not None
    stands = standing(amount, settled, scheduled=status == "scheduled")
    return {
        "quickbooks_balance": quickbooks_balance,
        "balance": stands.balance,
        "status": stands.status.value,
    }


def _is_apart(record: Any, row: dict[str, Any]) -> bool:
    known = row["balance"] is not None and row["quickbooks_balance"] is not None
    return (known and row["balance"] != row["quickbooks_balance"]) or record.code in DIFFERENCES


def _settled_before(record: Any, document: Document) -> Decimal:
    """What was settled of a record before this decision stays settled."""
    amount = amount_of(document)
    return amount - record.balance if amount is not None and record.balance is not None else ZERO


def _write_link(batch: Slice, planned: Planned) -> None:
    decision, record, counterpart = planned.decision, planned.record, planned.counterpart
    assert record is not None
    if decision.unlink:
        batch.cut.append((planned.kind, record.id))
        batch.unmarked.append(record.marker)
        if counterpart is not None:
            batch.run.parents.unlinked(planned.kind, record.id, counterpart.qbo_id)
        return
    if counterpart is None or planned.content is None:
        return
    if decision.link:
        batch.run.parents.linked(planned.kind, record.id, counterpart.qbo_id, currency=counterpart.currency)
        batch.links.append(_new_base(planned, record.id, decision.base or planned.content))
        batch.parents.append((record.id, counterpart.qbo_id))
    elif decision.base is not None:
        batch.links.append(_new_base(planned, record.id, decision.base))


def _new_base(planned: Planned, record: str, base: Document) -> NewBase:
    counterpart = planned.counterpart
    assert counterpart is not None
    return NewBase(planned.kind, record, counterpart.qbo_id, base, counterpart.content_hash)


def _intent(run: Run, planned: Planned) -> Intent:
    decision, record, counterpart = planned.decision, planned.record, planned.counterpart
    assert record is not None
    assert decision.quickbooks is not None
    assert decision.content is not None
    assert planned.document is not None
    moved = (
        bool(decision.platform_fields)
        and decision.platform is Write.UPDATE
        and _new_document(run, decision, planned.document) != planned.document
    )
    created = decision.quickbooks is Write.CREATE
    return Intent(
        id=run.services.ids.new(),
        kind=planned.kind,
        record=record.id,
        qbo_id=counterpart.qbo_id if counterpart is not None and not created else None,
        action=decision.quickbooks.value,
        level=level_of(
            planned.kind, _pushed_as(planned.kind, decision), applies_credit=_applies_credit(planned.document)
        ),
        revision=record.revision + 1 if moved else record.revision,
        expected_token=counterpart.sync_token if counterpart is not None and not created else None,
        marker=record.marker if created and planned.kind not in LISTS else None,
        wanted=decision.content,
        fields=decision.fields,
        held_fields=decision.held_fields,
    )


def _applies_credit(document: Document | None) -> bool:
    return isinstance(document, Payment) and is_application(document)


def _pushed_as(kind: Kind, decision: Decision) -> Write:
    """An update that makes a list entry inactive waits until nothing refers to it any more."""
    assert decision.quickbooks is not None
    assert decision.content is not None
    if kind in LISTS and "archived" in decision.fields and is_archived(decision.content):
        return Write.DELETE
    return decision.quickbooks


def _counterpart_row(planned: Planned, *, linked: bool) -> dict[str, Any]:
    decision, counterpart = planned.decision, planned.counterpart
    assert counterpart is not None
    alone = not linked and planned.record is None
    code, reason = (decision.code, decision.reason or None) if alone else (None, None)
    if decision.unlink and counterpart.voided:
        became = "was written there again" if decision.quickbooks else "is archived here"
        code, reason = "voided", f"It is voided in QuickBooks, and its record {became}."
    return {
        "qbo_id": counterpart.qbo_id,
        "undecided": False,
        "code": code,
        "reason": reason,
        "waits_for": _waits_for(decision) if alone else None,
        "instruction": None,
    }


def _waits_for(decision: Decision) -> str | None:
    reference = decision.waits_for
    return f"{reference.kind.value}:{reference.id}" if reference is not None else None


def _report(batch: Slice, planned: Planned) -> None:
    """Write the outcome; that of a write to QuickBooks comes with its answer."""
    decision, record, counterpart = planned.decision, planned.record, planned.counterpart
    assert record is not None
    finding = finding_of(batch.run, planned, record.id)
    if counterpart is not None and counterpart.code:
        batch.settled.append(f"quickbooks:{counterpart.qbo_id}")
    if lost := settled_conflict(batch.run, planned):
        batch.besides.append(lost)
    if decision.quickbooks is not None:
        if decision.platform_fields:
            batch.run.tally.count(planned.kind, Result.UPDATED_IN_PLATFORM)
        if finding.code is not None:
            batch.findings.append(finding)
        return
    if decision.result is Result.UNCHANGED:
        batch.run.tally.count(planned.kind, Result.UNCHANGED)
    else:
        batch.findings.append(finding)
    if decision.result not in outcomes.OPENING:
        batch.settled += [f"record:{record.id}"] if record.code else []
