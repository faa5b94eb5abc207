"""Issues, and the feed of changes."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.pagination import PageParameters, QueryParameters
from service.api.schemas.fields import ONE_LINE, Id, Input
from service.core.actions import Action, actions_for
from service.core.records import Kind
from service.store.changes import StoredChange
from service.store.issues import StoredIssue


class ActionInput(Input):
    """What a person chose."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "retry"}]})

    action: Action
    quickbooks_id: Annotated[
        Annotated[str, Field(max_length=64), ONE_LINE] | None,
        Field(description="`link`: which object it is."),
    ] = None
    record: Annotated[Id | None, Field(description="`link`: which record it is.")] = None


_ISSUE: dict[str, Any] = {
    "id": "01kk8r2n4v0000000000000001",
    "kind": "bill",
    "record": "bill-1",
    "quickbooks_id": "191",
    "code": "both_changed",
    "reason": "Bill INV-4711 was changed on both sides: due on.",
    "fix": "Choose keep_platform or keep_quickbooks.",
    "field": "due_on",
    "details": {
        "due_on": {
            "base": "2026-04-01",
            "platform": "2026-04-05",
            "quickbooks": "2026-04-10",
            "kept": "ask",
        }
    },
    "actions": ["keep_platform", "keep_quickbooks", "ignore"],
    "state": "open",
    "opened_at": "2026-03-02T09:00:00Z",
    "seen": 1,
    "seen_at": "2026-03-02T09:00:00Z",
    "resolved_at": None,
    "resolution": None,
}


class Issue(BaseModel):
    """An outcome that stays open until it is fixed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ISSUE]})

    id: str
    kind: Kind
    record: str | None
    quickbooks_id: str | None
    code: str
    reason: str
    fix: str
    field: str | None
    details: dict[str, Any] = Field(description="By field: base, platform, quickbooks and which was kept.")
    actions: list[Action]
    state: Literal["open", "ignored", "resolved"]
    opened_at: dt.datetime
    seen: int = Field(description="How many syncs have come across it.")
    seen_at: dt.datetime
    resolved_at: dt.datetime | None
    resolution: str | None


class IssueParameters(PageParameters):
    """Which issues a list shows."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "ignored", "resolved", "all"] = "open"
    kind: Kind | None = None
    code: str | None = None
    record: str | None = None


def present_issue(stored: StoredIssue) -> dict[str, Any]:
    """Answer an issue."""
    hidden = {"actions"}
    shown = {name: getattr(stored, name) for name in Issue.model_fields if name not in hidden}
    possible = () if stored.state == "resolved" else actions_for(stored.code, stored.kind)
    return shown | {"actions": [each.value for each in possible]}


class Change(BaseModel):
    """Something that a sync changed here."""

    sequence: int
    kind: Kind
    id: str
    revision: int
    what: Literal["created", "updated", "archived", "voided", "state"]
    fields: list[str]
    sync: str
    at: dt.datetime


class ChangePage(BaseModel):
    """A part of the feed; `next` is what to send as `after` the next time."""

    items: list[Change]
    next: int


class ChangeParameters(QueryParameters):
    """Which part of the feed."""

    after: Annotated[int, Field(ge=0, le=2**62, description="The last sequence that was read.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    wait: Annotated[int, Field(ge=0, le=60, description="Wait so many seconds for something new.")] = 0


def present_change(stored: StoredChange) -> dict[str, Any]:
    """Answer a change."""
    return {name: getattr(stored, name) for name in Change.model_fields}
