"""Invoices."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from service.api.schemas.fields import ONE_LINE, Amount, Currency, Day, Id, Input, Money, Number, Rate, fault
from service.api.schemas.lines import LineId, check_line_ids, check_price, check_total
from service.api.schemas.records import BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core
from service.core.records import ZERO

_EXAMPLE: dict[str, Any] = {
    "customer": "cus-58",
    "issued_on": "2026-03-02",
    "due_on": "2026-04-01",
    "memo": "Thank you",
    "lines": [{"description": "Consulting", "amount": "250.00", "item": "item-7"}],
    "amount": "250.00",
}
_ANSWER: dict[str, Any] = {
    **_EXAMPLE,
    "number": "1038",
    "currency": None,
    "location": None,
    "lines": [
        {
            "id": "1",
            **_EXAMPLE["lines"][0],
            **dict.fromkeys(("quantity", "unit_price", "class")),
            "taxable": False,
        }
    ],
    "discount": "0.00",
    "tax": "0.00",
    "balance": "250.00",
    "status": "open",
}


class InvoiceLineInput(Input):
    """One line of an invoice.

    Without an item it is sold as "Unallocated Income", on the unallocated income account; worth nothing it is
    a line of words.
    """

    id: LineId = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    amount: Amount
    item: Annotated[Id, Field(description="What was sold.")] | None = None
    quantity: Rate | None = None
    unit_price: Annotated[Rate, Field(description="Times the quantity it is the amount.")] | None = None
    accounting_class: Annotated[Id | None, Field(alias="class")] = None
    taxable: Annotated[StrictBool, Field(description="True: QuickBooks reckons sales tax on it.")] = False

    @model_validator(mode="after")
    def _is_priced(self) -> Self:
        if not self.item and (self.quantity is not None or self.unit_price is not None):
            raise fault("quantity_without_item", "Only a line for an item has a quantity", field="item")
        check_price(self.quantity, self.unit_price, self.amount)
        return self

    def document(self) -> core.InvoiceLine:
        """Return it as the core has it."""
        return core.InvoiceLine(
            id=self.id,
            description=self.description,
            amount=self.amount,
            item=self.item,
            quantity=self.quantity,
            unit_price=self.unit_price,
            accounting_class=self.accounting_class,
            taxable=self.taxable,
        )


class InvoiceInput(RecordInput):
    """An invoice to write; `amount`, if given, must be the sum of the lines and the tax less the discount."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    max_lines: ClassVar[int] = 1000

    number: (
        Annotated[
            str,
            Field(max_length=21, description="Leave it out where QuickBooks numbers invoices itself."),
            ONE_LINE,
        ]
        | None
    ) = None
    customer: Id
    issued_on: Day
    due_on: Day | None = None
    currency: Currency | None = None
    memo: Annotated[str, Field(max_length=3980)] | None = None
    location: Id | None = None
    lines: Annotated[list[InvoiceLineInput], Field(min_length=1, max_length=max_lines)]
    discount: Annotated[Amount, Field(description="What is taken off the lines.")] = ZERO
    tax: Annotated[Amount, Field(description="What QuickBooks reckons is kept, where it does.")] = ZERO
    amount: Amount | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        check_line_ids([line.id for line in self.lines])
        if self.discount < 0:
            raise fault("negative_discount", "A discount is taken off: it is not negative", field="discount")
        total = sum((line.amount for line in self.lines), ZERO) - self.discount + self.tax
        check_total(total, self.amount, what="The lines and the tax less the discount")
        return self

    def document(self) -> core.Invoice:
        """Return it as the core has it."""
        return core.Invoice(
            number=self.number,
            customer=self.customer,
            issued_on=self.issued_on,
            due_on=self.due_on,
            currency=self.currency,
            memo=self.memo,
            location=self.location,
            lines=tuple(line.document() for line in self.lines),
            discount=self.discount,
            tax=self.tax,
        )


class InvoiceItem(BatchKeys, InvoiceInput):
    """An invoice in a batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "inv-1", **_EXAMPLE}]})


class InvoiceLine(BaseModel):
    """One line of an invoice."""

    id: str
    description: str | None
    amount: Money
    item: str | None
    quantity: Number | None
    unit_price: Number | None
    accounting_class: Annotated[str | None, Field(alias="class")]
    taxable: bool


class Invoice(RecordAnswer):
    """An invoice."""

    model_config = ConfigDict(json_schema_extra={"examples": [answer_example("invoice", "inv-1", _ANSWER)]})

    number: str | None
    customer: str
    issued_on: dt.date | None
    due_on: dt.date | None
    currency: str | None = Field(description="Null: the home currency.")
    memo: str | None
    location: str | None
    lines: list[InvoiceLine]
    discount: Money
    tax: Money
    amount: Money
    balance: Money = Field(description="What the customer still owes.")
    status: Literal["open", "scheduled", "partially_paid", "paid", "voided"]
