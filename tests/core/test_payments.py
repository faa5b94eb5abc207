"""Where a bill stands follows from what QuickBooks says is open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.payments import Standing, Status, standing

cents = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9)


@pytest.mark.parametrize(
    ("amount", "there", "balance", "status"),
    [
        ("100.00", None, "100.00", Status.OPEN),
        ("100.00", "100.00", "100.00", Status.OPEN),
        ("100.00", "100", "100.00", Status.OPEN),
        ("100.00", "99.99", "99.99", Status.PARTIALLY_PAID),
        ("100.00", "0.01", "0.01", Status.PARTIALLY_PAID),
        ("100.00", "0", "0.00", Status.PAID),
        ("0.00", "0.00", "0.00", Status.OPEN),
        ("0.00", None, "0.00", Status.OPEN),
    ],
)
def test_a_bill_stands_where_its_balance_in_quickbooks_says(amount, there, balance, status) -> None:
    found = standing(Decimal(amount), None if there is None else Decimal(there))

    assert found == Standing(Decimal(balance), status)


@given(amount=cents, there=cents)
def test_a_bill_is_paid_exactly_when_nothing_of_an_amount_is_open(amount, there) -> None:
    found = standing(amount, there)

    assert found.balance == there
    assert (found.status is Status.PAID) == (there == 0 and amount != 0)
    assert (found.status is Status.OPEN) == (there == amount)
