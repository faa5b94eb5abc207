"""Between QuickBooks' JSON and our content: one module per kind, all of one shape.

`project` reads an object into content (wire space) and what is derived from it; `create` and `update` write
bodies. Fields that we don't map never pass through us: updates are sparse, and lines are built on the lines
that QuickBooks sent.
"""

from service.core.records import Kind
from service.quickbooks.translate import account, bill, vendor
from service.quickbooks.translate.wire import Observed, Translator

TRANSLATORS: dict[Kind, Translator] = {
    Kind.ACCOUNT: account.TRANSLATOR,
    Kind.VENDOR: vendor.TRANSLATOR,
    Kind.BILL: bill.TRANSLATOR,
}

__all__ = ["TRANSLATORS", "Observed", "Translator"]
