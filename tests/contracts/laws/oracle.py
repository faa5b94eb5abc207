"""What every balance must be, worked out from the exported documents' lines and links alone.

It shares no code with the sandbox, and reads no balance. Amounts are Decimal; debits are positive.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

Doc = dict[str, Any]
Key = tuple[str, str]
Sums = dict[Key, Decimal]

ZERO = Decimal(0)
OPEN = ("Bill", "VendorCredit", "Invoice", "CreditMemo")
PROFIT_AND_LOSS = {"Income", "Other Income", "Cost of Goods Sold", "Expense", "Other Expense"}
DETAIL = "AccountBasedExpenseLineDetail"
POSTING = "JournalEntryLineDetail"


class Oracle:
    """The books as their documents tell them; `read` answers all objects of an entity."""

    def __init__(self, read: Callable[[str], list[Doc]]) -> None:
        self.read = read
        self.accounts = read("Account")
        self.payable = self._of_type("Accounts Payable")
        self.receivable = self._of_type("Accounts Receivable")

    def _of_type(self, kind: str) -> str:
        found = [one["Id"] for one in self.accounts if one["AccountType"] == kind]
        return str(min(found, key=int))

    def disagreements(self) -> list[str]:
        """Answer each figure that the documents contradict."""
        figures = [*self._transactions(), *self._links(), *self._parties(), *self._account_figures()]
        return [f"{what}: {shown} instead of {due}" for what, shown, due in figures if shown != due]

    def _transactions(self) -> Iterator[tuple[str, Any, Any]]:
        used = self.used()
        for entity in OPEN:
            for one in self.read(entity):
                label = f"{entity} {one['Id']}"
                yield f"{label} TotalAmt", one["TotalAmt"], _total(one)
                due = _total(one) - used[entity, one["Id"]]
                yield f"{label} Balance", one["Balance"], due
                yield f"{label} is not negative", due >= 0, True
                if entity == "CreditMemo":
                    yield f"{label} RemainingCredit", one["RemainingCredit"], due
        for one in self.read("Payment"):
            yield f"Payment {one['Id']} UnappliedAmt", one["UnappliedAmt"], _unapplied(one)
        for one in self.read("JournalEntry"):
            sides = sum((_signed(line) for line in one["Line"]), ZERO)
            yield f"JournalEntry {one['Id']} balances", sides, ZERO

    def used(self) -> Sums:
        """Answer how much of each transaction the payments' lines use up."""
        used: Sums = defaultdict(Decimal)
        for entity in ("BillPayment", "Payment"):
            for payment in self.read(entity):
                for line in payment["Line"]:
                    target = line["LinkedTxn"][0]
                    used[target["TxnType"], target["TxnId"]] += line["Amount"]
        return used

    def _links(self) -> Iterator[tuple[str, Any, Any]]:
        """A transaction names the payments whose lines name it."""
        due: dict[Key, set[str]] = defaultdict(set)
        for entity in ("BillPayment", "Payment"):
            for payment in self.read(entity):
                for line in payment["Line"]:
                    if line["Amount"]:
                        target = line["LinkedTxn"][0]
                        due[target["TxnType"], target["TxnId"]].add(payment["Id"])
        for entity in OPEN:
            for one in self.read(entity):
                shown = {link["TxnId"] for link in one.get("LinkedTxn", ())}
                yield f"{entity} {one['Id']} LinkedTxn", shown, due[entity, one["Id"]]

    def _parties(self) -> Iterator[tuple[str, Any, Any]]:
        owed = self.owed()
        for one in self.read("Vendor"):
            yield f"Vendor {one['Id']} Balance", one["Balance"], owed["Vendor", one["Id"]]
        customers = self.read("Customer")
        for one in customers:
            own = owed["Customer", one["Id"]]
            yield f"Customer {one['Id']} Balance", one["Balance"], own
            family = sum((owed["Customer", each] for each in _family(customers, one["Id"])), ZERO)
            yield f"Customer {one['Id']} BalanceWithJobs", one["BalanceWithJobs"], family

    def owed(self) -> Sums:
        """Answer what is owed to each vendor and by each customer."""
        owed: Sums = defaultdict(Decimal)
        signs = {
            ("Bill", "Vendor"): 1, ("VendorCredit", "Vendor"): -1, ("BillPayment", "Vendor"): -1,
            ("Invoice", "Customer"): 1, ("CreditMemo", "Customer"): -1, ("Payment", "Customer"): -1,
        }  # fmt: skip
        for (entity, party), sign in signs.items():
            for one in self.read(entity):
                owed[party, one[f"{party}Ref"]["value"]] += sign * one["TotalAmt"]
        for entry in self.read("JournalEntry"):
            for line in entry["Line"]:
                entity = line[POSTING].get("Entity")
                if entity is not None:
                    sign = 1 if entity["Type"] == "Customer" else -1
                    owed[entity["Type"], entity["EntityRef"]["value"]] += sign * _signed(line)
        return owed

    def _account_figures(self) -> Iterator[tuple[str, Any, Any]]:
        debits: dict[str, Decimal] = defaultdict(Decimal)
        for account, amount in self._postings():
            debits[account] += amount
        shown = {one["Id"]: _as_shown(one, debits[one["Id"]]) for one in self.accounts}
        for one in self.accounts:
            yield f"Account {one['Name']} CurrentBalance", one["CurrentBalance"], shown[one["Id"]]
            family = sum((shown[each] for each in _family(self.accounts, one["Id"])), ZERO)
            yield f"Account {one['Name']} with subaccounts", one["CurrentBalanceWithSubAccounts"], family

    def _postings(self) -> Iterator[tuple[str, Decimal]]:
        for entity, sign in (("Bill", 1), ("VendorCredit", -1)):
            for one in self.read(entity):
                yield one["APAccountRef"]["value"], -sign * one["TotalAmt"]
                for line in one["Line"]:
                    yield line[DETAIL]["AccountRef"]["value"], sign * line["Amount"]
        for entity, sign in (("Invoice", 1), ("CreditMemo", -1)):
            for one in self.read(entity):
                yield self.receivable, sign * one["TotalAmt"]
        for one in self.read("BillPayment"):
            yield self.payable, Decimal(one["TotalAmt"])
            source = one.get("CheckPayment", {}).get("BankAccountRef")
            source = source or one["CreditCardPayment"]["CCAccountRef"]
            yield source["value"], Decimal(-one["TotalAmt"])
        for one in self.read("Payment"):
            yield self.receivable, Decimal(-one["TotalAmt"])
            if one["TotalAmt"]:
                yield one["DepositToAccountRef"]["value"], Decimal(one["TotalAmt"])
        yield from self._ledger_postings()

    def _ledger_postings(self) -> Iterator[tuple[str, Decimal]]:
        undeposited = next(one["Id"] for one in self.accounts if one["AccountSubType"] == "UndepositedFunds")
        for one in self.read("Deposit"):
            yield one["DepositToAccountRef"]["value"], sum((line["Amount"] for line in one["Line"]), ZERO)
            for line in one["Line"]:
                account = line.get("DepositLineDetail", {}).get("AccountRef", {"value": undeposited})
                yield account["value"], -line["Amount"]
        for one in self.read("JournalEntry"):
            for line in one["Line"]:
                yield line[POSTING]["AccountRef"]["value"], _signed(line)


def _total(doc: Doc) -> Decimal:
    lines = [line for line in doc["Line"] if line["DetailType"] != "SubTotalLineDetail"]
    return sum((line["Amount"] for line in lines), ZERO)


def _unapplied(payment: Doc) -> Decimal:
    used = ZERO
    for line in payment["Line"]:
        sign = -1 if line["LinkedTxn"][0]["TxnType"] == "CreditMemo" else 1
        used += sign * line["Amount"]
    return Decimal(payment["TotalAmt"]) - used


def _signed(line: Doc) -> Decimal:
    return Decimal(line["Amount"] if line[POSTING]["PostingType"] == "Debit" else -line["Amount"])


def _as_shown(account: Doc, debit: Decimal) -> Decimal:
    """Profit and loss accounts show nothing; a credit card shows what is owed on it."""
    if account["AccountType"] in PROFIT_AND_LOSS:
        return ZERO
    return -debit if account["AccountType"] == "Credit Card" else debit


def _family(members: list[Doc], head: str) -> Iterator[str]:
    yield head
    for one in members:
        if one.get("ParentRef", {}).get("value") == head:
            yield from _family(members, one["Id"])
