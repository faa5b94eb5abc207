"""The sample company has what the demo shows; the generator makes books that add up."""

import random
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.generate import generate
from tests.sandbox.conftest import Clock, balance


@pytest.fixture
def sample(sandbox: Sandbox) -> Company:
    return sandbox.company(sandbox.create_company(sample=True).realm_id)


@pytest.fixture
def bills(sample: Company) -> list[dict[str, Any]]:
    return sample.all("Bill")


def test_its_lists(sample: Company) -> None:
    accounts, vendors = sample.all("Account"), sample.all("Vendor")
    depths = Counter(account["FullyQualifiedName"].count(":") for account in accounts)

    assert 55 <= len(accounts) <= 65
    assert depths[1] >= 10
    assert depths[2] >= 3
    assert {"Bank", "Credit Card", "Accounts Payable", "Expense", "Other Expense", "Equity"} <= {
        account["AccountType"] for account in accounts
    }
    assert len(vendors) == 40
    inactive = [vendor["DisplayName"] for vendor in vendors if not vendor["Active"]]
    assert len(inactive) == 3
    assert all(name.endswith(" (deleted)") for name in inactive)
    assert [one["CurrencyRef"]["value"] for one in vendors].count("EUR") == 1
    assert all(vendor["BillAddr"]["Line1"] and vendor["PrimaryPhone"] for vendor in vendors)


def test_its_bills(sample: Company, bills: list[dict[str, Any]]) -> None:
    kinds = Counter(
        "open" if bill["Balance"] == bill["TotalAmt"] else "paid" if not bill["Balance"] else "partly"
        for bill in bills
    )
    closed = sample.books.closed_until

    assert len(bills) == 150
    assert kinds["open"] > 100
    assert kinds["paid"] >= 20
    assert kinds["partly"] >= 5
    assert sum(bill["CurrencyRef"]["value"] == "EUR" for bill in bills) == 2
    assert sum("DocNumber" not in bill for bill in bills) == 2
    assert [bill["Balance"] > 0 for bill in bills if bill["TxnDate"] <= closed] == [True]
    assert sum(bill["VendorRef"]["name"].endswith("(deleted)") for bill in bills) >= 3


def test_its_past_is_in_order(bills: list[dict[str, Any]]) -> None:
    created = [bill["MetaData"]["CreateTime"] for bill in bills]

    assert created == sorted(created)
    assert len(set(created)) == 150
    assert all(bill["SyncToken"] == "1" for bill in bills if bill.get("LinkedTxn"))


def test_its_balances_are_what_its_links_say(sample: Company, bills: list[dict[str, Any]]) -> None:
    paid: Counter[str] = Counter()
    for payment in sample.all("BillPayment"):
        for line in payment["Line"]:
            paid[line["LinkedTxn"][0]["TxnId"]] += line["Amount"]

    for bill in bills:
        assert bill["Balance"] == bill["TotalAmt"] - paid[bill["Id"]]
    for vendor in sample.all("Vendor"):
        own = [bill["Balance"] for bill in bills if bill["VendorRef"]["value"] == vendor["Id"]]
        assert vendor["Balance"] == sum(own)


def test_it_is_the_same_whatever_the_seed(clock: Clock) -> None:
    exports = []
    for seed in (1, 2):
        sandbox = Sandbox(clock, random.Random(seed))
        company = sandbox.company(sandbox.create_company(sample=True).realm_id)
        exports.append([(bill["Id"], bill["TotalAmt"], bill["TxnDate"]) for bill in company.all("Bill")])

    assert exports[0] == exports[1]


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2027-01-01", "2028-02-29"])
def test_it_can_be_made_on_any_day(day: str) -> None:
    at = datetime.fromisoformat(f"{day}T10:30:00").replace(tzinfo=UTC)
    sandbox = Sandbox(lambda: at, random.Random(1))

    assert len(sandbox.company(sandbox.create_company(sample=True).realm_id).all("Bill")) == 150


def test_generated_books_add_up(company: Company) -> None:
    generate(company, vendors=20, bills=200)

    bills, vendors = company.all("Bill"), company.all("Vendor")
    owed = sum((bill["Balance"] for bill in bills), Decimal(0))
    assert (len(bills), len(vendors)) == (200, 20)
    assert sum((vendor["Balance"] for vendor in vendors), Decimal(0)) == owed
    payable = company.books.account_of_type("Accounts Payable")
    assert payable is not None
    assert balance(company, "Account", payable) == -owed
    company.update("Bill", {"Id": bills[0]["Id"], "PrivateNote": "ordinary bills"})
