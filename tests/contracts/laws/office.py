"""Somebody who works in a company's books, with no plan: every kind of write, on whatever there is."""

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from service.sandbox import Company, Knobs, Sandbox, SandboxFault
from service.sandbox.deviations import Deviations
from service.sandbox.wire import Doc
from tests.sandbox.conftest import Clock, Ids

ENTITIES = (
    "Account", "Bill", "BillPayment", "Class", "CreditMemo", "Customer", "Deposit", "Invoice", "Item",
    "JournalEntry", "Payment", "Vendor", "VendorCredit",
)  # fmt: skip
TRANSACTIONS = (
    "Bill", "BillPayment", "CreditMemo", "Deposit", "Invoice", "JournalEntry", "Payment", "VendorCredit",
)  # fmt: skip
VOIDABLE = ("BillPayment", "Invoice", "CreditMemo", "Payment")
MERGEABLE = ("Vendor", "Customer", "Account", "Class")
Step = tuple[str, int, int, int]


class Office:
    """One company and the hand that writes in it; a number chooses among what there is."""

    def __init__(self, deviations: Deviations, *, unlink: bool = False) -> None:
        self.clock = Clock()
        knobs = Knobs(delete_linked="unlink" if unlink else "reject", webhook_timers=False)
        self.sandbox = Sandbox(self.clock, random.Random(1), knobs, deviations=deviations)
        self.access = self.sandbox.create_company()
        self.company: Company = self.sandbox.company(self.access.realm_id)
        self.ids = Ids(self.company)
        self.done: Counter[str] = Counter()
        self.made = 0
        self._furnish()

    def _furnish(self) -> None:
        create = self.company.create
        self.second_vendor = create("Vendor", {"DisplayName": "Second Supply"})["Id"]
        job = {"DisplayName": "Ballroom", "Job": True, "ParentRef": {"value": self.ids.customer}}
        self.customers = [
            self.ids.customer,
            create("Customer", job)["Id"],
            create("Customer", {"DisplayName": "Quay Café"})["Id"],
        ]
        petty = {"Name": "Petty cash", "AccountType": "Bank", "ParentRef": {"value": self.ids.bank}}
        self.banks = [self.ids.bank, create("Account", petty)["Id"], self.ids.account("Savings")]
        self.asset = self.ids.account("Uncategorized Asset")
        create("Class", {"Name": "East"})
        create("Class", {"Name": "West"})

    def act(self, step: Step) -> Doc | None:
        """Try one write; None where it is refused or there is nothing to write on."""
        kind, one, two, cents = step
        action: Callable[[int, int, Decimal], Doc | None] = getattr(self, kind)
        try:
            answer = action(one, two, Decimal(cents) / 100)
        except SandboxFault:
            self.done["refused"] += 1
            return None
        if answer is not None:
            self.done[kind] += 1
        return answer

    def pick(self, entity: str, number: int, **wanted: str) -> Doc | None:
        """Choose an object, where asked one of a certain vendor or customer."""
        found = self.company.all(entity)
        for name, value in wanted.items():
            found = [one for one in found if one[name]["value"] == value]
        return found[number % len(found)] if found else None

    def party(self, entity: str, number: int) -> dict[str, str]:
        """Refer to one of the active vendors or customers."""
        active = [one["Id"] for one in self.company.all(entity) if one["Active"]]
        return {"value": active[number % len(active)] if active else "0"}

    def account(self, number: int) -> str:
        """Choose an account for a line: an expense, or an asset that shows its balance."""
        accounts = [self.ids.expense, self.asset, *self.banks]
        return accounts[number % len(accounts)]

    def expense_lines(self, number: int, amount: Decimal) -> list[Doc]:
        """Make one to three lines of an expense."""
        kind = "AccountBasedExpenseLineDetail"
        return [
            {"Amount": amount + place, "DetailType": kind,
             kind: {"AccountRef": {"value": self.account(number + place)}}}
            for place in range(1 + number % 3)
        ]  # fmt: skip

    def sales_lines(self, number: int, amount: Decimal) -> list[Doc]:
        """Make one to three lines of a sale."""
        kind = "SalesItemLineDetail"
        return [
            {"Amount": amount + place, "DetailType": kind, kind: {"ItemRef": {"value": self.ids.item}}}
            for place in range(1 + number % 3)
        ]

    def bill(self, one: int, two: int, amount: Decimal) -> Doc:
        """Enter a bill."""
        lines = self.expense_lines(two, amount)
        return self.company.create("Bill", {"VendorRef": self.party("Vendor", one), "Line": lines})

    def vendor_credit(self, one: int, two: int, amount: Decimal) -> Doc:
        """Enter a vendor's credit."""
        lines = self.expense_lines(two, amount)
        return self.company.create("VendorCredit", {"VendorRef": self.party("Vendor", one), "Line": lines})

    def invoice(self, one: int, two: int, amount: Decimal) -> Doc:
        """Write an invoice."""
        lines = self.sales_lines(two, amount)
        return self.company.create("Invoice", {"CustomerRef": self.party("Customer", one), "Line": lines})

    def credit_memo(self, one: int, two: int, amount: Decimal) -> Doc:
        """Give a customer credit."""
        lines = self.sales_lines(two, amount)
        return self.company.create("CreditMemo", {"CustomerRef": self.party("Customer", one), "Line": lines})

    def pay_bills(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Pay a vendor's bills, with a credit, too much or too little as it comes."""
        bill = self.pick("Bill", one)
        if bill is None:
            return None
        return self.company.create("BillPayment", self._payment_of_bills(bill["VendorRef"], one, two, amount))

    def _payment_of_bills(self, vendor: Doc, one: int, two: int, amount: Decimal) -> Doc:
        debits = self._open_lines("Bill", "VendorRef", vendor["value"], 1 + two % 3, amount)
        credits_ = self._open_lines("VendorCredit", "VendorRef", vendor["value"], two % 2, amount)
        net = _sum(debits) - _sum(credits_)
        over = amount if one % 5 == 0 else Decimal(0)
        body: Doc = {"VendorRef": {"value": vendor["value"]}, "TotalAmt": max(net, Decimal(0)) + over,
                     "Line": debits + credits_}  # fmt: skip
        if one % 3 == 0:
            card = {"CCAccountRef": {"value": self.ids.card}}
            return {**body, "PayType": "CreditCard", "CreditCardPayment": card}
        bank = {"BankAccountRef": {"value": self.banks[two % len(self.banks)]}}
        return {**body, "PayType": "Check", "CheckPayment": bank}

    def receive_payment(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Receive a customer's money, against invoices, with credits, or just so."""
        invoice = self.pick("Invoice", one)
        if invoice is None:
            return None
        return self.company.create("Payment", self._receipt(invoice["CustomerRef"], one, two, amount))

    def _receipt(self, customer: Doc, one: int, two: int, amount: Decimal) -> Doc:
        debits = self._open_lines("Invoice", "CustomerRef", customer["value"], two % 4, amount)
        credits_ = self._open_lines("CreditMemo", "CustomerRef", customer["value"], one % 2, amount)
        net = max(_sum(debits) - _sum(credits_), Decimal(0))
        over = amount if one % 4 == 0 else Decimal(0)
        body: Doc = {"CustomerRef": {"value": customer["value"]}, "TotalAmt": net + over,
                     "Line": debits + credits_}  # fmt: skip
        if two % 3 == 1:
            body["DepositToAccountRef"] = {"value": self.banks[one % len(self.banks)]}
        return body

    def _open_lines(self, entity: str, party: str, value: str, most: int, amount: Decimal) -> list[Doc]:
        """Apply to some open transactions what they need, now and then what was asked for instead."""
        found = [one for one in self.company.all(entity) if one[party]["value"] == value and one["Balance"]]
        return [
            {"Amount": min(amount, one["Balance"]) if place else amount,
             "LinkedTxn": [{"TxnId": one["Id"], "TxnType": entity}]}
            for place, one in enumerate(found[:most])
        ]  # fmt: skip

    def deposit(self, one: int, two: int, amount: Decimal) -> Doc:
        """Bring a payment to the bank, or money from elsewhere."""
        payment = self.pick("Payment", one)
        line: Doc = {"Amount": amount, "DetailType": "DepositLineDetail",
                     "DepositLineDetail": {"AccountRef": {"value": self.asset}}}  # fmt: skip
        if payment is not None and two % 2:
            linked = [{"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}]
            line = {"Amount": payment["TotalAmt"], "LinkedTxn": linked}
        into = {"value": self.banks[two % len(self.banks)]}
        return self.company.create("Deposit", {"DepositToAccountRef": into, "Line": [line]})

    def journal(self, one: int, two: int, amount: Decimal) -> Doc:
        """Post between two accounts, one of them perhaps payable or receivable; at times wrongly."""
        wrong = Decimal(1) if two % 7 == 6 else Decimal(0)
        lines = [
            self._posting("Debit", self.account(one), amount + wrong),
            self._posting("Credit", self.account(one + 1), amount),
        ]
        if two % 3 == 1:
            entity = {"Type": "Vendor", "EntityRef": self.party("Vendor", one)}
            lines[1] = self._posting("Credit", self.ids.payable, amount, entity)
        elif two % 3 == 2:
            entity = {"Type": "Customer", "EntityRef": self.party("Customer", one)}
            lines[0] = self._posting("Debit", self.ids.receivable, amount + wrong, entity)
        return self.company.create("JournalEntry", {"Line": lines})

    def _posting(self, side: str, account: str, amount: Decimal, entity: Doc | None = None) -> Doc:
        detail: Doc = {"PostingType": side, "AccountRef": {"value": account}}
        if entity is not None:
            detail["Entity"] = entity
        kind = "JournalEntryLineDetail"
        return {"Amount": amount, "DetailType": kind, kind: detail}

    def void(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Void something."""
        entity = VOIDABLE[two % len(VOIDABLE)]
        found = self.pick(entity, one)
        return self.company.void(entity, found["Id"]) if found is not None else None

    def delete(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Delete something."""
        entity = TRANSACTIONS[two % len(TRANSACTIONS)]
        found = self.pick(entity, one)
        return self.company.delete(entity, found["Id"]) if found is not None else None

    def edit(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Change some fields of a transaction, its lines among them or not."""
        entity = TRANSACTIONS[two % len(TRANSACTIONS)]
        found = self.pick(entity, one)
        if found is None:
            return None
        changes: Doc = {"Id": found["Id"], "PrivateNote": f"edit {amount}"}
        return self.company.update(entity, {**changes, **self._new_content(entity, found, one, two, amount)})

    def rewrite(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Replace a transaction whole: what isn't named is gone."""
        entity = TRANSACTIONS[two % len(TRANSACTIONS)]
        found = self.pick(entity, one)
        if found is None:
            return None
        party = {key: {"value": found[key]["value"]} for key in ("VendorRef", "CustomerRef") if key in found}
        body = {"Id": found["Id"], "sparse": False, **party}
        return self.company.update(entity, {**body, **self._new_content(entity, found, one, two, amount)})

    def _new_content(self, entity: str, found: Doc, one: int, two: int, amount: Decimal) -> Doc:
        if entity in {"Bill", "VendorCredit"}:
            return {"Line": self.expense_lines(one, amount)}
        if entity in {"Invoice", "CreditMemo"}:
            return {"Line": self.sales_lines(one, amount)}
        if entity == "BillPayment":
            return self._payment_of_bills(found["VendorRef"], one, two, amount)
        if entity == "Payment":
            return self._receipt(found["CustomerRef"], one, two, amount)
        return {"PrivateNote": f"edit {one}"}

    def retire(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Make a name inactive, or active again."""
        entity = ("Vendor", "Customer", "Class")[two % 3]
        found = self.pick(entity, one)
        if found is None:
            return None
        return self.company.update(entity, {"Id": found["Id"], "Active": not found["Active"]})

    def rename(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Give a name object another name, and now and then another parent."""
        entity, field = (("Vendor", "DisplayName"), ("Customer", "DisplayName"), ("Account", "Name"))[two % 3]
        found = self.pick(entity, one)
        if found is None:
            return None
        self.made += 1
        changes: Doc = {"Id": found["Id"], field: f"{entity} {self.made}"}
        if entity == "Account" and found["Id"] == self.banks[1]:
            changes["ParentRef"] = {"value": self.banks[0 if one % 2 else 2]}
        return self.company.update(entity, changes)

    def merge(self, one: int, two: int, amount: Decimal) -> Doc | None:
        """Merge two names of a list, never one of those that the office itself works with."""
        entity = MERGEABLE[two % len(MERGEABLE)]
        survivor = self.pick(entity, one)
        name = {"Account": "Name", "Class": "Name"}.get(entity, "DisplayName")
        self.made += 1
        like = {"AccountType": survivor["AccountType"]} if survivor and entity == "Account" else {}
        loser = self.company.create(entity, {name: f"Twin {self.made}", **like})
        if survivor is None:
            return loser
        self._use(entity, loser["Id"], amount)
        if amount % 2 and entity in {"Vendor", "Customer"} and survivor["Active"]:
            survivor, loser = loser, survivor
        return self.company.merge(entity, survivor["Id"], loser["Id"])

    def _use(self, entity: str, object_id: str, amount: Decimal) -> None:
        """Give whoever is going to be merged away something to bring along."""
        ref = {"value": object_id}
        if entity == "Vendor":
            self.company.create("Bill", {"VendorRef": ref, "Line": self.expense_lines(0, amount)})
        elif entity == "Customer":
            self.company.create("Invoice", {"CustomerRef": ref, "Line": self.sales_lines(0, amount)})

    def snapshot(self) -> list[bytes]:
        """Answer all that there is."""
        return [self.company.export(entity) for entity in ENTITIES]


ACTIONS = (
    "bill", "vendor_credit", "invoice", "credit_memo", "pay_bills", "receive_payment", "deposit", "journal",
    "void", "delete", "edit", "rewrite", "retire", "rename", "merge",
)  # fmt: skip


def _sum(lines: list[Doc]) -> Any:
    return sum((one["Amount"] for one in lines), Decimal(0))
