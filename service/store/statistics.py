"""Planner statistics: PostgreSQL plans badly on tables that were never analysed, and a first import is
faster than its autovacuum."""

from sqlalchemy import Connection, text

MANY = 500
"""Rows in one transaction from which the statistics are worth a look."""


def refresh(connection: Connection, *tables: str) -> None:
    """Analyse tables, with what this transaction has put into them; SQLite needs none of it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {', '.join(tables)}"))
