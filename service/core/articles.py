"""The 34 errors that bookkeepers of such a sync look up, and the codes by which they are told of them here.

The subjects are in our own words, the numbers those of the catalogue of errors that the design starts from.
Codes are those of `core.rules`, `core.codes` and `core.faults`.
"""

from typing import NamedTuple


class Article(NamedTuple):
    """One error: what it is about, and the codes that stand for it."""

    number: int
    subject: str
    codes: tuple[str, ...]


_ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("A customer, vendor or employee has this name already", ("duplicate_name",)),
    ("An account, item, location or class has this name already", ("duplicate_name",)),
    ("Another bill of the vendor has this number", ("bill_number_used", "number_taken", "duplicate_number")),
    ("Another invoice has this number", ("invoice_number_used", "number_taken", "duplicate_number")),
    (
        "A document or journal number is used already",
        ("duplicate_number", "payment_number_used", "journal_number_used"),
    ),
    ("A payment's check or reference number is used already", ("payment_number_used", "duplicate_number")),
    (
        "A vendor credit's number is used already",
        ("credit_number_used", "number_taken", "duplicate_number"),
    ),
    ("The books are closed on that date", ("books_closed",)),
    ("What it refers to has not synced yet", ("parent_not_synced",)),
    ("What a bill refers to was deleted in QuickBooks", ("inactive_reference", "invalid_reference")),
    (
        "What a payment settles or refers to was deleted in QuickBooks",
        ("paid_document_deleted", "inactive_reference", "invalid_reference", "removed_in_quickbooks"),
    ),
    (
        "A product or service was deleted in QuickBooks",
        ("item_deleted", "inactive_reference", "invalid_reference"),
    ),
    (
        "A category or an item with items below it stands on a transaction",
        ("category_used", "item_has_subitems"),
    ),
    ("An item has no account", ("item_account_missing",)),
    ("A payment came before its invoice, or the link was lost", ("parent_not_synced",)),
    ("No account in QuickBooks stands for a bank account", ("preferences_missing",)),
    (
        "A payment's bank account is missing, inactive or of a wrong type",
        ("payment_account", "preferences_missing", "invalid_account_type"),
    ),
    ("Money can't be deposited to the account that was chosen", ("deposit_account", "invalid_account_type")),
    ("The bill is paid already", ("paid_twice", "paid_in_quickbooks", "possible_duplicate")),
    (
        "The payment with its credits comes to less than the bills",
        ("payment_below_bills", "credit_used_in_quickbooks"),
    ),
    ("A bill that is paid belongs to another vendor", ("vendor_differs",)),
    ("An invoice that is paid belongs to another customer", ("customer_differs",)),
    ("A payment that is deposited can't be changed", ("deposited",)),
    ("A vendor is used on a recurring template or a scheduled payment", ("used_on_template",)),
    ("A vendor has charges that are not billed yet", ("has_unbilled_charges",)),
    ("A customer has a balance", ("has_balance",)),
    ("A billable expense is on an account that can't be billed", ("billable_account", "billable_customer")),
    (
        "An amount can't be changed any more",
        ("money_locked", "payment_locked", "amount_below_paid"),
    ),
    (
        "A vendor's details differ on the two sides",
        ("both_changed", "conflict_settled", "changed_in_quickbooks"),
    ),
    ("A project has to be billed with its parent", ("project_bills_parent",)),
    ("An account for opening balances has no sub-accounts", ("opening_balance_equity",)),
    ("An e-mail address is missing or not valid", ("email_invalid",)),
    (
        "An error that nobody could read: accents, a ZIP code, a closed period, an inactive entry",
        (
            "invalid_characters",
            "postal_code_invalid",
            "books_closed",
            "inactive_reference",
            "paid_twice",
            "payment_account",
            "unreadable",
            "rejected_by_quickbooks",
        ),
    ),
    (
        "Lines with different locations, or a class where QuickBooks has none",
        ("locations_differ", "feature_off"),
    ),
)

ARTICLES: tuple[Article, ...] = tuple(Article(at, *row) for at, row in enumerate(_ROWS, 1))
