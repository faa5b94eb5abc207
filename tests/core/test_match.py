"""Markers survive what people write around them, names are folded, only the one free partner is taken."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.match import (
    Candidate,
    Match,
    choose,
    fold,
    join_note,
    marker_of,
    match_key,
    split_note,
    strip_deleted,
)
from service.core.records import ORDER, Account, Bill, BillLine, Kind, Vendor

MARKER = marker_of("acme", Kind.BILL, "bill-1")
OTHER = marker_of("acme", Kind.BILL, "bill-2")

memos = st.text(
    st.sampled_from("abc ,:\n\t") | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60
).filter(lambda memo: memo.strip() and split_note(memo)[1] is None)


def bill(amount: str = "100.00", *, number: str | None = "4711", vendor: str = "41") -> Bill:
    line = BillLine(id="1", amount=Decimal(amount))
    return Bill(vendor=vendor, issued_on=dt.date(2026, 3, 2), number=number, lines=(line,))


def candidate(id: str, content: Any = None, **more: Any) -> Candidate:
    more = {"linked": False, "currency": "USD"} | more
    return Candidate(id=id, content=content if content is not None else bill(), **more)


@given(memo=memos)
def test_a_memo_comes_back_as_it_was_written_whatever_is_in_it(memo) -> None:
    assert split_note(join_note(memo, MARKER)) == (memo, MARKER)
    assert split_note(join_note(memo, None)) == (memo, None)


@pytest.mark.parametrize(
    "memo",
    ["March", "March\nApril", "two spaces  ", "one break\n", "\n\nbelow", "sync: see mail", "sync:short"],
)
def test_line_breaks_and_spaces_of_a_memo_stay(memo) -> None:
    assert split_note(join_note(memo, MARKER)) == (memo, MARKER)


@pytest.mark.parametrize("memo", [None, ""])
def test_without_a_memo_the_note_is_the_marker(memo) -> None:
    assert join_note(memo, MARKER) == f"sync:{MARKER}"
    assert split_note(join_note(memo, MARKER)) == (None, MARKER)


def test_without_memo_and_marker_there_is_no_note() -> None:
    assert join_note(None, None) == ""
    assert split_note("") == split_note(None) == (None, None)


@pytest.mark.parametrize(
    ("note", "memo"),
    [
        (f"March\nsync:{MARKER}\nPaid by card", "March\nPaid by card"),
        (f"sync:{MARKER}\nPaid by card", "Paid by card"),
        (f"March\nsync:{MARKER}\n", "March\n"),
        (f"March\nsync:{MARKER}  ", "March"),
        (f"March\r\nsync:{MARKER}\r", "March"),
        (f"\n\nsync:{MARKER}", None),
    ],
)
def test_what_people_write_around_the_marker_is_memo_and_the_marker_is_not(note, memo) -> None:
    assert split_note(note) == (memo, MARKER)


@given(memo=memos, below=memos)
def test_a_note_with_something_below_the_marker_is_written_back_with_the_marker_last(memo, below) -> None:
    note = f"{memo}\nsync:{MARKER}\n{below}"

    found, marker = split_note(note)
    again = join_note(found, marker)

    assert again.endswith(f"\nsync:{MARKER}")
    assert split_note(again) == (found, marker) == (f"{memo}\n{below}", MARKER)


def test_of_two_markers_the_last_one_counts() -> None:
    assert split_note(f"sync:{OTHER}\nsync:{MARKER}") == (f"sync:{OTHER}", MARKER)


@pytest.mark.parametrize(
    "note",
    [f"see sync:{MARKER}", f"sync:{MARKER}x", f"sync:{MARKER[:11]}", f"SYNC:{MARKER}", f"sync:{MARKER} x"],
)
def test_what_only_looks_like_a_marker_is_memo(note) -> None:
    assert split_note(note) == (note, None)


def test_markers_name_company_kind_and_record() -> None:
    markers = {
        marker_of(company, kind, record)
        for company in ("acme", "acme2")
        for kind in ORDER
        for record in ("1", "11", "bill-1")
    }

    assert len(markers) == 2 * len(ORDER) * 3
    assert all(len(marker) == 12 for marker in markers)
    assert marker_of("acme", Kind.BILL, "bill-1") == MARKER


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ash & Co (deleted)", "Ash & Co"),
        ("Ash & Co (deleted) 2", "Ash & Co"),
        ("Ash & Co (Deleted)(deleted) 13 ", "Ash & Co"),
        ("Ash (deleted) Ltd", "Ash (deleted) Ltd"),
        ("Ash 2", "Ash 2"),
        ("Ash (deletedish)", "Ash (deletedish)"),
    ],
)
def test_the_suffix_of_an_inactive_name_is_no_part_of_it(name, plain) -> None:
    assert strip_deleted(name) == plain
    assert strip_deleted(plain) == plain


@pytest.mark.parametrize(
    "name", ["ash & co", "ASH  &\tCO", " Ash & Co ", "Ash & Co (deleted) 3", "Ash &\u00a0Co"]
)
def test_names_that_differ_in_case_and_space_are_one_name(name) -> None:
    assert fold(name) == fold("Ash & Co")


def test_names_that_differ_in_more_are_not() -> None:
    assert len({fold(name) for name in ("Ash & Co", "Ash and Co", "Ash & Co 2", "Ash&Co")}) == 4
    assert fold("STRASSE") == fold("Straße")


@given(name=st.text(max_size=40))
def test_folding_a_folded_name_changes_nothing(name) -> None:
    assert fold(fold(name)) == fold(name)


def test_vendors_pair_by_name() -> None:
    assert match_key(Vendor(name="Ash  & Co", phone="1")) == match_key(Vendor(name="ASH & CO (deleted)"))
    assert match_key(Vendor(name="Ash & Co")) != match_key(Vendor(name="Ash and Co"))


def test_accounts_pair_by_parent_name_and_type() -> None:
    account = Account(name="Fees", type="Expense", parent="61")

    assert match_key(account) == match_key(Account(name="FEES (deleted)", type="expense", parent="61"))
    others = [
        Account(name="Fees", type="Expense"),
        Account(name="Fees", type="Bank", parent="61"),
        Account(name="Fees", type="Expense", parent="62"),
        Account(name="Fee", type="Expense", parent="61"),
    ]
    assert match_key(account) not in {match_key(other) for other in others}


def test_bills_pair_by_vendor_and_number_and_those_without_a_number_by_nothing() -> None:
    assert match_key(bill(number="A-7")) == match_key(bill("5.00", number="a-7"))
    assert match_key(bill(number="A-7")) != match_key(bill(number="A-7", vendor="42"))
    assert match_key(bill(number=None)) is None
    assert match_key(bill(number="")) is None


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    assert match_key(bill(number="1", vendor="41")) != match_key(bill(number="11", vendor="4"))


def test_the_one_free_candidate_of_equal_money_is_the_partner() -> None:
    assert choose(bill(), [candidate("145")], currency="USD") == Match(partner="145")


@pytest.mark.parametrize(
    "other",
    [
        candidate("145", bill("100.01")),
        candidate("145", currency="EUR"),
        candidate("145", currency=None),
        candidate("145", linked=True),
    ],
)
def test_a_number_that_a_different_or_linked_bill_bears_is_taken_and_not_merged(other) -> None:
    assert choose(bill(), [other], currency="USD") == Match(code="number_taken", others=("145",))


def test_a_free_partner_is_taken_also_where_a_linked_one_bears_the_number_too() -> None:
    found = choose(bill(), [candidate("144", linked=True), candidate("145")], currency="USD")

    assert found == Match(partner="145")


def test_two_that_fit_are_ambiguous() -> None:
    found = choose(bill(), [candidate("145"), candidate("146")], currency="USD")

    assert found == Match(code="ambiguous", others=("145", "146"))


def test_an_archived_bill_neither_pairs_by_number_nor_blocks_it() -> None:
    assert choose(bill(), [candidate("b-1", active=False)], currency="USD") == Match()


def test_nothing_there_is_nothing_found() -> None:
    assert choose(bill(), [], currency="USD") == choose(Vendor(name="Ash"), [], currency=None) == Match()


def test_of_list_entries_the_active_one_is_taken_first_and_an_inactive_one_if_it_is_alone() -> None:
    ash = Vendor(name="Ash")
    active, inactive = candidate("1", ash), candidate("2", ash, active=False)

    assert choose(ash, [inactive, active], currency=None) == Match(partner="1")
    assert choose(ash, [inactive], currency=None) == Match(partner="2")
    assert choose(ash, [inactive, candidate("3", ash, active=False)], currency=None).code == "ambiguous"


def test_a_name_that_only_a_linked_entry_bears_is_taken() -> None:
    ash = Vendor(name="Ash")

    found = choose(ash, [candidate("1", ash, linked=True)], currency=None)

    assert found == Match(code="duplicate_name", others=("1",))


def test_an_inactive_linked_entry_gives_its_name_free() -> None:
    ash = Vendor(name="Ash")

    assert choose(ash, [candidate("1", ash, linked=True, active=False)], currency=None) == Match()
