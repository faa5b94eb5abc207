"""Smaller endpoints, tolerances that real clients rely on, and knobs that stand on their own."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.sandbox import Company, FaultRule, Sandbox
from service.sandbox.server import new_sandbox
from tests.sandbox.conftest import Clock, Ids, Wire


async def test_projections_answer_whole_objects(wire: Wire) -> None:
    answer = await wire.query("select *, Sku from Item")

    assert answer["Item"][0]["IncomeAccountRef"]


async def test_entities_in_any_case(wire: Wire, ids: Ids) -> None:
    assert (await wire.get(f"/VENDOR/{ids.vendor}"))["Vendor"]["Id"] == ids.vendor


async def test_numbers_in_quotes_and_nulls(wire: Wire, ids: Ids) -> None:
    body = {
        **ids.bill(),
        "Line": [{**ids.line("150.00"), "Description": None}],
        "PrivateNote": None,
        "Balance": 9,
    }

    bill = await wire.create("Bill", body, minorversion="65")

    assert bill["TotalAmt"] == bill["Balance"] == 150
    assert "PrivateNote" not in bill


async def test_an_object_can_be_sent_back_as_it_was_read(wire: Wire, ids: Ids, company: Company) -> None:
    company.create("Bill", ids.bill(10, DocNumber="1", PrivateNote="n"))
    read = (await wire.get("/bill/1"))["Bill"]

    same = await wire.create("Bill", {**plain(read), "sparse": False})
    assert same == read
    changed = await wire.create("Bill", {**plain(read), "PrivateNote": "m"})
    assert (changed["SyncToken"], changed["Line"]) == ("1", read["Line"])


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value if isinstance(value, str | bool | int) or value is None else float(value)


async def test_a_pdf(wire: Wire, ids: Ids, company: Company) -> None:
    invoice = company.create("Invoice", ids.invoice())["Id"]

    response = await wire.call("GET", f"/invoice/{invoice}/pdf", headers={"Accept": "application/pdf"})

    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert (await wire.call("GET", "/invoice/999/pdf")).status_code == 400


async def test_sending_an_invoice(wire: Wire, ids: Ids, company: Company) -> None:
    invoice = company.create("Invoice", ids.invoice())["Id"]

    nowhere = await wire.call("POST", f"/invoice/{invoice}/send")
    sent = await wire.call("POST", f"/invoice/{invoice}/send", params={"sendTo": "a@b.example"})

    assert nowhere.status_code == 400
    assert sent.json()["Invoice"]["EmailStatus"] == "EmailSent"
    assert sent.json()["Invoice"]["BillEmail"] == {"Address": "a@b.example"}
    assert (await wire.call("POST", f"/bill/{ids.vendor}/send")).status_code == 400


async def test_attachments(wire: Wire, ids: Ids, company: Company) -> None:
    bill = company.create("Bill", ids.bill())["Id"]

    def multipart(kind: str, target: str) -> str:
        reference = {"EntityRef": {"type": kind, "value": target}}
        metadata = {"AttachableRef": [reference], "FileName": "a.txt", "ContentType": "text/plain"}
        disposition = "Content-Disposition: form-data; name="
        return "\r\n".join(
            (
                "--B",
                f'{disposition}"file_metadata_01"',
                "Content-Type: application/json",
                "",
                json.dumps(metadata),
                "--B",
                f'{disposition}"file_content_01"',
                "",
                "hello",
                "--B--",
                "",
            )
        )

    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    good = await wire.call("POST", "/upload", content=multipart("Bill", bill), headers=headers)
    bad = await wire.call("POST", "/upload", content=multipart("Estimate", "75"), headers=headers)

    made = good.json()["AttachableResponse"][0]["Attachable"]
    assert made["FileName"] == "a.txt"
    assert bad.json()["AttachableResponse"][0]["Fault"]["Error"][0]["code"] == "6000"
    text = (
        "select * from attachable where AttachableRef.EntityRef.Type = 'bill' "
        "and AttachableRef.EntityRef.value = '%s'"
    )
    assert (await wire.query(text % bill))["Attachable"][0]["Id"] == made["Id"]
    assert await wire.query(text % "4711") == {}
    gone = await wire.post("/attachable", {"Id": made["Id"]}, operation="delete")
    assert gone["Attachable"]["status"] == "Deleted"
    assert (await wire.call("POST", "/upload", content="--B--", headers=headers)).status_code == 400


async def test_a_company_can_be_reset(wire: Wire, ids: Ids, company: Company) -> None:
    company.create("Bill", ids.bill())

    answer = await wire.http.post(f"/sandbox/companies/{company.realm_id}/reset", json={"sample": True})

    assert answer.json()["objects"]["Bill"] == 150
    assert (await wire.query("select count(*) from Bill"))["totalCount"] == 150, "the connection stays"


async def test_the_servers_clock_can_be_moved(wire: Wire) -> None:
    server = new_sandbox(seed=1)
    before = server.now()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=server.app), base_url="http://s"
    ) as client:
        assert (await client.post("/sandbox/clock", json={"advance": 3600})).status_code == 200
        assert (await client.post("/sandbox/clock", json={"advance": -1})).status_code == 422
        assert (await client.post("/sandbox/clock", json={})).status_code == 422

    assert server.now() - before >= timedelta(hours=1)
    assert (await wire.http.post("/sandbox/clock", json={"advance": 1})).status_code == 409


async def test_a_delay_comes_before_the_answer(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.knobs.latency = timedelta(milliseconds=1)
    rule = sandbox.faults.add(FaultRule(action="delay", kind="preferences", seconds=0.001))

    assert (await wire.call("GET", "/preferences")).status_code == 200
    assert rule.fired == 1


def test_side_effects_can_be_switched_off(sandbox: Sandbox, company: Company, ids: Ids, clock: Clock) -> None:
    sandbox.knobs.linked_token_moves = sandbox.knobs.balance_time_moves = False
    bill = company.create("Bill", ids.bill(100))["Id"]
    vendor = company.read("Vendor", ids.vendor)
    assert vendor is not None
    clock.move(minutes=1)

    company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))

    paid, after = company.read("Bill", bill), company.read("Vendor", ids.vendor)
    assert paid is not None
    assert after is not None
    assert (paid["Balance"], paid["SyncToken"]) == (0, "0")
    assert after["MetaData"] == vendor["MetaData"]
    assert after["Balance"] == 0


def test_unlinking_a_payment_leaves_it_unapplied(sandbox: Sandbox, company: Company, ids: Ids) -> None:
    sandbox.knobs.delete_linked = "unlink"
    invoice = company.create("Invoice", ids.invoice(100))["Id"]
    line = {"Amount": 100, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
    body = {"CustomerRef": {"value": ids.customer}, "TotalAmt": 100, "Line": [line]}
    payment = company.create("Payment", body)["Id"]

    company.void("Invoice", invoice)

    left = company.read("Payment", payment)
    assert left is not None
    assert (left["UnappliedAmt"], left["Line"]) == (100, [])


def test_multicurrency(company: Company, ids: Ids) -> None:
    company.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    payable = company.create(
        "Account", {"Name": "A/P EUR", "AccountType": "Accounts Payable", "CurrencyRef": {"value": "EUR"}}
    )
    vendor = company.create("Vendor", {"DisplayName": "Euro GmbH", "CurrencyRef": {"value": "EUR"}})["Id"]

    body = {
        **ids.bill(),
        "VendorRef": {"value": vendor},
        "CurrencyRef": {"value": "EUR"},
        "ExchangeRate": 1.0825,
    }
    bill = company.create("Bill", body)

    assert bill["APAccountRef"]["value"] == payable["Id"]
    assert str(bill["ExchangeRate"]) == "1.0825"
    assert company.create("Bill", ids.bill())["ExchangeRate"] == 1


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        ({"DueDays": 45}, "2026-01-31", "2026-03-17"),
        ({"DayOfMonthDue": 31, "DueNextMonthDays": 0}, "2026-02-10", "2026-02-28"),
        ({"DayOfMonthDue": 5, "DueNextMonthDays": 0}, "2026-12-10", "2027-01-05"),
    ],
)
def test_terms(company: Company, ids: Ids, terms: dict[str, int], issued: str, due: str) -> None:
    term = company.create("Term", {"Name": "Special", **terms})["Id"]

    assert company.create("Bill", ids.bill(TxnDate=issued, SalesTermRef={"value": term}))["DueDate"] == due


async def test_items_need_their_accounts(wire: Wire, ids: Ids) -> None:
    assert await wire.code("/item", {"Name": "Chair", "Type": "NonInventory"}) == "2020"
    assert await wire.code("/item", {"Name": "Chair", "Type": "Gadget"}) == "2170"
    bought = {"Name": "Chair", "Type": "NonInventory", "ExpenseAccountRef": {"value": ids.expense}}
    item = await wire.create("Item", bought)
    assert (item["UnitPrice"], item["Taxable"], item["TrackQtyOnHand"]) == (0, False, False)


async def test_accounts_need_a_type_that_fits_their_parent(wire: Wire, ids: Ids) -> None:
    assert await wire.code("/account", {"Name": "Nothing"}) == "6010"
    assert await wire.code("/account", {"Name": 'A"B', "AccountType": "Bank"}) == "2040"
    child = {"Name": "Odd", "AccountType": "Bank", "SubAccount": True, "ParentRef": {"value": ids.expense}}
    assert await wire.code("/account", child) == "6000"
    nameless = {"Id": ids.expense, "SyncToken": "0", "sparse": True, "Active": False}
    assert await wire.code("/account", nameless) == "2020"


async def test_five_levels_are_the_deepest(wire: Wire) -> None:
    parent = (await wire.create("Class", {"Name": "1"}))["Id"]
    for name in "2345":
        parent = (await wire.create("Class", {"Name": name, "ParentRef": {"value": parent}}))["Id"]

    assert await wire.code("/class", {"Name": "6", "ParentRef": {"value": parent}}) == "6180"
    deepest = (await wire.get(f"/class/{parent}"))["Class"]
    assert (deepest["FullyQualifiedName"], deepest["SubClass"]) == ("1:2:3:4:5", True)


async def test_what_the_api_cannot_do(wire: Wire, ids: Ids) -> None:
    assert await wire.code("/taxcode", {"Name": "VAT"}) == "500"
    assert await wire.code("/bill", {"Id": "1", "SyncToken": "0"}, operation="levitate") == "500"
    assert await wire.code("/bill", {"SyncToken": "0", "sparse": True}, operation="update") == "2020"
    assert (await wire.call("POST", "/bill", content=b"{")).status_code == 400
    assert (await wire.http.get("/v3/nothing")).status_code == 404
    assert (await wire.call("PUT", "/bill", json={})).status_code == 405


def test_a_late_write_can_be_hurried(sandbox: Sandbox) -> None:
    assert sandbox.apply_late(everything=True) == 0


def test_unknown_properties_of_loaded_objects_survive_an_update(company: Company, ids: Ids) -> None:
    vendor = {"Id": "900", "SyncToken": "0", "DisplayName": "Old", "Active": True, "Novelty": {"a": 1}}
    company.load([{"Vendor": vendor}])

    changed = company.update("Vendor", {"Id": "900", "CompanyName": "Older"})

    assert changed["Novelty"] == {"a": 1}


async def test_entities_without_special_meaning_keep_what_they_are_given(wire: Wire, ids: Ids) -> None:
    body = {"NameOf": "Vendor", "VendorRef": {"value": ids.vendor}, "Hours": 2, "Novelty": {"a": 1}}

    made = await wire.create("TimeActivity", body)
    kept = await wire.create(
        "TimeActivity", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Description": "x"}
    )

    assert (kept["Hours"], kept["Novelty"], kept["SyncToken"]) == (2, {"a": 1}, "1")
    assert kept["TxnDate"] == "2026-11-20"


async def test_zero_quantities_beside_an_amount_mean_nothing(wire: Wire, ids: Ids) -> None:
    body = ids.invoice(100)
    body["Line"][0]["SalesItemLineDetail"] |= {"Qty": 0, "UnitPrice": 0}

    detail = (await wire.create("Invoice", body))["Line"][0]["SalesItemLineDetail"]

    assert "Qty" not in detail
    assert "UnitPrice" not in detail
