"""Loading: recorded answers in any form and in any number of calls; all of a call or nothing."""

from typing import Any

import httpx
import pytest

from service.sandbox import Company, Sandbox, SandboxFault
from tests.sandbox.conftest import Ids, Wire

BANK = {"Id": "35", "SyncToken": "3", "Name": "Checking", "AccountType": "Bank", "CurrentBalance": 10}
COSTS = {"Id": "7", "SyncToken": "0", "Name": "Costs", "AccountType": "Expense"}
VENDOR = {
    "Id": "56",
    "SyncToken": "4",
    "DisplayName": "Norton Lumber",
    "Vendor1099": False,
    "Balance": 205,
    "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
}
BILL = {
    "Id": "126",
    "SyncToken": "0",
    "DueDate": "2026-05-05",
    "TxnDate": "2026-05-05",
    "TotalAmt": 205,
    "Balance": 205,
    "VendorRef": {"value": "56", "name": "Norton Lumber"},
    "Line": [],
}
PAYMENT = {
    "Id": "91",
    "SyncToken": "0",
    "PayType": "Check",
    "CheckPayment": {"BankAccountRef": {"value": "35"}},
    "VendorRef": {"value": "56"},
    "TotalAmt": 20,
    "TxnDate": "2026-05-05",
    "Line": [{"Amount": 20, "LinkedTxn": [{"TxnId": "90", "TxnType": "Bill"}]}],
}
WRAPPED = [{"Account": BANK}, {"Account": COSTS}, {"Vendor": VENDOR}, {"Bill": BILL}]
PAGE = {"Account": [BANK, COSTS], "Vendor": [VENDOR], "startPosition": 1, "maxResults": 3}
CHANGES = {"QueryResponse": [{"Bill": [BILL, {"domain": "QBO", "status": "Deleted", "Id": "9"}]}, {}]}
ANSWERED = {"BatchItemResponse": [{"Bill": BILL, "bId": "1"}, {"Fault": {"Error": []}, "bId": "2"}]}
ENTITIES = ("Account", "Vendor", "Bill")


@pytest.mark.parametrize(
    "calls",
    [
        [WRAPPED],
        [[one] for one in WRAPPED],
        [[one] for one in reversed(WRAPPED)],
        [BANK, COSTS, VENDOR, BILL],
        [{"QueryResponse": PAGE, "time": "x"}, {"CDCResponse": [CHANGES]}],
        [{"QueryResponse": PAGE}, ANSWERED, {"QueryResponse": {"totalCount": 3}}, {"QueryResponse": {}}],
    ],
    ids=["one call", "many calls", "bills first", "bare", "page and changes", "page and batch"],
)
async def test_however_it_comes_it_is_the_same_company(
    http: httpx.AsyncClient, company: Company, calls: list[Any]
) -> None:
    for body in calls:
        loaded = await http.post(f"/sandbox/companies/{company.realm_id}/load", json=body)
        assert loaded.status_code == 200, loaded.text

    shown = {entity: [one["Id"] for one in company.all(entity)] for entity in ENTITIES}
    assert shown == {"Account": ["7", "35"], "Vendor": ["56"], "Bill": ["126"]}


async def test_what_was_written_before_a_load_stays(company: Company, ids: Ids) -> None:
    company.load(WRAPPED)

    assert company.read("Vendor", ids.vendor)
    assert company.read("Account", ids.payable)


@pytest.mark.parametrize(
    ("rubbish", "code"),
    [
        ({"Bill": {**BILL, "Id": None}}, "2020"),
        ({"Bill": {**BILL, "Id": []}}, "2020"),
        ({"Bill": {**BILL, "VendorRef": "56"}}, "2010"),
        ({"Bill": {**BILL, "VendorRef": {"value": {}}}}, "2010"),
        ({"Bill": {**BILL, "Line": [1]}}, "2010"),
        ({"Bill": {**BILL, "MetaData": 1}}, "2010"),
        ({"Bill": {**BILL, "LinkedTxn": [1]}}, "2010"),
        ({"Bill": {**BILL, "TotalAmt": "x"}}, "2090"),
        ("Bill", "2010"),
        (None, "2010"),
    ],
)
def test_all_of_a_call_is_loaded_or_nothing(company: Company, rubbish: Any, code: str) -> None:
    born = company.all("Account")

    with pytest.raises(SandboxFault) as refused:
        company.load([*WRAPPED, rubbish])

    assert refused.value.code == code
    assert (company.all("Account"), company.all("Vendor"), company.all("Bill")) == (born, [], [])


def test_numbers_where_quickbooks_writes_texts_become_texts(company: Company) -> None:
    company.load(
        [{"Vendor": VENDOR}, {"Bill": {**BILL, "Id": 126, "DocNumber": 5, "VendorRef": {"value": 56}}}]
    )

    bill = company.read("Bill", "126")
    assert bill is not None
    assert (bill["Id"], bill["DocNumber"], bill["VendorRef"]["value"]) == ("126", "5", "56")
    company.update("Vendor", {"Id": "56", "DisplayName": "Renamed"})
    assert company.all("Bill")[0]["VendorRef"]["name"] == "Renamed"


async def test_what_was_loaded_can_be_sent_back_as_it_was_read(wire: Wire, company: Company) -> None:
    company.load(WRAPPED)
    read = (await wire.call("GET", "/vendor/56")).json()["Vendor"]

    assert await wire.create("Vendor", read) == read
    renamed = await wire.create("Vendor", {**read, "DisplayName": "Norton"})

    assert (renamed["DisplayName"], renamed["SyncToken"]) == ("Norton", "5")


def test_a_payment_of_what_was_never_recorded_can_be_edited(company: Company) -> None:
    company.load([*WRAPPED, {"BillPayment": PAYMENT}])

    edited = company.update("BillPayment", {"Id": "91", "PrivateNote": "seen"})
    applied = [{"Amount": 20, "LinkedTxn": [{"TxnId": "89", "TxnType": "Bill"}]}]
    with pytest.raises(SandboxFault) as refused:
        company.update("BillPayment", {"Id": "91", "Line": applied})

    assert (edited["PrivateNote"], edited["Line"]) == ("seen", PAYMENT["Line"])
    assert refused.value.code == "2500"


def test_two_that_were_recorded_with_one_name_can_both_be_edited(sandbox: Sandbox) -> None:
    company = sandbox.company(sandbox.create_company().realm_id)
    company.load([{"Vendor": VENDOR}, {"Vendor": {**VENDOR, "Id": "57"}}])

    for number in ("56", "57"):
        edited = company.update("Vendor", {"Id": number, "AcctNum": number})
        assert (edited["DisplayName"], edited["AcctNum"]) == ("Norton Lumber", number)
