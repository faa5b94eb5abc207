"""CreditMemo: what a customer got credit for; read to be named, never written."""

from typing import Any

from service.core.records import CreditMemo, money
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import REF
from service.quickbooks.translate.fields import field
from service.quickbooks.translate.table import Group, Table


def _read_amount(wire: Any) -> dict[str, Any]:
    return {"amount": money(wire.TotalAmt)}


def _write_nothing(_content: CreditMemo, _before: dict[str, Any]) -> dict[str, Any]:
    return {}


CREDIT_MEMO = Table(
    document=CreditMemo,
    wire=txn.Transaction,
    fields=(
        field("customer", "CustomerRef", REF, required=True),
        txn.ISSUED_ON,
        txn.NUMBER,
        txn.CURRENCY,
        txn.MEMO,
    ),
    groups=(Group(("amount",), {}, _read_amount, _write_nothing),),
    derive=txn.derive,
    asked=("customer",),
    marker=txn.MARKER,
)
