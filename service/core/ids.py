"""The shapes of the ids that we give out; where the randomness comes from is the caller's business."""

import datetime as dt
from typing import Protocol

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_LENGTH, _RANDOM_LENGTH = 10, 16
RANDOM_BITS = _RANDOM_LENGTH * 5
REQUEST_BITS = 128


class Ids(Protocol):
    """Gives out ids."""

    def new(self) -> str:
        """Return an id that sorts by time."""
        ...

    def request(self) -> str:
        """Return a request id for QuickBooks: 32 hex."""
        ...


def sortable_id(now: dt.datetime, bits: int) -> str:
    """Return 26 characters that sort by time: milliseconds, then 80 random bits."""
    milliseconds = int(now.timestamp() * 1000)
    return _digits(milliseconds, _TIME_LENGTH) + _digits(bits, _RANDOM_LENGTH)


def request_id(bits: int) -> str:
    """Return 32 hex digits; QuickBooks takes 36 characters for a batch, 50 for a single write."""
    return f"{bits:032x}"


def _digits(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, digit = divmod(value, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
