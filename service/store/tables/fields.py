"""How columns are declared: keys, instants, texts, big numbers, partial indexes."""

from typing import Any

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from service.store.types import UtcDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def key(**options: Any) -> Any:
    """Declare a part of the primary key."""
    return Field(primary_key=True, **options)


def when(*, nullable: bool = True) -> Any:
    """Declare an instant."""
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def long_text(*, nullable: bool = True) -> Any:
    """Declare a text of any length."""
    return Field(default=None, sa_type=Text, nullable=nullable)


def big(default: int | None = 0) -> Any:
    """Declare a 64-bit number."""
    return Field(default=default, sa_type=BigInteger, nullable=default is None)


def partial(name: str, *columns: str, where: str, unique: bool = False, sqlite: str | None = None) -> Index:
    """Declare an index over the rows that fulfil a condition.

    SQLite uses it only for queries that spell the condition alike: `sqlite` is its spelling.
    """
    return Index(
        name, *columns, unique=unique, sqlite_where=text(sqlite or where), postgresql_where=text(where)
    )
