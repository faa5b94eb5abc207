"""tap-quickbooks: all that a company holds comes out of it, then what has changed, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from service.sandbox import Company
from service.sandbox.generate import generate
from tests.contracts.clients import tap as tap_program
from tests.contracts.clients.furnish import expense, furnish, ids_of_type, sale
from tests.contracts.clients.internet import Proxy
from tests.contracts.clients.served import Served
from tests.contracts.clients.tap import Messages, Tap

pytestmark = pytest.mark.slow

# The tap's streams, and what QuickBooks calls their objects.
STREAMS = {
    "accounts": "Account",
    "bill_payments": "BillPayment",
    "bills": "Bill",
    "budgets": "Budget",
    "classes": "Class",
    "credit_memos": "CreditMemo",
    "customer_types": "CustomerType",
    "customers": "Customer",
    "departments": "Department",
    "deposits": "Deposit",
    "employees": "Employee",
    "estimates": "Estimate",
    "invoices": "Invoice",
    "items": "Item",
    "journal_entries": "JournalEntry",
    "payment_methods": "PaymentMethod",
    "payments": "Payment",
    "purchase_orders": "PurchaseOrder",
    "purchases": "Purchase",
    "refund_receipts": "RefundReceipt",
    "sales_receipts": "SalesReceipt",
    "tax_agencies": "TaxAgency",
    "tax_codes": "TaxCode",
    "tax_rates": "TaxRate",
    "terms": "Term",
    "time_activities": "TimeActivity",
    "transfers": "Transfer",
    "vendor_credits": "VendorCredit",
    "vendors": "Vendor",
}
START = "2020-01-01T00:00:00+00:00"
OTHER_STREAMS = {"profit_loss_report", "deleted_objects"}
MANY_VENDORS, MANY_BILLS = 1100, 2300


@dataclass
class Synced:
    """A company, and a first run over it."""

    company: Company
    tap: Tap
    catalog: dict[str, Any]
    first: Messages


@pytest.fixture(scope="module")
def synced(
    served: Served, internet: tuple[Proxy, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Synced]:
    proxy, authority = internet
    access, company = served.company("Tidewater Joinery", sample=True)
    generate(company, vendors=MANY_VENDORS, bills=MANY_BILLS)
    served.clock.advance(600)
    furnish(company)
    tap = Tap(tap_program.installed(), tmp_path_factory.mktemp("tap"), proxy.url, authority)
    tap.configure(access, start_date=START)
    catalog = tap.discover()
    yield Synced(company, tap, catalog, tap.sync(catalog, STREAMS))
    assert proxy.refused == []


def same(record: Any, shown: Any) -> bool:
    """Compare a record with QuickBooks' object: all that the record has, numbers and instants by value."""
    if isinstance(record, dict) and isinstance(shown, dict):
        return all(value is None or same(value, shown.get(key)) for key, value in record.items())
    if isinstance(record, list) and isinstance(shown, list):
        return len(record) == len(shown) and all(map(same, record, shown))
    if isinstance(record, bool) or isinstance(shown, bool) or record is None or shown is None:
        return record is shown
    if str(record) == str(shown):
        return True
    try:
        return Decimal(str(record)) == Decimal(str(shown))
    except InvalidOperation:
        return instant(record) == instant(shown)


def instant(text: Any) -> datetime:
    """Read a time; the tap makes midnight in UTC of a day."""
    read = datetime.fromisoformat(str(text))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def test_discovery_names_the_streams(synced: Synced) -> None:
    found = {stream["tap_stream_id"] for stream in synced.catalog["streams"]}

    assert found == set(STREAMS) | OTHER_STREAMS


@pytest.mark.parametrize("stream", STREAMS)
def test_a_full_run_emits_each_object_once_as_it_is(synced: Synced, stream: str) -> None:
    shown = {one["Id"]: one for one in synced.company.all(STREAMS[stream])}
    records = synced.first.records.get(stream, [])
    known = synced.first.schemas[stream]["properties"]

    assert sorted(synced.first.ids(stream)) == sorted(shown)
    wrong = [one for one in records if not same(one, shown[one["Id"]])]
    assert wrong == []
    for one in records:
        expected = {key for key, value in shown[one["Id"]].items() if key in known and value not in ([], {})}
        assert expected <= {key for key, value in one.items() if value is not None}


def test_more_than_one_page_was_read(synced: Synced) -> None:
    assert len(synced.first.records["bills"]) > 2 * 1000
    assert len(synced.first.records["vendors"]) > 1000
    times = [one["MetaData"]["LastUpdatedTime"] for one in synced.first.records["bills"]]
    assert times == sorted(times)


def test_amounts_add_up_to_the_company(synced: Synced) -> None:
    for stream, key in (
        ("bills", "Balance"),
        ("bills", "TotalAmt"),
        ("invoices", "Balance"),
        ("vendors", "Balance"),
    ):
        shown = sum(Decimal(str(one.get(key, 0))) for one in synced.company.all(STREAMS[stream]))
        emitted = sum(Decimal(str(one.get(key, 0))) for one in synced.first.records[stream])

        assert (stream, key, emitted) == (stream, key, shown)
        assert emitted != 0


@dataclass(frozen=True)
class Edits:
    """What somebody did in QuickBooks after the first run, and since when."""

    since: datetime
    bill: str
    deleted: str
    vendor: str
    retired: str


@pytest.fixture(scope="module")
def edits(synced: Synced, served: Served) -> Edits:
    company = synced.company
    served.clock.advance(2 * 3600)
    since = served.clock().replace(microsecond=0)
    bill, deleted = (one["Id"] for one in company.all("Bill")[200:202])
    vendor = company.create("Vendor", {"DisplayName": "Newcomer"})["Id"]
    retired = company.all("Class")[0]["Id"]
    company.update("Bill", {"Id": bill, "PrivateNote": "changed"})
    company.delete("Bill", deleted)
    company.update("Class", {"Id": retired, "Active": False})
    return Edits(since, bill, deleted, vendor, retired)


@pytest.fixture(scope="module")
def second(synced: Synced, edits: Edits) -> Messages:
    """A run from where the first one ended."""
    return synced.tap.sync(synced.catalog, STREAMS, synced.first.state)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_run_from_the_state_emits_what_is_not_older(synced: Synced, second: Messages, stream: str) -> None:
    bookmark = synced.first.state["bookmarks"].get(stream, {}).get("LastUpdatedTime", START)
    due = [
        one["Id"]
        for one in synced.company.all(STREAMS[stream])
        if datetime.fromisoformat(one["MetaData"]["LastUpdatedTime"]) >= datetime.fromisoformat(bookmark)
    ]

    assert sorted(second.ids(stream)) == sorted(due)


def test_a_run_from_the_state_leaves_out_the_rest(second: Messages, edits: Edits) -> None:
    bills = {one["Id"]: one for one in second.records["bills"]}
    classes = {one["Id"]: one for one in second.records["classes"]}

    assert bills[edits.bill]["PrivateNote"] == "changed"
    assert edits.deleted not in bills
    assert edits.vendor in second.ids("vendors")
    assert classes[edits.retired]["Active"] is False
    assert len(bills) + len(second.ids("vendors")) < 20


def test_deleted_objects_come_from_change_data_capture(synced: Synced, edits: Edits) -> None:
    state = {"bookmarks": {"deleted_objects": {"LastUpdatedTime": edits.since.isoformat()}}}

    said = synced.tap.sync(synced.catalog, ["deleted_objects"], state)

    assert [(one["Type"], one["Id"]) for one in said.records["deleted_objects"]] == [("Bill", edits.deleted)]


def test_profit_and_loss_come_day_by_day(synced: Synced, served: Served, tmp_path: Path) -> None:
    access, company = served.company("Contoso Workshop")
    today = datetime.now(UTC).date()
    first = today - timedelta(days=40)
    item, account = company.all("Item")[0]["Id"], ids_of_type(company, "Expense")[0]
    customer, vendor = (company.create(kind, {"DisplayName": kind})["Id"] for kind in ("Customer", "Vendor"))
    expected: dict[str, Decimal] = {}
    for days, earned, spent in ((0, "100.10", "0.05"), (1, "20", "30.50"), (35, "7", "9.99")):
        day = (first + timedelta(days=days)).isoformat()
        sold = {"CustomerRef": {"value": customer}, "Line": [sale({"value": item}, earned)]}
        bought = {"VendorRef": {"value": vendor}, "Line": [expense(account, spent)]}
        company.create("Invoice", {**sold, "TxnDate": day})
        company.create("Bill", {**bought, "TxnDate": day})
        expected[day] = Decimal(earned) - Decimal(spent)
    tap = replace(synced.tap, directory=tmp_path)
    tap.configure(access, start_date=f"{first.isoformat()}T00:00:00Z")

    said = tap.sync(synced.catalog, ["profit_loss_report"])

    days = {
        one["ReportDate"][:10]: Decimal(one["Details"]["Net Income"])
        for one in said.records["profit_loss_report"]
    }
    # The real day may end while the tap runs.
    assert sorted(days)[:41] == [(first + timedelta(days=one)).isoformat() for one in range(41)]
    assert {day: amount for day, amount in days.items() if amount} == expected


def test_the_tap_keeps_the_refresh_token_that_it_was_given_last(synced: Synced, served: Served) -> None:
    before = synced.tap.config["refresh_token"]
    served.clock.advance(24 * 3600)
    synced.tap.sync(synced.catalog, ["terms"])
    after = synced.tap.config["refresh_token"]

    said = synced.tap.sync(synced.catalog, ["terms"])

    assert before != after
    assert len(said.ids("terms")) == len(synced.company.all("Term"))
