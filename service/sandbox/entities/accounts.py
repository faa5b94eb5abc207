"""Account: the chart of accounts, with sub-accounts."""

from service.sandbox import errors
from service.sandbox.declare import Entity, anything, choice, flag, money, ref, text
from service.sandbox.draft import Draft
from service.sandbox.entities.shapes import CURRENCY, HEADER

# AccountType -> (Classification, the subtype that stands in for a missing one)
TYPES = {
    "Bank": ("Asset", "Checking"),
    "Accounts Receivable": ("Asset", "AccountsReceivable"),
    "Other Current Asset": ("Asset", "OtherCurrentAssets"),
    "Fixed Asset": ("Asset", "OtherFixedAssets"),
    "Other Asset": ("Asset", "OtherLongTermAssets"),
    "Accounts Payable": ("Liability", "AccountsPayable"),
    "Credit Card": ("Liability", "CreditCard"),
    "Other Current Liability": ("Liability", "OtherCurrentLiabilities"),
    "Long Term Liability": ("Liability", "OtherLongTermLiabilities"),
    "Equity": ("Equity", "OpeningBalanceEquity"),
    "Income": ("Revenue", "SalesOfProductIncome"),
    "Other Income": ("Revenue", "OtherMiscellaneousIncome"),
    "Cost of Goods Sold": ("Expense", "SuppliesMaterialsCogs"),
    "Expense": ("Expense", "OtherMiscellaneousServiceCost"),
    "Other Expense": ("Expense", "OtherMiscellaneousExpense"),
    "Non-Posting": ("Asset", "OtherCurrentAssets"),
}
WITHOUT_BALANCE = frozenset({"Income", "Other Income", "Cost of Goods Sold", "Expense", "Other Expense"})
SUBTYPES = {
    "CashOnHand": "Bank",
    "Checking": "Bank",
    "Savings": "Bank",
    "MoneyMarket": "Bank",
    "UndepositedFunds": "Other Current Asset",
    "CreditCard": "Credit Card",
    "AccountsPayable": "Accounts Payable",
    "AccountsReceivable": "Accounts Receivable",
    "SuppliesMaterialsCogs": "Cost of Goods Sold",
    "ServiceFeeIncome": "Income",
    "SalesOfProductIncome": "Income",
    "OfficeGeneralAdministrativeExpenses": "Expense",
}

NUMBER_LENGTHS = {"AU": 20, "CA": 20}


def complete(draft: Draft) -> None:
    """Fill in what follows from the type (recorded), and the home currency."""
    doc = draft.doc
    doc["SubAccount"] = draft.ref("ParentRef") is not None
    draft.default("Active", True)
    kind = doc.get("AccountType") or SUBTYPES.get(str(doc.get("AccountSubType")))
    if kind is None:
        message = "Invalid Account Type"
        raise errors.SandboxFault(
            "6010", message, "Account type or subtype is required", element="AccountType"
        )
    classification, subtype = TYPES[kind]
    doc["AccountType"] = kind
    doc["Classification"] = classification
    draft.default("AccountSubType", subtype)
    draft.default("CurrencyRef", {"value": draft.books.home_currency})


def check(draft: Draft) -> None:
    """Refuse a sub-account of another type, and a number too long for the country (QBO documented)."""
    number, limit = str(draft.doc.get("AcctNum") or ""), NUMBER_LENGTHS.get(draft.books.country, 7)
    if len(number) > limit:
        raise errors.bad_length("AcctNum", limit, len(number))
    parent = draft.find("Account", draft.ref("ParentRef"))
    if parent is not None and draft.books.column(parent, "AccountType") != draft.doc["AccountType"]:
        raise errors.business(
            "When you create a subaccount, you must use the same account type as its parent."
        )


ACCOUNT = Entity(
    name="Account",
    fields=(
        text("Name", 100, find=True, refused=':"\t\n'),
        flag("SubAccount", find=True),
        ref("ParentRef", "Account", find=True, named=False),
        text("Description", 100, find=True),
        text("FullyQualifiedName", read_only=True, find=True),
        flag("Active", find=True),
        text("Classification", find=True),
        choice("AccountType", *TYPES, find=True),
        text("AccountSubType", find=True),
        text("AcctNum", 20, find=True),
        money("CurrentBalance", find=True, read_only=True),
        money("CurrentBalanceWithSubAccounts", read_only=True),
        CURRENCY,
        ref("TaxCodeRef", "TaxCode"),
        *anything(
            "BankNum", "AccountAlias", "TxnLocationType", "OnlineBankingEnabled", "FIName", "JournalCodeRef"
        ),
        *anything("OpeningBalance", "OpeningBalanceDate", "TaxAccount"),
        *HEADER,
    ),
    name_field="Name",
    name_space="account",
    parent_field="ParentRef",
    child_flag="SubAccount",
    required=("Name",),
    update_requires=("Name",),
    kept=frozenset({"CurrencyRef", "Active", "AccountType", "AccountSubType"}),
    balance="CurrentBalance",
    rollup="CurrentBalanceWithSubAccounts",
    events=frozenset({"Create", "Update", "Delete", "Merge"}),
    complete=complete,
    check=check,
)
