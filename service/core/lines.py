"""Which line of a document that a caller wrote is which line of the one before.

A line that keeps its id keeps QuickBooks' id with it. A line without an id, or with one that was never seen,
is the first unclaimed line of equal content; else it is new and gets the lowest free number.
"""

from itertools import count

from msgspec.structs import replace

from service.core.records import Line


def adopt_lines(written: tuple[Line, ...], previous: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give every written line its id and the QuickBooks id that belongs to it."""
    known = {line.id: line for line in previous if line.id is not None}
    claimed = {line.id for line in written if line.id in known}
    free = [line for line in previous if line.id not in claimed]
    adopted = [_adopt(line, known, free) for line in written]
    return _number(adopted, taken={line.id for line in (*adopted, *previous)})


def _adopt(line: Line, known: dict[str, Line], free: list[Line]) -> Line:
    if line.id in known:
        return replace(line, quickbooks_id=known[line.id].quickbooks_id)
    for index, candidate in enumerate(free):
        if _content(candidate) == _content(line):
            found = free.pop(index)
            return replace(line, id=found.id, quickbooks_id=found.quickbooks_id)
    return replace(line, quickbooks_id=None)


def _content(line: Line) -> Line:
    return replace(line, id=None, quickbooks_id=None)


def _number(lines: list[Line], taken: set[str | None]) -> tuple[Line, ...]:
    free = (str(number) for number in count(1) if str(number) not in taken)
    return tuple(line if line.id is not None else replace(line, id=next(free)) for line in lines)
