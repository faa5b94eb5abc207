"""Reads a JSON body strictly and exactly: its size before its bytes, amounts as decimals, one meaning only.

Duplicate keys, NaN, NUL characters and halves of surrogate pairs are refused: they mean different things to
different readers, or can't be stored.
"""

import json
import re
from decimal import Decimal
from typing import Any, Generic, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from service.api.context import ApiContext
from service.api.problems import ProblemError
from service.api.validation import validation_problem

Model = TypeVar("Model", bound=BaseModel)
_JSON = re.compile(r"^application/(?:json|[\w.+-]+\+json)$", re.IGNORECASE)
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_DEEPEST = 20


class JsonBody(Generic[Model]):
    """A dependency that reads and validates the body; an absent one is `{}` where it may be absent."""

    def __init__(self, model: type[Model], *, optional: bool = False) -> None:
        self.model = model
        self.optional = optional

    async def __call__(self, request: Request) -> Model:
        """Return the validated body."""
        context: ApiContext = request.app.state.context
        data = await read_bytes(request, limit=context.body_limit)
        if not data.strip() and self.optional:
            content: Any = {}
        else:
            _check_media_type(request)
            content = decode(data)
        try:
            return self.model.model_validate(content)
        except ValidationError as error:
            raise validation_problem(error.errors(include_url=False), places=frozenset()) from None


async def read_bytes(request: Request, *, limit: int) -> bytes:
    """Read the body up to a limit, refusing a larger one before it is in memory."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > limit:
            raise _too_large(limit)
    return bytes(received)


def decode(data: bytes) -> Any:
    """Decode JSON with exact decimals.

    Raises:
        ProblemError: `malformed_json`.
    """
    try:
        content = json.loads(
            data.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except RecursionError:
        raise _malformed("It is nested too deep.") from None
    except UnicodeDecodeError:
        raise _malformed("It is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except ValueError as error:
        raise _malformed(
            str(error) if isinstance(error, _MeaninglessError) else "It can't be read."
        ) from None
    if _SUSPECT.search(data):
        _check_text(content)
    return content


class _MeaninglessError(ValueError):
    """JSON that different readers understand differently."""


def _refuse_constant(name: str) -> NoReturn:
    raise _MeaninglessError(f"{name} is no JSON value.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _MeaninglessError("A name occurs twice in one object.")
    return found


def _check_text(value: Any, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise _malformed("It is nested too deep.")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
            raise _malformed("It has a character that can't be stored.")
    elif isinstance(value, dict):
        for key, each in value.items():
            _check_text(key, depth + 1)
            _check_text(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check_text(each, depth + 1)


def _check_media_type(request: Request) -> None:
    given = request.headers.get("content-type")
    if given is not None and not _JSON.match(given.partition(";")[0].strip()):
        raise ProblemError("unsupported_media_type", "Send the body with Content-Type: application/json.")


def _too_large(limit: int) -> ProblemError:
    return ProblemError(
        "body_too_large", f"At most {limit} bytes are taken.", headers={"Connection": "close"}
    )


def _malformed(detail: str) -> ProblemError:
    return ProblemError("malformed_json", detail)
