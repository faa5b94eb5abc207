"""All entities by their QuickBooks name. To add one, declare it in one of these files and list it here."""

from service.sandbox.declare import Entity
from service.sandbox.entities.accounts import ACCOUNT
from service.sandbox.entities.bill_payments import BILL_PAYMENT
from service.sandbox.entities.company import COMPANY_INFO, PREFERENCES
from service.sandbox.entities.items import ITEM
from service.sandbox.entities.ledger import DEPOSIT, JOURNAL_ENTRY, TRANSFER
from service.sandbox.entities.lists import CLASS, DEPARTMENT, PAYMENT_METHOD, TAX_CODE, TERM
from service.sandbox.entities.others import OTHERS
from service.sandbox.entities.parties import CUSTOMER, EMPLOYEE, VENDOR
from service.sandbox.entities.payments import PAYMENT
from service.sandbox.entities.purchases import BILL, VENDOR_CREDIT
from service.sandbox.entities.receipts import ESTIMATE, REFUND_RECEIPT, SALES_RECEIPT
from service.sandbox.entities.sales import CREDIT_MEMO, INVOICE
from service.sandbox.entities.spending import CREDIT_CARD_PAYMENT, PURCHASE, PURCHASE_ORDER

ENTITIES: dict[str, Entity] = {
    one.name: one
    for one in (
        COMPANY_INFO,
        PREFERENCES,
        ACCOUNT,
        CLASS,
        DEPARTMENT,
        TERM,
        PAYMENT_METHOD,
        TAX_CODE,
        ITEM,
        VENDOR,
        CUSTOMER,
        EMPLOYEE,
        BILL,
        VENDOR_CREDIT,
        BILL_PAYMENT,
        INVOICE,
        CREDIT_MEMO,
        PAYMENT,
        JOURNAL_ENTRY,
        DEPOSIT,
        TRANSFER,
        ESTIMATE,
        SALES_RECEIPT,
        REFUND_RECEIPT,
        PURCHASE,
        PURCHASE_ORDER,
        CREDIT_CARD_PAYMENT,
        *OTHERS,
    )
}

BY_LOWER: dict[str, Entity] = {
    name.lower(): entity for entity in ENTITIES.values() for name in (entity.name, entity.label) if name
}


def entity_named(name: str) -> Entity | None:
    """Find an entity by its name in any case."""
    return BY_LOWER.get(name.lower())
