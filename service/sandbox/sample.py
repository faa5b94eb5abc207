"""The sample company, Tidewater Joinery: invented, and the same for a given day whatever the sandbox's seed.

150 bills of 40 vendors over half a year: most are open, some paid, some partly paid, two in euros, two
without a number, one in the closed period, some of vendors that have been made inactive since.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from service.sandbox import engine, seed
from service.sandbox.books import Books
from service.sandbox.company import Company
from service.sandbox.entities import ENTITIES
from service.sandbox.seed import make
from service.sandbox.stored import Stored
from service.sandbox.times import STANDARD, pacific
from service.sandbox.wire import Doc

DATA = Path(__file__).parent / "sample_data.json"
SEED = 4711
BILLS = 150
FIRST_DAY = 175
CLOSED_BEFORE = 190
UNNUMBERED = (40, 90)
EUROS = (25, 100)
CLOSED = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in the company's past."""

    at: datetime
    act: Callable[[], object]


class Story:
    """Tells the company's past: each thing happens with the clock at its time."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._random = random.Random(SEED)
        self._data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
        self._today = pacific(books.now()).date()
        self._ids: dict[tuple[str, str], str] = {}
        self._bills: dict[int, Stored] = {}

    def tell(self) -> None:
        """Let it all happen, in order."""
        clock, events = self._books.now, self._events()
        try:
            for event in sorted(events, key=lambda one: one.at):
                self._books.now = _stopped(event.at)
                event.act()
        finally:
            self._books.now = clock

    def _events(self) -> list[Event]:
        opening = _morning(self._today - timedelta(days=400))
        lists = [self._accounts, self._terms, self._vendors, self._sales_lists]
        events = [Event(opening + timedelta(minutes=place), act) for place, act in enumerate(lists)]
        for number in range(BILLS):
            events += self._bill_events(number)
        events.append(Event(_morning(self._today - timedelta(days=3)), self._retire_vendors))
        events.append(Event(_morning(self._today - timedelta(days=2)), self._close_books))
        return events

    def _accounts(self) -> None:
        for name, kind, subtype, parent, description in self._data["accounts"]:
            body: Doc = {"Name": name, "AccountType": kind, "AccountSubType": subtype}
            if parent is not None:
                body |= {"SubAccount": True, "ParentRef": {"value": self._ids["Account", parent]}}
            if description is not None:
                body["Description"] = description
            if name.endswith("EUR"):
                body["CurrencyRef"] = {"value": "EUR"}
            full = f"{parent}:{name}" if parent else name
            self._ids["Account", full] = self._ids["Account", name] = self._make("Account", body)

    def _terms(self) -> None:
        for name, days in seed.TERMS:
            self._ids["Term", name] = self._make("Term", {"Name": name, "DueDays": days})
        for name, kind in seed.PAYMENT_METHODS:
            self._make("PaymentMethod", {"Name": name, "Type": kind})

    def _vendors(self) -> None:
        for place, row in enumerate(self._data["vendors"]):
            self._ids["Vendor", row[0]] = self._make(
                "Vendor", _vendor(place, row, row[0] == self._eur_vendor)
            )

    @property
    def _eur_vendor(self) -> str:
        return str(self._data["eur_vendor"])

    def _sales_lists(self) -> None:
        for name in self._data["customers"]:
            body = {"DisplayName": name, "CompanyName": name, "Taxable": False}
            self._ids["Customer", name] = self._make("Customer", body)
        for parent, name in self._data["projects"]:
            parent_ref = {"value": self._ids["Customer", parent]}
            self._make(
                "Customer", {"DisplayName": name, "Job": True, "ParentRef": parent_ref, "IsProject": True}
            )
        for entity, names in (("Class", self._data["classes"]), ("Department", self._data["departments"])):
            for name in names:
                self._make(entity, {"Name": name})
        for name, kind, income in self._data["items"]:
            income_ref = {"value": self._ids["Account", income]}
            self._make("Item", {"Name": name, "Type": kind, "IncomeAccountRef": income_ref})

    def _bill_events(self, number: int) -> list[Event]:
        """One bill, and whether and how it was paid later."""
        if number == CLOSED:
            issued = self._today - timedelta(days=CLOSED_BEFORE + 20)
        else:
            issued = self._today - timedelta(days=FIRST_DAY - (number * (FIRST_DAY - 6)) // BILLS)
        recorded = _morning(issued) + timedelta(days=1, minutes=7 * (number % 50))
        body = self._bill(number, issued)
        events = [Event(recorded, lambda: self._record_bill(number, body))]
        share = self._share_paid(number)
        if share:
            paid = min(recorded + timedelta(days=20), _morning(self._today - timedelta(days=4)))
            events.append(Event(paid, lambda: self._pay(number, share, pacific(paid).date())))
        return events

    def _share_paid(self, number: int) -> Decimal:
        if number in (*UNNUMBERED, *EUROS, CLOSED):
            return Decimal(0)
        if number % 5 == 1:
            return Decimal(1)
        return Decimal("0.4") if number % 14 == 2 else Decimal(0)

    def _bill(self, number: int, issued: date) -> Doc:
        rows = self._data["vendors"]
        row = next(one for one in rows if one[0] == self._eur_vendor) if number in EUROS else None
        while row is None or (row[0] == self._eur_vendor and number not in EUROS):
            row = rows[self._random.randrange(len(rows))]
        body: Doc = {
            "VendorRef": {"value": row[0]},
            "TxnDate": issued.isoformat(),
            "SalesTermRef": {"value": self._random.choice(("Net 15", "Net 30", "Net 30", "Net 60"))},
            "Line": self._lines(row[8]),
        }
        if number not in UNNUMBERED:
            body["DocNumber"] = f"{row[0][:2].upper()}-{2100 + number}"
        if number in EUROS:
            body |= {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": Decimal("1.0825")}
        if number % 7 == 3:
            body["PrivateNote"] = self._random.choice(self._data["descriptions"])
        return body

    def _lines(self, usual: str) -> list[Doc]:
        accounts = [usual]
        if self._random.random() < 0.3:
            accounts.append(self._random.choice(("Office Supplies", "Travel", "Safety Gear", "Fuel")))
        return [
            {
                "DetailType": "AccountBasedExpenseLineDetail",
                "Description": self._random.choice(self._data["descriptions"]),
                "Amount": Decimal(self._random.randrange(1900, 240000)) / 100,
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
            }
            for account in accounts
        ]

    def _record_bill(self, number: int, body: Doc) -> None:
        """Names become ids here: when the bill was planned, nothing had an id yet."""
        body["VendorRef"] = {"value": self._ids["Vendor", body["VendorRef"]["value"]]}
        body["SalesTermRef"] = {"value": self._ids["Term", body["SalesTermRef"]["value"]]}
        for line in body["Line"]:
            detail = line["AccountBasedExpenseLineDetail"]
            detail["AccountRef"] = {"value": self._ids["Account", detail["AccountRef"]["value"]]}
        self._bills[number] = make(self._books, "Bill", body)

    def _pay(self, number: int, share: Decimal, on: date) -> None:
        bill = self._bills[number]
        paid = ((bill.balance or Decimal(0)) * share).quantize(Decimal("0.01"))
        body: Doc = {
            "VendorRef": {"value": self._books.column(bill, "VendorRef")},
            "TxnDate": on.isoformat(),
            "TotalAmt": paid,
            "Line": [{"Amount": paid, "LinkedTxn": [{"TxnId": bill.id, "TxnType": "Bill"}]}],
        }
        if number % 4 == 1:
            body |= {
                "PayType": "CreditCard",
                "CreditCardPayment": {"CCAccountRef": self._account("Northbank Card")},
            }
        else:
            check = {"BankAccountRef": self._account("Harbor Checking"), "PrintStatus": "NotSet"}
            body |= {"PayType": "Check", "CheckPayment": check, "DocNumber": str(5000 + number)}
        make(self._books, "BillPayment", body)

    def _account(self, name: str) -> Doc:
        return {"value": self._ids["Account", name]}

    def _retire_vendors(self) -> None:
        for name in self._data["inactive_vendors"]:
            vendor = self._books.find("Vendor", self._ids["Vendor", name])
            assert vendor is not None
            self._update("Vendor", vendor, {"Active": False})

    def _close_books(self) -> None:
        closed = (self._today - timedelta(days=CLOSED_BEFORE)).isoformat()
        preferences = self._books.shelves["Preferences"].in_id_order()[0]
        self._update("Preferences", preferences, {"AccountingInfoPrefs": {"BookCloseDate": closed}})

    def _update(self, entity: str, stored: Stored, changes: Doc) -> None:
        body = {"Id": stored.id, "SyncToken": str(stored.token), "sparse": True, **changes}
        engine.update(self._books, ENTITIES[entity], body)

    def _make(self, entity: str, body: Doc) -> str:
        return make(self._books, entity, body).id


def _vendor(place: int, row: list[str | None], in_euros: bool) -> Doc:
    name, given, family, street, city, state, postal_code, number, _ = row
    address: Doc = {"Line1": street, "City": city, "PostalCode": postal_code}
    address |= {"CountrySubDivisionCode": state} if state else {"Country": "DEU"}
    host = "".join(letter for letter in str(name).lower() if letter.isalnum())
    body: Doc = {
        "DisplayName": name,
        "CompanyName": name,
        "BillAddr": address,
        "PrimaryPhone": {"FreeFormNumber": f"(555) 01{place // 10}-{1000 + 37 * place}"},
        "PrimaryEmailAddr": {"Address": f"accounts@{host}.example"},
    }
    if given and family:
        body |= {"GivenName": given, "FamilyName": family}
    if number:
        body["AcctNum"] = number
    if in_euros:
        body["CurrencyRef"] = {"value": "EUR"}
    return body


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), STANDARD)


def _stopped(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def furnish_sample(company: Company) -> None:
    """Fill a company with the sample's past."""
    Story(company.books).tell()
