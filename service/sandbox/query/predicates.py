"""Conditions as functions over objects at rest; values are compared as what their field holds."""

import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity, Field, Kind
from service.sandbox.query.parse import TODAY
from service.sandbox.query.statement import Condition
from service.sandbox.stored import Stored
from service.sandbox.times import is_day, parse_instant

Getter = Callable[[Stored], Any]
Test = Callable[[Stored], bool]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
TIMES = {"metadata.createtime": "created", "metadata.lastupdatedtime": "updated"}
ATTACHED = {"attachableref.entityref.type": "type", "attachableref.entityref.value": "value"}
NO_VALUE = " "
NOT_A_NUMBER = Decimal("NaN")
NOTE = "PrivateNote"


def field_of(books: Books, entity: Entity, path: str) -> Field | None:
    """Find the filterable field that a path names, in any case; None for MetaData's times. Raises 4001."""
    if path.lower() in TIMES:
        return None
    for one in entity.fields:
        if one.name.lower() == path.lower():
            noted = one.name == NOTE and books.knobs.private_note_filter
            if not one.find and not noted:
                raise errors.bad_query(f"property '{path}' is not queryable")
            return one
    raise errors.bad_query(f"Property {path} not found for Entity {entity.name}")


def getter(books: Books, entity: Entity, path: str) -> Getter:
    """Answer a function that reads a property of an object at rest."""
    if path.lower() in TIMES:
        return operator.attrgetter(TIMES[path.lower()])
    field = field_of(books, entity, path)
    if field is not None and field.name == NOTE:
        return lambda one: one.doc().get(NOTE)
    assert field is not None
    direct: dict[str | None, Getter] = {
        "Id": lambda one: one.id,
        "Active": lambda one: one.active,
        "FullyQualifiedName": books.full_name,
        entity.name_field: lambda one: one.name,
        entity.balance: lambda one: one.balance,
    }
    if field.name in direct:
        return direct[field.name]
    place = entity.column_at[field.name]
    return lambda one: one.columns[place]


def typed_values(books: Books, entity: Entity, condition: Condition) -> list[Any]:
    """Read a condition's values as what its property holds; None stands for "no value"."""
    field = field_of(books, entity, condition.path)
    kind = Kind.INSTANT if field is None else field.kind
    return [_typed(books, condition.path, kind, value) for value in condition.values]


def _typed(books: Books, path: str, kind: Kind, value: str) -> Any:
    if value == NO_VALUE:
        return None
    if value == TODAY:
        value = books.today
    if kind is Kind.INSTANT:
        at = parse_instant(value, books.knobs.bare_time_offset)
        if at is None:
            raise errors.bad_query(f"value {value} is not a valid date for property {path}")
        return at.timestamp()
    if kind in {Kind.MONEY, Kind.NUMBER}:
        return _number(path, value)
    if kind is Kind.FLAG:
        if value.lower() not in {"true", "false"}:
            raise errors.bad_query(f"value {value} is not a boolean for property {path}")
        return value.lower() == "true"
    if kind is Kind.DAY:
        if not is_day(value[:10]):
            raise errors.bad_query(f"value {value} is not a valid date for property {path}")
        return value[:10]
    return value.casefold()


def _number(path: str, value: str) -> Decimal:
    try:
        read = Decimal(value)
    except InvalidOperation:
        read = NOT_A_NUMBER
    if not read.is_finite():
        raise errors.bad_query(f"value {value} is not a valid number for property {path}")
    return read


def predicate(books: Books, entity: Entity, condition: Condition) -> Test:
    """Answer the test that a condition makes of an object."""
    attached = ATTACHED.get(condition.path.lower())
    if attached is not None and entity.name == "Attachable":
        return _attached(attached, condition.values)
    field = field_of(books, entity, condition.path)
    get = getter(books, entity, condition.path)
    if field is not None and field.name == "Id" and condition.operator not in {"=", "IN"}:
        raise errors.bad_query(f"Operator {condition.operator} is not supported for property Id")
    if field is not None and field.kind in {Kind.TEXT, Kind.CHOICE, Kind.REF}:
        get = _folded(get)
    if condition.operator == "LIKE":
        return _like(get, condition.values[0])
    values = typed_values(books, entity, condition)
    if condition.operator == "IN":
        wanted = frozenset(values)
        return lambda one: get(one) in wanted
    return _compare(get, COMPARE[condition.operator], values[0])


def _attached(key: str, values: tuple[str, ...]) -> Test:
    """An attachment is found by what it is attached to (QBO documented)."""
    wanted = frozenset(value.casefold() for value in values)

    def test(one: Stored) -> bool:
        targets = (ref.get("EntityRef") or {} for ref in one.doc().get("AttachableRef") or ())
        return any(str(target.get(key, "")).casefold() in wanted for target in targets)

    return test


def _folded(get: Getter) -> Getter:
    def read(one: Stored) -> Any:
        value = get(one)
        return value.casefold() if isinstance(value, str) else value

    return read


def _compare(get: Getter, compare: Callable[[Any, Any], bool], wanted: Any) -> Test:
    if wanted is None:
        return lambda one: get(one) in (None, "")

    def test(one: Stored) -> bool:
        value = get(one)
        return value is not None and compare(value, wanted)

    return test


def _like(get: Getter, pattern: str) -> Test:
    expression = re.compile(".*".join(re.escape(part) for part in pattern.casefold().split("%")), re.DOTALL)

    def test(one: Stored) -> bool:
        value = get(one)
        return isinstance(value, str) and expression.fullmatch(value) is not None

    return test
