"""The sync icon."""

from typing import Any

from fastapi import APIRouter, Depends
from msgspec.structs import asdict
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow
from service.api.context import Context
from service.api.schemas.sync import SyncStatus
from service.store import companies, connections, sync_status
from service.store.sync_status import Standing
from service.store.transaction import Connection

router = APIRouter(tags=["Syncs"])


@router.get(
    "/v1/companies/{company}/sync-status",
    operation_id="get_sync_status",
    response_model=SyncStatus,
    dependencies=[Depends(Allow("syncs", "records:read"))],
)
async def get_sync_status(context: Context, company: str) -> Response:
    """Say at a glance how the company's sync stands."""

    def work(connection: Connection) -> dict[str, Any]:
        stored = companies.require(connection, company)
        connected = connections.status(connection, company, context.clock.now()).state == "connected"
        standing = sync_status.standing(connection, company)
        return {
            "state": _state(standing, connected=connected),
            "percent": standing.current.percent if standing.current else None,
            "sync": standing.current.id if standing.current else None,
            "last_sync": asdict(standing.last) if standing.last else None,
            "next_sync_at": stored.next_sync_at,
            "changes_waiting": stored.changes_wait_since is not None or standing.undecided,
            "open_issues": standing.open_issues,
            "codes": standing.codes,
        }

    return answer(await context.store.read(work))


def _state(standing: Standing, *, connected: bool) -> str:
    if standing.current and standing.current.state == "running":
        return "syncing"
    if not connected:
        return "disconnected"
    if standing.current:
        return "queued"
    return "attention" if standing.open_issues else "idle"
