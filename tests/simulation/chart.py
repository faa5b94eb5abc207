"""The chart of accounts of a simulated company, as QuickBooks holds it."""

from typing import Any

PAYING = frozenset({"Checking", "Savings", "Card"})
"""What bills are paid from."""
CHECKING_ID = "1"
"""The bank account, whatever somebody calls it by now."""
RECEIVING = frozenset({"Checking", "Savings", "Undeposited Funds"})
"""What customers' money comes into."""
CHART: list[dict[str, Any]] = [
    {
        "Account": {
            "Id": str(number),
            "SyncToken": "0",
            "Name": name,
            "AccountType": kind,
            "AccountSubType": subtype,
            "Classification": classification,
            "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
            "Active": True,
            "MetaData": {
                "CreateTime": "2026-01-05T09:00:00-08:00",
                "LastUpdatedTime": "2026-01-05T09:00:00-08:00",
            },
        }
    }
    for number, (name, kind, subtype, classification) in enumerate(
        (
            ("Checking", "Bank", "Checking", "Asset"),
            ("Payables", "Accounts Payable", "AccountsPayable", "Liability"),
            ("Rent", "Expense", "RentOrLeaseOfBuildings", "Expense"),
            ("Travel", "Expense", "Travel", "Expense"),
            ("Other", "Expense", "OtherMiscellaneousServiceCost", "Expense"),
            ("Savings", "Bank", "Savings", "Asset"),
            ("Card", "Credit Card", "CreditCard", "Liability"),
            ("Sales", "Income", "SalesOfProductIncome", "Revenue"),
            ("Undeposited Funds", "Other Current Asset", "UndepositedFunds", "Asset"),
        ),
        start=1,
    )
]
