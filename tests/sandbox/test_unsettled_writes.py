"""Writes where sources disagree or are silent: each position of each knob."""

from typing import Any

import pytest

from service.sandbox import Company, Sandbox, SandboxFault
from tests.sandbox.conftest import Ids, Wire, balance
from tests.sandbox.test_refusals import posting


async def changed(wire: Wire, entity: str, object_id: str, **fields: Any) -> Any:
    """Update sparsely with the current token; answer the object, or the fault's code."""
    now = (await wire.get(f"/{entity.lower()}/{object_id}"))[entity]
    body = {"Id": object_id, "SyncToken": now["SyncToken"], "sparse": True, **fields}
    answer = await wire.post(f"/{entity.lower()}", body)
    return answer[entity] if entity in answer else answer["Fault"]["Error"][0]["code"]


def code_of(action: Any, *arguments: Any) -> str:
    with pytest.raises(SandboxFault) as refused:
        action(*arguments)
    return refused.value.code


@pytest.mark.parametrize(
    ("position", "number", "note"), [("recorded", "N-1", None), ("documented", None, None)]
)
async def test_a_full_update_empties_more_or_less(
    wire: Wire, sandbox: Sandbox, ids: Ids, position: Any, number: str | None, note: str | None
) -> None:
    sandbox.knobs.full_update = position
    bill = await wire.create("Bill", ids.bill(10, DocNumber="N-1", PrivateNote="kept?"))

    again = await wire.create("Bill", {"Id": bill["Id"], "SyncToken": "0", **ids.bill(11)})

    assert (again.get("DocNumber"), again.get("PrivateNote")) == (number, note)
    assert again["CurrencyRef"]["value"] == "USD"


@pytest.mark.parametrize("code", ["2020", "5010"])
async def test_an_update_without_a_token(wire: Wire, sandbox: Sandbox, ids: Ids, code: Any) -> None:
    sandbox.knobs.update_without_version = code

    assert await wire.code("/vendor", {"Id": ids.vendor, "sparse": True, "Notes": "x"}) == code


@pytest.mark.parametrize("omits", [True, False])
async def test_a_new_account_may_come_without_its_time(wire: Wire, sandbox: Sandbox, omits: bool) -> None:
    sandbox.knobs.account_created_without_time = omits

    made = await wire.create("Account", {"Name": "Petty Cash", "AccountType": "Bank"})
    read = (await wire.get(f"/account/{made['Id']}"))["Account"]

    assert ("LastUpdatedTime" in made["MetaData"]) != omits
    assert read["MetaData"]["LastUpdatedTime"] == read["MetaData"]["CreateTime"]


@pytest.mark.parametrize("code", ["6000", "620", "800"])
def test_the_code_for_what_is_linked(company: Company, sandbox: Sandbox, ids: Ids, code: Any) -> None:
    sandbox.knobs.delete_linked_code = code
    bill = company.create("Bill", ids.bill(10))["Id"]
    company.create("BillPayment", ids.payment(10, ("Bill", bill, 10)))

    assert code_of(company.delete, "Bill", bill) == code
    assert balance(company, "Bill", bill) == 0


@pytest.mark.parametrize(
    ("position", "words"), [("inactive", "made inactive"), ("deleted", "has deleted this")]
)
async def test_the_text_about_what_is_gone(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, position: Any, words: str
) -> None:
    sandbox.knobs.gone_detail = position
    bill = company.create("Bill", ids.bill(10))["Id"]
    company.delete("Bill", bill)

    read = await wire.get(f"/bill/{bill}")
    written = await wire.post("/bill", {"Id": bill, "SyncToken": "0", "sparse": True})

    for answer in (read, written):
        (error,) = answer["Fault"]["Error"]
        assert error["code"] == "610"
        assert words in error["Detail"]


@pytest.mark.parametrize("position", ["accept", "reject"])
async def test_payments_may_be_voided_by_an_operation(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, position: Any
) -> None:
    sandbox.knobs.payment_void_operation = position
    bill = company.create("Bill", ids.bill(10))["Id"]
    payment = company.create("BillPayment", ids.payment(10, ("Bill", bill, 10)))["Id"]

    answer = await wire.post("/billpayment", {"Id": payment, "SyncToken": "0"}, operation="void")

    assert ("BillPayment" in answer) == (position == "accept")
    assert balance(company, "Bill", bill) == (10 if position == "accept" else 0)


@pytest.mark.parametrize("position", ["accept", "reject"])
def test_voiding_twice(company: Company, sandbox: Sandbox, ids: Ids, position: Any) -> None:
    sandbox.knobs.void_twice = position
    invoice = company.create("Invoice", ids.invoice(10))["Id"]
    once = company.void("Invoice", invoice)

    if position == "accept":
        assert company.void("Invoice", invoice)["SyncToken"] == once["SyncToken"]
    else:
        assert code_of(company.void, "Invoice", invoice) == "6000"


@pytest.mark.parametrize("numbered", [True, False])
def test_a_second_inactive_object_of_one_name(company: Company, sandbox: Sandbox, numbered: bool) -> None:
    sandbox.knobs.inactive_numbering = numbered
    first = company.create("Vendor", {"DisplayName": "Often"})["Id"]
    company.update("Vendor", {"Id": first, "Active": False})
    second = company.create("Vendor", {"DisplayName": "Often"})["Id"]
    retire = {"Id": second, "Active": False}

    if numbered:
        assert company.update("Vendor", retire)["DisplayName"] == "Often (deleted) 2"
    else:
        assert code_of(company.update, "Vendor", retire) == "6240"


@pytest.mark.parametrize("code", ["610", "6250", "2500"])
def test_the_code_for_an_inactive_reference(company: Company, sandbox: Sandbox, ids: Ids, code: Any) -> None:
    sandbox.knobs.inactive_reference = code
    company.update("Vendor", {"Id": ids.vendor, "Active": False})

    assert code_of(company.create, "Bill", ids.bill(10)) == code


@pytest.mark.parametrize("position", ["allow", "fault"])
async def test_making_a_vendor_inactive_that_is_owed_something(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, position: Any
) -> None:
    sandbox.knobs.inactivate_with_balance = position
    company.create("Bill", ids.bill(10))

    answer = await changed(wire, "Vendor", ids.vendor, Active=False)

    assert answer == "6220" if position == "fault" else answer["Active"] is False


@pytest.mark.parametrize("limited", [True, False])
async def test_parts_of_an_address_have_lengths(wire: Wire, sandbox: Sandbox, limited: bool) -> None:
    sandbox.knobs.address_limits = limited

    answer = await wire.post("/vendor", {"DisplayName": "Far", "BillAddr": {"PostalCode": "9" * 31}})

    assert ("Fault" in answer) == limited


@pytest.mark.parametrize(("scope", "refused"), [("vendor", False), ("company", True)])
async def test_among_which_bills_a_number_is_unique(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, scope: Any, refused: bool
) -> None:
    sandbox.knobs.duplicate_bill_scope = scope
    warn(company, "WarnDuplicateBillNumber")
    other = company.create("Vendor", {"DisplayName": "Other"})["Id"]
    company.create("Bill", ids.bill(10, DocNumber="7"))

    same = await wire.post("/bill", ids.bill(10, DocNumber="7"))
    others = await wire.post("/bill", {**ids.bill(10, DocNumber="7"), "VendorRef": {"value": other}})

    assert same["Fault"]["Error"][0]["code"] == "6140"
    assert ("Fault" in others) == refused


def warn(company: Company, name: str) -> None:
    company.set_preferences({"OtherPrefs": {"NameValue": [{"Name": name, "Value": "true"}]}})


@pytest.mark.parametrize("named", [True, False])
async def test_who_bears_a_number_already(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, named: bool
) -> None:
    sandbox.knobs.duplicate_number_named = named
    warn(company, "WarnDuplicateBillNumber")
    bill = company.create("Bill", ids.bill(10, DocNumber="7"))["Id"]

    answer = await wire.post("/bill", ids.bill(10, DocNumber="7"))

    (error,) = answer["Fault"]["Error"]
    assert error["code"] == "6140"
    assert error["Detail"].endswith(f"DocNumber=7 is assigned to TxnType=Bill with TxnId={bill}") == named


async def test_check_and_journal_numbers_are_unique_where_the_company_warns(
    wire: Wire, company: Company, ids: Ids
) -> None:
    payment = {**ids.payment(5), "DocNumber": "1001"}
    journal = {"DocNumber": "J1", "Line": [posting(ids.bank), posting(ids.card, "Credit")]}
    await wire.create("BillPayment", payment)
    await wire.create("BillPayment", payment)
    warn(company, "WarnDuplicateCheckNumber")

    assert await wire.code("/billpayment", payment) == "6140"
    warn(company, "WarnDuplicateJournalNumber")
    await wire.create("JournalEntry", journal)
    assert await wire.code("/journalentry", journal) == "6140"
    again = await wire.create("JournalEntry", journal, include="allowduplicatedocnum")
    assert again["DocNumber"] == "J1"


@pytest.mark.parametrize("code", ["6000", "6430"])
def test_the_code_for_a_payable_account_on_a_line(
    company: Company, sandbox: Sandbox, ids: Ids, code: Any
) -> None:
    sandbox.knobs.payable_line = code
    line = {**ids.line(5), "AccountBasedExpenseLineDetail": {"AccountRef": {"value": ids.payable}}}

    assert code_of(company.create, "Bill", {"VendorRef": {"value": ids.vendor}, "Line": [line]}) == code


@pytest.mark.parametrize("position", ["any", "one"])
def test_how_many_lines_with_a_party_a_journal_entry_has(
    company: Company, sandbox: Sandbox, ids: Ids, position: Any
) -> None:
    sandbox.knobs.journal_party_lines = position
    party = {"Type": "Vendor", "EntityRef": {"value": ids.vendor}}
    lines = [posting(ids.payable), posting(ids.payable, "Credit")]
    for line in lines:
        line["JournalEntryLineDetail"]["Entity"] = party

    if position == "any":
        assert company.create("JournalEntry", {"Line": lines})["TotalAmt"] == 0
    else:
        assert code_of(company.create, "JournalEntry", {"Line": lines}) == "6000"


@pytest.mark.parametrize("position", ["ignore", "fault"])
async def test_classes_and_locations_that_are_not_tracked(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, position: Any
) -> None:
    sandbox.knobs.untracked_class = position
    shop, north = (
        company.create("Class", {"Name": "Shop"})["Id"],
        company.create("Department", {"Name": "North"})["Id"],
    )
    line = ids.line(5)
    line["AccountBasedExpenseLineDetail"]["ClassRef"] = {"value": shop}
    body = {"VendorRef": {"value": ids.vendor}, "DepartmentRef": {"value": north}, "Line": [line]}
    tracked = await wire.create("Bill", body)
    company.set_preferences(
        {"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": False, "TrackDepartments": False}}
    )

    answer = await wire.post("/bill", body)
    kept = await changed(wire, "Bill", tracked["Id"], PrivateNote="x")

    assert tracked["DepartmentRef"]["name"] == "North"
    assert tracked["Line"][0]["AccountBasedExpenseLineDetail"]["ClassRef"]["name"] == "Shop"
    assert kept["DepartmentRef"]["value"] == north
    if position == "fault":
        assert answer["Fault"]["Error"][0]["code"] == "5030"
    else:
        assert "DepartmentRef" not in answer["Bill"]
        assert "ClassRef" not in answer["Bill"]["Line"][0]["AccountBasedExpenseLineDetail"]


@pytest.mark.parametrize("required", [True, False])
async def test_currencies_where_there_are_several(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, required: bool
) -> None:
    sandbox.knobs.currency_required = required
    company.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True}})

    silent = await wire.post("/bill", ids.bill(5))
    said = await wire.create("Bill", ids.bill(5, CurrencyRef={"value": "USD"}))

    assert said["ExchangeRate"] == 1
    if required:
        assert silent["Fault"]["Error"][0]["code"] == "2020"
    else:
        assert silent["Bill"]["CurrencyRef"]["value"] == "USD"


@pytest.mark.parametrize(("position", "gone"), [("deleted", True), ("inactive", False)])
async def test_the_loser_of_a_merge(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, position: Any, gone: bool
) -> None:
    sandbox.knobs.cdc_merged = position
    loser = company.create("Vendor", {"DisplayName": "Pine and Sons"})["Id"]
    company.create("Bill", {**ids.bill(10), "VendorRef": {"value": loser}})
    company.merge("Vendor", ids.vendor, loser)

    read = company.read("Vendor", loser)
    answer = await wire.get("/cdc", entities="Vendor", changedSince="2026-11-20")
    (shown,) = (one for one in answer["CDCResponse"][0]["QueryResponse"][0]["Vendor"] if one["Id"] == loser)

    assert balance(company, "Vendor", ids.vendor) == 10
    if gone:
        assert read is None
        assert shown["status"] == "Deleted"
    else:
        assert read is not None
        assert (shown["Active"], shown["DisplayName"], shown["Balance"]) == (
            False,
            "Pine and Sons (deleted)",
            0,
        )
        assert company.create("Vendor", {"DisplayName": "Pine and Sons"})["Id"] != loser


@pytest.mark.parametrize("moves", [True, False])
def test_a_merge_may_move_the_times_of_transactions(
    company: Company, sandbox: Sandbox, ids: Ids, clock: Any, moves: bool
) -> None:
    sandbox.knobs.merge_moves_times = moves
    loser = company.create("Vendor", {"DisplayName": "Pine and Sons"})["Id"]
    bill = company.create("Bill", {**ids.bill(10), "VendorRef": {"value": loser}})
    clock.move(hours=1)
    company.merge("Vendor", ids.vendor, loser)

    now = company.read("Bill", bill["Id"])

    assert now is not None
    assert now["VendorRef"]["value"] == ids.vendor
    assert now["SyncToken"] == bill["SyncToken"]
    assert (now["MetaData"]["LastUpdatedTime"] != bill["MetaData"]["LastUpdatedTime"]) == moves


@pytest.mark.parametrize("shown", [True, False])
async def test_a_vendor_credit_may_hide_its_balance(
    wire: Wire, sandbox: Sandbox, ids: Ids, shown: bool
) -> None:
    sandbox.knobs.vendor_credit_balance = shown

    credit = await wire.create("VendorCredit", ids.bill(10))

    assert ("Balance" in credit) == shown
    assert credit["TotalAmt"] == 10


@pytest.mark.parametrize("geocodes", [True, False])
async def test_addresses_may_come_with_useless_places(wire: Wire, sandbox: Sandbox, geocodes: bool) -> None:
    sandbox.knobs.address_geocodes = geocodes

    vendor = await wire.create("Vendor", {"DisplayName": "Here", "BillAddr": {"City": "Oakport"}})

    assert vendor["BillAddr"].get("Lat") == ("INVALID" if geocodes else None)
    assert vendor["BillAddr"]["City"] == "Oakport"


@pytest.mark.parametrize(("masks", "shown"), [(True, "XXXXXX56789"), (False, "123456789")])
async def test_tax_identifiers_are_masked(wire: Wire, sandbox: Sandbox, masks: bool, shown: str) -> None:
    sandbox.knobs.mask_tax_ids = masks

    vendor = await wire.create("Vendor", {"DisplayName": "Taxed", "TaxIdentifier": "123456789"})

    assert vendor["TaxIdentifier"] == shown


async def test_amounts_in_the_home_currency_where_there_are_several(
    wire: Wire, company: Company, ids: Ids
) -> None:
    single = await wire.create("Bill", ids.bill(10))
    company.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    other = company.create("Vendor", {"DisplayName": "Elsewhere", "CurrencyRef": {"value": "EUR"}})["Id"]
    body = {"VendorRef": {"value": other}, "CurrencyRef": {"value": "EUR"}, "ExchangeRate": 1.1}

    bill = await wire.create("Bill", {**ids.bill(10), **body})

    assert "HomeTotalAmt" not in single
    assert (bill["TotalAmt"], bill["HomeTotalAmt"], bill["HomeBalance"]) == (10, 11, 11)
