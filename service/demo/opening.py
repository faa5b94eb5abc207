"""Step 1: a QuickBooks company and a platform company that have never heard of each other."""

from pathlib import Path

from service.demo.calls import Json
from service.demo.newcomers import days_from_today, own_bills, own_vendors
from service.demo.recorded import number_bills, read_folder
from service.demo.stage import Stage

NAME = "Harbor Works"
ENOUGH_BILLS = 4
"""Step 4 edits this many bills that are on both sides."""


async def open_both(stage: Stage, *, folder: Path | None, keep_numbers: bool) -> None:
    """Make both companies; with a folder, QuickBooks' side is what was recorded."""
    stage.screen.heading(1, "Two sides that have never met")
    if folder is None:
        await stage.books.open_sample()
    else:
        await _open_recorded(stage, folder, keep_numbers=keep_numbers)
    await _describe_books(stage)
    if folder is not None:
        await _enter_bills(stage)
    await _open_platform(stage)


async def _open_recorded(stage: Stage, folder: Path, *, keep_numbers: bool) -> None:
    recording, say = read_folder(folder), stage.screen.say
    counts = ", ".join(f"{number} {entity}" for entity, number in sorted(recording.counts.items()))
    say(f"Recorded objects: {counts}.")
    if recording.older:
        say(f"Recordings left out because there is a newer one of the same object: {recording.older}.")
    if recording.other_folders:
        stage.screen.detail(f"no objects of a company, not loaded: {', '.join(recording.other_folders)}")
    unnumbered = [bill for bill in recording.of("Bill") if not bill.get("DocNumber")]
    if keep_numbers:
        say(f"Recorded bills without a number: {len(unnumbered)}. They get none, and will be skipped for it.")
    elif given := number_bills(recording):
        say(f"Recorded bills without a number: {len(given)}. They got {given[0]} to {given[-1]}.")
    await stage.books.open_recorded(recording.wrapped(), "The recorded company")


async def _describe_books(stage: Stage) -> None:
    bills = await stage.books.export("Bill")
    paid = sum(bill["Balance"] == 0 for bill in bills)
    partly = sum(0 < bill["Balance"] < bill["TotalAmt"] for bill in bills)
    accounts, vendors = len(await stage.books.export("Account")), len(await stage.books.export("Vendor"))
    stage.screen.say(
        ("QuickBooks  ", "bold"),
        f"{await stage.books.name()}: {accounts} accounts, {vendors} vendors, {len(bills)} bills "
        f"({len(bills) - paid - partly} open, {partly} partly paid, {paid} paid)",
    )


async def _enter_bills(stage: Stage) -> None:
    """Recorded bills may all be paid, or refer to what was not recorded: somebody enters a few then."""
    accounts = {each["Id"]: each for each in await stage.books.export("Account")}
    vendors = {each["Id"]: each for each in await stage.books.export("Vendor")}
    fit = [bill for bill in await stage.books.export("Bill") if _can_sync(bill, accounts, vendors)]
    missing = ENOUGH_BILLS - len(fit)
    if missing <= 0:
        return
    account = await _expense_account(stage, accounts)
    vendor = await _vendor(stage, vendors)
    for at in range(1, missing + 1):
        await stage.books.create("Bill", _bill(f"QB-{at}", vendor, account, amount=100 + 35 * at))
    stage.screen.say(
        f"Of the recorded bills {len(fit) or 'none'} can be synced and edited: somebody in QuickBooks enters "
        f"{missing} more for {vendor['DisplayName']}, QB-1 to QB-{missing}."
    )


def _can_sync(bill: Json, accounts: dict[str, Json], vendors: dict[str, Json]) -> bool:
    details = [line.get("AccountBasedExpenseLineDetail") or {} for line in bill["Line"]]
    known = all((each.get("AccountRef") or {}).get("value") in accounts for each in details)
    is_open = bill["Balance"] == bill["TotalAmt"] and bool(bill.get("DocNumber"))
    return is_open and known and bill["VendorRef"]["value"] in vendors


async def _expense_account(stage: Stage, accounts: dict[str, Json]) -> Json:
    for each in accounts.values():
        if each["AccountType"] == "Expense" and each.get("Active", True):
            return each
    return await stage.books.create("Account", {"Name": "Site Supplies", "AccountType": "Expense"})


async def _vendor(stage: Stage, vendors: dict[str, Json]) -> Json:
    for each in vendors.values():
        if each.get("Active", True) and each.get("CurrencyRef", {}).get("value", "USD") == "USD":
            return each
    return await stage.books.create("Vendor", {"DisplayName": "Breakwater Supplies"})


def _bill(number: str, vendor: Json, account: Json, *, amount: int) -> Json:
    detail = {"AccountRef": {"value": account["Id"]}}
    line = {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail", "Description": "Site delivery"}
    return {
        "DocNumber": number,
        "VendorRef": {"value": vendor["Id"]},
        "TxnDate": days_from_today(-3),
        "DueDate": days_from_today(27),
        "Line": [{**line, "AccountBasedExpenseLineDetail": detail}],
    }


async def _open_platform(stage: Stage) -> None:
    platform, there = stage.platform, await _well_known_vendor(stage)
    stage.known_vendor = there
    vendors, bills = own_vendors(there["DisplayName"] if there else None), own_bills()
    await platform.open(NAME)
    await platform.put("account", "acc-1", {"name": "Quay Maintenance", "type": "Expense"})
    for id, vendor in vendors.items():
        await platform.put("vendor", id, vendor)
    for id, (bill, _) in bills.items():
        await platform.put("bill", id, bill)
    said = f"{NAME}: 1 account, {len(vendors)} vendors, {len(bills)} bills"
    stage.screen.say(("Platform    ", "bold"), said)
    if there:
        stage.screen.detail(f"{vendors['ven-1']['name']} is what QuickBooks calls {there['DisplayName']}")
    for bill, remark in bills.values():
        amount, vendor = bill["lines"][0]["amount"], vendors[bill["vendor"]]["name"]
        stage.screen.detail(f"bill {bill['number'] or '-':<8} {amount:>8}  {vendor}{remark}")


async def _well_known_vendor(stage: Stage) -> Json | None:
    known = await stage.books.export("Vendor")
    return next((each for each in known if each.get("Active", True) and " " in each["DisplayName"]), None)
