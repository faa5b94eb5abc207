"""Vendor credits: what vendors owe back; their amounts are positive."""

from typing import Any

from pydantic import ConfigDict, Field

from service.api.schemas.expenses import ExpenseAnswer, ExpenseInput, answered
from service.api.schemas.fields import Money
from service.api.schemas.records import BatchKeys, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "number": "CR-88",
    "vendor": "ven-17",
    "issued_on": "2026-03-09",
    "memo": "Two boxes came back",
    "lines": [{"description": "Paper", "amount": "40.00", "account": "acc-6100"}],
    "amount": "40.00",
}


class VendorCreditInput(ExpenseInput):
    """A vendor credit to write, in positive amounts; `amount`, if given, must be the sum of lines and tax."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    def document(self) -> core.VendorCredit:
        """Return it as the core has it."""
        return core.VendorCredit(
            number=self.number,
            vendor=self.vendor,
            issued_on=self.issued_on,
            currency=self.currency,
            memo=self.memo,
            location=self.location,
            approval=self.approval,
            lines=tuple(line.document() for line in self.lines),
            tax=self.tax,
        )


class VendorCreditItem(BatchKeys, VendorCreditInput):
    """A vendor credit in a batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "credit-1", **_EXAMPLE}]})


class VendorCredit(ExpenseAnswer):
    """A vendor credit."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [answer_example("vendor_credit", "credit-1", answered(_EXAMPLE))]}
    )

    balance: Money = Field(description="What is still to be used.")
