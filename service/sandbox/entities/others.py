"""The rest of QuickBooks' entities: stored and found, without special meaning."""

from service.sandbox.declare import Entity, Field, anything, day, flag, number, text
from service.sandbox.draft import Draft
from service.sandbox.entities.shapes import HEADER, transaction_header

WRITES = frozenset({"create", "update", "delete"})
CHANGES = frozenset({"Create", "Update"})


def _properties(names: str) -> tuple[Field, ...]:
    return anything(*names.split())


def _dated(draft: Draft) -> None:
    draft.default("TxnDate", draft.books.today)


TIME_ACTIVITY = Entity(
    name="TimeActivity",
    fields=(
        *_properties("NameOf EmployeeRef VendorRef CustomerRef ItemRef ClassRef BillableStatus Taxable"),
        *_properties(
            "HourlyRate Hours Minutes BreakHours BreakMinutes StartTime EndTime Description CostRate"
        ),
        *transaction_header(),
    ),
    operations=WRITES,
    sequence="txn",
    transaction=True,
    is_open=True,
    in_cdc=False,
    events=frozenset({"Create", "Update", "Delete"}),
    complete=_dated,
)


def _rated(draft: Draft) -> None:
    """A rate is into the home currency, and for today unless it says otherwise (QBO documented)."""
    draft.default("TargetCurrencyCode", draft.books.home_currency)
    draft.default("AsOfDate", draft.books.today)


def _list(
    name: str,
    fields: tuple[Field, ...],
    operations: frozenset[str],
    *,
    in_cdc: bool = True,
    events: frozenset[str] = frozenset(),
) -> Entity:
    return Entity(
        name=name,
        fields=(*fields, *HEADER),
        operations=operations,
        name_field="Name",
        in_cdc=in_cdc,
        events=events,
    )


def _transaction(name: str, properties: str) -> Entity:
    """Declare a transaction that is only kept."""
    return Entity(
        name=name,
        fields=(*_properties(properties), *transaction_header()),
        operations=WRITES,
        sequence="txn",
        transaction=True,
        is_open=True,
        complete=_dated,
    )


def _complete_attachable(draft: Draft) -> None:
    """Each reference says whether the attachment goes along with an e-mail (recorded)."""
    given = draft.doc.get("AttachableRef")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and isinstance(one.get("EntityRef"), dict):
            target = one["EntityRef"]
            one["EntityRef"] = {key: target[key] for key in ("value", "name", "type") if key in target}
            one.setdefault("IncludeOnSend", False)


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
    complete=_complete_attachable,
)

OTHERS: tuple[Entity, ...] = (
    ATTACHABLE,
    TIME_ACTIVITY,
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
        in_cdc=False,
    ),
    _list("CustomerType", (text("Name", find=True), flag("Active", find=True)), frozenset()),
    Entity(
        name="ExchangeRate",
        fields=(
            text("SourceCurrencyCode", 3, find=True),
            text("TargetCurrencyCode", 3, find=True),
            day("AsOfDate", find=True),
            number("Rate"),
            *HEADER,
        ),
        replaces=("SourceCurrencyCode", "AsOfDate"),
        required=("SourceCurrencyCode", "Rate"),
        complete=_rated,
    ),
    Entity(name="RecurringTransaction", fields=HEADER, operations=WRITES),
    _list(
        "CompanyCurrency",
        (text("Name", find=True), text("Code", 3, find=True), flag("Active", find=True)),
        frozenset({"create", "update"}),
        events=CHANGES,
    ),
    _list(
        "JournalCode",
        (text("Name", 20, find=True), *_properties("Type Description")),
        frozenset({"create", "update"}),
        in_cdc=False,
        events=CHANGES,
    ),
    _list("TaxClassification", (text("Name", find=True), *_properties("Code Level ParentRef")), frozenset()),
    _transaction("InventoryAdjustment", "AdjustAccountRef"),
    _transaction("ReimburseCharge", "CustomerRef Amount HasBeenInvoiced"),
    _transaction("TaxPayment", "PaymentAccountRef PaymentAmount PaymentDate Refund"),
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
        events=CHANGES,
    ),
)
