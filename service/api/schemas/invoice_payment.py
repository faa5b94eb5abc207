"""Payments of invoices."""

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
    "customer": "cus-4",
    "received_on": "2026-03-30",
    "method": "offline",
    "deposit_account": "acc-1000",
    "reference": "20817",
    "lines": [{"invoice": "inv-1", "amount": "75.00"}],
    "amount": "75.00",
}
Status = Literal["received", "voided"]


class PaidInvoiceInput(Input):
    """By how much a payment brings one invoice down."""

    invoice: Id
    amount: PositiveAmount


class InvoicePaymentInput(RecordInput):
    """A payment of invoices to write; its amount, the money that comes in, is the sum of its lines."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    read_only: ClassVar[frozenset[str]] = READ_ONLY - {"status"} | {"unmapped", "unapplied"}

    customer: Id
    received_on: Day
    method: Annotated[
        Method, Field(description="Online: the platform moves the money. Offline: others do.")
    ] = Method.OFFLINE
    deposit_account: (
        Annotated[Id, Field(description="The account that the money comes into; else the preference's.")]
        | None
    ) = None
    reference: PaymentReference | None = None
    memo: PaymentMemo | None = None
    sync: Annotated[StrictBool, Field(description="False: QuickBooks has this payment already.")] = True
    status: Status = "received"
    currency: Currency | None = None
    lines: Annotated[list[PaidInvoiceInput], Field(min_length=1, max_length=MAX_ROWS)]
    amount: Amount | None = None

    @model_validator(mode="before")
    @classmethod
    def _leave_what_quickbooks_added(cls, content: Any) -> Any:
        return without_foreign_amount(content)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        check_once(
            (line.invoice for line in self.lines), rows="lines", name="invoice", code="duplicate_invoice"
        )
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum_of(self.lines)
        if total > MONEY_LIMIT:
            raise fault("amount_too_large", f"An amount is at most {MONEY_LIMIT}", field="amount")
        if self.amount is not None and self.amount != total:
            raise fault("amount_mismatch", f"The lines come to {total}", field="amount")
        return self

    def document(self) -> core.InvoicePayment:
        """Return it as the core has it."""
        return core.InvoicePayment(
            customer=self.customer,
            received_on=self.received_on,
            method=self.method,
            deposit_account=self.deposit_account,
            reference=self.reference,
            memo=self.memo,
            sync=self.sync,
            status=PaymentStatus(self.status),
            currency=self.currency,
            lines=tuple(core.PaidInvoice(invoice=line.invoice, amount=line.amount) for line in self.lines),
        )


class InvoicePaymentItem(BatchKeys, InvoicePaymentInput):
    """A payment of invoices in a batch; the invoices are there already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "receipt-1", **_EXAMPLE}]})
    read_only: ClassVar[frozenset[str]] = InvoicePaymentInput.read_only - KEYS


class PaidInvoice(BaseModel):
    """By how much a payment brings one invoice down."""

    invoice: str
    amount: Money


_ANSWER = answer_example(
    "invoice_payment",
    "receipt-1",
    {
        **_EXAMPLE,
        "memo": None,
        "sync": True,
        "status": "received",
        "currency": None,
        "unmapped": [],
        "unapplied": "0.00",
    },
)


class InvoicePayment(RecordAnswer):
    """A payment of invoices."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    customer: str
    received_on: dt.date | None
    method: Method
    deposit_account: str | None
    reference: str | None
    memo: str | None
    sync: bool
    status: Status
    currency: str | None = Field(description="Null: the home currency.")
    lines: list[PaidInvoice]
    unmapped: list[Unmapped]
    unapplied: Money = Field(description="What a payment made in QuickBooks pays beyond all that.")
    amount: Money = Field(description="The lines, and what is unmapped and unapplied.")
