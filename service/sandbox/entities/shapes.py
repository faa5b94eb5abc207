"""Shapes that many entities share: addresses, phones, lines, and the header that every object carries."""

from service.sandbox.declare import (
    BY_TYPE,
    Field,
    Kind,
    anything,
    day,
    flag,
    money,
    number,
    ref,
    rows,
    shape,
    text,
)

NAME_REFUSED = ":\t\n"

META_DATA = Field(name="MetaData", kind=Kind.ANY, read_only=True)

HEADER = (
    Field(name="domain", kind=Kind.ANY, read_only=True),
    Field(name="status", kind=Kind.ANY, read_only=True),
    Field(name="sparse", kind=Kind.ANY, read_only=True),
    Field(name="Id", kind=Kind.TEXT, read_only=True, find=True),
    Field(name="SyncToken", kind=Kind.TEXT, read_only=True),
    META_DATA,
    *anything("CustomField", "AttachableRef"),
)

ADDRESS = (
    text("Id", read_only=True),
    *(text(f"Line{place}", 500) for place in range(1, 6)),
    text("City", 255),
    text("Country", 255),
    text("CountryCode", 255),
    text("County", 255),
    text("CountrySubDivisionCode", 255),
    text("PostalCode", 30),
    text("PostalCodeSuffix", 30),
    text("Note"),
    text("Tag"),
    text("Lat"),
    text("Long"),
)

PHONE = (text("FreeFormNumber", 30), *anything("Id", "DeviceType", "CountryCode", "AreaCode", "ExchangeCode"))
EMAIL = (text("Address", 100), *anything("Id", "Default", "Tag"))
WEB = (text("URI", 1000), *anything("Id", "Default", "Tag"))


def address(name: str) -> Field:
    """Declare a postal address."""
    return shape(name, ADDRESS, "PhysicalAddress")


def phone(name: str) -> Field:
    """Declare a telephone number."""
    return shape(name, PHONE, "TelephoneNumber")


def email(name: str) -> Field:
    """Declare an e-mail address."""
    return shape(name, EMAIL, "EmailAddress")


LINKED = (text("TxnId"), text("TxnType"), text("TxnLineId"))

EXPENSE_COMMON = (
    ref("CustomerRef", "Customer"),
    ref("ClassRef", "Class"),
    ref("DepartmentRef", "Department"),
)

ACCOUNT_EXPENSE = (
    ref("AccountRef", "Account"),
    *EXPENSE_COMMON,
    text("BillableStatus"),
    *anything("MarkupInfo", "MarkupPercent", "TaxAmount", "TaxInclusiveAmt"),
    ref("TaxCodeRef", "TaxCode", named=False),
)

ITEM_EXPENSE = (
    ref("ItemRef", "Item"),
    *EXPENSE_COMMON,
    number("UnitPrice"),
    number("Qty"),
    text("BillableStatus"),
    *anything("MarkupInfo", "PriceLevelRef", "TaxInclusiveAmt", "ServiceDate", "ItemAccountRef"),
    ref("TaxCodeRef", "TaxCode", named=False),
)

SALES_ITEM = (
    *anything("ServiceDate"),
    ref("ItemRef", "Item"),
    ref("ClassRef", "Class"),
    number("UnitPrice"),
    *anything("RatePercent", "PriceLevelRef", "MarkupInfo", "DiscountRate", "DiscountAmt", "DeferredRevenue"),
    number("Qty"),
    ref("ItemAccountRef", "Account", read_only=True),
    ref("TaxCodeRef", "TaxCode", named=False),
    *anything("TaxInclusiveAmt", "TaxClassificationRef"),
)

DISCOUNT = (
    flag("PercentBased"),
    number("DiscountPercent"),
    ref("DiscountAccountRef", "Account"),
    *anything("DiscountRef", "ServiceDate", "ClassRef", "TaxCodeRef"),
)

ENTITY = shape("Entity", (text("Type"), ref("EntityRef", BY_TYPE), *anything("value", "name", "type")))

POSTING = (
    text("PostingType"),
    ENTITY,
    ref("AccountRef", "Account"),
    ref("ClassRef", "Class"),
    ref("DepartmentRef", "Department"),
    *anything(
        "TaxCodeRef", "TaxApplicableOn", "TaxAmount", "TaxInclusiveAmt", "BillableStatus", "JournalCodeRef"
    ),
)

DEPOSIT = (
    ENTITY,
    ref("ClassRef", "Class"),
    ref("AccountRef", "Account"),
    ref("PaymentMethodRef", "PaymentMethod"),
    text("CheckNum", 21),
    *anything("TxnType", "TaxCodeRef", "TaxApplicableOn"),
)

LINE = (
    text("Id"),
    number("LineNum"),
    text("Description", 4000),
    money("Amount"),
    *anything("Received"),
    rows("LinkedTxn", LINKED),
    text("DetailType"),
    shape("AccountBasedExpenseLineDetail", ACCOUNT_EXPENSE),
    shape("ItemBasedExpenseLineDetail", ITEM_EXPENSE),
    shape("SalesItemLineDetail", SALES_ITEM),
    shape("DiscountLineDetail", DISCOUNT),
    shape("JournalEntryLineDetail", POSTING),
    shape("DepositLineDetail", DEPOSIT),
    *anything("SubTotalLineDetail", "DescriptionLineDetail", "GroupLineDetail", "TaxLineDetail"),
    *anything("PaymentLineDetail", "PurchaseOrderItemLineDetail", "ItemReceiptLineDetail"),
    *anything("SalesOrderItemLineDetail", "ReimburseLineDetail", "ItemAdjustmentLineDetail"),
    *anything("TDSLineDetail", "CustomField", "CustomExtensions", "LineEx", "ProjectRef"),
)

DETAILS = (
    "AccountBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail",
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "JournalEntryLineDetail",
    "DepositLineDetail",
)

CURRENCY = ref("CurrencyRef", "Currency", find=True)
HOME_BALANCE = Field(name="HomeBalance", kind=Kind.ANY, read_only=True)
HOME_TOTAL = Field(name="HomeTotalAmt", kind=Kind.ANY, read_only=True)


def transaction_header(*, number_limit: int = 21) -> tuple[Field, ...]:
    """Declare what each transaction carries between its own fields and its party part (recorded order)."""
    return (
        *HEADER,
        text("DocNumber", number_limit, find=True),
        day("TxnDate", find=True),
        ref("DepartmentRef", "Department", find=True),
        CURRENCY,
        number("ExchangeRate"),
        text("PrivateNote", 4000),
        *anything("TxnStatus"),
        rows("LinkedTxn", LINKED),
        rows("Line", LINE),
        *anything(
            "TxnTaxDetail", "TxnSource", "RecurDataRef", "TaxFormType", "TaxFormNum", "ProjectRef", "Tag"
        ),
        *anything("TransactionLocationType", "GlobalTaxCalculation"),
    )
