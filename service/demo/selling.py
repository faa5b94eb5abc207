"""Step 7: the other half. Customers are invoiced on both sides, and pay on both."""

from decimal import Decimal

from service.demo.acting import account_of_type, expect_balance, money_of, object_there, press
from service.demo.calls import Json
from service.demo.newcomers import days_from_today
from service.demo.stage import Stage
from service.demo.syncing import be_idle

KINDS = ("customer", "item", "invoice", "invoice_payment")
WORTH = Decimal("240.00")
HALF = Decimal("120.00")
SOLD_THERE = Decimal("75.00")


async def sell(stage: Stage) -> None:
    """Invoice a customer here and another in QuickBooks, and have both pay."""
    stage.screen.heading(7, "Customers are invoiced, and pay, here and there")
    await be_idle(stage.platform)
    income, bank = await account_of_type(stage, "Income"), await account_of_type(stage, "Bank")
    there = await _somebody_to_sell_to(stage)
    if income is None or bank is None or there is None:
        stage.screen.say("That takes an income account, a bank account, a customer and a service.")
        return
    await stage.platform.prefer(
        {"unallocated_income_account": income["id"], "deposit_to_account": bank["id"]}
    )
    stage.screen.say(
        *("Preferences: unallocated_income_account = ", (income["name"], "bold")),
        *(", deposit_to_account = ", (bank["name"], "bold")),
    )
    mine, theirs = await _invoice(stage, *there)
    await _pay(stage, mine, theirs)


async def _somebody_to_sell_to(stage: Stage) -> tuple[Json, Json] | None:
    """Return a customer and a service that QuickBooks sells."""
    customers = [
        each
        for each in await stage.books.export("Customer")
        if each.get("Active") and (each.get("CurrencyRef") or {}).get("value", "USD") == "USD"
    ]
    items = [each for each in await stage.books.export("Item") if each.get("Type") == "Service"]
    active = [each for each in items if each.get("Active") and each.get("IncomeAccountRef")]
    return (customers[0], active[0]) if customers and active else None


async def _invoice(stage: Stage, customer: Json, item: Json) -> tuple[Json, Json]:
    """Write an invoice here without a number and without items; enter one in QuickBooks."""
    await stage.platform.put("customer", "cus-1", {"name": "Harbor Cafe", "email": "till@harborcafe.example"})
    line = {"description": "Catering", "amount": str(WORTH)}
    body = {"customer": "cus-1", "issued_on": days_from_today(-2), "lines": [line]}
    await stage.platform.put("invoice", "inv-1", body)
    detail = {"ItemRef": {"value": item["Id"]}}
    sold = {"Amount": SOLD_THERE, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    entered = await stage.books.create(
        "Invoice",
        {"CustomerRef": {"value": customer["Id"]}, "TxnDate": days_from_today(-1), "Line": [sold]},
    )
    stage.screen.table(
        ("where", "what"),
        [
            ("platform", f"invoice without a number to Harbor Cafe, a new customer: {WORTH}, no item named"),
            ("QuickBooks", f"invoice {entered.get('DocNumber')} to {customer['DisplayName']}: {SOLD_THERE}"),
        ],
        words=2,
    )
    await press(stage, "Sync pressed", "invoices", KINDS)
    mine, _ = await stage.platform.get("invoice", "inv-1")
    stage.checks.expect(
        bool(mine["number"]) and mine["quickbooks"]["sync_state"] == "agreed",
        f"QuickBooks has given ours the number {mine['number']}",
        str(mine["quickbooks"]),
    )
    here = {each["quickbooks"]["id"]: each for each in await stage.platform.records("invoice")}
    theirs = here.get(entered["Id"], {})
    stage.checks.expect(bool(theirs), f"invoice {entered.get('DocNumber')} of QuickBooks has come here")
    return mine, theirs


async def _pay(stage: Stage, mine: Json, theirs: Json) -> None:
    """Receive half of ours here, and all of theirs in QuickBooks, in part by a credit memo."""
    receipt = {
        "customer": mine["customer"],
        "received_on": days_from_today(0),
        "reference": "5012",
        "lines": [{"invoice": mine["id"], "amount": str(HALF)}],
    }
    await stage.platform.put("invoice_payment", "rec-1", receipt)
    memo = await _settle_there(stage, theirs)
    stage.screen.table(
        ("where", "what"),
        [
            ("platform", f"{HALF} of invoice {mine['number']} received by check 5012"),
            ("QuickBooks", f"invoice {theirs['number']} paid, 15.00 of it by credit memo {memo}"),
        ],
        words=2,
    )
    await press(stage, "Sync pressed", "receipts", (*KINDS, "credit_memo"))
    await expect_balance(stage, mine, str(WORTH - HALF), kind="invoice")
    await expect_balance(stage, theirs, "0.00", kind="invoice")
    payment = await object_there(stage, "Payment", "PaymentRefNum", "5012") or {}
    came = money_of(payment.get("TotalAmt", "?"))
    stage.checks.expect(came == str(HALF), "QuickBooks has the receipt of 5012", str(payment))
    explained = await stage.platform.explain_object("credit_memo", await _id_of(stage, memo))
    code = (explained["quickbooks"] or {}).get("code")
    stage.checks.expect(code == "credit_memo", f"credit memo {memo} stays in QuickBooks", str(code))
    stage.screen.say(("Why: ", "bold yellow"), explained["summary"])


async def _settle_there(stage: Stage, invoice: Json) -> str:
    """Give a customer credit for 15.00, and take the rest of the invoice."""
    shown = await object_there(stage, "Invoice", "Id", invoice["quickbooks"]["id"]) or {}
    sold = next(line for line in shown["Line"] if line.get("Id"))
    credit = Decimal("15.00")
    line = {name: sold[name] for name in ("DetailType", sold["DetailType"])} | {"Amount": credit}
    line["SalesItemLineDetail"] = {"ItemRef": sold["SalesItemLineDetail"]["ItemRef"]}
    memo = await stage.books.create(
        "CreditMemo",
        {"CustomerRef": shown["CustomerRef"], "TxnDate": days_from_today(0), "Line": [line]},
    )
    paid = [("Invoice", shown["Id"], SOLD_THERE), ("CreditMemo", memo["Id"], credit)]
    await stage.books.create(
        "Payment",
        {
            "CustomerRef": shown["CustomerRef"],
            "TotalAmt": SOLD_THERE - credit,
            "TxnDate": days_from_today(0),
            "Line": [
                {"Amount": amount, "LinkedTxn": [{"TxnId": target, "TxnType": entity}]}
                for entity, target, amount in paid
            ],
        },
    )
    return str(memo.get("DocNumber") or memo["Id"])


async def _id_of(stage: Stage, number: str) -> str:
    memo = await object_there(stage, "CreditMemo", "DocNumber", number)
    return str((memo or {"Id": number})["Id"])
