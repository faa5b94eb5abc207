"""Payments pair by what they pay: what was entered twice is found, and two that are equal stay two."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.match import DAYS_APART, Candidate, Match, choose_payment, choose_recorded, match_key
from service.core.records import BillPayment, Method, PaidBill, PaymentStatus, Unmapped, UsedCredit

DAY = dt.date(2026, 3, 2)
OFFLINE = BillPayment(
    vendor="41", paid_on=DAY, currency="USD", lines=(PaidBill(bill="145", amount=Decimal("40.00")),)
)
ONLINE = replace(OFFLINE, method=Method.ONLINE)
RECORDED = replace(OFFLINE, sync=False)
USE = replace(OFFLINE, credits=(UsedCredit(vendor_credit="90", amount=Decimal("40.00")),))
THERE = OFFLINE
"""What QuickBooks has of any of them: nothing tells it who moved the money."""


def candidate(id: str, content: BillPayment, **more: Any) -> Candidate:
    return Candidate(**({"id": id, "content": content, "linked": False, "currency": "USD"} | more))


def choose(here: BillPayment, there: BillPayment = THERE, **more: Any) -> Match:
    """Choose from either side; both have to come to the same."""
    ours = choose_payment(here, [candidate("x", there, **more)])
    theirs = choose_recorded(there, [candidate("x", here, **more)])

    assert ours == theirs
    return ours


FOUND = Match(partner="x")
PERHAPS = Match(code="possible_duplicate", others=("x",))
NONE = Match()


@pytest.mark.parametrize(
    ("here", "days", "found"),
    [
        (RECORDED, 0, FOUND),
        (RECORDED, 5, FOUND),
        (RECORDED, -5, FOUND),
        (RECORDED, 6, NONE),
        (RECORDED, -6, NONE),
        (OFFLINE, 0, PERHAPS),
        (OFFLINE, 5, PERHAPS),
        (OFFLINE, -5, PERHAPS),
        (OFFLINE, 6, NONE),
        (OFFLINE, -6, NONE),
        (ONLINE, 0, NONE),
        (replace(ONLINE, sync=False), 0, FOUND),
        (USE, 0, FOUND),
        (USE, 400, FOUND),
        (replace(USE, method=Method.ONLINE), 0, FOUND),
        (replace(RECORDED, status=PaymentStatus.VOIDED), 0, NONE),
        (replace(OFFLINE, status=PaymentStatus.VOIDED), 0, NONE),
        (replace(USE, status=PaymentStatus.VOIDED), 0, NONE),
    ],
)
def test_one_payment_that_was_entered_on_both_sides_is_found_within_five_days(here, days, found) -> None:
    there = USE if here.credits else THERE

    assert choose(here, replace(there, paid_on=DAY + dt.timedelta(days=days))) == found


@pytest.mark.parametrize("here", [RECORDED, OFFLINE])
def test_without_a_day_nobody_can_say_whether_it_is_the_same(here) -> None:
    assert choose(replace(here, paid_on=None)) == NONE
    assert choose(here, replace(THERE, paid_on=None)) == NONE


@pytest.mark.parametrize("here", [RECORDED, OFFLINE, USE])
@pytest.mark.parametrize("taken", [{"linked": True}, {"active": False}])
def test_what_is_linked_or_gone_is_nobodys_partner(here, taken) -> None:
    assert choose(here, USE if here is USE else THERE, **taken) == NONE


def test_a_linked_one_beside_it_does_not_stand_in_the_way() -> None:
    linked, free = candidate("1", THERE, linked=True), candidate("2", THERE)

    assert choose_payment(RECORDED, [linked, free]) == Match(partner="2")
    assert choose_payment(OFFLINE, [linked, free]) == Match(code="possible_duplicate", others=("2",))


def test_of_two_that_it_could_be_a_person_names_the_one() -> None:
    two = [candidate("1", THERE), candidate("2", THERE)]

    assert choose_payment(RECORDED, two) == Match(code="ambiguous", others=("1", "2"))
    assert choose_payment(USE, [candidate(each.id, USE) for each in two]).code == "ambiguous"
    assert choose_payment(OFFLINE, two) == Match(code="possible_duplicate", others=("1", "2"))


def test_of_two_records_the_one_that_says_it_is_recorded_there_is_the_one() -> None:
    found = choose_recorded(THERE, [candidate("a", OFFLINE), candidate("b", RECORDED)])

    assert found == Match(partner="b")


def test_of_two_records_that_say_so_a_person_names_the_one() -> None:
    found = choose_recorded(THERE, [candidate("a", RECORDED), candidate("b", RECORDED)])

    assert found == Match(code="ambiguous", others=("a", "b"))


def test_one_that_is_too_far_off_does_not_make_it_ambiguous() -> None:
    later = replace(THERE, paid_on=DAY + dt.timedelta(days=DAYS_APART + 1))

    assert choose_payment(RECORDED, [candidate("1", THERE), candidate("2", later)]) == Match(partner="1")


def test_nothing_there_is_nothing_found() -> None:
    assert choose_payment(RECORDED, []) == choose_recorded(THERE, []) == NONE


@given(
    days=st.integers(-10, 10),
    method=st.sampled_from(list(Method)),
    sync=st.booleans(),
    status=st.sampled_from([PaymentStatus.SCHEDULED, PaymentStatus.PROCESSED, PaymentStatus.VOIDED]),
)
def test_nothing_that_quickbooks_is_still_to_get_is_ever_linked_by_itself(days, method, sync, status) -> None:
    here = replace(OFFLINE, method=method, sync=sync, status=status)

    found = choose(here, replace(THERE, paid_on=DAY + dt.timedelta(days=days)))

    if found.partner:
        assert not sync
    if found.code:
        assert (sync, method) == (True, Method.OFFLINE)
    if abs(days) > DAYS_APART or status is PaymentStatus.VOIDED:
        assert found == NONE


# The key: vendor, bills and credits, to the cent


TWO = replace(OFFLINE, lines=(*OFFLINE.lines, PaidBill(bill="146", amount=Decimal("5.00"))))


@pytest.mark.parametrize(
    "change",
    [
        {"paid_on": dt.date(2026, 3, 7)},
        {"memo": "by check", "reference": "77", "bank_account": "35", "card": True},
        {"method": Method.ONLINE, "sync": False, "status": PaymentStatus.PROCESSED},
        {"lines": tuple(reversed(TWO.lines))},
    ],
    ids=list,
)
def test_what_may_differ_between_two_entries_of_one_payment_is_no_part_of_its_key(change) -> None:
    assert match_key(replace(TWO, **change)) == match_key(TWO) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"vendor": "42"},
        {"lines": OFFLINE.lines},
        {"lines": (TWO.lines[0], replace(TWO.lines[1], amount=Decimal("5.01")))},
        {"lines": (TWO.lines[0], replace(TWO.lines[1], bill="147"))},
        {"credits": (UsedCredit(vendor_credit="90", amount=Decimal("5.00")),)},
    ],
    ids=list,
)
def test_what_pays_something_else_has_another_key(change) -> None:
    assert match_key(replace(TWO, **change)) not in (None, match_key(TWO))


def test_a_bill_and_a_credit_of_one_id_are_not_taken_for_each_other() -> None:
    paid = replace(TWO, credits=(UsedCredit(vendor_credit="90", amount=Decimal("5.00")),))
    turned = replace(
        TWO,
        lines=(PaidBill(bill="90", amount=Decimal("5.00")),),
        credits=tuple(UsedCredit(vendor_credit=each.bill, amount=each.amount) for each in TWO.lines),
    )

    assert match_key(paid) != match_key(turned)


def test_an_id_and_an_amount_do_not_run_together() -> None:
    near = replace(TWO, lines=(PaidBill(bill="14", amount=Decimal("65.00")),))
    far = replace(TWO, lines=(PaidBill(bill="146", amount=Decimal("5.00")),))
    used = [
        replace(TWO, credits=(UsedCredit(vendor_credit=credit, amount=Decimal(amount)),))
        for credit, amount in (("14", "65.00"), ("146", "5.00"))
    ]

    assert match_key(near) != match_key(far)
    assert match_key(used[0]) != match_key(used[1])


def test_a_bill_that_is_paid_is_not_taken_for_a_credit_that_is_used() -> None:
    credit = (UsedCredit(vendor_credit="146", amount=Decimal("5.00")),)

    assert match_key(TWO) != match_key(replace(OFFLINE, credits=credit))


def test_the_order_of_credits_is_no_part_of_the_key() -> None:
    credits = tuple(UsedCredit(vendor_credit=each, amount=Decimal("5.00")) for each in ("90", "91"))

    assert match_key(replace(TWO, credits=credits)) == match_key(replace(TWO, credits=credits[::-1]))


@pytest.mark.parametrize(
    "change",
    [
        {"lines": ()},
        {"unapplied": Decimal("1.00")},
        {"unmapped": (Unmapped(entity="JournalEntry", quickbooks_id="7", amount=Decimal("1.00")),)},
    ],
    ids=list,
)
def test_what_pays_nothing_or_more_than_we_hold_is_paired_with_nothing(change) -> None:
    assert match_key(replace(TWO, **change)) is None
