"""Transfers of funds: money moved from one account to another."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from service.api.schemas.fields import Currency, Day, Id, Money, fault
from service.api.schemas.payments import MAX_ROWS, PaymentMemo, PositiveAmount
from service.api.schemas.records import BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "moved_on": "2026-04-01",
    "from_account": "acc-1000",
    "to_account": "acc-1090",
    "amount": "80.00",
    "payments": ["pay-1"],
}


class FundsTransferInput(RecordInput):
    """A transfer of funds to write; in QuickBooks it debits `to_account` and credits `from_account`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    moved_on: Day
    from_account: Id
    to_account: Id
    amount: PositiveAmount
    currency: Currency | None = None
    memo: PaymentMemo | None = None
    payments: Annotated[
        list[Id],
        Field(
            default_factory=list,
            max_length=MAX_ROWS,
            description="The payments whose money it moves.",
        ),
    ]

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.from_account == self.to_account:
            raise fault("same_account", "Funds move between two different accounts", field="to_account")
        return self

    def document(self) -> core.FundsTransfer:
        """Return it as the core has it."""
        return core.FundsTransfer(
            moved_on=self.moved_on,
            from_account=self.from_account,
            to_account=self.to_account,
            amount=self.amount,
            currency=self.currency,
            memo=self.memo,
            payments=tuple(self.payments),
        )


class FundsTransferItem(BatchKeys, FundsTransferInput):
    """A transfer of funds in a batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "move-1", **_EXAMPLE}]})


class FundsTransfer(RecordAnswer):
    """A transfer of funds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                answer_example("funds_transfer", "move-1", {**_EXAMPLE, "currency": None, "memo": None})
            ]
        }
    )

    moved_on: dt.date | None
    from_account: str
    to_account: str
    amount: Money
    currency: str | None = Field(description="Null: the home currency.")
    memo: str | None
    payments: list[str]
