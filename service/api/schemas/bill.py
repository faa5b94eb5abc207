"""Bills."""

import datetime as dt
from typing import Any

from pydantic import ConfigDict, Field

from service.api.schemas.expenses import ExpenseAnswer, ExpenseInput, answered
from service.api.schemas.fields import Day, Money
from service.api.schemas.records import BatchKeys, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "number": "INV-4711",
    "vendor": "ven-17",
    "issued_on": "2026-03-02",
    "due_on": "2026-04-01",
    "memo": "March",
    "lines": [{"description": "Paper", "amount": "120.00", "account": "acc-6100"}],
    "amount": "120.00",
}


class BillInput(ExpenseInput):
    """A bill to write; `amount`, if given, must be the sum of the lines and the tax."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    due_on: Day | None = None

    def document(self) -> core.Bill:
        """Return it as the core has it."""
        return core.Bill(
            number=self.number,
            vendor=self.vendor,
            issued_on=self.issued_on,
            due_on=self.due_on,
            currency=self.currency,
            memo=self.memo,
            location=self.location,
            approval=self.approval,
            lines=tuple(line.document() for line in self.lines),
            tax=self.tax,
        )


class BillItem(BatchKeys, BillInput):
    """A bill in a batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "bill-1", **_EXAMPLE}]})


class Bill(ExpenseAnswer):
    """A bill."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [answer_example("bill", "bill-1", answered(_EXAMPLE))]}
    )

    due_on: dt.date | None
    balance: Money = Field(description="What is still to be paid.")
