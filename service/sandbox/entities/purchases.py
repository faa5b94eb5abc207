"""Bill and VendorCredit: what is owed to vendors."""

from datetime import date, timedelta
from decimal import Decimal

from service.sandbox import errors
from service.sandbox.declare import Effects, Entity, Links, anything, day, money, ref
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.shapes import HOME_BALANCE, HOME_TOTAL, address, transaction_header
from service.sandbox.entities.transactions import (
    check_currencies,
    check_tax,
    complete_header,
    ledger_key,
    own_ledger_account,
    refuse_duplicate_number,
    refuse_other_party,
)
from service.sandbox.lines import (
    ZERO,
    amount_of,
    check_products,
    in_line_order,
    number_lines,
    require_lines,
    tax_of,
    total,
)
from service.sandbox.normalise import amount
from service.sandbox.wire import Doc

EXPENSE = ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail")
PURCHASE_OPERATIONS = frozenset({"create", "update", "delete"})
PURCHASE_EVENTS = frozenset({"Create", "Update", "Delete"})


def due_date(draft: Draft, default_term: str | None = None) -> str:
    """Answer the date that the term makes of the transaction's date; that date itself without a term."""
    start = date.fromisoformat(str(draft.doc["TxnDate"]))
    term = draft.find("Term", draft.ref("SalesTermRef") or default_term)
    if term is None:
        return start.isoformat()
    terms = term.doc()
    if terms.get("DayOfMonthDue") is None:
        return (start + timedelta(days=int(terms.get("DueDays") or 0))).isoformat()
    following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    month = start if start.day <= int(terms["DayOfMonthDue"]) else following
    last = (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return month.replace(day=min(int(terms["DayOfMonthDue"]), last.day)).isoformat()


def _complete_expense(draft: Draft) -> None:
    complete_expense_lines(draft)
    own_ledger_account(draft, "APAccountRef", "Accounts Payable")


def complete_expense_lines(draft: Draft) -> None:
    """Fill in the header, read and number the lines, and add them up (recorded)."""
    complete_header(draft, "VendorRef")
    require_lines(draft, *EXPENSE, "DescriptionOnly")
    check_products(draft.doc["Line"])
    number_lines(draft)
    draft.doc["Line"] = [_complete_line(line) for line in draft.doc["Line"]]
    check_tax(draft, *EXPENSE)
    draft.doc["TotalAmt"] = amount(total(draft.doc["Line"]) + tax_of(draft.doc))


def _complete_line(line: Doc) -> Doc:
    kind = line["DetailType"]
    detail = line.get(kind)
    if kind in EXPENSE and isinstance(detail, dict):
        needed = "AccountRef" if kind == EXPENSE[0] else "ItemRef"
        if ref_of(detail, needed) is None:
            raise errors.missing(f"Line.{kind}.{needed}")
        detail.setdefault("BillableStatus", "NotBillable")
        detail.setdefault("TaxCodeRef", {"value": "NON"})
    line.setdefault("LinkedTxn", [])
    line.setdefault("CustomExtensions", [])
    return in_line_order(line)


def complete_bill(draft: Draft) -> None:
    """Fill in what a bill's answer shows (recorded)."""
    _complete_expense(draft)
    if draft.doc.get("DueDate") is None:
        draft.doc["DueDate"] = due_date(draft)


def check_expense(draft: Draft) -> None:
    """No negative total, no other vendor while linked, no number twice where the company warns."""
    if draft.doc["TotalAmt"] < 0:
        raise errors.business("Transaction amount must be 0 or greater.")
    check_currencies(draft, "Vendor", "VendorRef")
    refuse_other_party(draft, "VendorRef")
    if draft.entity.name == "Bill":
        among = "VendorRef" if draft.books.knobs.duplicate_bill_scope == "vendor" else None
        refuse_duplicate_number(draft, among, draft.books.other_preference("WarnDuplicateBillNumber"))
    for line in draft.doc["Line"]:
        account = draft.find("Account", ref_of(line.get(EXPENSE[0]) or {}, "AccountRef"))
        if account is not None and draft.books.column(account, "AccountType") == "Accounts Payable":
            text = "You can't use an Accounts Payable account on a line of this transaction."
            code = draft.books.knobs.payable_line
            raise errors.business(text) if code == "6000" else errors.by_code(code, text)
        if (line.get(str(line["DetailType"])) or {}).get("BillableStatus") == "Billable":
            _needs_customer(line)


def _needs_customer(line: Doc) -> None:
    if ref_of(line[line["DetailType"]], "CustomerRef") is None:
        detail = "If you use a billable expense, you must select a customer"
        raise errors.SandboxFault("6310", "Billable expense needs a customer", detail)


def _expense_effects(doc: Doc, sign: int) -> Effects:
    """An expense is debited, the vendor's account credited; a vendor credit is the other way round."""
    whole = Decimal(doc.get("TotalAmt") or 0) * sign
    accounts: dict[str, Decimal] = {}
    accounts[ledger_key(doc, "APAccountRef", "Accounts Payable")] = -whole
    for line in doc.get("Line", ()):
        account = ref_of(line.get(EXPENSE[0]) or {}, "AccountRef")
        if account is not None:
            accounts[account] = accounts.get(account, ZERO) + amount_of(line) * sign
    vendor = ref_of(doc, "VendorRef")
    return Effects(accounts=accounts, parties={("Vendor", vendor): whole} if vendor else {})


def bill_effects(doc: Doc) -> Effects:
    """A bill raises what is owed."""
    return _expense_effects(doc, 1)


def credit_effects(doc: Doc) -> Effects:
    """A vendor credit lowers it."""
    return _expense_effects(doc, -1)


BILL = Entity(
    name="Bill",
    fields=(
        ref("SalesTermRef", "Term", named=False, find=True),
        day("DueDate", find=True),
        *anything("ReimbursableType"),
        address("VendorAddr"),
        address("RemitToAddr"),
        money("Balance", find=True, read_only=True),
        HOME_BALANCE,
        *anything("IncludeInAnnualTPAR", "LessCIS"),
        *transaction_header(),
        ref("VendorRef", "Vendor", find=True),
        ref("APAccountRef", "Account", find=True),
        money("TotalAmt", find=True, read_only=True),
        HOME_TOTAL,
    ),
    operations=PURCHASE_OPERATIONS,
    sequence="txn",
    transaction=True,
    required=("VendorRef",),
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    party="VendorRef",
    balance="Balance",
    links=Links.WHEN_LINKED,
    counts_rows=True,
    events=PURCHASE_EVENTS,
    complete=complete_bill,
    check=check_expense,
    effects=bill_effects,
)

VENDOR_CREDIT = Entity(
    name="VendorCredit",
    fields=(
        address("VendorAddr"),
        money("Balance", find=True, read_only=True),
        *anything("LessCIS"),
        *transaction_header(),
        ref("VendorRef", "Vendor", find=True),
        ref("APAccountRef", "Account", find=True),
        money("TotalAmt", find=True, read_only=True),
        HOME_TOTAL,
        HOME_BALANCE,
    ),
    operations=PURCHASE_OPERATIONS,
    sequence="txn",
    transaction=True,
    required=("VendorRef",),
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    party="VendorRef",
    balance="Balance",
    links=Links.WHEN_LINKED,
    counts_rows=True,
    events=PURCHASE_EVENTS,
    complete=_complete_expense,
    check=check_expense,
    effects=credit_effects,
)
