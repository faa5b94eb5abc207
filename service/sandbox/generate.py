"""A company of any size, fast: for benchmarks, and for whoever wants to see what many bills do.

The objects are written at rest, without passing the engine one by one; the balances are those that it would
have made.
"""

from datetime import date, timedelta
from decimal import Decimal

from service.sandbox.books import Books
from service.sandbox.company import Company
from service.sandbox.engine import columns
from service.sandbox.entities import ENTITIES
from service.sandbox.posting import move
from service.sandbox.render import render
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode

WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple")
PLACES = ("Bakery", "Cafe", "School", "Clinic", "Garden", "Hotel", "Market", "Studio")
TRADES = ("Supplies", "Logistics", "Services", "Electric", "Foods", "Printing", "Security", "Software")


def generate(company: Company, *, vendors: int = 1000, bills: int = 10000, days: int = 365) -> None:
    """Add vendors, and open bills spread over them and over the last days; the same for the same clock."""
    books = company.books
    at = int(books.now().timestamp())
    ids = [_vendor(books, number, at) for number in range(vendors)]
    payable = books.account_of_type("Accounts Payable") or ""
    expenses = [one.id for one in books.shelves["Account"].in_id_order() if _is_expense(books, one)]
    newest = date.fromisoformat(books.today)
    owed: dict[str, Decimal] = {}
    for number in range(bills):
        vendor = ids[number * 7919 % len(ids)]
        doc = _bill(
            number, vendor, payable, expenses[number % len(expenses)], newest - timedelta(number % days)
        )
        _place(books, "Bill", doc, at)
        owed[vendor] = owed.get(vendor, Decimal(0)) + doc["TotalAmt"]
    _post(books, owed, payable, at)
    for shelf in (books.shelves["Vendor"], books.shelves["Bill"]):
        for stored in shelf:
            render(books, stored)


ITEMS = 20


def generate_sales(company: Company, *, customers: int = 500, invoices: int = 5000, days: int = 365) -> None:
    """Add customers, some services, and open invoices spread over them; the same for the same clock."""
    books = company.books
    at = int(books.now().timestamp())
    receivable = books.account_of_type("Accounts Receivable") or ""
    income = next(one.id for one in books.shelves["Account"].in_id_order() if _is_income(books, one))
    ids = [_customer(books, number, at) for number in range(customers)]
    items = [_item(books, number, income, at) for number in range(ITEMS)]
    newest = date.fromisoformat(books.today)
    due: dict[str, Decimal] = {}
    for number in range(invoices):
        customer = ids[number * 7919 % len(ids)]
        issued = newest - timedelta(number % days)
        doc = _invoice(number, customer, receivable, items[number % len(items)], issued)
        _place(books, "Invoice", doc, at)
        due[customer] = due.get(customer, Decimal(0)) + doc["TotalAmt"]
    for customer, amount in due.items():
        found = books.find("Customer", customer)
        if found is not None:
            move(books, found, amount, at)
    account = books.find("Account", receivable)
    if account is not None:
        move(books, account, sum(due.values(), Decimal(0)), at)
    for entity in ("Customer", "Item", "Invoice"):
        for stored in books.shelves[entity]:
            render(books, stored)


def _is_income(books: Books, stored: Stored) -> bool:
    return bool(books.column(stored, "AccountType") == "Income")


def _customer(books: Books, number: int, at: int) -> str:
    name = f"{WORDS[number // 8 % 10]} {PLACES[number % 8]} {number + 1:05d}"
    doc: Doc = {
        "Taxable": True,
        "Job": False,
        "BillWithParent": False,
        "CurrencyRef": {"value": books.home_currency},
        "PreferredDeliveryMethod": "Print",
        "FullyQualifiedName": name,
        "DisplayName": name,
        "PrintOnCheckName": name,
        "Active": True,
        "PrimaryEmailAddr": {"Address": f"customer{number + 1}@generated.example"},
    }
    return _place(books, "Customer", doc, at).id


def _item(books: Books, number: int, income: str, at: int) -> str:
    name = f"Generated service {number + 1:02d}"
    doc: Doc = {
        "Name": name,
        "Active": True,
        "FullyQualifiedName": name,
        "Taxable": False,
        "UnitPrice": 0,
        "Type": "Service",
        "IncomeAccountRef": {"value": income},
        "PurchaseCost": 0,
        "TrackQtyOnHand": False,
    }
    return _place(books, "Item", doc, at).id


def _invoice(number: int, customer: str, receivable: str, item: str, issued: date) -> Doc:
    whole = (Decimal(1000 + number * 37 % 500000) / 100).quantize(Decimal("0.01"))
    sold = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}}
    return {
        "DocNumber": f"{number + 1}",
        "TxnDate": issued.isoformat(),
        "CurrencyRef": {"value": "USD"},
        "Line": [
            {
                "Id": "1",
                "LineNum": 1,
                "Description": f"Generated line of {issued.isoformat()}",
                "Amount": whole,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": sold,
            },
            {"Amount": whole, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        ],
        "TxnTaxDetail": {"TotalTax": 0},
        "CustomerRef": {"value": customer},
        "ARAccountRef": {"value": receivable},
        "DueDate": (issued + timedelta(30)).isoformat(),
        "TotalAmt": whole,
        "ApplyTaxAfterDiscount": False,
        "PrintStatus": "NeedToPrint",
        "EmailStatus": "NotSet",
    }


def _is_expense(books: Books, stored: Stored) -> bool:
    return bool(books.column(stored, "AccountType") == "Expense")


def _vendor(books: Books, number: int, at: int) -> str:
    name = f"{WORDS[number % 10]} {TRADES[number // 10 % 8]} {number + 1:05d}"
    doc: Doc = {
        "BillAddr": {
            "Id": books.next_number("address"),
            "Line1": f"{number + 1} Generator Way",
            "City": "Oakport",
            "CountrySubDivisionCode": "CA",
            "PostalCode": f"{90000 + number % 9999}",
        },
        "BillRate": 0,
        "Vendor1099": False,
        "CurrencyRef": {"value": books.home_currency},
        "CostRate": 0,
        "CompanyName": name,
        "DisplayName": name,
        "PrintOnCheckName": name,
        "Active": True,
        "V4IDPseudonym": f"{number:032x}",
        "PrimaryEmailAddr": {"Address": f"vendor{number + 1}@generated.example"},
    }
    return _place(books, "Vendor", doc, at).id


def _bill(number: int, vendor: str, payable: str, expense: str, issued: date) -> Doc:
    whole = Decimal(1000 + number * 37 % 500000) / 100
    day = issued.isoformat()
    return {
        "DueDate": (issued + timedelta(30)).isoformat(),
        "DocNumber": f"G-{number + 1:06d}",
        "TxnDate": day,
        "CurrencyRef": {"value": "USD"},
        "Line": [
            {
                "Id": "1",
                "LineNum": 1,
                "Description": f"Generated line of {day}",
                "Amount": whole.quantize(Decimal("0.01")),
                "LinkedTxn": [],
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": expense},
                    "BillableStatus": "NotBillable",
                    "TaxCodeRef": {"value": "NON"},
                },
                "CustomExtensions": [],
            }
        ],
        "VendorRef": {"value": vendor},
        "APAccountRef": {"value": payable},
        "TotalAmt": whole.quantize(Decimal("0.01")),
    }


def _place(books: Books, entity: str, doc: Doc, at: int) -> Stored:
    declared = ENTITIES[entity]
    stored = Stored(declared, books.next_id(declared), encode(doc), at)
    stored.balance = doc.get("TotalAmt", Decimal(0))
    stored.modified_by = books.user_id if declared.transaction else None
    stored.name = str(doc.get("DisplayName") or doc.get("Name", ""))
    stored.columns = columns(declared, doc)
    if stored.name:
        books.hold_name(stored)
    books.shelves[entity].add(stored)
    return stored


def _post(books: Books, owed: dict[str, Decimal], payable: str, at: int) -> None:
    for vendor_id, amount in owed.items():
        vendor = books.find("Vendor", vendor_id)
        if vendor is not None:
            move(books, vendor, amount, at)
    account = books.find("Account", payable)
    if account is not None:
        move(books, account, -sum(owed.values(), Decimal(0)), at)
