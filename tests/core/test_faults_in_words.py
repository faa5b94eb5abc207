"""A refusal that its code leaves open gets a name by its words, and a way out."""

import pytest

from service.core.actions import Action, actions_for
from service.core.faults import RULES, Recovery, every_fault, sort_fault
from service.core.wordings import GENERAL, LONGEST_TEXT, WORDINGS, wording_of
from service.sandbox import errors

HEADING = "A business validation error has occurred while processing your request"

CASES = [
    ("6240", "Another customer, vendor or employee is already using this name.", "duplicate_name"),
    ("6000", "That name belongs to another vendor.", "duplicate_name"),
    ("6240", "The name Fees of the list element is in use.", "duplicate_name"),
    (
        "6140",
        "This number has been used. DocNumber=7 is assigned to TxnType=Bill with TxnId=9",
        "bill_number_used",
    ),
    ("6000", "Bill number 7 is being used on another bill from the same vendor.", "bill_number_used"),
    ("6140", "Already used. DocNumber=7 is assigned to TxnType=VendorCredit", "credit_number_used"),
    ("6000", "The Ref # of this Vendor Credit is already being used.", "credit_number_used"),
    ("6140", "Already used. DocNumber=7 is assigned to TxnType=Invoice", "invoice_number_used"),
    ("6000", "The number is being used on another invoice.", "invoice_number_used"),
    ("6140", "Already used. DocNumber=7 is assigned to TxnType=JournalEntry", "journal_number_used"),
    ("6000", "Duplicate journal number: choose the next one.", "journal_number_used"),
    ("6140", "Already used. DocNumber=7 is assigned to TxnType=BillPayment", "payment_number_used"),
    ("6140", "Already used. DocNumber=7 is assigned to TxnType=Bill Payment (Check)", "payment_number_used"),
    ("6000", "The Reference/Check number of this payment is already being used.", "payment_number_used"),
    ("6140", "You must specify a different number. This number has already been used.", "duplicate_number"),
    ("6000", "The account period has closed and the account books are locked.", "books_closed"),
    ("6000", "The books have been closed up to 2026-01-31.", "books_closed"),
    ("6000", "Product 12 has been deleted; you must restore it first.", "item_deleted"),
    ("2500", "Invalid Reference Id : Items element id 12 not found", "item_deleted"),
    ("2500", "Invalid Reference Id : Bills element id 12 not found", "paid_document_deleted"),
    ("6000", "An invoice of this payment no longer exists.", "paid_document_deleted"),
    ("6000", "Something that you use was made inactive.", "inactive_reference"),
    ("6000", "The vendor of this transaction was deleted.", "inactive_reference"),
    ("2500", "Invalid Reference Id : Accounts element id 12 not found", "invalid_reference"),
    ("6000", "Items on a transaction can't have sub-items.", "item_has_subitems"),
    ("6000", "Categories can't be used in transactions.", "category_used"),
    ("6000", "A transaction names a category.", "category_used"),
    ("6000", "Please specify the account on this item.", "item_account_missing"),
    ("2020", "Required parameter IncomeAccountRef is missing in the request", "item_account_missing"),
    ("6000", "Choose a bank account for this payment.", "payment_account"),
    (
        "2020",
        "Required parameter CreditCardPayment.CCAccountRef is missing in the request",
        "payment_account",
    ),
    ("6000", "The payments you entered add up to more than the amount.", "deposit_account"),
    ("6000", "This bill’s already been paid.", "paid_twice"),
    ("620", "The invoice is paid already.", "paid_twice"),
    ("6000", "The amount applied to Bill 7 is greater than the open balance 0.", "paid_twice"),
    (
        "6000",
        "The amount applied to VendorCredit 7 is greater than the open balance 0.",
        "credit_used_in_quickbooks",
    ),
    ("6000", "Vendor credit #7 has already been applied.", "credit_used_in_quickbooks"),
    ("6000", "The Amount Paid plus credits can't be less than the selected bills.", "payment_below_bills"),
    (
        "6000",
        "The total of the payment 5.00 is less than what its lines come to, 7.00.",
        "payment_below_bills",
    ),
    ("6000", "The amount can't be less than what has been applied to the transaction.", "amount_below_paid"),
    ("6000", "The vendor on one of the bills paid does not match.", "vendor_differs"),
    ("6000", "All transactions that a payment is applied to must be of its vendor.", "vendor_differs"),
    (
        "620",
        "Transactions of different customers: the payment's customer is not the same.",
        "customer_differs",
    ),
    ("6000", "The customer of the invoice does not match.", "customer_differs"),
    ("6000", "A Deposited Transaction cannot be changed.", "deposited"),
    ("800", "It is used on a recurring template or a scheduled liability payment.", "used_on_template"),
    ("6000", "The vendor has unbilled charges.", "has_unbilled_charges"),
    ("6000", "The customer has a non-zero balance.", "has_balance"),
    (
        "6000",
        "For billable expenses, you must use an account of type expense and a customer.",
        "billable_account",
    ),
    ("6310", "If you use a billable expense, you must select a customer", "billable_customer"),
    ("6000", "A billable expense needs a customer.", "billable_customer"),
    ("6000", "A project must be a subcustomer billed to its parent.", "project_bills_parent"),
    (
        "6000",
        "Accounts of detail type Opening Balance Equity have no sub-accounts.",
        "opening_balance_equity",
    ),
    ("6000", "A subaccount must use the same account type as its parent.", "invalid_parent"),
    ("2210", "Email Address does not conform to the format", "email_invalid"),
    ("2020", "Required parameter BillEmail is missing in the request", "email_invalid"),
    ("6000", "To be e-mailed, but the address is missing.", "email_invalid"),
    ("6000", "ZIP 00000 is not known.", "postal_code_invalid"),
    ("2050", "PostalCode is too long", "postal_code_invalid"),
    ("6000", "The memo has unsupported characters.", "invalid_characters"),
    ("6000", "Some characters are not allowed here.", "invalid_characters"),
    ("6000", "You must unlink the transactions that are linked to this one first.", "has_dependents"),
    ("6000", "The currency of the transaction does not match that of the vendor.", "rejected_by_quickbooks"),
    ("6000", "Something went wrong.", "rejected_by_quickbooks"),
]
LOOKED_UP = {
    *("duplicate_name", "duplicate_number"),
    *("bill_number_used", "credit_number_used", "invoice_number_used"),
}


@pytest.mark.parametrize(("code", "detail", "issue"), CASES)
def test_words_say_what_a_code_leaves_open(code: str, detail: str, issue: str) -> None:
    rule = sort_fault(code, http_status=400, message=HEADING, detail=f"Business Validation Error: {detail}")

    assert rule.issue == issue
    assert rule.recovery is (Recovery.MATCH if issue in LOOKED_UP else Recovery.REJECT)
    assert rule.code == code
    assert "{" not in rule.reason + rule.fix


@pytest.mark.parametrize(("code", "detail", "issue"), CASES)
def test_neither_case_nor_line_breaks_count(code: str, detail: str, issue: str) -> None:
    rule = sort_fault(code, http_status=400, detail=detail.upper().replace(" ", " \n"))

    assert rule.issue == issue


def test_every_wording_is_met_by_an_example() -> None:
    met = {wording_of(code, None, detail) for code, detail, _ in CASES}

    assert [each for each in WORDINGS if each not in met] == []


@pytest.mark.parametrize("code", GENERAL)
def test_each_general_code_is_refined(code: str) -> None:
    assert sort_fault(code, http_status=400, detail="The bill has already been paid.").issue == "paid_twice"
    assert (
        sort_fault(code, http_status=400, detail="Please try something else.").issue
        == "rejected_by_quickbooks"
    )


@pytest.mark.parametrize("code", sorted(RULES.keys() - {each for row in WORDINGS for each in row.codes}))
def test_words_change_nothing_where_the_code_says_enough(code: str) -> None:
    for _, detail, _ in CASES:
        rule = sort_fault(code, http_status=400, detail=detail)

        assert (rule.recovery, rule.issue) == (RULES[code].recovery, RULES[code].issue)


def test_a_server_error_is_of_unknown_outcome_whatever_it_says() -> None:
    assert sort_fault("6000", http_status=500, detail="The bill is paid already.").recovery is Recovery.RETRY


def test_words_count_from_the_message_where_there_is_no_detail() -> None:
    assert sort_fault("6000", message="The bill has already been paid.").issue == "paid_twice"


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    padding = "x" * LONGEST_TEXT

    assert sort_fault("6000", detail=f"{padding} already paid").issue == "rejected_by_quickbooks"


@pytest.mark.parametrize(
    ("fault", "issue"),
    [
        (errors.duplicate_number("7", "Bill", "9"), "bill_number_used"),
        (errors.duplicate_number("7", "BillPayment", "9"), "payment_number_used"),
        (errors.duplicate_number("7", "Bill", "9", named=False), "duplicate_number"),
        (errors.duplicate_name(shared=True), "duplicate_name"),
        (errors.bad_reference("Item", 9), "item_deleted"),
        (errors.by_code("2210"), "email_invalid"),
        (errors.by_code("6310"), "billable_customer"),
    ],
)
def test_the_sandbox_words_are_understood(fault: errors.SandboxFault, issue: str) -> None:
    assert sort_fault(fault.code, http_status=400, message=fault.message, detail=fault.detail).issue == issue


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda each: each.issue or each.means)
def test_a_wording_means_a_code_or_has_texts_of_its_own(wording) -> None:
    if wording.means:
        assert wording.means in RULES
        assert (wording.issue, wording.reason, wording.fix) == ("", "", "")
        return
    assert wording.issue == wording.issue.lower()
    assert wording.reason[0].isupper()
    assert wording.reason.endswith(": {detail}")
    assert wording.fix.endswith(".")
    assert "support" not in wording.fix


def test_a_fix_names_only_what_can_be_done() -> None:
    for fault in every_fault():
        words = fault.fix.replace(",", " ").replace(".", " ").replace(";", " ").split()
        named = {action for action in Action if action.value in words}

        assert named <= {*actions_for(fault.issue)}, fault


def test_numbers_and_payments_can_be_linked() -> None:
    for code in ("bill_number_used", "credit_number_used", "payment_number_used", "paid_twice"):
        assert actions_for(code) == (Action.LINK, Action.RETRY, Action.IGNORE)
