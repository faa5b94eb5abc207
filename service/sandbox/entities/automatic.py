"""What QuickBooks does by itself: it links credits to charges, and payments to invoices, where told to."""

from decimal import Decimal

from service.sandbox.declare import Aftermath
from service.sandbox.draft import Draft
from service.sandbox.lines import ZERO
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc

NOTE = "Created by QB Online to link credits to charges."
OTHER_SIDE = {"Invoice": "CreditMemo", "CreditMemo": "Invoice"}
OPENING_NOTE = "Opening Balance"


def apply_credits(draft: Draft) -> Aftermath:
    """Pay a new invoice by the customer's credits, or with a new credit his oldest invoices (recorded).

    The payment is of 0.00, has no account and bears a note of its own.
    """
    if not draft.books.preference("SalesFormsPrefs", "AutoApplyCredit"):
        return
    own = draft.find(draft.entity.name, draft.id)
    left = own.balance if own is not None and own.balance else ZERO
    lines = list(_shares(draft, OTHER_SIDE[draft.entity.name], left))
    if not lines:
        return
    used = sum((Decimal(line["Amount"]) for line in lines), ZERO)
    yield (
        "Payment",
        {
            "CustomerRef": {"value": draft.ref("CustomerRef")},
            "TotalAmt": 0,
            "PrivateNote": NOTE,
            "Line": [_line(draft.entity.name, draft.id, used), *lines],
        },
    )


def lines_for_payment(draft: Draft) -> list[Doc]:
    """Spread a payment without lines over the open invoices, the oldest first (AutoApplyPayments)."""
    if not draft.is_new or not draft.books.preference("SalesFormsPrefs", "AutoApplyPayments"):
        return []
    return list(_shares(draft, "Invoice", Decimal(draft.doc["TotalAmt"])))


def _shares(draft: Draft, kind: str, left: Decimal) -> "list[Doc]":
    lines: list[Doc] = []
    for stored in _open(draft, kind):
        part = min(left, stored.balance or ZERO)
        if part <= 0:
            break
        lines.append(_line(kind, stored.id, part))
        left -= part
    return lines


def _open(draft: Draft, kind: str) -> list[Stored]:
    customer, currency = draft.ref("CustomerRef"), draft.ref("CurrencyRef")
    found = [
        one
        for one in draft.books.shelves[kind].by_party([customer or ""])
        if one.balance and draft.books.column(one, "CurrencyRef") == currency
    ]
    return sorted(found, key=lambda one: (draft.books.column(one, "TxnDate"), len(one.id), one.id))


def _line(kind: str, txn_id: str, amount: Decimal) -> Doc:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}


def open_balance(draft: Draft) -> Aftermath:
    """Book the opening balance of a new vendor or customer as a bill or an invoice (QBO documented)."""
    whole, day = draft.sent.get("Balance"), draft.doc.get("OpenBalanceDate")
    equity = draft.books.account_of_type("Equity", name="Opening Balance Equity")
    if not whole or not day or equity is None:
        return
    vendor = draft.entity.name == "Vendor"
    kind = "AccountBasedExpenseLineDetail" if vendor else "SalesItemLineDetail"
    detail: Doc = {"AccountRef": {"value": equity}} if vendor else {"TaxCodeRef": {"value": "NON"}}
    yield (
        "Bill" if vendor else "Invoice",
        {
            "VendorRef" if vendor else "CustomerRef": {"value": draft.id},
            "TxnDate": day,
            "CurrencyRef": draft.doc["CurrencyRef"],
            "PrivateNote": OPENING_NOTE,
            "Line": [{"Amount": whole, "Description": OPENING_NOTE, "DetailType": kind, kind: detail}],
        },
    )
