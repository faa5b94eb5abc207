"""Writes answers: JSON straight from plain values, amounts as strings."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

_ENCODER = msgspec.json.Encoder(decimal_format="string")


def answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(
        _ENCODER.encode(value),
        status_code=status,
        media_type="application/json",
        headers=dict(headers) if headers else None,
    )
