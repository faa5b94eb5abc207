"""A report summarised by time: a column for each day, week, month, quarter or year, and the total."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from service.sandbox import errors
from service.sandbox.reports.period import Period
from service.sandbox.wire import Doc

TOTAL = "Total"


def _month_after(day: date, months: int) -> date:
    ahead = day.year * 12 + day.month - 1 + months
    return date(ahead // 12, ahead % 12 + 1, 1)


# Answers the first day of the column after the one that a day belongs to.
STEPS: dict[str, Callable[[date], date]] = {
    "Days": lambda day: day + timedelta(days=1),
    "Week": lambda day: day + timedelta(days=7 - (day.weekday() + 1) % 7),
    "Month": lambda day: _month_after(day, 1),
    "Quarter": lambda day: _month_after(day, 3 - (day.month - 1) % 3),
    "Year": lambda day: date(day.year + 1, 1, 1),
}


def summarised_by(params: Mapping[str, str]) -> str:
    """Read summarize_column_by; raises SandboxFault 5030 for what these reports aren't summarised by."""
    asked = params.get("summarize_column_by", TOTAL)
    if asked != TOTAL and asked not in STEPS:
        raise errors.by_code("5030", f"Reports summarised by {asked} are not supported here.")
    return asked


def split(period: Period, by: str) -> list[Period]:
    """Cut a period into its columns, the first and the last as short as it makes them; none for the total."""
    if by == TOTAL or not period.start:
        return []
    columns, day, last = [], date.fromisoformat(period.start), date.fromisoformat(period.end)
    while day <= last:
        following = STEPS[by](day)
        end = min(following - timedelta(days=1), last)
        columns.append(Period(day.isoformat(), end.isoformat()))
        day = following
    return columns


def headings(columns: Sequence[Period]) -> list[Doc]:
    """Answer the Column objects: accounts, each part of the time with its two days, the total."""
    shown: list[Doc] = [{"ColTitle": "", "ColType": "Account", "MetaData": _facts(ColKey="account")}]
    for one in columns:
        facts = _facts(StartDate=one.start, EndDate=one.end)
        shown.append({"ColTitle": _title(one), "ColType": "Money", "MetaData": facts})
    shown.append({"ColTitle": TOTAL, "ColType": "Money", "MetaData": _facts(ColKey="total")})
    return shown


def _facts(**values: str) -> list[Doc]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def _title(column: Period) -> str:
    first, last = date.fromisoformat(column.start), date.fromisoformat(column.end)
    return f"{first:%b} {first.day}, {first.year}" + (
        f" - {last:%b} {last.day}, {last.year}" if first != last else ""
    )
