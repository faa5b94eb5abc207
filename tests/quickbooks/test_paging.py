"""Rows may leave and enter between pages: what stays is seen exactly once, and cheaply."""

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from service.quickbooks.answers import Page, read_head
from service.quickbooks.paging import pages
from service.quickbooks.query import BY_CHANGE, BY_ID

NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Listing:
    """A set of rows that changes after each read; rows are (id, stamp)."""

    def __init__(self, rows: dict[int, int], after_read: Callable[["Listing"], None] | None = None) -> None:
        self.rows = dict(rows)
        self.reads = 0
        self._after_read = after_read

    async def query(self, statement: str) -> Page:
        start, size = (int(n) for n in re.findall(r"STARTPOSITION (\d+) MAXRESULTS (\d+)", statement)[0])
        by_change = BY_CHANGE in statement
        order = sorted(self.rows.items(), key=(lambda row: (row[1], row[0])) if by_change else None)
        found = [_row(*row) for row in order[start - 1 : start - 1 + size]]
        self.reads += 1
        if self._after_read:
            self._after_read(self)
        return Page(found, NOW)


def _row(id: int, stamp: int) -> Raw:
    row = {"Id": f"{id:06}", "SyncToken": "0", "MetaData": {"LastUpdatedTime": f"{stamp:09}"}}
    return Raw(json.dumps(row).encode())


async def listed(listing: Listing, size: int, **options) -> list[int]:
    found = []
    async for rows, _ in pages(listing, "Bill", size=size, **options):
        found += [int(read_head(row).id) for row in rows]
    return found


@given(rows=st.sets(st.integers(0, 99), max_size=60), size=st.integers(2, 7))
async def test_a_listing_at_rest_costs_no_more_reads_than_it_must(rows: set[int], size: int) -> None:
    listing = Listing(dict.fromkeys(rows, 0))

    found = await listed(listing, size)

    assert found == sorted(rows)
    assert listing.reads <= max(1, math.ceil(len(rows) / (size - 1)))


# Which rows leave after a read (by place, early ones mostly: those shift what follows) and which ids enter.
moves = st.lists(
    st.tuples(st.lists(st.integers(0, 12), max_size=9), st.lists(st.integers(0, 99), max_size=3)),
    min_size=2,
    max_size=12,
)


@settings(max_examples=400)
@given(rows=st.sets(st.integers(0, 99), min_size=8, max_size=60), size=st.integers(2, 7), moves=moves)
async def test_what_stays_throughout_is_seen_exactly_once(rows, size, moves) -> None:
    stayed = set(rows)

    def move(listing: Listing) -> None:
        leaving, entering = moves.pop(0) if moves else ([], [])
        for place in leaving:
            if place < len(listing.rows):
                row = sorted(listing.rows)[place]
                del listing.rows[row]
                stayed.discard(row)
        listing.rows.update(dict.fromkeys(entering, 0))

    found = await listed(Listing(dict.fromkeys(rows, 0), move), size)

    assert len(found) == len(set(found))
    assert stayed <= set(found)


@settings(max_examples=400)
@given(
    rows=st.dictionaries(st.integers(0, 99), st.integers(0, 3), max_size=60),
    size=st.integers(2, 7),
    moves=st.lists(st.lists(st.integers(0, 99), max_size=6), max_size=12),
)
async def test_by_change_each_version_that_stays_is_seen_once_and_a_new_one_again(rows, size, moves) -> None:
    stamp = 10
    unchanged = set(rows)

    def change(listing: Listing) -> None:
        nonlocal stamp
        stamp += 1
        for row in moves.pop(0) if moves else ():
            if row in listing.rows:
                listing.rows[row] = stamp
                unchanged.discard(row)

    listing = Listing(rows, change)
    found = await listed(listing, size, order_by=BY_CHANGE)

    assert unchanged <= set(found)
    assert all(found.count(row) == 1 for row in unchanged)
    assert set(found) <= set(rows)


@settings(max_examples=300)
@given(
    rows=st.sets(st.integers(0, 99), max_size=60),
    size=st.integers(2, 7),
    stop_after=st.integers(1, 6),
    leaving=st.sets(st.integers(0, 99), max_size=30),
    entering=st.sets(st.integers(0, 99), max_size=30),
)
async def test_after_a_crash_it_goes_on_where_it_was(rows, size, stop_after, leaving, entering) -> None:
    listing = Listing(dict.fromkeys(rows, 0))
    stored, progress, read = [], None, 0
    async for page, place in pages(listing, "Bill", size=size):
        stored += [int(read_head(row).id) for row in page]
        progress, read = place, read + 1
        if read == stop_after:
            break
    listing.rows = dict.fromkeys((set(listing.rows) - leaving) | entering, 0)

    assert progress is not None
    again = await listed(listing, size, start_position=progress.position, last_id=progress.last_id)

    assert len(again) == len(set(again))
    assert rows - leaving <= set(stored) | set(again)


async def test_an_undisturbed_resume_repeats_one_page_at_most() -> None:
    listing = Listing(dict.fromkeys(range(30), 0))

    found = await listed(listing, 10, start_position=19, last_id="000018")

    assert found == list(range(19, 30))
    assert listing.reads == 2


async def test_when_everything_known_has_left_it_starts_again() -> None:
    listing = Listing(dict.fromkeys(range(50, 60), 0))

    assert await listed(listing, 5, start_position=40, last_id="000039") == list(range(50, 60))
    assert listing.reads == 2 + 3, "two that find nothing known, then the three pages there are"


async def test_a_row_that_leaves_costs_one_page_thrown_away_and_one_page_back() -> None:
    def leave(listing: Listing) -> None:
        if listing.reads == 2:
            del listing.rows[0]

    listing = Listing(dict.fromkeys(range(30), 0), leave)

    assert await listed(listing, 10) == list(range(30))
    assert listing.reads == 4 + 2


async def test_an_empty_listing_is_one_page_without_rows_that_tells_the_time() -> None:
    found = [page async for page in pages(Listing({}), "Bill")]

    assert [(rows, progress.position, progress.time) for rows, progress in found] == [([], 1, NOW)]


async def test_pages_of_one_row_could_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlap"):
        await listed(Listing({}), 1, order_by=BY_ID)
