"""Accounts of the chart of accounts."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from service.api.schemas.fields import ONE_LINE, Id, without
from service.api.schemas.records import BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core

AccountType = Literal[
    "Bank",
    "Accounts Receivable",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
    "Accounts Payable",
    "Credit Card",
    "Other Current Liability",
    "Long Term Liability",
    "Equity",
    "Income",
    "Cost of Goods Sold",
    "Expense",
    "Other Income",
    "Other Expense",
    "Non-Posting",
]
_EXAMPLE: dict[str, Any] = {
    "name": "Office Supplies",
    "number": "6100",
    "type": "Expense",
    "description": "Paper and pens",
}


class AccountInput(RecordInput):
    """An account to write."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Annotated[str, Field(min_length=1, max_length=100), ONE_LINE, AfterValidator(without('":'))]
    type: AccountType
    number: Annotated[str, Field(max_length=7), ONE_LINE] | None = None
    subtype: Annotated[str, Field(max_length=100), ONE_LINE] | None = None
    parent: Annotated[Id, Field(description="The account that it is part of.")] | None = None
    description: Annotated[str, Field(max_length=100)] | None = None

    def document(self) -> core.Account:
        """Return it as the core has it."""
        return core.Account(
            name=self.name,
            type=self.type,
            number=self.number,
            subtype=self.subtype,
            parent=self.parent,
            description=self.description,
        )


class AccountItem(BatchKeys, AccountInput):
    """An account in a batch; its parent may be in the same batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "acc-6100", **_EXAMPLE}]})


_ANSWER = answer_example("account", "acc-6100", {**_EXAMPLE, "subtype": None, "parent": None})


class Account(RecordAnswer):
    """An account."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    name: str
    type: str = Field(description="QuickBooks' AccountType.")
    number: str | None
    subtype: str | None
    parent: str | None
    description: str | None
