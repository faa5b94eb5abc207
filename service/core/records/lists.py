"""Accounts, classes, locations, items, vendors and customers."""

from decimal import Decimal

from msgspec import Struct


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; QuickBooks has five lines."""

    line1: str | None = None
    line2: str | None = None
    line3: str | None = None
    line4: str | None = None
    line5: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Account(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account of the chart of accounts; `type` is QuickBooks' AccountType."""

    name: str
    type: str
    number: str | None = None
    subtype: str | None = None
    parent: str | None = None
    description: str | None = None
    archived: bool = False


class AccountingClass(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A class: a way to sort income and expenses."""

    name: str
    parent: str | None = None
    archived: bool = False


class Location(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A location, QuickBooks' Department."""

    name: str
    parent: str | None = None
    archived: bool = False


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is bought or sold; `type` is QuickBooks' (Service, Inventory, Category …)."""

    name: str
    type: str
    sku: str | None = None
    description: str | None = None
    unit_price: Decimal | None = None
    income_account: str | None = None
    expense_account: str | None = None
    parent: str | None = None
    archived: bool = False


class Vendor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who sends bills."""

    name: str
    company_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    account_number: str | None = None
    address: Address | None = None
    archived: bool = False


class Customer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who gets invoices; a project is one too, and only QuickBooks makes those."""

    name: str
    company_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    account_number: str | None = None
    address: Address | None = None
    parent: str | None = None
    project: bool = False
    archived: bool = False


ListEntry = Account | AccountingClass | Location | Item | Vendor | Customer
