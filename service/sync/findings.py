"""Findings: what came of each pair, as outcomes of the sync and as the issues that stay open."""

from typing import Any

from service.core.merge import FieldConflict, Keep
from service.core.plan import MASS_REMOVAL
from service.core.records import Kind, encode
from service.core.references import to_platform
from service.store import outcomes
from service.store.outcomes import Finding
from service.store.transaction import Connection
from service.sync.plan import Planned
from service.sync.run import Run


def write_findings(
    connection: Connection, run: Run, kind: Kind, findings: list[Finding], settled: list[str]
) -> None:
    """Write outcomes, and open, keep or resolve the issues that belong to them."""
    for each in findings:
        run.tally.count(kind, each.result)
    if findings:
        first = first_number(connection, run)
        outcomes.record(connection, run.company, run.sync, findings, first=first, now=run.now())
        run.tally.outcomes = first + len(findings)
    at_issue = [each for each in findings if each.result in outcomes.OPENING and each.code != MASS_REMOVAL]
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


def loser_of(run: Run, planned: Planned) -> str | None:
    """The document that lost a settled conflict, in platform space, so that it can still be chosen."""
    if planned.decision.code != "conflict_settled" or planned.document is None or planned.content is None:
        return None
    if planned.decision.conflicts[0].kept is Keep.QUICKBOOKS:
        return encode(planned.document).decode()
    theirs = to_platform(
        planned.content,
        run.parents.record_of,
        currency=run.policy.facts.home_currency,
        previous=planned.document,
    )
    return encode(theirs).decode()


def finding_of(planned: Planned, record: str | None, other: str | None = None) -> Finding:
    """Say what was decided about a pair."""
    decision, counterpart = planned.decision, planned.counterpart
    return Finding(
        kind=planned.kind,
        record=record,
        quickbooks_id=counterpart.qbo_id if counterpart is not None else None,
        result=decision.result,
        code=decision.code,
        reason=decision.reason,
        fix=decision.fix,
        field=decision.field,
        details=encode({each.field: _detail(each) for each in decision.conflicts}).decode(),
        other=other,
    )


def _detail(conflict: FieldConflict) -> dict[str, Any]:
    return {
        "base": conflict.base,
        "platform": conflict.platform,
        "quickbooks": conflict.quickbooks,
        "kept": conflict.kept.value,
    }
