"""What several steps do: press sync, look something up in QuickBooks, pay there, compare balances."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from service.demo.calls import DemoError, Json
from service.demo.newcomers import days_from_today
from service.demo.platform import ENTITIES
from service.demo.stage import Stage
from service.demo.syncing import be_idle, show_table, wait_for_echo, watch

CLEARING = "Money Out Clearing"
SHOWN = ("account", "vendor_credit", "bill_payment", "funds_transfer")
_CENT = Decimal("0.01")


async def account_of_type(stage: Stage, type: str) -> Json | None:
    """Return an account of a type that is on both sides, but for the clearing account."""
    accounts = await stage.platform.records("account")
    fit = (each for each in accounts if each["type"] == type and not each["archived"])
    return next((each for each in fit if each["quickbooks"]["id"] and each["name"] != CLEARING), None)


async def press(stage: Stage, words: str, title: str, kinds: Sequence[str] = SHOWN) -> Json:
    """Press sync, beside whatever the webhook starts, and wait until all is quiet."""
    await be_idle(stage.platform)
    sync = await watch(stage.platform, stage.screen, await stage.platform.press_sync(), words)
    await show_table(stage.platform, stage.screen, sync, title, kinds)
    await wait_for_echo(stage.platform, sync)
    return sync


async def object_there(stage: Stage, entity: str, name: str, value: str) -> Json | None:
    """Return the object in QuickBooks with this value."""
    found = (each for each in await stage.books.export(entity) if each.get(name) == value)
    return next(found, None)


async def pay_by_check(stage: Stage, bill: Json, bank: Json) -> None:
    """Let a person in QuickBooks write a check."""
    shown = await object_there(stage, "Bill", "Id", bill["quickbooks"]["id"])
    if shown is None:
        raise DemoError(f"QuickBooks has no bill {bill['number']} any more.")
    linked = [{"TxnId": shown["Id"], "TxnType": "Bill"}]
    await stage.books.create(
        "BillPayment",
        {
            "VendorRef": shown["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": bank["quickbooks"]["id"]}},
            "TotalAmt": shown["TotalAmt"],
            "TxnDate": days_from_today(0),
            "Line": [{"Amount": shown["TotalAmt"], "LinkedTxn": linked}],
        },
    )


async def expect_balance(
    stage: Stage, bill: Json, there: str, *, here: Decimal | None = None, kind: str = "bill"
) -> None:
    """Both sides say what is open; where they differ, by what waits."""
    shown = await object_there(stage, ENTITIES[kind], "Id", bill["quickbooks"]["id"]) or {}
    record, _ = await stage.platform.get(kind, bill["id"])
    found = (record["balance"], record["quickbooks"]["balance"], money_of(shown.get("Balance", "?")))
    wanted = (str(here) if here is not None else there, there, there)
    name = bill["number"] if kind == "bill" else f"{kind} {bill['number']}"
    words = f"of {name} {there} is open on both sides"
    if here is not None:
        words = f"of {name} {here} is open here, and {there} in QuickBooks"
    stage.checks.expect(found == wanted, words, str(found))


def money_of(value: Any) -> str:
    """Write an amount with two decimals."""
    return value if value == "?" else str(Decimal(str(value)).quantize(_CENT))
