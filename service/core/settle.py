"""Gives the loser of a settled conflict its way, field by field, in platform space."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from service.core.records import Document, Itemised, Line, encode

_LINE = re.compile(r"^lines\[(?P<line>[^\]]*)\](?:\.(?P<field>\w+))?$")


def take_fields(document: Document, other: Document, fields: Iterable[str]) -> Document:
    """Return the document with these fields as the other has them.

    A field is a name, `lines[<QuickBooks' line id>]` or `lines[<QuickBooks' line id>].<name>`; what else was
    merged into the document stays.
    """
    for field in fields:
        part = _LINE.match(field)
        if part is None:
            document = replace(document, **{field: getattr(other, field)})
        elif isinstance(document, Itemised) and isinstance(other, Itemised):
            lines = _take_line(document.lines, other.lines, part["line"], part["field"])
            document = replace(document, lines=lines)
    return document


def shown_value(document: Document, field: str) -> Any:
    """Return a field named as in `take_fields`, in JSON's types as callers see it; None without the line."""
    part = _LINE.match(field)
    if part is None:
        value = getattr(document, field)
        if field == "lines" and isinstance(document, Itemised):
            value = tuple(replace(line, quickbooks_id=None) for line in value)
        return msgspec.json.decode(encode(value))
    lines = document.lines if isinstance(document, Itemised) else ()
    line = next((each for each in lines if part["line"] in (each.quickbooks_id, each.id)), None)
    if line is None or part["field"] is None:
        return None
    return msgspec.json.decode(encode(getattr(line, part["field"])))


def _take_line(
    lines: tuple[Line, ...], others: tuple[Line, ...], line: str, field: str | None
) -> tuple[Line, ...]:
    wanted = next((each for each in others if line in (each.quickbooks_id, each.id)), None)
    at = next((index for index, each in enumerate(lines) if line in (each.quickbooks_id, each.id)), None)
    if at is None:
        return (*lines, wanted) if wanted is not None and field is None else lines
    if wanted is None:
        return lines if field is not None else (*lines[:at], *lines[at + 1 :])
    taken = wanted if field is None else replace(lines[at], **{field: getattr(wanted, field)})
    return (*lines[:at], taken, *lines[at + 1 :])
