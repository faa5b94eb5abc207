"""CompanyInfo and Preferences: what QuickBooks says about the company itself."""

import msgspec
from msgspec import Struct

from service.core.policy import Facts
from service.quickbooks.translate.wire import Ref, day


class _CompanyInfo(Struct, rename="pascal"):
    company_name: str | None = None
    country: str | None = None


class _Accounting(Struct, rename="pascal"):
    book_close_date: str | None = None


class _Currency(Struct, rename="pascal"):
    multi_currency_enabled: bool = False
    home_currency: Ref | None = None


class _Preferences(Struct, rename="pascal"):
    accounting_info_prefs: _Accounting = msgspec.field(default_factory=_Accounting)
    currency_prefs: _Currency = msgspec.field(default_factory=_Currency)


def read_facts(company_info: bytes, preferences: bytes) -> Facts:
    """Read both objects into the facts that the rules depend on."""
    company = msgspec.json.decode(company_info, type=_CompanyInfo)
    chosen = msgspec.json.decode(preferences, type=_Preferences)
    home = chosen.currency_prefs.home_currency
    return Facts(
        company_name=company.company_name,
        country=company.country,
        home_currency=home.value if home else "USD",
        multi_currency=chosen.currency_prefs.multi_currency_enabled,
        books_closed_on=day(chosen.accounting_info_prefs.book_close_date),
    )
