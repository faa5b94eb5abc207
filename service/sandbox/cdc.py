"""Change data capture: everything that changed since an instant, grouped by entity, tombstones included.

At most 30 days back and 1,000 objects in an answer (QBO documented); which ones a full answer holds is
unsettled, by default the oldest changes, so that a reader who goes on from the last one loses nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity
from service.sandbox.deviations import Deviation
from service.sandbox.entities import entity_named
from service.sandbox.render import render, tombstone
from service.sandbox.stored import Shelf, Stored
from service.sandbox.times import parse_instant
from service.sandbox.visible import gone_since, visible
from service.sandbox.wire import encode

LOOK_BACK = timedelta(days=30)


@dataclass(slots=True)
class Found:
    """One changed object, or the tombstone of one."""

    at: int
    place: int
    id: str
    stored: Stored | None


def changes(books: Books, entities: str, changed_since: str) -> bytes:
    """Answer the content of CDCResponse; raises SandboxFault."""
    asked = _entities(entities)
    since = _since(books, changed_since)
    found = [one for place, entity in enumerate(asked) for one in _changed(books, entity, place, since)]
    found.sort(key=lambda one: one.at)
    groups: list[list[Found]] = [[] for _ in asked]
    limit = books.knobs.cdc_limit
    page = found[:limit] if books.knobs.cdc_order == "oldest" else found[-limit:]
    if Deviation.CDC_DROPS_LAST in books.deviations and len(page) == books.knobs.cdc_limit:
        page.pop()
    for one in page:
        groups[one.place].append(one)
    bodies = [_group(books, entity, group) for entity, group in zip(asked, groups, strict=True)]
    return b'[{"QueryResponse":[' + b",".join(bodies) + b"]}]"


def _entities(text: str) -> list[Entity]:
    asked: list[Entity] = []
    for name in (one.strip() for one in text.split(",")):
        if not name:
            continue
        entity = entity_named(name)
        if entity is None or not entity.in_cdc:
            raise errors.bad_query(f"invalid context declaration: {name}")
        asked.append(entity)
    if not asked:
        raise errors.missing("entities")
    return asked


def _since(books: Books, text: str) -> float:
    if not text:
        raise errors.missing("changedSince")
    at = parse_instant(text, books.knobs.bare_time_offset)
    if at is None:
        raise errors.bad_number("changedSince", text, code="2110")
    oldest = books.now() - LOOK_BACK
    if at >= oldest or books.knobs.cdc_lookback == "answer":
        return at.timestamp()
    if books.knobs.cdc_lookback == "fault":
        raise errors.business("The changedSince date is more than 30 days back.", "changedSince")
    return oldest.timestamp()


def _changed(books: Books, entity: Entity, place: int, since: float) -> list[Found]:
    shelf: Shelf = books.shelves[entity.name]
    if books.knobs.read_lag:
        seen = (one for one in visible(books, shelf) if one.updated >= since)
        live = sorted(seen, key=lambda one: one.updated)
    else:
        live = shelf.changed_since(since)
    limit = books.knobs.cdc_limit
    live = live[:limit] if books.knobs.cdc_order == "oldest" else live[-limit:]
    found = [Found(one.updated, place, one.id, one if _is_told(books) else None) for one in live]
    if Deviation.NO_TOMBSTONES not in books.deviations:
        found += [Found(at, place, object_id, None) for at, object_id in gone_since(books, shelf, since)]
    return found


def _is_told(books: Books) -> bool:
    """Say whether CDC tells the truth about an object that lives (reported otherwise, a knob)."""
    share = books.knobs.cdc_false_tombstones
    return not share or books.random.random() >= share


def _group(books: Books, entity: Entity, group: list[Found]) -> bytes:
    """By time, the deleted ones last; a group of deletions has no startPosition (reported).

    totalCount stands where a query has it (recorded without).
    """
    if not group:
        return b"{}"
    bodies = [render(books, one.stored) for one in group if one.stored is not None]
    start = b'"startPosition":1,' if bodies else b""
    bodies += [encode(tombstone(one.id, one.at)) for one in group if one.stored is None]
    count = b"%d" % len(bodies)
    total = b',"totalCount":%b' % count if entity.counts_rows else b""
    return b'{"%b":[%b],%b"maxResults":%b%b}' % (entity.key, b",".join(bodies), start, count, total)
