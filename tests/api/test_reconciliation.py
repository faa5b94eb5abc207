"""What the latest reconcile found, as JSON and as CSV."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from service.api.context import ApiContext
from service.api.schemas.reconciliation import Reconciliation
from service.store import reconciliations
from tests.api.conftest import Caller, assert_problem
from tests.clocks import START

PATH = "reconciliation"
TOTALS = {
    "currency": "USD",
    "platform": Decimal("200.00"),
    "quickbooks": Decimal("120.00"),
    "difference": Decimal("80.00"),
    "causes": {"paid_in_quickbooks": Decimal("80.00")},
    "unexplained": Decimal("0.00"),
}
SUMMARY: dict[str, Any] = {
    "reads": 18,
    "differences": {"found": 3, "open": 2},
    "counts": {
        "bill": {"records": 4, "archived": 1, "objects": 3, "linked": 3, "agreed": 2, "codes": {"x": 1}}
    },
    "payables": [{"vendor": "ash", "name": "Ash & Co"} | TOTALS],
    "receivables": [],
    "payments": [{"kind": "bill_payment", "account": "bank", "name": "Checking"} | TOTALS],
    "clearing": [
        {
            "purpose": "money_out",
            "account": "clearing",
            "quickbooks_id": "17",
            "balance": Decimal("-25.00"),
            "payments": Decimal("-85.00"),
            "transfers": Decimal("60.00"),
            "other": Decimal("0.00"),
            "in_flight": Decimal("25.00"),
            "in_flight_payments": 1,
        }
    ],
}


def a_difference(**values: Any) -> dict[str, Any]:
    return {
        "kind": "bill",
        "record": "b1",
        "quickbooks_id": "9",
        "field": "memo",
        "platform": "ours",
        "quickbooks": "theirs",
        "amount": None,
        "currency": None,
        "party": "ash",
        "account": None,
        "code": "drifted",
        "reason": "Because.",
        "fix": "Do it.",
        "resolved": False,
    } | values


@pytest.fixture
async def reconciled(oak: Caller, context: ApiContext) -> Caller:
    """A company whose latest reconcile has found three differences."""
    rows = [
        a_difference(platform='=HYPERLINK("x")', reason='Bill "A, B"\nwas edited.'),
        a_difference(record="b2", field="balance", amount=Decimal("-80.00"), currency="USD", code="x"),
        a_difference(kind=None, record=None, quickbooks_id=None, field="lease", resolved=True),
    ]

    def write(connection: Any) -> None:
        reconciliations.add(connection, "oak", "s0", [a_difference()])
        reconciliations.add(connection, "oak", "s1", rows)
        reconciliations.conclude(connection, "oak", "s1", SUMMARY, START)

    await context.store.run(write)
    return oak


async def test_without_a_reconcile_there_is_nothing_to_show(oak: Caller) -> None:
    assert_problem(await oak("GET", PATH), 404, "no_reconciliation")


async def test_totals_and_differences_are_shown(reconciled: Caller) -> None:
    shown = await reconciled.get(PATH)

    Reconciliation.model_validate(shown)
    assert (shown["sync"], shown["at"], shown["reads"]) == ("s1", "2026-03-02T09:00:00Z", 18)
    assert shown["found"] == {"found": 3, "open": 2}
    assert shown["payables"][0]["difference"] == "80.00"
    assert shown["clearing"][0]["in_flight"] == "25.00"
    assert [each["number"] for each in shown["differences"]] == [1, 2, 3]
    assert shown["differences"][1]["amount"] == "-80.00"
    assert shown["next"] is None


async def test_differences_come_in_pages(reconciled: Caller) -> None:
    first = await reconciled.get(f"{PATH}?limit=2")
    second = await reconciled.get(f"{PATH}?limit=2&cursor={first['next']}")

    assert [each["number"] for each in first["differences"]] == [1, 2]
    assert [each["number"] for each in second["differences"]] == [3]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [("kind=bill", [1, 2]), ("code=x", [2]), ("resolved=true", [3]), ("resolved=false&kind=bill", [1, 2])],
)
async def test_differences_are_filtered(reconciled: Caller, asked: str, numbers: list[int]) -> None:
    shown = await reconciled.get(f"{PATH}?{asked}")

    assert [each["number"] for each in shown["differences"]] == numbers


@pytest.mark.parametrize(("asked", "accept"), [("?format=csv", "*/*"), ("?limit=1", "text/csv, */*;q=0.1")])
async def test_all_differences_come_as_a_table(reconciled: Caller, asked: str, accept: str) -> None:
    answer = await reconciled("GET", PATH + asked, accept=accept)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "reconciliation-2026-03-02.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["reason"] == 'Bill "A, B"\nwas edited.'
    assert (rows[1]["amount"], rows[1]["resolved"], rows[2]["resolved"]) == ("-80.00", "false", "true")


async def test_no_cell_of_a_stranger_is_a_formula(reconciled: Caller, context: ApiContext) -> None:
    begins = ["=1+1", "+1", "-1", "@x", "\tx", "plain"]
    rows = [a_difference(quickbooks=each) for each in begins]
    await context.store.run(lambda c: reconciliations.add(c, "oak", "s1", rows))

    answer = await reconciled("GET", f"{PATH}?format=csv")

    shown = [row["quickbooks"] for row in csv.DictReader(io.StringIO(answer.text))]
    assert shown[3:] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain"]
    assert "'=HYPERLINK" in answer.text


async def test_whoever_watches_syncs_or_reads_records_may_see_it(reconciled: Caller, with_key: Any) -> None:
    for scope, status in (("syncs", 200), ("records:read", 200), ("records:write", 403)):
        caller = await with_key(scope)
        assert (await caller("GET", PATH)).status_code == status
    assert_problem(await reconciled("GET", "/v1/companies/elm/reconciliation"), 404, "company_not_found")


async def test_bad_parameters_are_refused(reconciled: Caller) -> None:
    assert_problem(await reconciled("GET", f"{PATH}?format=xml"), 422, "validation_failed")
    assert_problem(await reconciled("GET", f"{PATH}?cursor=x"), 400, "invalid_cursor")
