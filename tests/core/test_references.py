"""Documents cross between the spaces and back; what is missing on the other side is named, never guessed."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.records import (
    Account,
    Approval,
    Bill,
    BillLine,
    Document,
    Itemised,
    Kind,
    Method,
    Vendor,
)
from service.core.references import (
    Reference,
    missing_parents,
    named_references,
    parse_placeholder,
    placeholder,
    placeholders_of,
    references_of,
    resolve_placeholders,
    to_platform,
    to_wire,
)
from tests.core.strategies import documents, every_kind, kinds

RECORDS = {"ven-1": "41", "ven-2": "42", "acc-1": "61", "acc-2": "62", "acc-3": "63"}
RECORDS |= {"acc-5": "71"}


def qbo_id_of(kind: Kind, record: str) -> str | None:
    return RECORDS.get(record) if record.startswith(kind.value[:3]) else None


def record_of(kind: Kind, qbo_id: str) -> str | None:
    found = {there: here for here, there in RECORDS.items()}.get(qbo_id)
    return found if found and found.startswith(kind.value[:3]) else None


def line(id: str | None, amount: str, **more: Any) -> BillLine:
    return BillLine(id=id, amount=Decimal(amount), **{"account": "acc-1"} | more)


def bill(*lines: BillLine, **more: Any) -> Bill:
    return Bill(
        **{"vendor": "ven-1", "issued_on": dt.date(2026, 3, 2), "currency": "USD"} | more, lines=lines
    )


def wire(document: Document, **more: Any) -> Any:
    return to_wire(document, qbo_id_of, currency="USD", **more)


def back(content: Document, previous: Document | None = None) -> Any:
    return to_platform(content, record_of, currency="USD", previous=previous)


def there(kind: Kind, record: str) -> str | None:
    return record.removeprefix(f"{kind.value}-") if record.startswith(f"{kind.value}-") else None


def here(kind: Kind, qbo_id: str) -> str | None:
    return f"{kind.value}-{qbo_id}"


@given(content=every_kind.flatmap(documents))
def test_what_came_from_quickbooks_goes_back_as_it_was(content) -> None:
    document = to_platform(content, here, currency="USD")

    assert to_wire(document, there, currency="USD") == content
    assert len(references_of(document)) == len(references_of(content))
    assert all(each.id.startswith(each.kind.value) for each in references_of(document))


PLATFORMS = {"approval": Approval.APPROVED, "method": Method.ONLINE, "sync": False, "payments": ("p1",)}


@given(content=every_kind.flatmap(documents))
def test_what_went_there_and_back_keeps_its_line_ids_and_what_is_the_platforms_own(content) -> None:
    document = to_platform(content, here, currency="USD")
    own = {name: each for name, each in PLATFORMS.items() if name in document.__struct_fields__}
    if isinstance(document, Itemised):
        own["lines"] = tuple(replace(each, id=f"own-{at}") for at, each in enumerate(document.lines))
    document = replace(document, **own)

    returned = to_platform(to_wire(document, there, currency="USD"), here, currency="USD", previous=document)

    assert returned == document


def test_a_parent_that_quickbooks_lacks_becomes_a_placeholder_that_is_no_id_of_quickbooks() -> None:
    content = wire(bill(line("1", "5.00", account="acc-9"), vendor="ven-9"))

    assert (content.vendor, content.lines[0].account) == ("@vendor/ven-9", "@account/acc-9")
    assert placeholders_of(content) == [Reference(Kind.VENDOR, "ven-9"), Reference(Kind.ACCOUNT, "acc-9")]


def test_placeholders_are_filled_in_when_their_records_have_got_an_id() -> None:
    content = wire(bill(line("1", "5.00", account="acc-9"), line("2", "1.00"), vendor="ven-9"))

    half = resolve_placeholders(content, lookup({"ven-9": "49"}))
    whole = resolve_placeholders(half, lookup({"acc-9": "69"}))

    assert half.vendor == "49"
    assert placeholders_of(half) == [Reference(Kind.ACCOUNT, "acc-9")]
    assert [each.account for each in whole.lines] == ["69", "61"]
    assert placeholders_of(whole) == []


def lookup(known: dict[str, str]) -> Any:
    return lambda _, record: known.get(record)


@given(kind=kinds, record=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", fullmatch=True))
def test_a_placeholder_names_its_record(kind, record) -> None:
    assert parse_placeholder(placeholder(Reference(kind, record))) == Reference(kind, record)


@pytest.mark.parametrize("qbo_id", ["1", "1150040002", "vendor/1"])
def test_an_id_of_quickbooks_is_no_placeholder(qbo_id) -> None:
    assert parse_placeholder(qbo_id) is None


def test_missing_parents_are_named_once_each() -> None:
    document = bill(line("1", "5.00", account="acc-9"), line("2", "5.00", account="acc-9"), vendor="ven-9")

    assert missing_parents(document, qbo_id_of) == [
        Reference(Kind.VENDOR, "ven-9"),
        Reference(Kind.ACCOUNT, "acc-9"),
    ]
    assert missing_parents(bill(line("1", "5.00")), qbo_id_of) == []
    assert missing_parents(Account(name="Fees", type="Expense", parent="acc-9"), qbo_id_of) == [
        Reference(Kind.ACCOUNT, "acc-9")
    ]


@given(content=kinds.flatmap(documents))
def test_fields_that_refer_are_named_in_the_same_order_as_what_they_refer_to(content) -> None:
    named = named_references(content)

    assert [reference for _, reference in named] == references_of(content)
    for field, reference in named:
        found = content
        for part in field.replace("]", "").replace("[", ".").split("."):
            name = "accounting_class" if part == "class" else part
            found = found[int(part)] if part.isdigit() else getattr(found, name)
        assert found == reference.id


def test_what_no_record_stands_for_is_refused_and_not_dropped() -> None:
    with pytest.raises(KeyError, match="vendor 99"):
        back(bill(line("1", "5.00", account="61"), vendor="99"))


def test_a_line_without_an_account_goes_to_the_default_one_and_the_others_keep_theirs() -> None:
    content = wire(
        bill(line("1", "5.00", account=None), line("2", "5.00", account="acc-2")), default_account="acc-1"
    )

    assert [each.account for each in content.lines] == ["61", "62"]


def test_a_bill_without_a_currency_is_in_the_home_currency_there_and_names_none_here() -> None:
    document = bill(line("1", "5.00", quickbooks_id="1"), currency=None)

    content = wire(document)

    assert content.currency == "USD"
    assert back(content, document).currency is None
    assert back(replace(content, currency="EUR"), document).currency == "EUR"
    assert back(content, replace(document, currency="USD")).currency == "USD"


def test_lines_are_named_there_by_the_ids_that_quickbooks_gave_them() -> None:
    content = wire(bill(line("rent", "5.00", quickbooks_id="7"), line("new", "6.00")))

    assert [(each.id, each.quickbooks_id) for each in content.lines] == [("7", None), (None, None)]


def test_a_line_that_came_back_with_an_id_is_the_one_that_went_out_without() -> None:
    before = bill(
        line("rent", "5.00", quickbooks_id="7"), line("b", "6.00"), line("a", "6.00", description="A")
    )
    answered = (
        line("7", "5.00", account="61"),
        line("8", "6.00", account="61", description="A"),
        line("9", "6.00", account="61"),
    )

    after = back(replace(wire(before), lines=answered), before)

    assert [(each.id, each.quickbooks_id) for each in after.lines] == [("rent", "7"), ("a", "8"), ("b", "9")]


def _located(*locations: str | None, header: str | None = None) -> Bill:
    lines = tuple(
        BillLine(id=str(at), quickbooks_id=str(at), amount=Decimal(at), account="acc-1", location=each)
        for at, each in enumerate(locations, 1)
    )
    return Bill(vendor="ven-1", issued_on=dt.date(2026, 3, 2), location=header, lines=lines)


PLACES = {"oak": "5", "elm": "6"}


def _there(kind: Kind, record: str) -> str | None:
    return PLACES.get(record) or RECORDS.get(record)


def _here(kind: Kind, qbo_id: str) -> str | None:
    return {there: here for here, there in (RECORDS | PLACES).items()}.get(qbo_id)


@pytest.mark.parametrize(
    "bill", [_located("oak", "oak"), _located("oak", None), _located("oak", None, header="oak")]
)
def test_the_location_of_lines_is_the_whole_ones_there_and_stays_on_them_here(bill) -> None:
    wire = to_wire(bill, _there, currency="USD")
    assert isinstance(wire, Bill)
    moved = to_platform(replace(wire, location="6"), _here, currency="USD", previous=bill)
    assert isinstance(moved, Bill)

    assert (wire.location, [line.location for line in wire.lines]) == ("5", [None, None])
    assert to_platform(wire, _here, currency="USD", previous=bill) == bill
    assert (moved.location, [line.location for line in moved.lines]) == ("elm", [None, None])


def test_lines_of_two_locations_keep_them_for_a_rule_to_see() -> None:
    bill = _located("oak", "elm")

    wire = to_wire(bill, _there, currency="USD")

    assert isinstance(wire, Bill)
    assert (wire.location, [line.location for line in wire.lines]) == (None, ["5", "6"])
    assert to_platform(wire, _here, currency="USD", previous=bill) == bill


def test_two_equal_lines_that_went_out_keep_both_their_ids() -> None:
    before = bill(line("a", "5.00"), line("b", "5.00"))

    after = back(replace(wire(before), lines=tuple(line(id, "5.00", account="61") for id in "12")), before)

    assert [(each.id, each.quickbooks_id) for each in after.lines] == [("a", "1"), ("b", "2")]


def test_lines_that_quickbooks_numbered_anew_keep_their_ids_here() -> None:
    before = bill(line("a", "5.00", quickbooks_id="1", description="A"), line("b", "6.00", quickbooks_id="2"))
    answered = (line("11", "5.00", account="61", description="A"), line("12", "6.00", account="61"))

    after = back(replace(wire(before), lines=answered), before)

    assert [(each.id, each.quickbooks_id) for each in after.lines] == [("a", "11"), ("b", "12")]


def test_a_line_that_was_added_here_is_not_taken_for_one_that_was_removed_there() -> None:
    before = bill(line("old", "5.00", quickbooks_id="1"), line("new", "5.00"))
    merged = replace(wire(before), lines=(line(None, "5.00", account="61"),))

    after = back(merged, before)

    assert [(each.id, each.quickbooks_id) for each in after.lines] == [("new", None)]


def test_lines_that_were_never_sent_keep_their_ids_here() -> None:
    before = bill(line("a", "5.00"), line("b", "6.00"))

    after = back(wire(before), before)

    assert [(each.id, each.quickbooks_id) for each in after.lines] == [("a", None), ("b", None)]


def test_a_line_of_the_same_words_and_another_amount_is_another_line() -> None:
    before = bill(line("a", "5.00", description="A"), line("b", "6.00", description="A"))
    answered = (line("1", "6.00", account="61", description="A"), line("2", "7.00", account="61"))

    after = back(replace(wire(before), lines=answered), before)

    assert [(each.id, each.quickbooks_id) for each in after.lines] == [("b", "1"), ("2", "2")]


@given(st.data())
def test_every_line_has_an_id_of_its_own_whatever_ids_both_sides_use(data) -> None:
    own = data.draw(st.lists(st.sampled_from("1234abc"), unique=True, max_size=4))
    theirs = data.draw(st.lists(st.sampled_from("123456"), unique=True, min_size=1, max_size=5))
    paired = data.draw(st.lists(st.sampled_from([None, *"123456"]), min_size=len(own), max_size=len(own)))
    unique = [id if id not in paired[:at] else None for at, id in enumerate(paired)]
    before = bill(*(line(id, "5.00", quickbooks_id=there) for id, there in zip(own, unique, strict=True)))

    after = back(bill(*(line(id, "5.00", account="61") for id in theirs), vendor="41"), before)

    ids = [each.id for each in after.lines]
    assert len(set(ids)) == len(ids) == len(theirs)
    assert None not in ids
    assert [each.quickbooks_id for each in after.lines] == theirs
    kept = {there: id for id, there in zip(own, unique, strict=True) if there in theirs}
    assert {each.quickbooks_id: each.id for each in after.lines if each.quickbooks_id in kept} == kept


def test_an_account_names_its_parent_by_the_ids_of_the_space_that_it_is_in() -> None:
    account = Account(name="Fees", type="Expense", parent="acc-2")

    assert wire(account).parent == "62"
    assert back(wire(account)).parent == "acc-2"
    assert wire(Account(name="Fees", type="Expense")).parent is None


def test_lines_that_no_side_has_named_yet_get_an_id_here() -> None:
    unnamed = bill(line(None, "5.00", account="61"), line(None, "6.00", account="61"), vendor="41")

    assert [each.id for each in back(unnamed).lines] == ["1", "2"]


def test_a_vendor_refers_to_nothing() -> None:
    assert references_of(Vendor(name="Ash")) == named_references(Vendor(name="Ash")) == []
