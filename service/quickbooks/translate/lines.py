"""Lines of transactions: each is written on QuickBooks' own line, so that what we don't map stays."""

from collections.abc import Callable, Iterable
from typing import Any

from service.quickbooks.translate.fields import Field, rewrite

LEAKED = frozenset({"LineEx", "CustomExtensions"})
"""Properties that QuickBooks answers and may refuse when they are sent back."""

Fields = Callable[[Any, dict[str, Any]], tuple[Field, ...]]


def sendable(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of QuickBooks' as it may be sent back."""
    return {name: value for name, value in line.items() if name not in LEAKED}


def write_lines(
    lines: Iterable[Any],
    before: Iterable[dict[str, Any]],
    start: Callable[[Any, dict[str, Any] | None], dict[str, Any]],
    fields: Fields,
) -> list[dict[str, Any]]:
    """Write our lines, each on what `start` makes of QuickBooks' own; None: it has no such line yet."""
    known = {line["Id"]: sendable(line) for line in before if line.get("Id")}
    found = []
    for line in lines:
        old = known.get(line.id) if line.id else None
        fresh = start(line, old)
        found.append(rewrite(fields(line, fresh), line, fresh))
    return found
