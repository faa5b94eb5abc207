"""What a changed preference or fact asks again: exactly what depends on it, of exactly those kinds."""

import pytest

from service.core.policy import Facts, Preferences
from service.core.records import ORDER, Kind
from service.core.rules import codes_depending_on

EXPENSES = {Kind.BILL, Kind.VENDOR_CREDIT}
INVOICES = {Kind.INVOICE}
ITEMISED = EXPENSES | INVOICES
PAYMENTS = {Kind.BILL_PAYMENT}
RECEIPTS = {Kind.INVOICE_PAYMENT}
DATED = ITEMISED | PAYMENTS | RECEIPTS | {Kind.FUNDS_TRANSFER}
WAYS = ("direction", "changed_in_quickbooks", "removed_in_quickbooks")
FOLLOWING = {Kind.BILL, Kind.INVOICE, Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT}
ASKED_AGAIN: dict[str, dict[str, set[Kind]]] = {
    "transactions_direction": dict.fromkeys(WAYS, FOLLOWING),
    "bill_payment_direction": dict.fromkeys(WAYS, PAYMENTS),
    "invoice_payment_direction": {each: {Kind.INVOICE_PAYMENT} for each in WAYS},
    "only_approved": {"not_approved": EXPENSES},
    "unallocated_expense_account": {"preferences_missing": EXPENSES},
    "unallocated_income_account": {"preferences_missing": INVOICES},
    "invoice_import_since": {"before_import": INVOICES},
    "default_bank_account": {"preferences_missing": PAYMENTS, "payment_account": PAYMENTS},
    "bank_accounts": {"preferences_missing": PAYMENTS, "payment_account": PAYMENTS},
    "money_out_clearing_account": {"preferences_missing": PAYMENTS, "payment_account": PAYMENTS},
    "deposit_to_account": {"preferences_missing": RECEIPTS, "payment_account": RECEIPTS},
    "money_in_clearing_account": {"preferences_missing": RECEIPTS, "payment_account": RECEIPTS},
    "partial_credit_application": {"credit_waits_for_bill": PAYMENTS},
    "conflict": {"both_changed": set(ORDER)},
    "home_currency": {
        "currency_not_usd": DATED,
        "vendor_currency": EXPENSES | PAYMENTS,
        "customer_currency": INVOICES | RECEIPTS,
    },
    "books_closed_on": {"books_closed": DATED},
    "class_tracking": {"feature_off": ITEMISED},
    "location_tracking": {"feature_off": ITEMISED},
    "custom_sales_numbers": {"number_missing": ITEMISED, "number_set_by_quickbooks": INVOICES},
}
"""Everything else that a company chooses or QuickBooks says of it asks nothing again."""


@pytest.mark.parametrize("name", [*Preferences.__struct_fields__, *Facts.__struct_fields__])
def test_a_changed_preference_or_fact_asks_exactly_this_again(name) -> None:
    assert codes_depending_on([name]) == ASKED_AGAIN.get(name, {})


def test_the_table_names_only_what_there_is() -> None:
    assert ASKED_AGAIN.keys() <= {*Preferences.__struct_fields__, *Facts.__struct_fields__}


def test_several_changes_ask_for_all_that_any_of_them_asks() -> None:
    found = codes_depending_on(["unallocated_expense_account", "default_bank_account", "only_approved"])

    assert found == {
        "preferences_missing": EXPENSES | PAYMENTS,
        "payment_account": PAYMENTS,
        "not_approved": EXPENSES,
    }
