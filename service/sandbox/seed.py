"""What a new QuickBooks company is born with: accounts, terms, payment methods, tax codes, settings."""

from service.sandbox import engine
from service.sandbox.books import Books
from service.sandbox.entities import ENTITIES
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode

ACCOUNTS = (
    ("Checking", "Bank", "Checking"),
    ("Savings", "Bank", "Savings"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("Company Card", "Credit Card", "CreditCard"),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("Retained Earnings", "Equity", "RetainedEarnings"),
    ("Sales", "Income", "SalesOfProductIncome"),
    ("Services", "Income", "ServiceFeeIncome"),
    ("Uncategorized Income", "Income", "ServiceFeeIncome"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Advertising", "Expense", "AdvertisingPromotional"),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ("Utilities", "Expense", "Utilities"),
    ("Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
)
TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
PAYMENT_METHODS = (("Cash", "NON_CREDIT_CARD"), ("Check", "NON_CREDIT_CARD"), ("Visa", "CREDIT_CARD"))


def give_birth(books: Books, name: str, *, multicurrency: bool = False) -> None:
    """Fill an empty company with what QuickBooks puts there."""
    _place(books, "Preferences", preferences(multicurrency=multicurrency))
    books.preferences = books.shelves["Preferences"].in_id_order()[0].doc()
    _place(books, "CompanyInfo", company_info(books, name))
    for code in ("TAX", "NON"):
        _place(
            books,
            "TaxCode",
            {"Name": code, "Description": code, "Active": True, "Taxable": code == "TAX"},
            code,
        )


def furnish(books: Books) -> None:
    """Add the lists of a small ordinary company."""
    for name, kind, subtype in ACCOUNTS:
        make(books, "Account", {"Name": name, "AccountType": kind, "AccountSubType": subtype})
    for name, days in TERMS:
        make(books, "Term", {"Name": name, "DueDays": days})
    for name, kind in PAYMENT_METHODS:
        make(books, "PaymentMethod", {"Name": name, "Type": kind})
    income = books.account_of_type("Income", name="Services")
    make(books, "Item", {"Name": "Services", "Type": "Service", "IncomeAccountRef": {"value": income}})


def make(books: Books, entity: str, body: Doc) -> Stored:
    """Create an object past the journal."""
    return engine.create(books, ENTITIES[entity], body).stored


def _place(books: Books, entity: str, doc: Doc, object_id: str = "1") -> None:
    stored = Stored(ENTITIES[entity], object_id, encode(doc), int(books.now().timestamp()))
    stored.name = str(doc.get("Name", ""))
    stored.columns = engine.columns(stored.entity, doc)
    books.shelves[entity].add(stored)


def company_info(books: Books, name: str) -> Doc:
    """Answer CompanyInfo of a new company."""
    address = {
        "Id": books.next_number("address"),
        "Line1": "12 Harbor Street",
        "City": "Oakport",
        "Country": "USA",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94999",
    }
    return {
        "CompanyName": name,
        "LegalName": name,
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "CompanyStartDate": books.today,
        "FiscalYearStartMonth": "January",
        "Country": "US",
        "Email": {"Address": "office@company.example"},
        "SupportedLanguages": "en",
        "DefaultTimeZone": "America/Los_Angeles",
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IndustryType", "Value": "Professional services"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
        ],
    }


def preferences(*, multicurrency: bool) -> Doc:
    """Answer the preferences of a new company."""
    other = {
        "WarnDuplicateBillNumber": "false",
        "WarnDuplicateCheckNumber": "false",
        "WarnDuplicateJournalNumber": "false",
        "VendorAndPurchasesPrefs.UseCustomTxnNumbers": "true",
        "ProjectsEnabled": "true",
    }
    return {
        "AccountingInfoPrefs": {
            "UseAccountNumbers": False,
            "TrackDepartments": True,
            "DepartmentTerminology": "Location",
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": True,
            "FirstMonthOfFiscalYear": "January",
            "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {"ForSales": True, "ForPurchase": True, "QuantityWithPriceAndRate": True,
                                    "QuantityOnHand": True},
        "SalesFormsPrefs": {"CustomTxnNumbers": False, "AllowDeposit": False, "AllowDiscount": True,
                            "AllowEstimates": True, "AutoApplyCredit": False, "AutoApplyPayments": False,
                            "AllowShipping": False, "AllowServiceDate": False},
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": True, "BillableExpenseTracking": True,
                                    "POCustomField": []},
        "TimeTrackingPrefs": {"UseServices": True, "BillCustomers": True, "WorkWeekStartDate": "Monday"},
        "TaxPrefs": {"UsingSalesTax": False, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": multicurrency, "HomeCurrency": {"value": "USD"}},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {"NameValue": [{"Name": name, "Value": value} for name, value in other.items()]},
    }  # fmt: skip
