"""INSERT … ON CONFLICT for both databases, built once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from service.store.compiled import CompiledOnce


class Upsert:
    """Inserts rows, or updates the given columns where the key exists; one executemany for many rows."""

    def __init__(self, table: Table, *, key: Iterable[str], columns: Iterable[str] | None = None) -> None:
        self._key = tuple(key)
        names = tuple(columns) if columns is not None else tuple(table.columns.keys())
        kept = tuple(name for name in names if name not in self._key)
        self._statement = CompiledOnce(
            {
                dialect: self._build(insert(table), names, kept)
                for dialect, insert in (("sqlite", sqlite.Insert), ("postgresql", postgresql.Insert))
            }
        )

    def _build(self, insert: Any, names: tuple[str, ...], kept: tuple[str, ...]) -> Any:
        statement = insert.values({name: bindparam(name) for name in names})
        if not kept:
            return statement.on_conflict_do_nothing(index_elements=self._key)
        return statement.on_conflict_do_update(
            index_elements=self._key, set_={name: statement.excluded[name] for name in kept}
        )

    def run(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """Write the rows; none at all is no statement."""
        if rows:
            self._statement.execute(connection, rows)
