"""Explanations: why a record, or a QuickBooks object, stands where it stands."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

from service.api.schemas.issue import Issue
from service.api.schemas.preferences import EffectiveDirection
from service.api.schemas.sync import Outcome
from service.core.records import Kind


class RuleVerdict(BaseModel):
    """One rule of the FAQ, and what it says here."""

    code: str
    gate: Literal["into_platform", "into_quickbooks"]
    rule: str
    verdict: Literal["pass", "skip", "hold"]
    reason: str
    fix: str
    field: str | None


class PlatformSide(BaseModel):
    """The record."""

    revision: int
    archived: bool
    sync_state: str
    code: str | None
    content: dict[str, Any]


class QuickBooksSide(BaseModel):
    """QuickBooks' version as last observed; its references are QuickBooks' ids."""

    sync_token: int
    deleted: bool
    inactive: bool
    undecided: bool
    code: str | None
    reason: str | None
    balance: str | None
    last_updated_at: dt.datetime | None
    observed_at: dt.datetime
    content: dict[str, Any]


class LinkShown(BaseModel):
    """The pairing, and what both sides last agreed on; its references are QuickBooks' ids."""

    quickbooks_id: str
    linked_at: dt.datetime
    agreed_at: dt.datetime
    base: dict[str, Any]


class OperationShown(BaseModel):
    """One write to QuickBooks."""

    id: str
    sync: str
    action: str
    state: str
    quickbooks_id: str | None
    request: str | None
    fault: str | None
    intuit_tid: str | None
    planned_at: dt.datetime
    sent_at: dt.datetime | None
    ended_at: dt.datetime | None


class HistoricOutcome(Outcome):
    """What one sync did with it."""

    sync: str


class Explanation(BaseModel):
    """Everything that is known about one record or one QuickBooks object."""

    kind: Kind
    record: str | None
    quickbooks_id: str | None
    summary: str
    direction: EffectiveDirection
    rules: list[RuleVerdict] = Field(description="All of them, those that pass too.")
    platform: PlatformSide | None
    quickbooks: QuickBooksSide | None
    link: LinkShown | None
    waits_for: str | None
    issues: list[Issue]
    outcomes: list[HistoricOutcome]
    operations: list[OperationShown]
