"""JournalEntry, as far as it moves funds from one account to another: one debit and one credit."""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from service.core.records import ZERO, FundsTransfer, money
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import Ref
from service.quickbooks.translate.lines import sendable
from service.quickbooks.translate.table import Group, Table

_DETAIL = "JournalEntryLineDetail"


class _Posting(Struct):
    PostingType: str = ""
    AccountRef: Ref | None = None


class _Line(Struct):
    Amount: Decimal = ZERO
    JournalEntryLineDetail: _Posting | None = None


class Entry(txn.Transaction, kw_only=True):
    """A journal entry; its number is where our marker stands."""

    DocNumber: str | None = None


def _postings(wire: Any, side: str) -> list[_Line]:
    lines = [line for line in wire.Line or () if line.JournalEntryLineDetail]
    return [line for line in lines if line.JournalEntryLineDetail.PostingType == side]


def _account(lines: list[_Line]) -> str:
    detail = lines[0].JournalEntryLineDetail if lines else None
    return detail.AccountRef.value if detail and detail.AccountRef else ""


def _read(wire: Any) -> dict[str, Any]:
    debits, credits = _postings(wire, "Debit"), _postings(wire, "Credit")
    return {
        "to_account": _account(debits),
        "from_account": _account(credits),
        "amount": money(sum((line.Amount for line in debits), ZERO)),
    }


def _write(content: FundsTransfer, before: dict[str, Any]) -> dict[str, Any]:
    sides = (("Debit", content.to_account), ("Credit", content.from_account))
    old = {
        line[_DETAIL]["PostingType"]: sendable(line) for line in before.get("Line") or () if _DETAIL in line
    }
    lines = []
    for side, account in sides:
        line = old.get(side, {"DetailType": _DETAIL})
        detail = line.get(_DETAIL, {}) | {"PostingType": side, "AccountRef": {"value": account}}
        lines.append(line | {"Amount": content.amount, _DETAIL: detail})
    return {"Line": lines}


def _derive(wire: Any, content: FundsTransfer) -> dict[str, Any]:
    """QuickBooks' own total of a journal entry is always 0."""
    is_transfer = [len(wire.Line or ()), len(_postings(wire, "Debit")), len(_postings(wire, "Credit"))] == [
        2,
        1,
        1,
    ]
    return {
        "amount": content.amount,
        "unsupported": () if is_transfer else ("more than one debit and one credit",),
    }


JOURNAL_ENTRY = Table(
    document=FundsTransfer,
    wire=Entry,
    fields=(txn.day_field("moved_on"), txn.CURRENCY, txn.MEMO),
    groups=(Group(("from_account", "to_account", "amount"), {"Line": list[_Line]}, _read, _write),),
    derive=_derive,
    marker="DocNumber",
)
