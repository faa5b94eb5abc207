"""Step 6: what stays in QuickBooks and why, what comes after all, and documents, which never do."""

from service.demo.acting import SHOWN, account_of_type, expect_balance, object_there, pay_by_check, press
from service.demo.calls import Json
from service.demo.editing import editable
from service.demo.newcomers import days_from_today
from service.demo.stage import Stage
from service.demo.syncing import be_idle

NUMBER = "STAY-1"
DOCUMENT = "delivery-note.pdf"
KINDS = ("bill", *SHOWN)


async def leave_there(stage: Stage) -> None:
    """Stop bills from coming, let them come again, and have a payment stay as for older accounts."""
    stage.screen.heading(6, "What stays in QuickBooks, and what comes after all")
    await be_idle(stage.platform)
    bills, bank = editable(await stage.platform.records("bill")), await account_of_type(stage, "Bank")
    like = await object_there(stage, "Bill", "Id", bills[0]["quickbooks"]["id"]) if bills else None
    if like is None or bank is None:
        stage.screen.say("That takes an open bill and a bank account that are on both sides.")
        return
    bill = await _stop_bills(stage, like)
    await _let_them_come(stage, bill)
    await _pay_beside_us(stage, bill, bank)


async def _stop_bills(stage: Stage, like: Json) -> Json:
    await stage.platform.prefer({"transactions_direction": "to_quickbooks"})
    stage.screen.say("Preferences, by customer support: transactions_direction = ", ("to_quickbooks", "bold"))
    line = next(each for each in like["Line"] if each.get("Id"))
    kept = {name: line[name] for name in ("Amount", "DetailType", line["DetailType"])}
    body = {
        "VendorRef": like["VendorRef"],
        "DocNumber": NUMBER,
        "TxnDate": days_from_today(-1),
        "Line": [kept],
    }
    bill = await stage.books.create("Bill", body)
    target = {"EntityRef": {"type": "Bill", "value": bill["Id"]}}
    await stage.books.create("Attachable", {"FileName": DOCUMENT, "AttachableRef": [target]})
    stage.screen.say(f"In QuickBooks somebody enters bill {NUMBER} and attaches {DOCUMENT}.")
    await press(stage, "Sync pressed", "bills are stopped", KINDS)
    explained = await stage.platform.explain_object("bill", bill["Id"])
    code = (explained["quickbooks"] or {}).get("code")
    stage.checks.expect(code == "direction", f"{NUMBER} stays in QuickBooks", str(code))
    stage.screen.say(("Why: ", "bold yellow"), explained["summary"])
    return bill


async def _let_them_come(stage: Stage, bill: Json) -> None:
    await stage.platform.prefer({"transactions_direction": "both"})
    reopened = await _reopen(stage)
    words = f", and the payment of bill {reopened['DocNumber']} is deleted in QuickBooks" if reopened else ""
    stage.screen.say(f"transactions_direction is both again{words}.")
    await press(stage, "Sync pressed", "bills come again", KINDS)
    here = {each["quickbooks"]["id"]: each for each in await stage.platform.records("bill")}
    stage.checks.expect(bill["Id"] in here, f"{NUMBER} has come here")
    if reopened:
        words = f"{reopened['DocNumber']} was paid, which is history; it is open again, and has come here"
        stage.checks.expect(reopened["Id"] in here, words)
    touched = {each["entity"] for each in await stage.books.journal() if each["actor"] == "api"}
    said = f"{DOCUMENT} stays where it is: documents don't sync, and no write of ours ever touched one"
    stage.checks.expect("Attachable" not in touched, said, str(touched))


async def _reopen(stage: Stage) -> Json | None:
    """Delete a payment that was there before the first sync, and return the one bill that it paid."""
    vendors = {each["quickbooks"]["id"] for each in await stage.platform.records("vendor")}
    paid = {
        each["Id"]: each
        for each in await stage.books.export("Bill")
        if each["Balance"] == 0 and each.get("DocNumber") and each["VendorRef"]["value"] in vendors
    }
    known = {each["quickbooks"]["id"] for each in await stage.platform.records("bill_payment")}
    for payment in await stage.books.export("BillPayment"):
        linked = [each for line in payment.get("Line") or () for each in line["LinkedTxn"]]
        bill = paid.get(linked[0]["TxnId"]) if len(linked) == 1 else None
        is_dollars = (bill or {}).get("CurrencyRef", {}).get("value", "USD") == "USD"
        if bill and is_dollars and payment["Id"] not in known and payment["TotalAmt"] == bill["TotalAmt"]:
            await stage.books.delete("BillPayment", payment["Id"])
            return bill
    return None


async def _pay_beside_us(stage: Stage, shown: Json, bank: Json) -> None:
    """What accounts that signed up on or before 9/15/17 have: payments made in QuickBooks stay there."""
    await stage.platform.prefer({"bill_payment_direction": "to_quickbooks"})
    stage.screen.say(
        "Payments go one way now, as for accounts signed up on or before 9/15/17: bill_payment_direction = ",
        ("to_quickbooks", "bold"),
    )
    records = await stage.platform.records("bill")
    bill = next(each for each in records if each["quickbooks"]["id"] == shown["Id"])
    await pay_by_check(stage, bill, bank)
    stage.screen.say(f"In QuickBooks a check pays {NUMBER}.")
    await press(stage, "Sync pressed", "a payment beside us", KINDS)
    found = [each for each in await stage.platform.issues() if each["record"] == bill["id"]]
    codes = [each["code"] for each in found]
    words = f"the check stays there, and an issue says that {NUMBER} is paid, so that nobody pays it twice"
    stage.checks.expect(codes == ["paid_in_quickbooks"], words, str(codes))
    if not found:
        return
    stage.screen.say(("Why: ", "bold yellow"), found[0]["reason"])
    await stage.platform.act(found[0]["id"], "record_here")
    stage.screen.say("Somebody chooses record_here.")
    await press(stage, "Sync pressed", "it is recorded here", KINDS)
    await expect_balance(stage, bill, "0.00")
    await stage.platform.prefer({"bill_payment_direction": None})
