"""What syncs, as frozen values.

The same types serve two spaces. In *platform space* references are record ids and a line keeps both its own
id and QuickBooks' (`quickbooks_id`). In *wire space* references and line ids are QuickBooks' ids. A value
never mixes the two: `core.references` carries it from one to the other.

Derived values (balances, statuses, totals, names of references, SyncTokens) are not content and not here.
"""

from service.core.records.amounts import CENT, MONEY_LIMIT, ZERO, money, rate
from service.core.records.documents import (
    CONTENT,
    DOCUMENTS,
    KIND_OF,
    PLATFORM_ONLY,
    QUICKBOOKS_ONLY,
    Document,
    Transaction,
    amount_of,
    date_of,
    decode,
    encode,
    is_archived,
    is_voided,
    label_of,
    name_of,
    noun_of,
    number_of,
    party_of,
    sum_of,
)
from service.core.records.kinds import ENTITIES, KINDS, LISTS, ORDER, PATHS, SYNCED, Kind
from service.core.records.lists import (
    Account,
    AccountingClass,
    Address,
    Customer,
    Item,
    ListEntry,
    Location,
    Vendor,
)
from service.core.records.payments import (
    BillPayment,
    FundsTransfer,
    InvoicePayment,
    Method,
    PaidBill,
    PaidInvoice,
    Payment,
    PaymentStatus,
    Unmapped,
    UsedCredit,
)
from service.core.records.transactions import (
    Approval,
    Bill,
    BillLine,
    Expense,
    Invoice,
    InvoiceLine,
    Itemised,
    VendorCredit,
)

PROJECTION_VERSION = 2
"""Part of every content hash: raise it when a kind's content gains a field, so that all are compared anew."""

__all__ = [
    "CENT",
    "CONTENT",
    "DOCUMENTS",
    "ENTITIES",
    "KINDS",
    "KIND_OF",
    "LISTS",
    "MONEY_LIMIT",
    "ORDER",
    "PATHS",
    "PLATFORM_ONLY",
    "PROJECTION_VERSION",
    "QUICKBOOKS_ONLY",
    "SYNCED",
    "ZERO",
    "Account",
    "AccountingClass",
    "Address",
    "Approval",
    "Bill",
    "BillLine",
    "BillPayment",
    "Customer",
    "Document",
    "Expense",
    "FundsTransfer",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "Item",
    "Itemised",
    "Kind",
    "ListEntry",
    "Location",
    "Method",
    "PaidBill",
    "PaidInvoice",
    "Payment",
    "PaymentStatus",
    "Transaction",
    "Unmapped",
    "UsedCredit",
    "Vendor",
    "VendorCredit",
    "amount_of",
    "date_of",
    "decode",
    "encode",
    "is_archived",
    "is_voided",
    "label_of",
    "money",
    "name_of",
    "noun_of",
    "number_of",
    "party_of",
    "rate",
    "sum_of",
]
