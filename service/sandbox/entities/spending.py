"""Purchase (an expense, a check, a card charge), PurchaseOrder, and the payment of a card's balance."""

from decimal import Decimal

from service.sandbox import errors
from service.sandbox.declare import Effects, Entity, anything, choice, day, flag, money, ref, text
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.purchases import EXPENSE, complete_expense_lines
from service.sandbox.entities.shapes import HOME_TOTAL, address, email, transaction_header
from service.sandbox.entities.transactions import complete_header, own_ledger_account
from service.sandbox.lines import ZERO, amount_of
from service.sandbox.wire import Doc

WRITES = frozenset({"create", "update", "delete"})
EVENTS = frozenset({"Create", "Update", "Delete"})
OWN_NUMBERS = "VendorAndPurchasesPrefs.UseCustomTxnNumbers"
PAYEES = frozenset({"Vendor", "Customer", "Employee"})


def complete_purchase(draft: Draft) -> None:
    """A purchase names the account that pays and, if it likes, who is paid (QBO documented)."""
    for name in ("AccountRef", "PaymentType"):
        if draft.doc.get(name) is None:
            raise errors.missing(name)
    draft.default("Credit", False)
    complete_expense_lines(draft)
    payee = draft.doc.get("EntityRef")
    if isinstance(payee, dict) and payee.get("value"):
        draft.doc["EntityRef"] = _payee(draft, payee)


def _payee(draft: Draft, payee: Doc) -> Doc:
    kind, payee_id = str(payee.get("type", "")).capitalize(), str(payee["value"])
    stored = draft.find(kind, payee_id) if kind in PAYEES else None
    if stored is None:
        raise errors.bad_reference("Names", payee_id)
    return {"value": payee_id, "name": stored.name, "type": kind}


def purchase_effects(doc: Doc) -> Effects:
    """Money leaves the account, or comes back to it where the purchase is a credit."""
    sign = -1 if doc.get("Credit") else 1
    accounts: dict[str, Decimal] = {}
    source = ref_of(doc, "AccountRef")
    if source is not None:
        accounts[source] = -sign * Decimal(doc.get("TotalAmt") or 0)
    for line in doc.get("Line", ()):
        account = ref_of(line.get(EXPENSE[0]) or {}, "AccountRef")
        if account is not None:
            accounts[account] = accounts.get(account, ZERO) + sign * amount_of(line)
    return Effects(accounts=accounts)


def void_purchase(doc: Doc) -> None:
    """All amounts to zero; a person can do that, the API can't (QBO documented)."""
    doc["TotalAmt"] = 0
    for line in doc.get("Line", ()):
        line["Amount"] = 0


def complete_order(draft: Draft) -> None:
    """An order is open until it is billed (QBO documented)."""
    draft.default("POStatus", "Open")
    if draft.doc.get("DocNumber") is None and draft.books.other_preference(OWN_NUMBERS) == "false":
        draft.doc["DocNumber"] = draft.books.next_number("order number")
    complete_expense_lines(draft)
    own_ledger_account(draft, "APAccountRef", "Accounts Payable")


def card_payment_effects(doc: Doc) -> Effects:
    """Money leaves the bank, and less is owed on the card."""
    paid = Decimal(doc.get("Amount") or 0)
    bank, card = ref_of(doc, "BankAccountRef"), ref_of(doc, "CreditCardAccountRef")
    return Effects(accounts={bank: -paid, card: paid} if bank and card else {})


PURCHASE = Entity(
    name="Purchase",
    fields=(
        ref("AccountRef", "Account", find=True),
        ref("PaymentMethodRef", "PaymentMethod"),
        choice("PaymentType", "Cash", "Check", "CreditCard", find=True),
        *anything("PaymentRefNum", "EntityRef"),
        address("RemitToAddr"),
        flag("Credit"),
        money("TotalAmt", find=True, read_only=True),
        *anything("PrintStatus", "PurchaseEx", "TxnNum"),
        *transaction_header(),
        HOME_TOTAL,
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    is_open=True,
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    events=EVENTS | {"Void"},
    complete=complete_purchase,
    effects=purchase_effects,
    void=void_purchase,
)

PURCHASE_ORDER = Entity(
    name="PurchaseOrder",
    fields=(
        address("VendorAddr"),
        address("ShipAddr"),
        email("POEmail"),
        choice("POStatus", "Open", "Closed", find=True),
        *anything("EmailStatus", "DeliveryInfo", "ShipTo", "ShipMethodRef", "Memo"),
        day("DueDate", find=True),
        ref("ClassRef", "Class"),
        ref("SalesTermRef", "Term"),
        *transaction_header(),
        ref("VendorRef", "Vendor", find=True),
        ref("APAccountRef", "Account", find=True),
        money("TotalAmt", find=True, read_only=True),
        text("PrintStatus"),
        HOME_TOTAL,
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    is_open=True,
    required=("VendorRef",),
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    party="VendorRef",
    counts_rows=True,
    events=EVENTS | {"Emailed"},
    complete=complete_order,
)

CREDIT_CARD_PAYMENT = Entity(
    name="CreditCardPayment",
    label="CreditCardPaymentTxn",
    fields=(
        ref("BankAccountRef", "Account"),
        ref("CreditCardAccountRef", "Account"),
        money("Amount"),
        ref("VendorRef", "Vendor"),
        text("CheckNum", 21),
        text("Memo", 4000),
        text("PrintStatus"),
        *transaction_header(),
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    required=("BankAccountRef", "CreditCardAccountRef", "Amount"),
    kept=frozenset({"CurrencyRef", "CustomField"}),
    complete=complete_header,
    effects=card_payment_effects,
)
