"""Names, on a route, the problems that only this route has; the OpenAPI document shows them."""

from typing import Any

EXTENSION = "x-problems"


def refuses(*codes: str) -> dict[str, Any]:
    """Return the `openapi_extra` of a route that may refuse with these codes."""
    return {EXTENSION: list(codes)}
