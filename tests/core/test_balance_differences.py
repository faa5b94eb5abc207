"""A balance differs from QuickBooks' by the exact sum of named causes; what is left over has a name, too."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.payments import DIFFERENCES, Application, Difference, Target, difference
from service.core.records import Kind
from service.core.references import Reference

HUNDRED, CENT = Decimal("100.00"), Decimal("0.01")
THERE: dict[str, Any] = {
    "agreed": {"linked": True},
    "agreed but for its memo": {"linked": True, "code": "books_closed"},
    "scheduled": {"linked": True, "scheduled": True},
    "the use of a credit": {"linked": True, "moves_money": False},
    "recorded there and found": {"linked": True, "sync": False},
}
"""Payments here that QuickBooks has."""
NOT_THERE: dict[str, Any] = {
    "not sent yet": {},
    "held": {"code": "paid_twice"},
    "a credit that waits": {"moves_money": False, "code": "credit_waits_for_bill"},
    "on its way": {"coming": True},
    "taken out there": {"linked": True, "code": "removed_in_quickbooks"},
    "taken out there, changed here": {"linked": True, "code": "removed_there_changed_here"},
}
"""Payments here that QuickBooks doesn't have, with a reason that is told on the payment."""
DISPUTED = ["changed_in_quickbooks", "both_changed", "removed_here_changed_there"]


def applied(amount: Decimal | str, payment: str = "p1", **fields: Any) -> Application:
    return Application(payment=payment, amount=Decimal(amount), **fields)


def recorded(amount: Decimal | str, payment: str = "p1") -> Application:
    """Marked as recorded in QuickBooks, and not found there."""
    return applied(amount, payment, sync=False)


def bill(settled_there: Decimal | str, *applications: Application, amount: Decimal = HUNDRED) -> Target:
    """A bill of 100.00 of which so much is settled in QuickBooks."""
    return Target(
        reference=Reference(Kind.BILL, "b1"),
        label="bill B-1",
        amount=amount,
        quickbooks_amount=amount,
        quickbooks_balance=amount - Decimal(settled_there),
        applications=applications,
    )


def credit(settled_there: Decimal | str, *applications: Application) -> Target:
    return replace(bill(settled_there, *applications), reference=Reference(Kind.VENDOR_CREDIT, "c1"))


def of(code: str, amount: Decimal | str) -> Difference:
    return Difference(code, Decimal(amount))


@pytest.mark.parametrize("cause", THERE | NOT_THERE)
def test_each_cause_alone_explains_what_it_makes_and_no_cent_more(cause) -> None:
    payment = applied("40.00", **(THERE | NOT_THERE)[cause])
    there = Decimal("40.00") if cause in THERE else Decimal(0)

    assert difference(bill(there, payment)) is None
    assert difference(bill(there + CENT, payment)) == of("paid_in_quickbooks", CENT)
    if there:
        assert difference(bill(there - CENT, payment)) == of("balance_differs", CENT)


@st.composite
def payments(draw: st.DrawFn) -> tuple[list[Application], Decimal]:
    """Some payments of one bill, and what those come to that QuickBooks has."""
    causes = draw(st.lists(st.sampled_from([*THERE, *NOT_THERE]), max_size=5))
    made = [
        applied(Decimal(draw(st.integers(1, 2_000))) / 100, f"p{at}", **(THERE | NOT_THERE)[cause])
        for at, cause in enumerate(causes)
    ]
    there = [each.amount for each, cause in zip(made, causes, strict=True) if cause in THERE]
    return made, sum(there, Decimal(0))


@given(made=payments(), rest=st.integers(-50_000, 50_000))
def test_all_causes_together_explain_their_sum_and_the_rest_is_named_to_the_cent(made, rest) -> None:
    applications, there = made
    cents = Decimal(rest) / 100

    found = difference(bill(there + cents, *applications))

    if cents == 0:
        assert found is None
    else:
        assert found == of("paid_in_quickbooks" if cents > 0 else "balance_differs", abs(cents))


@given(made=payments(), parts=st.lists(st.tuples(st.integers(1, 500), st.booleans()), min_size=1, max_size=4))
def test_of_those_that_are_recorded_there_any_may_be_found_by_their_sum(made, parts) -> None:
    applications, there = made
    marked = [recorded(Decimal(cents) / 100, f"r{at}") for at, (cents, _) in enumerate(parts)]
    unseen = sum(
        (each.amount for each, (_, is_there) in zip(marked, parts, strict=True) if is_there), Decimal(0)
    )

    found = difference(bill(there + unseen, *applications, *marked, amount=Decimal("500.00")))

    assert found is None


@pytest.mark.parametrize(
    ("settled", "told"),
    [
        ("0.00", None),
        ("10.00", None),
        ("25.00", None),
        ("35.00", None),
        ("9.99", of("paid_in_quickbooks", "9.99")),
        ("15.00", of("paid_in_quickbooks", "15.00")),
        ("34.99", of("paid_in_quickbooks", "34.99")),
        ("60.00", of("paid_in_quickbooks", "60.00")),
        ("-10.00", of("balance_differs", "10.00")),
    ],
)
def test_what_is_recorded_there_explains_its_sums_and_nothing_between(settled, told) -> None:
    assert difference(bill(settled, recorded("10.00", "r1"), recorded("25.00", "r2"))) == told


def test_one_that_was_found_explains_itself_once() -> None:
    found = applied("40.00", sync=False, linked=True)

    assert difference(bill("40.00", found)) is None
    assert difference(bill("80.00", found)) == of("paid_in_quickbooks", "40.00")
    assert difference(bill("0.00", found)) == of("balance_differs", "40.00")


@pytest.mark.parametrize("settled", ["0.00", "40.00", "70.00"])
@pytest.mark.parametrize("code", DISPUTED)
def test_while_a_payment_is_in_dispute_its_own_issue_says_so(code, settled) -> None:
    disputed = applied("40.00", linked=True, code=code)

    assert difference(bill(settled, disputed, applied("10.00", "p2"))) is None


@pytest.mark.parametrize("settled", ["0.00", "60.00", "100.00"])
@pytest.mark.parametrize("code", [None, *DISPUTED])
def test_that_more_is_settled_here_than_there_is_to_settle_is_told_first(code, settled) -> None:
    twice = bill(settled, applied("60.00", linked=True, code=code), applied("60.00", "p2"))

    assert difference(twice) == of("paid_twice", "20.00")


def test_what_is_settled_to_the_cent_is_not_paid_twice() -> None:
    assert difference(bill("60.00", applied("60.00", linked=True), applied("40.00", "p2"))) is None


@pytest.mark.parametrize("settled", ["40.00", "100.00"])
def test_a_credit_that_is_used_there_has_a_code_of_its_own(settled) -> None:
    assert difference(credit(settled)) == of("credit_used_in_quickbooks", settled)
    assert difference(credit(settled, applied(settled, linked=True))) is None
    assert difference(credit(settled, recorded(settled))) is None
    assert difference(credit("0.00", applied(settled, linked=True))) == of("balance_differs", settled)


def test_amounts_that_differ_are_no_difference_of_what_is_settled() -> None:
    """A bill whose amount was changed on one side only: that is told on the bill itself."""
    larger_there = replace(
        bill("40.00", applied("40.00", linked=True)),
        quickbooks_amount=Decimal("110.00"),
        quickbooks_balance=Decimal("70.00"),
    )

    assert difference(larger_there) is None


@pytest.mark.parametrize("unknown", ["quickbooks_amount", "quickbooks_balance"])
def test_what_quickbooks_does_not_have_cannot_differ(unknown) -> None:
    twice = bill("0.00", applied("60.00"), applied("60.00", "p2"))

    assert difference(replace(twice, **{unknown: None})) is None


@given(
    made=payments(), rest=st.integers(-50_000, 50_000), cents=st.integers(0, 5_000), is_credit=st.booleans()
)
def test_a_difference_is_a_positive_amount_under_one_of_the_known_codes(made, rest, cents, is_credit) -> None:
    applications, there = made
    make = credit if is_credit else bill
    marked = recorded(Decimal(cents) / 100, "r1")

    found = difference(make(there + Decimal(rest) / 100, *applications, marked))

    assert found is None or (found.code in DIFFERENCES and found.amount > 0)
