"""Statements of QuickBooks' query language, built so that no value can end a string early.

Source of the rules: Intuit's query reference. Only AND joins conditions, `Id` knows only = and IN, pages have
1,000 rows at most, and an instant without an offset would be read in a zone that nobody can know.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

PAGE_SIZE = 1_000
IN_SIZE = 300
"""Values in one IN list: about what a statement of a comfortable length holds."""

BY_ID = "Id"
BY_CHANGE = "MetaData.LastUpdatedTime, Id"
"""By change; Id orders the changes of one second, which a page's border may cut through."""

ACTIVE_OR_NOT = "Active IN (true, false)"
"""Lists answer only what is active unless asked for both."""

OPEN = "Balance > '0'"


def literal(value: str) -> str:
    """Quote a string: backslash and apostrophe are escaped by a backslash."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def instant(at: datetime) -> str:
    """Write an instant in UTC, to the second, rounded down.

    Raises:
        ValueError: it is naive.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def equals(attribute: str, value: str) -> str:
    """Ask for one value."""
    return f"{attribute} = {literal(value)}"


def is_in(attribute: str, values: Iterable[str]) -> str:
    """Ask for any of some values.

    Raises:
        ValueError: there is none, which QuickBooks would answer with a syntax error.
    """
    listed = ", ".join(literal(value) for value in values)
    if not listed:
        raise ValueError("IN needs a value")
    return f"{attribute} IN ({listed})"


def in_chunks(attribute: str, values: Iterable[str], *, size: int = IN_SIZE) -> Iterator[str]:
    """Spread many values over IN conditions of at most `size` values; none at all without values."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield is_in(attribute, chunk)


def at_or_after(attribute: str, at: datetime) -> str:
    """Ask for what happened at or after an instant; stamps have whole seconds, so `>` would lose some."""
    return f"{attribute} >= '{instant(at)}'"


def more_than(attribute: str, amount: Decimal) -> str:
    """Ask for amounts above a limit."""
    return f"{attribute} > '{amount:f}'"


def all_of(*conditions: str | None) -> str | None:
    """Join conditions by AND, leaving out what is None; None without any."""
    given = [condition for condition in conditions if condition]
    return " AND ".join(given) or None


def statement(entity: str, where: str | Sequence[str] | None = None) -> str:
    """Build a statement without order or page, for lookups that answer a few rows.

    It asks for 1,000 rows: QuickBooks' own default is 100.
    """
    return f"SELECT * FROM {entity}{_where(where)} MAXRESULTS {PAGE_SIZE}"  # noqa: S608 - no SQL


def page_statement(
    entity: str,
    where: str | Sequence[str] | None = None,
    order_by: str = BY_ID,
    start: int = 1,
    size: int = PAGE_SIZE,
) -> str:
    """Build the statement of one page; `start` counts from 1.

    Raises:
        ValueError: start or size are outside QuickBooks' limits.
    """
    if start < 1 or not 1 <= size <= PAGE_SIZE:
        raise ValueError(f"no such page: start {start}, size {size}")
    rows = f"SELECT * FROM {entity}{_where(where)} ORDERBY {order_by}"  # noqa: S608 - no SQL
    return f"{rows} STARTPOSITION {start} MAXRESULTS {size}"


def _where(where: str | Sequence[str] | None) -> str:
    joined = where if where is None or isinstance(where, str) else all_of(*where)
    return f" WHERE {joined}" if joined else ""
