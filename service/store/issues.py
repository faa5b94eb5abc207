"""Issues as callers read them, and what a person's choice does: all of it in one transaction."""

import datetime as dt
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from service.store.refusals import RefusedError
from service.store.tables import Issue, table_of

_T = table_of(Issue)
_GET = select(*_T.c).where(_T.c.company == bindparam("of_company"), _T.c.id == bindparam("of_id"))
_LOCK = _GET.with_for_update()
_PAGE = (
    select(*_T.c)
    .where(_T.c.company == bindparam("of_company"))
    .order_by(_T.c.opened_at.desc(), _T.c.id.desc())
    .limit(bindparam("limit"))
)
_OLDER = _PAGE.where(
    or_(
        _T.c.opened_at < bindparam("before"),
        and_(_T.c.opened_at == bindparam("before"), _T.c.id < bindparam("before_id")),
    )
)
_OF_OBJECT = (
    select(*_T.c)
    .where(_T.c.company == bindparam("of_company"), _T.c.kind == bindparam("of_kind"))
    .order_by(_T.c.opened_at.desc(), _T.c.id.desc())
    .limit(bindparam("limit"))
)
_SET_STATE = (
    update(_T)
    .where(_T.c.company == bindparam("of_company"), _T.c.id == bindparam("of_id"))
    .values(state=bindparam("to_state"), resolved_at=bindparam("when"), resolution=bindparam("how"))
)


class StoredIssue(Struct, frozen=True, kw_only=True):
    """One issue; `other` is the document that lost a settled conflict, in platform space."""

    id: str
    kind: str
    record: str | None
    quickbooks_id: str | None
    code: str
    reason: str
    fix: str
    field: str | None
    details: dict[str, Any]
    other: str | None
    state: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    seen: int
    resolved_at: dt.datetime | None
    resolution: str | None


class IssueFilter(Struct, frozen=True, kw_only=True):
    """Which issues a list shows; None filters nothing."""

    state: str | None = None
    kind: str | None = None
    code: str | None = None
    record: str | None = None


def get(connection: Connection, company: str, issue: str, *, lock: bool = False) -> StoredIssue:
    """Return one issue.

    Raises:
        RefusedError: `issue_not_found`.
    """
    statement = _LOCK if lock else _GET
    row = connection.execute(statement, {"of_company": company, "of_id": issue}).one_or_none()
    if row is None:
        raise RefusedError("issue_not_found", "There is no such issue.")
    return _stored(row)


def page(
    connection: Connection,
    company: str,
    wanted: IssueFilter,
    *,
    before: tuple[dt.datetime, str] | None = None,
    limit: int,
) -> list[StoredIssue]:
    """Return issues, newest first."""
    statement = _PAGE if before is None else _OLDER
    for name in IssueFilter.__struct_fields__:
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(_T.c[name] == value)
    binds: dict[str, Any] = {"of_company": company, "limit": limit}
    if before is not None:
        binds |= {"before": before[0], "before_id": before[1]}
    return [_stored(row) for row in connection.execute(statement, binds)]


def about(
    connection: Connection,
    company: str,
    kind: str,
    *,
    record: str | None,
    quickbooks_id: str | None,
    limit: int = 50,
) -> list[StoredIssue]:
    """Return the issues about one record or QuickBooks object, newest first."""
    named: list[Any] = []
    if record is not None:
        named.append(_T.c.record == record)
    if quickbooks_id is not None:
        named.append(_T.c.quickbooks_id == quickbooks_id)
    binds = {"of_company": company, "of_kind": kind, "limit": limit}
    return [_stored(row) for row in connection.execute(_OF_OBJECT.where(or_(*named)), binds)]


def set_state(
    connection: Connection,
    company: str,
    issue: str,
    state: str,
    *,
    resolution: str | None = None,
    now: dt.datetime,
) -> None:
    """Ignore or resolve an issue."""
    binds = {
        "of_company": company,
        "of_id": issue,
        "to_state": state,
        "when": now if state == "resolved" else None,
        "how": resolution,
    }
    connection.execute(_SET_STATE, binds)


def _stored(row: Row[Any]) -> StoredIssue:
    values = {name: getattr(row, name) for name in StoredIssue.__struct_fields__}
    return StoredIssue(**values | {"details": msgspec.json.decode(row.details)})
