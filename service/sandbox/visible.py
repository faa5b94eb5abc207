"""What queries and CDC see while reads lag behind writes (a knob; QuickBooks documents that they may)."""

from collections.abc import Iterator

from service.sandbox.books import Books
from service.sandbox.stored import Shelf, Stored


def visible(books: Books, shelf: Shelf) -> Iterator[Stored]:
    """Answer each object in the version that is old enough to be seen."""
    horizon = books.now().timestamp() - books.knobs.read_lag.total_seconds()
    for stored in shelf.in_id_order():
        seen = _version_at(stored, horizon)
        if seen is not None:
            yield seen
    for stored in shelf.gone_copies.values():
        if shelf.gone.get(stored.id, 0) > horizon:
            seen = _version_at(stored, horizon)
            if seen is not None:
                yield seen


def _version_at(stored: Stored, horizon: float) -> Stored | None:
    version: Stored | None = stored
    while version is not None and version.written_at > horizon:
        version = version.previous
    return version


def gone_since(books: Books, shelf: Shelf, epoch: float) -> list[tuple[int, str]]:
    """Answer (when, id) of the deletions since an instant that can be seen by now."""
    horizon = books.now().timestamp() - books.knobs.read_lag.total_seconds()
    return [(at, object_id) for object_id, at in shelf.gone.items() if epoch <= at <= horizon]
