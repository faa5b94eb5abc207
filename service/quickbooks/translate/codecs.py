"""How single values stand in QuickBooks' JSON, and which of its spellings are one value to us.

A codec's `read` takes what the decoder made of the property (None where it is absent) and answers our value;
`write` takes our value and what QuickBooks has at that place, and answers what to send. `LEAVE` is for what
can't be said: the property is left out.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from service.core.match import join_note, split_note, strip_deleted
from service.core.records import ZERO, Address, money, rate


class Codec(NamedTuple):
    """One way in which a value is spelled; `wire` is the type that the decoder expects.

    `same` lists JSON texts that QuickBooks uses for one value; `null` also stands for an absent property.
    """

    wire: Any
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], Any]
    same: tuple[tuple[str, ...], ...] = ()


class Ref(Struct, frozen=True):
    """A reference; its name is resolved when it is read and is no content."""

    value: str
    name: str | None = None


LEAVE: Final = msgspec.UNSET


def day(value: str | None) -> dt.date | None:
    """Read a date; None where QuickBooks has none or sends something else."""
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        return None


def text(value: str | None) -> str | None:
    """Read a text; an empty one is none."""
    return value or None


def cleared(value: Any) -> Any:
    """Write a value into a sparse update: an absent property keeps its old value, an empty one clears it."""
    return "" if value is None else value


def _ref(value: Ref | None) -> str | None:
    return text(value.value) if value else None


def _price(value: Decimal | None) -> Decimal | None:
    return rate(value) if value else None


_NOTHING = ("null", '""')
_REFS = ('{"value":"5"}', '{"value":"5","name":"Five"}', '{"name":"Cinq","type":"Vendor","value":"5"}')

TEXT = Codec(str, text, lambda value, _: cleared(value), (_NOTHING,))
"""Absent, null and empty are one."""

OWN_TEXT = Codec(str, text, lambda value, _: LEAVE if value is None else value, (_NOTHING,))
"""A text that QuickBooks fills in where nobody gives one, and that can't be taken away."""

WORD = Codec(str, lambda value: value or "", lambda value, _: value)
"""One of QuickBooks' own words, never empty."""

_DELETED = ('"Ash"', '"Ash (deleted)"', '"Ash (deleted) 2"')
NAME = Codec(str, strip_deleted, lambda value, _: value, (_DELETED,))
"""The " (deleted)" behind an inactive entry's name is QuickBooks' and no part of it."""

DAY = Codec(str, day, lambda value, _: LEAVE if value is None else value, ((*_NOTHING, '"0000-00-00"'),))
"""A day that nobody set is QuickBooks' to set."""

REF = Codec(
    Ref,
    _ref,
    lambda value, _: None if value is None else {"value": value},
    (_REFS, ("null", '{"value":""}')),
)
"""Only the id counts; the name beside it is looked up when it is read."""

OWN_REF = Codec(Ref, _ref, lambda value, _: LEAVE if value is None else {"value": value}, (_REFS,))
"""A reference that QuickBooks fills in where nobody gives one, and that can't be taken away."""

NOTE = Codec(
    str,
    lambda value: split_note(value)[0],
    lambda value, before: join_note(value, split_note(before)[1]),
    (
        (*_NOTHING, '"sync:abcdefghijkl"'),
        ('"March"', '"March\\nsync:abcdefghijkl"', '"March\\nsync:lkjihgfedcba"'),
    ),
)
"""What people wrote; the line with our marker is no part of it, and stays."""

MONEY = Codec(
    Decimal,
    lambda value: ZERO if value is None else money(value),
    lambda value, _: value,
    (("337.5", "337.50", '"337.50"'), ("null", "0", "0.00")),
)
"""337.5 and 337.50 are one; absent is 0."""


class _Tax(Struct):
    TotalTax: Decimal = ZERO


def _write_tax(value: Decimal, before: dict[str, Any] | None) -> Any:
    if not value and before is None:
        return LEAVE
    return {name: each for name, each in (before or {}).items() if name != "TaxLine"} | {"TotalTax": value}


TAX = Codec(
    _Tax,
    lambda value: money(value.TotalTax) if value and value.TotalTax else ZERO,
    _write_tax,
    (("null", "{}", '{"TotalTax":0}', '{"TotalTax":0.0}'),),
)
"""The lines of the tax add up to the old total: QuickBooks works them out anew."""

RATE = Codec(
    Decimal,
    lambda value: None if value is None else rate(value),
    lambda value, _: value,
    (("4.5", "4.50"), ("75", "75.00")),
)
"""A quantity: 4.5 and 4.50 are one, as many decimals as it has."""

PRICE = Codec(
    Decimal,
    _price,
    lambda value, _: 0 if value is None else value,
    (("4.5", "4.50"), ("null", "0", "0.00")),
)
"""As a quantity; QuickBooks answers 0 where nobody set a price."""

ACTIVE = Codec(bool, lambda value: value is False, lambda value, _: not value, (("null", "true"),))
"""Ours says archived; who doesn't say is active."""

FLAG = Codec(bool, bool, lambda value, _: value, (("null", "false"),))
"""Absent is false."""

_BILLABLE = {True: "Billable", False: "NotBillable"}


def _is_billable(value: str | None) -> bool:
    return value in ("Billable", "HasBeenBilled")


BILLABLE = Codec(
    str,
    _is_billable,
    lambda value, before: LEAVE if value == _is_billable(before) else _BILLABLE[value],
    (("null", '"NotBillable"'), ('"Billable"', '"HasBeenBilled"')),
)
"""What was billed by now could be: QuickBooks alone says so, and it stays."""
_CODES = {True: "TAX", False: "NON"}

TAXABLE = Codec(
    Ref,
    lambda value: _ref(value) not in (None, "NON"),
    lambda value, before: before if before and _is_taxed(before) == value else {"value": _CODES[value]},
    (("null", '{"value":"NON"}'), ('{"value":"TAX"}', '{"value":"5"}')),
)
"""US companies know TAX and NON; another code that says the same stays."""


def _is_taxed(before: dict[str, Any]) -> bool:
    return before.get("value") != "NON"


class _Address(Struct, rename="pascal"):
    line1: str | None = None
    line2: str | None = None
    line3: str | None = None
    line4: str | None = None
    line5: str | None = None
    city: str | None = None
    country_sub_division_code: str | None = None
    postal_code: str | None = None
    country: str | None = None


_ADDRESS = {name: name for name in Address.__struct_fields__} | {"region": "country_sub_division_code"}
_ADDRESS_WIRE = dict(zip(_Address.__struct_fields__, _Address.__struct_encode_fields__, strict=True))
_LOCATED = ("Lat", "Long")
"""Where QuickBooks thinks the old address lies."""


def _read_address(value: _Address | None) -> Address | None:
    if value is None:
        return None
    address = Address(**{ours: text(getattr(value, theirs)) for ours, theirs in _ADDRESS.items()})
    return address if address != Address() else None


def _write_address(value: Address | None, before: dict[str, Any] | None) -> dict[str, Any]:
    kept = {name: each for name, each in (before or {}).items() if name not in _LOCATED}
    fresh = {_ADDRESS_WIRE[theirs]: getattr(value or Address(), ours) for ours, theirs in _ADDRESS.items()}
    if before is None:
        return {name: each for name, each in fresh.items() if each is not None}
    return kept | {name: cleared(each) for name, each in fresh.items()}


ADDRESS = Codec(
    _Address,
    _read_address,
    _write_address,
    (
        ("null", "{}", '{"Id":"7","Line1":"","Lat":"48.4"}'),
        ('{"City":"Ulm"}', '{"Id":"7","City":"Ulm","Lat":"48.4","Long":"INVALID"}'),
    ),
)
"""An address keeps its id in QuickBooks; one without a line is none."""
