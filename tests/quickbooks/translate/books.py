"""QuickBooks as the translations need it: objects in, objects out, harsher than the real one.

What is nested in an update replaces what was there whole, and so does each line: whoever leaves out what it
doesn't know loses it here. Empty texts clear. Objects are kept as bytes, amounts as they were spelled.
"""

import json
from decimal import Decimal
from typing import Any

import msgspec

from service.core.records import LISTS, Kind
from service.quickbooks.translate.wire import BODY_ENCODER, TEXT_DECODER

Json = dict[str, Any]
SUFFIX = " (deleted)"
NAMES = {kind: "DisplayName" if kind in (Kind.VENDOR, Kind.CUSTOMER) else "Name" for kind in LISTS}
TREES = LISTS - {Kind.VENDOR, Kind.CUSTOMER}
PARTIES = {
    Kind.BILL: "VendorRef",
    Kind.VENDOR_CREDIT: "VendorRef",
    Kind.BILL_PAYMENT: "VendorRef",
    Kind.INVOICE: "CustomerRef",
    Kind.INVOICE_PAYMENT: "CustomerRef",
}
DUE = (Kind.BILL, Kind.INVOICE)
SUBTOTAL = {"Amount": 0, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
META = {"CreateTime": "2026-05-05T03:19:47-07:00", "LastUpdatedTime": "2026-05-05T03:19:47-07:00"}


def read(raw: bytes) -> Json:
    """Decode an object; numbers with a point become Decimal."""
    found: Json = TEXT_DECODER.decode(raw)
    return found


def spelled(raw: bytes) -> Json:
    """Decode an object with its numbers as the texts that they are spelled with."""
    found: Json = json.loads(
        raw, parse_float=lambda text: f"number {text}", parse_int=lambda text: f"number {text}"
    )
    return found


def create(kind: Kind, body: Json, *, id: str = "145") -> bytes:
    """Create an object from a body."""
    wire = _sent(body)
    wire |= {"Id": id, "SyncToken": "0", "domain": "QBO", "sparse": False, "MetaData": dict(META)}
    if kind in LISTS:
        wire.setdefault("Active", True)
    else:
        wire.setdefault("TxnDate", "2026-11-20")
        _number_lines(kind, wire, known=())
    return BODY_ENCODER.encode(_completed(kind, wire))


def update(kind: Kind, raw: bytes, body: Json) -> bytes:
    """Apply a sparse update; an object that comes out the same keeps its SyncToken."""
    before = read(raw)
    wire = _sent(body)
    assert wire.pop("sparse") is True
    assert wire.pop("SyncToken") == before["SyncToken"]
    cleared = {name for name, value in body.items() if value in ("", None)}
    after = {name: value for name, value in before.items() if name not in cleared} | wire
    if kind in PARTIES:
        assert PARTIES[kind] in body, "QuickBooks asks for the vendor or customer"
    if kind not in LISTS:
        _number_lines(kind, after, known=[line["Id"] for line in before["Line"] if "Id" in line])
    elif "Active" in body or kind in TREES:
        assert NAMES[kind] in body, "QuickBooks asks for the name"
    after = _completed(kind, after)
    if after != before:
        after["SyncToken"] = str(int(before["SyncToken"]) + 1)
    return BODY_ENCODER.encode(after)


def _sent(body: Json) -> Json:
    """A body as it comes out of the wire, without what is empty."""
    decoded: Json = TEXT_DECODER.decode(BODY_ENCODER.encode(body))
    return {name: _without_empty(value) for name, value in decoded.items() if value not in ("", None)}


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_empty(each) for name, each in value.items() if each not in ("", None)}


def _number_lines(kind: Kind, wire: Json, *, known: Any) -> None:
    """Lines with an id that is known keep it; the others are new. The lines of payments have none."""
    if kind in (Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT):
        wire.setdefault("Line", [])
        return
    free = iter(str(number) for number in range(1, 99) if str(number) not in known)
    wire["Line"] = [
        line if line.get("Id") in known else {"LineNum": at, **line, "Id": next(free)}
        for at, line in enumerate(wire.get("Line", []), start=1)
    ]


def _completed(kind: Kind, wire: Json) -> Json:
    """Work out what QuickBooks derives."""
    if kind in LISTS:
        name = NAMES[kind]
        plain = wire[name].removesuffix(SUFFIX) if not wire["Active"] else wire[name]
        wire = wire | {name: plain if wire["Active"] else plain + SUFFIX}
        return wire | {"FullyQualifiedName": wire[name]} if kind in TREES else wire
    if kind in DUE:
        wire.setdefault("DueDate", wire["TxnDate"])
    if kind is Kind.INVOICE:
        wire["Line"] = [line for line in wire["Line"] if line["DetailType"] != "SubTotalLineDetail"]
        wire["Line"].append(SUBTOTAL)
    if kind is Kind.FUNDS_TRANSFER:
        sides = {"Debit": Decimal(0), "Credit": Decimal(0)}
        for line in wire["Line"]:
            sides[line["JournalEntryLineDetail"]["PostingType"]] += Decimal(line["Amount"])
        assert sides["Debit"] == sides["Credit"], "QuickBooks wants them to balance"
        return wire | {"TotalAmt": 0}
    if kind in (Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT):
        assert "TotalAmt" in wire, "QuickBooks asks for what is paid"
        return wire
    tax = wire.get("TxnTaxDetail", {}).get("TotalTax", 0)
    total = sum((_signed(line) for line in wire["Line"]), Decimal(tax))
    paid = Decimal(wire.get("TotalAmt", total)) - Decimal(wire.get("Balance", total))
    return wire | {"TotalAmt": _amount(total), "Balance": _amount(total - paid)}


def _signed(line: Json) -> Decimal:
    amount = Decimal(line.get("Amount", 0))
    return -amount if line["DetailType"] == "DiscountLineDetail" else amount


def _amount(value: Decimal) -> Decimal | int:
    """Two decimals, but zero is the integer that QuickBooks writes."""
    return value.quantize(Decimal("0.01")) if value else 0


def respelled(raw: bytes, shuffle: Any, spell: Any) -> bytes:
    """The same object with its keys in another order and its amounts spelled otherwise."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            names = list(value)
            shuffle(names)
            return {name: change(value[name]) for name in names}
        if isinstance(value, list):
            return [change(each) for each in value]
        return msgspec.Raw(spell(value)) if isinstance(value, Decimal) else value

    return msgspec.json.encode(change(read(raw)))
