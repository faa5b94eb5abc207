"""Reconciliation: what the latest reconcile found, for programs and for spreadsheets."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow
from service.api.context import Context
from service.api.pagination import page_of, read_cursor
from service.api.refusing import refuses
from service.api.schemas.reconciliation import (
    Reconciliation,
    ReconciliationParameters,
    present_difference,
    table_of,
)
from service.store import companies, reconciliations
from service.store.reconciliations import StoredDifference, StoredReconciliation
from service.store.transaction import Connection

router = APIRouter(tags=["Reconciliation"])
_MEDIA_TYPE = "text/csv"
_EVERYTHING = 10_000_000


@router.get(
    "/v1/companies/{company}/reconciliation",
    operation_id="get_reconciliation",
    response_model=Reconciliation,
    responses={200: {"content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    dependencies=[Depends(Allow("syncs", "records:read"))],
    openapi_extra=refuses("no_reconciliation", "invalid_cursor"),
)
async def get_reconciliation(
    context: Context,
    company: str,
    request: Request,
    parameters: Annotated[ReconciliationParameters, Query()],
) -> Response:
    """Show what the latest sync in mode `reconcile` found: both sides' totals, and every difference."""
    after = read_cursor(parameters.cursor, int) or 0
    wants_table = parameters.format == "csv" or (
        parameters.format is None and _MEDIA_TYPE in request.headers.get("accept", "")
    )
    limit = _EVERYTHING if wants_table else parameters.limit + 1

    def work(connection: Connection) -> tuple[StoredReconciliation, list[StoredDifference]]:
        companies.require(connection, company)
        latest = reconciliations.latest(connection, company)
        return latest, reconciliations.page(
            connection,
            company,
            latest.sync,
            after=after,
            limit=limit,
            kind=parameters.kind,
            code=parameters.code,
            resolved=parameters.resolved,
        )

    latest, found = await context.store.read(work)
    if wants_table:
        name = f'attachment; filename="reconciliation-{latest.at:%Y-%m-%d}.csv"'
        return Response(table_of(found), media_type=_MEDIA_TYPE, headers={"Content-Disposition": name})
    return answer(_present(latest, found, parameters.limit))


def _present(latest: StoredReconciliation, found: list[StoredDifference], limit: int) -> dict[str, Any]:
    page = page_of(found, limit, present=present_difference, key=lambda row: row.number)
    summary = dict(latest.summary)
    return {
        "sync": latest.sync,
        "at": latest.at,
        "found": summary.pop("differences"),
        **summary,
        "differences": page["items"],
        "next": page["next"],
    }
