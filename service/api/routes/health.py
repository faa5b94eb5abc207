"""Whether the process lives, whether it can serve, and its figures. None of them asks for a key."""

import structlog
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from service.api.answers import answer
from service.api.context import Context
from service.api.metrics import exposition
from service.api.problems import ProblemError
from service.api.refusing import refuses
from service.store import companies

router = APIRouter(tags=["Health"])
_log = structlog.get_logger(__name__)


class Health(BaseModel):
    """All is well."""

    status: str = "ok"


@router.get("/livez", operation_id="livez", response_model=Health)
async def livez() -> Response:
    """Say that the process answers."""
    return answer({"status": "ok"})


@router.get("/readyz", operation_id="readyz", response_model=Health, openapi_extra=refuses("not_ready"))
async def readyz(context: Context) -> Response:
    """Say that the database answers, too."""
    try:
        await context.store.read(lambda connection: companies.page(connection, limit=1))
    except Exception as error:
        _log.warning("not_ready", error=type(error).__name__)
        raise ProblemError("not_ready", "The database doesn't answer.") from error
    return answer({"status": "ok"})


@router.get("/metrics", operation_id="metrics", response_class=Response)
async def metrics(context: Context) -> Response:
    """Show figures for Prometheus; keep this path inside the cluster."""
    return exposition(context.registry)
