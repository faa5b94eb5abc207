"""Sync preferences."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from service.api.schemas.fields import Day, Id, Input
from service.core.directions import direction
from service.core.merge import Keep
from service.core.policy import AccountProfile, CreditApplication, Flow, Policy, Preferences
from service.core.records import SEEN, Kind

_Way = Literal["both", "to_quickbooks"]
_EXAMPLE: dict[str, Any] = {
    "unallocated_expense_account": "acc-6900",
    "default_bank_account": "acc-1000",
    "conflict": {"bill": "platform"},
}


class PreferencesPatch(Input):
    """Preferences to change; what is left out stays, null goes back to the default."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    read_only: ClassVar[frozenset[str]] = frozenset({"directions", "version"})

    sync_automatically: StrictBool | None = None
    transactions_direction: Annotated[
        _Way | None, Field(description="Changing it takes the scope `support`.")
    ] = None
    bill_payment_direction: _Way | None = None
    invoice_payment_direction: _Way | None = None
    only_approved: StrictBool | None = None
    unallocated_expense_account: Id | None = None
    unallocated_income_account: Id | None = None
    accounts_payable_account: Id | None = None
    accounts_receivable_account: Id | None = None
    default_bank_account: Id | None = None
    deposit_to_account: Id | None = None
    money_out_clearing_account: Id | None = None
    money_in_clearing_account: Id | None = None
    bank_accounts: Annotated[dict[Id, Id | None], Field(max_length=100)] | None = None
    conflict: dict[Kind, Keep | None] | None = None
    partial_credit_application: CreditApplication | None = None
    invoice_import_since: Day | None = None


class EffectiveDirection(BaseModel):
    """Which way a kind goes, and why."""

    direction: Flow
    reason: str


class PreferencesAnswer(BaseModel):
    """Sync preferences as they are."""

    model_config = ConfigDict(title="Preferences")

    sync_automatically: bool
    transactions_direction: _Way
    bill_payment_direction: _Way
    invoice_payment_direction: _Way
    only_approved: bool
    unallocated_expense_account: str | None
    unallocated_income_account: str | None
    accounts_payable_account: str | None
    accounts_receivable_account: str | None
    default_bank_account: str | None
    deposit_to_account: str | None
    money_out_clearing_account: str | None
    money_in_clearing_account: str | None
    bank_accounts: dict[str, str]
    conflict: dict[Kind, Keep]
    partial_credit_application: CreditApplication
    invoice_import_since: dt.date | None
    directions: dict[Kind, EffectiveDirection]


ACCOUNT_TYPES: dict[str, tuple[str, ...]] = {
    "unallocated_expense_account": ("Expense", "Other Expense", "Cost of Goods Sold"),
    "unallocated_income_account": ("Income", "Other Income"),
    "accounts_payable_account": ("Accounts Payable",),
    "accounts_receivable_account": ("Accounts Receivable",),
    "default_bank_account": ("Bank", "Credit Card"),
    "bank_accounts": ("Bank", "Credit Card"),
    "deposit_to_account": ("Bank", "Other Current Asset"),
    "money_out_clearing_account": ("Bank",),
    "money_in_clearing_account": ("Bank",),
}
"""What type of account each preference takes."""


def apply_patch(preferences: Preferences, patch: PreferencesPatch) -> Preferences:
    """Merge a patch: null restores a default, maps merge by key and null removes one."""
    changes: dict[str, Any] = {}
    for name in patch.model_fields_set:
        value = getattr(patch, name)
        if isinstance(value, dict):
            merged = {**getattr(preferences, name), **{str(key): each for key, each in value.items()}}
            changes[name] = {key: each for key, each in merged.items() if each is not None}
        else:
            changes[name] = value if value is not None else getattr(Preferences(), name)
    return msgspec.convert({**msgspec.structs.asdict(preferences), **changes}, Preferences)


def named_accounts(patch: PreferencesPatch) -> dict[str, tuple[str, str]]:
    """Return the accounts that a patch names: field -> (preference, account)."""
    found: dict[str, tuple[str, str]] = {}
    for name in ACCOUNT_TYPES:
        value = getattr(patch, name)
        if isinstance(value, dict):
            found |= {f"{name}.{key}": (name, each) for key, each in value.items() if each is not None}
        elif value is not None:
            found[name] = (name, value)
    return found


def payment_direction(preferences: Preferences, name: str, profile: AccountProfile) -> Flow:
    """Return the chosen direction of payments, or the profile's."""
    chosen: Flow | None = getattr(preferences, name)
    return chosen or (Flow.BOTH if profile is AccountProfile.TWO_WAY else Flow.TO_QUICKBOOKS)


def present_preferences(policy: Policy) -> dict[str, Any]:
    """Answer the preferences, with the direction that each kind really goes."""
    preferences = policy.preferences
    shown = msgspec.structs.asdict(preferences)
    for name in ("bill_payment_direction", "invoice_payment_direction"):
        shown[name] = payment_direction(preferences, name, policy.profile)
    ways = {kind.value: direction(kind, policy) for kind in SEEN}
    shown["directions"] = {kind: {"direction": way.flow, "reason": way.reason} for kind, way in ways.items()}
    return shown
