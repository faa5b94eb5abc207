"""The comparison sees every difference, and nothing that is none."""

from decimal import Decimal
from typing import Any

import pytest

from service.demo.comparison import Sides, Standing, compare
from tests.demo.objects import (
    Json,
    account,
    account_record,
    bill,
    bill_record,
    vendor,
    vendor_record,
)


def sides(
    *,
    accounts: tuple[list[Json], list[Json]] | None = None,
    vendors: tuple[list[Json], list[Json]] | None = None,
    bills: tuple[list[Json], list[Json]] | None = None,
    home: str = "USD",
) -> Sides:
    """Both sides, each kind as (records, objects); an agreed pair where nothing is said."""
    of_accounts = accounts or ([account_record()], [account()])
    of_vendors = vendors or ([vendor_record()], [vendor()])
    of_bills = bills or ([bill_record()], [bill()])
    return Sides(
        {"account": of_accounts[0], "vendor": of_vendors[0], "bill": of_bills[0]},
        {"account": of_accounts[1], "vendor": of_vendors[1], "bill": of_bills[1]},
        home,
    )


def disagreements(given: Sides) -> list[Standing]:
    """What does not agree."""
    return [each for each in compare(given) if not each.agrees]


def differing(given: Sides) -> set[str]:
    """The fields that differ, of everything."""
    return {difference.field for each in compare(given) for difference in each.differences}


def test_equal_sides_agree() -> None:
    standings = compare(sides())

    assert [each.kind for each in standings] == ["account", "vendor", "bill"]
    assert all(each.agrees for each in standings)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("number", {"DocNumber": "A-2"}),
        ("vendor", {"VendorRef": {"value": "4"}}),
        ("issued_on", {"TxnDate": "2026-03-03"}),
        ("due_on", {"DueDate": "2026-04-02"}),
        ("currency", {"CurrencyRef": {"value": "EUR"}}),
        ("memo", {"PrivateNote": "March"}),
        ("lines", {"Line": []}),
        ("tax", {"TxnTaxDetail": {"TotalTax": Decimal("1.5")}}),
        ("amount", {"TotalAmt": Decimal("120.01")}),
        ("balance", {"Balance": Decimal("60.5")}),
        ("quickbooks.balance", {"Balance": Decimal("60.5")}),
    ],
)
def test_each_field_of_a_bill_counts(field: str, changed: Json) -> None:
    assert field in differing(sides(bills=([bill_record()], [bill(**changed)])))


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("name", {"DisplayName": "Ash and Co"}),
        ("company_name", {"CompanyName": "Ash Ltd"}),
        ("given_name", {"GivenName": "Ada"}),
        ("family_name", {"FamilyName": "Ash"}),
        ("email", {"PrimaryEmailAddr": {"Address": "a@ash.example"}}),
        ("phone", {"PrimaryPhone": {"FreeFormNumber": "555-0100"}}),
        ("account_number", {"AcctNum": "17"}),
        ("address", {"BillAddr": {"Line1": "1 Elm Street"}}),
        ("archived", {"Active": False}),
    ],
)
def test_each_field_of_a_vendor_counts(field: str, changed: Json) -> None:
    assert differing(sides(vendors=([vendor_record()], [vendor(**changed)]))) == {field}


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("name", {"Name": "Hardwood"}),
        ("type", {"AccountType": "Bank"}),
        ("subtype", {"AccountSubType": "Supplies"}),
        ("number", {"AcctNum": "6100"}),
        ("description", {"Description": "Boards"}),
        ("parent", {"ParentRef": {"value": "8"}}),
        ("archived", {"Active": False}),
    ],
)
def test_each_field_of_an_account_counts(field: str, changed: Json) -> None:
    assert differing(sides(accounts=([account_record()], [account(**changed)]))) == {field}


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        ({}, {"PrivateNote": "sync:abcdefghijkl"}),
        ({"memo": "March"}, {"PrivateNote": "March\nsync:abcdefghijkl"}),
        ({}, {"CurrencyRef": None}),
        ({"currency": "USD"}, {}),
        ({}, {"TotalAmt": Decimal("120.0"), "Balance": Decimal("120.00")}),
        ({}, {"CustomField": [{"Name": "Crew"}], "SalesTermRef": {"value": "3"}}),
    ],
)
def test_what_is_said_in_two_ways_is_the_same(record: Json, shown: Json) -> None:
    assert not disagreements(sides(bills=([bill_record(**record)], [bill(**shown)])))


def test_an_inactive_name_loses_its_suffix() -> None:
    given = sides(
        vendors=([vendor_record(archived=True)], [vendor(DisplayName="Ash & Co (deleted)", Active=False)])
    )

    assert not disagreements(given)


def test_an_active_name_keeps_its_suffix() -> None:
    given = sides(vendors=([vendor_record()], [vendor(DisplayName="Ash & Co (deleted)")]))

    assert differing(given) == {"name"}


def test_a_bill_without_a_currency_is_in_the_home_currency() -> None:
    given = sides(bills=([bill_record()], [bill(CurrencyRef={"value": "USD"})]), home="CAD")

    assert differing(given) == {"currency"}


def test_an_object_without_a_record_does_not_agree() -> None:
    found = disagreements(sides(bills=([], [bill()])))

    assert [(each.label, each.record, each.shown) for each in found] == [("Bill A-1", None, bill())]


def test_a_record_without_an_object_does_not_agree() -> None:
    found = disagreements(sides(bills=([bill_record(qbo_id=None)], [])))

    assert [(each.label, each.shown) for each in found] == [("Bill A-1", None)]


@pytest.mark.parametrize("qbo_id", ["9", None])
def test_what_both_sides_gave_up_agrees(qbo_id: str | None) -> None:
    given = sides(bills=([bill_record(qbo_id=qbo_id, archived=True)], []))

    assert not disagreements(given)


def test_an_archived_bill_that_lives_in_quickbooks_does_not_agree() -> None:
    assert differing(sides(bills=([bill_record(archived=True)], [bill()]))) == {"archived"}


def test_an_object_that_two_records_claim_is_only_one_of_them() -> None:
    twins: list[Any] = [bill_record(), {**bill_record(), "id": "twin"}]

    found = disagreements(sides(bills=(twins, [bill()])))

    assert [each.record["id"] for each in found if each.record] == ["twin"]


def test_the_same_bill_twice_in_quickbooks_does_not_agree() -> None:
    found = disagreements(sides(bills=([bill_record()], [bill(), bill(id="10")])))

    assert [each.shown["Id"] for each in found if each.shown] == ["10"]


def paid(**fields: Any) -> Json:
    """A BillPayment of bill 9 as QuickBooks exports it."""
    line = {"Amount": 120, "LinkedTxn": [{"TxnId": "9", "TxnType": "Bill"}]}
    made = {"Id": "20", "VendorRef": {"value": "3"}, "TxnDate": "2026-03-05", "TotalAmt": 120, "Line": [line]}
    return {**made, **fields}


def payment_record(**fields: Any) -> Json:
    """The payment as the API lists it."""
    standing = {"id": "20", "sync_state": "agreed", "code": None, "balance": None}
    return {
        "id": "pay",
        "kind": "bill_payment",
        "archived": False,
        "vendor": "ven",
        "paid_on": "2026-03-05",
        "reference": None,
        "status": "processed",
        "lines": [{"bill": "bill", "amount": "120.00"}],
        "credits": [],
        "quickbooks": standing,
        **fields,
    }


VOIDED = {"TotalAmt": 0, "Line": []}


@pytest.mark.parametrize(
    ("record", "shown", "fields"),
    [
        ({}, {}, set()),
        ({"status": "voided"}, VOIDED, set()),
        ({}, VOIDED, {"voided", "lines"}),
        ({"status": "voided"}, {}, {"voided", "lines"}),
        ({}, {"TxnDate": "2026-03-06"}, {"paid_on"}),
        ({}, {"DocNumber": "17"}, {"reference"}),
        ({"lines": [{"bill": "bill", "amount": "60.00"}]}, {}, {"lines"}),
    ],
)
def test_a_payment_agrees_if_it_pays_the_same_on_both_sides(
    record: Json, shown: Json, fields: set[str]
) -> None:
    agreed = sides()
    agreed.records["bill_payment"] = [payment_record(**record)]
    agreed.objects["bill_payment"] = [paid(**shown)]

    assert differing(agreed) == fields
