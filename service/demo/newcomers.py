"""What the platform brings along: three vendors and four bills of its own, each to show something."""

import datetime as dt

from service.demo.calls import Json


def own_vendors(there: str | None) -> dict[str, Json]:
    """Return three vendors; the first has the name of one in QuickBooks, spelt another way."""
    return {
        "ven-1": {"name": other_spelling(there) if there else "Skerry Chandlers"},
        "ven-2": {"name": "Cobalt Fixings", "email": "bills@cobalt.example", "phone": "555-0142"},
        "ven-3": {"name": "Rowan Surveyors", "address": {"line1": "3 Lantern Row", "city": "Oakport"}},
    }


def other_spelling(name: str) -> str:
    """Spell a name so that people still read the same."""
    other = name.upper().replace(" ", "  ", 1)
    return other if other != name else name.lower()


def own_bills() -> dict[str, tuple[Json, str]]:
    """Return the platform's bills, each with what is remarkable about it."""
    return {
        "bill-1": (_own_bill("ven-2", "HW-1001", "480.00"), ""),
        "bill-2": (_own_bill("ven-1", "HW-1002", "1250.50"), " (the vendor that both know)"),
        "bill-3": (_own_bill("ven-3", None, "75.00"), " (it has no number)"),
        "bill-4": (_own_bill("ven-3", "HW-1004", "912.25", account=None), " (its line has no account)"),
    }


def _own_bill(vendor: str, number: str | None, amount: str, *, account: str | None = "acc-1") -> Json:
    line = {"description": "Quay repairs", "amount": amount, "account": account}
    bill: Json = {"vendor": vendor, "number": number, "lines": [line]}
    return {**bill, "issued_on": days_from_today(-5), "due_on": days_from_today(25)}


def days_from_today(days: int) -> str:
    """Return a date as both sides write it."""
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)).isoformat()
