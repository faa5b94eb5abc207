"""What a query asks for, once its text has been understood."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "<", ">", "<=", ">=", "IN", "LIKE"]
DEFAULT_PAGE = 100
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Condition:
    """`property operator values`; values are texts as written, booleans and numbers included."""

    path: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """One property to sort by."""

    path: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole query; `count` asks for the number of rows only."""

    entity: str
    count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[Ordering, ...] = ()
    start: int = 1
    limit: int = DEFAULT_PAGE
    columns: tuple[str, ...] = ()
