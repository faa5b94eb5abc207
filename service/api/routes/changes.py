"""The change feed: what syncs changed here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow
from service.api.context import Context
from service.api.schemas.issue import ChangePage, ChangeParameters, present_change
from service.api.waiting import poll
from service.store import changes, companies
from service.store.changes import StoredChange
from service.store.transaction import Connection

router = APIRouter(tags=["Changes"])


@router.get(
    "/v1/companies/{company}/changes",
    operation_id="list_changes",
    response_model=ChangePage,
    dependencies=[Depends(Allow("records:read"))],
)
async def list_changes(
    context: Context, company: str, parameters: Annotated[ChangeParameters, Query()]
) -> Response:
    """Read the feed after a sequence number; with `wait`, answer as soon as there is something new."""

    async def look() -> list[StoredChange]:
        def work(connection: Connection) -> list[StoredChange]:
            companies.require(connection, company)
            return changes.after(connection, company, parameters.after, parameters.limit)

        return await context.store.read(work)

    found = await poll(context.clock, parameters.wait, look, until=bool)
    last = found[-1].sequence if found else parameters.after
    return answer({"items": [present_change(each) for each in found], "next": last})
