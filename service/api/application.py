"""Puts the API together."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from service.api.context import ApiContext
from service.api.errors import FaultBarrier, add_error_handlers
from service.api.metrics import MeasuredApp
from service.api.openapi import DESCRIPTION, TAGS, TITLE, VERSION, document
from service.api.routes import (
    changes,
    companies,
    connection,
    explain,
    health,
    issues,
    preferences,
    reconciliation,
    records,
    status,
    syncs,
    webhooks,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def routers() -> list[APIRouter]:
    """List all resources, in the order of the documentation."""
    return [
        companies.router,
        connection.router,
        preferences.router,
        *records.record_routers(),
        syncs.router,
        status.router,
        reconciliation.router,
        issues.router,
        changes.router,
        *explain.explain_routers(),
        webhooks.router,
        health.router,
    ]


def bare_app(lifespan: Lifespan | None = None) -> FastAPI:
    """Make the API without anything behind it: enough to describe it."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url="/docs",
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    every = routers()
    for router in every:
        app.include_router(router)
    routes = [route for router in every for route in router.routes if isinstance(route, APIRoute)]
    app.state.methods = [(route.path_regex, set(route.methods or ())) for route in routes]
    described: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not described:
            described.update(document(app, routes))
        return described

    app.openapi = openapi  # type: ignore[method-assign]
    add_error_handlers(app)
    return app


def create_app(context: ApiContext, *, lifespan: Lifespan | None = None) -> FastAPI:
    """Make the API over its ports; `lifespan` opens and closes them where the caller wants that."""
    app = bare_app(lifespan)
    app.state.context = context
    app.add_middleware(MeasuredApp, registry=context.registry)
    app.add_middleware(FaultBarrier)
    return app
