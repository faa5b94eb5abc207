"""Pages: `{items, next}`, where `next` is an opaque cursor or null."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator

from service.api.problems import ProblemError

Item = TypeVar("Item")
Key = TypeVar("Key")
_LARGEST = 2**62


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: Annotated[str | None, Field(description="Send it as `cursor` to get the next page; null ends.")]


class QueryParameters(BaseModel):
    """The parameters of a request; a misspelt one is an error, not a wider answer."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("The value has a character that can't be stored")
        return value


class PageParameters(QueryParameters):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=1000, description="How many at most.")] = 100
    cursor: Annotated[str | None, Field(max_length=500, description="`next` of the page before.")] = None


def read_cursor(cursor: str | None, shape: type[Key]) -> Key | None:
    """Return the key after which a page begins; None for the first page."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=shape)
    except (binascii.Error, ValueError):
        raise ProblemError("invalid_cursor", "Send `next` of the page before, as it came.") from None
    if not all(_is_ours(part) for part in (key if isinstance(key, tuple) else (key,))):
        raise ProblemError("invalid_cursor", "Send `next` of the page before, as it came.")
    return key


def _is_ours(part: Any) -> bool:
    """Say whether a database takes it: a cursor comes from outside like everything else."""
    if isinstance(part, str):
        return "\x00" not in part
    if isinstance(part, dt.datetime):
        return part.tzinfo is not None and 1900 < part.year < 2200
    return isinstance(part, int) and 0 <= part < _LARGEST


def write_cursor(key: Any) -> str:
    """Write the key of a page's last row."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def page_of(
    rows: Sequence[Item], limit: int, *, present: Callable[[Item], Any], key: Callable[[Item], Any]
) -> dict[str, Any]:
    """Make a page of up to limit + 1 rows: the one too many says that there are more."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {
        "items": [present(row) for row in shown],
        "next": write_cursor(key(shown[-1])) if more else None,
    }
