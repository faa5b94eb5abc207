"""Brings every error to a problem document; the one place where what went wrong gets its HTTP status."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import FieldError, ProblemError, problem_response
from service.api.schemas.records import present
from service.api.validation import validation_problem
from service.store.engine import StoreFailedError
from service.store.records import StoredRecord
from service.store.refusals import RefusedError

_PLACES = frozenset({"query", "path", "header", "cookie", "body"})
_log = structlog.get_logger(__name__)


class FaultBarrier:
    """The outermost layer: what nobody expected is logged whole and answered without internals."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; never let an error out before the answer has begun."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            return
        except Exception:
            if begun or scope["type"] != "http":
                raise
            _log.exception("request_failed", method=scope["method"], path=scope["path"])
            await problem_response(ProblemError("internal_error"))(scope, receive, send)


def add_error_handlers(app: FastAPI) -> None:
    """Register a handler for every error that the API raises or meets."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(StoreFailedError, _store_failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(error)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    errors = [FieldError(error.field, error.code, error.detail)] if error.field else []
    extra: dict[str, Any] = {}
    if isinstance(error.current, StoredRecord):
        extra["current"] = present(error.current)
    return problem_response(ProblemError(error.code, error.detail, errors=errors, **extra))


async def _store_failed(request: Request, error: Exception) -> Response:
    """Whether a write came about is not known; every write can be repeated, as its id is the caller's."""
    _log.warning("database_failed", method=request.method, path=request.url.path, error=str(error))
    again = "Send the same request again in a moment; it does nothing twice."
    return problem_response(ProblemError("database_unavailable", again, headers={"Retry-After": "2"}))


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(validation_problem(error.errors(), places=_PLACES))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = ", ".join(_allowed(request))
        return problem_response(
            ProblemError("method_not_allowed", f"It takes {allowed}.", headers={"Allow": allowed})
        )
    if error.status_code == 404:
        return problem_response(ProblemError("not_found", "There is nothing at this path."))
    return problem_response(ProblemError("malformed_json", "The request can't be read."))


def _allowed(request: Request) -> list[str]:
    """All methods of the path: the framework names those of its first route only."""
    methods: set[str] = set()
    for pattern, taken in request.app.state.methods:
        if pattern.match(request.url.path):
            methods |= taken
    return sorted(methods)
