"""Commits what became of requests: acknowledged, refused, or unknown; one commit for all of a level.

Each fault is sorted once, by `core.faults`: what to read again, what to look up, what a person has to mend.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec import Raw

from service.core.decision import Result, Write
from service.core.faults import FaultRule, Recovery, inactive_reference
from service.core.records import ENTITIES, LISTS, PAYMENTS, Kind, decode, number_of
from service.core.rules import WAIT_FOR_FACTS
from service.quickbooks import query
from service.quickbooks.answers import ItemAnswer, WriteAnswer, read_head
from service.quickbooks.batch import WriteRequest
from service.quickbooks.errors import NotAppliedError, OutcomeUnknownError
from service.store import feed, ledger, pairs, runs
from service.store.feed import Entry
from service.store.ledger import Ending
from service.store.outcomes import Finding
from service.store.transaction import Connection, Row
from service.sync.acknowledge import Applied, acknowledge, look_at_payments
from service.sync.asking import find, reread
from service.sync.findings import write_findings
from service.sync.run import SMALL_BATCH_SIZE, Run

QUICKBOOKS_TAKES = dt.timedelta(seconds=120)
"""How long QuickBooks may work on a request (its documentation): a lost one may be applied until then."""
PARKED = frozenset({Recovery.BUG, Recovery.PARK, Recovery.SPLIT})
"""What no caller can mend: kept, and alerted."""
HELD_CODES = frozenset(
    {"books_closed", "credit_used_in_quickbooks", "feature_off", "paid_document_deleted"}
    | {"paid_twice", "payment_account"}
)
"""Faults that say the same as a rule that holds."""


@dataclass(slots=True)
class Sent:
    """A request that went out, and what became of it; one that was sent before says when it was first."""

    request: WriteRequest
    batch: str
    first_sent_at: dt.datetime | None = None
    answer: WriteAnswer | None = None
    unknown: OutcomeUnknownError | None = None
    refused: NotAppliedError | None = None

    @property
    def again(self) -> bool:
        """Say whether it has been sent before."""
        return self.first_sent_at is not None


@dataclass(slots=True)
class _Follow:
    """What has to be read after the commit."""

    reread: dict[str, list[str]] = field(default_factory=dict)
    names: list[Row[Any]] = field(default_factory=list)


async def record_answers(run: Run, requests: list[Sent]) -> None:
    """Commit the answers of a level, then read what its faults ask for."""
    follow = await run.essential_transaction(
        lambda connection: _record(connection, run, requests), step="answers"
    )
    if follow.reread:
        await reread(run, follow.reread)
    for row in follow.names:
        await _look_up_name(run, row)


def _record(connection: Connection, run: Run, requests: list[Sent]) -> _Follow:
    follow = _Follow()
    now = run.now()
    rows = ledger.operations_of(connection, run.company, [each.batch for each in requests])
    by_batch: dict[str, list[Row[Any]]] = {}
    for row in rows:
        if row.state in ("sent", "unknown"):
            by_batch.setdefault(row.batch, []).append(row)
    applied: list[Applied] = []
    for sent in requests:
        mine = by_batch.get(sent.batch, [])
        if sent.answer is not None:
            unknown = _sort_items(connection, run, sent, mine, applied, follow)
            state = "unknown" if unknown else "done"
            tid = sent.answer.intuit_tid
            ledger.mark_batch(
                connection, run.company, sent.batch, state=state, answered_at=now, intuit_tid=tid
            )
        elif sent.refused is not None and sent.again:
            ledger.mark_unknown(connection, run.company, [sent.batch], str(sent.refused))
        elif sent.refused is not None:
            _not_applied(connection, run, sent, mine)
        elif sent.unknown is not None:
            ledger.mark_unknown(connection, run.company, [sent.batch], sent.unknown.detail)
    acknowledge(connection, run, applied)
    return follow


def _sort_items(
    connection: Connection,
    run: Run,
    sent: Sent,
    rows: list[Row[Any]],
    applied: list[Applied],
    follow: _Follow,
) -> bool:
    """Sort a request's items; return whether the outcome of one is unknown."""
    answer = sent.answer
    assert answer is not None
    unknown: list[Row[Any]] = []
    too_many: list[Row[Any]] = []
    for row in rows:
        item = answer.items.get(row.item)
        if item is None:
            unknown.append(row)
        elif not item.faults and item.body is not None:
            body = None if row.action == Write.DELETE else bytes(item.body)
            applied.append(Applied(row, body, answer.intuit_tid))
            if sent.again and row.action == Write.CREATE:
                _look_at_what_became(run, row, item.body, follow)
        else:
            rule = _rule(row, item)
            if rule.recovery is Recovery.RETRY or _may_still_be_applied(run, sent, row):
                unknown.append(row)
            elif rule.recovery is Recovery.SPLIT and len(rows) > SMALL_BATCH_SIZE:
                too_many.append(row)
            else:
                _refused(connection, run, row, rule, applied, follow, answer.intuit_tid)
    if too_many:
        run.batch_size = SMALL_BATCH_SIZE
        run.tally.again = True
    endings = [Ending(row.id, "unknown", row.qbo_id) for row in unknown]
    endings += [Ending(row.id, "withdrawn", row.qbo_id) for row in too_many]
    ledger.end(connection, run.company, endings, run.now())
    return bool(unknown)


def _look_at_what_became(run: Run, row: Row[Any], body: Raw, follow: _Follow) -> None:
    """A repeat is answered with the first answer: somebody may have changed or deleted the object since."""
    follow.reread.setdefault(ENTITIES[Kind(row.kind)], []).append(read_head(body).id)
    run.tally.again = True


def _may_still_be_applied(run: Run, sent: Sent, row: Row[Any]) -> bool:
    """Say whether the first request may be at work still: that its repeat is refused says nothing of it."""
    if sent.first_sent_at is None or row.action != Write.CREATE:
        return False
    return (run.last_answer or run.now()) - sent.first_sent_at < QUICKBOOKS_TAKES


def _rule(row: Row[Any], item: ItemAnswer) -> FaultRule:
    fault = item.faults[0]
    return fault.rule_for_create if row.action == Write.CREATE else fault.rule


def _refused(
    connection: Connection,
    run: Run,
    row: Row[Any],
    rule: FaultRule,
    applied: list[Applied],
    follow: _Follow,
    intuit_tid: str | None,
) -> None:
    """An item's fault is final for its request id; what it means decides what happens next."""
    kind = Kind(row.kind)
    key = (kind, row.record)
    if rule.recovery is Recovery.GONE and row.action in (Write.DELETE, Write.VOID):
        applied.append(Applied(row, None, intuit_tid))
        return
    run.parents.coming.discard(key)
    state = "parked" if rule.recovery in PARKED else "rejected"
    ending = Ending(row.id, state, row.qbo_id, None, rule.code, intuit_tid)
    ledger.end(connection, run.company, [ending], run.now())
    if rule.recovery in (Recovery.REREAD, Recovery.GONE) and key not in run.refused:
        run.refused.add(key)
        if row.qbo_id is not None:
            follow.reread.setdefault(ENTITIES[kind], []).append(row.qbo_id)
        run.tally.again = True
    elif rule.recovery is Recovery.MATCH and key not in run.refused:
        run.refused.add(key)
        follow.names.append(row)
        run.tally.again = True
    elif rule.recovery in (Recovery.WAIT, Recovery.PAUSE, Recovery.REFRESH, Recovery.RESET):
        run.tally.again = False
    else:
        if rule.recovery is Recovery.GONE:
            rule = inactive_reference(rule.reason)
        _fail(connection, run, row, rule, intuit_tid)


def _fail(connection: Connection, run: Run, row: Row[Any], rule: FaultRule, intuit_tid: str | None) -> None:
    """Report a refused write; it isn't sent again until an input moves or a person retries."""
    kind = Kind(row.kind)
    result = Result.HELD if rule.issue in HELD_CODES else Result.FAILED
    still = row.present_revision == row.revision
    pairs.update_records(
        connection,
        run.company,
        kind,
        [
            {
                "id": row.record,
                "undecided": not still,
                "sync_state": result.value if still else "pending",
                "code": rule.issue,
                "waits_for": None,
                "synced_at": run.now(),
            }
        ],
    )
    finding = Finding(
        kind=kind,
        record=row.record,
        quickbooks_id=row.qbo_id,
        result=result,
        code=rule.issue,
        reason=rule.reason,
        fix=rule.fix,
    )
    write_findings(connection, run, kind, [finding], [])
    entry = Entry(kind, row.record, row.present_revision, "state")
    feed.append(connection, run.company, run.sync, [entry], run.now())
    if rule.recovery in PARKED:
        run.services.log.warning(
            "write parked",
            company=run.company,
            sync=run.sync,
            kind=kind.value,
            fault=rule.code,
            intuit_tid=intuit_tid,
        )
    if rule.issue in WAIT_FOR_FACTS:
        runs.facts_are_stale(connection, [run.company])
    if kind in PAYMENTS:
        look_at_payments(connection, run)


def _not_applied(connection: Connection, run: Run, sent: Sent, rows: Iterable[Row[Any]]) -> None:
    """Certainly nothing was applied: the intent is withdrawn and its record decided anew.

    Not so where it had been sent before: that a repeat was not let in says nothing of the first request.
    """
    ledger.mark_batch(connection, run.company, sent.batch, state="not_applied", detail=str(sent.refused))
    endings = [Ending(row.id, "withdrawn", row.qbo_id) for row in rows]
    ledger.end(connection, run.company, endings, run.now())


async def _look_up_name(run: Run, row: Row[Any]) -> None:
    """QuickBooks says that the name or number exists: look it up, so that it can be matched or reported."""
    kind = Kind(row.kind)
    wanted = decode(kind, row.wanted)
    if kind in LISTS:
        attribute = "DisplayName" if kind in (Kind.VENDOR, Kind.CUSTOMER) else "Name"
        await find(run, ENTITIES[kind], query.equals(attribute, getattr(wanted, "name", "")))
    else:
        await find(run, ENTITIES[kind], query.equals("DocNumber", number_of(wanted) or ""))
