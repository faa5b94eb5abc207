"""Some of everything that a company can hold, entered as a person enters it."""

from typing import Any

from service.sandbox import Company

ROUNDS = 3


def furnish(company: Company) -> None:
    """Add some of what neither the sample company nor the generator has."""
    bank, income = ({"value": ids_of_type(company, kind)[0]} for kind in ("Bank", "Income"))
    customer = {"value": company.create("Customer", {"DisplayName": "Ada's Café & Söhne"})["Id"]}
    vendor = {"value": company.create("Vendor", {"DisplayName": "Pine & Sons"})["Id"]}
    item = {"value": company.all("Item")[0]["Id"]}
    sold = {"CustomerRef": customer, "Line": [sale(item, "337.50")]}
    spent = {"VendorRef": vendor, "Line": [expense(ids_of_type(company, "Expense")[0], "12.34")]}
    company.create("Employee", {"GivenName": "Emil", "FamilyName": "Lang"})
    company.create("TaxAgency", {"DisplayName": "State of California"})
    for _ in range(ROUNDS):
        invoice = company.create("Invoice", sold)
        for entity in ("Estimate", "SalesReceipt"):
            company.create(entity, sold)
        # The tap's schema calls what remains of a credit an integer.
        company.create("CreditMemo", {**sold, "Line": [sale(item, "12")]})
        company.create("RefundReceipt", {**sold, "DepositToAccountRef": bank})
        paid = {"Amount": "100.10", "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
        company.create("Payment", {"CustomerRef": customer, "TotalAmt": "150", "Line": [paid]})
        for entity in ("Bill", "VendorCredit", "PurchaseOrder"):
            company.create(entity, spent)
        company.create("Purchase", {"AccountRef": bank, "PaymentType": "Cash", "Line": spent["Line"]})
        deposit = {
            "Amount": "9.99",
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {"AccountRef": income},
        }
        company.create("Deposit", {"DepositToAccountRef": bank, "Line": [deposit]})
        company.create(
            "JournalEntry", {"Line": [posting("Debit", bank, "5.55"), posting("Credit", income, "5.55")]}
        )
        company.create("Transfer", {"FromAccountRef": bank, "ToAccountRef": income, "Amount": "1.10"})
        company.create("TimeActivity", {"NameOf": "Vendor", "VendorRef": vendor, "Hours": 2})


def ids_of_type(company: Company, kind: str) -> list[str]:
    return [one["Id"] for one in company.all("Account") if one["AccountType"] == kind and one["Active"]]


def sale(item: dict[str, str], amount: str) -> dict[str, Any]:
    detail = {"ItemRef": item, "Qty": 1, "UnitPrice": amount}
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}


def expense(account: str, amount: str) -> dict[str, Any]:
    detail = {"AccountRef": {"value": account}}
    kind = "AccountBasedExpenseLineDetail"
    return {"DetailType": kind, "Amount": amount, kind: detail}


def posting(side: str, account: dict[str, str], amount: str) -> dict[str, Any]:
    detail = {"PostingType": side, "AccountRef": account}
    return {"DetailType": "JournalEntryLineDetail", "Amount": amount, "JournalEntryLineDetail": detail}
