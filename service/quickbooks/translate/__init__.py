"""Between QuickBooks' JSON and our content: a table of fields for each kind, and one engine.

`project` reads an object into content (wire space) and what is derived from it; `create` and `update` write
bodies. Fields that we don't map never pass through us: updates are sparse, and lines are built on the lines
that QuickBooks sent.
"""

from service.core.records import Kind
from service.quickbooks.translate import credit_memos, expenses, journal, parties, payments, sales, trees
from service.quickbooks.translate.table import Table, translator
from service.quickbooks.translate.wire import Observed, Translator

TABLES: dict[Kind, Table] = {
    Kind.ACCOUNT: trees.ACCOUNT,
    Kind.ACCOUNTING_CLASS: trees.CLASS,
    Kind.LOCATION: trees.DEPARTMENT,
    Kind.VENDOR: parties.VENDOR,
    Kind.CUSTOMER: parties.CUSTOMER,
    Kind.ITEM: trees.ITEM,
    Kind.BILL: expenses.BILL,
    Kind.INVOICE: sales.INVOICE,
    Kind.VENDOR_CREDIT: expenses.VENDOR_CREDIT,
    Kind.BILL_PAYMENT: payments.BILL_PAYMENT,
    Kind.INVOICE_PAYMENT: payments.PAYMENT,
    Kind.FUNDS_TRANSFER: journal.JOURNAL_ENTRY,
    Kind.CREDIT_MEMO: credit_memos.CREDIT_MEMO,
}
TRANSLATORS: dict[Kind, Translator] = {kind: translator(table) for kind, table in TABLES.items()}

__all__ = ["TABLES", "TRANSLATORS", "Observed", "Translator"]
