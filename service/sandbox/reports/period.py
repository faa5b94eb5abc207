"""The time that a report is about, as its parameters say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.times import is_day

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it; `start` is empty where nothing bounds it."""

    start: str
    end: str

    def holds(self, day: str) -> bool:
        """Say whether a day belongs to it."""
        return self.start <= day <= self.end


def period_of(books: Books, params: Mapping[str, str]) -> Period:
    """Read start_date and end_date, or date_macro; the fiscal year to date where neither is given.

    Raises:
        SandboxFault: 2110 for what is no date, 2170 for an unknown macro, 5030 for the cash basis, which
            these books don't hold.
    """
    if params.get("accounting_method", "Accrual").lower() == "cash":
        raise errors.by_code("5030", "Reports on the cash basis are not supported here.")
    today = date.fromisoformat(books.today)
    start, end = _day(params, "start_date"), _day(params, "end_date")
    if start or end:
        begins = start or _fiscal_year(books, date.fromisoformat(end)).isoformat()
        return Period(begins, end or today.isoformat())
    macro = params.get("date_macro", "This Fiscal Year-to-date").lower()
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    spans = {
        "all": ("", "9999-12-31"),
        "today": (today.isoformat(), today.isoformat()),
        "this month": (first.isoformat(), _last_of_month(first).isoformat()),
        "this month-to-date": (first.isoformat(), today.isoformat()),
        "last month": (before.replace(day=1).isoformat(), before.isoformat()),
        "this calendar year": (f"{today.year}-01-01", f"{today.year}-12-31"),
        "this fiscal year-to-date": (_fiscal_year(books, today).isoformat(), today.isoformat()),
    }
    if macro not in spans:
        raise errors.bad_number("date_macro", params.get("date_macro"), code="2170")
    return Period(*spans[macro])


def report_day(books: Books, params: Mapping[str, str]) -> Period:
    """Read report_date, today where it isn't given; such a report has no beginning."""
    return Period("", _day(params, "report_date") or _day(params, "end_date") or books.today)


def fiscal_start(books: Books, day: str) -> str:
    """Answer the first day of the fiscal year of a day."""
    return _fiscal_year(books, date.fromisoformat(day)).isoformat()


def _fiscal_year(books: Books, day: date) -> date:
    month = str(books.preference("AccountingInfoPrefs", "FirstMonthOfFiscalYear") or "January")
    first = MONTHS.index(month) + 1 if month in MONTHS else 1
    return date(day.year if day.month >= first else day.year - 1, first, 1)


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _day(params: Mapping[str, str], name: str) -> str:
    value = params.get(name, "")
    if value and not is_day(value):
        raise errors.bad_number(name, value, code="2110")
    return value
