"""Invoice and CreditMemo: what customers owe."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from service.sandbox import errors
from service.sandbox.declare import (
    Effects,
    Entity,
    Field,
    Links,
    anything,
    day,
    money,
    ref,
)
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.automatic import apply_credits
from service.sandbox.entities.custom_fields import settle_custom_fields
from service.sandbox.entities.purchases import due_date
from service.sandbox.entities.shapes import HOME_BALANCE, HOME_TOTAL, address, email, transaction_header
from service.sandbox.entities.transactions import (
    check_currencies,
    check_tax,
    complete_header,
    ledger_key,
    limit_taxable_lines,
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

SALES_LINES = (
    "SalesItemLineDetail",
    "DescriptionOnly",
    "DiscountLineDetail",
    "SubTotalLineDetail",
    "GroupLineDetail",
)
SOLD = frozenset({"SalesItemLineDetail", "GroupLineDetail"})
AUTO_NUMBER = "allowautodocnum"
RECEIVABLE = "Accounts Receivable"
SALES_EVENTS = frozenset({"Create", "Update", "Delete", "Void", "Emailed"})


def complete_sale(draft: Draft, counter: str = "sale number") -> None:
    """Fill in what every sales form shows, numbered from one of the company's counters (recorded)."""
    doc = draft.doc
    complete_header(draft, "CustomerRef")
    _count_discounts(draft)
    require_lines(draft, *SALES_LINES)
    doc["Line"] = [line for line in doc["Line"] if line["DetailType"] != "SubTotalLineDetail"]
    if not doc["Line"]:
        raise errors.missing("Line")
    check_products(doc["Line"])
    limit_taxable_lines(draft)
    number_lines(draft)
    doc["Line"] = [_sales_line(line) for line in doc["Line"]]
    check_tax(draft, "SalesItemLineDetail")
    sold = sum((amount_of(one) for one in doc["Line"] if one["DetailType"] != "DiscountLineDetail"), ZERO)
    discount = total(doc["Line"]) - sold
    settle_custom_fields(draft)
    doc["Line"].append({"Amount": amount(sold), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}})
    draft.default("TxnTaxDetail", {"TotalTax": 0})
    draft.default("ApplyTaxAfterDiscount", False)
    draft.default("PrintStatus", "NeedToPrint")
    draft.default("EmailStatus", "NotSet")
    doc["TotalAmt"] = amount(sold - discount + tax_of(doc))
    _number_sale(draft, counter)
    _copy_addresses(draft)


def _count_discounts(draft: Draft) -> None:
    """A discount in percent of what is sold needs no amount: QuickBooks counts it (QBO documented)."""
    lines = draft.doc.get("Line") or ()
    sold = sum((amount_of(one) for one in lines if one.get("DetailType") in SOLD), ZERO)
    for line in lines:
        detail = line.get("DiscountLineDetail") or {}
        percent = detail.get("DiscountPercent")
        if detail.get("PercentBased") and percent is not None:
            line["Amount"] = amount(sold * Decimal(percent) / 100)


def _sales_line(line: Doc) -> Doc:
    detail = line.get("SalesItemLineDetail")
    if line["DetailType"] == "SalesItemLineDetail" and isinstance(detail, dict):
        detail.setdefault("TaxCodeRef", {"value": "NON"})
    return in_line_order(line)


def _number_sale(draft: Draft, counter: str) -> None:
    """QuickBooks numbers sales itself, unless told not to (recorded); allowautodocnum asks for it again."""
    own = draft.books.preference("SalesFormsPrefs", "CustomTxnNumbers") and AUTO_NUMBER not in draft.options
    if draft.doc.get("DocNumber") is None and not own:
        draft.doc["DocNumber"] = draft.books.next_number(counter)


def _copy_addresses(draft: Draft) -> None:
    customer = draft.find("Customer", draft.ref("CustomerRef"))
    known = customer.doc() if customer is not None and draft.is_new else {}
    for name in ("BillAddr", "ShipAddr"):
        if name in draft.entity.by_name and known.get(name) is not None:
            draft.default(name, known[name])


def complete_invoice(draft: Draft) -> None:
    """Fill in what an invoice's answer shows (recorded)."""
    for name in (
        "AllowIPNPayment",
        "AllowOnlinePayment",
        "AllowOnlineCreditCardPayment",
        "AllowOnlineACHPayment",
    ):
        draft.default(name, False)
    complete_sale(draft)
    if draft.doc.get("DueDate") is None:
        sales = draft.books.preferences.get("SalesFormsPrefs") or {}
        # The company's own term counts without being shown (recorded).
        draft.doc["DueDate"] = due_date(draft, ref_of(sales, "DefaultTerms"))


def check_sale(draft: Draft) -> None:
    """No negative total, items on each line, no other customer while something is linked."""
    if draft.doc["TotalAmt"] < 0:
        raise errors.business("Transaction amount must be 0 or greater.")
    if draft.doc.get("EmailStatus") == "NeedToSend" and not draft.doc.get("BillEmail"):
        raise errors.missing("BillEmail")
    check_currencies(draft, "Customer", "CustomerRef")
    refuse_other_party(draft, "CustomerRef")
    custom = draft.books.preference("SalesFormsPrefs", "CustomTxnNumbers")
    warns = draft.books.other_preference("WarnDuplicateInvoiceNumber") or ("true" if custom else "")
    refuse_duplicate_number(draft, None, warns)


def _sale_effects(doc: Doc, sign: int) -> Effects:
    whole = Decimal(doc.get("TotalAmt") or 0) * sign
    paid = Decimal(doc.get("Deposit") or 0) * sign
    customer, into = ref_of(doc, "CustomerRef"), ref_of(doc, "DepositToAccountRef") or "@Undeposited"
    accounts = {ledger_key(doc, "ARAccountRef", RECEIVABLE): whole - paid}
    if paid:
        accounts[into] = accounts.get(into, ZERO) + paid
    return Effects(accounts=accounts, parties={("Customer", customer): whole - paid} if customer else {})


def invoice_effects(doc: Doc) -> Effects:
    """An invoice raises what the customer owes."""
    return _sale_effects(doc, 1)


def credit_memo_effects(doc: Doc) -> Effects:
    """A credit memo lowers it."""
    return _sale_effects(doc, -1)


def void_sale(doc: Doc) -> None:
    """All amounts to zero, lines kept (recorded)."""
    doc["TotalAmt"] = 0
    doc.pop("Deposit", None)
    for line in doc.get("Line", ()):
        line["Amount"] = 0
        detail = line.get(str(line.get("DetailType")))
        if isinstance(detail, dict) and "Qty" in detail:
            detail["Qty"] = 0
    if isinstance(doc.get("TxnTaxDetail"), dict):
        doc["TxnTaxDetail"] = {"TotalTax": 0}


def sales_form(
    name: str,
    own: tuple[Field, ...],
    tail: tuple[Field, ...],
    complete: Callable[[Draft], None],
    effects: Callable[[Doc], Effects],
    twin: str | None = None,
    *,
    counts_rows: bool = False,
) -> Entity:
    """Declare a sales form, with its own fields first and its due date and the like in the `tail`."""
    return Entity(
        name=name,
        fields=(
            *own,
            *transaction_header(),
            ref("CustomerRef", "Customer", find=True),
            *anything("CustomerMemo"),
            address("BillAddr"),
            address("ShipAddr"),
            *anything(
                "FreeFormAddress", "ShipFromAddr", "ShipMethodRef", "ShipDate", "TrackingNum", "PONumber"
            ),
            ref("ClassRef", "Class", find=True),
            ref("SalesTermRef", "Term", find=True),
            *tail,
            money("TotalAmt", find=True, read_only=True),
            HOME_TOTAL,
            *anything("ApplyTaxAfterDiscount", "PrintStatus", "EmailStatus"),
            email("BillEmail"),
            *anything("BillEmailCc", "BillEmailBcc", "DeliveryInfo"),
            money("Balance", find=True, read_only=True),
            HOME_BALANCE,
            ref("DepositToAccountRef", "Account"),
            ref("PaymentMethodRef", "PaymentMethod"),
            *anything("PaymentRefNum", "SalesRepRef"),
            *anything("InvoiceLink"),
            money("Deposit"),
            *anything("DiscountRate", "FOB", "ARAccountRef", "LessCIS", "TxnApprovalInfo"),
        ),
        operations=frozenset({"create", "update", "delete", "void"}),
        sequence="txn",
        transaction=True,
        required=("CustomerRef",),
        kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
        party="CustomerRef",
        balance="Balance",
        twin=twin,
        links=Links.ALWAYS,
        counts_rows=counts_rows,
        events=SALES_EVENTS,
        complete=complete,
        check=check_sale,
        effects=effects,
        void=void_sale,
    )


INVOICE = replace(
    sales_form(
        "Invoice",
        anything(
            "AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"
        ),
        (day("DueDate", find=True),),
        complete_invoice,
        invoice_effects,
        counts_rows=True,
    ),
    aftermath=apply_credits,
)

CREDIT_MEMO = replace(
    sales_form(
        "CreditMemo",
        (money("RemainingCredit", read_only=True),),
        (),
        complete_sale,
        credit_memo_effects,
        twin="RemainingCredit",
    ),
    operations=frozenset({"create", "update", "delete"}),
    aftermath=apply_credits,
)
