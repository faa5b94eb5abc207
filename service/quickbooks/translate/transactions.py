"""What all transactions share: a day, a currency, a note with our marker, and what they come to."""

from decimal import Decimal
from typing import Any

from service.core.records import ZERO, amount_of, money
from service.quickbooks.translate.codecs import DAY, NOTE, OWN_REF, REF, TAX, TEXT
from service.quickbooks.translate.fields import Field, field
from service.quickbooks.translate.table import WireObject


class Transaction(WireObject, kw_only=True):
    """A transaction; voiding leaves it with a total of 0 and "Voided" before its note."""

    PrivateNote: str | None = None
    TotalAmt: Decimal = ZERO
    Balance: Decimal | None = None


NUMBER = field("number", "DocNumber", TEXT)
ISSUED_ON = field("issued_on", "TxnDate", DAY)
DUE_ON = field("due_on", "DueDate", DAY)
CURRENCY = field("currency", "CurrencyRef", OWN_REF)
MEMO = field("memo", "PrivateNote", NOTE)
LOCATION = field("location", "DepartmentRef", REF)
TOTAL_TAX = field("tax", "TxnTaxDetail", TAX)
MARKER = "PrivateNote"


def day_field(name: str) -> Field:
    """Declare the day of a transaction."""
    return field(name, "TxnDate", DAY)


def derive(wire: Any, _content: Any) -> dict[str, Any]:
    """Read what QuickBooks works out: total and balance, and whether it was voided."""
    return {
        "amount": money(wire.TotalAmt),
        "balance": None if wire.Balance is None else money(wire.Balance),
        "voided": not wire.TotalAmt and (wire.PrivateNote or "").startswith("Voided"),
    }


def odd_total(wire: Any, content: Any) -> list[str]:
    """Name a total that what we hold doesn't add up to."""
    return [] if amount_of(content) == wire.TotalAmt else ["a total that its lines and tax don't add up to"]
