"""The promoted columns of a record: what of its document is filtered, summed or paired by."""

from decimal import Decimal
from typing import Any

from service.core.match import match_key
from service.core.records import ZERO, Bill, Document, amount_of, encode, name_of, number_of, party_of


def columns_of(
    document: Document, *, amount_before: Decimal | None = None, balance_before: Decimal | None = None
) -> dict[str, Any]:
    """Return the document and the columns that follow from it.

    What is applied to a transaction (amount less balance, both as they were) stays applied.
    """
    amount = amount_of(document)
    applied = ZERO
    if amount_before is not None and balance_before is not None:
        applied = amount_before - balance_before
    is_bill = isinstance(document, Bill)
    return {
        "document": encode(document).decode(),
        "name": name_of(document),
        "number": number_of(document),
        "party": party_of(document),
        "issued_on": document.issued_on if isinstance(document, Bill) else None,
        "due_on": document.due_on if isinstance(document, Bill) else None,
        "currency": document.currency if isinstance(document, Bill) else None,
        "amount": amount,
        "balance": None if amount is None else amount - applied,
        "status": _status(amount, applied) if is_bill else None,
        "match_key": match_key(document),
    }


def _status(amount: Decimal | None, applied: Decimal) -> str:
    if not applied or amount is None:
        return "open"
    return "paid" if amount == applied else "partially_paid"
