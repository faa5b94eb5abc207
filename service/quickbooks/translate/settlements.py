"""What QuickBooks says settles a transaction: the links in its head."""

import msgspec
from msgspec import Struct

_PAYING = {
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
    "BillPayment": "BillPayment",
}
"""QuickBooks calls a bill payment by what it is paid with; credits and journal entries by their own names."""


class _Linked(Struct):
    TxnId: str = ""
    TxnType: str = ""


class _Head(Struct):
    LinkedTxn: list[_Linked] | None = None


_HEAD = msgspec.json.Decoder(_Head)
_NOT_SETTLING = frozenset({"PurchaseOrder", "ReimburseCharge", "Estimate", "TimeActivity"})


def settled_by(raw: bytes) -> list[tuple[str, str]]:
    """Return the entity and id of each transaction that settles this one, each once."""
    linked = _HEAD.decode(raw).LinkedTxn or []
    found = (
        (_PAYING.get(each.TxnType, each.TxnType), each.TxnId)
        for each in linked
        if each.TxnType not in _NOT_SETTLING
    )
    return list(dict.fromkeys(found))
