"""What we write QuickBooks answers and we read back; what we don't map stays to the byte.

The laws hold for every kind alike: writing and reading back changes nothing, and an update moves the fields
that it names, and nothing else.
"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.records import (
    CONTENT,
    ENTITIES,
    LISTS,
    ORDER,
    QUICKBOOKS_ONLY,
    Address,
    Bill,
    BillLine,
    Itemised,
    Kind,
    Payment,
    Vendor,
)
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import BODY_ENCODER
from tests.core.strategies import documents, every_kind
from tests.quickbooks.stand_ins import payload_files
from tests.quickbooks.translate import books
from tests.quickbooks.translate.edits import (
    MARKER,
    Edit,
    edits,
    key_of,
    objects,
    unmapped_of,
    updated,
    writable,
)
from tests.quickbooks.translate.plain import PLAIN, other


@given(data=st.data(), kind=every_kind, marker=st.sampled_from([None, MARKER]))
def test_what_is_created_comes_back_as_it_was_written(data, kind, marker) -> None:
    content = writable(kind, data.draw(documents(kind)))
    marker = None if kind in LISTS else marker

    found = TRANSLATORS[kind].project(books.create(kind, TRANSLATORS[kind].create(content, marker)))

    assert found.content == content
    assert (found.id, found.sync_token, found.marker) == ("145", 0, marker)
    assert found.inactive is False
    assert found.unsupported == ()


@settings(max_examples=400)
@given(edit=edits())
def test_an_update_brings_the_fields_that_it_names_and_leaves_the_others(edit) -> None:
    project = TRANSLATORS[edit.kind].project
    before = project(edit.raw)

    after = project(updated(edit))

    for name in CONTENT[edit.kind]:
        there = getattr(after.content, name)
        if name not in edit.fields or name in QUICKBOOKS_ONLY:
            assert there == getattr(before.content, name), name
        elif name != "lines" or isinstance(edit.wanted, Payment):
            assert there == getattr(edit.wanted, name), name
        else:
            assert _without_ids(there) == _without_ids(edit.wanted.lines)
    assert after.marker == before.marker


def _without_ids(lines: Any) -> Any:
    return [replace(line, id=None) for line in lines]


@settings(max_examples=400)
@given(edit=edits())
def test_an_update_leaves_what_we_do_not_map_as_it_was_to_the_byte(edit) -> None:
    after = updated(edit)

    kept = {key_of(line) for line in books.read(after).get("Line", [])}
    kept &= {key_of(line) for line in books.read(edit.raw).get("Line", [])}
    is_itemised = isinstance(edit.wanted, Itemised)
    sent = {line.id for line in edit.wanted.lines} if is_itemised and "lines" in edit.fields else kept
    types = [
        {line.get("Id"): line.get("DetailType") for line in books.read(raw).get("Line", [])}
        for raw in (edit.raw, after)
    ]
    compared = {each for each in kept & sent if types[0].get(each) == types[1].get(each)}
    assert unmapped_of(edit.kind, after, lines=compared) == unmapped_of(edit.kind, edit.raw, lines=compared)


@pytest.mark.parametrize(("ours", "detail"), [({"item": "5"}, "Item"), ({"account": "61"}, "Account")])
def test_a_line_that_changes_its_type_keeps_what_both_types_have(ours, detail) -> None:
    wire = books.read(books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(PLAIN[Kind.BILL], None)))
    shared = {"MarkupInfo": {"Percent": 10}, "TaxCodeRef": {"value": "NON"}}
    wire["Line"][0]["AccountBasedExpenseLineDetail"] |= shared
    wire["Line"][1]["ItemBasedExpenseLineDetail"] |= {**shared, "PriceLevelRef": {"value": "2"}}
    raw = BODY_ENCODER.encode(wire)
    at = 0 if detail == "Item" else 1
    lines = list(TRANSLATORS[Kind.BILL].project(raw).content.lines)
    lines[at] = BillLine(
        id=lines[at].id, amount=lines[at].amount, customer="7", billable=True, accounting_class="8", **ours
    )

    body = TRANSLATORS[Kind.BILL].update(replace(PLAIN[Kind.BILL], lines=tuple(lines)), ("lines",), raw, 0)

    line = body["Line"][at]
    reference = {"ItemRef": {"value": "5"}} if detail == "Item" else {"AccountRef": {"value": "61"}}
    assert line["DetailType"] == f"{detail}BasedExpenseLineDetail"
    ours = {"CustomerRef": {"value": "7"}, "BillableStatus": "Billable", "ClassRef": {"value": "8"}}
    assert line[line["DetailType"]] == shared | reference | ours
    assert {name for name in line if name.endswith("LineDetail")} == {line["DetailType"]}


@settings(max_examples=200)
@given(edit=edits())
def test_lines_keep_their_ids_and_new_ones_get_others(edit) -> None:
    after = TRANSLATORS[edit.kind].project(updated(edit)).content

    if isinstance(after, Itemised) and "lines" in edit.fields:
        there = {line.id for line in TRANSLATORS[edit.kind].project(edit.raw).content.lines}
        for wanted, found in zip(edit.wanted.lines, after.lines, strict=True):
            assert found.id == wanted.id if wanted.id else found.id not in there


@given(data=st.data(), kind=every_kind)
def test_writing_back_what_was_read_changes_nothing(data, kind) -> None:
    raw = data.draw(objects(kind))
    found = TRANSLATORS[kind].project(raw)
    fields = data.draw(st.sampled_from([(), CONTENT[kind]]))

    after = updated(Edit(kind, raw, found.content, fields))

    assert TRANSLATORS[kind].project(after).content == found.content
    assert unmapped_of(kind, after) == unmapped_of(kind, raw)


@given(edit=edits())
def test_a_body_names_no_more_than_its_fields_and_what_quickbooks_asks_for(edit) -> None:
    body = TRANSLATORS[edit.kind].update(edit.wanted, (), edit.raw, 0)

    asked = {kind: {"Name"} for kind in books.TREES} | {kind: {name} for kind, name in books.PARTIES.items()}
    assert set(body) == {"sparse", "SyncToken"} | asked.get(edit.kind, set())
    assert body["sparse"] is True


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        pytest.param(kind, parameter.values[0], id=f"{kind.value}-{parameter.id}", marks=parameter.marks)
        for kind in ORDER
        for parameter in payload_files(f"{ENTITIES[kind].lower()}/*.json")
    ],
)
def test_recorded_objects_are_read_and_written_back_unchanged(kind, path) -> None:
    raw = path.read_bytes()

    found = TRANSLATORS[kind].project(raw)
    is_foreign = kind is Kind.FUNDS_TRANSFER and found.unsupported
    every = ("memo", "moved_on") if is_foreign else CONTENT[kind]
    bodies = [TRANSLATORS[kind].update(found.content, fields, raw, 0) for fields in ((), every)]

    wire = BODY_ENCODER.encode(books.read(raw) | {"SyncToken": "0"})
    for body in bodies:
        after = books.update(kind, wire, body)
        assert TRANSLATORS[kind].project(after).content == found.content
        assert unmapped_of(kind, after) == unmapped_of(kind, wire)


def test_a_vendor_that_is_held_back_is_not_written_along_with_another_field() -> None:
    content = writable(
        Kind.BILL, Bill(vendor="41", issued_on=None, lines=(BillLine(amount=Decimal("5.00")),))
    )
    raw = books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(replace(content, vendor="77"), None))

    body = TRANSLATORS[Kind.BILL].update(replace(content, memo="March"), ("memo",), raw, 0)

    assert body["VendorRef"] == {"value": "77"}


@pytest.mark.parametrize("is_active", [True, False])
def test_an_account_keeps_its_name_there_unless_the_name_is_what_changes(is_active) -> None:
    raw = b'{"Id":"1","SyncToken":"0","Name":"Fees%s","AccountType":"Expense","Active":%s}' % (
        (b"", b"true") if is_active else (b" (deleted)", b"false")
    )
    translator = TRANSLATORS[Kind.ACCOUNT]
    wanted = replace(translator.project(raw).content, name="Charges", description="New")

    assert translator.update(wanted, ("description",), raw, 0)["Name"] == "Fees"
    assert translator.update(wanted, ("name",), raw, 0)["Name"] == "Charges"


def test_a_list_entry_is_made_active_again_under_its_clean_name() -> None:
    raw = b'{"Id":"1","SyncToken":"4","DisplayName":"Ash & Co (deleted) 2","Active":false}'
    translator = TRANSLATORS[Kind.VENDOR]

    body = translator.update(replace(translator.project(raw).content, archived=False), ("archived",), raw, 4)

    assert (body["Active"], body["DisplayName"], body["SyncToken"]) == (True, "Ash & Co", "4")


@pytest.mark.parametrize("field", ["email", "phone", "address", "company_name", "account_number"])
def test_a_cleared_field_is_written_empty_and_not_left_out(field) -> None:
    content = Vendor(
        name="Ash",
        email="a@ash.example",
        phone="1",
        company_name="Ash Ltd",
        account_number="7",
        address=Address(city="Ulm"),
    )
    raw = books.create(Kind.VENDOR, TRANSLATORS[Kind.VENDOR].create(content, None))

    after = updated(Edit(Kind.VENDOR, raw, replace(content, **{field: None}), (field,)))

    assert getattr(TRANSLATORS[Kind.VENDOR].project(after).content, field) is None


def test_a_line_by_an_id_that_quickbooks_no_longer_has_is_written_as_a_new_one() -> None:
    raw = books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(PLAIN[Kind.BILL], None))
    stale = BillLine(id="9", amount=Decimal("5.00"), account="61")

    body = TRANSLATORS[Kind.BILL].update(replace(PLAIN[Kind.BILL], lines=(stale,)), ("lines",), raw, 0)

    assert "Id" not in body["Line"][0]


def test_the_lines_of_a_tax_are_left_to_quickbooks_when_the_tax_changes() -> None:
    wire = books.read(books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(PLAIN[Kind.BILL], None)))
    wire["TxnTaxDetail"] = {"TotalTax": 1, "TaxLine": [{"Amount": 1}], "TxnTaxCodeRef": {"value": "3"}}
    wanted = replace(PLAIN[Kind.BILL], tax=Decimal("2.00"))

    body = TRANSLATORS[Kind.BILL].update(wanted, ("tax",), BODY_ENCODER.encode(wire), 0)

    assert body["TxnTaxDetail"] == {"TotalTax": Decimal("2.00"), "TxnTaxCodeRef": {"value": "3"}}


@pytest.mark.parametrize(("parent", "is_below"), [("61", True), (None, False)])
def test_an_account_says_whether_it_lies_below_another(parent, is_below) -> None:
    raw = b'{"Id":"1","SyncToken":"0","Name":"Fees","AccountType":"Expense","ParentRef":{"value":"60"}}'

    body = TRANSLATORS[Kind.ACCOUNT].update(replace(PLAIN[Kind.ACCOUNT], parent=parent), ("parent",), raw, 0)

    assert body["SubAccount"] is is_below
    assert body["ParentRef"] == ({"value": parent} if parent else None)


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_a_list_entry_that_does_not_say_is_active_and_keeps_its_name_as_it_is(kind) -> None:
    name = books.NAMES[kind]
    raw = b'{"Id":"1","SyncToken":"0","AccountType":"Expense","%s":"Elm (deleted)"}' % name.encode()

    found = TRANSLATORS[kind].project(raw)
    body = TRANSLATORS[kind].update(replace(found.content, archived=True), ("archived",), raw, 0)

    assert not found.inactive
    assert body[name] == "Elm (deleted)"


def test_keys_that_quickbooks_answers_and_may_refuse_are_not_sent_back() -> None:
    content = Bill(vendor="41", issued_on=None, lines=(BillLine(amount=Decimal("5.00"), account="61"),))
    wire = books.read(books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(content, None)))
    wire["Line"][0] |= {"LineEx": {"any": []}, "CustomExtensions": []}
    raw = BODY_ENCODER.encode(wire)
    found = TRANSLATORS[Kind.BILL].project(raw).content

    body = TRANSLATORS[Kind.BILL].update(found, ("lines",), raw, 0)

    assert set(body["Line"][0]) == {"Id", "LineNum", "Amount", "DetailType", "AccountBasedExpenseLineDetail"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in ORDER for name in CONTENT[kind] if name not in QUICKBOOKS_ONLY],
)
def test_no_field_of_the_content_is_dropped_on_the_way_to_quickbooks(kind, name) -> None:
    raw = books.create(kind, TRANSLATORS[kind].create(PLAIN[kind], None))
    wanted = replace(PLAIN[kind], **{name: other(kind, name)})

    after = TRANSLATORS[kind].project(updated(Edit(kind, raw, wanted, (name,))))

    there, ours = getattr(after.content, name), getattr(wanted, name)
    if isinstance(wanted, Payment) and isinstance(ours, tuple):  # what a payment settles has no order
        there, ours = sorted(there, key=repr), sorted(ours, key=repr)
    assert there == ours
