"""Acknowledge: what QuickBooks answered to our writes becomes the counterpart, the link and the new base.

The base moves to what QuickBooks *answered*; where that differs from what the record holds, the record takes
it in the same transaction. Somebody's edit made meanwhile wins, and stays undecided.
"""

from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from service.core.decision import Result, Write
from service.core.match import NAMING, marker_of
from service.core.merge import Keep, changed_fields, equal_lines, merge
from service.core.records import (
    CONTENT,
    ENTITIES,
    PAYMENTS,
    SETTLED,
    ZERO,
    Document,
    Itemised,
    Kind,
    Payment,
    amount_of,
    decode,
    emptied,
)
from service.core.rules import WAIT_FOR_MONEY
from service.quickbooks.translate import TRANSLATORS, Observed
from service.store import counterparts, feed, ledger, links, pairs, reopening
from service.store.feed import Entry
from service.store.ledger import Ending
from service.store.links import NewBase
from service.store.outcomes import Finding
from service.store.record_columns import columns_of
from service.store.transaction import Connection, Row
from service.sync.apply import balance_columns
from service.sync.findings import write_findings
from service.sync.run import Run
from service.sync.settling import keep_applications, recount, settle_there
from service.sync.slices import reopen_children
from service.sync.spaces import in_home_currency, parents_missing_here, platform_of, wire_of
from service.sync.taken import report_taken
from service.sync.unallocated import know_item

_RESULTS = {
    Write.CREATE: Result.CREATED_IN_QUICKBOOKS,
    Write.UPDATE: Result.UPDATED_IN_QUICKBOOKS,
    Write.DELETE: Result.REMOVED_IN_QUICKBOOKS,
    Write.VOID: Result.REMOVED_IN_QUICKBOOKS,
}
_STATE_BY_CODE = {
    "both_changed": "conflict",
    "changed_in_quickbooks": "conflict",
    "money_locked": "held",
}


class Applied(NamedTuple):
    """An operation that QuickBooks has applied, with its object as it is now (None: it is deleted)."""

    operation: Row[Any]
    raw: bytes | None
    intuit_tid: str | None = None


def acknowledge(connection: Connection, run: Run, applied: list[Applied]) -> None:
    """Write what was applied: counterpart, link, base, record, feed, outcome; kind by kind."""
    for kind in dict.fromkeys(Kind(each.operation.kind) for each in applied):
        mine = [each for each in applied if each.operation.kind == kind.value]
        _acknowledge_kind(connection, run, kind, mine)


def _acknowledge_kind(connection: Connection, run: Run, kind: Kind, applied: list[Applied]) -> None:
    now = run.now()
    removed = [each for each in applied if each.raw is None]
    seen = [(each, TRANSLATORS[kind].project(each.raw)) for each in applied if each.raw is not None]
    taken = report_taken(connection, run, kind, [(each.operation, observed) for each, observed in seen])
    answered = [each for each in seen if each[0].operation.id not in taken]
    if kind is Kind.INVOICE and run.unallocated_item is None:
        know_item(connection, run)
    links_before = _links_before(connection, run, kind, applied)
    bases = {record: decode(kind, row.base) for record, row in links_before.items()}
    _remove(connection, run, kind, removed)
    _look_again(connection, run, kind, applied)
    objects = [observed for _, observed in answered]
    counterparts.store_answers(connection, run.company, ENTITIES[kind], objects, now)
    run.parents.load(
        connection,
        records=[decode(kind, each.operation.present_document) for each, _ in answered],
        counterparts=[each.content for each in objects],
    )
    writes = _Writes()
    for each, observed in answered:
        _acknowledge_one(run, kind, each, observed, bases.get(each.operation.record), writes)
    links.write(connection, run.company, writes.links, now)
    pairs.update_records(connection, run.company, kind, writes.rows)
    ledger.end(connection, run.company, [_ending(each, observed.id) for each, observed in answered], now)
    feed.append(connection, run.company, run.sync, writes.entries, now)
    findings = [_finding(kind, each, observed.id) for each, observed in answered]
    settled = [f"record:{each.operation.record}" for each, _ in answered if not each.operation.present_code]
    write_findings(connection, run, kind, findings, settled)
    reopen_children(
        connection, run, kind, [(each.operation.record, observed.id) for each, observed in answered]
    )
    if kind in PAYMENTS:
        contents = {record: decode(kind, row.content) for record, row in links_before.items()}
        _settle(connection, run, kind, applied, answered, contents, writes)
    if kind in PAYMENTS or (kind in SETTLED and _corrects(applied)):
        look_at_payments(connection, run)


def _corrects(applied: list[Applied]) -> bool:
    return any(each.operation.action != Write.CREATE for each in applied)


def look_at_payments(connection: Connection, run: Run) -> None:
    """What is owed was corrected, a payment made, taken back or refused: what waited for that may go now."""
    if run.began.waiting or run.paying.waiting:
        codes = dict.fromkeys(WAIT_FOR_MONEY, PAYMENTS)
        run.tally.again |= bool(reopening.reopen_codes(connection, run.company, codes))


def _settle(
    connection: Connection,
    run: Run,
    kind: Kind,
    applied: list[Applied],
    answered: list[tuple[Applied, Observed]],
    contents: dict[str, Document],
    writes: "_Writes",
) -> None:
    """Take what payments have settled off the balances, on both sides.

    Against what QuickBooks held before: what it changed itself stands in the balances that it shows.
    """
    now = {each.operation.record: observed.content for each, observed in answered}
    moved: list[tuple[Payment, Payment | None]] = []
    for each in applied:
        before = contents.get(each.operation.record) or _wanted(each.operation)
        after = now.get(each.operation.record)
        assert isinstance(before, Payment)
        settles = after if isinstance(after, Payment) else emptied(before)
        moved.append((settles, None if each.operation.action == Write.CREATE else before))
    run.parents.load(
        connection,
        records=(),
        counterparts=[each for now_and_before in moved for each in now_and_before if each is not None],
    )
    touched = settle_there(connection, run, moved)
    keep_applications(connection, run, kind, writes.payments)
    recount(connection, run, touched)


def _wanted(operation: Row[Any]) -> Document:
    return decode(Kind(operation.kind), operation.wanted)


def _look_again(connection: Connection, run: Run, kind: Kind, applied: list[Applied]) -> None:
    """A name or number may have come free: what it was in the way of is decided again."""
    freed = any(
        each.raw is None or not NAMING.isdisjoint(msgspec.json.decode(each.operation.fields))
        for each in applied
        if each.operation.action != Write.CREATE
    )
    if freed and any(reopening.reopen_unpaired(connection, run.company, kind).values()):
        run.tally.again = True


class _Writes:
    def __init__(self) -> None:
        self.links: list[NewBase] = []
        self.rows: list[dict[str, Any]] = []
        self.entries: list[Entry] = []
        self.payments: dict[str, tuple[Document, bool]] = {}


def _acknowledge_one(
    run: Run, kind: Kind, applied: Applied, observed: Observed, old_base: Document | None, writes: _Writes
) -> None:
    operation = applied.operation
    content = in_home_currency(run, observed.content)
    run.parents.linked(kind, operation.record, observed.id, currency=observed.currency)
    held = tuple(msgspec.json.decode(operation.held_fields))
    document = decode(kind, operation.present_document)
    present, disputed = _taken(run, kind, operation, content, document, held)
    if isinstance(present, Payment):
        writes.payments[operation.record] = (present, bool(operation.present_archived))
    base = _held_back(content, old_base, held)
    sent = tuple(name for name in disputed if name not in held)
    base = _held_back(base, decode(kind, operation.wanted), sent)
    writes.links.append(NewBase(kind, operation.record, observed.id, base, observed.content_hash))
    run.tally.apart |= observed.balance is not None
    moved_meanwhile = operation.present_revision != operation.revision
    changed = present != document and _differs(kind, document, present)
    revision = operation.present_revision + (1 if changed else 0)
    state = _STATE_BY_CODE.get(operation.present_code or "", "agreed")
    writes.rows.append(
        columns_of(present)
        | balance_columns(
            present,
            observed.balance,
            settled=_settled_before(operation, document),
            status=operation.present_status,
        )
        | {
            "id": operation.record,
            "revision": revision,
            "undecided": moved_meanwhile,
            "sync_state": "pending" if moved_meanwhile else state,
            "waits_for": None,
            "instruction": None,
            "synced_at": run.now(),
            "updated_at": run.now(),
        }
    )
    what = "updated" if changed else "state"
    fields = changed_fields(kind, document, present) if changed else ()
    writes.entries.append(Entry(kind, operation.record, revision, what, fields))


def _settled_before(operation: Row[Any], document: Document) -> Decimal:
    amount = amount_of(document)
    if amount is None or operation.present_balance is None:
        return ZERO
    return amount - Decimal(operation.present_balance)


def _held_back(content: Document, old_base: Document | None, held: tuple[str, ...]) -> Document:
    if old_base is None or not held:
        return content
    return replace(content, **{name: getattr(old_base, name) for name in held})


def _taken(
    run: Run, kind: Kind, operation: Row[Any], content: Document, document: Document, held: tuple[str, ...]
) -> tuple[Document, tuple[str, ...]]:
    """The record's document after it has taken what QuickBooks made of our write.

    Fields that were edited on both sides meanwhile are in dispute: their base stays at what was sent, so that
    the next decision sees the conflict.
    """
    disputed: tuple[str, ...] = ()
    if operation.action == Write.VOID:
        return document, ()  # here it still says what it was
    if parents_missing_here(run, content)[0]:
        return document, ()  # QuickBooks put in something that isn't here: the next sync decides about it
    ours = wire_of(run, document, base=content)
    kept = {name: getattr(ours, name) for name in held}
    if operation.present_revision == operation.revision:
        wanted = replace(content, **kept)
    else:
        sent = decode(kind, operation.wanted)
        merged = merge(kind, sent, ours, content, keep=Keep.PLATFORM)
        wanted = replace(merged.content, **kept)
        disputed = tuple(dict.fromkeys(each.field.partition("[")[0] for each in merged.conflicts))
    return platform_of(run, wanted, document), disputed


def _differs(kind: Kind, before: Document, after: Document) -> bool:
    """Say whether a caller would see a difference; QuickBooks' ids of lines are not shown."""
    changed = [name for name in CONTENT[kind] if getattr(before, name) != getattr(after, name)]
    if changed != ["lines"]:
        return bool(changed)
    if not (isinstance(before, Itemised) and isinstance(after, Itemised)):
        return True
    plain = [replace(line, quickbooks_id=None) for line in before.lines]
    return not equal_lines(plain, [replace(line, quickbooks_id=None) for line in after.lines])


def _links_before(
    connection: Connection, run: Run, kind: Kind, applied: list[Applied]
) -> dict[str, Row[Any]]:
    """The pairs of those whose other fields stay in dispute, and of payments, as they were before."""
    wanted = [
        each.operation.record for each in applied if each.operation.held_fields != "[]" or kind in PAYMENTS
    ]
    return pairs.counterparts_of(connection, run.company, kind, wanted) if wanted else {}


def _remove(connection: Connection, run: Run, kind: Kind, removed: list[Applied]) -> None:
    """Our delete was applied: the pair is gone on both sides."""
    if not removed:
        return
    now = run.now()
    gone = {each.operation.qbo_id: now for each in removed}
    counterparts.bury(connection, run.company, ENTITIES[kind], gone, now)
    pairs.update_counterparts(
        connection, run.company, kind, [{"qbo_id": qbo_id, "undecided": False} for qbo_id in gone]
    )
    links.cut(connection, run.company, [(kind, each.operation.record) for each in removed])
    markers = [marker_of(run.company, kind, each.operation.record) for each in removed]
    reopening.reopen_copies(connection, run.company, markers)
    rows = []
    for each in removed:
        operation = each.operation
        run.parents.unlinked(kind, operation.record, operation.qbo_id)
        rows.append(
            {
                "id": operation.record,
                "undecided": operation.present_revision != operation.revision,
                "sync_state": "not_synced",
                "code": None,
                "quickbooks_balance": None,
                "instruction": None,
                "synced_at": now,
            }
        )
    pairs.update_records(connection, run.company, kind, rows)
    ledger.end(connection, run.company, [_ending(each, each.operation.qbo_id) for each in removed], now)
    entries = [
        Entry(kind, each.operation.record, each.operation.present_revision, "state") for each in removed
    ]
    feed.append(connection, run.company, run.sync, entries, now)
    findings = [_finding(kind, each, each.operation.qbo_id) for each in removed]
    write_findings(connection, run, kind, findings, [f"record:{each.operation.record}" for each in removed])


def _ending(applied: Applied, qbo_id: str) -> Ending:
    return Ending(applied.operation.id, "done", qbo_id, applied.raw, None, applied.intuit_tid)


def _finding(kind: Kind, applied: Applied, qbo_id: str) -> Finding:
    return Finding(
        kind=kind,
        record=applied.operation.record,
        quickbooks_id=qbo_id,
        result=_RESULTS[Write(applied.operation.action)],
    )
