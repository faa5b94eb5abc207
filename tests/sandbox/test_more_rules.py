"""Smaller rules of single entities: lengths, lists, tax codes, voids by a person, projects, subscriptions."""

from typing import Any

import pytest

from service.sandbox import Company, SandboxFault
from service.sandbox.lines import MOST_LINES
from tests.sandbox.conftest import Ids, Wire, balance


@pytest.mark.parametrize(
    ("entity", "field", "longest"),
    [
        ("Vendor", "DisplayName", 500),
        ("Vendor", "GivenName", 100),
        ("Vendor", "Title", 16),
        ("Vendor", "Suffix", 16),
        ("Vendor", "CompanyName", 100),
        ("Vendor", "PrintOnCheckName", 110),
        ("Vendor", "AcctNum", 100),
        ("Vendor", "Notes", 2000),
        ("Customer", "Notes", 2000),
        ("Account", "Description", 100),
        ("Account", "AcctNum", 7),
        ("Class", "Name", 100),
        ("Department", "Name", 100),
        ("Item", "Name", 100),
        ("Term", "Name", 31),
        ("Attachable", "FileName", 1000),
        ("Attachable", "Note", 2000),
        ("Bill", "DocNumber", 21),
        ("Bill", "PrivateNote", 4000),
    ],
)
async def test_texts_have_lengths(wire: Wire, ids: Ids, entity: str, field: str, longest: int) -> None:
    needed: dict[str, Any] = {
        "Account": {"Name": "Long", "AccountType": "Bank"},
        "Item": {"Type": "Service", "IncomeAccountRef": {"value": ids.account("Services")}},
        "Bill": ids.bill(1),
        "Vendor": {"DisplayName": "Long"},
        "Customer": {"DisplayName": "Long too"},
    }
    body = needed.get(entity, {})

    refused = await wire.post(f"/{entity.lower()}", {**body, field: "x" * (longest + 1)})
    made = await wire.create(entity, {**body, field: "x" * longest})

    (error,) = refused["Fault"]["Error"]
    assert (error["code"], error["Detail"]) == ("2050", f"Min:0 Max:{longest} supplied:{longest + 1}")
    assert made[field] == "x" * longest


@pytest.mark.parametrize(
    ("field", "value", "longest"),
    [("PrimaryPhone", {"FreeFormNumber": "5" * 31}, 30), ("WebAddr", {"URI": "h" * 1001}, 1000)],
)
async def test_parts_have_lengths(wire: Wire, field: str, value: Any, longest: int) -> None:
    answer = await wire.post("/vendor", {"DisplayName": "A", field: value})

    assert f"Max:{longest} " in answer["Fault"]["Error"][0]["Detail"]


async def test_account_numbers_are_longer_in_some_countries(wire: Wire, company: Company) -> None:
    body = {"Name": "Long", "AccountType": "Bank", "AcctNum": "1" * 20}
    at_home = await wire.code("/account", body)
    company.update("CompanyInfo", {"Id": "1", "Country": "CA"})

    assert at_home == "2050"
    assert (await wire.create("Account", body))["AcctNum"] == "1" * 20


@pytest.mark.parametrize("entity", ["Account", "Class", "Department", "Item"])
async def test_lists_whose_updates_need_the_name(wire: Wire, company: Company, ids: Ids, entity: str) -> None:
    bodies: dict[str, Any] = {
        "Account": {"AccountType": "Bank"},
        "Item": {"Type": "Service", "IncomeAccountRef": {"value": ids.account("Services")}},
    }
    made = await wire.create(entity, {"Name": "Named", **bodies.get(entity, {})})
    bare = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False}

    refused = await wire.code(f"/{entity.lower()}", bare)
    answer = await wire.create(entity, {**bare, "Name": "Named"})

    assert refused == "2020"
    assert (answer["Active"], answer["Name"]) == (False, "Named (deleted)")


async def test_inventory_needs_a_stock_and_its_day(wire: Wire, company: Company, ids: Ids) -> None:
    asset = company.create("Account", {"Name": "Stock", "AccountType": "Other Current Asset"})["Id"]
    body = {
        "Name": "Board",
        "Type": "Inventory",
        "IncomeAccountRef": {"value": ids.account("Sales")},
        "ExpenseAccountRef": {"value": ids.account("Cost of Goods Sold")},
        "AssetAccountRef": {"value": asset},
    }

    assert await wire.code("/item", body) == "2020"
    assert await wire.code("/item", {**body, "QtyOnHand": 4}) == "2020"
    made = await wire.create("Item", {**body, "QtyOnHand": 4, "InvStartDate": "2026-01-01"})
    assert (made["TrackQtyOnHand"], made["QtyOnHand"]) == (True, 4)


async def test_american_lines_are_taxed_or_not(wire: Wire, company: Company, ids: Ids) -> None:
    body = ids.invoice(5)
    body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "2"}
    company.load([{"TaxCode": {"Id": "2", "Name": "20% VAT", "Active": True}}])

    at_home = await wire.code("/invoice", body)
    company.update("CompanyInfo", {"Id": "1", "Country": "GB"})
    silent = await wire.code("/invoice", body)
    said = await wire.create("Invoice", {**body, "GlobalTaxCalculation": "TaxExcluded"})

    assert (at_home, silent) == ("6100", "2020")
    assert said["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]["value"] == "2"


@pytest.mark.parametrize("entity", ["CreditMemo", "Purchase", "Transfer"])
async def test_what_a_person_can_void_and_the_api_cannot(
    wire: Wire, company: Company, ids: Ids, entity: str
) -> None:
    bodies = {
        "CreditMemo": ids.invoice(10),
        "Purchase": {"AccountRef": {"value": ids.bank}, "PaymentType": "Cash", "Line": [ids.line(10)]},
        "Transfer": {
            "FromAccountRef": {"value": ids.bank},
            "ToAccountRef": {"value": ids.card},
            "Amount": 10,
        },
    }
    made = await wire.create(entity, bodies[entity])

    refused = await wire.code(f"/{entity.lower()}", {"Id": made["Id"], "SyncToken": "0"}, operation="void")
    voided = company.void(entity, made["Id"])

    assert refused == "500"
    assert voided.get("TotalAmt", voided.get("Amount")) == 0
    assert voided["PrivateNote"] == "Voided"
    assert balance(company, "Account", ids.bank) == 0


async def test_projects_are_made_by_people(wire: Wire, company: Company, ids: Ids) -> None:
    body = {"DisplayName": "Kitchen", "Job": True, "ParentRef": {"value": ids.customer}, "IsProject": True}

    by_api = await wire.create("Customer", body)
    by_person = company.create("Customer", {**body, "DisplayName": "Bathroom"})

    assert "IsProject" not in by_api
    assert by_person["IsProject"] is True


async def test_without_a_subscription_reads_work_and_writes_do_not(
    wire: Wire, company: Company, ids: Ids
) -> None:
    status = [{"Name": "SubscriptionStatus", "Value": "EXPIRED"}]
    company.update("CompanyInfo", {"Id": "1", "NameValue": status})

    refused = await wire.code("/vendor", {"DisplayName": "New"})

    assert refused == "6190"
    assert (await wire.get(f"/vendor/{ids.vendor}"))["Vendor"]["Id"] == ids.vendor
    assert company.create("Vendor", {"DisplayName": "By hand"})["Id"]


async def test_a_voided_number_stays_taken(wire: Wire, company: Company, ids: Ids) -> None:
    company.set_preferences({"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    invoice = await wire.create("Invoice", ids.invoice(5, DocNumber="77"))
    company.void("Invoice", invoice["Id"])

    assert await wire.code("/invoice", ids.invoice(5, DocNumber="77")) == "6140"
    found = await wire.query("select * from Invoice where DocNumber = '77'")
    assert found["Invoice"][0]["TotalAmt"] == 0


def test_paying_an_old_bill_is_no_change_to_the_closed_books(company: Company, ids: Ids) -> None:
    bill = company.create("Bill", ids.bill(10, TxnDate="2026-01-15"))["Id"]
    old = company.create("BillPayment", ids.payment(1, ("Bill", bill, 1), TxnDate="2026-01-20"))["Id"]
    company.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}})

    company.create("BillPayment", ids.payment(9, ("Bill", bill, 9)))

    assert balance(company, "Bill", bill) == 0
    with pytest.raises(SandboxFault) as refused:
        company.void("BillPayment", old)
    assert refused.value.code == "6200"


def test_lines_are_limited(company: Company, ids: Ids) -> None:
    many = [ids.line(1) for _ in range(MOST_LINES + 1)]
    taxed = ids.invoice(1)
    taxed["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "TAX"}

    with pytest.raises(SandboxFault) as bill:
        company.create("Bill", {"VendorRef": {"value": ids.vendor}, "Line": many})
    with pytest.raises(SandboxFault) as invoice:
        company.create("Invoice", {**taxed, "Line": taxed["Line"] * 751})

    assert (bill.value.code, invoice.value.code) == ("6000", "6000")


async def test_an_empty_list_of_lines_unapplies_a_payment(wire: Wire, company: Company, ids: Ids) -> None:
    invoice = company.create("Invoice", ids.invoice(10))["Id"]
    line = {"Amount": 10, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
    body = {"CustomerRef": {"value": ids.customer}, "TotalAmt": 10, "Line": [line]}
    payment = await wire.create("Payment", body)

    freed = await wire.create("Payment", {"Id": payment["Id"], "SyncToken": "0", "sparse": True, "Line": []})

    assert (freed["UnappliedAmt"], freed["Line"]) == (10, [])
    assert balance(company, "Invoice", invoice) == 10


async def test_more_of_quickbooks_entities_are_kept(wire: Wire) -> None:
    adjusted = await wire.create("InventoryAdjustment", {"AdjustAccountRef": {"value": "1"}, "Novelty": 1})
    code = await wire.create("JournalCode", {"Name": "VT"})

    assert (adjusted["Novelty"], adjusted["TxnDate"]) == (1, "2026-11-20")
    assert (await wire.query("select * from JournalCode"))["JournalCode"] == [code]
