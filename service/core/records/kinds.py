"""The kinds of records, and what they are called elsewhere."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of record that has its like in QuickBooks."""

    ACCOUNT = "account"
    ACCOUNTING_CLASS = "accounting_class"
    LOCATION = "location"
    VENDOR = "vendor"
    CUSTOMER = "customer"
    ITEM = "item"
    BILL = "bill"
    INVOICE = "invoice"
    VENDOR_CREDIT = "vendor_credit"
    BILL_PAYMENT = "bill_payment"
    INVOICE_PAYMENT = "invoice_payment"
    FUNDS_TRANSFER = "funds_transfer"
    CREDIT_MEMO = "credit_memo"


NEVER_SYNCED: tuple[Kind, ...] = (Kind.CREDIT_MEMO,)
"""The FAQ: "Currently, Credit Memos do not sync". They are seen and named, and never touched."""
ORDER: tuple[Kind, ...] = tuple(kind for kind in Kind if kind not in NEVER_SYNCED)
"""Dependency order of what syncs: what is referred to comes before what refers to it."""
SEEN: tuple[Kind, ...] = (*ORDER, *NEVER_SYNCED)
"""All that is read from QuickBooks."""

PAYMENTS: tuple[Kind, ...] = (Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT)
SETTLED: tuple[Kind, ...] = (Kind.BILL, Kind.INVOICE, Kind.VENDOR_CREDIT)
"""What payments bring down."""

ENTITIES: dict[Kind, str] = {
    Kind.ACCOUNT: "Account",
    Kind.ACCOUNTING_CLASS: "Class",
    Kind.LOCATION: "Department",
    Kind.VENDOR: "Vendor",
    Kind.CUSTOMER: "Customer",
    Kind.ITEM: "Item",
    Kind.BILL: "Bill",
    Kind.INVOICE: "Invoice",
    Kind.VENDOR_CREDIT: "VendorCredit",
    Kind.BILL_PAYMENT: "BillPayment",
    Kind.INVOICE_PAYMENT: "Payment",
    Kind.FUNDS_TRANSFER: "JournalEntry",
    Kind.CREDIT_MEMO: "CreditMemo",
}
KINDS: dict[str, Kind] = {entity: kind for kind, entity in ENTITIES.items()}
PATHS: dict[Kind, str] = {
    Kind.ACCOUNT: "accounts",
    Kind.ACCOUNTING_CLASS: "classes",
    Kind.LOCATION: "locations",
    Kind.VENDOR: "vendors",
    Kind.CUSTOMER: "customers",
    Kind.ITEM: "items",
    Kind.BILL: "bills",
    Kind.INVOICE: "invoices",
    Kind.VENDOR_CREDIT: "vendor-credits",
    Kind.BILL_PAYMENT: "bill-payments",
    Kind.INVOICE_PAYMENT: "invoice-payments",
    Kind.FUNDS_TRANSFER: "funds-transfers",
}
LISTS: frozenset[Kind] = frozenset(
    {Kind.ACCOUNT, Kind.ACCOUNTING_CLASS, Kind.LOCATION, Kind.VENDOR, Kind.CUSTOMER, Kind.ITEM}
)
"""Kinds that QuickBooks never deletes: there inactive, here archived, is one bit."""
