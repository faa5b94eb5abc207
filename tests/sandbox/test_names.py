"""Names: unique where QuickBooks wants them, suffixed when inactive, resolved when they are read."""

import pytest

from service.sandbox import Company, SandboxFault
from tests.sandbox.conftest import Clock, Ids, Wire


@pytest.mark.parametrize("entity", ["Vendor", "Customer", "Employee"])
async def test_names_are_shared_by_vendors_customers_and_employees(wire: Wire, entity: str) -> None:
    await wire.create("Vendor", {"DisplayName": "Acme Tools"})

    response = await wire.call("POST", f"/{entity.lower()}", json={"DisplayName": "ACME tools"})

    error = response.json()["Fault"]["Error"][0]
    assert error["code"] == "6240"
    assert error["Message"] == "Duplicate Name Exists Error"
    assert "element" not in error


async def test_account_names_are_unique_below_their_parent(wire: Wire, ids: Ids) -> None:
    body = {"Name": "Travel", "AccountType": "Expense"}
    await wire.create("Account", body)

    assert await wire.code("/account", {**body, "Name": "TRAVEL"}) == "6240"
    child = {**body, "SubAccount": True, "ParentRef": {"value": ids.expense}}
    assert (await wire.create("Account", child))["FullyQualifiedName"] == "Office Expenses:Travel"


async def test_an_inactive_name_gets_its_suffix_and_is_free_again(wire: Wire, ids: Ids) -> None:
    body = {"Id": ids.vendor, "SyncToken": "0", "sparse": True, "Active": False}

    retired = await wire.create("Vendor", body)

    assert retired["DisplayName"] == "Pine & Sons (deleted)"
    assert retired["PrintOnCheckName"] == "Pine & Sons"
    assert retired["Active"] is False
    second = await wire.create("Vendor", {"DisplayName": "Pine & Sons"})
    again = await wire.create(
        "Vendor", {"Id": second["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    )
    assert again["DisplayName"] == "Pine & Sons (deleted) 2"


async def test_making_inactive_twice_changes_nothing(wire: Wire, ids: Ids) -> None:
    body = {"Id": ids.expense, "SyncToken": "0", "sparse": True, "Name": "Office Expenses", "Active": False}
    retired = await wire.create("Account", body)

    again = await wire.create("Account", {**body, "SyncToken": "1", "Name": retired["Name"]})

    assert retired["Name"] == "Office Expenses (deleted)"
    assert again == retired


async def test_reactivation_takes_a_clean_name(wire: Wire, ids: Ids) -> None:
    await wire.create("Vendor", {"Id": ids.vendor, "SyncToken": "0", "sparse": True, "Active": False})

    body = {"Id": ids.vendor, "SyncToken": "1", "sparse": True, "Active": True, "DisplayName": "Pine & Sons"}
    back = await wire.create("Vendor", body)

    assert (back["Active"], back["DisplayName"]) == (True, "Pine & Sons")


async def test_references_read_as_they_are_called_now(wire: Wire, ids: Ids, clock: Clock) -> None:
    bill = await wire.create("Bill", ids.bill())
    clock.move(minutes=1)
    body = {"Id": ids.vendor, "SyncToken": "0", "sparse": True, "DisplayName": "Pine & Daughters"}
    await wire.create("Vendor", body)

    read = (await wire.get(f"/bill/{bill['Id']}"))["Bill"]

    assert read["VendorRef"]["name"] == "Pine & Daughters"
    assert read["MetaData"] == bill["MetaData"]


async def test_a_renamed_parent_renames_its_children(wire: Wire, ids: Ids) -> None:
    body = {
        "Name": "Paper",
        "AccountType": "Expense",
        "SubAccount": True,
        "ParentRef": {"value": ids.expense},
    }
    child = await wire.create("Account", body)
    await wire.create("Account", {"Id": ids.expense, "SyncToken": "0", "sparse": True, "Name": "Office"})

    read = (await wire.get(f"/account/{child['Id']}"))["Account"]

    assert read["FullyQualifiedName"] == "Office:Paper"
    assert read["ParentRef"] == {"value": ids.expense}


async def test_inactive_references_are_refused_in_new_transactions_only(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill())
    await wire.create("Vendor", {"Id": ids.vendor, "SyncToken": "0", "sparse": True, "Active": False})

    assert await wire.code("/bill", ids.bill()) == "610"
    memo = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "still editable"}
    assert (await wire.create("Bill", memo))["VendorRef"]["name"] == "Pine & Sons (deleted)"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"DisplayName": "a:b"}, "2040"),
        ({"DisplayName": "x" * 501}, "2050"),
        ({}, "6080"),
        ({"DisplayName": "M", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
        ({"DisplayName": "M", "BillAddr": {"Street": "1"}}, "2010"),
    ],
)
async def test_bad_vendors_are_refused_by_code(wire: Wire, body: dict[str, object], code: str) -> None:
    assert await wire.code("/vendor", body) == code


async def test_a_display_name_is_made_of_its_parts(wire: Wire) -> None:
    vendor = await wire.create("Vendor", {"GivenName": "Ada", "FamilyName": "Byron"})

    assert vendor["DisplayName"] == "Ada Byron"


async def test_addresses_keep_their_id(wire: Wire) -> None:
    vendor = await wire.create("Vendor", {"DisplayName": "A", "BillAddr": {"Line1": "1 Road"}})

    body = {"Id": vendor["Id"], "SyncToken": "0", "sparse": True, "BillAddr": {"Line1": "2 Road"}}
    moved = await wire.create("Vendor", body)

    assert moved["BillAddr"] == {"Id": vendor["BillAddr"]["Id"], "Line1": "2 Road"}


async def test_names_and_transactions_have_a_sequence_of_ids_each(wire: Wire, ids: Ids) -> None:
    vendor = await wire.create("Vendor", {"DisplayName": "V"})
    customer = await wire.create("Customer", {"DisplayName": "C"})
    bill = await wire.create("Bill", ids.bill())
    credit = await wire.create("VendorCredit", ids.bill())

    assert int(customer["Id"]) == int(vendor["Id"]) + 1
    assert int(credit["Id"]) == int(bill["Id"]) + 1
    assert isinstance(bill["Id"], str)


def test_a_name_list_cannot_be_deleted(company: Company, ids: Ids) -> None:
    with pytest.raises(SandboxFault) as refused:
        company.delete("Vendor", ids.vendor)

    assert refused.value.code == "500"


def test_merging_repoints_the_losers_bills(company: Company, ids: Ids) -> None:
    loser = company.create("Vendor", {"DisplayName": "Pine and Sons"})["Id"]
    bill = company.create("Bill", {**ids.bill(40), "VendorRef": {"value": loser}})["Id"]

    company.merge("Vendor", ids.vendor, loser)

    moved, survivor = company.read("Bill", bill), company.read("Vendor", ids.vendor)
    assert moved is not None
    assert survivor is not None
    assert moved["VendorRef"] == {"value": ids.vendor, "name": "Pine & Sons"}
    assert survivor["Balance"] == 40
    assert company.read("Vendor", loser) is None


async def test_sub_customers_need_their_parent(wire: Wire, ids: Ids) -> None:
    assert await wire.code("/customer", {"DisplayName": "Job", "Job": True}) == "6150"
    job = await wire.create(
        "Customer", {"DisplayName": "Lobby", "Job": True, "ParentRef": {"value": ids.customer}}
    )

    assert job["FullyQualifiedName"] == "Harbor Hotel:Lobby"
    assert job["Level"] == 1
