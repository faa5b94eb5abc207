"""A listing page by page, though rows leave and enter it meanwhile.

What must stay true: what was seen is a beginning of the listing's order, without a gap among the rows that
stay in it. So a page that shows any row seen before misses none. Each page begins at the last row of the one
before; where it shows nothing known, rows have left and unseen ones may have slipped before it: it is thrown
away and one a page further back is read; if that shows nothing known either, the listing starts again from 1.

A page with fewer rows than asked for is the last one, unless it has exactly as many as QuickBooks gives to
those who don't ask for a number: then one more read tells.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Raw

from service.quickbooks.answers import Page, read_head
from service.quickbooks.query import BY_ID, PAGE_SIZE, page_statement

UNASKED = 100
"""The rows of a page whose size nobody asked for (QuickBooks' documentation)."""


class Lister(Protocol):
    """Whoever runs queries."""

    async def query(self, statement: str) -> Page:
        """Run a query and return its rows."""
        ...


class Progress(NamedTuple):
    """Where the next page begins, to be stored with the rows; `time` is QuickBooks' time of this page.

    `last_id` is the mark of the row that should come first there: its Id, and with another order its version.
    """

    position: int
    last_id: str | None
    time: datetime | None


async def pages(
    client: Lister,
    entity: str,
    where: str | Sequence[str] | None = None,
    *,
    start_position: int = 1,
    last_id: str | None = None,
    order_by: str = BY_ID,
    size: int = PAGE_SIZE,
) -> AsyncIterator[tuple[list[Raw], Progress]]:
    """Yield each page's rows that were not yielded yet, at least one page, perhaps without rows.

    `n` rows that stay as they are cost at most ceil(n / (size - 1)) reads. To resume, hand in the last stored
    progress: at most a page is repeated, unless the listing moved by more than a page meanwhile.

    Raises:
        ValueError: the size is below 2.
        QuickBooksError: as the client's query.
    """
    if size < 2:
        raise ValueError("pages overlap by one row: they need two")
    seen = {last_id} if last_id is not None else set()
    position = start_position if last_id is not None else 1
    stepped_back = False
    while True:
        page = await client.query(page_statement(entity, where, order_by, position, size))
        marks = [_mark(row, order_by) for row in page.rows]
        if position > 1 and seen.isdisjoint(marks):
            position = 1 if stepped_back else max(1, position - (size - 1))
            stepped_back = True
            continue
        stepped_back = False
        fresh = {mark: row for mark, row in zip(marks, page.rows, strict=True) if mark not in seen}
        seen.update(marks)
        position += max(0, len(marks) - 1)
        yield list(fresh.values()), Progress(position, marks[-1] if marks else None, page.time)
        if len(marks) < size and len(marks) != UNASKED:
            return


def _mark(row: Raw, order_by: str) -> str:
    """Name a row's place in the order: its Id, and what else the order looks at.

    By change, a row that changes moves to the end: its new version is another row, seen or not on its own.
    """
    head = read_head(row)
    return head.id if order_by == BY_ID else f"{head.id} {head.updated_at} {head.sync_token}"
