"""Column types that mean the same on SQLite and PostgreSQL: exact money, aware UTC times, packed blobs."""

import datetime as dt
from decimal import Decimal
from typing import Any

import zstandard
from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, Numeric, String, TypeDecorator
from sqlalchemy.types import TypeEngine

_PLAIN, _ZSTD = b"\x00", b"\x01"
_WORTH_PACKING = 200
_compress = zstandard.ZstdCompressor(level=1).compress
_decompress = zstandard.ZstdDecompressor().decompress
_CENTS = Decimal(100)
_CENT = Decimal("0.01")
_TIME_FORMAT_LENGTH = 27


class Money(TypeDecorator[Decimal]):
    """An amount with two decimals: NUMERIC on PostgreSQL, whole cents on SQLite, which has no decimals."""

    impl = Numeric(17, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Store cents where the database has no exact decimals."""
        return dialect.type_descriptor(
            BigInteger() if dialect.name == "sqlite" else Numeric(17, 2, asdecimal=True)
        )

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Turn an amount into what the database keeps."""
        if value is None or dialect.name != "sqlite":
            return value
        return int(value * _CENTS)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn what the database keeps into an amount with two decimals."""
        if value is None or dialect.name != "sqlite":
            return None if value is None else Decimal(value)
        return (Decimal(value) / _CENTS).quantize(_CENT)


def utc_text(value: dt.datetime) -> str:
    """Write an instant so that text order is time order."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware UTC instant; SQLite keeps it as text of one width, so that it sorts and compares."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Store text where the database has no time zones."""
        plain = String(_TIME_FORMAT_LENGTH) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Refuse naive times: they would mean another instant on each machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time has no place in the database")
        return utc_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Return an aware UTC instant."""
        if value is None:
            return None
        if isinstance(value, str):
            return dt.datetime.fromisoformat(value)
        instant: dt.datetime = value
        return instant.astimezone(dt.UTC)


class Packed(TypeDecorator[bytes]):
    """Bytes, compressed behind a codec byte where that pays."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Pack."""
        if value is None:
            return None
        return _ZSTD + _compress(value) if len(value) > _WORTH_PACKING else _PLAIN + value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Unpack."""
        if value is None:
            return None
        return _decompress(value[1:]) if value[:1] == _ZSTD else bytes(value[1:])
