"""Lines are merged one by one while that is safe; what they come to is never two people's edits added up."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.merge import FieldConflict, Keep
from service.core.records import amount_of
from tests.core.strategies import renumbered
from tests.core.test_merge import about, bill, line, merge_bills, without_ids


@pytest.mark.parametrize(("keep", "amount"), [(Keep.QUICKBOOKS, "90.00"), (Keep.PLATFORM, "120.00")])
def test_two_corrections_of_the_amount_are_one_conflict_over_the_lines(keep, amount) -> None:
    base = bill(line("1", "60.00"), line("2", "40.00"))
    ours = bill(line("1", "80.00"), line("2", "40.00"))
    theirs = bill(line("1", "60.00"), line("2", "30.00"))

    merged = merge_bills(base, ours, theirs, keep)

    assert [conflict.field for conflict in merged.conflicts] == ["lines"]
    assert amount_of(merged.content) == Decimal(amount)


@pytest.mark.parametrize("edit", [{"accounting_class": "3"}, {"customer": "58", "billable": True}])
def test_what_a_line_is_for_is_merged_with_what_it_says(edit) -> None:
    base, ours = bill(line("1", "60.00")), bill(replace(line("1", "60.00"), **edit))
    theirs = bill(replace(line("1", "60.00"), description="Chairs"))

    merged = merge_bills(base, ours, theirs, Keep.QUICKBOOKS)

    assert merged.content.lines == (replace(theirs.lines[0], **edit),)
    assert merged.conflicts == ()


def test_a_correction_of_a_line_and_one_of_the_tax_are_not_added_up() -> None:
    base = bill(line("1", "100.00"))
    ours = bill(line("1", "110.00"))
    theirs = bill(line("1", "100.00"), tax="5.00")

    merged = merge_bills(base, ours, theirs, Keep.PLATFORM)

    assert amount_of(merged.content) == Decimal("110.00")
    assert about(merged) == {"lines", "tax"}


def test_money_that_both_sides_shifted_between_lines_does_not_make_a_new_total() -> None:
    base = bill(line("1", "50.00"), line("2", "50.00"), line("3", "50.00"))
    ours = bill(line("1", "60.00"), line("2", "40.00"), line("3", "50.00"))
    theirs = bill(line("1", "50.00"), line("2", "45.00"), line("3", "55.00"))

    merged = merge_bills(base, ours, theirs)

    assert amount_of(merged.content) == Decimal("150.00")
    assert merged.content.lines == theirs.lines
    assert [conflict.field for conflict in merged.conflicts] == ["lines"]


def test_where_all_lines_are_one_sides_the_tax_is_its_too() -> None:
    base = bill(line("1", "10.00"), tax="1.00")
    ours = bill(line("1", "5.00"), line(None, "5.00"), tax="1.00")
    theirs = bill(line("1", "0.00"))

    merged = merge_bills(base, ours, theirs, Keep.PLATFORM)

    assert amount_of(merged.content) == amount_of(ours)
    assert about(merged) == {"lines", "tax"}


def test_a_tax_that_both_set_alike_is_no_second_edit_of_the_amount() -> None:
    base = bill(line("1", "10.00"))
    ours = bill(line("1", "10.00"), tax="1.00")
    theirs = bill(line("1", "5.00"), tax="1.00")

    merged = merge_bills(base, ours, theirs, Keep.ASK)

    assert merged.content == theirs
    assert merged.conflicts == ()


def test_the_same_total_reached_by_different_lines_is_not_reached_twice() -> None:
    base = bill(line("1", "50.00"), line("2", "50.00"))
    ours = bill(line("1", "60.00"), line("2", "50.00"))
    theirs = bill(line("1", "50.00"), line("2", "60.00"))

    merged = merge_bills(base, ours, theirs)

    assert amount_of(merged.content) == Decimal("110.00")
    assert [conflict.field for conflict in merged.conflicts] == ["lines"]


def test_one_side_moves_the_amount_and_the_other_words_and_both_are_kept() -> None:
    base = bill(line("1", "60.00", "Paper"), line("2", "40.00"))
    ours = bill(line("1", "60.00", "Paper, A4", account="62"), line("2", "40.00"))
    theirs = bill(line("1", "70.00", "Paper"), line("2", "40.00", "Ink"))

    merged = merge_bills(base, ours, theirs)

    assert merged.content.lines == (line("1", "70.00", "Paper, A4", account="62"), line("2", "40.00", "Ink"))
    assert merged.conflicts == ()


def test_a_merge_that_only_the_platform_has_taken_so_far_is_not_taken_for_an_edit_of_the_amount() -> None:
    base = bill(line("1", "60.00", "Paper"), line("2", "40.00"))
    ours = bill(line("1", "60.00", "Paper, A4"), line("2", "40.00"))
    theirs = bill(line("1", "60.00", "Paper"), line("2", "50.00"))
    once = merge_bills(base, ours, theirs)

    again = merge_bills(base, once.content, theirs)

    assert again.content == once.content
    assert again.to_quickbooks == ("lines",)
    assert again.conflicts == ()


def test_lines_added_here_and_removed_there_both_count_where_the_amount_moves_on_one_side_only() -> None:
    base = bill(line("1", "60.00"), line("2", "40.00"), line("3", "0.00", "A note"))
    ours = bill(line("1", "60.00"), line("2", "40.00"), line("3", "0.00", "A note"), line(None, "5.00"))
    theirs = bill(line("1", "60.00"), line("2", "40.00"))

    merged = merge_bills(base, ours, theirs)

    assert merged.content.lines == (line("1", "60.00"), line("2", "40.00"), line(None, "5.00"))
    assert merged.conflicts == ()


def test_the_same_line_added_on_both_sides_is_one_line() -> None:
    base = bill(line("1", "60.00", "Paper"))
    ours = bill(
        line("1", "60.00", "Paper"),
        line(None, "5.00", "Postage"),
    )
    theirs = bill(line("1", "60.00", "Paper, A4"), line("2", "5.00", "Postage"))

    merged = merge_bills(base, ours, theirs)

    assert merged.content.lines == theirs.lines
    assert merged.conflicts == ()


def test_two_equal_lines_added_here_and_one_of_them_there_are_two() -> None:
    base = bill(line("1", "60.00"))
    ours = bill(line("1", "60.00"), line(None, "0.00", "A note"), line(None, "0.00", "A note"))
    theirs = bill(line("1", "60.00"), line("2", "0.00", "A note"))

    merged = merge_bills(base, ours, theirs)

    assert without_ids(merged.content.lines) == without_ids(ours.lines)
    assert {each.id for each in merged.content.lines} == {"1", "2", None}


@pytest.mark.parametrize(("keep", "left"), [(Keep.QUICKBOOKS, 2), (Keep.PLATFORM, 1)])
def test_a_line_removed_here_and_reworded_there_is_a_conflict(keep, left) -> None:
    base = bill(line("1", "60.00"), line("2", "0.00", "A note"))
    ours = bill(line("1", "60.00"))
    theirs = bill(line("1", "60.00"), line("2", "0.00", "Another note"))

    merged = merge_bills(base, ours, theirs, keep)

    assert [conflict.field for conflict in merged.conflicts] == ["lines[2]"]
    assert merged.conflicts[0].quickbooks == theirs.lines[1]
    assert len(merged.content.lines) == left


@pytest.mark.parametrize(("keep", "left"), [(Keep.QUICKBOOKS, 1), (Keep.PLATFORM, 2)])
def test_a_line_reworded_here_and_removed_there_is_a_conflict(keep, left) -> None:
    base = bill(line("1", "60.00"), line("2", "0.00", "A note"))
    ours = bill(line("1", "60.00"), line("2", "0.00", "Another note"))
    theirs = bill(line("1", "60.00"))

    merged = merge_bills(base, ours, theirs, keep)

    assert [conflict.field for conflict in merged.conflicts] == ["lines[2]"]
    assert merged.conflicts[0].platform == ours.lines[1]
    assert len(merged.content.lines) == left


def test_lines_that_lost_their_ids_here_and_nothing_else_are_no_edit() -> None:
    base = bill(line("1", "60.00", "Paper"), line("2", "0.00"))
    ours = bill(line(None, "60.00", "Paper"), line(None, "0.00"))
    theirs = bill(line("1", "60.00", "Paper, A4"), line("2", "0.00"))

    merged = merge_bills(base, ours, theirs, Keep.PLATFORM)

    assert merged.content == theirs
    assert merged.conflicts == ()


def test_the_same_lines_on_both_sides_and_a_tax_from_one_are_no_conflict() -> None:
    base = bill(line("1", "100.00"))
    ours = bill(line("1", "110.00"), tax="5.00")
    theirs = bill(line("1", "110.00"))

    merged = merge_bills(base, ours, theirs)

    assert merged.content == ours
    assert merged.conflicts == ()


def test_lines_that_quickbooks_numbered_anew_take_our_edit_by_their_new_ids() -> None:
    base = bill(line("1", "60.00", "Paper"), line("2", "40.00", "Ink"))
    ours = bill(line("1", "60.00", "Paper, A4"), line("2", "40.00", "Ink"))
    theirs = replace(base, lines=renumbered(base.lines))

    merged = merge_bills(base, ours, theirs)

    assert merged.content.lines == (line("50", "60.00", "Paper, A4"), line("51", "40.00", "Ink"))
    assert merged.conflicts == ()


@pytest.mark.parametrize("keep", [Keep.QUICKBOOKS, Keep.PLATFORM])
def test_without_a_base_lines_and_tax_come_from_one_side_together(keep) -> None:
    ours = bill(line(None, "100.00"))
    theirs = bill(line("1", "90.00"), tax="10.00")

    merged = merge_bills(None, ours, theirs, keep)

    assert amount_of(merged.content) == Decimal("100.00")
    assert about(merged) == {"lines", "tax"}


@pytest.mark.parametrize("keep", [Keep.QUICKBOOKS, Keep.PLATFORM])
def test_lines_that_were_never_agreed_on_are_not_put_together(keep) -> None:
    nothing_agreed = bill()
    ours = bill(line(None, "10.00"), line(None, "-10.00"))
    theirs = bill(line("1", "20.00"), line("2", "-20.00"))

    merged = merge_bills(nothing_agreed, ours, theirs, keep)

    assert merged.content.lines == (ours if keep is Keep.PLATFORM else theirs).lines
    assert merged.conflicts == (FieldConflict("lines", (), ours.lines, theirs.lines, keep),)


@pytest.mark.parametrize("keep", list(Keep))
def test_what_only_one_side_changed_is_no_conflict_beside_an_amount_that_both_corrected(keep) -> None:
    base = bill(line("1", "60.00"), number="7")
    ours = bill(line("1", "80.00"), number="7", memo="March")
    theirs = bill(line("1", "50.00"), number="8")

    merged = merge_bills(base, ours, theirs, keep)

    assert about(merged) == {"lines"}
    assert (merged.content.memo, merged.content.number) == ("March", "8")


def test_asked_lines_are_shown_one_by_one() -> None:
    base = bill(line("1", "60.00", "Paper"), line("2", "40.00"))
    ours = bill(line("1", "60.00", "Paper, A4"), line("2", "40.00", "Ink"))
    theirs = bill(line("1", "60.00", "Paper, A3"), line("2", "40.00"))

    merged = merge_bills(base, ours, theirs, Keep.ASK)

    assert [conflict.field for conflict in merged.conflicts] == ["lines[1].description"]
    assert (merged.to_platform, merged.to_quickbooks) == ((), ())


@pytest.mark.parametrize(("keep", "words"), [(Keep.QUICKBOOKS, "Paper, A3"), (Keep.PLATFORM, "Paper, A4")])
def test_a_line_reworded_on_both_sides_has_the_words_of_the_side_that_is_kept(keep, words) -> None:
    base = bill(line("1", "60.00", "Paper"), line("2", "40.00"))
    ours = bill(line("1", "60.00", "Paper, A4"), line("2", "40.00", "Ink"))
    theirs = bill(line("1", "60.00", "Paper, A3"), line("2", "40.00"))

    merged = merge_bills(base, ours, theirs, keep)

    assert merged.content.lines == (line("1", "60.00", words), line("2", "40.00", "Ink"))
    assert merged.conflicts == (
        FieldConflict("lines[1].description", "Paper", "Paper, A4", "Paper, A3", keep),
    )


@pytest.mark.parametrize("keep", list(Keep))
def test_shifts_that_nobody_contests_are_a_conflict_where_they_come_to_a_new_total(keep) -> None:
    base = bill(line("1", "50.00"), line("2", "50.00"), line("3", "50.00"))
    ours = bill(line("1", "60.00"), line("2", "40.00"), line("3", "50.00"))
    theirs = bill(line("1", "60.00"), line("2", "50.00"), line("3", "40.00"))

    merged = merge_bills(base, ours, theirs, keep)

    assert merged.content.lines == (ours if keep is Keep.PLATFORM else theirs).lines
    assert merged.conflicts == (FieldConflict("lines", base.lines, ours.lines, theirs.lines, keep),)


@pytest.mark.parametrize("keep", [Keep.QUICKBOOKS, Keep.PLATFORM])
def test_without_a_base_lines_that_differ_are_those_of_the_side_that_is_kept(keep) -> None:
    ours, theirs = bill(line(None, "10.00", "Paper")), bill(line("1", "10.00", "Ink"))

    merged = merge_bills(None, ours, theirs, keep)

    assert merged.content.lines == (ours if keep is Keep.PLATFORM else theirs).lines
    assert merged.conflicts == (FieldConflict("lines", None, ours.lines, theirs.lines, keep),)


def test_without_a_base_the_same_lines_are_no_conflict_whatever_their_ids() -> None:
    ours, theirs = bill(line(None, "10.00"), memo="March"), bill(line("1", "10.00"))

    merged = merge_bills(None, ours, theirs)

    assert merged.content == replace(theirs, memo="March")
    assert (merged.to_platform, merged.to_quickbooks, merged.conflicts) == ((), ("memo",), ())


def test_without_a_base_lines_of_one_side_are_taken() -> None:
    with_lines, without = bill(line("1", "10.00")), bill()

    here, there = merge_bills(None, with_lines, without), merge_bills(None, without, with_lines)

    assert here.content.lines == there.content.lines == with_lines.lines
    assert here.conflicts == there.conflicts == ()


def test_a_line_that_is_written_to_quickbooks_again_has_no_id_there() -> None:
    base = bill(line("1", "60.00"), line("2", "0.00", "A note"))
    ours = bill(line("1", "60.00"), line("2", "0.00", "Another note"), line("77", "0.00", "From elsewhere"))
    theirs = bill(line("1", "60.00", "Paper"))

    merged = merge_bills(base, ours, theirs, Keep.PLATFORM)

    assert [each.id for each in merged.content.lines] == ["1", None, None]


def test_lines_stand_as_a_side_has_them_that_holds_the_same() -> None:
    base = bill(line("1", "10.00"), line("2", "20.00"))
    ours = bill(line("1", "10.00", "Paper"), line(None, "5.00"), line("2", "20.00"))
    theirs = bill(line("1", "10.00", "Paper"), line("2", "20.00"))

    merged = merge_bills(base, ours, theirs)

    assert merged.content.lines == ours.lines
    assert merged.to_platform == ()


def test_where_both_sides_hold_the_same_in_another_order_quickbooks_order_stands() -> None:
    base = bill(line("1", "10.00"), line("2", "20.00"))
    ours = bill(line("2", "20.00"), line("1", "10.00", "Paper"))
    theirs = bill(line("1", "10.00", "Paper"), line("2", "20.00"))

    assert merge_bills(base, ours, theirs).content.lines == theirs.lines


def test_equal_lines_keep_the_ids_that_they_have() -> None:
    base = bill(line("1", "10.00"), line("2", "10.00"), line("3", "10.00"))
    ours = bill(line("1", "10.00"), line("2", "10.00"), line("3", "10.00", "Ink"), line(None, "1.00"))
    theirs = bill(line("2", "10.00"), line("1", "10.00"), line("3", "10.00", "Ink"))

    merged = merge_bills(base, ours, theirs)

    assert [each.id for each in merged.content.lines] == ["1", "2", "3", None]


@pytest.mark.parametrize("keep", list(Keep))
def test_a_quantity_and_its_price_from_one_side_meet_words_from_the_other(keep) -> None:
    base = bill(replace(line("1", "60.00"), quantity=Decimal(2), unit_price=Decimal(30)))
    ours = bill(replace(line("1", "60.00"), quantity=Decimal(3), unit_price=Decimal(20)))
    theirs = bill(replace(base.lines[0], description="Paper"))

    merged = merge_bills(base, ours, theirs, keep)

    assert merged.content.lines == (replace(ours.lines[0], description="Paper"),)
    assert merged.conflicts == ()


@pytest.mark.parametrize(("keep", "taken"), [(Keep.QUICKBOOKS, ("62", None)), (Keep.PLATFORM, (None, "5"))])
def test_an_account_and_an_item_never_meet_on_a_line(keep, taken) -> None:
    base, ours, theirs = (
        bill(replace(line("1", "60.00"), account=account, item=item))
        for account, item in (("61", None), (None, "5"), ("62", None))
    )

    merged = merge_bills(base, ours, theirs, keep)

    (only,) = merged.content.lines
    assert (only.account, only.item) == taken
