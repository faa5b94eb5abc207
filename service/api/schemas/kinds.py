"""The kinds that the API carries: adding one takes its schema and one row here."""

from dataclasses import dataclass
from typing import Any

from service.api.pagination import Page
from service.api.schemas.account import Account, AccountInput, AccountItem
from service.api.schemas.bill import Bill, BillInput, BillItem
from service.api.schemas.bill_payment import BillPayment, BillPaymentInput, BillPaymentItem
from service.api.schemas.customer import Customer, CustomerInput, CustomerItem
from service.api.schemas.funds_transfer import FundsTransfer, FundsTransferInput, FundsTransferItem
from service.api.schemas.invoice import Invoice, InvoiceInput, InvoiceItem
from service.api.schemas.invoice_payment import InvoicePayment, InvoicePaymentInput, InvoicePaymentItem
from service.api.schemas.item import Item, ItemInput, ItemItem
from service.api.schemas.records import BatchInput, RecordAnswer, RecordInput
from service.api.schemas.tracking import (
    AccountingClass,
    AccountingClassInput,
    AccountingClassItem,
    Location,
    LocationInput,
    LocationItem,
)
from service.api.schemas.vendor import Vendor, VendorInput, VendorItem
from service.api.schemas.vendor_credit import VendorCredit, VendorCreditInput, VendorCreditItem
from service.core.records import PATHS, Kind


@dataclass(frozen=True, slots=True)
class KindApi:
    """How one kind is written and answered."""

    kind: Kind
    input: type[RecordInput]
    batch: type[BatchInput[Any]]
    answer: type[RecordAnswer]
    page: type[Page[Any]]

    @property
    def path(self) -> str:
        """Its part of the path: `bills`."""
        return PATHS[self.kind]


KINDS: tuple[KindApi, ...] = (
    KindApi(Kind.ACCOUNT, AccountInput, BatchInput[AccountItem], Account, Page[Account]),
    KindApi(
        Kind.ACCOUNTING_CLASS,
        AccountingClassInput,
        BatchInput[AccountingClassItem],
        AccountingClass,
        Page[AccountingClass],
    ),
    KindApi(Kind.LOCATION, LocationInput, BatchInput[LocationItem], Location, Page[Location]),
    KindApi(Kind.VENDOR, VendorInput, BatchInput[VendorItem], Vendor, Page[Vendor]),
    KindApi(Kind.CUSTOMER, CustomerInput, BatchInput[CustomerItem], Customer, Page[Customer]),
    KindApi(Kind.ITEM, ItemInput, BatchInput[ItemItem], Item, Page[Item]),
    KindApi(Kind.BILL, BillInput, BatchInput[BillItem], Bill, Page[Bill]),
    KindApi(Kind.INVOICE, InvoiceInput, BatchInput[InvoiceItem], Invoice, Page[Invoice]),
    KindApi(
        Kind.VENDOR_CREDIT, VendorCreditInput, BatchInput[VendorCreditItem], VendorCredit, Page[VendorCredit]
    ),
    KindApi(Kind.BILL_PAYMENT, BillPaymentInput, BatchInput[BillPaymentItem], BillPayment, Page[BillPayment]),
    KindApi(
        Kind.INVOICE_PAYMENT,
        InvoicePaymentInput,
        BatchInput[InvoicePaymentItem],
        InvoicePayment,
        Page[InvoicePayment],
    ),
    KindApi(
        Kind.FUNDS_TRANSFER,
        FundsTransferInput,
        BatchInput[FundsTransferItem],
        FundsTransfer,
        Page[FundsTransfer],
    ),
)
