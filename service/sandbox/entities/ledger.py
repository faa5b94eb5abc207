"""JournalEntry, Deposit and Transfer: money between accounts."""

from decimal import Decimal

from service.sandbox import errors
from service.sandbox.declare import Effects, Entity, anything, flag, money, ref, shape, text
from service.sandbox.deviations import Deviation
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.shapes import HOME_TOTAL, transaction_header
from service.sandbox.entities.transactions import complete_header, refuse_duplicate_number
from service.sandbox.lines import (
    ZERO,
    amount_of,
    in_line_order,
    linked,
    number_lines,
    require_lines,
    total,
)
from service.sandbox.normalise import amount
from service.sandbox.wire import Doc

WRITES = frozenset({"create", "update", "delete"})
EVENTS = frozenset({"Create", "Update", "Delete"})
JOURNAL_LINES = ("JournalEntryLineDetail", "DescriptionOnly")
LEAST_LINES = 2
PARTY_OF = {"Accounts Payable": "Vendor", "Accounts Receivable": "Customer"}


def complete_journal(draft: Draft) -> None:
    """Lines are numbered from "0", the total is not shown as anything but zero (recorded)."""
    complete_header(draft)
    draft.default("Adjustment", False)
    draft.default("TxnTaxDetail", {})
    require_lines(draft, *JOURNAL_LINES)
    number_lines(draft, first=0, numbered=False)
    for line in draft.doc["Line"]:
        detail = line.get("JournalEntryLineDetail")
        if detail is None:
            continue
        if detail.get("PostingType") not in {"Debit", "Credit"}:
            raise errors.missing("Line.JournalEntryLineDetail.PostingType")
        if ref_of(detail, "AccountRef") is None:
            raise errors.missing("Line.JournalEntryLineDetail.AccountRef")
    draft.doc["Line"] = [in_line_order(line) for line in draft.doc["Line"]]
    draft.doc["TotalAmt"] = 0


def check_journal(draft: Draft) -> None:
    """Debits equal credits (2300); payable and receivable lines name their party (6000, QBO documented)."""
    effects = journal_effects(draft.doc)
    is_balanced = sum(effects.accounts.values(), ZERO) == 0
    if not is_balanced and Deviation.UNBALANCED_JOURNAL not in draft.books.deviations:
        raise errors.by_code("2300")
    if len(draft.doc["Line"]) < LEAST_LINES:
        raise errors.by_code("2300", "A journal entry has at least two lines")
    with_party = 0
    for line in draft.doc["Line"]:
        detail = line.get("JournalEntryLineDetail") or {}
        account = draft.find("Account", ref_of(detail, "AccountRef"))
        kind = draft.books.column(account, "AccountType") if account is not None else ""
        party = PARTY_OF.get(str(kind))
        entity = detail.get("Entity") or {}
        with_party += party is not None
        if party is not None and (entity.get("Type") != party or ref_of(entity, "EntityRef") is None):
            raise errors.business(
                f"When you use {kind}, you must choose a {party.lower()} in the Name field."
            )
    if with_party > 1 and draft.books.knobs.journal_party_lines == "one":
        raise errors.business("A journal entry has at most one line on a receivable or payable account.")
    refuse_duplicate_number(draft, None, draft.books.other_preference("WarnDuplicateJournalNumber"))


def journal_effects(doc: Doc) -> Effects:
    """Each line debits or credits its account."""
    accounts: dict[str, Decimal] = {}
    parties: dict[tuple[str, str], Decimal] = {}
    for line in doc.get("Line", ()):
        detail = line.get("JournalEntryLineDetail") or {}
        account = ref_of(detail, "AccountRef")
        if account is None:
            continue
        signed = amount_of(line) if detail.get("PostingType") == "Debit" else -amount_of(line)
        accounts[account] = accounts.get(account, ZERO) + signed
        entity = detail.get("Entity") or {}
        kind, party = str(entity.get("Type")), ref_of(entity, "EntityRef")
        if party is not None and kind in {"Vendor", "Customer"}:
            owed = signed if kind == "Customer" else -signed
            parties[kind, party] = parties.get((kind, party), ZERO) + owed
    return Effects(accounts=accounts, parties=parties)


def complete_deposit(draft: Draft) -> None:
    """Add the lines up."""
    complete_header(draft)
    if draft.ref("DepositToAccountRef") is None:
        raise errors.missing("DepositToAccountRef")
    if not draft.doc.get("Line"):
        raise errors.missing("Line")
    for line in draft.doc["Line"]:
        if linked(line) is None and not isinstance(line.get("DepositLineDetail"), dict):
            raise errors.missing("Line.DepositLineDetail")
        if line.get("Amount") is None:
            raise errors.missing("Line.Amount")
    number_lines(draft)
    draft.doc["TotalAmt"] = amount(total(draft.doc["Line"]) - _cash_back(draft.doc)[1])


def check_deposit(draft: Draft) -> None:
    """A payment is deposited once."""
    for line in draft.doc["Line"]:
        kind, target_id = linked(line) or ("", "")
        if kind == "Payment":
            target = draft.find(kind, target_id)
            if target is None:
                raise errors.bad_reference(kind, target_id)
            if any(link != (draft.id, "Deposit") for link in target.links):
                raise errors.by_code("6540")


def _cash_back(doc: Doc) -> tuple[str | None, Decimal]:
    """Answer the account and the amount of what was kept in cash."""
    kept = doc.get("CashBack")
    if not isinstance(kept, dict):
        return None, ZERO
    return ref_of(kept, "AccountRef"), amount_of(kept)


def deposit_effects(doc: Doc) -> Effects:
    """Money moves into the bank, less what is kept in cash; a deposited payment is locked."""
    accounts: dict[str, Decimal] = {}
    into = ref_of(doc, "DepositToAccountRef")
    if into is not None:
        accounts[into] = Decimal(doc.get("TotalAmt") or 0)
    kept_in, kept = _cash_back(doc)
    if kept_in is not None:
        accounts[kept_in] = accounts.get(kept_in, ZERO) + kept
    locks: set[tuple[str, str]] = set()
    for line in doc.get("Line", ()):
        target = linked(line)
        account = ref_of(line.get("DepositLineDetail") or {}, "AccountRef")
        key = account or ("@Undeposited" if target is not None else None)
        if key is not None:
            accounts[key] = accounts.get(key, ZERO) - amount_of(line)
        if target is not None:
            locks.add(target)
    return Effects(accounts=accounts, locks=frozenset(locks))


def complete_transfer(draft: Draft) -> None:
    """A transfer needs both accounts and an amount."""
    complete_header(draft)
    for name in ("FromAccountRef", "ToAccountRef"):
        if draft.ref(name) is None:
            raise errors.missing(name)


def void_transfer(doc: Doc) -> None:
    """Nothing is moved; a person can do that, the API can't (QBO documented)."""
    doc["Amount"] = 0


def transfer_effects(doc: Doc) -> Effects:
    """Money leaves one account for another."""
    moved = Decimal(doc.get("Amount") or 0)
    accounts: dict[str, Decimal] = {}
    for name, signed in (("FromAccountRef", -moved), ("ToAccountRef", moved)):
        account = ref_of(doc, name)
        if account is not None:
            accounts[account] = accounts.get(account, ZERO) + signed
    return Effects(accounts=accounts)


JOURNAL_ENTRY = Entity(
    name="JournalEntry",
    fields=(
        flag("Adjustment", find=True),
        *anything("HomeCurrencyAdjustment", "EnteredInAdjustmentMode"),
        HOME_TOTAL,
        money("TotalAmt", read_only=True),
        *transaction_header(),
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    counts_rows=True,
    events=EVENTS,
    complete=complete_journal,
    check=check_journal,
    effects=journal_effects,
)

DEPOSIT = Entity(
    name="Deposit",
    fields=(
        ref("DepositToAccountRef", "Account", find=True),
        money("TotalAmt", find=True, read_only=True),
        shape("CashBack", (ref("AccountRef", "Account"), money("Amount"), text("Memo"))),
        HOME_TOTAL,
        *transaction_header(),
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    link_type="Deposit",
    counts_rows=True,
    events=EVENTS,
    complete=complete_deposit,
    check=check_deposit,
    effects=deposit_effects,
)

TRANSFER = Entity(
    name="Transfer",
    fields=(
        ref("FromAccountRef", "Account"),
        ref("ToAccountRef", "Account"),
        money("Amount", find=True),
        *transaction_header(),
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    required=("Amount",),
    kept=frozenset({"DocNumber", "CurrencyRef", "CustomField"}),
    counts_rows=True,
    events=EVENTS | {"Void"},
    complete=complete_transfer,
    effects=transfer_effects,
    void=void_transfer,
)
