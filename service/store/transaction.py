"""The types of an open transaction and of a row, for those who call repositories and know no SQL."""

from sqlalchemy import Connection, Row

__all__ = ["Connection", "Row"]
