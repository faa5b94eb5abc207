"""Items: what is bought and sold."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from service.api.schemas.fields import ONE_LINE, Id, Number, Rate, without
from service.api.schemas.records import BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "name": "Flour, 25 kg",
    "type": "NonInventory",
    "sku": "FL-25",
    "unit_price": "18.5",
    "expense_account": "acc-6100",
}
ItemType = Literal["Service", "NonInventory", "Inventory", "Group", "Category", "Bundle"]


class ItemInput(RecordInput):
    """An item to write; QuickBooks alone makes inventory, groups and categories."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Annotated[str, Field(min_length=1, max_length=100), ONE_LINE, AfterValidator(without(":"))]
    type: ItemType
    sku: Annotated[str, Field(max_length=100), ONE_LINE] | None = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    unit_price: Rate | None = None
    income_account: Annotated[Id, Field(description="Where its sales go.")] | None = None
    expense_account: Annotated[Id, Field(description="Where its cost goes.")] | None = None
    parent: Annotated[Id, Field(description="The category, or the item, that it is part of.")] | None = None

    def document(self) -> core.Item:
        """Return it as the core has it."""
        return core.Item(
            name=self.name,
            type=self.type,
            sku=self.sku,
            description=self.description,
            unit_price=self.unit_price,
            income_account=self.income_account,
            expense_account=self.expense_account,
            parent=self.parent,
        )


class ItemItem(BatchKeys, ItemInput):
    """An item in a batch; its parent may be in the same batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "item-flour", **_EXAMPLE}]})


_ABSENT = {"description": None, "income_account": None, "parent": None}


class Item(RecordAnswer):
    """An item."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [answer_example("item", "item-flour", {**_EXAMPLE, **_ABSENT})]}
    )

    name: str
    type: str = Field(description="QuickBooks' word for what sort of item it is.")
    sku: str | None
    description: str | None
    unit_price: Number | None
    income_account: str | None
    expense_account: str | None
    parent: str | None
