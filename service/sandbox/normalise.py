"""What a client sent, as the engine wants it: known properties, typed, measured, references as ids.

Null and the empty string mean "no value" (a tolerance that real clients rely on); read-only properties are
ignored (QBO documented).
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from service.sandbox import errors
from service.sandbox.declare import Entity, Field, Kind
from service.sandbox.knobs import Knobs
from service.sandbox.times import is_day
from service.sandbox.wire import Doc

CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 15
ADDRESS = "PhysicalAddress"


def amount(value: Decimal) -> Decimal | int:
    """Round to two decimals; zero is the integer that QuickBooks writes."""
    try:
        rounded = value.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        raise errors.bad_number("Amount", value, code="2140") from None
    return rounded if rounded else 0


def quantity(value: Decimal) -> Decimal | int:
    """Drop trailing zeros."""
    if value == value.to_integral_value():
        return int(value)
    return value.normalize()


def to_decimal(field: str, value: Any, code: str = "2090") -> Decimal:
    """Read a number, also one in quotes."""
    if isinstance(value, bool):
        raise errors.bad_number(field, value, code=code)
    try:
        read = Decimal(str(value).strip())
    except InvalidOperation:
        raise errors.bad_number(field, value, code=code) from None
    if not read.is_finite() or abs(read) >= LARGEST:
        raise errors.bad_number(field, value, code=code)
    return read


def _text(field: Field, value: Any, _knobs: Knobs) -> Any:
    if isinstance(value, dict | list):
        raise errors.unknown_property(field.name, field.name, ())
    if isinstance(value, str):
        written = value
    else:
        written = str(value).lower() if isinstance(value, bool) else str(value)
    if field.limit is not None and len(written) > field.limit:
        raise errors.bad_length(field.name, field.limit, len(written))
    if field.refused and any(one in field.refused for one in written):
        raise errors.bad_characters(field.name)
    return written


def _money(field: Field, value: Any, _knobs: Knobs) -> Any:
    return amount(to_decimal(field.name, value, "2140"))


def _number(field: Field, value: Any, _knobs: Knobs) -> Any:
    return quantity(to_decimal(field.name, value))


def _flag(field: Field, value: Any, _knobs: Knobs) -> Any:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise errors.bad_number(field.name, value, code="2170")
    return value


def _day(field: Field, value: Any, _knobs: Knobs) -> Any:
    day = str(value)[:10]
    if not is_day(day):
        raise errors.bad_number(field.name, value, code="2110")
    return day


def _choice(field: Field, value: Any, _knobs: Knobs) -> Any:
    if value not in field.choices:
        raise errors.bad_number(field.name, value, code="2170")
    return value


def _ref(field: Field, value: Any, _knobs: Knobs) -> Any:
    if not isinstance(value, dict):
        raise errors.unknown_property(field.name, "ReferenceType", ("value", "name", "type"))
    for key in value:
        if key not in {"value", "name", "type"}:
            raise errors.unknown_property(key, "ReferenceType", ("value", "name", "type"))
    target = value.get("value")
    if target is None or target == "":
        return None
    return {"value": str(target)}


def _shape(field: Field, value: Any, knobs: Knobs) -> Any:
    if not isinstance(value, dict):
        raise errors.unknown_property(field.name, field.owner, field.inner)
    inner = field.inner
    if field.owner == ADDRESS and not knobs.address_limits:
        inner = {name: replace(one, limit=None) for name, one in inner.items()}
    return compact(_fields(inner, value, field.owner, knobs)) or None


def _rows(field: Field, value: Any, knobs: Knobs) -> Any:
    listed = value if isinstance(value, list) else [value]
    rows = []
    for one in listed:
        if not isinstance(one, dict):
            raise errors.unknown_property(field.name, field.owner, field.inner)
        rows.append(compact(_fields(field.inner, one, field.owner, knobs)))
    return rows


def _any(_field: Field, value: Any, _knobs: Knobs) -> Any:
    return value


READERS: dict[Kind, Callable[[Field, Any, Knobs], Any]] = {
    Kind.TEXT: _text,
    Kind.MONEY: _money,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.INSTANT: _any,
    Kind.CHOICE: _choice,
    Kind.REF: _ref,
    Kind.SHAPE: _shape,
    Kind.ROWS: _rows,
    Kind.ANY: _any,
}


def _fields(known: dict[str, Field], body: Doc, owner: str, knobs: Knobs) -> Doc:
    read: Doc = {}
    for key, value in body.items():
        field = known.get(key)
        if field is None:
            raise errors.unknown_property(key, owner, known)
        if field.read_only:
            continue
        read[key] = None if value is None or value == "" else READERS[field.kind](field, value, knobs)
    return read


def compact(doc: Doc) -> Doc:
    """Drop what has no value."""
    return {key: value for key, value in doc.items() if value is not None}


def normalise(entity: Entity, body: Doc, knobs: Knobs) -> Doc:
    """Read a request body; a property with None was sent to be emptied."""
    if not entity.is_open:
        return _fields(entity.by_name, body, entity.name, knobs)
    known = {key: value for key, value in body.items() if key in entity.by_name}
    return {**body, **_fields(entity.by_name, known, entity.name, knobs)}


def normalise_recorded(entity: Entity, body: Doc) -> Doc:
    """Read a recorded object: amounts get their form, everything else stays as it is, known or not."""
    return {key: _recorded(entity.by_name.get(key), value) for key, value in body.items()}


def _recorded(field: Field | None, value: Any) -> Any:
    if field is None:
        return value
    if field.kind is Kind.MONEY and not isinstance(value, bool | dict | list) and value is not None:
        return amount(to_decimal(field.name, value))
    if field.kind is Kind.NUMBER and isinstance(value, Decimal):
        return quantity(value)
    if field.kind is Kind.TEXT and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if field.kind is Kind.REF and isinstance(value, dict) and "value" in value:
        return {**value, "value": str(value["value"])}
    if field.kind is Kind.SHAPE and isinstance(value, dict):
        return {key: _recorded(field.inner.get(key), one) for key, one in value.items()}
    if field.kind is Kind.ROWS and isinstance(value, list):
        return [_recorded_row(field, one) for one in value]
    return value


def _recorded_row(field: Field, row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {key: _recorded(field.inner.get(key), one) for key, one in row.items()}
