"""Step 5: bills are paid on both sides; a credit follows its bill, and the clearing account comes to 0.00."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from service.demo.acting import (
    CLEARING,
    account_of_type,
    expect_balance,
    money_of,
    object_there,
    pay_by_check,
    press,
)
from service.demo.calls import Json, until
from service.demo.editing import editable
from service.demo.newcomers import days_from_today
from service.demo.stage import Stage
from service.demo.syncing import be_idle

ENOUGH = 4
CREDIT = Decimal("15.00")
ARRIVAL_SECONDS = 30.0
Look = Callable[[], Awaitable[bool]]


async def pay_bills(stage: Stage) -> None:
    """Pay online and by card here, by check in QuickBooks, and in part by a credit."""
    stage.screen.heading(5, "Bills are paid, here and there")
    await be_idle(stage.platform)
    active = {each["id"] for each in await stage.platform.records("vendor") if not each["archived"]}
    bills = [
        each
        for each in editable(await stage.platform.records("bill"))
        if Decimal(each["amount"]) > 2 * CREDIT and each["vendor"] in active
    ][:ENOUGH]
    if len(bills) < ENOUGH:
        stage.screen.say(f"That takes {ENOUGH} open bills that are on both sides; there are {len(bills)}.")
        return
    bank, card = await account_of_type(stage, "Bank"), await account_of_type(stage, "Credit Card")
    if bank is None or card is None:
        stage.screen.say("That takes a bank account and a credit card; QuickBooks has not both.")
        return
    await stage.platform.prefer({"default_bank_account": bank["id"], "bank_accounts": {"house": bank["id"]}})
    stage.screen.say("Preferences: default_bank_account = ", (bank["name"], "bold"))
    await _pay_all_ways(stage, bills, bank, card)
    await _complete_and_clear(stage, bills, bank)
    await _void(stage, bills[1])


async def _pay_all_ways(stage: Stage, bills: list[Json], bank: Json, card: Json) -> None:
    online, by_card, by_credit, there = bills
    half = (Decimal(by_card["amount"]) / 2).quantize(CREDIT)
    await _pay(
        stage, "pay-1", online, online["amount"], method="online", bank_account="house", reference="4711"
    )
    await _pay(stage, "pay-2", by_card, str(half), bank_account=card["id"])
    await _enter_credit(stage, by_credit)
    credits = [{"vendor_credit": "credit-1", "amount": str(CREDIT)}]
    await _pay(stage, "pay-3", by_credit, str(CREDIT), credits=credits)
    await pay_by_check(stage, there, bank)
    stage.screen.table(
        ("where", "what"),
        [
            ("platform", f"bill {online['number']}: {online['amount']} paid online, from bank account house"),
            ("platform", f"bill {by_card['number']}: {half} of {by_card['amount']} paid by {card['name']}"),
            (
                "platform",
                f"bill {by_credit['number']}: {CREDIT} of {by_credit['amount']} covered by a credit",
            ),
            ("QuickBooks", f"bill {there['number']}: {there['amount']} paid by check"),
        ],
        words=2,
    )
    await press(stage, "Sync pressed", "payments")
    clearing = await object_there(stage, "Account", "Name", CLEARING)
    paid = await _payment(stage, online)
    against = (paid.get("CheckPayment") or {}).get("BankAccountRef", {}).get("value")
    await expect_balance(stage, online, "0.00")
    stage.checks.expect(
        clearing is not None and against == clearing["Id"],
        f"the online payment went against {CLEARING}, which the sync has made",
        str(paid),
    )
    await expect_balance(stage, by_card, str(Decimal(by_card["amount"]) - half))
    await _expect_arrival(stage, there)
    await expect_balance(stage, by_credit, by_credit["amount"], here=Decimal(by_credit["amount"]) - CREDIT)
    held, _ = await stage.platform.get("bill_payment", "pay-3")
    explained = await stage.platform.explain("bill_payment", "pay-3")
    stage.checks.expect(
        held["quickbooks"]["code"] == "credit_waits_for_bill",
        "the credit waits until its bill is paid, as the FAQ has it",
        str(held["quickbooks"]),
    )
    stage.screen.say(("Why: ", "bold yellow"), explained["summary"])


async def _complete_and_clear(stage: Stage, bills: list[Json], bank: Json) -> None:
    online, _, by_credit, _ = bills
    rest = str(Decimal(by_credit["amount"]) - CREDIT)
    await _pay(stage, "pay-4", by_credit, rest)
    clearing = next(each for each in await stage.platform.records("account") if each["name"] == CLEARING)
    await stage.platform.put(
        "funds_transfer",
        "move-1",
        {
            "moved_on": days_from_today(0),
            "from_account": bank["id"],
            "to_account": clearing["id"],
            "amount": online["amount"],
            "payments": ["pay-1"],
        },
    )
    stage.screen.say(
        f"Then {rest} pay the rest of {by_credit['number']}, and the bank is debited {online['amount']}."
    )
    await press(stage, "Sync pressed", "the rest")
    await expect_balance(stage, by_credit, "0.00")
    applied = [
        each for each in await stage.books.export("BillPayment") if each["TotalAmt"] == 0 and each.get("Line")
    ]
    stage.checks.expect(
        len(applied) == 1, "QuickBooks has the credit applied by one payment of 0.00", str(applied)
    )
    there = await object_there(stage, "Account", "Name", CLEARING)
    balance = money_of((there or {}).get("CurrentBalance", "?"))
    stage.checks.expect(balance == "0.00", f"{CLEARING} has come to 0.00", balance)


async def _void(stage: Stage, bill: Json) -> None:
    payment, etag = await stage.platform.get("bill_payment", "pay-2")
    await stage.platform.put("bill_payment", "pay-2", {**payment, "status": "voided"}, etag=etag)
    stage.screen.say(f"The payment of {bill['number']} by card is voided here.")
    await press(stage, "Sync pressed", "the void")
    await expect_balance(stage, bill, bill["amount"])


async def _pay(stage: Stage, key: str, bill: Json, amount: str, **fields: Any) -> None:
    lines = [{"bill": bill["id"], "amount": amount}]
    payment = {"vendor": bill["vendor"], "paid_on": days_from_today(0), "lines": lines, **fields}
    await stage.platform.put("bill_payment", key, payment)


async def _enter_credit(stage: Stage, bill: Json) -> None:
    line = {"description": "Returned goods", "amount": str(CREDIT), "account": bill["lines"][0]["account"]}
    credit = {"vendor": bill["vendor"], "number": "HW-C1", "issued_on": days_from_today(-1), "lines": [line]}
    await stage.platform.put("vendor_credit", "credit-1", credit)


async def _payment(stage: Stage, bill: Json) -> Json:
    """Return the payment of a bill as QuickBooks has it."""
    for each in await stage.books.export("BillPayment"):
        paid = {linked["TxnId"] for line in each["Line"] for linked in line["LinkedTxn"]}
        if bill["quickbooks"]["id"] in paid:
            return each
    return {}


async def _expect_arrival(stage: Stage, bill: Json) -> None:
    """The payment made in QuickBooks has come here, once."""

    async def look() -> list[Json] | None:
        payments = await stage.platform.records("bill_payment")
        found = [each for each in payments if any(line["bill"] == bill["id"] for line in each["lines"])]
        return found or None

    found = await until(look, seconds=ARRIVAL_SECONDS) or []
    origins = [each["origin"] for each in found]
    words = f"the check that paid {bill['number']} in QuickBooks has come here"
    stage.checks.expect(origins == ["quickbooks"], words, str(origins))
