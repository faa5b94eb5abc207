"""What a company has chosen and what its QuickBooks is like: everything a decision may depend on."""

import datetime as dt
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from service.core.merge import Keep
from service.core.records import Kind

PROFILE_CHANGE = dt.date(2017, 9, 15)
"""The FAQ: only accounts that signed up after 9/15/17, and not under an accountant console, sync payments
both ways."""


class AccountProfile(StrEnum):
    """Whether payments made in QuickBooks come back."""

    ONE_WAY = "one_way_payments"
    TWO_WAY = "two_way_payments"


class Flow(StrEnum):
    """Which way a kind goes."""

    BOTH = "both"
    TO_QUICKBOOKS = "to_quickbooks"
    TO_PLATFORM = "to_platform"
    NEVER = "never"


class CreditApplication(StrEnum):
    """When a vendor credit that covers a bill only partly is applied in QuickBooks."""

    HOLD = "hold"
    IMMEDIATE = "immediate"


class Preferences(Struct, frozen=True, kw_only=True):
    """A company's sync preferences; accounts are record ids."""

    sync_automatically: bool = True
    transactions_direction: Flow = Flow.BOTH
    bill_payment_direction: Flow | None = None
    invoice_payment_direction: Flow | None = None
    only_approved: bool = False
    unallocated_expense_account: str | None = None
    unallocated_income_account: str | None = None
    accounts_payable_account: str | None = None
    accounts_receivable_account: str | None = None
    default_bank_account: str | None = None
    deposit_to_account: str | None = None
    money_out_clearing_account: str | None = None
    money_in_clearing_account: str | None = None
    bank_accounts: dict[str, str] = field(default_factory=dict)
    conflict: dict[str, Keep] = field(default_factory=dict)
    partial_credit_application: CreditApplication = CreditApplication.HOLD
    invoice_import_since: dt.date | None = None

    def payment_direction(self, kind: Kind, profile: "AccountProfile") -> Flow:
        """Return the chosen direction of a kind of payments, or the profile's."""
        chosen = self.bill_payment_direction if kind is Kind.BILL_PAYMENT else self.invoice_payment_direction
        return chosen or (Flow.BOTH if profile is AccountProfile.TWO_WAY else Flow.TO_QUICKBOOKS)

    def keep(self, kind: Kind) -> Keep:
        """Return which side wins a conflict over this kind; QuickBooks unless the company chose otherwise."""
        return self.conflict.get(kind.value, Keep.QUICKBOOKS)


class ClassTracking(StrEnum):
    """Whether QuickBooks sorts by class, and where a class stands; where it doesn't say, classes are sent."""

    UNKNOWN = "unknown"
    OFF = "off"
    TRANSACTION = "transaction"
    LINE = "line"


class Facts(Struct, frozen=True, kw_only=True):
    """What QuickBooks says about the company itself; part of the rules."""

    company_name: str | None = None
    home_currency: str = "USD"
    multi_currency: bool = False
    books_closed_on: dt.date | None = None
    country: str | None = None
    time_zone: str | None = None
    class_tracking: ClassTracking = ClassTracking.UNKNOWN
    location_tracking: bool | None = None
    custom_sales_numbers: bool = False
    custom_purchase_numbers: bool = False
    warns_of_duplicate_bills: bool = False


class Policy(Struct, frozen=True, kw_only=True):
    """All that a decision depends on besides the pair itself."""

    profile: AccountProfile
    preferences: Preferences = field(default_factory=Preferences)
    facts: Facts = field(default_factory=Facts)

    def with_facts(self, facts: Facts) -> "Policy":
        """Return the policy with what QuickBooks says about the company now."""
        return replace(self, facts=facts)


def account_profile(signed_up_on: dt.date, accountant_console: bool) -> AccountProfile:
    """Return the profile that follows from the sign-up date and the console flag."""
    if signed_up_on > PROFILE_CHANGE and not accountant_console:
        return AccountProfile.TWO_WAY
    return AccountProfile.ONE_WAY
