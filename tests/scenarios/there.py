"""What people do in QuickBooks itself."""

from decimal import Decimal
from typing import Any

from tests.scenarios.here import TODAY
from tests.scenarios.scenario import Step, step
from tests.scenarios.world import World

Amounts = dict[str, str]
_EXPENSE = "AccountBasedExpenseLineDetail"


def _ref(world: World, entity: str, name: str) -> dict[str, str]:
    return {"value": world.find(entity, name)["Id"]}


@step("there")
async def makes(world: World, entity: str, **fields: Any) -> None:
    """Make an object, in QuickBooks' own words: `makes("Vendor", DisplayName="Ash & Co")`."""
    world.quickbooks.create(entity, fields)


def vendor(name: str, **fields: Any) -> Step:
    """Make a vendor."""
    return makes("Vendor", DisplayName=name, **fields)


@step("there")
async def customer(world: World, name: str, *, parent: str | None = None, **fields: Any) -> None:
    """Make a customer, or one below another."""
    below = {"Job": True, "ParentRef": _ref(world, "Customer", parent)} if parent else {}
    world.quickbooks.create("Customer", {"DisplayName": name} | below | fields)


@step("there")
async def sells(world: World, name: str, *, below: str) -> None:
    """Make a service that is sold, in a category."""
    account = next(each for each in world.all("Account") if each["AccountType"] == "Income")
    place = {"SubItem": True, "ParentRef": _ref(world, "Item", below)}
    world.quickbooks.create(
        "Item", {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": account["Id"]}} | place
    )


@step("there")
async def moves(world: World, entity: str, name: str, *, below: str) -> None:
    """Move an entry of a list below another."""
    parent = {"ParentRef": _ref(world, entity, below)}
    world.quickbooks.update(entity, {"Id": world.find(entity, name)["Id"]} | parent)


@step("there")
async def bill(
    world: World,
    number: str | None,
    amount: str,
    *,
    vendor: str = "Ash & Co",
    customer: str | None = None,
    **fields: Any,
) -> None:
    """Enter a bill of one line, which may be for a customer."""
    body = _lined(world, number, amount, vendor)
    if customer is not None:
        body["Line"][0][_EXPENSE] |= {"CustomerRef": _ref(world, "Customer", customer)}
    world.quickbooks.create("Bill", body | fields)


@step("there")
async def bills_customer(world: World, number: str) -> None:
    """Bill a customer for what was bought: QuickBooks marks the lines as billed."""
    found = world.find("Bill", number)
    lines = [
        line | {_EXPENSE: line[_EXPENSE] | {"BillableStatus": "HasBeenBilled"}} for line in found["Line"]
    ]
    world.quickbooks.update("Bill", {"Id": found["Id"], "Line": lines})


@step("there")
async def credit(
    world: World, number: str | None, amount: str, *, vendor: str = "Ash & Co", **fields: Any
) -> None:
    """Enter a vendor credit of one line."""
    world.quickbooks.create("VendorCredit", _lined(world, number, amount, vendor) | fields)


@step("there")
async def invoice(
    world: World, amount: str, *, customer: str = "Birch Bakery", item: str = "Baking", **fields: Any
) -> None:
    """Enter an invoice of one line."""
    world.quickbooks.create("Invoice", _sold(world, amount, customer, item) | fields)


def _sold(world: World, amount: str, customer: str, item: str) -> dict[str, Any]:
    detail = {"ItemRef": _ref(world, "Item", item)}
    line = {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return {"CustomerRef": _ref(world, "Customer", customer), "TxnDate": TODAY, "Line": [line]}


@step("there")
async def receives(
    world: World,
    invoices: Amounts,
    *,
    credits: Amounts | None = None,
    total: str | None = None,
    into: str | None = None,
    **fields: Any,
) -> None:
    """Receive money from a customer for invoices, by their numbers; `credits` names credit memos."""
    rows = [("Invoice", invoices), ("CreditMemo", credits or {})]
    lines = [_line(world, entity, *each) for entity, amounts in rows for each in amounts.items()]
    money = sum(
        (-each["Amount"] if _kind(each) == "CreditMemo" else each["Amount"] for each in lines), Decimal(0)
    )
    body = {
        "CustomerRef": world.find("Invoice", next(iter(invoices)))["CustomerRef"],
        "TotalAmt": money if total is None else Decimal(total),
        "TxnDate": TODAY,
        "Line": lines,
    }
    account = {"DepositToAccountRef": _ref(world, "Account", into)} if into else {}
    world.quickbooks.create("Payment", body | account | fields)


@step("there")
async def credit_memo(world: World, amount: str, *, customer: str = "Birch Bakery", **fields: Any) -> None:
    """Enter a credit memo of one line."""
    world.quickbooks.create("CreditMemo", _sold(world, amount, customer, "Baking") | fields)


@step("there")
async def deposits(world: World, payment: str | None = None, *, into: str = "Checking") -> None:
    """Take a payment to the bank: QuickBooks lets nobody change it any more."""
    found = world.find("Payment", payment)
    linked = {"TxnId": found["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    body = {"DepositToAccountRef": _ref(world, "Account", into), "TxnDate": TODAY}
    line = {"Amount": found["TotalAmt"], "LinkedTxn": [linked]}
    world.quickbooks.create("Deposit", body | {"Line": [line]})


def _lined(world: World, number: str | None, amount: str, vendor: str) -> dict[str, Any]:
    expense = _ref(world, "Account", "Office Expenses")
    line = {"Amount": Decimal(amount), "DetailType": _EXPENSE, _EXPENSE: {"AccountRef": expense}}
    body = {"VendorRef": _ref(world, "Vendor", vendor), "TxnDate": TODAY, "Line": [line]}
    return body | ({"DocNumber": number} if number else {})


@step("there")
async def pays(
    world: World,
    bills: Amounts,
    *,
    by: str = "Checking",
    credits: Amounts | None = None,
    also: Amounts | None = None,
    total: str | None = None,
    **fields: Any,
) -> None:
    """Pay bills, by their numbers; `also` names journal entries. A credit card account pays by card."""
    account = world.find("Account", by)
    card = account["AccountType"] == "Credit Card"
    paid_by, ref = ("CreditCardPayment", "CCAccountRef") if card else ("CheckPayment", "BankAccountRef")
    rows = [("Bill", bills), ("VendorCredit", credits or {}), ("JournalEntry", also or {})]
    lines = [_line(world, entity, *each) for entity, amounts in rows for each in amounts.items()]
    money = sum(
        (-each["Amount"] if _kind(each) == "VendorCredit" else each["Amount"] for each in lines), Decimal(0)
    )
    body = {
        "VendorRef": world.find("Bill", next(iter(bills)))["VendorRef"],
        "PayType": "CreditCard" if card else "Check",
        paid_by: {ref: {"value": account["Id"]}},
        "TotalAmt": money if total is None else Decimal(total),
        "TxnDate": TODAY,
        "Line": lines,
    }
    world.quickbooks.create("BillPayment", body | fields)


def _line(world: World, entity: str, number: str, amount: str) -> dict[str, Any]:
    linked = {"TxnId": world.find(entity, number)["Id"], "TxnType": entity}
    return {"Amount": Decimal(amount), "LinkedTxn": [linked]}


def _kind(line: dict[str, Any]) -> str:
    return str(line["LinkedTxn"][0]["TxnType"])


def applies_credit(credits: Amounts, *, to: Amounts) -> Step:
    """Apply vendor credits to bills by hand: a payment of 0.00."""
    return pays(to, credits=credits)


@step("there")
async def repays(world: World, reference: str, bills: Amounts) -> None:
    """Have a payment pay other bills, or other amounts."""
    lines = [_line(world, "Bill", *each) for each in bills.items()]
    total = sum((line["Amount"] for line in lines), Decimal(0))
    body = {"Id": world.find("BillPayment", reference)["Id"], "TotalAmt": total, "Line": lines}
    world.quickbooks.update("BillPayment", body)


@step("there")
async def enters_journal(world: World, number: str, amount: str, *, vendor: str) -> None:
    """Enter what is owed to a vendor as a journal entry."""
    party = {"Type": "Vendor", "EntityRef": _ref(world, "Vendor", vendor)}
    sides = [("Debit", "Office Expenses", {}), ("Credit", "Accounts Payable (A/P)", {"Entity": party})]
    lines = [
        {
            "Amount": Decimal(amount),
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": _ref(world, "Account", name)}
            | more,
        }
        for side, name, more in sides
    ]
    world.quickbooks.create("JournalEntry", {"DocNumber": number, "TxnDate": TODAY, "Line": lines})


@step("there")
async def copies(world: World, entity: str, number: str, to: str) -> None:
    """Copy a transaction, its memo too, under another number."""
    found = world.find(entity, number)
    lines = [{name: value for name, value in line.items() if name != "Id"} for line in found["Line"]]
    kept = {name: found[name] for name in ("VendorRef", "TxnDate", "PrivateNote") if name in found}
    world.quickbooks.create(entity, kept | {"DocNumber": to, "Line": lines})


@step("there")
async def edits(world: World, entity: str, key: str | None = None, **fields: Any) -> None:
    """Change fields of an object, named by its number or name."""
    world.quickbooks.update(entity, {"Id": world.find(entity, key)["Id"]} | fields)


@step("there")
async def reprices(world: World, entity: str, number: str, amount: str) -> None:
    """Give a bill or credit of one line another amount."""
    found = world.find(entity, number)
    line = next(each for each in found["Line"] if each.get("Id")) | {"Amount": Decimal(amount)}
    world.quickbooks.update(entity, {"Id": found["Id"], "Line": [line]})


@step("there")
async def voids(world: World, entity: str, key: str | None = None) -> None:
    """Void a transaction."""
    world.quickbooks.void(entity, world.find(entity, key)["Id"])


@step("there")
async def deletes(world: World, entity: str, key: str | None = None) -> None:
    """Delete a transaction."""
    world.quickbooks.delete(entity, world.find(entity, key)["Id"])


@step("there")
async def renames(world: World, entity: str, name: str, to: str) -> None:
    """Give an entry of a list another name."""
    found = world.find(entity, name)
    field = "DisplayName" if "DisplayName" in found else "Name"
    world.quickbooks.update(entity, {"Id": found["Id"], field: to})


def archives(entity: str, name: str) -> Step:
    """Make an entry of a list inactive."""
    return edits(entity, name, Active=False)


@step("there")
async def revives(world: World, entity: str, name: str) -> None:
    """Make an inactive entry of a list active again, under its own name."""
    (found,) = [
        each for each in world.all(entity) if name in (each.get("DisplayName") or each.get("Name") or "")
    ]
    field = "DisplayName" if "DisplayName" in found else "Name"
    world.quickbooks.update(entity, {"Id": found["Id"], "Active": True, field: name})


@step("there")
async def merges(world: World, entity: str, lost: str, *, into: str) -> None:
    """Make one of two entries of a list: what referred to the one refers to the other."""
    world.quickbooks.merge(entity, world.find(entity, into)["Id"], world.find(entity, lost)["Id"])


@step("there")
async def sets(world: World, **groups: Any) -> None:
    """Change the company's settings, group by group."""
    world.quickbooks.set_preferences(groups)


def closes_books(until: str | None) -> Step:
    """Close the books up to a day; None opens them again."""
    return sets(AccountingInfoPrefs={"BookCloseDate": until})


@step("there")
async def attaches(world: World, entity: str, number: str, file: str) -> None:
    """Attach a document to a transaction."""
    target = {"EntityRef": {"type": entity, "value": world.find(entity, number)["Id"]}}
    world.quickbooks.create("Attachable", {"FileName": file, "AttachableRef": [target]})
