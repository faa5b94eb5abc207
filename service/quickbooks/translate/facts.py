"""CompanyInfo and Preferences: what QuickBooks says about the company itself."""

import msgspec
from msgspec import Struct

from service.core.policy import ClassTracking, Facts
from service.quickbooks.translate.codecs import Ref, day


class _CompanyInfo(Struct, rename="pascal"):
    company_name: str | None = None
    country: str | None = None
    default_time_zone: str | None = None


class _Accounting(Struct, rename="pascal"):
    book_close_date: str | None = None
    class_tracking_per_txn: bool | None = None
    class_tracking_per_txn_line: bool | None = None
    track_departments: bool | None = None


class _Sales(Struct, rename="pascal"):
    custom_txn_numbers: bool = False


class _Setting(Struct, rename="pascal"):
    name: str
    value: str | None = None


class _Others(Struct, rename="pascal"):
    name_value: list[_Setting] = []


class _Currency(Struct, rename="pascal"):
    multi_currency_enabled: bool = False
    home_currency: Ref | None = None


class _Preferences(Struct, rename="pascal"):
    accounting_info_prefs: _Accounting = msgspec.field(default_factory=_Accounting)
    currency_prefs: _Currency = msgspec.field(default_factory=_Currency)
    sales_forms_prefs: _Sales = msgspec.field(default_factory=_Sales)
    other_prefs: _Others = msgspec.field(default_factory=_Others)


def read_facts(company_info: bytes, preferences: bytes) -> Facts:
    """Read both objects into the facts that the rules depend on."""
    company = msgspec.json.decode(company_info, type=_CompanyInfo)
    chosen = msgspec.json.decode(preferences, type=_Preferences)
    accounting = chosen.accounting_info_prefs
    others = {each.name: each.value == "true" for each in chosen.other_prefs.name_value}
    home = chosen.currency_prefs.home_currency
    return Facts(
        company_name=company.company_name,
        country=company.country,
        home_currency=home.value if home else "USD",
        multi_currency=chosen.currency_prefs.multi_currency_enabled,
        books_closed_on=day(accounting.book_close_date),
        time_zone=company.default_time_zone,
        class_tracking=_class_tracking(accounting),
        location_tracking=accounting.track_departments,
        custom_sales_numbers=chosen.sales_forms_prefs.custom_txn_numbers,
        custom_purchase_numbers=others.get("VendorAndPurchasesPrefs.UseCustomTxnNumbers", False),
        warns_of_duplicate_bills=others.get("WarnDuplicateBillNumber", False),
    )


def _class_tracking(accounting: _Accounting) -> ClassTracking:
    if accounting.class_tracking_per_txn is None and accounting.class_tracking_per_txn_line is None:
        return ClassTracking.UNKNOWN
    if accounting.class_tracking_per_txn_line:
        return ClassTracking.LINE
    return ClassTracking.TRANSACTION if accounting.class_tracking_per_txn else ClassTracking.OFF
