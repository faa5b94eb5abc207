"""The type of an open transaction, for those who call repositories and know no SQL."""

from sqlalchemy import Connection

__all__ = ["Connection"]
