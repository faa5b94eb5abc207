"""Both sides' JSON, as short as the comparison needs it."""

from typing import Any

Json = dict[str, Any]
PLACES = ("line1", "line2", "line3", "line4", "line5", "city", "region", "postal_code", "country")


def account(id: str = "7", **fields: Any) -> Json:
    """An Account as QuickBooks exports it."""
    return {"Id": id, "Name": "Timber", "AccountType": "Expense", "Active": True, **fields}


def vendor(id: str = "3", **fields: Any) -> Json:
    """A Vendor as QuickBooks exports it."""
    return {"Id": id, "DisplayName": "Ash & Co", "Active": True, **fields}


def bill(id: str = "9", **fields: Any) -> Json:
    """A Bill of one line, of vendor 3 and account 7."""
    line = {
        "Id": "1",
        "Amount": 120,
        "Description": "Boards",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7", "name": "Timber"}},
    }
    return {
        "Id": id,
        "DocNumber": "A-1",
        "VendorRef": {"value": "3"},
        "TxnDate": "2026-03-02",
        "DueDate": "2026-04-01",
        "CurrencyRef": {"value": "USD"},
        "Line": [line],
        "TotalAmt": 120,
        "Balance": 120,
        **fields,
    }


def _record(kind: str, id: str, qbo_id: str | None, fields: Json) -> Json:
    standing = {"id": qbo_id, "sync_state": "agreed", "code": None, "balance": None}
    return {"id": id, "kind": kind, "archived": False, "quickbooks": standing, **fields}


def account_record(qbo_id: str | None = "7", **fields: Any) -> Json:
    """The account as the API lists it."""
    empty = dict.fromkeys(("subtype", "number", "description", "parent"))
    return _record("account", "acc", qbo_id, {"name": "Timber", "type": "Expense", **empty, **fields})


def vendor_record(qbo_id: str | None = "3", **fields: Any) -> Json:
    """The vendor as the API lists it."""
    names = ("company_name", "given_name", "family_name", "email", "phone", "account_number", "address")
    return _record("vendor", "ven", qbo_id, {"name": "Ash & Co", **dict.fromkeys(names), **fields})


def bill_record(qbo_id: str | None = "9", **fields: Any) -> Json:
    """The bill as the API lists it."""
    line = {"id": "1", "description": "Boards", "amount": "120.00", "account": "acc"}
    content = {
        "number": "A-1",
        "vendor": "ven",
        "issued_on": "2026-03-02",
        "due_on": "2026-04-01",
        "currency": None,
        "memo": None,
        "lines": [line],
        "tax": "0.00",
        "amount": "120.00",
        "balance": "120.00",
    }
    made = _record("bill", "bill", qbo_id, {**content, **fields})
    if qbo_id is not None:
        made["quickbooks"]["balance"] = "120.00"
    return made


def standing(record: Json, sync_state: str, code: str | None) -> Json:
    """The same record, standing another way with QuickBooks."""
    return {**record, "quickbooks": {**record["quickbooks"], "sync_state": sync_state, "code": code}}
