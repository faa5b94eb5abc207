"""Balances follow from what is settled, and every difference to QuickBooks' is named or explained."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.payments import (
    Application,
    Difference,
    Funding,
    Standing,
    Status,
    Target,
    difference,
    funding,
    is_application,
    shares,
    standing,
)
from service.core.policy import Preferences
from service.core.records import BillPayment, Kind, Method, PaidBill, UsedCredit
from service.core.references import Reference

cents = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9)
BILL = Reference(Kind.BILL, "b1")
CREDIT = Reference(Kind.VENDOR_CREDIT, "c1")


@pytest.mark.parametrize(
    ("amount", "settled", "scheduled", "balance", "status"),
    [
        ("100.00", "0", False, "100.00", Status.OPEN),
        ("100.00", "0.01", False, "99.99", Status.PARTIALLY_PAID),
        ("100.00", "99.99", True, "0.01", Status.PARTIALLY_PAID),
        ("100.00", "100.00", False, "0.00", Status.PAID),
        ("100.00", "100.00", True, "0.00", Status.SCHEDULED),
        ("100.00", "120.00", False, "-20.00", Status.PAID),
        ("0.00", "0", False, "0.00", Status.OPEN),
    ],
)
def test_a_bill_stands_where_its_payments_say(amount, settled, scheduled, balance, status) -> None:
    found = standing(Decimal(amount), Decimal(settled), scheduled=scheduled)

    assert found == Standing(Decimal(balance), status)


@given(amount=cents, settled=cents)
def test_a_bill_is_paid_exactly_when_nothing_of_an_amount_is_open(amount, settled) -> None:
    found = standing(amount, settled)

    assert found.balance + settled == amount
    assert (found.status is Status.PAID) == (0 < settled >= amount)
    assert (found.status is Status.OPEN) == (settled == 0)


def paid(amount: str, payment: str = "p1", **fields: Any) -> Application:
    """One payment's share."""
    return Application(payment=payment, amount=Decimal(amount), **fields)


def target(*applications: Application, balance: str | None = "100.00", at: Reference = BILL) -> Target:
    """A bill or credit of 100.00, of which QuickBooks says that this is open."""
    there = None if balance is None else Decimal(balance)
    return Target(
        reference=at,
        label="bill B-1",
        amount=Decimal("100.00"),
        quickbooks_amount=None if there is None else Decimal("100.00"),
        quickbooks_balance=there,
        applications=applications,
    )


LINKED = {"linked": True}


@pytest.mark.parametrize(
    ("applications", "balance", "told"),
    [
        ([], "100.00", None),
        ([], None, None),
        ([paid("40.00", **LINKED)], "60.00", None),
        ([paid("40.00")], "100.00", None),
        ([paid("40.00", **LINKED), paid("60.00", "p2")], "60.00", None),
        ([], "60.00", ("paid_in_quickbooks", "40.00")),
        ([paid("40.00")], "60.00", ("paid_in_quickbooks", "40.00")),
        ([paid("40.00", **LINKED)], "50.00", ("paid_in_quickbooks", "10.00")),
        ([paid("40.00", **LINKED)], "100.00", ("balance_differs", "40.00")),
        ([paid("40.00", sync=False)], "60.00", None),
        ([paid("40.00", sync=False)], "100.00", None),
        ([paid("40.00", sync=False), paid("25.00", "p2", sync=False)], "75.00", None),
        ([paid("40.00", sync=False), paid("25.00", "p2", sync=False)], "35.00", None),
        ([paid("40.00", sync=False)], "70.00", ("paid_in_quickbooks", "30.00")),
        ([paid("40.00", code="removed_in_quickbooks", **LINKED)], "100.00", None),
        ([paid("40.00", code="removed_in_quickbooks", **LINKED)], "70.00", ("paid_in_quickbooks", "30.00")),
        ([paid("40.00", code="changed_in_quickbooks", **LINKED)], "70.00", None),
        ([paid("70.00", **LINKED), paid("40.00", "p2")], "30.00", ("paid_twice", "10.00")),
    ],
)
def test_a_difference_that_no_known_cause_explains_is_named(applications, balance, told) -> None:
    found = difference(target(*applications, balance=balance))

    assert found == (None if told is None else Difference(told[0], Decimal(told[1])))


def test_a_credit_that_is_used_there_has_a_name_of_its_own() -> None:
    found = difference(target(balance="70.00", at=CREDIT))

    assert found == Difference("credit_used_in_quickbooks", Decimal("30.00"))


def test_what_is_on_its_way_leaves_less_for_others() -> None:
    bill = target(
        paid("30.00", "p1", coming=True), paid("20.00", "p2", **LINKED), paid("10.00", "p3"), balance="80.00"
    )

    assert bill.open_for("p3") == Decimal("50.00")
    assert bill.open_for("p1") == Decimal("80.00")
    assert bill.uncovered() == Decimal("40.00")
    assert target(balance=None).open_for("p1") is None


@pytest.mark.parametrize(
    ("other", "awaited"),
    [
        (paid("70.00", "p2"), "p2"),
        (paid("70.00", "p2", **LINKED), None),
        (paid("70.00", "p2", coming=True), None),
        (paid("70.00", "p2", sync=False), None),
        (paid("70.00", "p2", moves_money=False), None),
    ],
)
def test_the_application_of_a_credit_waits_for_money_that_is_to_go_there(other, awaited) -> None:
    use = paid("30.00", "use", moves_money=False)

    assert target(use, other).awaited("use") == awaited


def payment(**fields: Any) -> BillPayment:
    """A payment of 100.00 on one bill."""
    lines = (PaidBill(bill="b1", amount=Decimal("100.00")),)
    return BillPayment(**({"vendor": "ash", "paid_on": dt.date(2026, 3, 2), "lines": lines} | fields))


CHOSEN = Preferences(
    default_bank_account="bank", money_out_clearing_account="clearing", bank_accounts={"house": "bank-2"}
)


@pytest.mark.parametrize(
    ("fields", "preferences", "account", "named"),
    [
        ({}, CHOSEN, "bank", "default_bank_account"),
        ({}, Preferences(), None, "default_bank_account"),
        ({"bank_account": "card"}, CHOSEN, "card", "bank_accounts.card"),
        ({"bank_account": "house"}, CHOSEN, "bank-2", "bank_accounts.house"),
        ({"method": Method.ONLINE}, CHOSEN, "clearing", "money_out_clearing_account"),
        (
            {"method": Method.ONLINE, "bank_account": "house"},
            CHOSEN,
            "clearing",
            "money_out_clearing_account",
        ),
        ({"method": Method.ONLINE}, Preferences(), None, "money_out_clearing_account"),
    ],
)
def test_the_account_of_a_payment_follows_from_its_method_and_the_preferences(
    fields, preferences, account, named
) -> None:
    assert funding(payment(**fields), preferences) == Funding(account=account, preference=named)


def test_what_a_payment_brings_down_and_whether_money_moves() -> None:
    half = payment(credits=(UsedCredit(vendor_credit="c1", amount=Decimal("40.00")),))
    whole = payment(credits=(UsedCredit(vendor_credit="c1", amount=Decimal("100.00")),))

    assert list(shares(half)) == [(BILL, Decimal("100.00")), (CREDIT, Decimal("40.00"))]
    assert [is_application(each) for each in (payment(), half, whole)] == [False, False, True]
