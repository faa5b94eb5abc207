"""Three-way merge, field by field, in wire space.

What must stay true: merging is symmetric but for the preference; no edit is lost (it survives, or stands in a
conflict with the value that was kept); an amount is never the sum of two people's edits: what a merged bill
comes to is what one of the sides comes to.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from service.core.records import (
    CONTENT,
    ZERO,
    BillLine,
    Document,
    InvoiceLine,
    Itemised,
    Kind,
    Line,
    sum_of,
)

AMOUNT = frozenset({"lines", "discount", "tax"})
"""What makes up the amount of a bill or invoice; where both sides moved it, it is one field."""


class Keep(StrEnum):
    """Which side's value stays when both changed the same field."""

    QUICKBOOKS = "quickbooks"
    PLATFORM = "platform"
    ASK = "ask"


class FieldConflict(Struct, frozen=True):
    """One field that both sides set differently, and the side that was kept (`ask`: neither, so far)."""

    field: str
    base: Any
    platform: Any
    quickbooks: Any
    kept: Keep


class Merge(Struct, frozen=True):
    """What a merge came to; `to_platform` and `to_quickbooks` name the fields that each side has to take."""

    content: Document
    to_platform: tuple[str, ...]
    to_quickbooks: tuple[str, ...]
    conflicts: tuple[FieldConflict, ...]


def changed_fields(kind: Kind, before: Document, after: Document) -> tuple[str, ...]:
    """Name the content fields in which two documents of one space differ."""
    return tuple(name for name in CONTENT[kind] if getattr(before, name) != getattr(after, name))


def same_content(kind: Kind, one: Document, other: Document) -> bool:
    """Say whether two documents of one space agree in every content field."""
    return one == other or not changed_fields(kind, one, other)


def merge(
    kind: Kind, base: Document | None, platform: Document, quickbooks: Document, *, keep: Keep
) -> Merge:
    """Merge both sides' content; without a base what one side lacks is taken from the other.

    Of two that were never linked the active one wins: somebody uses it. With `ask` a conflicting field stays
    as it is on each side: `content` holds QuickBooks' value and the field is in neither direction.
    """
    values: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    as_one = _both_moved_money(base, platform, quickbooks)
    for name in CONTENT[kind]:  # lines come before the tax
        before = getattr(base, name) if base is not None else None
        ours, theirs = getattr(platform, name), getattr(quickbooks, name)
        if name == "archived" and base is None:
            values[name] = ours and theirs
        elif as_one and name in AMOUNT and not _is_equal(name, ours, theirs):
            values[name] = _choose(name, before, ours, theirs, keep, conflicts)
        elif name == "lines" and isinstance(platform, Itemised):
            values[name] = _merge_lines(base, platform, quickbooks, keep, conflicts)
            as_one = as_one or any(conflict.field == name for conflict in conflicts)
        else:
            values[name] = _pick(
                name, before, ours, theirs, has_base=base is not None, keep=keep, conflicts=conflicts
            )
    content = replace(quickbooks, **values)
    asked = {conflict.field.partition("[")[0] for conflict in conflicts if conflict.kept is Keep.ASK}
    return Merge(
        content=content,
        to_platform=_differing(kind, platform, content, asked),
        to_quickbooks=_differing(kind, quickbooks, content, asked),
        conflicts=tuple(conflicts),
    )


def _differing(kind: Kind, side: Document, content: Document, asked: set[str]) -> tuple[str, ...]:
    """Lines that differ in their ids alone are the same lines."""
    changed = (name for name in changed_fields(kind, side, content) if name not in asked)
    if not isinstance(side, Itemised):
        return tuple(changed)
    return tuple(
        name for name in changed if name != "lines" or not equal_lines(side.lines, getattr(content, name))
    )


def equal_lines(one: Iterable[Line], other: Iterable[Line]) -> bool:
    """Say whether two lists of lines are equal but for the lines' ids."""
    return _without_ids(one) == _without_ids(other)


def _pick(
    name: str,
    before: Any,
    ours: Any,
    theirs: Any,
    *,
    has_base: bool,
    keep: Keep,
    conflicts: list[FieldConflict],
) -> Any:
    if ours == theirs:
        return theirs
    if has_base and ours == before:
        return theirs
    if has_base and theirs == before:
        return ours
    if not has_base and (_is_empty(ours) or _is_empty(theirs)):
        return theirs if _is_empty(ours) else ours
    return _choose(name, before, ours, theirs, keep, conflicts)


def _choose(
    name: str, before: Any, ours: Any, theirs: Any, keep: Keep, conflicts: list[FieldConflict]
) -> Any:
    """Keep one side's value whole, and the other's in a conflict."""
    conflicts.append(FieldConflict(name, before, ours, theirs, keep))
    return ours if keep is Keep.PLATFORM else theirs


def _is_equal(name: str, ours: Any, theirs: Any) -> bool:
    return equal_lines(ours, theirs) if name == "lines" else ours == theirs


def _is_empty(value: Any) -> bool:
    """Nothing, no text, no tax: what a side that never had a value holds."""
    return not value


def _merge_lines(
    base: Document | None,
    platform: Document,
    quickbooks: Document,
    keep: Keep,
    conflicts: list[FieldConflict],
) -> tuple[Line, ...]:
    """Merge line by line where that is safe; else the lines are one field."""
    assert isinstance(platform, Itemised)
    assert isinstance(quickbooks, Itemised)
    ours, theirs = platform.lines, quickbooks.lines
    if ours == theirs or equal_lines(ours, theirs):
        return theirs
    before = base.lines if isinstance(base, Itemised) else None
    if before is None:
        picked: tuple[Line, ...] = _pick(
            "lines", None, ours, theirs, has_base=False, keep=keep, conflicts=conflicts
        )
        return picked
    if equal_lines(ours, before):
        return theirs
    if equal_lines(theirs, before):
        return _renumbered(ours, before, theirs)
    if not before:
        return _whole(before, ours, theirs, keep, conflicts)
    found: list[FieldConflict] = []
    merged = _line_by_line(before, ours, theirs, keep, found)
    is_asked = keep is Keep.ASK and found
    if is_asked or _comes_to_one_edit(merged, before, ours, theirs):
        conflicts.extend(found)
        return merged
    return _whole(before, ours, theirs, keep, conflicts)


def _whole(
    before: tuple[Line, ...],
    ours: tuple[Line, ...],
    theirs: tuple[Line, ...],
    keep: Keep,
    conflicts: list[FieldConflict],
) -> tuple[Line, ...]:
    chosen: tuple[Line, ...] = _choose("lines", before, ours, theirs, keep, conflicts)
    return chosen


def _renumbered(
    ours: tuple[Line, ...], before: tuple[Line, ...], theirs: tuple[Line, ...]
) -> tuple[Line, ...]:
    """QuickBooks' lines are as they were, perhaps by other ids: ours take the ids that they have now."""
    present = {old.id: new.id for old, new in zip(before, theirs, strict=True)}
    return tuple(replace(line, id=present.get(line.id)) for line in ours)


def _both_moved_money(base: Document | None, platform: Document, quickbooks: Document) -> bool:
    """Two people who each corrected the amount must not be added up, in a line, the discount or the tax.

    What both set alike is agreed on. Without a base lines that differ are a conflict anyway.
    """
    if not isinstance(base, Itemised):
        return False
    assert isinstance(platform, Itemised)
    assert isinstance(quickbooks, Itemised)
    before, ours, theirs = (_money_of(each) for each in (base, platform, quickbooks))
    beside = [mine if mine == other else old for old, mine, other in zip(before, ours, theirs, strict=True)]
    lines = ours[0] if equal_lines(platform.lines, quickbooks.lines) else before[0]
    return len({(lines, *beside[1:]), ours, theirs}) == 3


def _money_of(document: Itemised) -> tuple[Decimal, ...]:
    return sum_of(document.lines), getattr(document, "discount", ZERO), document.tax


def _comes_to_one_edit(
    merged: tuple[Line, ...],
    before: tuple[Line, ...],
    ours: tuple[Line, ...],
    theirs: tuple[Line, ...],
) -> bool:
    """Say whether the merged lines come to what the side that moved the sum meant.

    Amounts that both sides shifted between lines may not: then nobody's total would be written.
    """
    meant = sum_of(theirs) if sum_of(ours) == sum_of(before) else sum_of(ours)
    return sum_of(merged) == meant


def _without_ids(lines: Iterable[Line]) -> list[Line]:
    return [replace(line, id=None) for line in lines]


def _line_by_line(
    before: tuple[Line, ...],
    ours: tuple[Line, ...],
    theirs: tuple[Line, ...],
    keep: Keep,
    conflicts: list[FieldConflict],
) -> tuple[Line, ...]:
    """QuickBooks' order first, then the lines that only the platform added."""
    old: dict[str | None, Line] = {line.id: line for line in before}
    mine: dict[str | None, Line] = {line.id: line for line in ours if line.id is not None}
    their_ids = {line.id for line in theirs}
    result: list[Line] = []
    for line in theirs:
        known, own = old.get(line.id), mine.get(line.id)
        if known is None:
            result.append(line)
        elif own is None:
            if line != known:
                conflicts.append(FieldConflict(f"lines[{line.id}]", known, None, line, keep))
            if line != known and keep is not Keep.PLATFORM:
                result.append(line)
        else:
            result.append(_merge_line(known, own, line, keep, conflicts))
    added_there = Counter(_without_ids(line for line in theirs if line.id not in old))
    for line in ours:
        known = old.get(line.id)
        if known is not None and line.id not in their_ids:
            if line != known:
                conflicts.append(FieldConflict(f"lines[{line.id}]", known, line, None, keep))
            if line != known and keep is Keep.PLATFORM:
                result.append(replace(line, id=None))
        elif known is None and not _take(added_there, replace(line, id=None)):
            result.append(replace(line, id=None))
    return _in_known_order(result, theirs, ours)


def _in_known_order(merged: list[Line], *sides: tuple[Line, ...]) -> tuple[Line, ...]:
    """Put the lines as a side has them that holds the same: nobody is written to only to move lines."""
    for side in sides:
        if Counter(_without_ids(side)) == Counter(_without_ids(merged)):
            rest = list(merged)
            return tuple(_take_like(rest, line) for line in side)
    return tuple(merged)


def _take_like(lines: list[Line], wanted: Line) -> Line:
    """Take a line of the same content, that of the same id if there is one."""
    same = [line for line in lines if replace(line, id=wanted.id) == wanted]
    found = next((line for line in same if line.id == wanted.id), same[0])
    lines.remove(found)
    return found


def _take(lines: Counter[Line], line: Line) -> bool:
    """Take one of the lines that the other side added too, if there is one left."""
    lines[line] -= 1
    return lines[line] >= 0


def _merge_line(known: Line, own: Line, their: Line, keep: Keep, conflicts: list[FieldConflict]) -> Line:
    values: dict[str, Any] = {}
    for names in _TOGETHER[type(their)]:
        before, ours, theirs = (_values(line, names) for line in (known, own, their))
        found: list[FieldConflict] = []
        picked = _pick("", before, ours, theirs, has_base=True, keep=keep, conflicts=found)
        values |= dict(zip(names, picked, strict=True))
        if found:
            conflicts += [
                FieldConflict(f"lines[{known.id}].{name}", old, mine, other, keep)
                for name, old, mine, other in zip(names, before, ours, theirs, strict=True)
                if mine != other
            ]
    return replace(their, **values)


_TOGETHER: dict[type[Line], tuple[tuple[str, ...], ...]] = {
    BillLine: (
        ("amount", "quantity", "unit_price"),
        ("account", "item"),
        ("description",),
        ("accounting_class",),
        ("customer", "billable"),
    ),
    InvoiceLine: (
        ("amount", "quantity", "unit_price"),
        ("item",),
        ("description",),
        ("accounting_class",),
        ("taxable",),
    ),
}
"""Fields of a line that are one: quantity and price make the amount, a line has an account or an item, and
what can be billed can be billed to somebody."""


def _values(line: Line, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in names)
