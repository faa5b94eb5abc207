"""The database's own clock as a SQL expression: leases are compared by it alone, not by a process's clock."""

import datetime as dt
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from service.store.types import UtcDateTime


class database_time(FunctionElement[dt.datetime]):  # noqa: N801 - reads as SQL's own functions do
    """The present instant, shifted by a number of seconds (a literal or a bind)."""

    type = UtcDateTime()
    inherit_cache = True
    name = "database_time"

    def __init__(self, seconds: ColumnElement[Any] | float = 0) -> None:
        super().__init__(seconds)


@compiles(database_time, "postgresql")
def _postgresql(element: database_time, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + make_interval(secs => {seconds}))"


@compiles(database_time, "sqlite")
def _sqlite(element: database_time, compiler: Any, **options: Any) -> str:
    """`utc_in` is registered on every connection; the simulation gives it the virtual clock."""
    return f"utc_in({compiler.process(element.clauses, **options)})"
