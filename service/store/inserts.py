"""INSERT … ON CONFLICT DO NOTHING for both databases: who inserted is known without an error."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


class InsertOnce:
    """Inserts a row unless its key (or its partial unique index) is taken."""

    def __init__(self, table: Table, *, key: Iterable[str], where: Any = None) -> None:
        names = [column.name for column in table.primary_key]
        self._statements: dict[str, Any] = {
            dialect: insert(table)
            .on_conflict_do_nothing(index_elements=list(key), index_where=where)
            .returning(*(table.c[name] for name in names))
            for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
        }

    def run(self, connection: Connection, row: dict[str, Any]) -> bool:
        """Insert the row; say whether it was free."""
        statement = self._statements[connection.dialect.name]
        return connection.execute(statement, row).first() is not None
