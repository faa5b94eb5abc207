"""Counts and times requests by route, never by path: ids are no labels."""

import time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class MeasuredApp:
    """An ASGI app whose requests are counted and timed."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._requests = Counter(
            "quickbooks_sync_http_requests", "Requests.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "quickbooks_sync_http_seconds", "Time to answer.", ("method", "route"), registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, then count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._requests.labels(scope["method"], route, str(status)).inc()
            self._seconds.labels(scope["method"], route).observe(time.perf_counter() - began)


def exposition(registry: CollectorRegistry) -> Response:
    """Write all figures as Prometheus reads them."""
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
