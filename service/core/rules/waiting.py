"""What waits for somebody or something: rules that hold."""

from service.core.payments import funding_types
from service.core.policy import ClassTracking
from service.core.records import (
    ACCOUNT_FIELDS,
    Document,
    Expense,
    Invoice,
    Item,
    Itemised,
    Kind,
    Payment,
    date_of,
    is_project,
    noun_of,
)
from service.core.rules.rule import (
    EVERYTHING,
    EXPENSES,
    ITEMISED,
    PASS,
    TRANSACTIONS,
    Candidate,
    Gate,
    Verdict,
    hold,
    rule,
)


@rule(
    "preferences_missing",
    gates=Gate.BOTH,
    applies_to=EXPENSES,
    depends_on=["unallocated_expense_account"],
)
def unallocated_expense_account_set(candidate: Candidate) -> Verdict:
    """Bills and vendor credits wait until the company has set its unallocated-expense account."""
    if candidate.policy.preferences.unallocated_expense_account:
        return PASS
    if candidate.linked and _has_accounts(candidate.document):
        return PASS
    return hold(
        f"{candidate.label} waits: the preference unallocated_expense_account is not set.",
        "Set unallocated_expense_account in the sync preferences; it follows at the next sync.",
        "unallocated_expense_account",
    )


@rule(
    "preferences_missing",
    gates=Gate.BOTH,
    applies_to=[Kind.INVOICE],
    depends_on=["unallocated_income_account"],
)
def unallocated_income_account_set(candidate: Candidate) -> Verdict:
    """Invoices wait until the company has set its unallocated-income account."""
    if candidate.policy.preferences.unallocated_income_account:
        return PASS
    document = candidate.document
    is_sorted = isinstance(document, Invoice) and all(line.item or not line.amount for line in document.lines)
    if candidate.linked and is_sorted:
        return PASS
    return hold(
        f"{candidate.label} waits: the preference unallocated_income_account is not set.",
        "Set unallocated_income_account in the sync preferences; it follows at the next sync.",
        "unallocated_income_account",
    )


@rule(
    "number_set_by_quickbooks",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=[Kind.INVOICE],
    depends_on=["custom_sales_numbers"],
)
def numbered_by_one_side(candidate: Candidate) -> Verdict:
    """Where QuickBooks numbers invoices itself, one with a number of its own would upset its counter."""
    document = candidate.document
    numbers_itself = not candidate.policy.facts.custom_sales_numbers
    if candidate.linked or not numbers_itself or not isinstance(document, Invoice) or not document.number:
        return PASS
    return hold(
        f"{candidate.label} has a number, but QuickBooks numbers invoices itself.",
        "Write it without a number, so that QuickBooks gives one; or turn on custom numbers there "
        "and start a full sync.",
        "number",
    )


_PAYS_FROM = ("default_bank_account", "bank_accounts", "money_out_clearing_account")
_PAYS_INTO = ("deposit_to_account", "money_in_clearing_account")


@rule(
    "preferences_missing",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=[Kind.INVOICE_PAYMENT],
    depends_on=_PAYS_INTO,
)
@rule(
    "preferences_missing",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=[Kind.BILL_PAYMENT],
    depends_on=_PAYS_FROM,
)
def bank_account_named(candidate: Candidate) -> Verdict:
    """Payments wait until it is known which account in QuickBooks they go against."""
    funding = candidate.funding
    if candidate.linked or funding is None or funding.type is not None:
        return PASS
    return hold(
        f"{candidate.label} waits: the preference {funding.preference} is not set.",
        f"Set {funding.preference} in the sync preferences; the payment follows at the next sync.",
        funding.preference,
    )


@rule(
    "payment_account",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=[Kind.INVOICE_PAYMENT],
    depends_on=_PAYS_INTO,
)
@rule(
    "payment_account",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=[Kind.BILL_PAYMENT],
    depends_on=_PAYS_FROM,
)
def paid_from_a_bank_or_card(candidate: Candidate) -> Verdict:
    """A payment goes against an active account of a fitting type.

    Out of a Bank or Credit Card, into a Bank or Other Current Asset; an online one goes against a Bank.
    """
    funding, document = candidate.funding, candidate.document
    if candidate.linked or funding is None or funding.type is None or not isinstance(document, Payment):
        return PASS
    if funding.archived:
        return hold(
            f"{candidate.label} goes against account {funding.account}, which is inactive.",
            "Make the account active again, or choose another one.",
            ACCOUNT_FIELDS[type(document)],
        )
    allowed = funding_types(document)
    if funding.type in allowed:
        return PASS
    return hold(
        f"{candidate.label} goes against account {funding.account} of type {funding.type}; "
        f"it takes {' or '.join(allowed)}.",
        "Choose another account.",
        ACCOUNT_FIELDS[type(document)],
    )


@rule("not_approved", gates=Gate.INTO_QUICKBOOKS, applies_to=EXPENSES, depends_on=["only_approved"])
def approved_where_required(candidate: Candidate) -> Verdict:
    """With only_approved, bills and vendor credits wait for their approval."""
    document = candidate.document
    if (
        candidate.linked
        or not candidate.policy.preferences.only_approved
        or not isinstance(document, Expense)
    ):
        return PASS
    if document.approval == "approved":
        return PASS
    return hold(
        f"{candidate.label} is {document.approval.value}; only what is approved goes to QuickBooks.",
        "Approve it, or turn only_approved off.",
        "approval",
    )


@rule(
    "feature_off",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=ITEMISED,
    depends_on=["class_tracking", "location_tracking"],
)
def classes_and_locations_tracked(candidate: Candidate) -> Verdict:
    """A class or location goes there only if QuickBooks tracks them; else it would drop them silently."""
    document, facts = candidate.document, candidate.policy.facts
    if not isinstance(document, Itemised):
        return PASS
    if facts.class_tracking is ClassTracking.TRANSACTION and isinstance(document, Invoice):
        if len({line.accounting_class for line in document.lines if line.item or line.amount}) > 1:
            return hold(
                f"{candidate.label} has lines of different classes, but QuickBooks tracks one class to each "
                "transaction.",
                "Give all lines the same class, or turn on class tracking by row in QuickBooks and start a "
                "full sync.",
                "class",
            )
    elif facts.class_tracking not in (ClassTracking.UNKNOWN, ClassTracking.LINE) and any(
        line.accounting_class for line in document.lines
    ):
        return hold(
            f"{candidate.label} has lines with a class, but QuickBooks does not track classes by line.",
            "Turn on class tracking (one to each row) in QuickBooks and start a full sync, or leave the "
            "classes out.",
            "class",
        )
    if facts.location_tracking is False and document.location:
        return hold(
            f"{candidate.label} has a location, but QuickBooks does not track locations.",
            "Turn on location tracking in QuickBooks and start a full sync, or leave the location out.",
            "location",
        )
    return PASS


@rule("locations_differ", gates=Gate.INTO_QUICKBOOKS, applies_to=EXPENSES)
def lines_have_one_location(candidate: Candidate) -> Verdict:
    """In QuickBooks a transaction has one location: lines of several can't go there."""
    document = candidate.document
    if not isinstance(document, Expense) or not any(line.location for line in document.lines):
        return PASS
    return hold(
        f"{candidate.label} has lines with different locations; in QuickBooks a transaction has one.",
        "Give all lines the same location, or split it into one for each.",
        "lines",
    )


@rule("books_closed", gates=Gate.INTO_QUICKBOOKS, applies_to=TRANSACTIONS, depends_on=["books_closed_on"])
def books_are_open(candidate: Candidate) -> Verdict:
    """Nothing is written with a date in QuickBooks' closed period."""
    closed = candidate.policy.facts.books_closed_on
    issued = date_of(candidate.document)
    if closed is None or issued is None or issued > closed:
        return PASS
    return hold(
        f"{candidate.label} is dated {issued}; the books in QuickBooks are closed up to {closed}.",
        "Date it after the closing date, or reopen the period in QuickBooks.",
        _DATES.get(candidate.kind, "issued_on"),
    )


_DATES = {Kind.BILL_PAYMENT: "paid_on", Kind.INVOICE_PAYMENT: "received_on", Kind.FUNDS_TRANSFER: "moved_on"}


@rule("item_type", gates=Gate.INTO_QUICKBOOKS, applies_to=[Kind.ITEM])
def of_a_type_that_can_be_made(candidate: Candidate) -> Verdict:
    """Items with stock, bundles and categories are made in QuickBooks: they need what only it has."""
    document = candidate.document
    if candidate.linked or not isinstance(document, Item) or document.type in ("Service", "NonInventory"):
        return PASS
    return hold(
        f"{candidate.label} is of type {document.type}, which QuickBooks makes itself.",
        "Create it in QuickBooks under the same name, or make it a Service or NonInventory item.",
        "type",
    )


@rule("project", gates=Gate.INTO_QUICKBOOKS, applies_to=[Kind.CUSTOMER])
def no_project(candidate: Candidate) -> Verdict:
    """Projects are made and changed in QuickBooks: they come from there, and nothing of them goes back."""
    if not is_project(candidate.document):
        return PASS
    return hold(
        f"{candidate.label} is a project in QuickBooks, which takes no change of it from outside.",
        "Change it in QuickBooks; choose keep_quickbooks to have what was changed here undone.",
    )


@rule("parent_not_synced", gates=Gate.BOTH, applies_to=EVERYTHING)
def parents_are_linked(candidate: Candidate) -> Verdict:
    """The vendor, customer, account or item that it refers to must be on both sides."""
    if candidate.unsupported:
        return hold(
            f"{candidate.label} refers to {candidate.unsupported[0]}, which this version does not sync.",
            "Use lines with an account or an item in QuickBooks, or manage it there.",
        )
    if not candidate.unlinked:
        return PASS
    parent = candidate.unlinked[0]
    noun = noun_of(parent.kind)
    why = f" {candidate.parent_reason}" if candidate.parent_reason else ""
    return hold(
        f"{candidate.label} refers to {noun} {parent.id}, which is not on both sides.{why}",
        f"Sync or mend that {noun} first; this follows by itself.",
        parent.kind.value,
    )


def _has_accounts(document: Document) -> bool:
    return isinstance(document, Expense) and all(line.account or line.item for line in document.lines)
