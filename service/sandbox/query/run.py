"""Running a query over a company's shelves.

An index narrows the candidates where a condition allows it; a page of a query that was asked before on an
unchanged shelf is a slice of the rows that it found then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity
from service.sandbox.deviations import Deviation
from service.sandbox.entities import entity_named
from service.sandbox.query.predicates import Getter, getter, predicate, typed_values
from service.sandbox.query.statement import Condition, Ordering, Statement
from service.sandbox.stored import Stored, order_of
from service.sandbox.visible import visible

INDEXED = frozenset({"=", "IN"})
BY_ID = (Ordering("Id"),)


@dataclass(slots=True)
class Rows:
    """What a query found: one page of objects, or a count."""

    entity: Entity
    page: list[Stored]
    start: int
    count: int | None = None


@dataclass(slots=True)
class Remembered:
    """The rows of the last query on a shelf, good as long as nothing changes."""

    key: tuple[Any, ...]
    rows: list[Stored]


class QueryRunner:
    """Runs queries on one company."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._last: dict[str, Remembered] = {}

    def run(self, statement: Statement) -> Rows:
        """Answer a page; raises SandboxFault 4001 for an entity or a property that can't be asked for."""
        entity = entity_named(statement.entity)
        inexact = entity is not None and entity.name != statement.entity
        if entity is None or (inexact and self._books.knobs.name_case == "exact"):
            raise errors.bad_query(f"invalid context declaration: {statement.entity}")
        rows = self._rows(entity, statement)
        if statement.count:
            return Rows(entity, [], 1, len(rows))
        first = statement.start - 1
        if first and Deviation.PAGES_OVERLAP in self._books.deviations:
            first -= 1
        return Rows(entity, rows[first : first + statement.limit], statement.start)

    def _rows(self, entity: Entity, statement: Statement) -> list[Stored]:
        shelf = self._books.shelves[entity.name]
        lagging = bool(self._books.knobs.read_lag)
        key = (
            statement.conditions,
            statement.order,
            shelf.version,
            self._books.today,
            self._books.knobs.default_order,
            self._books.knobs.private_note_filter,
            self._books.knobs.bare_time_offset,
        )
        last = self._last.get(entity.name)
        if last is not None and last.key == key and not lagging:
            return last.rows
        rows = self._find(entity, statement)
        if not lagging:
            self._last[entity.name] = Remembered(key, rows)
        return rows

    def _find(self, entity: Entity, statement: Statement) -> list[Stored]:
        conditions = list(statement.conditions)
        listed = Deviation.INACTIVE_LISTED in self._books.deviations
        if entity.is_list and not listed and not any(one.path.lower() == "active" for one in conditions):
            conditions.append(Condition("Active", "=", ("true",)))
        tests = [predicate(self._books, entity, one) for one in conditions]
        indexed = self._indexed(entity, conditions)
        candidates = self._all(entity) if indexed is None else indexed
        found = list(candidates)
        for test in tests:
            found = [one for one in found if test(one)]
        in_id_order = indexed is None and not self._books.knobs.read_lag
        if in_id_order and statement.order == BY_ID:
            return found
        return self._ordered(entity, statement, found)

    def _all(self, entity: Entity) -> Iterable[Stored]:
        """All objects, by id."""
        shelf = self._books.shelves[entity.name]
        return visible(self._books, shelf) if self._books.knobs.read_lag else shelf.in_id_order()

    def _indexed(self, entity: Entity, conditions: Iterable[Condition]) -> list[Stored] | None:
        """Find candidates by an index, in any order; None where no condition has one."""
        shelf = self._books.shelves[entity.name]
        if self._books.knobs.read_lag:
            return None
        for one in conditions:
            path = one.path.lower()
            if path == "id" and one.operator in INDEXED:
                return [hit for value in dict.fromkeys(one.values) if (hit := shelf.get(value)) is not None]
            given = one.operator in INDEXED and all(value.strip() for value in one.values)
            if entity.party and path == entity.party.lower() and given:
                return shelf.by_party(dict.fromkeys(one.values))
            if path == "docnumber" and "DocNumber" in entity.by_name and given:
                return shelf.by_number(dict.fromkeys(value.casefold() for value in one.values))
            if path == "metadata.lastupdatedtime" and one.operator in {">", ">="}:
                since = typed_values(self._books, entity, one)[0]
                return shelf.changed_since(since) if since is not None else []
        return None

    def _ordered(self, entity: Entity, statement: Statement, found: list[Stored]) -> list[Stored]:
        """Without ORDERBY transactions come last changed first, lists by name, capitals first (recorded)."""
        if not statement.order and self._books.knobs.default_order == "id":
            return sorted(found, key=lambda one: order_of(one.id))
        if not statement.order:
            if entity.transaction:
                return sorted(found, key=lambda one: (-one.updated, *_descending(one.id)))
            return sorted(found, key=lambda one: (self._books.full_name(one), order_of(one.id)))
        for ordering in reversed(statement.order):
            if ordering.path.lower() == "id":
                found.sort(key=lambda one: order_of(one.id), reverse=ordering.descending)
            else:
                found.sort(
                    key=_sortable(getter(self._books, entity, ordering.path)), reverse=ordering.descending
                )
        return found


def _descending(object_id: str) -> tuple[int, tuple[int, ...]]:
    return -len(object_id), tuple(-ord(one) for one in object_id)


def _sortable(get: Getter) -> Callable[[Stored], tuple[bool, Any]]:
    def key(stored: Stored) -> tuple[bool, Any]:
        value = get(stored)
        if isinstance(value, str):
            value = value.casefold()
        return (value is not None, value if value is not None else 0)

    return key
