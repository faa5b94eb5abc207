"""CSV for people's spreadsheets: quoted where it has to be, and no cell of a stranger's is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would work out (OWASP on CSV injection)."""


def plain(text: str | None) -> str:
    """Return a text that somebody wrote as one that no spreadsheet takes for a formula."""
    if not text:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; lines end as RFC 4180 has it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()
