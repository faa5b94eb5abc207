"""Bill: what a vendor asks us to pay."""

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from service.core.match import join_note, split_note
from service.core.records import ZERO, Bill, BillLine, amount_of, money
from service.quickbooks.translate.wire import (
    TEXT_DECODER,
    MetaData,
    Observed,
    Ref,
    Translator,
    cleared,
    day,
    observed,
    text,
)

_ACCOUNT_LINE = "AccountBasedExpenseLineDetail"
_ITEM_LINE = "ItemBasedExpenseLineDetail"
_LEAKED = frozenset({"LineEx", "CustomExtensions"})
"""Keys that QuickBooks answers and may refuse when they are sent back."""


class _AccountDetail(Struct, rename="pascal"):
    account_ref: Ref | None = None


class _ItemDetail(Struct, rename="pascal"):
    item_ref: Ref | None = None


class _Line(Struct, rename="pascal"):
    id: str | None = None
    amount: Decimal = ZERO
    description: str | None = None
    detail_type: str = _ACCOUNT_LINE
    account_based_expense_line_detail: _AccountDetail | None = None
    item_based_expense_line_detail: _ItemDetail | None = None


class _Tax(Struct, rename="pascal"):
    total_tax: Decimal = ZERO


class _Bill(Struct, rename="pascal"):
    id: str
    vendor_ref: Ref
    sync_token: str = "0"
    doc_number: str | None = None
    txn_date: str | None = None
    due_date: str | None = None
    currency_ref: Ref | None = None
    private_note: str | None = None
    line: list[_Line] = []
    txn_tax_detail: _Tax | None = None
    total_amt: Decimal = ZERO
    balance: Decimal | None = None
    meta_data: MetaData | None = None


_DECODER = msgspec.json.Decoder(_Bill)


def project(raw: bytes) -> Observed:
    """Read a Bill."""
    wire = _DECODER.decode(raw)
    memo, marker = split_note(wire.private_note)
    currency = wire.currency_ref.value if wire.currency_ref else None
    content = Bill(
        vendor=wire.vendor_ref.value,
        issued_on=day(wire.txn_date),
        number=text(wire.doc_number),
        due_on=day(wire.due_date),
        currency=currency,
        memo=memo,
        lines=tuple(map(_line, wire.line)),
        tax=(money(wire.txn_tax_detail.total_tax) or ZERO) if wire.txn_tax_detail else ZERO,
    )
    return observed(
        content,
        meta=wire.meta_data,
        sync_token=wire.sync_token,
        id=wire.id,
        raw=raw,
        marker=marker,
        currency=currency,
        amount=money(wire.total_amt),
        balance=None if wire.balance is None else money(wire.balance),
        unsupported=_unsupported(wire, content),
    )


def _line(wire: _Line) -> BillLine:
    detail = wire.account_based_expense_line_detail
    account = detail.account_ref.value if detail and detail.account_ref else None
    return BillLine(
        id=wire.id, amount=money(wire.amount), description=text(wire.description), account=account
    )


def _unsupported(wire: _Bill, content: Bill) -> tuple[str, ...]:
    """Name what would be lost if this bill were taken: it waits instead."""
    found = []
    for line in wire.line:
        if line.detail_type == _ITEM_LINE:
            item = line.item_based_expense_line_detail
            found.append(f"item {item.item_ref.value}" if item and item.item_ref else "an item")
        elif line.detail_type != _ACCOUNT_LINE:
            found.append(f"a line of type {line.detail_type}")
    if not found and amount_of(content) != wire.total_amt:
        found.append("a total that its lines and tax don't add up to")
    return tuple(found)


def create(content: Bill, marker: str | None) -> dict[str, Any]:
    """Write a new Bill; the marker is the last line of its PrivateNote."""
    body: dict[str, Any] = {
        "VendorRef": {"value": content.vendor},
        "Line": [_new_line(line) for line in content.lines],
    }
    body |= _dates(content, ("issued_on", "due_on"))
    if content.number:
        body["DocNumber"] = content.number
    if content.currency:
        body["CurrencyRef"] = {"value": content.currency}
    if note := join_note(content.memo, marker):
        body["PrivateNote"] = note
    if content.tax:
        body["TxnTaxDetail"] = {"TotalTax": content.tax}
    return body


def update(content: Bill, fields: tuple[str, ...], raw: bytes, sync_token: int) -> dict[str, Any]:
    """Write a sparse update; lines go whole, each built on QuickBooks' own line.

    QuickBooks asks for the vendor in each update of a bill: its own, unless that changes.
    """
    before: dict[str, Any] = TEXT_DECODER.decode(raw)
    vendor = content.vendor if "vendor" in fields else before["VendorRef"]["value"]
    body: dict[str, Any] = {"sparse": True, "SyncToken": str(sync_token), "VendorRef": {"value": vendor}}
    body |= _dates(content, tuple(name for name in fields if name in _DATES))
    if "number" in fields:
        body["DocNumber"] = cleared(content.number)
    if "memo" in fields:
        body["PrivateNote"] = join_note(content.memo, split_note(before.get("PrivateNote"))[1])
    if "currency" in fields and content.currency:
        body["CurrencyRef"] = {"value": content.currency}
    if "tax" in fields:
        body["TxnTaxDetail"] = _changed_tax(content.tax, before.get("TxnTaxDetail") or {})
    if "lines" in fields:
        old = {line.get("Id"): line for line in before.get("Line", [])}
        body["Line"] = [_changed_line(line, old.get(line.id)) for line in content.lines]
    return body


_DATES = {"issued_on": "TxnDate", "due_on": "DueDate"}


def _dates(content: Bill, names: tuple[str, ...]) -> dict[str, Any]:
    return {_DATES[name]: value for name in names if (value := getattr(content, name)) is not None}


def _changed_tax(tax: Decimal, before: dict[str, Any]) -> dict[str, Any]:
    """The lines of the tax add up to the old total: QuickBooks works them out anew."""
    kept = {name: value for name, value in before.items() if name != "TaxLine"}
    return kept | {"TotalTax": tax}


def _new_line(line: BillLine) -> dict[str, Any]:
    wire: dict[str, Any] = {"Amount": line.amount, "DetailType": _ACCOUNT_LINE}
    if line.description:
        wire["Description"] = line.description
    wire[_ACCOUNT_LINE] = {"AccountRef": {"value": line.account}}
    return wire


def _changed_line(line: BillLine, before: dict[str, Any] | None) -> dict[str, Any]:
    if line.id is None or before is None:
        return _new_line(line)
    wire = {name: value for name, value in before.items() if name not in _LEAKED}
    wire["Amount"] = line.amount
    if line.description or "Description" in wire:
        wire["Description"] = cleared(line.description)
    if line.account:
        wire[_ACCOUNT_LINE] = {**wire.get(_ACCOUNT_LINE, {}), "AccountRef": {"value": line.account}}
    return wire


TRANSLATOR = Translator(project, create, update)
