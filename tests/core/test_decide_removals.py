"""Bills that are gone on one side: removed on the other, or left until a person chooses; never undone."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import NOTHING, Instruction, Result, Write
from service.core.policy import Flow
from tests.core.test_decide_cases import BILL, LINE, pair, policy


def test_a_bill_in_a_closed_period_is_not_deleted_there() -> None:
    gone = pair(BILL, BILL, BILL, record={"archived": True})

    assert decide(gone, policy(closed=BILL.issued_on)).code == "books_closed"
    assert decide(gone, policy()).quickbooks is Write.DELETE


def test_what_comes_from_quickbooks_only_is_not_deleted_there() -> None:
    there_only = policy(transactions_direction=Flow.TO_PLATFORM)

    decision = decide(pair(BILL, BILL, BILL, record={"archived": True}), there_only)

    assert (decision.result, decision.code, decision.quickbooks) == (Result.SKIPPED, "direction", None)


@pytest.mark.parametrize(("settled", "code"), [("5.00", "removed_in_quickbooks"), ("0.00", None)])
def test_a_bill_that_was_deleted_there_and_is_settled_here_waits_for_a_person(settled, code) -> None:
    deleted = {"deleted": True}

    decision = decide(
        pair(BILL, BILL, BILL, record={"settled": Decimal(settled)}, counterpart=deleted), policy()
    )

    assert (decision.code, decision.platform) == (code, None if code else Write.ARCHIVE)
    if code:
        assert decision.result is Result.CONFLICT
        assert "payments here settle it" in decision.reason
        assert "recreate" in decision.fix


def test_a_bill_without_a_number_is_deleted_there_all_the_same() -> None:
    nameless = replace(BILL, number=None)

    decision = decide(pair(nameless, nameless, nameless, record={"archived": True}), policy())

    assert decision.quickbooks is Write.DELETE


def test_a_bill_that_turns_up_after_it_was_archived_here_is_linked_and_goes_there_too() -> None:
    ours = replace(BILL, lines=(replace(LINE, id=None),), due_on=None)

    decision = decide(pair(ours, BILL, record={"archived": True}), policy())

    assert (decision.result, decision.quickbooks) == (Result.REMOVED_IN_QUICKBOOKS, Write.DELETE)
    assert decision.link
    assert decision.platform is None
    again = decide(pair(ours, BILL, decision.base, record={"archived": True}), policy())
    assert again.quickbooks is Write.DELETE


@pytest.mark.parametrize(
    ("change", "balance"), [({"number": "4712"}, None), ({"memo": None}, None), ({}, Decimal("40.00"))]
)
def test_one_that_is_not_what_was_sent_or_is_paid_is_linked_and_stays_until_a_person_chooses(
    change, balance
) -> None:
    ours = replace(BILL, lines=(replace(LINE, id=None),))
    theirs = replace(BILL, **change)
    there = {"balance": balance}

    first = decide(pair(ours, theirs, record={"archived": True}, counterpart=there), policy())
    second = decide(pair(ours, theirs, first.base, record={"archived": True}, counterpart=there), policy())

    assert first.link
    for decision in (first, second):
        assert decision.code == ("removal_blocked" if balance else "removed_here_changed_there")
        assert (decision.platform, decision.quickbooks) == (None, None)


def test_a_restored_bill_has_what_was_changed_here_before_it_was_archived_too() -> None:
    ours, theirs = replace(BILL, memo="April"), replace(BILL, due_on=dt.date(2026, 5, 1))
    told = {"archived": True, "instruction": Instruction.RECREATE}

    decision = decide(pair(ours, theirs, BILL, record=told), policy())

    assert decision.platform is Write.UPDATE
    assert decision.content == replace(ours, due_on=theirs.due_on)
    assert decision.fields == ("memo",)
    assert decision.platform_fields == ("due_on",)


def test_a_bill_that_is_restored_as_it_was_counts_as_written_here() -> None:
    told = {"archived": True, "instruction": Instruction.RECREATE}

    decision = decide(pair(BILL, BILL, BILL, record=told), policy())

    assert (decision.result, decision.platform) == (Result.UPDATED_IN_PLATFORM, Write.UPDATE)
    assert decision.platform_fields
    assert (decision.quickbooks, decision.content) == (None, BILL)


def test_what_quickbooks_filled_in_is_not_cleared_when_a_bill_is_restored() -> None:
    ours = replace(BILL, due_on=None, lines=(replace(LINE, id=None),))
    theirs = replace(BILL, number="4712")
    archived = {"archived": True}
    linked = decide(pair(ours, theirs, record=archived), policy())

    told = archived | {"instruction": Instruction.RECREATE}
    decision = decide(pair(ours, theirs, linked.base, record=told), policy())

    assert (decision.platform, decision.quickbooks) == (Write.UPDATE, None)
    assert decision.content == theirs


def test_what_is_recreated_but_may_not_be_written_yet_is_cut_loose_and_waits() -> None:
    told = {"instruction": Instruction.RECREATE}
    removed = pair(BILL, BILL, BILL, record=told, counterpart={"deleted": True})

    decision = decide(removed, policy(only_approved=True))

    assert (decision.result, decision.code) == (Result.HELD, "not_approved")
    assert decision.unlink
    assert decision.quickbooks is None


def test_a_bill_that_was_archived_here_before_it_was_sent_is_never_sent_whatever_matching_says() -> None:
    archived = pair(BILL, None, record={"archived": True}, problem="number_taken")

    assert decide(archived, policy()) == NOTHING
