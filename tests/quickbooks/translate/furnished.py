"""A sandbox company with something of every kind, and documents that fit it.

Random documents name accounts, parties and what payments settle by ids that mean nothing: here each gets an
id of the company that QuickBooks takes at that place, and amounts that add up as QuickBooks wants them.
"""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from service.core.records import (
    ENTITIES,
    LISTS,
    ZERO,
    Account,
    BillPayment,
    Document,
    FundsTransfer,
    Invoice,
    InvoicePayment,
    Item,
    Itemised,
    Kind,
    money,
)
from service.core.references import rename_references
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import BODY_ENCODER, Observed
from service.sandbox import Company, Knobs, Sandbox
from service.sandbox.entities import ENTITIES as DECLARED
from service.sandbox.wire import decode

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
OWED = Decimal("5000.00")
"""What each open bill, invoice and credit comes to: more than any payment of them."""

Json = dict[str, Any]


class Furnished:
    """The company, and its ids by what they are good for."""

    def __init__(self) -> None:
        self.now = NOW
        sandbox = Sandbox(self._tick, random.Random(3), Knobs(access_lifetime=timedelta(days=400)))
        self.company: Company = sandbox.company(sandbox.create_company().realm_id)
        self.company.set_preferences(
            {
                "AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True, "TrackDepartments": True},
                "SalesFormsPrefs": {"CustomTxnNumbers": True},
                "CurrencyPrefs": {"MultiCurrencyEnabled": True},
            }
        )
        self._ids: dict[tuple[str, str], str] = {}
        self.bank = self.account("Bank")
        self.card = self.account("Credit Card")
        self._make_eur()

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def account(self, kind: str, nth: int = 0) -> str:
        """Return an account of a type, made where there are too few."""
        found = [one["Id"] for one in self.company.all("Account") if one["AccountType"] == kind]
        while len(found) <= nth:
            body = {"Name": f"{kind} {len(found)}", "AccountType": kind}
            found.append(self.company.create("Account", body)["Id"])
        return str(found[nth])

    def _make_eur(self) -> None:
        for name, kind in (
            ("Payable (EUR)", "Accounts Payable"),
            ("Receivable (EUR)", "Accounts Receivable"),
        ):
            self.company.create(
                "Account", {"Name": name, "AccountType": kind, "CurrencyRef": {"value": "EUR"}}
            )

    def party(self, kind: Kind, name: str, currency: str = "USD") -> str:
        """Return a vendor or customer of this name and currency, made when first asked for."""
        body = {"DisplayName": f"{kind.value} {name} {currency}", "CurrencyRef": {"value": currency}}
        return self._made(ENTITIES[kind], name + currency, body)

    def _made(self, entity: str, key: str, body: Json) -> str:
        if (entity, key) not in self._ids:
            self._ids[entity, key] = str(self.company.create(entity, body)["Id"])
        return self._ids[entity, key]

    def tracked(self, kind: Kind, name: str) -> str:
        """Return a class or location."""
        return self._made(ENTITIES[kind], name, {"Name": f"{kind.value} {name}"})

    def item(self, name: str, parent: bool = False) -> str:
        """Return a service, or a category for items to lie in."""
        if parent:
            return self._made("Item", f"category {name}", {"Name": f"Category {name}", "Type": "Category"})
        income = {"value": self.account("Income")}
        body = {"Name": f"Item {name}", "Type": "Service", "IncomeAccountRef": income}
        return self._made("Item", name, body)

    def owed(self, kind: Kind, key: str, party: str, currency: str) -> str:
        """Return an open bill, vendor credit or invoice of a party."""
        if kind is Kind.INVOICE:
            detail = {"ItemRef": {"value": self.item("1")}}
            line = {"DetailType": "SalesItemLineDetail", "Amount": OWED, "SalesItemLineDetail": detail}
            body: Json = {"CustomerRef": {"value": party}}
        else:
            detail = {"AccountRef": {"value": self.account("Expense")}}
            line = {
                "DetailType": "AccountBasedExpenseLineDetail",
                "Amount": OWED,
                "AccountBasedExpenseLineDetail": detail,
            }
            body = {"VendorRef": {"value": party}}
        body |= {"Line": [line], "CurrencyRef": {"value": currency}}
        return self._made(ENTITIES[kind], f"{key} {party}", body)

    def fitted(self, kind: Kind, document: Any, suffix: str = "", currency: str = "USD") -> Any:
        """Return the document with ids of this company, and such that QuickBooks can hold it."""
        if "currency" in document.__struct_fields__:
            document = replace(document, currency=currency)
        if kind in LISTS:
            name = f"{document.name.replace(':', ' -')}{suffix}"
            document = replace(document, name=name, archived=False)
        document = _added_up(document)
        party = [Kind.CUSTOMER if kind in (Kind.INVOICE, Kind.INVOICE_PAYMENT) else Kind.VENDOR]
        known = getattr(document, "vendor", None) or getattr(document, "customer", None)
        with_whom = self.party(party[0], known, currency) if known else ""

        def rename(target: Kind, id: str) -> str:
            if target in (Kind.VENDOR, Kind.CUSTOMER):
                return self.party(target, id, currency)
            if target is Kind.ITEM:
                return self.item(id, parent=isinstance(document, Item))
            if target in (Kind.ACCOUNTING_CLASS, Kind.LOCATION):
                return self.tracked(target, id)
            if target in (Kind.BILL, Kind.VENDOR_CREDIT, Kind.INVOICE):
                return self.owed(target, id, with_whom, currency)
            return self.account("Expense", int(id) % 3)

        return self._typed(rename_references(document, rename))

    def _typed(self, document: Any) -> Any:
        """Take accounts of the type that QuickBooks wants at their place."""
        if isinstance(document, Account) and document.parent:
            return replace(document, parent=self.account(document.type, 1))
        if isinstance(document, Item):
            return replace(document, income_account=self.account("Income", 1))
        if isinstance(document, BillPayment):
            return replace(document, bank_account=self.card if document.card else self.bank)
        if isinstance(document, InvoicePayment):
            return replace(document, deposit_account=self.account("Other Current Asset"))
        if isinstance(document, FundsTransfer):
            return replace(document, from_account=self.account("Bank", 1), to_account=self.bank)
        return document

    def write(self, kind: Kind, body: Json, operation: str = "create", **more: Any) -> bytes:
        """Send a body over the wire's way and return the object as it is read afterwards."""
        sent = decode(BODY_ENCODER.encode(body))
        answer = decode(self.company.write(operation, DECLARED[ENTITIES[kind]], sent, **more))
        return self.raw(kind, str(answer["Id"]))

    def raw(self, kind: Kind, id: str) -> bytes:
        """Return an object's JSON as QuickBooks has it."""
        return BODY_ENCODER.encode(self.company.read(ENTITIES[kind], id))

    def read(self, kind: Kind, raw: bytes) -> Observed:
        """Project an object."""
        return TRANSLATORS[kind].project(raw)

    def create(self, kind: Kind, content: Document, marker: str | None = None) -> bytes:
        """Create what we write of a document."""
        return self.write(kind, TRANSLATORS[kind].create(content, marker))

    def update(self, kind: Kind, content: Document, fields: tuple[str, ...], raw: bytes) -> bytes:
        """Send what we write of some fields."""
        before = self.read(kind, raw)
        body = TRANSLATORS[kind].update(content, fields, raw, before.sync_token)
        return self.write(kind, {"Id": before.id, **body}, "update")


def _added_up(document: Any) -> Any:
    """Totals are not negative, an amount is its quantity's price, and what is due is due on a day."""
    if isinstance(document, Itemised):
        priced = (_priced(line) for line in document.lines)
        lines = tuple(replace(line, amount=abs(line.amount)) for line in priced)
        document = replace(document, lines=lines)
    if isinstance(document, Invoice) and document.discount > sum(line.amount for line in document.lines):
        document = replace(document, discount=ZERO)
    if "due_on" in document.__struct_fields__:
        document = replace(document, due_on=document.due_on or document.issued_on)
    return document


def _priced(line: Any) -> Any:
    if line.quantity is None or line.unit_price is None:
        return replace(line, quantity=None, unit_price=None)
    return replace(line, amount=money(line.quantity * line.unit_price))
