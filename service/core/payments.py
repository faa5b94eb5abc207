"""Balances and statuses: what is derived from money that moved."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from service.core.records import ZERO


class Status(StrEnum):
    """Where a bill stands."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    VOIDED = "voided"


class Standing(NamedTuple):
    """A bill's open balance and its status."""

    balance: Decimal
    status: Status


def standing(amount: Decimal, quickbooks_balance: Decimal | None) -> Standing:
    """Return where a bill stands; a linked one follows what QuickBooks says is open."""
    balance = amount if quickbooks_balance is None else quickbooks_balance
    if balance == amount:
        return Standing(balance, Status.OPEN)
    return Standing(balance, Status.PAID if balance == ZERO else Status.PARTIALLY_PAID)
