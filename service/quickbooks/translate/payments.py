"""BillPayment and Payment: lines that link what is paid, and credits that are used, by positive amounts."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from service.core.records import (
    ZERO,
    BillPayment,
    InvoicePayment,
    PaidBill,
    PaidInvoice,
    Unmapped,
    UsedCredit,
    amount_of,
    money,
)
from service.quickbooks.translate import transactions as txn
from service.quickbooks.translate.codecs import OWN_REF, REF, TEXT, Ref
from service.quickbooks.translate.fields import field
from service.quickbooks.translate.lines import sendable
from service.quickbooks.translate.table import Group, Table

CREDITS = frozenset({"VendorCredit", "CreditMemo", "CreditCardCredit"})
"""What a payment uses; what it can pay comes first, and a journal entry or deposit may be either."""
EITHER = frozenset({"JournalEntry", "Deposit"})


class _Linked(Struct):
    TxnId: str
    TxnType: str = ""


class _Line(Struct):
    Amount: Decimal = ZERO
    LinkedTxn: list[_Linked] = []


class PaymentObject(txn.Transaction, kw_only=True):
    """A payment; QuickBooks says of a customer's how much of it pays nothing yet."""

    UnappliedAmt: Decimal | None = None


def _links(wire: Any) -> list[tuple[str, str, Decimal]]:
    return [
        (line.LinkedTxn[0].TxnType, line.LinkedTxn[0].TxnId, money(line.Amount))
        for line in wire.Line or ()
        if line.LinkedTxn
    ]


def _rest(wire: Any, links: list[tuple[str, str, Decimal]], ours: frozenset[str]) -> dict[str, Any]:
    """Return what we don't hold, signed, and what is left: they, our lines and credits make the total."""
    foreign = [(name, key, -paid if name in CREDITS else paid) for name, key, paid in links]
    left = money(wire.TotalAmt) - sum((paid for _, _, paid in foreign), ZERO)
    unapplied = max(left, ZERO) if wire.UnappliedAmt is None else money(wire.UnappliedAmt)
    for at, (name, key, paid) in enumerate(foreign):
        if name in EITHER and left < unapplied:
            foreign[at] = (name, key, -paid)
            left += 2 * paid
    found = tuple(Unmapped(entity=name, quickbooks_id=key, amount=paid) for name, key, paid in foreign)
    return {"unmapped": tuple(each for each in found if each.entity not in ours), "unapplied": left}


def _write_links(
    wanted: Mapping[tuple[str, str], Decimal], before: dict[str, Any], ours: frozenset[str]
) -> list[dict[str, Any]]:
    """Write our links, each on QuickBooks' own line for it, and leave what we don't hold as it is."""
    old = [(_key(line), sendable(line)) for line in before.get("Line") or ()]
    known = dict(old)
    lines = [
        known.get(key, {"LinkedTxn": [{"TxnId": key[1], "TxnType": key[0]}]}) | {"Amount": amount}
        for key, amount in wanted.items()
    ]
    return lines + [line for key, line in old if key is not None and key[0] not in ours]


def _key(line: dict[str, Any]) -> tuple[str, str] | None:
    linked = line.get("LinkedTxn")
    return (linked[0]["TxnType"], linked[0]["TxnId"]) if linked else None


def _summed(rows: Iterable[tuple[str, str, Decimal]]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for name, key, amount in rows:
        found[name, key] = found.get((name, key), ZERO) + amount
    return found


_BILLS = frozenset({"Bill", "VendorCredit"})


def _read_bills(wire: Any) -> dict[str, Any]:
    links = _links(wire)
    return {
        "lines": tuple(
            PaidBill(bill=key, amount=paid) for name, key, paid in sorted(links) if name == "Bill"
        ),
        "credits": tuple(
            UsedCredit(vendor_credit=key, amount=paid)
            for name, key, paid in sorted(links)
            if name == "VendorCredit"
        ),
    } | _rest(wire, links, _BILLS)


def _write_bills(content: BillPayment, before: dict[str, Any]) -> dict[str, Any]:
    wanted = [("Bill", line.bill, line.amount) for line in content.lines]
    wanted += [("VendorCredit", each.vendor_credit, each.amount) for each in content.credits]
    return {"TotalAmt": amount_of(content), "Line": _write_links(_summed(wanted), before, _BILLS)}


_INVOICES = frozenset({"Invoice"})


def _read_invoices(wire: Any) -> dict[str, Any]:
    links = _links(wire)
    paid = tuple(
        PaidInvoice(invoice=key, amount=paid) for name, key, paid in sorted(links) if name == "Invoice"
    )
    return {"lines": paid} | _rest(wire, links, _INVOICES)


def _write_invoices(content: InvoicePayment, before: dict[str, Any]) -> dict[str, Any]:
    wanted = _summed(("Invoice", line.invoice, line.amount) for line in content.lines)
    return {"TotalAmt": amount_of(content), "Line": _write_links(wanted, before, _INVOICES)}


class _Check(Struct):
    BankAccountRef: Ref | None = None


class _Card(Struct):
    CCAccountRef: Ref | None = None


def _read_account(wire: Any) -> dict[str, Any]:
    card = wire.PayType == "CreditCard"
    paid_by = wire.CreditCardPayment if card else wire.CheckPayment
    account = paid_by and (paid_by.CCAccountRef if card else paid_by.BankAccountRef)
    return {"bank_account": account.value if account else None, "card": card}


def _write_account(content: BillPayment, before: dict[str, Any]) -> dict[str, Any]:
    paid_by, account = (
        ("CreditCardPayment", "CCAccountRef") if content.card else ("CheckPayment", "BankAccountRef")
    )
    kept = before.get(paid_by) or {}
    return {
        "PayType": "CreditCard" if content.card else "Check",
        paid_by: kept | {account: {"value": content.bank_account}},
    }


def _derive(wire: Any, content: Any) -> dict[str, Any]:
    """A voided payment has no lines left; the mere use of a credit has a total of 0, too."""
    found = txn.derive(wire, content)
    return found | {"voided": found["voided"] and not content.lines}


REFERENCE = field("reference", "DocNumber", TEXT)
_LINES = {"Line": list[_Line]}
_PAID_BY = {"PayType": str, "CheckPayment": _Check, "CreditCardPayment": _Card}

BILL_PAYMENT = Table(
    document=BillPayment,
    wire=PaymentObject,
    fields=(
        field("vendor", "VendorRef", REF, required=True),
        txn.day_field("paid_on"),
        REFERENCE,
        txn.MEMO,
        txn.CURRENCY,
    ),
    groups=(
        Group(("bank_account", "card"), _PAID_BY, _read_account, _write_account, as_one=True),
        Group(("lines", "credits", "unmapped", "unapplied"), _LINES, _read_bills, _write_bills),
    ),
    derive=_derive,
    asked=("vendor",),
    marker=txn.MARKER,
)
PAYMENT = Table(
    document=InvoicePayment,
    wire=PaymentObject,
    fields=(
        field("customer", "CustomerRef", REF, required=True),
        txn.day_field("received_on"),
        field("deposit_account", "DepositToAccountRef", OWN_REF),
        field("reference", "PaymentRefNum", TEXT),
        txn.MEMO,
        txn.CURRENCY,
    ),
    groups=(Group(("lines", "unmapped", "unapplied"), _LINES, _read_invoices, _write_invoices),),
    derive=_derive,
    asked=("customer",),
    marker=txn.MARKER,
)
