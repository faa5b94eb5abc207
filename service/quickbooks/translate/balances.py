"""What QuickBooks says of an account's money; it is no content, since nobody edits it."""

from decimal import Decimal

import msgspec
from msgspec import Struct

from service.core.records import ZERO, money


class _Account(Struct):
    Id: str
    CurrentBalance: Decimal = ZERO


_DECODER = msgspec.json.Decoder(_Account)


def read_balance(raw: bytes) -> tuple[str, Decimal]:
    """Return the id of an account and its CurrentBalance."""
    account = _DECODER.decode(raw)
    return account.Id, money(account.CurrentBalance)
