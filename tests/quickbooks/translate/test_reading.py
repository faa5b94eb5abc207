"""Reading: the same content has the same hash, amounts are exact, and what we can't hold is named."""

import datetime as dt
import json
import random
import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.match import match_key
from service.core.policy import ClassTracking, Facts
from service.core.records import CONTENT, ENTITIES, ORDER, Kind
from service.quickbooks.translate import TRANSLATORS, Observed
from service.quickbooks.translate.facts import read_facts
from service.quickbooks.translate.wire import BODY_ENCODER, content_hash
from tests.core.strategies import documents, every_kind
from tests.quickbooks.stand_ins import payload_files
from tests.quickbooks.translate import books
from tests.quickbooks.translate.edits import objects
from tests.quickbooks.translate.plain import PLAIN, other

BILL: dict[str, Any] = {
    "Id": "1150040002",
    "SyncToken": "10",
    "VendorRef": {"value": "56", "name": "Bob's Burger Joint"},
    "TxnDate": "2026-05-05",
    "Line": [
        {
            "Id": "1",
            "Amount": 337.5,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "69"}},
        }
    ],
    "TotalAmt": 337.5,
    "Balance": 0,
    "MetaData": {"CreateTime": "2026-05-05T03:19:47-07:00", "LastUpdatedTime": "2026-05-06T00:00:00-07:00"},
}


def read(wire: dict[str, Any], kind: Kind = Kind.BILL) -> Any:
    return TRANSLATORS[kind].project(json.dumps(wire).encode())


def bill(**changes: Any) -> Any:
    return read({name: value for name, value in (BILL | changes).items() if value is not None})


def item_line(**more: Any) -> dict[str, Any]:
    return {"Id": "2", "Amount": 5, "DetailType": "ItemBasedExpenseLineDetail", **more}


@given(data=st.data(), kind=every_kind, seed=st.integers())
def test_the_hash_does_not_depend_on_the_order_of_keys_or_the_spelling_of_numbers(data, kind, seed) -> None:
    raw = data.draw(objects(kind))
    chance = random.Random(seed)

    def spell(value: Decimal) -> bytes:
        written = f"{value.normalize():f}".encode()
        return chance.choice([written, written + b".000"]) if b"." not in written else written + b"0"

    again = books.respelled(raw, chance.shuffle, spell)

    project = TRANSLATORS[kind].project
    assert project(again).content == project(raw).content
    assert project(again).content_hash == project(raw).content_hash


@given(data=st.data(), kind=every_kind)
def test_documents_have_the_same_hash_exactly_if_they_are_the_same(data, kind) -> None:
    one, other = data.draw(documents(kind)), data.draw(documents(kind))

    assert (content_hash(one) == content_hash(other)) == (one == other)
    assert content_hash(replace(one)) == content_hash(one)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in ORDER for name in CONTENT[kind]])
def test_every_field_of_the_content_counts_in_the_hash(kind, name) -> None:
    changed = replace(PLAIN[kind], **{name: other(kind, name)})

    assert content_hash(changed) != content_hash(PLAIN[kind])


@pytest.mark.parametrize(
    "changes",
    [
        {"Balance": 337.5},
        {"SyncToken": "11"},
        {"MetaData": {}},
        {"VendorRef": {"value": "56", "name": "Bob's Diner"}},
        {"LinkedTxn": [{"TxnId": "104", "TxnType": "BillPaymentCheck"}]},
        {"TxnTaxDetail": {}},
        {"TxnTaxDetail": {"TotalTax": 0}},
        {"TxnTaxDetail": {"TotalTax": 0.0}},
        {"DocNumber": ""},
        {"PrivateNote": ""},
        {"SalesTermRef": {"value": "3"}},
    ],
    ids=json.dumps,
)
def test_what_is_derived_empty_or_not_mapped_is_no_new_content(changes) -> None:
    assert bill(**changes).content == bill().content
    assert bill(**changes).content_hash == bill().content_hash


def test_the_hash_speaks_in_the_ids_of_quickbooks() -> None:
    assert bill(VendorRef={"value": "57"}).content_hash != bill().content_hash


@given(data=st.data(), kind=every_kind)
def test_no_amount_is_ever_a_float(data, kind) -> None:
    found = TRANSLATORS[kind].project(data.draw(objects(kind)))
    body = TRANSLATORS[kind].update(found.content, CONTENT[kind], found.raw, 0)

    assert not list(floats_in(msgspec.structs.asdict(found)))
    assert not list(floats_in(body))


def floats_in(value: Any) -> Any:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from floats_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from floats_in(each)
    elif isinstance(value, msgspec.Struct):
        yield from floats_in(msgspec.structs.asdict(value))


@given(cents=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=5))
def test_amounts_are_read_to_the_cent_and_written_with_two_decimals(cents) -> None:
    lines = [
        {**BILL["Line"][0], "Id": str(at), "Amount": f"@{cent / 100:.2f}@"} for at, cent in enumerate(cents)
    ]
    raw = re.sub(rb'"@(.*?)@"', rb"\1", json.dumps(BILL | {"Line": lines}).encode())

    found = TRANSLATORS[Kind.BILL].project(raw)
    body = BODY_ENCODER.encode(TRANSLATORS[Kind.BILL].create(found.content, None))

    assert [line.amount for line in found.content.lines] == [Decimal(cent) / 100 for cent in cents]
    assert re.findall(rb'"Amount":(-?\d+\.\d\d)[,}]', body) == [
        f"{line.amount:.2f}".encode() for line in found.content.lines
    ]


def test_zero_and_short_numbers_have_two_decimals_here() -> None:
    found = bill()

    assert (str(found.balance), str(found.amount)) == ("0.00", "337.50")
    assert str(found.content.lines[0].amount) == "337.50"


def test_a_bill_without_a_balance_has_none() -> None:
    assert bill(Balance=None).balance is None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"Line": [item_line()]}, "an item"),
        (
            {"Line": [{"Id": "3", "DetailType": "DescriptionOnly", "Description": "A note"}]},
            "DescriptionOnly",
        ),
        ({"TotalAmt": 337.51}, "a total"),
        ({"TxnTaxDetail": {"TotalTax": 1}}, "a total"),
    ],
)
def test_what_would_be_lost_if_a_bill_were_taken_is_named(changes, named) -> None:
    assert named in bill(**changes).unsupported[0]
    assert bill().unsupported == ()


def test_tax_is_part_of_the_amount() -> None:
    found = bill(TxnTaxDetail={"TotalTax": 12.5}, TotalAmt=350)

    assert found.content.tax == Decimal("12.50")
    assert found.unsupported == ()


def test_ids_are_texts_and_tokens_are_numbers() -> None:
    found = bill()

    assert found.id == "1150040002"
    assert found.sync_token == 10
    assert bill(SyncToken="9").sync_token < found.sync_token


@pytest.mark.parametrize(
    ("meta", "instant"),
    [
        (BILL["MetaData"], dt.datetime(2026, 5, 6, 7, tzinfo=dt.UTC)),
        ({"CreateTime": "2026-01-05T03:19:47-08:00"}, dt.datetime(2026, 1, 5, 11, 19, 47, tzinfo=dt.UTC)),
        ({}, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
        (None, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_times_are_read_in_utc_and_may_be_missing(meta, instant) -> None:
    assert bill(MetaData=meta).last_updated_at == instant


@pytest.mark.parametrize("text", ["", "0000-00-00", "05/05/2026"])
def test_a_date_that_is_none_is_none(text) -> None:
    assert bill(DueDate=text).content.due_on is None


def test_an_inactive_entry_has_its_plain_name_and_is_archived() -> None:
    found = read({"Id": "1", "DisplayName": "Ash & Co (deleted) 2", "Active": False}, Kind.VENDOR)

    assert found.content.name == "Ash & Co"
    assert found.content.archived
    assert found.inactive


def test_an_account_knows_how_deep_it_lies() -> None:
    wire = {"Id": "1", "Name": "Fees", "AccountType": "Expense", "FullyQualifiedName": "Office:Bank:Fees"}

    assert read(wire, Kind.ACCOUNT).level == 2
    assert read(wire | {"FullyQualifiedName": "Fees"}, Kind.ACCOUNT).level == 0


def test_an_address_without_a_line_is_no_address() -> None:
    wire = {"Id": "1", "DisplayName": "Ash", "BillAddr": {"Id": "7", "Lat": "48.4", "Long": "9.9"}}

    assert read(wire, Kind.VENDOR).content.address is None


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        pytest.param(kind, parameter.values[0], id=f"{kind.value}-{parameter.id}", marks=parameter.marks)
        for kind in ORDER
        for parameter in payload_files(f"{ENTITIES[kind].lower()}/*.json")
    ],
)
def test_recorded_objects_are_read_with_all_that_pairing_and_the_rules_need(kind, path) -> None:
    wire = json.loads(path.read_text())

    found: Observed = TRANSLATORS[kind].project(path.read_bytes())

    assert found.id == wire["Id"]
    assert found.sync_token == int(wire["SyncToken"])
    assert found.last_updated_at.year > 2000
    assert found.match_key == match_key(found.content)
    assert found.inactive == (not wire.get("Active", True))
    if kind is Kind.BILL:
        assert found.amount == Decimal(str(wire["TotalAmt"]))
        assert found.balance == Decimal(str(wire["Balance"]))
        assert found.content.due_on == dt.date.fromisoformat(wire["DueDate"])
        assert len(found.content.lines) == len(wire["Line"])


def test_company_facts_are_read_from_both_objects() -> None:
    company = (
        b'{"CompanyName":"Ash & Co","Country":"US","Id":"1","Unknown":[],'
        b'"DefaultTimeZone":"America/Los_Angeles"}'
    )
    preferences = (
        b'{"AccountingInfoPrefs":{"BookCloseDate":"2025-12-31","Unknown":1,"TrackDepartments":true,'
        b'"ClassTrackingPerTxnLine":true},"SalesFormsPrefs":{"CustomTxnNumbers":true},'
        b'"OtherPrefs":{"NameValue":[{"Name":"WarnDuplicateBillNumber","Value":"true"},'
        b'{"Name":"VendorAndPurchasesPrefs.UseCustomTxnNumbers","Value":"false"},{"Name":"Unknown"}]},'
        b'"CurrencyPrefs":{"MultiCurrencyEnabled":true,"HomeCurrency":{"value":"USD"}}}'
    )

    assert read_facts(company, preferences) == Facts(
        company_name="Ash & Co",
        country="US",
        home_currency="USD",
        multi_currency=True,
        books_closed_on=dt.date(2025, 12, 31),
        time_zone="America/Los_Angeles",
        class_tracking=ClassTracking.LINE,
        location_tracking=True,
        custom_sales_numbers=True,
        warns_of_duplicate_bills=True,
    )


@pytest.mark.parametrize(
    ("per_transaction", "per_line", "tracking"),
    [(False, False, "off"), (True, False, "transaction"), (False, True, "line"), (True, True, "line")],
)
def test_classes_are_tracked_nowhere_per_transaction_or_per_line(per_transaction, per_line, tracking) -> None:
    prefs = {"ClassTrackingPerTxn": per_transaction, "ClassTrackingPerTxnLine": per_line}

    assert read_facts(b"{}", json.dumps({"AccountingInfoPrefs": prefs}).encode()).class_tracking == tracking


def test_a_company_that_says_nothing_is_in_dollars_with_open_books() -> None:
    assert read_facts(b"{}", b"{}") == Facts()


@pytest.mark.parametrize("path", payload_files("preferences/*.json"))
def test_recorded_preferences_are_read(path) -> None:
    facts = read_facts(b"{}", path.read_bytes())

    assert facts.home_currency == "USD"
