"""What people do on the platform's side, over HTTP."""

from typing import Any

from tests.scenarios.scenario import Step, step
from tests.scenarios.world import World

TODAY = "2026-03-02"
Amounts = dict[str, str]


@step("here")
async def has(world: World, path: str, **fields: Any) -> None:
    """Write a record, new or whole: `has("vendors/ash", name="Ash & Co")`."""
    await world.call("records:write", "PUT", path, fields)


def account(record: str, name: str, kind: str) -> Step:
    """Write an account of a type of QuickBooks'."""
    return has(f"accounts/{record}", name=name, type=kind)


def vendor(record: str, name: str, **fields: Any) -> Step:
    """Write a vendor."""
    return has(f"vendors/{record}", name=name, **fields)


def customer(record: str, name: str, **fields: Any) -> Step:
    """Write a customer."""
    return has(f"customers/{record}", name=name, **fields)


def bill(record: str, *, number: str | None, amount: str, vendor: str = "ash", **fields: Any) -> Step:
    """Write a bill of one line; without an account on it, it goes to the unallocated expense account."""
    return has(f"bills/{record}", **_lined(number, amount, vendor, fields))


def credit(record: str, *, number: str | None, amount: str, vendor: str = "ash", **fields: Any) -> Step:
    """Write a vendor credit of one line."""
    return has(f"vendor-credits/{record}", **_lined(number, amount, vendor, fields))


def item(record: str, name: str, **fields: Any) -> Step:
    """Write a service that is sold, on the income account."""
    return has(f"items/{record}", name=name, **({"type": "Service", "income_account": "income"} | fields))


def invoice(
    record: str, amount: str, *, number: str | None = None, customer: str = "birch", **fields: Any
) -> Step:
    """Write an invoice of one line; where it names no item, it is unallocated income."""
    lines = [{"id": "1", "description": "Baking", "amount": amount}]
    body = {"customer": customer, "number": number, "issued_on": TODAY, "lines": lines}
    return has(f"invoices/{record}", **(body | fields))


def _lined(number: str | None, amount: str, vendor: str, fields: dict[str, Any]) -> dict[str, Any]:
    lines = [{"id": "1", "description": "Goods", "amount": amount}]
    return {"vendor": vendor, "number": number, "issued_on": TODAY, "lines": lines} | fields


def pays(record: str, bills: Amounts, *, credits: Amounts | None = None, **fields: Any) -> Step:
    """Pay bills: by how much each goes down, and what of it credits cover."""
    lines = [{"bill": each, "amount": amount} for each, amount in bills.items()]
    used = [{"vendor_credit": each, "amount": amount} for each, amount in (credits or {}).items()]
    body = {"vendor": "ash", "paid_on": TODAY, "lines": lines, "credits": used}
    return has(f"bill-payments/{record}", **(body | fields))


def uses(record: str, credits: Amounts, *, on: Amounts, **fields: Any) -> Step:
    """Apply vendor credits to bills; no money moves."""
    return pays(record, on, credits=credits, **fields)


def receives(record: str, invoices: Amounts, **fields: Any) -> Step:
    """Receive money from a customer: by how much each invoice goes down."""
    lines = [{"invoice": each, "amount": amount} for each, amount in invoices.items()]
    body = {"customer": "birch", "received_on": TODAY, "lines": lines}
    return has(f"invoice-payments/{record}", **(body | fields))


def transfers(record: str, amount: str, *, payments: list[str], **fields: Any) -> Step:
    """Move the money of online payments out of the bank, through the clearing account."""
    body = {"moved_on": TODAY, "from_account": "bank", "to_account": "money-out-clearing"}
    return has(f"funds-transfers/{record}", **(body | {"amount": amount, "payments": payments} | fields))


@step("here")
async def edits(world: World, path: str, **fields: Any) -> None:
    """Change fields of a record, as somebody does who has just looked at it."""
    known = await world.record(path)
    edited = {name: value for name, value in known.items() if name != "amount"} | fields
    kind = path.partition("?")[0].partition("/")[0]
    await world.call(
        "records:write", "PUT", f"{kind}/{known['id']}", edited, if_match=f'"{known["revision"]}"'
    )


def reprices(path: str, amount: str) -> Step:
    """Give a bill or credit of one line another amount."""
    return edits(path, lines=[{"id": "1", "description": "Goods", "amount": amount}])


def voids(payment: str, kind: str = "bill-payments") -> Step:
    """Void a payment, by its id or as a list finds it: `status=processed`."""
    return edits(f"{kind}{'?' if '=' in payment else '/'}{payment}", status="voided")


@step("here")
async def archives(world: World, path: str) -> None:
    """Archive a record."""
    known = await world.record(path)
    kind = path.partition("?")[0].partition("/")[0]
    await world.call("records:write", "DELETE", f"{kind}/{known['id']}")


@step("here")
async def prefers(world: World, **chosen: Any) -> None:
    """Set sync preferences."""
    await world.call("preferences", "PATCH", "preferences", chosen)


@step("here")
async def has_support_set(world: World, **chosen: Any) -> None:
    """Have customer support set what the company can't set itself."""
    await world.call("support", "PATCH", "preferences", chosen)


@step("here")
async def acts(
    world: World, code: str, action: str, *, on: str | None = None, to: tuple[str, str | None] | None = None
) -> None:
    """Act on the open issue with this code, on this record if told; `to` is what it links with."""
    found = await open_issue(world, code, on)
    body = {"action": action}
    if to is not None:
        body["quickbooks_id"] = world.find(*to)["Id"]
    await world.call("records:write", "POST", f"issues/{found['id']}/actions", body)


async def open_issue(world: World, code: str, on: str | None) -> dict[str, Any]:
    """Return the one open issue with this code, on this record if told."""
    every = (await world.read("issues"))["items"]
    found = [each for each in every if each["code"] == code and on in (None, each["record"])]
    assert len(found) == 1, f"open issues: {[(each['code'], each['record']) for each in every]}"
    only: dict[str, Any] = found[0]
    return only


BOOKS = (
    account("expense", "Uncategorized Expense", "Expense"),
    account("bank", "Checking", "Bank"),
    account("card", "Company Card", "Credit Card"),
    vendor("ash", "Ash & Co"),
    prefers(unallocated_expense_account="expense", default_bank_account="bank"),
)
"""What most companies have before their first sync: some accounts, a vendor, preferences."""
SALES = (
    *BOOKS,
    account("income", "Sales Income", "Income"),
    customer("birch", "Birch Bakery"),
    item("baking", "Baking"),
    prefers(unallocated_income_account="income"),
)
"""The same and what is needed to sell: an income account, a customer, a service, the preference."""
SOLD = (*SALES, prefers(deposit_to_account="bank"), invoice("i1", "100.00"))
"""The same, an invoice of 100.00, and where money that is received goes."""
SOLD_TWICE = (*SOLD, invoice("i2", "50.00"))
"""The same and a second one of 50.00."""
ONE_BILL = (*BOOKS, bill("b1", number="B-1", amount="100.00"))
"""The same and a bill of 100.00."""
TWO_BILLS = (*ONE_BILL, bill("b2", number="B-2", amount="50.00"))
"""The same and a second one of 50.00."""
