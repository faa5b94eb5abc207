"""What a person chose about an issue, carried out: all effects in the caller's one transaction."""

import datetime as dt

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from service.core.actions import Action, actions_for
from service.core.records import ENTITIES, LISTS, Document, Kind, decode
from service.core.settle import shown_value, take_fields
from service.store import issues, payment_recording, record_writes, records
from service.store.issues import StoredIssue
from service.store.pairs import seen_mark
from service.store.refusals import RefusedError
from service.store.reopening import reopen_counterpart, reopen_record, tell_kind
from service.store.tables import Counterpart, Link, table_of

_C = table_of(Counterpart)
_L = table_of(Link)
_COUNTERPART = (
    select(_C.c.deleted, _L.c.record)
    .select_from(
        _C.outerjoin(
            _L,
            (_L.c.company == _C.c.company) & (_L.c.entity == _C.c.entity) & (_L.c.qbo_id == _C.c.qbo_id),
        )
    )
    .where(
        _C.c.company == bindparam("of_company"),
        _C.c.entity == bindparam("of_entity"),
        _C.c.qbo_id == bindparam("of_id"),
    )
)


class Choice(Struct, frozen=True, kw_only=True):
    """What a person chose; `link` names the other side."""

    action: Action
    quickbooks_id: str | None = None
    record: str | None = None


def apply(connection: Connection, company: str, issue: str, choice: Choice, now: dt.datetime) -> StoredIssue:
    """Carry the choice out and return the issue.

    Raises:
        RefusedError: `issue_not_found`, `issue_resolved`, `action_not_possible`, `already_linked`,
            `counterpart_not_found`, `record_not_found`, `link_target_missing`, `nothing_to_record`.
    """
    found = issues.get(connection, company, issue, lock=True)
    if found.state == "resolved":
        raise RefusedError("issue_resolved", "The issue is resolved already.")
    actions = actions_for(found.code, found.kind)
    if choice.action not in actions:
        possible = ", ".join(actions)
        raise RefusedError("action_not_possible", f"An issue {found.code} takes: {possible}.", field="action")
    if choice.action is Action.IGNORE:
        issues.set_state(connection, company, issue, "ignored", now=now)
    elif choice.action is Action.LINK:
        _link(connection, company, found, choice)
    elif choice.action is Action.RECORD_HERE:
        payment_recording.record_here(connection, company, found, now)
    elif choice.action is Action.PROCEED and found.record is None:
        kind = Kind(found.kind)
        tell_kind(
            connection,
            company,
            kind=kind.value,
            entity=ENTITIES[kind],
            code=found.code,
            instruction=Action.PROCEED.value,
        )
    elif found.code == "conflict_settled" and choice.action is not Action.RETRY:
        _choose_again(connection, company, found, choice.action, now)
    else:
        instruction = None if choice.action is Action.RETRY else choice.action.value
        _tell(connection, company, found, instruction)
    return issues.get(connection, company, issue)


def _tell(connection: Connection, company: str, issue: StoredIssue, instruction: str | None) -> None:
    if issue.record is not None:
        if instruction is not None:
            instruction += seen_mark(connection, company, Kind(issue.kind), issue.record)
        reopen_record(connection, company, issue.kind, issue.record, instruction=instruction)
    elif issue.quickbooks_id is not None:
        entity = ENTITIES[Kind(issue.kind)]
        reopen_counterpart(connection, company, entity, issue.quickbooks_id, instruction=instruction)


def _link(connection: Connection, company: str, issue: StoredIssue, choice: Choice) -> None:
    """Tell the record which counterpart it is; the next sync links them."""
    kind = Kind(issue.kind)
    record = issue.record or choice.record
    quickbooks_id = choice.quickbooks_id or issue.quickbooks_id
    if record is None or quickbooks_id is None:
        missing = "record" if record is None else "quickbooks_id"
        raise RefusedError("link_target_missing", f"Name the {missing} to link it with.", field=missing)
    stored = records.get(connection, company, kind, record)
    if stored.quickbooks_id is not None:
        raise RefusedError("already_linked", "The record is linked already.", field="record")
    if stored.archived and kind not in LISTS:
        raise RefusedError(
            "action_not_possible",
            "The record is archived here: linked, it would take the other one away from QuickBooks.",
            field="record",
        )
    keys = {"of_company": company, "of_entity": ENTITIES[kind], "of_id": quickbooks_id}
    counterpart = connection.execute(_COUNTERPART, keys).one_or_none()
    if counterpart is None or counterpart.deleted:
        raise RefusedError(
            "counterpart_not_found",
            f"No sync has seen a {ENTITIES[kind]} {quickbooks_id} in QuickBooks.",
            field="quickbooks_id",
        )
    if counterpart.record is not None:
        raise RefusedError(
            "already_linked",
            f"{ENTITIES[kind]} {quickbooks_id} is linked to {kind.value} {counterpart.record}.",
            field="quickbooks_id",
        )
    reopen_record(connection, company, kind.value, record, instruction=f"link:{quickbooks_id}")
    reopen_counterpart(connection, company, ENTITIES[kind], quickbooks_id)


def _choose_again(
    connection: Connection, company: str, issue: StoredIssue, action: Action, now: dt.datetime
) -> None:
    """The side that won: seen. The side that lost: its values become the record's, as a caller's write."""
    side = action.value.removeprefix("keep_")
    lost = [
        name
        for name, detail in issue.details.items()
        if isinstance(detail, dict) and detail.get("kept") not in (side, None)
    ]
    if lost and issue.record is not None and issue.other is not None:
        kind = Kind(issue.kind)
        stored = records.get(connection, company, kind, issue.record)
        _refuse_if_changed_since(stored.document, issue, lost)
        document = take_fields(stored.document, decode(kind, issue.other), lost)
        if document != stored.document:
            record_writes.rewrite(connection, company, kind, issue.record, document, now)
    issues.set_state(connection, company, issue.id, "resolved", resolution=action.value, now=now)


def _refuse_if_changed_since(document: Document, issue: StoredIssue, fields: list[str]) -> None:
    """Who chooses the loser has seen the value that won, and no newer one."""
    for field in fields:
        detail = issue.details[field]
        kept = detail.get(detail["kept"])
        is_whole_line = field.startswith("lines[") and field.endswith("]")
        if not is_whole_line and shown_value(document, field) != kept:
            raise RefusedError(
                "changed_since",
                f"{field} was changed after this conflict: edit the record instead.",
                field=field,
            )
