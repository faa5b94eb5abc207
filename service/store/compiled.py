"""Statements that SQLAlchemy would compile anew at each execution, compiled once for each driver.

Those with ON CONFLICT have no cache key there: compiling them cost a fifth of a small sync's time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.sql.compiler import Compiled

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class CompiledOnce:
    """A statement for each database, by the dialect's name; `columns` are its parameters if it names none."""

    def __init__(self, statements: Mapping[str, Any], columns: Sequence[str] | None = None) -> None:
        self._statements = statements
        self._columns = list(columns) if columns is not None else None
        self._compiled: dict[tuple[str, str], Compiled] = {}

    def execute(self, connection: Connection, parameters: Parameters) -> CursorResult[Any]:
        """Run it with these parameters, or once for each of several."""
        dialect = connection.dialect
        key = dialect.name, dialect.driver
        compiled = self._compiled.get(key)
        if compiled is None:
            statement = self._statements[dialect.name]
            compiled = statement.compile(dialect=dialect, column_keys=self._columns)
            self._compiled[key] = compiled
        result: CursorResult[Any] = connection.execute(compiled, parameters)  # type: ignore[arg-type]
        return result
