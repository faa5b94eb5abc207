"""ProfitAndLoss by day, week, month, quarter and year: each part is a column, and so is the total."""

from typing import Any

import pytest

from tests.sandbox.conftest import Ids, Wire

SPAN = {"start_date": "2025-12-30", "end_date": "2026-02-03"}


@pytest.mark.parametrize(
    ("by", "starts", "amounts"),
    [
        ("Month", ["2025-12-30", "2026-01-01", "2026-02-01"], ["1.00", "6.00", "8.00"]),
        ("Quarter", ["2025-12-30", "2026-01-01"], ["1.00", "14.00"]),
        ("Year", ["2025-12-30", "2026-01-01"], ["1.00", "14.00"]),
        (
            "Week",
            ["2025-12-30", "2026-01-04", "2026-01-11", "2026-01-18", "2026-01-25", "2026-02-01"],
            ["3.00", "", "", "", "4.00", "8.00"],
        ),
    ],
)
async def test_columns(wire: Wire, ids: Ids, by: str, starts: list[str], amounts: list[str]) -> None:
    await spend(wire, ids)

    report = await wire.get("/reports/ProfitAndLoss", summarize_column_by=by, **SPAN)

    columns = report["Columns"]["Column"][1:-1]
    assert [one["MetaData"][0] for one in columns] == [{"Name": "StartDate", "Value": day} for day in starts]
    assert report["Header"]["SummarizeColumnsBy"] == by
    assert spent(report) == [*amounts, "15.00"]


async def test_days_are_columns_of_their_own(wire: Wire, ids: Ids) -> None:
    await spend(wire, ids)

    report = await wire.get("/reports/ProfitAndLoss", summarize_column_by="Days", **SPAN)

    columns = report["Columns"]["Column"]
    titles = ["", "Dec 30, 2025", "Dec 31, 2025", "Jan 1, 2026"]
    assert (len(columns), [one["ColTitle"] for one in columns[:4]]) == (1 + 36 + 1, titles)
    assert [amount for amount in spent(report) if amount] == ["1.00", "2.00", "4.00", "8.00", "15.00"]


async def test_without_a_wish_there_is_the_total(wire: Wire, ids: Ids) -> None:
    await spend(wire, ids)

    report = await wire.get("/reports/ProfitAndLoss", **SPAN)
    refused = await wire.get("/reports/ProfitAndLoss", summarize_column_by="Moons", **SPAN)

    assert [one["ColTitle"] for one in report["Columns"]["Column"]] == ["", "Total"]
    assert spent(report) == ["15.00"]
    assert refused["Fault"]["Error"][0]["code"] == "5030"


async def spend(wire: Wire, ids: Ids) -> None:
    for amount, day in ((1, "2025-12-31"), (2, "2026-01-01"), (4, "2026-01-31"), (8, "2026-02-03")):
        await wire.create("Bill", ids.bill(amount, TxnDate=day))


def spent(report: Any) -> list[str]:
    """Answer what each column has on the one account of costs."""
    (expenses,) = [one for one in report["Rows"]["Row"] if one.get("group") == "Expenses"]
    return [cell["value"] for cell in expenses["Rows"]["Row"][0]["ColData"][1:]]
