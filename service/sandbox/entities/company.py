"""CompanyInfo and Preferences: one object each, with the id 1."""

from service.sandbox import errors
from service.sandbox.declare import Entity, anything, rows, shape, text
from service.sandbox.draft import Draft
from service.sandbox.entities.shapes import HEADER, address, email, phone
from service.sandbox.entities.shapes import WEB as WEB_FIELDS
from service.sandbox.times import is_day

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


def check_preferences(draft: Draft) -> None:
    """Groups are objects, OtherPrefs a list of pairs, and the closing date is a day."""
    for group in PREFERENCE_GROUPS:
        if not isinstance(draft.doc.get(group) or {}, dict):
            raise errors.unknown_property(group, "Preferences", PREFERENCE_GROUPS)
    pairs = (draft.doc.get("OtherPrefs") or {}).get("NameValue") or []
    if not isinstance(pairs, list) or not all(isinstance(one, dict) for one in pairs):
        raise errors.unknown_property("NameValue", "OtherPrefs", ("Name", "Value"))
    until = (draft.doc.get("AccountingInfoPrefs") or {}).get("BookCloseDate")
    if until and not is_day(str(until)):
        raise errors.bad_number("BookCloseDate", until, code="2110")


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
        rows("NameValue", (text("Name"), text("Value"))),
        *anything("DefaultTimeZoneOffset"),
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
    check=check_preferences,
)
