"""BillPayment: how what is owed to vendors goes down, by check, by card, or by a credit without money."""

from decimal import Decimal

from service.sandbox import errors
from service.sandbox.declare import Effects, Entity, anything, choice, money, ref, shape, text
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.purchases import PURCHASE_EVENTS, PURCHASE_OPERATIONS
from service.sandbox.entities.shapes import HOME_TOTAL, transaction_header
from service.sandbox.entities.transactions import (
    check_currencies,
    complete_header,
    ledger_key,
    refuse_duplicate_number,
)
from service.sandbox.lines import ZERO, amount_of, linked, linked_before
from service.sandbox.wire import Doc

PAY_DETAILS = {
    "Check": ("CheckPayment", "BankAccountRef", "Bank"),
    "CreditCard": ("CreditCardPayment", "CCAccountRef", "Credit Card"),
}
CHECK_PAYMENT = (ref("BankAccountRef", "Account"), text("PrintStatus"), *anything("CheckDetail"))
CARD_PAYMENT = (ref("CCAccountRef", "Account"), *anything("CCDetail"))
PAYABLE = ("Bill", "VendorCredit", "JournalEntry", "Deposit")


def complete_bill_payment(draft: Draft) -> None:
    """Fill in the header, and read each line's link."""
    complete_header(draft, "VendorRef")
    doc = draft.doc
    if doc.get("TotalAmt") is None:
        raise errors.missing("TotalAmt")
    if doc.get("PayType") is None:
        raise errors.missing("PayType")
    section, account, _ = PAY_DETAILS[doc["PayType"]]
    if ref_of(doc.get(section) or {}, account) is None:
        raise errors.missing(f"{section}.{account}")
    if section == "CheckPayment":
        doc[section].setdefault("PrintStatus", "NotSet")
    doc["Line"] = [_payment_line(line) for line in doc.get("Line") or ()]


def _payment_line(line: Doc) -> Doc:
    target = linked(line)
    if target is None:
        raise errors.missing("Line.LinkedTxn")
    if target[0] not in PAYABLE:
        raise errors.bad_number("Line.LinkedTxn.TxnType", target[0], code="2170")
    if line.get("Amount") is None:
        raise errors.missing("Line.Amount")
    if line["Amount"] < 0:
        raise errors.business("The amount of a payment's line can't be negative.")
    return {"Amount": line["Amount"], "LinkedTxn": [{"TxnId": target[1], "TxnType": target[0]}]}


def check_bill_payment(draft: Draft) -> None:
    """Bills of this vendor, the right kind of account, and at least as much money as the lines ask for."""
    doc = draft.doc
    check_currencies(draft, "Vendor", "VendorRef")
    if doc["PayType"] == "Check":
        refuse_duplicate_number(draft, None, draft.books.other_preference("WarnDuplicateCheckNumber"))
    section, name, kind = PAY_DETAILS[doc["PayType"]]
    account = draft.find("Account", ref_of(doc[section], name))
    if account is not None and draft.books.column(account, "AccountType") != kind:
        raise errors.by_code("6430", "Invalid account type used in the request: a payment needs " + kind)
    net = ZERO
    for line in doc["Line"]:
        target_kind, target_id = linked(line) or ("", "")
        net += -amount_of(line) if target_kind == "VendorCredit" else amount_of(line)
        _check_target(draft, target_kind, target_id)
    if doc["TotalAmt"] < 0 or doc["TotalAmt"] < net:
        raise errors.business(
            f"The total of the payment {doc['TotalAmt']} is less than what its lines come to, {net}."
        )


def _check_target(draft: Draft, kind: str, target_id: str) -> None:
    target = draft.find(kind, target_id)
    if target is None and (kind, target_id) in linked_before(draft):
        return
    if target is None:
        raise errors.bad_reference(kind, target_id)
    if kind in {"Bill", "VendorCredit"}:
        if draft.books.column(target, "VendorRef") != draft.ref("VendorRef"):
            raise errors.business("All transactions that a payment is applied to must be of its vendor.")
        if draft.books.column(target, "CurrencyRef") != draft.ref("CurrencyRef"):
            raise errors.business("A payment must be in the currency of what it pays.")


def bill_payment_effects(doc: Doc) -> Effects:
    """Money leaves the bank or the card is charged; bills and credits are used up by their lines."""
    paid = Decimal(doc.get("TotalAmt") or 0)
    accounts: dict[str, Decimal] = {}
    section, name, _ = PAY_DETAILS.get(str(doc.get("PayType")), ("CheckPayment", "BankAccountRef", ""))
    source = ref_of(doc.get(section) or {}, name)
    if source is not None:
        accounts[source] = -paid
    accounts[ledger_key(doc, "APAccountRef", "Accounts Payable")] = paid
    applied: dict[tuple[str, str], Decimal] = {}
    for line in doc.get("Line", ()):
        target = linked(line)
        if target is not None and target[0] in {"Bill", "VendorCredit"}:
            applied[target] = applied.get(target, ZERO) + amount_of(line)
    vendor = ref_of(doc, "VendorRef")
    return Effects(accounts=accounts, parties={("Vendor", vendor): -paid} if vendor else {}, applied=applied)


def void_bill_payment(doc: Doc) -> None:
    """Header kept, amount zero, lines gone (QBO documented)."""
    doc["TotalAmt"] = 0
    doc["Line"] = []


BILL_PAYMENT = Entity(
    name="BillPayment",
    fields=(
        ref("VendorRef", "Vendor", find=True),
        choice("PayType", *PAY_DETAILS, find=True),
        shape("CheckPayment", CHECK_PAYMENT, "BillPaymentCheck"),
        shape("CreditCardPayment", CARD_PAYMENT, "BillPaymentCreditCard"),
        ref("APAccountRef", "Account", find=True),
        money("TotalAmt", find=True),
        *anything("ProcessBillPayment"),
        *transaction_header(),
        HOME_TOTAL,
    ),
    operations=PURCHASE_OPERATIONS | {"void"},
    sequence="txn",
    transaction=True,
    required=("VendorRef",),
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    party="VendorRef",
    link_type="BillPaymentCheck",
    counts_rows=True,
    events=PURCHASE_EVENTS | {"Void"},
    complete=complete_bill_payment,
    check=check_bill_payment,
    effects=bill_payment_effects,
    void=void_bill_payment,
)
