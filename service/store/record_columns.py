"""The promoted columns of a record: what of its document is filtered, summed or paired by."""

from decimal import Decimal
from typing import Any

from service.core.match import match_key
from service.core.payments import standing
from service.core.records import (
    ZERO,
    Bill,
    Document,
    Invoice,
    Itemised,
    Payment,
    amount_of,
    date_of,
    encode,
    name_of,
    number_of,
    party_of,
)


def columns_of(
    document: Document,
    *,
    amount_before: Decimal | None = None,
    balance_before: Decimal | None = None,
    status_before: str | None = None,
) -> dict[str, Any]:
    """Return the document and the columns that follow from it.

    What is applied to a transaction (amount less balance, both as they were) stays applied.
    """
    amount = amount_of(document)
    applied = ZERO
    if amount_before is not None and balance_before is not None:
        applied = amount_before - balance_before
    has_balance = isinstance(document, Itemised)
    return {
        "document": encode(document).decode(),
        "name": name_of(document),
        "number": number_of(document),
        "party": party_of(document),
        "issued_on": date_of(document),
        "due_on": document.due_on if isinstance(document, Bill | Invoice) else None,
        "currency": getattr(document, "currency", None),
        "amount": amount,
        "balance": amount - applied if has_balance and amount is not None else None,
        "status": _status(document, amount, applied, status_before),
        "match_key": match_key(document),
    }


def _status(document: Document, amount: Decimal | None, applied: Decimal, before: str | None) -> str | None:
    if isinstance(document, Payment):
        return document.status.value
    if not isinstance(document, Itemised) or amount is None:
        return None
    return standing(amount, applied, scheduled=before == "scheduled").status.value
