"""GeneralLedger and TransactionList: the postings themselves."""

from collections.abc import Mapping
from decimal import Decimal

from service.sandbox.books import Books
from service.sandbox.reports.period import period_of
from service.sandbox.reports.postings import NOT_ALLOCATED, Posting, opening_balances, party_of, postings
from service.sandbox.reports.shape import Cell, money, report, row, section
from service.sandbox.wire import Doc

ZERO = Decimal(0)
SPLIT = "-Split-"


def general_ledger(books: Books, params: Mapping[str, str]) -> Doc:
    """Answer, account by account, what was posted in a period, with running balances."""
    period, made = period_of(books, params), list(postings(books))
    posted_to: dict[str, Decimal] = {}
    for one in made:
        posted_to[one.account] = posted_to.get(one.account, ZERO) + one.amount
    opening, splits = opening_balances(books, posted_to), _splits(books, made)
    by_account: dict[str, list[Posting]] = {}
    for one in made:
        by_account.setdefault(one.account, []).append(one)
    rows = []
    for account_id in sorted({*by_account, *opening}, key=lambda one: _title(books, one).casefold()):
        mine = by_account.get(account_id, [])
        before = (one.home for one in mine if period.start and one.day < period.start)
        balance = opening.get(account_id, ZERO) + sum(before, ZERO)
        lines = [row("Beginning Balance", *[""] * 6, money(balance))] if balance else []
        posted = ZERO
        for one in mine:
            if period.holds(one.day):
                posted += one.home
                lines.append(_posted(books, one, splits, balance + posted))
        if lines:
            title = _title(books, account_id)
            rows.append(
                section((title, account_id), lines, [f"Total for {title}", *[""] * 5, money(posted), ""])
            )
    titles = ("Date", "Transaction Type", "Num", "Name", "Memo/Description", "Split", "Amount", "Balance")
    return report(books, "GeneralLedger", period, [(title, "String") for title in titles], rows)


def transaction_list(books: Books, params: Mapping[str, str]) -> Doc:
    """Answer the transactions of a period, each once."""
    period, made = period_of(books, params), list(postings(books))
    splits, seen, rows = _splits(books, made), set(), []
    for one in made:
        key = (one.stored.entity.name, one.stored.id)
        if key in seen or not period.holds(one.day):
            continue
        seen.add(key)
        doc = one.stored.doc()
        cells: list[Cell] = [one.day, (key[0], key[1]), str(doc.get("DocNumber") or ""), "Yes"]
        cells += [party_of(books, doc), str(doc.get("PrivateNote") or "")]
        account = _title(books, one.account)
        rows.append(row(*cells, (account, one.account), _split(splits[key], account), money(one.home)))
    titles = ("Date", "Transaction Type", "Num", "Posting", "Name", "Memo", "Account", "Split", "Amount")
    return report(books, "TransactionList", period, [(title, "String") for title in titles], rows)


def _posted(books: Books, one: Posting, splits: dict[tuple[str, str], list[str]], balance: Decimal) -> Doc:
    key, doc = (one.stored.entity.name, one.stored.id), one.stored.doc()
    return row(
        one.day,
        (key[0], key[1]),
        str(doc.get("DocNumber") or ""),
        party_of(books, doc),
        str(doc.get("PrivateNote") or ""),
        _split(splits[key], _title(books, one.account)),
        money(one.home),
        money(balance),
    )


def _splits(books: Books, made: list[Posting]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in made:
        found.setdefault((one.stored.entity.name, one.stored.id), []).append(_title(books, one.account))
    return found


def _split(accounts: list[str], own: str) -> str:
    """The other account of a transaction, or that there are several."""
    others = [one for one in accounts if one != own]
    return others[0] if len(others) == 1 else SPLIT if others else own


def _title(books: Books, account_id: str) -> str:
    account = books.find("Account", account_id) if account_id != NOT_ALLOCATED else None
    return books.full_name(account) if account is not None else "Not allocated"
