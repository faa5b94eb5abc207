"""Brakes: one issue per kind stands for all removals that are held, with their count and ten of them."""

from service.core.decision import Result
from service.core.plan import MASS_REMOVAL
from service.core.records import Kind, encode
from service.store import outcomes, pairs
from service.store.outcomes import Finding
from service.store.transaction import Connection
from service.sync.run import Run

EXAMPLES = 10
SUBJECT = "all"


def report_brakes(connection: Connection, run: Run) -> None:
    """Open, renew or resolve the issue of each kind whose removals were looked at in this run."""
    for kind in sorted(run.brake_kinds):
        number, examples = pairs.records_with_code(connection, run.company, kind, MASS_REMOVAL, EXAMPLES)
        findings = [_finding(kind, number, examples)] if number else []
        outcomes.update_issues(
            connection,
            run.company,
            kind,
            findings=findings,
            settled=[SUBJECT],
            ids=run.services.ids.new,
            now=run.now(),
        )


def _finding(kind: Kind, number: int, examples: list[str]) -> Finding:
    return Finding(
        kind=kind,
        record=None,
        quickbooks_id=None,
        result=Result.HELD,
        code=MASS_REMOVAL,
        reason=f"{number} removals of {kind.value}s came at once, so none of them was carried out.",
        fix="If they are meant, choose proceed; else restore what was removed and sync again.",
        details=encode({"count": number, "examples": examples}).decode(),
        subject_override=SUBJECT,
    )
