"""Issues: what waits for a person, and what that person can do."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow
from service.api.body import JsonBody
from service.api.context import Context
from service.api.pagination import Page, page_of, read_cursor
from service.api.refusing import refuses
from service.api.schemas.issue import ActionInput, Issue, IssueParameters, present_issue
from service.store import companies, issue_actions, issues
from service.store.issue_actions import Choice
from service.store.issues import IssueFilter, StoredIssue
from service.store.transaction import Connection

router = APIRouter(tags=["Issues"])
_PATH = "/v1/companies/{company}/issues"


@router.get(
    _PATH,
    operation_id="list_issues",
    response_model=Page[Issue],
    dependencies=[Depends(Allow("records:read"))],
    openapi_extra=refuses("invalid_cursor"),
)
async def list_issues(
    context: Context, company: str, parameters: Annotated[IssueParameters, Query()]
) -> Response:
    """List issues, newest first; the open ones unless `state` says otherwise."""
    before = read_cursor(parameters.cursor, tuple[dt.datetime, str])
    wanted = IssueFilter(
        state=None if parameters.state == "all" else parameters.state,
        kind=parameters.kind,
        code=parameters.code,
        record=parameters.record,
    )

    def work(connection: Connection) -> list[StoredIssue]:
        companies.require(connection, company)
        return issues.page(connection, company, wanted, before=before, limit=parameters.limit + 1)

    rows = await context.store.read(work)
    page = page_of(rows, parameters.limit, present=present_issue, key=lambda row: (row.opened_at, row.id))
    return answer(page)


@router.get(
    _PATH + "/{issue}",
    operation_id="get_issue",
    response_model=Issue,
    dependencies=[Depends(Allow("records:read"))],
    openapi_extra=refuses("issue_not_found"),
)
async def get_issue(context: Context, company: str, issue: str) -> Response:
    """Read one issue."""

    def work(connection: Connection) -> StoredIssue:
        companies.require(connection, company)
        return issues.get(connection, company, issue)

    return answer(present_issue(await context.store.read(work)))


@router.post(
    _PATH + "/{issue}/actions",
    operation_id="act_on_issue",
    response_model=Issue,
    dependencies=[Depends(Allow("records:write"))],
    openapi_extra=refuses(
        "company_archived",
        "issue_not_found",
        "record_not_found",
        "issue_resolved",
        "action_not_possible",
        "already_linked",
        "counterpart_not_found",
        "revision_mismatch",
        "link_target_missing",
        "nothing_to_record",
    ),
)
async def act_on_issue(
    context: Context,
    company: str,
    issue: str,
    body: Annotated[ActionInput, Depends(JsonBody(ActionInput))],
) -> Response:
    """Choose what happens about an issue; the next sync acts on it."""
    choice = Choice(action=body.action, quickbooks_id=body.quickbooks_id, record=body.record)

    def work(connection: Connection) -> StoredIssue:
        companies.require(connection, company, live=True)
        return issue_actions.apply(connection, company, issue, choice, context.clock.now())

    return answer(present_issue(await context.store.run(work)))
