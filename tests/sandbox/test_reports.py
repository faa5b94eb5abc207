"""Reports: what the books say, added up; every value a text."""

from decimal import Decimal
from typing import Any

import pytest

from service.sandbox import Company, CompanyAccess, Sandbox
from service.sandbox.generate import generate
from tests.sandbox.conftest import Ids, Wire, balance
from tests.sandbox.test_sales import received

NAMES = (
    *("AgedPayables", "AgedPayableDetail", "AgedReceivables", "AgedReceivableDetail", "VendorBalance"),
    *("CustomerBalance", "TrialBalance", "GeneralLedger", "BalanceSheet", "ProfitAndLoss", "TransactionList"),
)


@pytest.fixture
def busy(company: Company, ids: Ids) -> Company:
    """A bill of 150.00 from September, 50.00 of it paid in October; a sale of 80.00, 30.00 received."""
    bill = company.create("Bill", ids.bill(150, TxnDate="2026-09-01", DueDate="2026-10-01", DocNumber="B-1"))
    paid = ids.payment(50, ("Bill", bill["Id"], 50), TxnDate="2026-10-15")
    company.create("BillPayment", paid)
    invoice = company.create("Invoice", ids.invoice(80, TxnDate="2026-11-01"))
    company.create("Payment", received(ids, 30, ("Invoice", invoice["Id"], 30)))
    company.create("VendorCredit", {"VendorRef": {"value": ids.vendor}, "Line": [ids.line(20)]})
    return company


def texts(value: Any) -> list[Any]:
    """Answer every value of a report's cells."""
    if isinstance(value, dict):
        own = [cell["value"] for cell in value.get("ColData", ())]
        return own + [one for key, part in value.items() if key != "ColData" for one in texts(part)]
    return [one for part in value for one in texts(part)] if isinstance(value, list) else []


def cell_rows(value: Any) -> list[list[str]]:
    """Answer the cells of every row and summary."""
    if isinstance(value, dict):
        own = [[cell["value"] for cell in value["ColData"]]] if "ColData" in value else []
        return own + [one for part in value.values() for one in cell_rows(part)]
    return [one for part in value for one in cell_rows(part)] if isinstance(value, list) else []


async def report(wire: Wire, name: str, **params: str) -> Any:
    answer = await wire.get(f"/reports/{name}", **params)
    assert set(answer) == {"Header", "Columns", "Rows"}, answer
    return answer


@pytest.mark.parametrize("name", NAMES)
async def test_each_report_has_the_documented_shape(wire: Wire, busy: Company, name: str) -> None:
    answer = await report(wire, name, date_macro="All")

    columns = answer["Columns"]["Column"]
    data = [row for row in cell_rows(answer["Rows"]) if len(row) > 1]
    assert (answer["Header"]["ReportName"], answer["Header"]["Currency"]) == (name, "USD")
    assert data
    assert all(isinstance(one, str) for one in texts(answer["Rows"]))
    assert all(len(row) <= len(columns) for row in data)


async def test_payables_by_age(wire: Wire, busy: Company, ids: Ids) -> None:
    now = await report(wire, "AgedPayables")
    before = await report(wire, "AgedPayables", report_date="2026-10-10")

    assert [one["ColTitle"] for one in now["Columns"]["Column"]] == [
        *("", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total")
    ]
    assert cell_rows(now["Rows"])[0] == ["Pine & Sons", "-20.00", "", "100.00", "", "", "80.00"]
    assert now["Rows"]["Row"][0]["ColData"][0]["id"] == ids.vendor
    assert cell_rows(before["Rows"])[-1] == ["TOTAL", "0.00", "150.00", "0.00", "0.00", "0.00", "150.00"]
    assert Decimal(cell_rows(now["Rows"])[-1][-1]) == -balance(busy, "Account", ids.payable)


async def test_ages_add_up_what_each_bill_is_worth_at_home(wire: Wire, company: Company, ids: Ids) -> None:
    company.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    abroad = company.create("Vendor", {"DisplayName": "Elsewhere", "CurrencyRef": {"value": "EUR"}})["Id"]
    euro = {"VendorRef": {"value": abroad}, "CurrencyRef": {"value": "EUR"}, "ExchangeRate": "1.05"}
    bills = [company.create("Bill", {**ids.bill("0.33"), **euro}) for _ in range(3)]

    answer = await report(wire, "AgedPayables")

    at_home = sum(Decimal(bill["HomeBalance"]) for bill in bills)
    assert (at_home, Decimal(cell_rows(answer["Rows"])[-1][-1])) == (Decimal("1.05"), Decimal("1.05"))


async def test_spans_of_other_lengths(wire: Wire, busy: Company) -> None:
    answer = await report(wire, "AgedPayables", aging_period="60", num_periods="2")

    titles = [one["ColTitle"] for one in answer["Columns"]["Column"]]
    assert titles == ["", "Current", "1 - 60", "61 and over", "Total"]
    assert cell_rows(answer["Rows"])[0][2] == "100.00"


async def test_the_detail_lists_each_open_transaction(wire: Wire, busy: Company) -> None:
    rows = cell_rows((await report(wire, "AgedPayableDetail"))["Rows"])

    assert ["2026-09-01", "Bill", "B-1", "Pine & Sons", "2026-10-01", "50", "150.00", "100.00"] in rows
    assert rows[-1][-1] == "80.00"


async def test_receivables_and_unapplied_money(wire: Wire, busy: Company, ids: Ids) -> None:
    busy.create("Payment", received(ids, 5))

    aged = cell_rows((await report(wire, "AgedReceivables"))["Rows"])
    balances = cell_rows((await report(wire, "CustomerBalance"))["Rows"])

    assert aged[-1][-1] == balances[-1][-1] == "45.00"
    assert balances[0] == ["Harbor Hotel", "45.00"]
    assert balance(busy, "Customer", ids.customer) == 45


async def test_vendor_balances_can_be_narrowed_to_some(wire: Wire, busy: Company, ids: Ids) -> None:
    other = busy.create("Vendor", {"DisplayName": "Other"})["Id"]
    busy.create("Bill", {**ids.bill(7), "VendorRef": {"value": other}})

    everybody = cell_rows((await report(wire, "VendorBalance"))["Rows"])
    one = cell_rows((await report(wire, "VendorBalance", vendor=other))["Rows"])

    assert everybody == [["Other", "7.00"], ["Pine & Sons", "80.00"], ["TOTAL", "87.00"]]
    assert one == [["Other", "7.00"], ["TOTAL", "7.00"]]


async def test_debits_equal_credits(wire: Wire, busy: Company) -> None:
    rows = cell_rows((await report(wire, "TrialBalance"))["Rows"])

    assert ["Checking", "", "50.00"] in rows
    assert ["Office Expenses", "130.00", ""] in rows
    assert rows[-1] == ["TOTAL", "210.00", "210.00"]


async def test_profit_and_loss(wire: Wire, busy: Company) -> None:
    year = cell_rows((await report(wire, "ProfitAndLoss"))["Rows"])
    september = cell_rows(
        (await report(wire, "ProfitAndLoss", start_date="2026-09-01", end_date="2026-09-30"))["Rows"]
    )

    assert ["Services", "80.00"] in year
    assert ["Total Expenses", "130.00"] in year
    assert year[-1] == ["Net Income", "-50.00"]
    assert september[-1] == ["Net Income", "-150.00"]


async def test_assets_equal_what_is_owed_and_what_it_is_worth(wire: Wire, busy: Company) -> None:
    rows = dict(row for row in cell_rows((await report(wire, "BalanceSheet"))["Rows"]) if len(row) == 2)

    assert rows["Accounts Receivable (A/R)"] == "50.00"
    assert rows["Accounts Payable (A/P)"] == "80.00"
    assert rows["Net Income"] == "-50.00"
    assert rows["TOTAL ASSETS"] == rows["TOTAL LIABILITIES AND EQUITY"] == "30.00"


async def test_last_years_profit_is_retained(wire: Wire, company: Company, ids: Ids) -> None:
    company.create("Invoice", ids.invoice(500, TxnDate="2025-06-01"))

    sheet = dict(row for row in cell_rows((await report(wire, "BalanceSheet"))["Rows"]) if len(row) == 2)
    trial = cell_rows((await report(wire, "TrialBalance"))["Rows"])

    assert (sheet["Retained Earnings"], sheet["Net Income"]) == ("500.00", "0.00")
    assert ["Retained Earnings", "", "500.00"] in trial
    assert not [row for row in trial if row[0] == "Services"]


async def test_the_ledger_runs_on_from_its_beginning(wire: Wire, busy: Company) -> None:
    answer = await report(wire, "GeneralLedger", start_date="2026-10-01", end_date="2026-12-31")

    payable = next(
        one
        for one in answer["Rows"]["Row"]
        if one["Header"]["ColData"][0]["value"] == "Accounts Payable (A/P)"
    )
    rows = cell_rows(payable["Rows"])
    assert rows[0][0] == "Beginning Balance"
    assert [row[-1] for row in rows] == ["-150.00", "-100.00", "-80.00"]
    assert rows[1][5] == "Checking"


async def test_the_list_of_transactions_names_each_once(wire: Wire, busy: Company) -> None:
    rows = cell_rows((await report(wire, "TransactionList", date_macro="All"))["Rows"])

    assert [row[1] for row in rows] == ["Bill", "BillPayment", "Invoice", "Payment", "VendorCredit"]
    assert rows[0][:3] == ["2026-09-01", "Bill", "B-1"]


async def test_generated_books_add_up_in_reports(wire: Wire, company: Company, ids: Ids) -> None:
    generate(company, vendors=20, bills=200, days=100)

    aged = cell_rows((await report(wire, "AgedPayables"))["Rows"])
    trial = cell_rows((await report(wire, "TrialBalance", date_macro="All"))["Rows"])

    assert Decimal(aged[-1][-1]) == -balance(company, "Account", ids.payable)
    assert trial[-1][1] == trial[-1][2]


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("/reports/Horoscope", {}, "500"),
        ("/reports/ProfitAndLoss", {"start_date": "soon"}, "2110"),
        ("/reports/ProfitAndLoss", {"date_macro": "Once upon a time"}, "2170"),
        ("/reports/ProfitAndLoss", {"accounting_method": "Cash"}, "5030"),
        ("/reports/AgedPayables", {"num_periods": "0"}, "2090"),
    ],
)
async def test_reports_that_are_refused(wire: Wire, path: str, params: dict[str, str], code: str) -> None:
    answer = await wire.get(path, **params)

    assert answer["Fault"]["Error"][0]["code"] == code


async def test_too_many_cells(wire: Wire, busy: Company, sandbox: Sandbox) -> None:
    sandbox.knobs.report_cells = 10

    answer = await wire.get("/reports/GeneralLedger", date_macro="All")

    assert answer["Fault"]["Error"][0]["code"] == "10100"


async def test_reports_are_metered_and_have_a_limit_of_their_own(
    wire: Wire, company: Company, sandbox: Sandbox
) -> None:
    sandbox.knobs.throttle = True
    sandbox.knobs.reports_per_minute = 2

    statuses = [(await wire.call("GET", "/reports/TrialBalance")).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert company.meter.reads == {"report": 2}


async def test_a_report_inside_a_batch(wire: Wire, busy: Company) -> None:
    items = [
        {"bId": "a", "ReportQuery": "VendorBalance?report_date=2026-09-30"},
        {"bId": "b", "ReportQuery": "X"},
    ]

    first, second = (await wire.post("/batch", {"BatchItemRequest": items}))["BatchItemResponse"]

    assert cell_rows(first["Report"]["Rows"])[-1] == ["TOTAL", "150.00"]
    assert second["Fault"]["Error"][0]["code"] == "500"


def test_the_sample_company_adds_up(sandbox: Sandbox) -> None:
    from service.sandbox import reports

    access: CompanyAccess = sandbox.create_company(sample=True)
    books = sandbox.company(access.realm_id).books

    trial = cell_rows(reports.run(books, "TrialBalance", {"date_macro": "All"})["Rows"])

    assert trial[-1][1] == trial[-1][2] != "0.00"
