"""CompanyInfo and Preferences: one object each, with the id 1."""

from service.sandbox.declare import Entity, anything, shape, text
from service.sandbox.entities.shapes import HEADER, address, email, phone
from service.sandbox.entities.shapes import WEB as WEB_FIELDS

PREFERENCE_GROUPS = (
    "AccountingInfoPrefs",
    "ProductAndServicesPrefs",
    "SalesFormsPrefs",
    "EmailMessagesPrefs",
    "PrintDocumentPrefs",
    "VendorAndPurchasesPrefs",
    "TimeTrackingPrefs",
    "TaxPrefs",
    "FinanceChargesPrefs",
    "CurrencyPrefs",
    "ReportPrefs",
    "OtherPrefs",
)

COMPANY_INFO = Entity(
    name="CompanyInfo",
    fields=(
        text("CompanyName", find=True),
        text("LegalName"),
        address("CompanyAddr"),
        address("CustomerCommunicationAddr"),
        address("LegalAddr"),
        email("CustomerCommunicationEmailAddr"),
        phone("PrimaryPhone"),
        text("CompanyStartDate"),
        text("EmployerId"),
        text("FiscalYearStartMonth"),
        text("Country"),
        email("Email"),
        shape("WebAddr", WEB_FIELDS, "WebSiteAddress"),
        text("SupportedLanguages"),
        text("DefaultTimeZone"),
        *anything("NameValue", "DefaultTimeZoneOffset"),
        *HEADER,
    ),
    operations=frozenset({"update"}),
    single=True,
    in_cdc=True,
)

PREFERENCES = Entity(
    name="Preferences",
    fields=(*anything(*PREFERENCE_GROUPS), *HEADER),
    operations=frozenset({"update"}),
    single=True,
    events=frozenset({"Update"}),
)
