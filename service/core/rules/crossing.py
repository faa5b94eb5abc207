"""What crosses at all: rules that skip, one small named rule per sentence of the FAQ."""

from service.core.directions import PAYMENT_PREFERENCES, direction
from service.core.payments import shares
from service.core.records import (
    NEVER_SYNCED,
    PAYMENTS,
    BillPayment,
    Kind,
    Payment,
    date_of,
    noun_of,
    number_of,
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
    rule,
    skip,
)

SYNCED_CURRENCY = "USD"
DIRECTIONS = ("transactions_direction", *PAYMENT_PREFERENCES.values())


@rule("credit_memo", gates=Gate.INTO_PLATFORM, applies_to=NEVER_SYNCED)
def no_credit_memo(candidate: Candidate) -> Verdict:
    """Currently, credit memos do not sync; an invoice that one pays still follows its payments."""
    return skip(
        f"{candidate.label} stays in QuickBooks: credit memos do not sync.",
        "Nothing to do. What it pays of invoices comes here with the payment that links the two.",
    )


@rule("direction", gates=Gate.INTO_PLATFORM, applies_to=EVERYTHING, depends_on=DIRECTIONS)
def not_into_platform(candidate: Candidate) -> Verdict:
    """What goes to QuickBooks only is not taken from there."""
    way = direction(candidate.kind, candidate.policy)
    if candidate.linked or way.into_platform:
        return PASS
    return skip(
        f"{candidate.label} stays in QuickBooks. {way.reason}", _WAYS_IN.get(candidate.kind, _TO_ENTER)
    )


_TO_ENTER = "Enter it here if the platform should have it; in QuickBooks it stays as it is."
_WAYS_IN = {
    Kind.BILL: "Set transactions_direction to both if bills made in QuickBooks should come here.",
    Kind.INVOICE: "Set transactions_direction to both if invoices made in QuickBooks should come here.",
    Kind.BILL_PAYMENT: (
        "Record it here with sync: false, so that nobody pays the bill twice; or have bill_payment_direction "
        "set to both."
    ),
    Kind.INVOICE_PAYMENT: (
        "Record it here with sync: false, so that nobody is asked to pay twice; or have "
        "invoice_payment_direction set to both."
    ),
}


@rule("direction", gates=Gate.INTO_QUICKBOOKS, applies_to=EVERYTHING, depends_on=DIRECTIONS)
def not_into_quickbooks(candidate: Candidate) -> Verdict:
    """What comes from QuickBooks only is not written there."""
    way = direction(candidate.kind, candidate.policy)
    if way.into_quickbooks:
        return PASS
    return skip(f"{candidate.label} stays here. {way.reason}", "Change it in QuickBooks.")


@rule("not_unpaid", gates=Gate.INTO_PLATFORM, applies_to=[Kind.BILL, Kind.INVOICE])
def only_unpaid_when_first_seen(candidate: Candidate) -> Verdict:
    """Only unpaid bills and invoices sync; paid and partly paid ones are history unless they are linked."""
    if candidate.linked or candidate.balance is None or candidate.balance == candidate.amount:
        return PASS
    words = "paid" if candidate.balance == 0 else "partly paid"
    return skip(
        f"{candidate.label} was already {words} in QuickBooks when it was first seen.",
        "Nothing to do: it is history. To manage it here, remove its payment in QuickBooks and sync again.",
    )


@rule("voided", gates=Gate.INTO_PLATFORM, applies_to=TRANSACTIONS)
def not_voided_when_first_seen(candidate: Candidate) -> Verdict:
    """What was voided in QuickBooks before it came here stays there."""
    if candidate.linked or not candidate.voided:
        return PASS
    return skip(f"{candidate.label} is voided in QuickBooks.", "Nothing to do.")


@rule("pays_nothing_here", gates=Gate.INTO_PLATFORM, applies_to=PAYMENTS)
def pays_something_here(candidate: Candidate) -> Verdict:
    """A payment made in QuickBooks comes here if a bill or invoice that it pays is here."""
    document = candidate.document
    if candidate.linked or not isinstance(document, Payment):
        return PASS
    paid = {target for target, _ in shares(document) if target.kind is not Kind.VENDOR_CREDIT}
    if not paid <= set(candidate.unheld):
        return PASS
    noun = noun_of(Kind.BILL if isinstance(document, BillPayment) else Kind.INVOICE)
    return skip(
        f"{candidate.label} pays no {noun} that is here.",
        "Nothing to do: what it pays is history. It follows by itself if one of them comes here.",
    )


@rule("sync_off", gates=Gate.INTO_QUICKBOOKS, applies_to=PAYMENTS)
def meant_for_quickbooks(candidate: Candidate) -> Verdict:
    """A payment with sync: false is in QuickBooks already and is not sent."""
    document = candidate.document
    if candidate.linked or not isinstance(document, Payment) or document.sync:
        return PASS
    return skip(
        f"{candidate.label} is marked as recorded in QuickBooks already (sync: false).",
        "Nothing to do. Set sync to true if QuickBooks should get it.",
        "sync",
    )


@rule("zero_amount", gates=Gate.INTO_QUICKBOOKS, applies_to=EXPENSES)
def worth_something(candidate: Candidate) -> Verdict:
    """A $0 bill or vendor credit is not sent."""
    if candidate.linked or candidate.amount != 0:
        return PASS
    return skip(
        f"{candidate.label} is worth 0.00.", "Give it an amount if QuickBooks should have it.", "amount"
    )


@rule("currency_not_usd", gates=Gate.BOTH, applies_to=TRANSACTIONS, depends_on=["home_currency"])
def only_dollars(candidate: Candidate) -> Verdict:
    """Only USD syncs; without a currency of its own the home currency counts."""
    if candidate.currency == SYNCED_CURRENCY:
        return PASS
    return skip(
        f"{candidate.label} is in {candidate.currency}; only USD syncs.",
        "Manage it in the program where it was made.",
        "currency",
    )


@rule(
    "vendor_currency",
    gates=Gate.BOTH,
    applies_to=[*EXPENSES, Kind.BILL_PAYMENT],
    depends_on=["home_currency"],
)
def vendor_kept_in_dollars(candidate: Candidate) -> Verdict:
    """What is in USD needs a vendor that QuickBooks keeps in USD: a vendor's currency can't change there."""
    if candidate.party_currency in (None, SYNCED_CURRENCY):
        return PASS
    return skip(
        f"{candidate.label} is in USD, but QuickBooks keeps its vendor in {candidate.party_currency}.",
        "Use a vendor that is kept in USD; QuickBooks needs one per currency.",
        "vendor",
    )


@rule(
    "customer_currency",
    gates=Gate.BOTH,
    applies_to=[Kind.INVOICE, Kind.INVOICE_PAYMENT],
    depends_on=["home_currency"],
)
def customer_kept_in_dollars(candidate: Candidate) -> Verdict:
    """What is in USD needs a customer that QuickBooks keeps in USD: that can't change there."""
    if candidate.party_currency in (None, SYNCED_CURRENCY):
        return PASS
    return skip(
        f"{candidate.label} is in USD, but QuickBooks keeps its customer in {candidate.party_currency}.",
        "Use a customer that is kept in USD; QuickBooks needs one per currency.",
        "customer",
    )


@rule(
    "before_import",
    gates=Gate.INTO_PLATFORM,
    applies_to=[Kind.INVOICE],
    depends_on=["invoice_import_since"],
)
def issued_since_the_import(candidate: Candidate) -> Verdict:
    """Invoices of before `invoice_import_since` stay in QuickBooks."""
    since, issued = candidate.policy.preferences.invoice_import_since, date_of(candidate.document)
    if candidate.linked or since is None or issued is None or issued >= since:
        return PASS
    return skip(
        f"{candidate.label} is dated {issued}; invoices come here from {since} on.",
        "Set invoice_import_since to an earlier day if it should come here.",
        "invoice_import_since",
    )


_NUMBER_IT = "Give it a number, then it syncs by itself."


@rule("number_missing", gates=Gate.INTO_PLATFORM, applies_to=ITEMISED)
def has_a_number_there(candidate: Candidate) -> Verdict:
    """Bills, vendor credits and invoices sync only with a number."""
    if number_of(candidate.document):
        return PASS
    return skip(f"{candidate.label} can't sync.", _NUMBER_IT, "number")


@rule("number_missing", gates=Gate.INTO_QUICKBOOKS, applies_to=ITEMISED, depends_on=["custom_sales_numbers"])
def has_a_number_here(candidate: Candidate) -> Verdict:
    """Pairing and recovery need a number; where QuickBooks numbers invoices itself, it gives them one."""
    numbers_itself = candidate.kind is Kind.INVOICE and not candidate.policy.facts.custom_sales_numbers
    if number_of(candidate.document) or numbers_itself:
        return PASS
    return skip(f"{candidate.label} can't sync.", _NUMBER_IT, "number")
