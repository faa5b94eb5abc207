"""Estimate, SalesReceipt and RefundReceipt: sales forms that leave nothing open."""

from dataclasses import replace
from decimal import Decimal

from service.sandbox import errors
from service.sandbox.declare import Effects, Links, anything, day, no_effects, text
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.sales import SALES_EVENTS, complete_sale, sales_form
from service.sandbox.wire import Doc

WRITES = frozenset({"create", "update", "delete"})


def complete_estimate(draft: Draft) -> None:
    """An estimate is pending until somebody decides; it has a counter of its own (recorded)."""
    draft.default("TxnStatus", "Pending")
    complete_sale(draft, "estimate number")


def complete_receipt(draft: Draft) -> None:
    """Money that is received without an account to go to is undeposited; nothing stays open (recorded)."""
    if draft.ref("DepositToAccountRef") is None:
        found = draft.books.undeposited_funds()
        if found is not None:
            draft.doc["DepositToAccountRef"] = {"value": found}
    complete_sale(draft)
    draft.doc["Balance"] = 0


def complete_refund(draft: Draft) -> None:
    """A refund says where its money comes from (QBO documented)."""
    if draft.ref("DepositToAccountRef") is None:
        raise errors.missing("DepositToAccountRef")
    complete_sale(draft)
    draft.doc["Balance"] = 0


def _moves(doc: Doc, sign: int) -> Effects:
    account = ref_of(doc, "DepositToAccountRef")
    return Effects(accounts={account: Decimal(doc.get("TotalAmt") or 0) * sign} if account else {})


def receipt_effects(doc: Doc) -> Effects:
    """The money goes into the account of the receipt."""
    return _moves(doc, 1)


def refund_effects(doc: Doc) -> Effects:
    """The money leaves it."""
    return _moves(doc, -1)


ESTIMATE = replace(
    sales_form(
        "Estimate",
        (day("ExpirationDate"), text("AcceptedBy"), day("AcceptedDate")),
        (day("DueDate", find=True),),
        complete_estimate,
        no_effects,
    ),
    operations=WRITES,
    balance=None,
    links=Links.WHEN_LINKED,
    void=None,
    events=frozenset({"Create", "Update", "Delete", "Emailed"}),
)

SALES_RECEIPT = replace(
    sales_form("SalesReceipt", anything("CreditCardPayment"), (), complete_receipt, receipt_effects),
    required=(),
    balance=None,
    links=Links.WHEN_LINKED,
)

REFUND_RECEIPT = replace(
    sales_form(
        "RefundReceipt",
        anything("CreditCardPayment", "CheckPayment", "PaymentType"),
        (),
        complete_refund,
        refund_effects,
    ),
    required=(),
    balance=None,
    links=Links.WHEN_LINKED,
    events=SALES_EVENTS,
)
