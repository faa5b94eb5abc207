"""What people do on both sides, and how the other side shows that it arrived."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from service.demo.calls import DemoError, Json
from service.demo.stage import Stage

MEMO = "Checked by the site office"
WORDS = "Delivered to the north quay"
PHONE = "555-0199"
MORE = Decimal("25.00")


@dataclass(frozen=True, slots=True)
class Edit:
    """Something that somebody did; `writes` is how many writes to QuickBooks it takes."""

    where: str
    what: str
    arrival: str
    arrived: Callable[[], Awaitable[bool]]
    writes: int = 0
    conflict: Json | None = None
    """The record and the field that both sides changed, with both values."""


async def change_amount(stage: Stage, bill: Json) -> Edit:
    """Change an amount on the platform: GET, edit, PUT with the ETag."""
    now, etag = await stage.platform.get("bill", bill["id"])
    first, *others = now["lines"]
    lines = [{**first, "amount": str(Decimal(first["amount"]) + MORE)}, *others]
    amount = str(Decimal(now["amount"]) + MORE)
    await stage.platform.put("bill", bill["id"], {**now, "lines": lines, "amount": amount}, etag=etag)

    async def arrived() -> bool:
        return str(Decimal(str((await _there(stage, bill))["TotalAmt"])).quantize(MORE)) == amount

    what = f"bill {bill['number']}: amount {bill['amount']} -> {amount} (GET, edit, PUT with If-Match {etag})"
    return Edit("platform", what, f"QuickBooks has {bill['number']} at {amount}", arrived, writes=1)


async def change_due_date(stage: Stage, bill: Json) -> Edit:
    """Change a due date in QuickBooks."""
    due = _later(bill, 14)
    await stage.books.update("Bill", {"Id": bill["quickbooks"]["id"], "DueDate": due})

    async def arrived() -> bool:
        now, _ = await stage.platform.get("bill", bill["id"])
        return bool(now["due_on"] == due)

    what = f"bill {bill['number']}: due {bill['due_on']} -> {due}"
    return Edit("QuickBooks", what, f"the platform has {bill['number']} due on {due}", arrived)


async def change_both(stage: Stage, bill: Json) -> Edit:
    """Change one bill on both sides: two different fields, and one that is the same."""
    ours, theirs = _later(bill, 7), _later(bill, 21)
    now, etag = await stage.platform.get("bill", bill["id"])
    await stage.platform.put("bill", bill["id"], {**now, "memo": MEMO, "due_on": ours}, etag=etag)
    there = await _there(stage, bill)
    lines = [{**line, "Description": WORDS} for line in there["Line"]]
    await stage.books.update("Bill", {"Id": there["Id"], "DueDate": theirs, "Line": lines})

    async def arrived() -> bool:
        record, _ = await stage.platform.get("bill", bill["id"])
        shown = await _there(stage, bill)
        merged = record["memo"] == MEMO and all(line["description"] == WORDS for line in record["lines"])
        return bool(
            merged and record["due_on"] == shown["DueDate"] == theirs and MEMO in shown["PrivateNote"]
        )

    what = f"bill {bill['number']}: memo, due {ours} on the platform; line text, due {theirs} in QuickBooks"
    arrival = f"{bill['number']} has the platform's memo and QuickBooks' line text on both sides"
    contested = {"record": bill["id"], "field": "due_on", "platform": ours, "quickbooks": theirs}
    return Edit("both sides", what, arrival, arrived, writes=1, conflict=contested)


async def delete(stage: Stage, bill: Json) -> Edit:
    """Delete a bill in QuickBooks."""
    await stage.books.delete("Bill", bill["quickbooks"]["id"])

    async def arrived() -> bool:
        now, _ = await stage.platform.get("bill", bill["id"])
        return bool(now["archived"])

    what = f"bill {bill['number']}: deleted"
    return Edit("QuickBooks", what, f"the platform has {bill['number']} archived", arrived)


async def change_phone(stage: Stage) -> Edit:
    """Change a vendor's phone in QuickBooks: something that every company has."""
    vendors = await stage.platform.records("vendor")
    vendor = next((each for each in vendors if each["quickbooks"]["id"] and not each["archived"]), None)
    if vendor is None:
        raise DemoError("Nothing is on both sides that could be edited.")
    number = {"FreeFormNumber": PHONE}
    await stage.books.update("Vendor", {"Id": vendor["quickbooks"]["id"], "PrimaryPhone": number})

    async def arrived() -> bool:
        now, _ = await stage.platform.get("vendor", vendor["id"])
        return bool(now["phone"] == PHONE)

    what = f"vendor {vendor['name']}: phone {PHONE}"
    return Edit("QuickBooks", what, f"the platform has the phone of {vendor['name']}", arrived)


async def _there(stage: Stage, bill: Json) -> Json:
    """Return the bill as QuickBooks has it now."""
    for each in await stage.books.export("Bill"):
        if each["Id"] == bill["quickbooks"]["id"]:
            return {"PrivateNote": "", **each}
    raise DemoError(f"QuickBooks has no bill {bill['number']} any more.")


def _later(bill: Json, days: int) -> str:
    return (date.fromisoformat(bill["due_on"]) + timedelta(days=days)).isoformat()
