"""Two answers held against each other: presence and type of each field, then its value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

SLOWEST = timedelta(seconds=2)
"""QuickBooks stamps what it writes up to two seconds after the `time` of its answer (recorded)."""
ASSIGNED = frozenset({"x_refresh_token_expires_in", "refresh_token", "access_token", "TempDownloadUri"})
"""What the server draws by chance or from its own clock: the type counts."""


@dataclass(frozen=True)
class Difference:
    """Where two answers differ: `what` is missing, extra, type, value, length or order."""

    path: str
    what: str
    detail: str = ""

    @property
    def field(self) -> str:
        """The path without the places in lists."""
        return "".join(one for one in self.path if not one.isdigit()).replace("[]", "")

    def __str__(self) -> str:
        return f"{self.path}: {self.what} {self.detail}".rstrip()


def kind(value: Any) -> str:
    """Answer the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    return "text" if isinstance(value, str) else "number"


def shape(value: Any) -> Any:
    """Answer the keys and types of a value, lists by their first element."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return kind(value)


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[Difference]:
    """Answer all differences, the recorded side being what is expected."""
    if kind(ours) != kind(theirs):
        yield Difference(path, "type", f"{kind(ours)} instead of {kind(theirs)}")
    elif isinstance(theirs, dict):
        yield from _of_objects(ours, theirs, path)
    elif isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield Difference(path, "length", f"{len(ours)} instead of {len(theirs)}")
        for place, pair in enumerate(zip(ours, theirs, strict=False)):
            yield from differences(*pair, f"{path}[{place}]")
    elif not _same(ours, theirs, path.rpartition(".")[2]):
        yield Difference(path, "value", f"{ours!r} instead of {theirs!r}")


def _of_objects(ours: dict[str, Any], theirs: dict[str, Any], path: str) -> Iterator[Difference]:
    for key, expected in theirs.items():
        inner = f"{path}.{key}" if path else key
        if key in ours:
            yield from differences(ours[key], expected, inner)
        else:
            yield Difference(inner, "missing")
    for key in ours:
        if key not in theirs:
            yield Difference(f"{path}.{key}" if path else key, "extra")
    shared = [key for key in theirs if key in ours]
    if [key for key in ours if key in theirs] != shared:
        yield Difference(path, "order", f"{list(ours)} instead of {list(theirs)}")


def _same(ours: Any, theirs: Any, key: str) -> bool:
    if key in ASSIGNED:
        return True
    if key in {"CreateTime", "LastUpdatedTime"}:
        later = datetime.fromisoformat(theirs) - datetime.fromisoformat(ours)
        return timedelta(0) <= later <= SLOWEST
    if isinstance(theirs, bool | str):
        return bool(ours == theirs)
    return Decimal(ours) == Decimal(theirs) if theirs is not None else ours is None
