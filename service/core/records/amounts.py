"""Money: exact, with two decimals."""

from decimal import Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MONEY_LIMIT = Decimal("9999999999999.99")
"""QuickBooks takes 15 digits."""


def money(value: Decimal) -> Decimal:
    """Return the amount with exactly two decimals."""
    return value.quantize(CENT)


def rate(value: Decimal) -> Decimal:
    """Return a quantity or a price with the decimals that it needs: 4.50 and 4.5 are one."""
    plain = value.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain
