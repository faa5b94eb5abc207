"""Somebody who works in QuickBooks: enters, corrects, pays and deletes, as people do."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from service.sandbox import SandboxFault
from tests.simulation.edits import QUICKBOOKS
from tests.simulation.projection import ENTITY_OF, Fields, of_quickbooks, split_memo
from tests.simulation.world import World

Wire = dict[str, Any]
_TEXTS = {
    "company_name": "CompanyName",
    "given_name": "GivenName",
    "family_name": "FamilyName",
    "account_number": "AcctNum",
}
_ADDRESS = {"address.line1": "Line1", "address.city": "City"}
VENDOR_FIELDS = ("name", "email", "phone", *_TEXTS, *_ADDRESS, "no company_name", "no phone")
BILL_FIELDS = (
    *("memo", "memo", "due_on", "due_on", "issued_on", "number", "amount", "amount"),
    *("description", "new line", "no line", "account", "vendor", "no memo"),
)
ACCOUNT_FIELDS = ("name", "description", "description", "number")


class Bookkeeper:
    """The person on QuickBooks' side; each act returns whether something came of it."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._books = world.quickbooks

    # -- looking

    def vendors(self, *, active: bool = True) -> list[Wire]:
        """Return the vendors, all or those in use."""
        return [each for each in self._books.all("Vendor") if each.get("Active") or not active]

    def expense_accounts(self) -> list[Wire]:
        """Return the accounts that a line may name."""
        return [
            each
            for each in self._books.all("Account")
            if each["AccountType"] == "Expense" and each.get("Active")
        ]

    def _pick(self, found: list[Wire]) -> Wire | None:
        return self._chance.choice(found) if found else None

    # -- acts

    def new_vendor(self, name: str | None = None) -> bool:
        """Enter a vendor."""
        edits = self._world.edits
        body: Wire = {"DisplayName": name or edits.text("Vendor")}
        if self._chance.random() < 0.5:
            body["CompanyName"] = edits.text("Company")
        if self._chance.random() < 0.4:
            body["PrimaryPhone"] = {"FreeFormNumber": edits.text("555")}
        if self._chance.random() < 0.3:
            body["Notes"] = "Only QuickBooks has a place for this"
        if self._chance.random() < 0.3:
            body["BillAddr"] = {"Line1": edits.text("Street"), "City": edits.text("Town")}
        return self._create("vendor", body)

    def new_bill(
        self, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
    ) -> bool:
        """Enter a bill."""
        edits, chance = self._world.edits, self._chance
        found = vendor or (self._pick(self.vendors()) or {}).get("Id")
        if found is None or not self.expense_accounts():
            return False
        body: Wire = {
            "VendorRef": {"value": found},
            "TxnDate": edits.issued_on().isoformat(),
            "Line": [self._line() for _ in range(chance.choice((1, 1, 2, 3)))],
        }
        if amount is not None:
            body["Line"] = [self._line(amount)]
        if number or chance.random() < 0.93:
            body["DocNumber"] = number or edits.text("Q")
        if chance.random() < 0.6:
            body["DueDate"] = edits.due_on().isoformat()
        if chance.random() < 0.5:
            body["PrivateNote"] = edits.text("note")
        return self._create("bill", body)

    def _line(self, amount: Decimal | None = None) -> Wire:
        account = self._chance.choice(self.expense_accounts())["Id"]
        detail = {"AccountRef": {"value": account}}
        if self._chance.random() < 0.3:
            detail["TaxCodeRef"] = {"value": "TAX"}
        return {
            "Amount": amount or self._world.edits.amount(),
            "Description": self._world.edits.text("goods"),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }

    def new_account(self) -> bool:
        """Open an expense account, sometimes below another."""
        body: Wire = {"Name": self._world.edits.text("Account"), "AccountType": "Expense"}
        if self.expense_accounts() and self._chance.random() < 0.3:
            body |= {
                "SubAccount": True,
                "ParentRef": {"value": self._chance.choice(self.expense_accounts())["Id"]},
            }
        return self._create("account", body)

    def copy_bill(self) -> bool:
        """Copy a bill: QuickBooks copies its note, our mark included."""
        found = self._pick([each for each in self._books.all("Bill") if each.get("PrivateNote")])
        if found is None or not self.expense_accounts():
            return False
        body = {
            "VendorRef": found["VendorRef"],
            "PrivateNote": found["PrivateNote"],
            "DocNumber": self._world.edits.text("Q"),
            "TxnDate": self._world.edits.issued_on().isoformat(),
            "Line": [self._line()],
        }
        return self._create("bill", body, copied=True)

    def edit_vendor(self, target: str | None = None) -> bool:
        """Correct a vendor."""
        found = self._one("Vendor", target)
        return bool(found and self._edit("vendor", found, self._chance.choice(VENDOR_FIELDS)))

    def edit_bill(self, target: str | None = None) -> bool:
        """Correct a bill."""
        found = self._one("Bill", target)
        return bool(found and self._edit("bill", found, self._chance.choice(BILL_FIELDS)))

    def edit_account(self, target: str | None = None) -> bool:
        """Correct an account."""
        found = self._books.read("Account", target) if target else self._pick(self.expense_accounts())
        return bool(found and self._edit("account", found, self._chance.choice(ACCOUNT_FIELDS)))

    def edit(self, kind: str, target: str, field: str) -> bool:
        """Set this field of this object to something new."""
        found = self._books.read(ENTITY_OF[kind], target)
        return bool(found and self._edit(kind, found, field))

    def switch_vendor(self) -> bool:
        """Make a vendor inactive, or active again."""
        return self._switch("vendor", self._pick(self.vendors(active=False)))

    def switch_account(self) -> bool:
        """Make an account inactive, or active again."""
        accounts = [each for each in self._books.all("Account") if each["AccountType"] == "Expense"]
        return self._switch("account", self._pick(accounts))

    def delete_bill(self, target: str | None = None) -> bool:
        """Delete a bill, mostly one that is on both sides."""
        linked = [qbo_id for (kind, _), qbo_id in sorted(self._world.watch.links.items()) if kind == "bill"]
        if target is None and linked and self._chance.random() < 0.7:
            target = self._chance.choice(linked)
        found = self._one("Bill", target)
        if found is None:
            return False
        try:
            self._books.delete("Bill", found["Id"])
        except SandboxFault as fault:
            return self._refused(f"can't delete bill {found['Id']}", fault)
        self._world.edits.saw(of_quickbooks("bill", found))
        self._world.tell(f"QuickBooks: bill {found['Id']} is deleted")
        return True

    def pay_bill(self) -> bool:
        """Pay an open bill, whole or in part."""
        found = self._pick([each for each in self._books.all("Bill") if each["Balance"] > 0])
        if found is None:
            return False
        amount = found["Balance"]
        if self._chance.random() < 0.4:
            amount = (Decimal(str(amount)) / 2).quantize(Decimal("0.01"))
        bank = next(each["Id"] for each in self._books.all("Account") if each["AccountType"] == "Bank")
        body = {
            "VendorRef": found["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": bank}},
            "TotalAmt": amount,
            "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": found["Id"], "TxnType": "Bill"}]}],
        }
        try:
            self._books.create("BillPayment", body)
        except SandboxFault as fault:
            return self._refused(f"can't pay bill {found['Id']}", fault)
        self._world.tell(f"QuickBooks: {amount} of bill {found['Id']} is paid")
        return True

    def undo_payment(self) -> bool:
        """Delete a payment: its bill is open again."""
        found = self._pick(self._books.all("BillPayment"))
        if found is None:
            return False
        self._books.delete("BillPayment", found["Id"])
        self._world.tell(f"QuickBooks: payment {found['Id']} is deleted")
        return True

    # -- how

    def _one(self, entity: str, target: str | None) -> Wire | None:
        return self._books.read(entity, target) if target else self._pick(self._books.all(entity))

    def _create(self, kind: str, body: Wire, *, copied: bool = False) -> bool:
        try:
            made = self._books.create(ENTITY_OF[kind], body)
        except SandboxFault as fault:
            return self._refused(f"can't create a {kind}", fault)
        fields = of_quickbooks(kind, made)
        if copied:
            self._world.edits.copied.update(filter(None, [fields["memo"]]))
        self._world.edits.wrote(QUICKBOOKS, kind, made["Id"], None, fields)
        self._world.tell(f"QuickBooks: {kind} {made['Id']} is entered: {_shown(fields)}")
        return True

    def _switch(self, kind: str, found: Wire | None) -> bool:
        return found is not None and self._update(kind, found, {"Active": not found.get("Active")})

    def _edit(self, kind: str, found: Wire, field: str) -> bool:
        changes = _CHANGES[kind](self, found, field)
        return changes is not None and self._update(kind, found, changes)

    def _update(self, kind: str, found: Wire, changes: Wire) -> bool:
        before = of_quickbooks(kind, found)
        try:
            made = self._books.update(ENTITY_OF[kind], {"Id": found["Id"], **changes})
        except SandboxFault as fault:
            return self._refused(f"can't change {kind} {found['Id']}", fault)
        after = of_quickbooks(kind, made)
        self._world.edits.wrote(QUICKBOOKS, kind, found["Id"], before, after)
        moved = {name: value for name, value in after.items() if value != before[name]}
        self._world.tell(f"QuickBooks: {kind} {found['Id']} is changed: {_shown(moved)}")
        return True

    def _refused(self, words: str, fault: SandboxFault) -> bool:
        self._world.tell(f"QuickBooks: {words}: fault {fault.code}")
        return False

    def vendor_changes(self, found: Wire, field: str) -> Wire | None:
        """Return the body that sets a vendor's field to something new."""
        edits = self._world.edits
        if field == "name":
            return {"DisplayName": edits.text("Vendor")} if found.get("Active") else None
        if field == "email":
            return {"PrimaryEmailAddr": {"Address": f"mail{edits.next()}@example.com"}}
        if field == "no phone":
            return {"PrimaryPhone": None}
        if field == "no company_name":
            return {"CompanyName": ""}
        if field == "phone":
            return {"PrimaryPhone": {"FreeFormNumber": edits.text("555")}}
        if field in _ADDRESS:
            return {"BillAddr": (found.get("BillAddr") or {}) | {_ADDRESS[field]: edits.text("Street")}}
        return {_TEXTS[field]: edits.text(field)}

    def account_changes(self, found: Wire, field: str) -> Wire | None:
        """Return the body that sets an account's field to something new."""
        edits = self._world.edits
        if field == "name":
            return {"Name": edits.text("Account")}
        if field == "number":
            return {"AcctNum": edits.text("A")}
        return {"Description": edits.text("description")}

    def bill_changes(self, found: Wire, field: str) -> Wire | None:
        """Return the body that sets a bill's field to something new."""
        edits, chance = self._world.edits, self._chance
        lines = list(found["Line"])
        at = chance.randrange(len(lines))
        if field in ("new line", "account") and not self.expense_accounts():
            return None
        if field in ("memo", "no memo"):
            mark = split_memo(found.get("PrivateNote"))[1]
            memo = edits.text("note") if field == "memo" else ""
            keeps = mark is not None and chance.random() < 0.85
            return {"PrivateNote": f"{memo}\nsync:{mark}".strip() if keeps else memo}
        if field == "due_on":
            return {"DueDate": edits.due_on().isoformat()}
        if field == "issued_on":
            return {"TxnDate": edits.issued_on().isoformat()}
        if field == "number":
            return {"DocNumber": edits.text("Q")}
        if field == "vendor":
            others = [each for each in self.vendors() if each["Id"] != found["VendorRef"]["value"]]
            return {"VendorRef": {"value": chance.choice(others)["Id"]}} if others else None
        if field == "new line":
            return {"Line": [*lines, self._line()]}
        if field == "no line":
            return {"Line": lines[:at] + lines[at + 1 :]} if len(lines) > 1 else None
        if field == "account":
            account = chance.choice(self.expense_accounts())["Id"]
            detail = lines[at]["AccountBasedExpenseLineDetail"] | {"AccountRef": {"value": account}}
            change: Wire = {"AccountBasedExpenseLineDetail": detail}
        else:
            change = {"Amount": edits.amount()} if field == "amount" else {"Description": edits.text("goods")}
        return {"Line": [*lines[:at], lines[at] | change, *lines[at + 1 :]]}


_CHANGES: dict[str, Callable[[Bookkeeper, Wire, str], Wire | None]] = {
    "vendor": Bookkeeper.vendor_changes,
    "account": Bookkeeper.account_changes,
    "bill": Bookkeeper.bill_changes,
}


def _shown(fields: Fields) -> str:
    hidden = ("type", "subtype", "currency", "tax", "parent")
    return ", ".join(f"{name} {value}" for name, value in fields.items() if value and name not in hidden)
