"""What bills and vendor credits have in common: lines on accounts or for items, which add up."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Field, StrictBool, model_validator

from service.api.schemas.fields import ONE_LINE, Amount, Currency, Day, Id, Input, Money, Number, Rate, fault
from service.api.schemas.lines import LineId, check_line_ids, check_price, check_total
from service.api.schemas.records import RecordAnswer, RecordInput
from service.core import records as core
from service.core.records import ZERO, Approval

_PLAIN = {
    **dict.fromkeys(("item", "quantity", "unit_price", "class", "location", "customer")),
    "billable": False,
}


class BillLineInput(Input):
    """One line of a bill or vendor credit, on an account or for an item.

    Without either it goes to the unallocated expense account.
    """

    id: LineId = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    amount: Amount
    account: Id | None = None
    item: Annotated[Id, Field(description="What was bought; a line has an account or an item.")] | None = None
    quantity: Rate | None = None
    unit_price: Annotated[Rate, Field(description="Times the quantity it is the amount.")] | None = None
    accounting_class: Annotated[Id | None, Field(alias="class")] = None
    location: (
        Annotated[Id, Field(description="The same on all lines: QuickBooks has one for the whole.")] | None
    ) = None
    customer: Annotated[Id, Field(description="For whom it was bought.")] | None = None
    billable: Annotated[StrictBool, Field(description="True: the customer is to be billed for it.")] = False

    @model_validator(mode="after")
    def _is_of_one_sort(self) -> Self:
        if self.item and self.account:
            raise fault("account_and_item", "A line has an account or an item", field="item")
        if not self.item and (self.quantity is not None or self.unit_price is not None):
            raise fault("quantity_without_item", "Only a line for an item has a quantity", field="item")
        check_price(self.quantity, self.unit_price, self.amount)
        return self

    @model_validator(mode="after")
    def _is_billable_to_somebody(self) -> Self:
        if self.billable and not self.customer:
            raise fault("billable_without_customer", "What is billable needs a customer", field="customer")
        return self

    def document(self) -> core.BillLine:
        """Return it as the core has it."""
        return core.BillLine(
            id=self.id,
            description=self.description,
            amount=self.amount,
            account=self.account,
            item=self.item,
            quantity=self.quantity,
            unit_price=self.unit_price,
            accounting_class=self.accounting_class,
            location=self.location,
            customer=self.customer,
            billable=self.billable,
        )


class ExpenseInput(RecordInput):
    """What has lines, to write; `amount`, if given, must be the sum of the lines and the tax."""

    max_lines: ClassVar[int] = 1000

    number: Annotated[str, Field(max_length=21), ONE_LINE] | None = None
    vendor: Id
    issued_on: Day
    currency: Currency | None = None
    memo: Annotated[str, Field(max_length=3980)] | None = None
    location: Id | None = None
    approval: Approval = Approval.UNASSIGNED
    lines: Annotated[list[BillLineInput], Field(min_length=1, max_length=max_lines)]
    tax: Amount = ZERO
    amount: Amount | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        check_line_ids([line.id for line in self.lines])
        total = sum((line.amount for line in self.lines), ZERO) + self.tax
        check_total(total, self.amount, what="The lines and the tax")
        return self


class BillLine(BaseModel):
    """One line of a bill or vendor credit."""

    id: str
    description: str | None
    amount: Money
    account: str | None
    item: str | None
    quantity: Number | None
    unit_price: Number | None
    accounting_class: Annotated[str | None, Field(alias="class")]
    location: str | None
    customer: str | None
    billable: bool


class ExpenseAnswer(RecordAnswer):
    """What has lines."""

    number: str | None
    vendor: str
    issued_on: dt.date | None
    currency: str | None = Field(description="Null: the home currency.")
    memo: str | None
    location: str | None
    approval: Approval
    lines: list[BillLine]
    tax: Money
    amount: Money
    balance: Money
    status: Literal["open", "scheduled", "partially_paid", "paid", "voided"]


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """Write the fields of an answer from the example of a body with one line on an account."""
    return {
        **body,
        "currency": None,
        "approval": "approved",
        "location": None,
        "lines": [{"id": "1", **body["lines"][0], **_PLAIN}],
        "tax": "0.00",
        "balance": body["amount"],
        "status": "open",
    }
