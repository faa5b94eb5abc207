"""Syncs: asked for, watched, cancelled."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow, Principal
from service.api.body import JsonBody
from service.api.context import ApiContext, Context
from service.api.pagination import Page, page_of, read_cursor
from service.api.problems import ProblemError
from service.api.refusing import refuses
from service.api.schemas.sync import (
    HistoryParameters,
    Outcome,
    OutcomeParameters,
    Sync,
    SyncInput,
    WaitParameters,
    present_outcome,
    present_sync,
)
from service.api.waiting import poll
from service.store import companies, connections, outcome_listing, syncs
from service.store.outcome_listing import StoredOutcome
from service.store.syncs import StoredSync
from service.store.transaction import Connection

router = APIRouter(tags=["Syncs"])
START = Depends(Allow("syncs"))
WATCH = Depends(Allow("syncs", "records:read"))
_PATH = "/v1/companies/{company}/syncs"
_ONE = _PATH + "/{sync}"


@router.post(
    _PATH,
    operation_id="start_sync",
    status_code=202,
    response_model=Sync,
    openapi_extra=refuses("company_archived"),
)
async def start_sync(
    context: Context,
    company: str,
    principal: Annotated[Principal, START],
    body: Annotated[SyncInput, Depends(JsonBody(SyncInput, optional=True))],
) -> Response:
    """Ask for a sync, or join the one that waits (its mode widens); a preview joins none.

    It is accepted without a connection, too: it then waits, and `problem` says so.
    """

    def work(connection: Connection) -> dict[str, Any]:
        companies.require(connection, company, live=True)
        stored = syncs.request(
            connection,
            company,
            id=context.ids(),
            mode=body.mode,
            preview=body.preview,
            requested_by=principal.id,
            now=context.clock.now(),
        )
        return _present(connection, context, company, stored)

    shown = await context.store.run(work)
    await context.ring(company)
    location = f"/v1/companies/{company}/syncs/{shown['id']}"
    return answer(shown, status=202, headers={"Location": location})


@router.get(
    _PATH,
    operation_id="list_syncs",
    response_model=Page[Sync],
    dependencies=[WATCH],
    openapi_extra=refuses("invalid_cursor"),
)
async def list_syncs(
    context: Context, company: str, parameters: Annotated[HistoryParameters, Query()]
) -> Response:
    """List syncs, newest first."""
    before = read_cursor(parameters.cursor, tuple[dt.datetime, str])

    def work(connection: Connection) -> dict[str, Any]:
        companies.require(connection, company)
        rows = syncs.history(
            connection,
            company,
            before=before,
            limit=parameters.limit + 1,
            trigger=parameters.trigger,
            state=parameters.state,
        )
        standing = connections.status(connection, company, context.clock.now())
        return page_of(
            rows,
            parameters.limit,
            present=lambda row: present_sync(row, standing),
            key=lambda row: (row.requested_at, row.id),
        )

    return answer(await context.store.read(work))


@router.get(
    _ONE,
    operation_id="get_sync",
    response_model=Sync,
    dependencies=[WATCH],
    openapi_extra=refuses("sync_not_found"),
)
async def get_sync(
    context: Context, company: str, sync: str, parameters: Annotated[WaitParameters, Query()]
) -> Response:
    """Watch one sync: its state, phase, percent, counts; with `wait`, answer when it has ended."""

    async def look() -> tuple[StoredSync, dict[str, Any]]:
        def work(connection: Connection) -> tuple[StoredSync, dict[str, Any]]:
            companies.require(connection, company)
            stored = syncs.get(connection, company, sync)
            return stored, _present(connection, context, company, stored)

        return await context.store.read(work)

    _, shown = await poll(context.clock, parameters.wait, look, until=lambda found: found[0].has_ended)
    return answer(shown)


@router.get(
    _ONE + "/outcomes",
    operation_id="list_outcomes",
    response_model=Page[Outcome],
    dependencies=[WATCH],
    openapi_extra=refuses("sync_not_found", "invalid_cursor"),
)
async def list_outcomes(
    context: Context, company: str, sync: str, parameters: Annotated[OutcomeParameters, Query()]
) -> Response:
    """List what the sync did with each record that did not come out unchanged."""
    return answer(await _outcomes(context, company, sync, parameters, preview_only=False))


@router.get(
    _ONE + "/plan",
    operation_id="get_plan",
    response_model=Page[Outcome],
    dependencies=[WATCH],
    openapi_extra=refuses("sync_not_found", "not_a_preview", "invalid_cursor"),
)
async def get_plan(
    context: Context, company: str, sync: str, parameters: Annotated[OutcomeParameters, Query()]
) -> Response:
    """List what a preview would do."""
    return answer(await _outcomes(context, company, sync, parameters, preview_only=True))


@router.post(
    _ONE + "/cancel",
    operation_id="cancel_sync",
    response_model=Sync,
    dependencies=[START],
    openapi_extra=refuses("sync_not_found", "already_ended"),
)
async def cancel_sync(context: Context, company: str, sync: str) -> Response:
    """Cancel a sync: at once if it waits, after its present step if it runs; what is done stays done."""

    def work(connection: Connection) -> dict[str, Any]:
        companies.require(connection, company)
        stored = syncs.cancel(connection, company, sync, context.clock.now())
        return _present(connection, context, company, stored)

    shown = await context.store.run(work)
    await context.ring(company)
    return answer(shown)


def _present(connection: Connection, context: ApiContext, company: str, stored: StoredSync) -> dict[str, Any]:
    return present_sync(stored, connections.status(connection, company, context.clock.now()))


async def _outcomes(
    context: ApiContext, company: str, sync: str, parameters: OutcomeParameters, *, preview_only: bool
) -> dict[str, Any]:
    after = read_cursor(parameters.cursor, int) or 0

    def work(connection: Connection) -> list[StoredOutcome]:
        companies.require(connection, company)
        stored = syncs.get(connection, company, sync)
        if preview_only and not stored.preview:
            raise ProblemError("not_a_preview", "This sync was no preview; see its outcomes.")
        return outcome_listing.page(
            connection,
            company,
            sync,
            after=after,
            limit=parameters.limit + 1,
            kind=parameters.kind,
            result=parameters.result,
            code=parameters.code,
        )

    rows = await context.store.read(work)
    return page_of(rows, parameters.limit, present=present_outcome, key=lambda row: row.sequence)
