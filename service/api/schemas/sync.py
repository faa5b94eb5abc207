"""Syncs, their outcomes, and how a company stands."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from service.api.pagination import PageParameters, QueryParameters
from service.api.schemas.fields import Input
from service.core.decision import Result
from service.core.records import Kind
from service.store.connections import StoredConnection
from service.store.outcome_listing import StoredOutcome
from service.store.syncs import StoredSync

Mode = Literal["incremental", "full", "reconcile"]
Trigger = Literal["manual", "automatic", "webhook", "connection"]
State = Literal["queued", "running", "succeeded", "failed", "cancelled"]


_SYNC: dict[str, Any] = {
    "id": "01kk8r2n4v0000000000000000",
    "company": "oak",
    "mode": "incremental",
    "preview": False,
    "trigger": "manual",
    "requested_by": "3f9a5c2e71b04d68",
    "state": "running",
    "phase": "push",
    "percent": 80,
    "eta_seconds": 4,
    "counts": {"bill": {"created_in_quickbooks": 12, "unchanged": 140, "held": 2}},
    "quickbooks": {"reads": 1, "writes": 12, "batches": 1},
    "cancel_requested": False,
    "requested_at": "2026-03-02T09:00:00Z",
    "started_at": "2026-03-02T09:00:01Z",
    "finished_at": None,
    "problem": None,
}


class SyncInput(Input):
    """A sync to start."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "incremental", "preview": False}]})

    mode: Mode = "incremental"
    preview: Annotated[StrictBool, Field(description="Decide only, and show the plan.")] = False


class Counts(BaseModel):
    """How many records of a kind came out how."""

    model_config = ConfigDict(extra="forbid")

    created_in_platform: int = 0
    updated_in_platform: int = 0
    archived_in_platform: int = 0
    created_in_quickbooks: int = 0
    updated_in_quickbooks: int = 0
    removed_in_quickbooks: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0
    failed: int = 0
    conflict: int = 0


class Calls(BaseModel):
    """What a sync asked of QuickBooks."""

    reads: int
    writes: int
    batches: int


class SyncProblem(BaseModel):
    """Why a sync waits or failed."""

    code: str
    detail: str


class Sync(BaseModel):
    """One sync; it succeeds however many records were skipped or failed: those are outcomes."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SYNC]})

    id: str
    company: str
    mode: Mode
    preview: bool
    trigger: Trigger
    requested_by: str | None
    state: State
    phase: Literal["observe", "plan", "apply", "push", "settle"] | None
    percent: int
    eta_seconds: int | None
    counts: dict[Kind, Counts]
    quickbooks: Calls
    cancel_requested: bool
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    problem: SyncProblem | None


class Outcome(BaseModel):
    """What a sync did with one record that did not come out unchanged."""

    kind: Kind
    record: str | None
    quickbooks_id: str | None
    result: Result
    code: str | None
    reason: str | None
    fix: str | None
    field: str | None
    at: dt.datetime


class LastSync(BaseModel):
    """The sync that ended last."""

    id: str
    state: State
    finished_at: dt.datetime


class SyncStatus(BaseModel):
    """What the sync icon shows."""

    state: Literal["idle", "queued", "syncing", "attention", "disconnected"]
    percent: int | None
    sync: str | None = Field(description="The sync that runs or waits.")
    last_sync: LastSync | None
    next_sync_at: dt.datetime | None
    changes_waiting: bool
    open_issues: int
    codes: dict[str, int] = Field(description="How many records stand with each code.")


class HistoryParameters(PageParameters):
    """Which syncs a list shows."""

    model_config = ConfigDict(extra="forbid")

    trigger: Trigger | None = None
    state: State | None = None


class OutcomeParameters(PageParameters):
    """Which outcomes a list shows."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    result: Result | None = None
    code: str | None = None


class WaitParameters(QueryParameters):
    """How long to wait."""

    wait: Annotated[
        int, Field(ge=0, le=60, description="Answer when it has ended, or after so many seconds.")
    ] = 0


_WAITS = {
    "none": "It waits: the company is not connected to QuickBooks.",
    "pending": "It waits: the connection to QuickBooks is not confirmed yet.",
    "reauthorize": "It waits: QuickBooks wants the connection to be renewed.",
    "disconnected": "It waits: the company is disconnected from QuickBooks.",
}


def present_sync(stored: StoredSync, connection: StoredConnection) -> dict[str, Any]:
    """Answer a sync; one that waits for a connection says so."""
    problem = stored.problem
    if problem is None and stored.state == "queued" and connection.state in _WAITS:
        problem = {"code": "not_connected", "detail": _WAITS[connection.state]}
    return {
        "id": stored.id,
        "company": stored.company,
        "mode": stored.mode,
        "preview": stored.preview,
        "trigger": stored.trigger,
        "requested_by": stored.requested_by,
        "state": stored.state,
        "phase": stored.phase,
        "percent": stored.percent,
        "eta_seconds": stored.eta_seconds,
        "counts": stored.counts,
        "quickbooks": {"reads": stored.reads, "writes": stored.writes, "batches": stored.batches},
        "cancel_requested": stored.cancel_requested,
        "requested_at": stored.requested_at,
        "started_at": stored.started_at,
        "finished_at": stored.finished_at,
        "problem": problem,
    }


def present_outcome(stored: StoredOutcome) -> dict[str, Any]:
    """Answer an outcome."""
    return {name: getattr(stored, name) for name in Outcome.model_fields}
