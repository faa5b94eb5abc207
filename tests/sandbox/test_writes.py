"""Creating, updating and deleting: tokens, sparse and full updates, and what is refused."""

import json
import random
from decimal import Decimal
from typing import Any

import pytest

from service.sandbox import Company, Knobs, Sandbox
from tests.sandbox.conftest import Clock, Ids, Wire


async def test_a_created_bill_reads_as_recorded(wire: Wire, ids: Ids) -> None:
    response = await wire.call("POST", "/bill", json=ids.bill(150, TxnDate="2026-05-05"))

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=utf-8"
    assert response.headers["intuit_tid"].startswith("1-")
    bill = response.json()["Bill"]
    assert list(bill) == [
        "DueDate", "Balance", "domain", "sparse", "Id", "SyncToken", "MetaData", "TxnDate", "CurrencyRef",
        "Line", "VendorRef", "APAccountRef", "TotalAmt",
    ]  # fmt: skip
    assert bill["SyncToken"] == "0"
    assert bill["MetaData"]["CreateTime"] == "2026-11-20T10:30:15-08:00"
    assert response.json()["time"] == "2026-11-20T10:30:15.123-08:00"
    assert bill["DueDate"] == "2026-05-05"
    assert bill["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert bill["VendorRef"] == {"value": ids.vendor, "name": "Pine & Sons"}
    assert bill["APAccountRef"]["name"] == "Accounts Payable (A/P)"
    assert list(bill["Line"][0]) == [
        "Id", "LineNum", "Amount", "LinkedTxn", "DetailType", "AccountBasedExpenseLineDetail",
        "CustomExtensions",
    ]  # fmt: skip
    detail = bill["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["BillableStatus"] == "NotBillable"
    assert detail["TaxCodeRef"] == {"value": "NON"}


async def test_amounts_have_two_decimals_on_the_wire_and_zero_has_none(wire: Wire, ids: Ids) -> None:
    answered = await wire.call("POST", "/bill", json=ids.bill(337.5))
    nothing = await wire.call("POST", "/bill", json=ids.bill(0))

    assert b'"TotalAmt":337.50' in answered.content
    assert b'"Amount":337.50' in answered.content
    assert b'"TotalAmt":0}' in nothing.content


async def test_the_due_date_follows_the_term(wire: Wire, ids: Ids, company: Company) -> None:
    net30 = next(one["Id"] for one in company.all("Term") if one["Name"] == "Net 30")

    bill = await wire.create("Bill", ids.bill(TxnDate="2026-01-10", SalesTermRef={"value": net30}))

    assert bill["DueDate"] == "2026-02-09"
    assert bill["SalesTermRef"] == {"value": net30}


async def test_a_sparse_update_changes_only_what_it_names(wire: Wire, ids: Ids, clock: Clock) -> None:
    bill = await wire.create("Bill", ids.bill(DocNumber="A-1", PrivateNote="keep", DueDate="2026-12-01"))
    clock.move(minutes=5)

    changes = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "DueDate": "2026-12-24"}
    updated = await wire.create("Bill", changes)

    assert updated["SyncToken"] == "1"
    assert updated["MetaData"]["LastUpdatedTime"] == "2026-11-20T10:35:15-08:00"
    assert updated["MetaData"]["CreateTime"] == bill["MetaData"]["CreateTime"]
    changed = {key for key in bill if bill[key] != updated[key]}
    assert changed == {"SyncToken", "MetaData", "DueDate"}


async def test_an_empty_string_empties_a_field(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill(PrivateNote="gone soon"))

    updated = await wire.create(
        "Bill", {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": ""}
    )

    assert "PrivateNote" not in updated


async def test_a_full_update_resets_what_it_omits_and_keeps_number_and_currency(
    wire: Wire, ids: Ids, clock: Clock
) -> None:
    sent = ids.bill(DocNumber="A-7", PrivateNote="note", TxnDate="2026-02-01")
    bill = await wire.create("Bill", sent)
    clock.move(days=3)

    updated = await wire.create("Bill", {"Id": bill["Id"], "SyncToken": "0", **ids.bill(200)})

    assert updated["TxnDate"] == "2026-11-23"
    assert "PrivateNote" not in updated
    assert updated["DocNumber"] == "A-7"
    assert updated["Line"][0]["Id"] == "2", "a line without an Id is a new line"
    assert updated["TotalAmt"] == 200


async def test_print_name_follows_a_renamed_vendor_in_a_full_update(wire: Wire) -> None:
    vendor = await wire.create("Vendor", {"DisplayName": "Old", "PrimaryPhone": {"FreeFormNumber": "1"}})

    renamed = await wire.create("Vendor", {"Id": vendor["Id"], "SyncToken": "0", "DisplayName": "New"})

    assert renamed["PrintOnCheckName"] == "New"
    assert "PrimaryPhone" not in renamed
    assert renamed["CurrencyRef"]["value"] == "USD"


async def test_an_update_that_changes_nothing_leaves_token_and_time(
    wire: Wire, ids: Ids, clock: Clock, company: Company
) -> None:
    bill = await wire.create("Bill", ids.bill(DocNumber="A-1"))
    rows = len(company.journal)
    clock.move(hours=1)

    body = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "DocNumber": "A-1", "Line": bill["Line"]}
    again = await wire.call("POST", "/bill", content=json.dumps(body, default=float))

    assert again.json()["Bill"]["SyncToken"] == "0"
    assert again.json()["Bill"]["MetaData"] == bill["MetaData"]
    assert len(company.journal) == rows


async def test_lines_keep_their_ids_and_dropped_ones_go(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", {**ids.bill(), "Line": [ids.line(10), ids.line(20), ids.line(30)]})
    kept = {**ids.line(25), "Id": "2"}

    body = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "Line": [kept, ids.line(5)]}
    updated = await wire.create("Bill", body)

    assert [line["Id"] for line in updated["Line"]] == ["2", "4"]
    assert [line["LineNum"] for line in updated["Line"]] == [1, 2]
    assert updated["TotalAmt"] == 30
    assert updated["Balance"] == 30


async def test_a_stale_token_is_refused_in_quickbooks_words(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill())
    await wire.create("Bill", {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"})

    late = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "y"}
    response = await wire.call("POST", "/bill", json=late)

    error = response.json()["Fault"]["Error"][0]
    assert response.status_code == 400
    assert error["code"] == "5010"
    assert error["Message"] == "Stale Object Error"
    assert "were working on this at the same time" in error["Detail"]
    assert response.headers["content-type"] == "application/json"


async def test_an_integer_token_is_tolerated_and_a_missing_one_is_not(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill())

    await wire.create("Bill", {"Id": bill["Id"], "SyncToken": 0, "sparse": True, "PrivateNote": "x"})

    assert await wire.code("/bill", {"Id": bill["Id"], "sparse": True, "PrivateNote": "y"}) == "2020"


async def test_a_deleted_bill_is_gone_for_good(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill())
    body = {"Id": bill["Id"], "SyncToken": "0"}

    answer = await wire.post("/bill", body, operation="delete")

    assert answer["Bill"] == {"domain": "QBO", "status": "Deleted", "Id": bill["Id"]}
    read = await wire.call("GET", f"/bill/{bill['Id']}")
    assert (read.status_code, read.json()["Fault"]["Error"][0]["code"]) == (400, "610")
    assert await wire.code("/bill", body, operation="delete") == "610"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"BadJson": True}, "2010"),
        ({"VendorRef": None}, "2020"),
        ({"Line": []}, "2020"),
        ({"Line": [{"Amount": 1}]}, "2020"),
        ({"VendorRef": {"value": "99999"}}, "2500"),
        ({"DocNumber": "1234567890123456789012"}, "2050"),
        ({"TxnDate": "2026-02-30"}, "2110"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000"),
    ],
)
async def test_bad_bills_are_refused_by_code(wire: Wire, ids: Ids, change: dict[str, Any], code: str) -> None:
    assert await wire.code("/bill", {**ids.bill(), **change}) == code
    assert (await wire.query("select count(*) from Bill"))["totalCount"] == 0


async def test_totals_may_not_be_negative_but_lines_may(wire: Wire, ids: Ids) -> None:
    mixed = await wire.create("Bill", {**ids.bill(), "Line": [ids.line(100), ids.line(-30)]})

    assert mixed["TotalAmt"] == 70
    assert await wire.code("/bill", {**ids.bill(), "Line": [ids.line(10), ids.line(-30)]}) == "6000"


async def test_amount_must_be_quantity_times_price(wire: Wire, ids: Ids) -> None:
    kind = "ItemBasedExpenseLineDetail"
    line = {
        "DetailType": kind,
        "Amount": 10,
        kind: {"ItemRef": {"value": ids.item}, "Qty": 3, "UnitPrice": 3.33},
    }

    assert await wire.code("/bill", {**ids.bill(), "Line": [line]}) == "6070"
    line["Amount"] = 9.99
    bill = await wire.create("Bill", {**ids.bill(), "Line": [line]})
    assert bill["Line"][0][kind]["UnitPrice"] == Decimal("3.33")


@pytest.mark.parametrize("bad", ["1.5", "abc"])
async def test_an_id_must_be_a_number(wire: Wire, bad: str) -> None:
    response = await wire.call("GET", f"/customer/{bad}")

    error = response.json()["Fault"]["Error"][0]
    assert error["code"] == "2030"
    assert error["Detail"] == f"Id should be a valid number. Supplied value:{bad}"


async def test_a_path_that_means_nothing_is_unsupported(wire: Wire) -> None:
    response = await wire.call("GET", "/customer/1/5")

    assert (response.status_code, response.json()["Fault"]["Error"][0]["code"]) == (400, "500")


async def test_books_are_closed_for_the_old_and_the_new_date(wire: Wire, ids: Ids, company: Company) -> None:
    old = await wire.create("Bill", ids.bill(TxnDate="2026-01-15"))
    new = await wire.create("Bill", ids.bill(TxnDate="2026-03-01"))
    company.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}})

    assert await wire.code("/bill", ids.bill(TxnDate="2026-01-31")) == "6200"
    memo = {"Id": old["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "late"}
    assert await wire.code("/bill", memo) == "6200"
    moved = {"Id": new["Id"], "SyncToken": "0", "sparse": True, "TxnDate": "2026-01-02"}
    assert await wire.code("/bill", moved) == "6200"
    assert await wire.code("/bill", {"Id": old["Id"], "SyncToken": "0"}, operation="delete") == "6200"
    assert (await wire.create("Bill", ids.bill(TxnDate="2026-02-01")))["TxnDate"] == "2026-02-01"


async def test_duplicate_bill_numbers_are_refused_only_where_the_company_warns(
    wire: Wire, ids: Ids, company: Company
) -> None:
    await wire.create("Bill", ids.bill(DocNumber="7"))
    await wire.create("Bill", ids.bill(DocNumber="7"))
    pairs = [{"Name": "WarnDuplicateBillNumber", "Value": "true"}]
    company.set_preferences({"OtherPrefs": {"NameValue": pairs}})
    other = company.create("Vendor", {"DisplayName": "Another"})["Id"]

    assert await wire.code("/bill", ids.bill(DocNumber="7")) == "6140"
    await wire.create("Bill", {**ids.bill(DocNumber="7"), "VendorRef": {"value": other}})
    await wire.create("Bill", ids.bill(DocNumber="7"), include="allowduplicatedocnum")


async def test_faults_can_come_with_status_200(sandbox: Sandbox, wire: Wire, ids: Ids) -> None:
    sandbox.knobs.fault_in_200 = True

    response = await wire.call("POST", "/bill", json={**ids.bill(), "VendorRef": {"value": "4711"}})

    assert response.status_code == 200
    assert response.json()["Fault"]["Error"][0]["code"] == "2500"


async def test_the_same_seed_and_clock_give_the_same_bytes(clock: Clock) -> None:
    def play() -> bytes:
        sandbox = Sandbox(clock, random.Random(11), Knobs())
        company = sandbox.company(sandbox.create_company(sample=True).realm_id)
        return company.export("Bill") + company.export("Vendor") + company.export("Account")

    assert play() == play()
