"""What payments and transfers of funds have in common."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field
from pydantic.json_schema import WithJsonSchema

from service.api.schemas.fields import ONE_LINE, Amount, Money, fault

MAX_ROWS = 1000


def _positive(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise fault("amount_not_positive", "This amount must be more than 0")
    return amount


PositiveAmount = Annotated[
    Amount,
    AfterValidator(_positive),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d{1,13}(\.\d{1,2})?$"},
                {"type": "number", "exclusiveMinimum": 0},
            ],
            "examples": ["120.00"],
        }
    ),
]
PaymentReference = Annotated[
    str, Field(max_length=21, description="A cheque's or a transfer's number."), ONE_LINE
]
PaymentMemo = Annotated[str, Field(max_length=3980)]


class Unmapped(BaseModel):
    """What a payment made in QuickBooks also settles, or uses (negative), and isn't held here."""

    entity: str = Field(examples=["JournalEntry"])
    quickbooks_id: str
    amount: Money


_NOTHING = (None, "0.00", 0)


def without_foreign_amount(content: Any) -> Any:
    """Leave the amount out where QuickBooks added to it: that isn't taken here, so no sum is checked."""
    if not isinstance(content, dict):
        return content
    if not content.get("unmapped") and content.get("unapplied") in _NOTHING:
        return content
    return {name: value for name, value in content.items() if name != "amount"}


def check_once(ids: Iterable[str], *, rows: str, name: str, code: str) -> None:
    """Refuse rows that name the same document twice: the later one is at fault."""
    seen: set[str] = set()
    for at, each in enumerate(ids):
        if each in seen:
            raise fault(code, "An earlier row names it already", field=f"{rows}[{at}].{name}")
        seen.add(each)
