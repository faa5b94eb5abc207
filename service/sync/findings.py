"""Findings: what came of each pair, as outcomes of the sync and as the issues that stay open."""

from typing import Any

from msgspec.structs import replace

from service.core.decision import Instruction, Result
from service.core.merge import FieldConflict, Keep
from service.core.plan import MASS_REMOVAL
from service.core.records import BillLine, Document, Kind, decode, encode, label_of
from service.store import outcomes
from service.store.outcomes import Finding
from service.store.transaction import Connection
from service.sync.run import Run
from service.sync.sides import Planned
from service.sync.spaces import parents_missing_here, platform_of

_REPORTED_APART = frozenset({MASS_REMOVAL, "conflict_settled"})
"""One issue stands for a whole brake; a settled conflict brings its loser along."""


def write_findings(
    connection: Connection,
    run: Run,
    kind: Kind,
    findings: list[Finding],
    settled: list[str],
    *,
    besides: list[Finding] | None = None,
) -> None:
    """Write outcomes, and open, keep or resolve the issues that belong to them.

    `besides` are issues that no outcome of their own stands for: a pair has one outcome a sync.
    """
    for each in findings:
        run.tally.count(kind, each.result)
    if findings:
        first = first_number(connection, run)
        outcomes.record(connection, run.company, run.sync, findings, first=first, now=run.now())
        run.tally.outcomes = first + len(findings)
    at_issue = [
        each for each in findings if each.result in outcomes.OPENING and each.code not in _REPORTED_APART
    ]
    at_issue += besides or []
    if at_issue or settled:
        outcomes.update_issues(
            connection,
            run.company,
            kind,
            findings=at_issue,
            settled=settled,
            ids=run.services.ids.new,
            now=run.now(),
        )


def first_number(connection: Connection, run: Run) -> int:
    """Return the number of the next outcome of this sync."""
    if run.tally.outcomes is None and run.attempts == 1:
        return 1
    if run.tally.outcomes is None:
        return outcomes.next_sequence(connection, run.company, run.sync)
    return run.tally.outcomes


_SIDES = {Keep.QUICKBOOKS: "QuickBooks'", Keep.PLATFORM: "the platform's"}
_CHOSEN = frozenset({Instruction.KEEP_PLATFORM.value, Instruction.KEEP_QUICKBOOKS.value})


def settled_conflict(run: Run, planned: Planned) -> Finding | None:
    """Report a conflict that the preference settled, with the document that lost, in platform space.

    It is an issue of its own beside whatever else was decided: the loser is kept and can still be chosen.
    """
    decision = planned.decision
    if (
        planned.record is None
        or planned.document is None
        or (planned.record.instruction or "").partition("@")[0] in _CHOSEN
    ):
        return None
    settled = tuple(
        each
        for each in decision.conflicts
        if each.kept is not Keep.ASK and each.field.partition("[")[0] not in decision.held_fields
    )
    if not settled:
        return None
    kept = settled[0].kept
    label = label_of(planned.kind, planned.document)
    views = _views(run, planned)
    other = planned.document if kept is Keep.QUICKBOOKS else views[2]
    return Finding(
        kind=planned.kind,
        record=planned.record.id,
        quickbooks_id=planned.counterpart.qbo_id if planned.counterpart is not None else None,
        result=Result.CONFLICT,
        code="conflict_settled",
        reason=f"{label} was changed on both sides; {_SIDES[kept]} value was kept.",
        fix="Nothing to do if that is right; else choose the other side.",
        field=settled[0].field,
        details=encode({each.field: _detail(run, each, views) for each in settled}).decode(),
        other=encode(other).decode() if other is not None else None,
    )


def finding_of(run: Run, planned: Planned, record: str | None) -> Finding:
    """Say what was decided about a pair, with both sides' values of every field that is in dispute."""
    decision, counterpart = planned.decision, planned.counterpart
    details: dict[str, Any] = {}
    if decision.conflicts or decision.held_fields:
        views = _views(run, planned)
        told = {each.field.partition("[")[0] for each in decision.conflicts}
        details = {each.field: _detail(run, each, views) for each in decision.conflicts}
        details |= {name: _differing(name, views) for name in decision.held_fields if name not in told}
    return Finding(
        kind=planned.kind,
        record=record,
        quickbooks_id=counterpart.qbo_id if counterpart is not None else None,
        result=decision.result,
        code=decision.code,
        reason=decision.reason,
        fix=decision.fix,
        field=decision.field,
        details=encode(details).decode(),
    )


_Views = tuple[Document | None, Document | None, Document | None]


def _views(run: Run, planned: Planned) -> _Views:
    """The base, our document and theirs, in platform space; None where something in it has no record here."""
    base = (
        decode(planned.kind, planned.counterpart.base) if planned.is_linked and planned.counterpart else None
    )
    return _here(run, base, planned), planned.document, _here(run, planned.content, planned)


def _here(run: Run, content: Document | None, planned: Planned) -> Document | None:
    if content is None or parents_missing_here(run, content)[0]:
        return None
    return platform_of(run, content, planned.document, fields=("bank_account",))


def _detail(run: Run, conflict: FieldConflict, views: _Views) -> dict[str, Any]:
    """Values as callers know them: with the ids of records."""
    if "[" not in conflict.field:
        return _differing(conflict.field, views) | {"kept": conflict.kept.value}
    values = {"base": conflict.base, "platform": conflict.platform, "quickbooks": conflict.quickbooks}
    if conflict.field.endswith(".account"):
        values = {side: _account(run, value) for side, value in values.items()}
    return {side: _shown(value) for side, value in values.items()} | {"kept": conflict.kept.value}


def _account(run: Run, value: Any) -> Any:
    return run.parents.record_of(Kind.ACCOUNT, value) or value if isinstance(value, str) else value


def _differing(name: str, views: _Views) -> dict[str, Any]:
    base, ours, theirs = (_shown(getattr(view, name, None)) for view in views)
    return {"base": base, "platform": ours, "quickbooks": theirs, "kept": Keep.ASK.value}


def _shown(value: Any) -> Any:
    """QuickBooks' ids of lines are none of a caller's business."""
    if isinstance(value, tuple):
        return tuple(_shown(each) for each in value)
    return replace(value, quickbooks_id=None) if isinstance(value, BillLine) else value
