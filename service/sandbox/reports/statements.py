"""TrialBalance and BalanceSheet, on the accrual basis."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from service.sandbox.books import Books
from service.sandbox.entities.accounts import WITHOUT_BALANCE
from service.sandbox.reports.period import fiscal_start, period_of
from service.sandbox.reports.postings import NOT_ALLOCATED, opening_balances, postings
from service.sandbox.reports.shape import money, report, row, section
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc

ZERO = Decimal(0)
TOTAL = [("", "Account"), ("Total", "Money")]
ASSETS = (
    ("Bank Accounts", "BankAccounts", ("Bank",)),
    ("Accounts Receivable", "AR", ("Accounts Receivable",)),
    ("Other Current Assets", "OtherCurrentAssets", ("Other Current Asset",)),
    ("Fixed Assets", "FixedAssets", ("Fixed Asset",)),
    ("Other Assets", "OtherAssets", ("Other Asset",)),
)
LIABILITIES = (
    ("Accounts Payable", "AP", ("Accounts Payable",)),
    ("Credit Cards", "CreditCards", ("Credit Card",)),
    ("Other Current Liabilities", "OtherCurrentLiabilities", ("Other Current Liability",)),
    ("Long-Term Liabilities", "LongTermLiabilities", ("Long Term Liability",)),
)
Sums = dict[str, Decimal]


def trial_balance(books: Books, params: Mapping[str, str]) -> Doc:
    """Answer each account's balance, to date or, for income and costs, of the fiscal year."""
    period = period_of(books, params)
    sums, earlier = _sums(books, period.end)
    rows, debits, credits = [], ZERO, ZERO
    for account in _accounts(books):
        amount = sums.get(account.id, ZERO)
        if books.column(account, "AccountType") in WITHOUT_BALANCE:
            amount -= earlier.get(account.id, ZERO)
        elif books.column(account, "AccountSubType") == "RetainedEarnings":
            amount += _profit_side(books, earlier)
        if amount:
            debits, credits = debits + max(amount, ZERO), credits + max(-amount, ZERO)
            rows.append(_sides((books.full_name(account), account.id), amount))
    spare = sums.get(NOT_ALLOCATED, ZERO)
    if spare:
        debits, credits = debits + max(spare, ZERO), credits + max(-spare, ZERO)
        rows.append(_sides(("Not allocated", ""), spare))
    if rows:
        rows.append(section(None, (), ["TOTAL", money(debits), money(credits)], "GrandTotal"))
    columns = [("", "Account"), ("Debit", "Money"), ("Credit", "Money")]
    return report(books, "TrialBalance", period, columns, rows)


def _sides(title: tuple[str, str], amount: Decimal) -> Doc:
    return row(title, money(amount) if amount > 0 else "", money(-amount) if amount < 0 else "")


def balance_sheet(books: Books, params: Mapping[str, str]) -> Doc:
    """Answer what the company has, owes and is worth at the end of a period."""
    period = period_of(books, params)
    sums, before = _sums(books, period.end)
    earlier = _profit_side(books, before)
    assets, has = _groups(books, sums, ASSETS)
    liabilities, owes = _groups(books, sums, LIABILITIES, sign=-1)
    equity, worth = _equity(books, sums, earlier)
    spare = sums.get(NOT_ALLOCATED, ZERO)
    if spare:
        liabilities.append(row("Not allocated", money(-spare)))
        owes -= spare
    both = [
        section("Liabilities", liabilities, ["Total Liabilities", money(owes)], "Liabilities"),
        section("Equity", equity, ["Total Equity", money(worth)], "Equity"),
    ]
    total = ["TOTAL LIABILITIES AND EQUITY", money(owes + worth)]
    rows = [
        section("ASSETS", assets, ["TOTAL ASSETS", money(has)], "TotalAssets"),
        section("LIABILITIES AND EQUITY", both, total, "TotalLiabilitiesAndEquity"),
    ]
    return report(books, "BalanceSheet", period, TOTAL, rows)


def _equity(books: Books, sums: Sums, earlier: Decimal) -> tuple[list[Doc], Decimal]:
    """Equity accounts, the profit of earlier years as retained earnings, and this year's as net income."""
    rows, worth, is_placed = [], ZERO, False
    for account in _accounts(books):
        if books.column(account, "AccountType") != "Equity":
            continue
        amount = -sums.get(account.id, ZERO)
        if books.column(account, "AccountSubType") == "RetainedEarnings" and not is_placed:
            amount, is_placed = amount - earlier, True
        if amount:
            rows.append(row((books.full_name(account), account.id), money(amount)))
        worth += amount
    net = -_profit_side(books, sums) + (earlier if is_placed else ZERO)
    rows.append(row("Net Income", money(net)))
    return rows, worth + net


def _sums(books: Books, end: str) -> tuple[Sums, Sums]:
    """Answer what was posted to each account up to a day, and before its fiscal year; debit positive."""
    start = fiscal_start(books, end)
    posted: Sums = {}
    earlier: Sums = {}
    until: Sums = {}
    for one in postings(books):
        posted[one.account] = posted.get(one.account, ZERO) + one.amount
        for sums, counts in ((until, one.day <= end), (earlier, one.day < start)):
            if counts:
                sums[one.account] = sums.get(one.account, ZERO) + one.home
    for account, amount in opening_balances(books, posted).items():
        until[account] = until.get(account, ZERO) + amount
    return until, earlier


def _profit_side(books: Books, sums: Sums) -> Decimal:
    """Answer the sum of income and costs, debit positive: a profit is negative."""
    kinds = {one.id: books.column(one, "AccountType") for one in books.shelves["Account"]}
    return sum((one for key, one in sums.items() if kinds.get(key) in WITHOUT_BALANCE), ZERO)


def _groups(
    books: Books, sums: Sums, groups: Sequence[tuple[str, str, tuple[str, ...]]], *, sign: int = 1
) -> tuple[list[Doc], Decimal]:
    rows, whole = [], ZERO
    for title, group, kinds in groups:
        made, amount = _group(books, sums, title, group, kinds, sign=sign)
        rows += made
        whole += amount
    return rows, whole


def _group(
    books: Books, sums: Sums, title: str, group: str, kinds: tuple[str, ...], *, sign: int = 1
) -> tuple[list[Doc], Decimal]:
    rows, whole = [], ZERO
    for account in _accounts(books):
        amount = sign * sums.get(account.id, ZERO)
        if amount and books.column(account, "AccountType") in kinds:
            rows.append(row((books.full_name(account), account.id), money(amount)))
            whole += amount
    return ([section(title, rows, [f"Total {title}", money(whole)], group)] if rows else []), whole


def _accounts(books: Books) -> list[Stored]:
    return sorted(books.shelves["Account"], key=lambda one: (books.full_name(one).casefold(), one.id))
