"""What lines of bills, vendor credits and invoices have in common: ids of their own, and they add up."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from service.api.schemas.fields import ONE_LINE, fault
from service.core.records import MONEY_LIMIT, money

LineId = Annotated[str, Field(max_length=64), ONE_LINE] | None


def check_line_ids(ids: list[str | None]) -> None:
    """Raise a fault where two lines have the same id."""
    named = [each for each in ids if each is not None]
    if len(named) != len(set(named)):
        at = next(at for at, each in enumerate(ids) if each and named.count(each) > 1)
        raise fault("duplicate_line_id", "Two lines have the same id", field=f"lines[{at}].id")


def check_price(quantity: Decimal | None, unit_price: Decimal | None, amount: Decimal) -> None:
    """Raise a fault where a line's amount is not its quantity times its price."""
    if quantity is not None and unit_price is not None:
        priced = money(quantity * unit_price)
        if amount != priced:
            raise fault("amount_mismatch", f"Quantity times price comes to {priced}", field="amount")


def check_total(total: Decimal, amount: Decimal | None, *, what: str) -> None:
    """Raise a fault where a total is negative, too large, or not the amount that was given with it."""
    if abs(total) > MONEY_LIMIT:
        raise fault("amount_too_large", f"An amount is at most {MONEY_LIMIT}", field="amount")
    if total < 0:
        raise fault("negative_total", f"{what} come to {total}", field="amount")
    if amount is not None and amount != total:
        raise fault("amount_mismatch", f"{what} come to {total}", field="amount")
