"""The rest of QuickBooks' entities: stored and found, without special meaning."""

from service.sandbox.declare import Entity, Field, anything, day, flag, money, ref, text
from service.sandbox.entities.shapes import HEADER, transaction_header

WRITES = frozenset({"create", "update", "delete"})
TXN_EVENTS = frozenset({"Create", "Update", "Delete"})
TARGETS = {"VendorRef": "Vendor", "CustomerRef": "Customer"}


def _properties(names: str) -> tuple[Field, ...]:
    return anything(*names.split())


def _transaction(name: str, party: str | None, properties: str) -> Entity:
    own = (ref(party, TARGETS[party], find=True),) if party else ()
    return Entity(
        name=name,
        fields=(*_properties(properties), *transaction_header(), *own, money("TotalAmt", find=True)),
        operations=WRITES,
        sequence="txn",
        transaction=True,
        is_open=True,
        party=party,
        events=TXN_EVENTS,
    )


def _list(name: str, fields: tuple[Field, ...], operations: frozenset[str]) -> Entity:
    return Entity(
        name=name, fields=(*fields, *HEADER), operations=operations, name_field="Name", in_cdc=False
    )


ATTACHABLE = Entity(
    name="Attachable",
    fields=(
        text("FileName", 1000, find=True),
        text("Note", 2000),
        *_properties("FileAccessUri TempDownloadUri Size ContentType Category Lat Long PlaceName Tag"),
        *_properties("ThumbnailFileAccessUri ThumbnailTempDownloadUri"),
        *HEADER,
    ),
    operations=WRITES,
)

SALES = """BillAddr ShipAddr CustomerMemo BillEmail PrintStatus EmailStatus ApplyTaxAfterDiscount DueDate
    PaymentMethodRef PaymentRefNum DepositToAccountRef Balance"""

OTHERS: tuple[Entity, ...] = (
    ATTACHABLE,
    _transaction("Estimate", "CustomerRef", f"{SALES} ExpirationDate AcceptedBy AcceptedDate"),
    _transaction("SalesReceipt", "CustomerRef", SALES),
    _transaction("RefundReceipt", "CustomerRef", SALES),
    _transaction(
        "Purchase",
        None,
        "AccountRef PaymentMethodRef PaymentType EntityRef Credit PrintStatus PurchaseEx RemitToAddr",
    ),
    _transaction(
        "PurchaseOrder",
        "VendorRef",
        """APAccountRef POStatus VendorAddr ShipAddr DueDate ClassRef SalesTermRef Memo POEmail ShipTo
        EmailStatus""",
    ),
    _transaction(
        "TimeActivity",
        None,
        """NameOf EmployeeRef VendorRef CustomerRef ItemRef ClassRef BillableStatus Taxable HourlyRate Hours
        Minutes BreakHours BreakMinutes StartTime EndTime Description CostRate""",
    ),
    Entity(
        name="TaxAgency",
        fields=(
            text("DisplayName", find=True),
            *_properties("TaxTrackedOnPurchases TaxTrackedOnSales TaxRegistrationNumber LastFileDate"),
            *HEADER,
        ),
        operations=frozenset({"create"}),
        in_cdc=False,
        events=frozenset({"Create", "Update"}),
    ),
    _list(
        "TaxRate",
        (
            text("Name", find=True),
            text("Description"),
            flag("Active", find=True),
            *_properties("RateValue AgencyRef TaxReturnLineRef SpecialTaxType DisplayType EffectiveTaxRate"),
        ),
        frozenset(),
    ),
    _list("CustomerType", (text("Name", find=True), flag("Active", find=True)), frozenset()),
    Entity(
        name="ExchangeRate",
        fields=(
            text("SourceCurrencyCode", 3, find=True),
            text("TargetCurrencyCode", 3, find=True),
            day("AsOfDate", find=True),
            *_properties("Rate"),
            *HEADER,
        ),
        in_cdc=False,
    ),
    Entity(name="RecurringTransaction", fields=HEADER, operations=WRITES),
    _list(
        "CompanyCurrency",
        (text("Name", find=True), text("Code", 3, find=True), flag("Active", find=True)),
        frozenset({"create", "update"}),
    ),
    _list(
        "Budget",
        (
            text("Name", find=True),
            day("StartDate"),
            day("EndDate"),
            flag("Active", find=True),
            *_properties("BudgetType BudgetEntryType BudgetDetail"),
        ),
        WRITES,
    ),
)
