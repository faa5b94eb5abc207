"""The shape of all reports: {"Header", "Columns", "Rows"}, every value a text (QBO documented)."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.reports.period import Period
from service.sandbox.times import pacific
from service.sandbox.wire import Doc

CENT = Decimal("0.01")
Cell = str | tuple[str, str]


def money(value: Decimal | None) -> str:
    """Write an amount, nothing for none."""
    return "" if value is None else str(value.quantize(CENT, ROUND_HALF_UP))


def cells(values: Iterable[Cell]) -> Doc:
    """Answer ColData; a pair is a value with the id of what it names."""
    data: list[Doc] = []
    for one in values:
        text, object_id = one if isinstance(one, tuple) else (one, "")
        data.append({"value": text, "id": object_id} if object_id else {"value": text})
    return {"ColData": data}


def row(*values: Cell) -> Doc:
    """Answer a row of data."""
    return {**cells(values), "type": "Data"}


def section(title: Cell | None, rows: Sequence[Doc], summary: Sequence[Cell] = (), group: str = "") -> Doc:
    """Answer a section: a title, rows, what they come to."""
    answer: Doc = {}
    if title is not None:
        answer["Header"] = cells([title])
    if rows:
        answer["Rows"] = {"Row": list(rows)}
    if summary:
        answer["Summary"] = cells(summary)
    answer["type"] = "Section"
    if group:
        answer["group"] = group
    return answer


def report(
    books: Books, name: str, period: Period, columns: Sequence[tuple[str, str]], rows: Sequence[Doc]
) -> Doc:
    """Put a report together; raises SandboxFault 10100 for more cells than QuickBooks shows (inferred)."""
    if _count(rows) > books.knobs.report_cells:
        raise errors.by_code("10100", f"The report has more than {books.knobs.report_cells} cells.")
    header: Doc = {
        "Time": pacific(books.now()).isoformat(timespec="seconds"),
        "ReportName": name,
        "ReportBasis": "Accrual",
        "StartPeriod": period.start,
        "EndPeriod": period.end,
        "SummarizeColumnsBy": "Total",
        "Currency": books.home_currency,
        "Option": [{"Name": "NoReportData", "Value": str(not rows).lower()}],
    }
    return {
        "Header": header,
        "Columns": {"Column": [{"ColTitle": title, "ColType": kind} for title, kind in columns]},
        "Rows": {"Row": list(rows)},
    }


def _count(rows: Any) -> int:
    if isinstance(rows, dict):
        return len(rows.get("ColData", ())) + sum(
            _count(one) for key, one in rows.items() if key != "ColData"
        )
    return sum(_count(one) for one in rows) if isinstance(rows, list) else 0
