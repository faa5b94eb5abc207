"""Payments of bills."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from service.api.schemas.fields import Amount, Currency, Day, Id, Input, Money, fault
from service.api.schemas.payments import (
    MAX_ROWS,
    PaymentMemo,
    PaymentReference,
    PositiveAmount,
    Unmapped,
    check_once,
    without_foreign_amount,
)
from service.api.schemas.records import KEYS, READ_ONLY, BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core
from service.core.records import MONEY_LIMIT, Method, PaymentStatus, sum_of

_EXAMPLE: dict[str, Any] = {
    "vendor": "ven-17",
    "paid_on": "2026-03-30",
    "method": "offline",
    "bank_account": "acc-1000",
    "reference": "10482",
    "lines": [{"bill": "bill-1", "amount": "120.00"}],
    "credits": [{"vendor_credit": "credit-1", "amount": "40.00"}],
    "amount": "80.00",
}
Status = Literal["scheduled", "processed", "voided"]


class PaidBillInput(Input):
    """By how much a payment, its credits included, brings one bill down."""

    bill: Id
    amount: PositiveAmount


class UsedCreditInput(Input):
    """How much of one vendor credit a payment uses."""

    vendor_credit: Id
    amount: PositiveAmount


class BillPaymentInput(RecordInput):
    """A payment of bills to write; its amount, the money that moves, is the lines less the credits."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    read_only: ClassVar[frozenset[str]] = READ_ONLY - {"status"} | {"unmapped", "unapplied"}

    vendor: Id
    paid_on: Day
    method: Annotated[
        Method, Field(description="Online: the platform moves the money. Offline: others do.")
    ] = Method.OFFLINE
    bank_account: (
        Annotated[Id, Field(description="An account, or a key of the preference `bank_accounts`.")] | None
    ) = None
    reference: PaymentReference | None = None
    memo: PaymentMemo | None = None
    sync: Annotated[StrictBool, Field(description="False: QuickBooks has this payment already.")] = True
    status: (
        Annotated[
            Status, Field(description="By default an online payment is scheduled, an offline one processed.")
        ]
        | None
    ) = None
    currency: Currency | None = None
    lines: Annotated[list[PaidBillInput], Field(min_length=1, max_length=MAX_ROWS)]
    credits: Annotated[list[UsedCreditInput], Field(default_factory=list, max_length=MAX_ROWS)]
    amount: Amount | None = None

    @model_validator(mode="before")
    @classmethod
    def _leave_what_quickbooks_added(cls, content: Any) -> Any:
        return without_foreign_amount(content)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        check_once((line.bill for line in self.lines), rows="lines", name="bill", code="duplicate_bill")
        check_once(
            (each.vendor_credit for each in self.credits),
            rows="credits",
            name="vendor_credit",
            code="duplicate_vendor_credit",
        )
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum_of(self.lines) - sum_of(self.credits)
        if total > MONEY_LIMIT:
            raise fault("amount_too_large", f"An amount is at most {MONEY_LIMIT}", field="amount")
        if total < 0:
            raise fault("negative_total", f"The lines less the credits come to {total}", field="amount")
        if self.amount is not None and self.amount != total:
            raise fault("amount_mismatch", f"The lines less the credits come to {total}", field="amount")
        return self

    def document(self) -> core.BillPayment:
        """Return it as the core has it."""
        untold = PaymentStatus.SCHEDULED if self.method is Method.ONLINE else PaymentStatus.PROCESSED
        return core.BillPayment(
            vendor=self.vendor,
            paid_on=self.paid_on,
            method=self.method,
            bank_account=self.bank_account,
            reference=self.reference,
            memo=self.memo,
            sync=self.sync,
            status=PaymentStatus(self.status) if self.status else untold,
            currency=self.currency,
            lines=tuple(core.PaidBill(bill=line.bill, amount=line.amount) for line in self.lines),
            credits=tuple(
                core.UsedCredit(vendor_credit=each.vendor_credit, amount=each.amount) for each in self.credits
            ),
        )


class BillPaymentItem(BatchKeys, BillPaymentInput):
    """A payment of bills in a batch; the bills are there already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "pay-1", **_EXAMPLE}]})
    read_only: ClassVar[frozenset[str]] = BillPaymentInput.read_only - KEYS


class PaidBill(BaseModel):
    """By how much a payment, its credits included, brings one bill down."""

    bill: str
    amount: Money


class UsedCredit(BaseModel):
    """How much of one vendor credit a payment uses."""

    vendor_credit: str
    amount: Money


_ANSWER = answer_example(
    "bill_payment",
    "pay-1",
    {
        **_EXAMPLE,
        "memo": None,
        "sync": True,
        "status": "processed",
        "currency": None,
        "unmapped": [],
        "unapplied": "0.00",
    },
)


class BillPayment(RecordAnswer):
    """A payment of bills."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    vendor: str
    paid_on: dt.date | None
    method: Method
    bank_account: str | None
    reference: str | None
    memo: str | None
    sync: bool
    status: Status
    currency: str | None = Field(description="Null: the home currency.")
    lines: list[PaidBill]
    credits: list[UsedCredit]
    unmapped: list[Unmapped]
    unapplied: Money = Field(description="What a payment made in QuickBooks pays beyond all that.")
    amount: Money = Field(description="The lines less the credits, and what is unmapped and unapplied.")
