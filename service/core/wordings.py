"""What QuickBooks says under codes that stand for many things: a table of words and what they mean.

QuickBooks words one refusal in several ways and changes them, so a row asks for a few words in any order and
never for a sentence. The first row that fits counts: what fits one situation only stands before the rest.
"""

import re
from typing import NamedTuple

GENERAL = ("6000", "630", "1000", "1010", "1020", "6060", "6090", "6110", "6560")
"""Codes that only say that a rule of the books was broken; which one stands in the text."""

LONGEST_TEXT = 2_000
"""Characters of a text that are looked at."""


class Wording(NamedTuple):
    """A row: under these codes a text that has all of these words (patterns, any case) means this issue.

    `looks_up`: it may be found in QuickBooks by its name or number; else a person has to mend it.
    `means`: the text says no more than another code does, whose issue and texts are taken.
    """

    codes: tuple[str, ...]
    words: tuple[str, ...]
    issue: str = ""
    reason: str = ""
    fix: str = ""
    looks_up: bool = False
    means: str = ""

    def fits(self, code: str, text: str) -> bool:
        """Say whether QuickBooks' text under this code means this."""
        return code in self.codes and all(re.search(each, text, re.IGNORECASE) for each in self.words)


def wording_of(code: str, message: str | None, detail: str | None) -> Wording | None:
    """Return what a text means beyond its code, if that is known."""
    said = " ".join(f"{message or ''} {detail or ''}"[:LONGEST_TEXT].split())
    text = said.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((each for each in WORDINGS if each.fits(code, text)), None)


_NAMES = ("6240", *GENERAL)
_NUMBERS = ("6140", *GENERAL)
_LINKS = ("620", *GENERAL)
_NUMBER = r"number|\bno\.|\bref\b|#"
_TAKEN = r"^(?!.*\b(applied|balance|amount)\b).*(already|\bused\b|duplicate|different number)"
_GONE = r"deleted|not found|no longer exist|does(n't| not) exist|restore"
_LACKS = r"missing|required|specify|select|choose|enter|must|needs?\b|without"
_TOO_MUCH = r"greater than|more than|exceed|already (been )?(fully )?(applied|used)"
_TOO_LITTLE = r"(less|lower|smaller) than|below"
_OTHER = r"match|differ|must be of its|not the same"
_BUT_CURRENCIES = r"^(?!.*currenc).*"

_SAID_BY_A_CODE_TOO = (
    Wording(
        GENERAL,
        (r"period (has |is |was )?(been )?closed|books .*\bclosed|closed (accounting )?period|closing date",),
        means="6200",
    ),
    Wording(
        GENERAL,
        (r"deposited transaction|been deposited|(part of|in|on|linked to) a deposit",),
        means="6540",
    ),
    Wording(GENERAL, (r"\bunlink|linked to (it|this|other)",), means="800"),
    Wording(GENERAL, (r"unbilled|not (yet )?(been )?billed",), means="6280"),
    Wording(
        GENERAL,
        (r"(non-?zero|outstanding) balance|balance (is not|isn't|must be|has to be) zero|has a balance",),
        means="6220",
    ),
    Wording(GENERAL, (r"made inactive|\b(is|are|was) inactive",), means="6250"),
    Wording(GENERAL, (r"\bbillable\b(?!.*\baccount)", r"\b(customer|project)"), means="6310"),
)

_NAMES_AND_NUMBERS = (
    Wording(
        _NAMES,
        (r"another (customer|vendor|employee|donor)", r"\bname\b"),
        "duplicate_name",
        "A customer, vendor or employee in QuickBooks has this name already: {detail}",
        "Link this record if they are one vendor; else rename one of the two: vendors, customers and "
        "employees share their names, also with inactive ones.",
        looks_up=True,
    ),
    Wording(
        _NAMES,
        (r"\bname\b", r"list element"),
        "duplicate_name",
        "Another entry of the same list in QuickBooks has this name already: {detail}",
        "Link this record to that entry, make it active again if it is inactive, or rename one of the two.",
        looks_up=True,
    ),
    Wording(
        _NUMBERS,
        (r"txntype ?= ?vendor ?credit|(vendor|supplier) credit", _NUMBER, _TAKEN),
        "credit_number_used",
        "Another vendor credit in QuickBooks has this number already: {detail}",
        "Link this record to that vendor credit if they are one; else give one of the two another number.",
        looks_up=True,
    ),
    Wording(
        _NUMBERS,
        (r"txntype ?= ?bill\b(?! ?pay)|another bill\b(?! ?pay)|\bbill number", _NUMBER, _TAKEN),
        "bill_number_used",
        "Another bill in QuickBooks has this number already: {detail}",
        "Link this record to that bill if they are one; else give one of the two another number.",
        looks_up=True,
    ),
    Wording(
        _NUMBERS,
        (r"txntype ?= ?invoice|another invoice|invoice number", _NUMBER, _TAKEN),
        "invoice_number_used",
        "Another invoice in QuickBooks has this number already, perhaps one of another customer: {detail}",
        "Link this record to that invoice if they are one; else give one of the two another number.",
        looks_up=True,
    ),
    Wording(
        _NUMBERS,
        (r"txntype ?= ?(journal ?entry|transfer|deposit)|journal", _NUMBER, _TAKEN),
        "journal_number_used",
        "QuickBooks has given the next number of journal entries away already: {detail}",
        "Give the latest journal entry in QuickBooks a number from which it can count on, then retry.",
    ),
    Wording(
        _NUMBERS,
        (r"txntype ?= ?(bill ?payment|check|payment)|\b(check|cheque|reference|payment)\b", _NUMBER, _TAKEN),
        "payment_number_used",
        "Another payment in QuickBooks has this check or reference number already: {detail}",
        "Link this record to that payment if they are one; else give one of the two another reference.",
    ),
)

_MONEY = (
    Wording(
        GENERAL,
        (r"adds? up to more|deposit ?to ?account",),
        "deposit_account",
        "The account that the payment is deposited to doesn't fit: {detail}",
        "Choose an account of type Bank or Other Current Asset to deposit to, then retry.",
    ),
    Wording(
        _LINKS,
        (r"(vendor|supplier) ?credit", _TOO_MUCH),
        "credit_used_in_quickbooks",
        "QuickBooks has less left of a vendor credit than this payment uses: {detail}",
        "Remove the credit's other applications in QuickBooks and retry; or use less of it here.",
    ),
    Wording(
        _LINKS,
        (
            r"already (been )?(fully )?paid|been paid (already|in full)|is (fully )?paid already"
            r"|applied to .*(greater|more) than|exceeds? the (open )?balance",
        ),
        "paid_twice",
        "QuickBooks has less open than this payment pays, because it was paid there, too: {detail}",
        "If it is the same payment, choose link or set sync to false; else remove the other one in "
        "QuickBooks, or void this one.",
    ),
    Wording(
        GENERAL,
        (r"amount paid|total of the payment|amount of the payment|payment (amount|total)", _TOO_LITTLE),
        "payment_below_bills",
        "The payment with its credits comes to less than what it is to pay in QuickBooks: {detail}",
        "Change its lines or its credits so that they agree with the amount; it is then sent again.",
    ),
    Wording(
        GENERAL,
        (r"amount", _TOO_LITTLE, r"applied|\bpaid\b|payment"),
        "amount_below_paid",
        "Its new amount is less than what is applied to it in QuickBooks: {detail}",
        "Raise the amount again; or take payments and credits off it in QuickBooks, then retry.",
    ),
    Wording(
        _LINKS,
        (_BUT_CURRENCIES + r"\b(vendor|supplier)", r"\b(bill|transaction|payment)s?\b", _OTHER),
        "vendor_differs",
        "A bill or credit that this payment settles belongs to another vendor in QuickBooks: {detail}",
        "Give that bill the payment's vendor again in QuickBooks, if vendors were merged or changed there, "
        "and retry; else void this payment and enter it for the right vendor.",
    ),
    Wording(
        _LINKS,
        (_BUT_CURRENCIES + r"\bcustomer", r"\b(invoice|transaction|payment)s?\b", _OTHER),
        "customer_differs",
        "An invoice that this payment settles belongs to another customer in QuickBooks: {detail}",
        "Give that invoice the payment's customer again in QuickBooks, if customers were merged or changed "
        "there, and retry; else void this payment and enter it for the right customer.",
    ),
    Wording(
        (*GENERAL, "2020"),
        (r"(bank|payment|cc|credit card) ?account", _LACKS),
        "payment_account",
        "The payment has no account in QuickBooks that it can go against: {detail}",
        "Choose an active account of type Bank or Credit Card on the payment or in the sync preferences.",
    ),
)

_LISTS = (
    Wording(
        ("800", *GENERAL),
        (r"recurring|\btemplate|scheduled (liability )?payment|memorized",),
        "used_on_template",
        "QuickBooks keeps it active because a recurring transaction or a scheduled payment uses it: {detail}",
        "Delete or change that recurring transaction in QuickBooks, then retry.",
    ),
    Wording(
        GENERAL,
        (r"opening balance equity",),
        "opening_balance_equity",
        "QuickBooks allows no sub-accounts below an account for opening balances: {detail}",
        "Choose another parent for the account, or none; or change the parent's detail type in QuickBooks.",
    ),
    Wording(
        GENERAL,
        (r"sub-? ?account", r"same (account )?type|type (as|of) its parent"),
        "invalid_parent",
        "A sub-account has to be of the same type as its parent: {detail}",
        "Choose another parent, or give the account its parent's type.",
    ),
    Wording(
        GENERAL,
        (r"\bproject", r"parent|sub-? ?customer"),
        "project_bills_parent",
        "QuickBooks wants a project to be a sub-customer that is billed with its parent: {detail}",
        "Set the project in QuickBooks to be billed with its parent, then retry.",
    ),
    Wording(
        ("2500", *GENERAL),
        (r"\b(product|service|item)s?\b", _GONE),
        "item_deleted",
        "It uses an item that was deleted in QuickBooks: {detail}",
        "Make that item active again in QuickBooks and retry, or choose another one on this record.",
    ),
    Wording(
        ("2500", *_LINKS),
        (r"\b(bill|invoice|(vendor|supplier) ?credit)s?\b", _GONE),
        "paid_document_deleted",
        "A bill, invoice or credit that it settles was deleted in QuickBooks: {detail}",
        "Sync, so that you see here what was deleted; then restore it, or take it off this payment.",
    ),
    Wording(
        GENERAL,
        (r"\b(vendor|supplier|account|customer|class|location|department|employee)s?\b", _GONE),
        means="6250",
    ),
    Wording(
        GENERAL,
        (r"sub-? ?(item|product|service)",),
        "item_has_subitems",
        "QuickBooks takes no item on a transaction that has other items below it: {detail}",
        "Choose one of the items below it, or move those to a category in QuickBooks, then retry.",
    ),
    Wording(
        GENERAL,
        (r"\bcategor(y|ies)\b", r"transaction|\b(product|service|item|sold|line)"),
        "category_used",
        "A category was used where QuickBooks wants an item: {detail}",
        "Choose an item of that category on the record instead.",
    ),
    Wording(
        GENERAL,
        (r"\bbillable\b", r"\baccount"),
        "billable_account",
        "A billable expense is on an account that can't be billed: {detail}",
        "Choose an account of type Expense, Other Expense or Cost of Goods Sold on that line, or make the "
        "line not billable in QuickBooks.",
    ),
    Wording(
        (*GENERAL, "2020"),
        (r"\b(product|service|item)s?\b|(income|expense|asset)accountref", r"account", _LACKS),
        "item_account_missing",
        "An item has no account to be booked on in QuickBooks: {detail}",
        "Give the item an income account, an expense account or both, here or in QuickBooks.",
    ),
)

_TEXTS = (
    Wording(
        ("2020", "2050", "2210", *GENERAL),
        (r"e-?mail",),
        "email_invalid",
        "QuickBooks needs an e-mail address that is missing or not valid: {detail}",
        "Correct the e-mail address on the record or on its vendor or customer; empty it if it isn't needed.",
    ),
    Wording(
        ("2040", "2050", *GENERAL),
        (r"\bzip|post(al)? ?code",),
        "postal_code_invalid",
        "QuickBooks doesn't take the ZIP or postal code of an address: {detail}",
        "Enter the address's real ZIP code, or empty the field; five zeros don't do.",
    ),
    Wording(
        GENERAL,
        (
            r"(unsupported|invalid|special|illegal|accented) characters?"
            r"|characters? .*not (allowed|supported)",
        ),
        "invalid_characters",
        "A text has characters that QuickBooks doesn't take: {detail}",
        "Type the text anew with plain letters: without accents, emoji, line breaks, colons and tabs.",
    ),
)

WORDINGS: tuple[Wording, ...] = (
    *_SAID_BY_A_CODE_TOO,
    *_NAMES_AND_NUMBERS,
    *_MONEY,
    *_LISTS,
    *_TEXTS,
)
