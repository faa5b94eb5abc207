"""Objects at rest: encoded once, found by id, number, party and order of change.

An object is kept as bytes, with its few moving parts (token, times, balance, links) beside them, so that a
posting touches a number and not a document, and a page is a join of ready bytes.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from service.sandbox.declare import Entity
from service.sandbox.wire import Doc, decode

Link = tuple[str, str]
NO_LINKS: tuple[Link, ...] = ()


class Stored:
    """One object; `source` lacks what is computed when it is read."""

    __slots__ = (
        "active",
        "balance",
        "columns",
        "created",
        "entity",
        "id",
        "links",
        "modified_by",
        "name",
        "parent",
        "previous",
        "rendered",
        "rendered_at",
        "rollup",
        "source",
        "token",
        "updated",
        "written_at",
    )

    def __init__(self, entity: Entity, object_id: str, source: bytes, at: int) -> None:
        self.entity = entity
        self.id = object_id
        self.source = source
        self.token = 0
        self.created = at
        self.updated = at
        self.written_at = 0.0
        self.name = ""
        self.parent: str | None = None
        self.active = True
        self.balance: Decimal | None = None
        self.rollup: Decimal | None = None
        self.links: tuple[Link, ...] = NO_LINKS
        self.modified_by: str | None = None
        self.columns: tuple[Any, ...] = ()
        self.rendered: bytes | None = None
        self.rendered_at = 0
        self.previous: Stored | None = None

    def doc(self) -> Doc:
        """Decode the source."""
        document: Doc = decode(self.source)
        return document

    def copy(self) -> "Stored":
        """Answer this version, to be kept while the object moves on."""
        twin = Stored(self.entity, self.id, self.source, self.created)
        for slot in self.__slots__:
            setattr(twin, slot, getattr(self, slot))
        return twin


def order_of(object_id: str) -> tuple[int, str]:
    """Sort ids as numbers, whatever their length."""
    return (len(object_id), object_id)


class Shelf:
    """All objects of one entity in one company, and the indexes over them."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.version = 0
        self.gone: dict[str, int] = {}
        self.gone_copies: dict[str, Stored] = {}
        self._by_id: dict[str, Stored] = {}
        self._recent: dict[str, Stored] = {}
        self._by_number: dict[str, dict[str, Stored]] = {}
        self._by_party: dict[str, dict[str, Stored]] = {}
        self._latest = 0
        self._recent_sorted = True
        self._ids: list[Stored] | None = []
        self._number_at = entity.column_at.get("DocNumber")
        self._party_at = entity.column_at.get(entity.party) if entity.party else None

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Stored]:
        return iter(self._by_id.values())

    def get(self, object_id: str) -> Stored | None:
        """Find a live object."""
        return self._by_id.get(object_id)

    def add(self, stored: Stored) -> None:
        """Put a new object, or a loaded one, on the shelf."""
        previous = self._by_id.get(stored.id)
        if previous is not None:
            self._unindex(previous)
            self._ids = None
        self._by_id[stored.id] = stored
        self.gone.pop(stored.id, None)
        self._index(stored)
        if self._ids is not None:
            if self._ids and order_of(self._ids[-1].id) > order_of(stored.id):
                self._ids = None
            else:
                self._ids.append(stored)
        self.moved(stored)

    def remove(self, stored: Stored, at: int) -> None:
        """Take an object off and leave its tombstone."""
        del self._by_id[stored.id]
        self._recent.pop(stored.id, None)
        self._unindex(stored)
        self._ids = None
        self.gone[stored.id] = at
        self.version += 1

    def moved(self, stored: Stored) -> None:
        """Note that an object's LastUpdatedTime moved; what it rendered to is no longer true."""
        self._recent.pop(stored.id, None)
        self._recent[stored.id] = stored
        self.version += 1
        if stored.updated < self._latest:
            self._recent_sorted = False
        else:
            self._latest = stored.updated

    def reindex(self, stored: Stored, columns: tuple[Any, ...]) -> None:
        """Replace an object's columns, and what is found by them."""
        if columns != stored.columns:
            self._unindex(stored)
            stored.columns = columns
            self._index(stored)

    def in_id_order(self) -> list[Stored]:
        """All objects, by id."""
        if self._ids is None:
            self._ids = sorted(self._by_id.values(), key=lambda one: order_of(one.id))
        return self._ids

    def in_change_order(self) -> Iterable[Stored]:
        """All objects, the last changed last."""
        if not self._recent_sorted:
            ordered = sorted(self._recent.values(), key=lambda one: one.updated)
            self._recent = {one.id: one for one in ordered}
            self._recent_sorted = True
            self._latest = ordered[-1].updated if ordered else 0
        return self._recent.values()

    def changed_since(self, epoch: float) -> list[Stored]:
        """Objects whose LastUpdatedTime is not before an instant, the last changed last."""
        self.in_change_order()
        found: list[Stored] = []
        for stored in reversed(self._recent.values()):
            if stored.updated < epoch:
                break
            found.append(stored)
        found.reverse()
        return found

    def by_number(self, numbers: Iterable[str]) -> list[Stored]:
        """Objects that bear one of some DocNumbers (case folded)."""
        return [one for number in numbers for one in self._by_number.get(number, {}).values()]

    def by_party(self, parties: Iterable[str]) -> list[Stored]:
        """Objects of some vendors or customers."""
        return [one for party in parties for one in self._by_party.get(party, {}).values()]

    def _index(self, stored: Stored) -> None:
        for place, index in ((self._number_at, self._by_number), (self._party_at, self._by_party)):
            key = None if place is None else stored.columns[place]
            if key is not None:
                index.setdefault(key.casefold(), {})[stored.id] = stored

    def _unindex(self, stored: Stored) -> None:
        for place, index in ((self._number_at, self._by_number), (self._party_at, self._by_party)):
            key = None if place is None else stored.columns[place]
            if key is not None:
                index.get(key.casefold(), {}).pop(stored.id, None)
