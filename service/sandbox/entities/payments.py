"""Payment: how what customers owe goes down, by money or by a credit memo."""

from decimal import Decimal
from typing import Any

from service.sandbox import errors
from service.sandbox.declare import Effects, Entity, Links, anything, flag, money, number, ref, text
from service.sandbox.draft import BY_ITSELF, Draft, ref_of
from service.sandbox.entities.automatic import lines_for_payment
from service.sandbox.entities.sales import RECEIVABLE, SALES_EVENTS
from service.sandbox.entities.shapes import transaction_header
from service.sandbox.entities.transactions import check_currencies, complete_header, ledger_key
from service.sandbox.lines import ZERO, amount_of, linked, linked_before
from service.sandbox.normalise import amount
from service.sandbox.wire import Doc

PAYMENT_TARGETS = ("Invoice", "CreditMemo", "JournalEntry", "Expense", "Check", "CreditCardCredit", "Deposit")
CREDITS = frozenset({"CreditMemo"})


def complete_payment(draft: Draft) -> None:
    """Fill in the account, and how much is left to apply (recorded)."""
    doc = draft.doc
    complete_header(draft, "CustomerRef")
    if doc.get("TotalAmt") is None:
        raise errors.missing("TotalAmt")
    if draft.ref("DepositToAccountRef") is None and draft.options != BY_ITSELF:
        found = draft.books.undeposited_funds()
        if found is not None:
            doc["DepositToAccountRef"] = {"value": found}
    draft.default("ProcessPayment", False)
    doc["Line"] = [_applied_line(draft, line) for line in doc.get("Line") or lines_for_payment(draft)]
    count_unapplied(doc)


def count_unapplied(doc: Doc) -> None:
    """What was received and is not applied."""
    doc["UnappliedAmt"] = amount(Decimal(doc["TotalAmt"]) - net_applied(doc))


def _applied_line(draft: Draft, line: Doc) -> Doc:
    target = linked(line)
    if target is None:
        raise errors.missing("Line.LinkedTxn")
    if line.get("Amount") is None:
        raise errors.missing("Line.Amount")
    if target[0] not in PAYMENT_TARGETS:
        raise errors.bad_number("Line.LinkedTxn.TxnType", target[0], code="2170")
    stored = draft.find(target[0], target[1])
    extra: dict[str, str] = {"txnId": target[1]}
    if stored is not None:
        already = (draft.entity.effects(draft.old) if draft.old else Effects()).applied.get(target, ZERO)
        extra["txnOpenBalance"] = f"{(stored.balance or ZERO) + already:.2f}"
        extra["txnReferenceNumber"] = str(stored.doc().get("DocNumber") or "")
    return {
        "Amount": line["Amount"],
        "LinkedTxn": [{"TxnId": target[1], "TxnType": target[0]}],
        "LineEx": {"any": [_name_value(name, value) for name, value in extra.items()]},
    }


def _name_value(name: str, value: str) -> dict[str, Any]:
    """Answer one of the Java objects that leak into a payment's lines (recorded)."""
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }


def net_applied(doc: Doc) -> Decimal:
    """Answer what a payment's lines use of its money: invoices less credits."""
    net = ZERO
    for line in doc.get("Line", ()):
        target = linked(line)
        if target is not None:
            net += -amount_of(line) if target[0] in CREDITS else amount_of(line)
    return net


def check_payment(draft: Draft) -> None:
    """Invoices of this customer, and no more applied than was received."""
    doc = draft.doc
    check_currencies(draft, "Customer", "CustomerRef")
    for line in doc["Line"]:
        kind, target_id = linked(line) or ("", "")
        target = draft.find(kind, target_id)
        if target is None and (kind, target_id) in linked_before(draft):
            continue
        if target is None:
            raise errors.bad_reference(kind, target_id)
        if target.entity.party and draft.books.column(target, "CustomerRef") != draft.ref("CustomerRef"):
            raise errors.business("All transactions that a payment is applied to must be of its customer.")
    if doc["TotalAmt"] < 0 or doc["UnappliedAmt"] < 0:
        raise errors.business("The amount of the payment is less than what is applied.")


def payment_effects(doc: Doc) -> Effects:
    """Money arrives; invoices and credits are used up by their lines."""
    received = Decimal(doc.get("TotalAmt") or 0)
    accounts = {ledger_key(doc, "ARAccountRef", RECEIVABLE): -received}
    into = ref_of(doc, "DepositToAccountRef")
    if into is not None:
        accounts[into] = accounts.get(into, ZERO) + received
    applied: dict[tuple[str, str], Decimal] = {}
    for line in doc.get("Line", ()):
        target = linked(line)
        if target is not None and target[0] in {"Invoice", "CreditMemo"}:
            applied[target] = applied.get(target, ZERO) + amount_of(line)
    customer = ref_of(doc, "CustomerRef")
    return Effects(
        accounts=accounts, parties={("Customer", customer): -received} if customer else {}, applied=applied
    )


def void_payment(doc: Doc) -> None:
    """Nothing received, nothing applied (QBO documented)."""
    doc["TotalAmt"] = 0
    doc["UnappliedAmt"] = 0
    doc["Line"] = []


PAYMENT = Entity(
    name="Payment",
    fields=(
        ref("CustomerRef", "Customer", find=True),
        ref("DepositToAccountRef", "Account", find=True, named=False),
        ref("PaymentMethodRef", "PaymentMethod", find=True, named=False),
        text("PaymentRefNum", 21, find=True),
        money("TotalAmt", find=True),
        money("UnappliedAmt", read_only=True),
        flag("ProcessPayment"),
        *anything("ARAccountRef", "CreditCardPayment", "PaymentType"),
        *transaction_header(),
        number("HomeTotalAmt", read_only=True),
    ),
    operations=frozenset({"create", "update", "delete", "void"}),
    sequence="txn",
    transaction=True,
    required=("CustomerRef",),
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    party="CustomerRef",
    links=Links.WHEN_LINKED,
    link_type="Payment",
    events=SALES_EVENTS,
    complete=complete_payment,
    check=check_payment,
    effects=payment_effects,
    void=void_payment,
    recount=count_unapplied,
)
