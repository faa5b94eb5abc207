"""Conditions spelt out in statements: a partial index is used only where its condition can be read there."""

from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.sql.expression import ColumnElement


def one_of(column: ColumnElement[Any], *values: str) -> ColumnElement[bool]:
    """Say that a column has one of a few fixed values, which are words of ours."""
    if not all(value.isidentifier() for value in values):
        raise ValueError("only plain words are spelt out")
    spelt: list[ColumnElement[Any]] = [literal_column(f"'{value}'") for value in values]
    return column == spelt[0] if len(spelt) == 1 else column.in_(spelt)
