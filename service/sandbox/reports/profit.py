"""ProfitAndLoss, on the accrual basis: for a period as a whole, and for each part of it that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from service.sandbox.books import Books
from service.sandbox.reports.columns import headings, split, summarised_by
from service.sandbox.reports.period import Period, period_of
from service.sandbox.reports.postings import postings
from service.sandbox.reports.shape import money, report, row, section
from service.sandbox.wire import Doc

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of one type under a title; with their sum, for each column."""

    rows: list[Doc]
    sums: list[Decimal]


def profit_and_loss(books: Books, params: Mapping[str, str]) -> Doc:
    """Answer income less costs of a period; raises SandboxFault."""
    period, by = period_of(books, params), summarised_by(params)
    columns = split(period, by)
    posted = _posted(books, [*columns, period])
    income = _group(books, posted, ("Income", "Income", "Income"), sign=-1)
    costs = _group(books, posted, ("Cost of Goods Sold", "COGS", "Cost of Goods Sold"))
    expenses = _group(books, posted, ("Expenses", "Expenses", "Expense"))
    more = _group(books, posted, ("Other Income", "OtherIncome", "Other Income"), sign=-1)
    others = _group(books, posted, ("Other Expenses", "OtherExpenses", "Other Expense"))
    gross = _less(income.sums, costs.sums)
    operating, other = _less(gross, expenses.sums), _less(more.sums, others.sums)
    net = [one + two for one, two in zip(operating, other, strict=True)]
    rows = [
        *income.rows,
        *costs.rows,
        _summary("Gross Profit", "GrossProfit", gross),
        *expenses.rows,
        _summary("Net Operating Income", "NetOperatingIncome", operating),
        *more.rows,
        *others.rows,
        _summary("Net Other Income", "NetOtherIncome", other),
        _summary("Net Income", "NetIncome", net),
    ]
    answer = report(books, "ProfitAndLoss", period, [], rows)
    answer["Header"]["SummarizeColumnsBy"] = by
    answer["Columns"]["Column"] = headings(columns)
    return answer


def _posted(books: Books, columns: Sequence[Period]) -> dict[str, list[Decimal]]:
    """Answer what was posted to each account in each column, debit positive."""
    sums: dict[str, list[Decimal]] = {}
    for one in postings(books):
        for place, column in enumerate(columns):
            if column.holds(one.day):
                sums.setdefault(one.account, [ZERO] * len(columns))[place] += one.home
    sums.setdefault("", [ZERO] * len(columns))
    return sums


def _group(
    books: Books, posted: Mapping[str, list[Decimal]], names: tuple[str, str, str], *, sign: int = 1
) -> Group:
    title, group, kind = names
    rows, whole = [], [ZERO] * len(posted[""])
    for account in sorted(
        books.shelves["Account"], key=lambda one: (books.full_name(one).casefold(), one.id)
    ):
        amounts = [sign * one for one in posted.get(account.id, ())]
        if any(amounts) and books.column(account, "AccountType") == kind:
            shown = [money(one) if one else "" for one in amounts]
            rows.append(row((books.full_name(account), account.id), *shown))
            whole = [one + two for one, two in zip(whole, amounts, strict=True)]
    total = [f"Total {title}", *map(money, whole)]
    return Group([section(title, rows, total, group)] if rows else [], whole)


def _less(these: Sequence[Decimal], those: Sequence[Decimal]) -> list[Decimal]:
    return [one - two for one, two in zip(these, those, strict=True)]


def _summary(title: str, group: str, amounts: Sequence[Decimal]) -> Doc:
    return section(None, (), [title, *map(money, amounts)], group)
