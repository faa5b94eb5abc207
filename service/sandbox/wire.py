"""JSON as QuickBooks writes it: decimals as numbers, amounts with two decimals, zero as `0`."""

from decimal import Decimal
from typing import Any

import msgspec

Doc = dict[str, Any]

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_keys = msgspec.json.Encoder(decimal_format="number", order="sorted")


def decode(body: bytes) -> Any:
    """Read JSON with Decimal fractions; raises msgspec.DecodeError."""
    try:
        return _decoder.decode(body)
    except RecursionError:
        raise msgspec.DecodeError("JSON is nested too deeply") from None


def encode(value: Any) -> bytes:
    """Write JSON, keys in the order they were put in."""
    return _encoder.encode(value)


def fingerprint(value: Any) -> bytes:
    """Write JSON with sorted keys, to compare two requests."""
    return _keys.encode(value)


def plain(value: Any) -> Any:
    """Answer a deep copy of a JSON value, with our decimals, whatever numbers it was made of."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
