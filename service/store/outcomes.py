"""Outcomes of a sync, and the issues that they open, keep open and resolve."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, insert, select, update

from service.core.actions import STICKY
from service.core.decision import Result
from service.core.records import Kind
from service.store.tables import Issue, Outcome, table_of

_T = table_of(Outcome)
_I = table_of(Issue)
_CHUNK = 500
OPENING = frozenset({Result.HELD, Result.FAILED, Result.CONFLICT})
"""Outcomes that open an issue; skipped is how things are."""

_INSERT = insert(_T)
_LAST = select(func.coalesce(func.max(_T.c.sequence), 0)).where(
    _T.c.company == bindparam("company"), _T.c.sync == bindparam("sync")
)
_OPEN_AMONG = select(_I.c.id, _I.c.kind, _I.c.subject, _I.c.code, _I.c.details).where(
    _I.c.company == bindparam("company"),
    _I.c.kind == bindparam("kind"),
    _I.c.state != "resolved",
    _I.c.subject.in_(bindparam("subjects", expanding=True)),
)
_INSERT_ISSUES = insert(_I)
_TOUCH = (
    update(_I)
    .where(_I.c.company == bindparam("of_company"), _I.c.id == bindparam("of_id"))
    .values(
        seen=_I.c.seen + 1,
        seen_at=bindparam("now"),
        reason=bindparam("new_reason"),
        fix=bindparam("new_fix"),
        details=bindparam("new_details"),
    )
)
_RESOLVE = (
    update(_I)
    .where(_I.c.company == bindparam("of_company"), _I.c.id == bindparam("of_id"))
    .values(state="resolved", resolved_at=bindparam("now"), resolution="fixed")
)


class Finding(Struct, frozen=True, kw_only=True):
    """What came of one pair: an outcome, and an issue where the result opens one."""

    kind: Kind
    record: str | None
    quickbooks_id: str | None
    result: Result
    code: str | None = None
    reason: str = ""
    fix: str = ""
    field: str | None = None
    details: str = "{}"
    other: str | None = None
    subject_override: str | None = None

    @property
    def subject(self) -> str:
        """What its issue is about; a record's issue stays its own when the record gets linked."""
        if self.subject_override:
            return self.subject_override
        return f"record:{self.record}" if self.record else f"quickbooks:{self.quickbooks_id}"


def next_sequence(connection: Connection, company: str, sync: str) -> int:
    """Return the number of the next outcome of a sync."""
    return int(connection.execute(_LAST, {"company": company, "sync": sync}).scalar_one()) + 1


def record(
    connection: Connection,
    company: str,
    sync: str,
    findings: Sequence[Finding],
    *,
    first: int,
    now: dt.datetime,
) -> None:
    """Write outcomes, numbered from `first`."""
    rows = [
        {
            "company": company,
            "sync": sync,
            "sequence": first + at,
            "kind": each.kind.value,
            "record": each.record,
            "quickbooks_id": each.quickbooks_id,
            "result": each.result.value,
            "code": each.code,
            "reason": each.reason or None,
            "fix": each.fix or None,
            "field": each.field,
            "at": now,
        }
        for at, each in enumerate(findings)
    ]
    if rows:
        connection.execute(_INSERT, rows)


def update_issues(
    connection: Connection,
    company: str,
    kind: Kind,
    *,
    findings: Sequence[Finding],
    settled: Iterable[str],
    ids: Callable[[], str],
    now: dt.datetime,
) -> None:
    """Open or touch the issues of these findings and resolve what else was open about their subjects.

    `settled` names further subjects about which nothing is wrong any more. What only reports something done
    stays open until a person has seen it.
    """
    opening = {_key(each): each for each in findings if each.result in OPENING and each.code}
    subjects = list(dict.fromkeys([*(each.subject for each in findings), *settled]))
    touched, resolved, known = [], [], set()
    for row in _open_issues(connection, company, kind, subjects):
        key = _key(row)
        if key in opening:
            known.add(key)
            touched.append(_touch_row(company, row.id, opening[key], now))
        elif row.code not in STICKY:
            resolved.append({"of_company": company, "of_id": row.id, "now": now})
    if touched:
        connection.execute(_TOUCH, touched)
    if resolved:
        connection.execute(_RESOLVE, resolved)
    fresh = [_issue_row(company, each, ids(), now) for key, each in opening.items() if key not in known]
    if fresh:
        connection.execute(_INSERT_ISSUES, fresh)


def _key(issue: Any) -> tuple[str, str, str]:
    """What makes two issues one: subject and code, and what was lost where that is what they report."""
    return issue.subject, issue.code, issue.details if issue.code in STICKY else ""


def _open_issues(connection: Connection, company: str, kind: Kind, subjects: list[str]) -> list[Any]:
    return [
        row
        for at in range(0, len(subjects), _CHUNK)
        for row in connection.execute(
            _OPEN_AMONG,
            {"company": company, "kind": kind.value, "subjects": subjects[at : at + _CHUNK]},
        )
    ]


def _touch_row(company: str, issue: str, finding: Finding, now: dt.datetime) -> dict[str, Any]:
    return {
        "of_company": company,
        "of_id": issue,
        "now": now,
        "new_reason": finding.reason,
        "new_fix": finding.fix,
        "new_details": finding.details,
    }


def _issue_row(company: str, finding: Finding, issue: str, now: dt.datetime) -> dict[str, Any]:
    return {
        "company": company,
        "id": issue,
        "kind": finding.kind.value,
        "subject": finding.subject,
        "record": finding.record,
        "quickbooks_id": finding.quickbooks_id,
        "code": finding.code,
        "reason": finding.reason,
        "fix": finding.fix,
        "field": finding.field,
        "details": finding.details,
        "other": finding.other,
        "state": "open",
        "opened_at": now,
        "seen_at": now,
        "seen": 1,
        "resolved_at": None,
        "resolution": None,
    }
