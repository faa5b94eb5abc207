"""The books as double entries, made of the same effects that move the balances.

What effects leave out, because income and expense accounts show no balance, is completed from the lines.
Amounts are in the home currency. Whatever a loaded company's accounts hold that none of its transactions
explains is their opening balance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from service.sandbox.books import Books
from service.sandbox.declare import no_effects
from service.sandbox.draft import ref_of
from service.sandbox.entities.accounts import WITHOUT_BALANCE
from service.sandbox.lines import ZERO, amount_of
from service.sandbox.posting import account_of
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc

PARTIES = (("VendorRef", "Vendor"), ("CustomerRef", "Customer"))
ITEM_SIDES = {"SalesItemLineDetail": "IncomeAccountRef", "ItemBasedExpenseLineDetail": "ExpenseAccountRef"}
NOT_ALLOCATED = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount on one account, debit positive; the empty account holds what no line allocates."""

    stored: Stored
    day: str
    account: str
    amount: Decimal
    home: Decimal


def postings(books: Books) -> Iterator[Posting]:
    """Answer all postings of all transactions, by date and id."""
    found: list[tuple[str, int, str, Stored]] = []
    for shelf in books.shelves.values():
        if shelf.entity.transaction and shelf.entity.effects is not no_effects:
            place = shelf.entity.column_at["TxnDate"]
            found += [(str(one.columns[place] or ""), len(one.id), one.id, one) for one in shelf]
    found.sort(key=lambda one: one[:3])
    for day, _, _, stored in found:
        doc = stored.doc()
        rate = Decimal(str(doc.get("ExchangeRate") or 1))
        for account, amount in _entries(books, stored, doc).items():
            if amount:
                yield Posting(stored, day, account, amount, amount * rate)


def _entries(books: Books, stored: Stored, doc: Doc) -> dict[str, Decimal]:
    """Answer what a transaction posts to each account; it adds up to zero."""
    entries: dict[str, Decimal] = {}
    for key, amount in stored.entity.effects(doc).accounts.items():
        account = account_of(books, key)
        name = account.id if account is not None else NOT_ALLOCATED
        entries[name] = entries.get(name, ZERO) + amount
    missing = -sum(entries.values(), ZERO)
    if not missing:
        return entries
    sign = 1 if missing > 0 else -1
    for account_id, amount in _by_lines(books, doc):
        part = sign * amount
        entries[account_id] = entries.get(account_id, ZERO) + part
        missing -= part
    if missing:
        entries[NOT_ALLOCATED] = entries.get(NOT_ALLOCATED, ZERO) + missing
    return entries


def _by_lines(books: Books, doc: Doc) -> Iterator[tuple[str, Decimal]]:
    for line in doc.get("Line") or ():
        kind = str(line.get("DetailType"))
        detail = line.get(kind)
        if not isinstance(detail, dict):
            continue
        if kind in ITEM_SIDES:
            item = books.find("Item", ref_of(detail, "ItemRef") or "")
            account = ref_of(item.doc(), ITEM_SIDES[kind]) if item is not None else None
            yield account or _fallback(books, kind), amount_of(line)
        elif kind == "DiscountLineDetail":
            yield (
                ref_of(detail, "DiscountAccountRef") or _fallback(books, "SalesItemLineDetail"),
                -amount_of(line),
            )


def _fallback(books: Books, kind: str) -> str:
    """Sales without an item's account are income all the same, purchases are costs."""
    return books.account_of_type("Income" if kind == "SalesItemLineDetail" else "Expense") or NOT_ALLOCATED


def opening_balances(books: Books, posted: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Answer what accounts hold that their postings don't explain, debit positive; nothing for most books.

    `posted` is what all transactions post, each in its own currency.
    """
    opening: dict[str, Decimal] = {}
    for account in books.shelves["Account"].in_id_order():
        kind = books.column(account, "AccountType")
        if kind in WITHOUT_BALANCE:
            continue
        held = account.balance or ZERO
        difference = (-held if kind == "Credit Card" else held) - posted.get(account.id, ZERO)
        if difference:
            opening[account.id] = difference
    return opening


def party_of(books: Books, doc: Doc) -> tuple[str, str]:
    """Answer the name and the id of a transaction's vendor or customer."""
    for field, entity in PARTIES:
        object_id = ref_of(doc, field)
        stored = books.find(entity, object_id) if object_id else None
        if stored is not None:
            return stored.name, stored.id
    return "", ""
