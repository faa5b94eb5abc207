"""Parents are written before children, removals after both, and a flood of removals is held."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.actions import Action, actions_for
from service.core.decision import Decision, Result, Write
from service.core.plan import BRAKE_FLOOR, BRAKE_SHARE, brakes, held_removal, is_removal, level_of
from service.core.records import LISTS, ORDER, Bill, BillPayment, Kind, Vendor
from service.core.references import references_of
from tests.core.strategies import documents, kinds

WRITES = [Write.CREATE, Write.UPDATE]
REMOVALS = [Write.ARCHIVE, Write.DELETE, Write.VOID]
CHILDREN = [
    (Kind.ITEM, Kind.ACCOUNT),
    (Kind.BILL, Kind.VENDOR),
    (Kind.BILL, Kind.ACCOUNT),
    (Kind.INVOICE, Kind.CUSTOMER),
    (Kind.BILL_PAYMENT, Kind.BILL),
    (Kind.BILL_PAYMENT, Kind.VENDOR_CREDIT),
    (Kind.INVOICE_PAYMENT, Kind.INVOICE),
]


@given(data=st.data(), kind=kinds, write=st.sampled_from(WRITES))
def test_a_parent_is_pushed_no_later_than_its_child(data, kind, write) -> None:
    for reference in references_of(data.draw(documents(kind))):
        for parents_write in WRITES:
            assert level_of(reference.kind, parents_write) <= level_of(kind, write)


@pytest.mark.parametrize(("kind", "parent"), CHILDREN)
def test_a_child_goes_before_what_it_refers_to(kind, parent) -> None:
    assert level_of(kind, Write.DELETE) < level_of(parent, Write.DELETE)


def test_kinds_go_in_the_order_accounts_vendors_bills() -> None:
    levels = [level_of(kind, Write.CREATE) for kind in (Kind.ACCOUNT, Kind.VENDOR, Kind.BILL)]

    assert levels == sorted(set(levels))
    assert levels == [level_of(kind, Write.UPDATE) for kind in (Kind.ACCOUNT, Kind.VENDOR, Kind.BILL)]


def test_bills_are_deleted_after_all_updates_and_before_what_they_refer_to_becomes_inactive() -> None:
    updates = max(level_of(kind, write) for kind, write in itertools.product(ORDER, WRITES))

    deleted = level_of(Kind.BILL, Write.DELETE)
    inactive = [level_of(kind, Write.DELETE) for kind in (Kind.VENDOR, Kind.ACCOUNT)]

    assert updates < deleted < min(inactive)
    assert inactive == sorted(inactive)
    assert all(len({level_of(kind, each) for each in REMOVALS}) == 1 for kind in ORDER)


@pytest.mark.parametrize("write", WRITES)
def test_the_use_of_a_credit_is_pushed_after_every_payment_and_before_any_removal(write) -> None:
    applied = level_of(Kind.BILL_PAYMENT, write, applies_credit=True)

    assert applied > max(level_of(kind, each) for kind, each in itertools.product(ORDER, WRITES))
    assert applied < min(level_of(kind, each) for kind, each in itertools.product(ORDER, REMOVALS))
    assert level_of(Kind.BILL_PAYMENT, write) == level_of(Kind.BILL_PAYMENT, write, applies_credit=False)


@pytest.mark.parametrize("removal", REMOVALS)
def test_the_use_of_a_credit_is_taken_away_as_any_payment_is_before_what_it_settles(removal) -> None:
    taken_away = level_of(Kind.BILL_PAYMENT, removal, applies_credit=True)

    assert taken_away == level_of(Kind.BILL_PAYMENT, removal)
    assert taken_away < level_of(Kind.VENDOR_CREDIT, removal) < level_of(Kind.BILL, removal)


def test_a_bill_and_a_credit_are_there_before_what_settles_them_and_money_moves_last() -> None:
    kinds = (Kind.VENDOR, Kind.BILL, Kind.VENDOR_CREDIT, Kind.BILL_PAYMENT, Kind.FUNDS_TRANSFER)

    levels = [level_of(kind, Write.CREATE) for kind in kinds]

    assert levels == sorted(set(levels))


@pytest.mark.parametrize(
    ("removals", "links", "held"),
    [
        (0, 0, False),
        (5, 5, False),
        (6, 60, False),
        (6, 59, True),
        (6, 6, True),
        (11, 110, False),
        (11, 109, True),
        (1_000, 10_001, False),
    ],
)
def test_more_than_five_and_more_than_a_tenth_of_the_links_are_held(removals, links, held) -> None:
    assert brakes(removals, links) is held


@given(removals=st.integers(0, 10_000), links=st.integers(0, 100_000))
def test_one_more_removal_never_releases_the_brake_and_one_more_link_never_pulls_it(removals, links) -> None:
    held = brakes(removals, links)

    assert held <= brakes(removals + 1, links)
    assert brakes(removals, links + 1) <= held
    assert held == (removals > BRAKE_FLOOR and removals / max(links, 1) > 1 / BRAKE_SHARE) or links == 0


GONE, THERE = Vendor(name="Ash", archived=True), Vendor(name="Ash")
BILL = Bill(vendor="41", issued_on=None)
PAYMENT = BillPayment(vendor="41", paid_on=None)


@pytest.mark.parametrize(
    ("decision", "takes_away"),
    [
        (Decision(result=Result.ARCHIVED_IN_PLATFORM, platform=Write.ARCHIVE), True),
        (Decision(result=Result.REMOVED_IN_QUICKBOOKS, quickbooks=Write.DELETE, content=BILL), True),
        (Decision(result=Result.UPDATED_IN_PLATFORM, content=GONE, platform_fields=("archived",)), True),
        (Decision(result=Result.UPDATED_IN_QUICKBOOKS, content=GONE, fields=("phone", "archived")), True),
        (Decision(result=Result.UPDATED_IN_PLATFORM, content=THERE, platform_fields=("archived",)), False),
        (Decision(result=Result.UPDATED_IN_QUICKBOOKS, content=GONE, fields=("phone",)), False),
        (Decision(result=Result.UPDATED_IN_QUICKBOOKS, content=BILL, fields=("memo",)), False),
        (Decision(result=Result.UNCHANGED), False),
        (Decision(result=Result.UPDATED_IN_PLATFORM, platform=Write.VOID, content=PAYMENT), True),
        (Decision(result=Result.REMOVED_IN_QUICKBOOKS, quickbooks=Write.VOID, content=PAYMENT), True),
        (Decision(result=Result.REMOVED_IN_QUICKBOOKS, quickbooks=Write.DELETE, content=PAYMENT), True),
        (Decision(result=Result.CREATED_IN_QUICKBOOKS, quickbooks=Write.CREATE, content=PAYMENT), False),
        (
            Decision(result=Result.UPDATED_IN_PLATFORM, platform=Write.UPDATE, platform_fields=("unmapped",)),
            False,
        ),
        (Decision(result=Result.CONFLICT, code="removed_in_quickbooks"), False),
    ],
)
def test_only_what_takes_something_away_counts_as_a_removal(decision, takes_away) -> None:
    assert is_removal(decision) is takes_away


@pytest.mark.parametrize("side", ["platform", "quickbooks"])
def test_an_inactive_list_entry_that_is_created_takes_nothing_away(side) -> None:
    fields = "platform_fields" if side == "platform" else "fields"
    made = Decision(
        result=Result.CREATED_IN_PLATFORM, content=GONE, **{side: Write.CREATE, fields: ("name", "archived")}
    )

    assert is_removal(made) is False


def test_what_the_brake_holds_moves_on_neither_side_and_can_be_let_through() -> None:
    held = held_removal()

    assert held.result is Result.HELD
    assert (held.platform, held.quickbooks, held.base, held.link, held.unlink) == (
        None,
        None,
        None,
        False,
        False,
    )
    assert Action.PROCEED in actions_for(held.code)
    assert held.reason
    assert "proceed" in held.fix


def test_only_lists_become_inactive() -> None:
    assert {
        kind for kind in ORDER if level_of(kind, Write.DELETE) > level_of(Kind.BILL, Write.DELETE)
    } == LISTS
