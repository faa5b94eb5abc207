"""The types of fields that callers send: strict where two readings are possible, with QuickBooks' limits."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from service.core.records import CENT, MONEY_LIMIT, ZERO, rate

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$"
_ID = re.compile(ID_PATTERN[:-1] + r"\Z")
RATE_DECIMALS = 7
RATE_LIMIT = Decimal("99999999999")
"""What QuickBooks takes as a quantity or a price."""
_AMOUNT = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BATCH = "batch"
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


def fault(code: str, detail: str, *, field: str | None = None) -> PydanticCustomError:
    """Make a validation error with a code of ours; `field` names the field of a model-wide one."""
    return PydanticCustomError(code, detail, {"field": field, "field_code": True})


def is_id(value: str) -> bool:
    """Say whether callers may use this as an id."""
    return _ID.match(value) is not None and value != _BATCH


def _check_id(value: str) -> str:
    if not is_id(value):
        raise fault("invalid_id", "An id has 1 to 64 letters, digits and . _ ~ - and isn't the word batch")
    return value


def _one_line(value: str) -> str:
    if _CONTROL.search(value):
        raise fault("forbidden_character", "It must not have tabs, line breaks or other control characters")
    return value


def without(characters: str) -> Callable[[str], str]:
    """Refuse texts with one of these characters: QuickBooks doesn't take them in names."""

    def check(value: str) -> str:
        for each in characters:
            if each in value:
                raise fault("forbidden_character", f"It must not have the character {each}")
        return value

    return check


def _read_amount(value: Any) -> Decimal:
    """Read an amount from a string or a number, exactly."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise fault("invalid_amount", 'An amount is a string with two decimals, as in "120.00"')
    if isinstance(value, str) and not _AMOUNT.match(value):
        raise fault("invalid_amount", 'An amount is written as in "120.00"')
    try:
        amount = Decimal(value)
        if not amount.is_finite() or abs(amount) > MONEY_LIMIT:
            raise fault("amount_too_large", f"An amount is at most {MONEY_LIMIT}")
        exponent = amount.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -2:
            raise fault("too_many_decimals", "An amount has at most two decimals")
        return amount.quantize(CENT) + ZERO
    except InvalidOperation:
        raise fault("invalid_amount", "The amount can't be read") from None


def _read_rate(value: Any) -> Decimal:
    """Read a quantity or a price, exactly."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise fault("invalid_number", 'It is written as in "4.5"')
    if isinstance(value, str) and not _AMOUNT.match(value):
        raise fault("invalid_number", 'It is written as in "4.5"')
    found = Decimal(value)
    if not found.is_finite() or abs(found) > RATE_LIMIT:
        raise fault("number_too_large", f"It is at most {RATE_LIMIT}")
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -RATE_DECIMALS:
        raise fault("too_many_decimals", f"It has at most {RATE_DECIMALS} decimals")
    return rate(found)


def _read_day(value: Any) -> dt.date:
    if not isinstance(value, str) or not _DAY.match(value):
        raise fault("invalid_date", "A date is written YYYY-MM-DD")
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise fault("invalid_date", "There is no such day") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise fault("date_out_of_range", f"A date lies between {FIRST_DAY} and {LAST_DAY}")
    return day


def _check_email(value: str) -> str:
    name, _, domain = value.rpartition("@")
    if not name or "." not in domain or " " in value:
        raise fault("invalid_email", "An e-mail address has an @ and a domain with a dot")
    return value


def _check_instant(value: dt.datetime) -> dt.datetime:
    if not FIRST_DAY.year < value.year <= LAST_DAY.year:
        raise fault("date_out_of_range", f"An instant lies between {FIRST_DAY} and {LAST_DAY}")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_check_instant)]
Id = Annotated[
    str, Field(json_schema_extra={"pattern": ID_PATTERN, "maxLength": 64}), AfterValidator(_check_id)
]
ONE_LINE = AfterValidator(_one_line)
Amount = Annotated[
    Decimal,
    BeforeValidator(_read_amount),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$"}, {"type": "number"}],
            "examples": ["120.00"],
        }
    ),
]
Rate = Annotated[
    Decimal,
    BeforeValidator(_read_rate),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": r"^-?\d{1,11}(\.\d{1,7})?$"}, {"type": "number"}],
            "examples": ["4.5"],
        }
    ),
]
"""A quantity or a price, with as many decimals as it needs."""
Day = Annotated[dt.date, BeforeValidator(_read_day)]
Email = Annotated[
    str, Field(max_length=100, json_schema_extra={"format": "email"}), ONE_LINE, AfterValidator(_check_email)
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["USD"])]
Money = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", examples=["120.00"], description="Two decimals.")]
"""An amount in an answer."""
Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["4.5"])]
"""A quantity or a price in an answer."""


class Input(BaseModel):
    """What callers send: texts trimmed, empty ones null, read-only fields dropped, unknown ones refused."""

    model_config = ConfigDict(extra="forbid")
    read_only: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        return {name: _trimmed(value) for name, value in content.items() if name not in cls.read_only}


def _trimmed(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value
