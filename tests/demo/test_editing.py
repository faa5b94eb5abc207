"""The story finds what it needs in any company."""

import pytest

from service.demo.connecting import choose_expense_account
from service.demo.editing import editable, take
from service.demo.newcomers import other_spelling
from tests.demo.objects import account_record, bill_record, standing


@pytest.mark.parametrize(
    ("name", "other"), [("Ash & Co", "ASH  & CO"), ("ASH & CO", "ASH  & CO"), ("Ash", "ASH"), ("EDD", "edd")]
)
def test_another_spelling_reads_the_same(name: str, other: str) -> None:
    assert other_spelling(name) == other


def test_only_open_bills_that_agree_are_edited_the_latest_first() -> None:
    old, new = bill_record(number="A-1", issued_on="2026-01-01"), bill_record(number="A-2")
    others = [
        standing(bill_record(), "held", "books_closed"),
        bill_record(archived=True),
        bill_record(balance="20.00"),
        bill_record(due_on=None),
        bill_record(qbo_id=None),
    ]

    assert editable([*others, old, new]) == [new, old]


def test_a_bill_of_the_wanted_side_is_taken_before_others() -> None:
    ours, theirs = bill_record(origin="platform"), bill_record(origin="quickbooks")
    bills = [ours, theirs]

    assert [take(bills, "quickbooks"), take(bills, "quickbooks"), take(bills, "quickbooks")] == [
        theirs,
        ours,
        None,
    ]


def test_the_account_that_says_so_is_the_unallocated_one() -> None:
    named = account_record(name="Uncategorized Expense")
    others = [
        account_record(),
        account_record(qbo_id=None, name="Uncategorized"),
        account_record(type="Income", name="Uncategorized Income"),
    ]

    assert choose_expense_account([*others, named]) == named
    assert choose_expense_account(others) == others[0]
    assert choose_expense_account(others[1:]) is None
