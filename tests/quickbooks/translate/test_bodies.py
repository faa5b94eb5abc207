"""What exactly is written, and what is left to QuickBooks; what is read where it says odd things."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from service.core.records import (
    LISTS,
    ORDER,
    InvoiceLine,
    Item,
    Kind,
    PaidBill,
    Unmapped,
    UsedCredit,
    Vendor,
    amount_of,
)
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import BODY_ENCODER
from tests.quickbooks.translate import books
from tests.quickbooks.translate.plain import PLAIN

REQUIRED = {
    Kind.ACCOUNT: "Name",
    Kind.ACCOUNTING_CLASS: "Name",
    Kind.LOCATION: "Name",
    Kind.ITEM: "Name",
    Kind.VENDOR: "DisplayName",
    Kind.CUSTOMER: "DisplayName",
    Kind.BILL: "VendorRef",
    Kind.VENDOR_CREDIT: "VendorRef",
    Kind.BILL_PAYMENT: "VendorRef",
    Kind.INVOICE: "CustomerRef",
    Kind.INVOICE_PAYMENT: "CustomerRef",
}


def plain(kind: Kind, **changes: Any) -> bytes:
    """An object as QuickBooks has it after we created the plain document of its kind."""
    return books.create(kind, TRANSLATORS[kind].create(replace(PLAIN[kind], **changes), None))


def read(kind: Kind, wire: dict[str, Any]) -> Any:
    return TRANSLATORS[kind].project(BODY_ENCODER.encode(wire))


def update(kind: Kind, raw: bytes, **changes: Any) -> dict[str, Any]:
    wanted = replace(TRANSLATORS[kind].project(raw).content, **changes)
    return TRANSLATORS[kind].update(wanted, tuple(changes), raw, 0)


def values_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [each for inner in value.values() for each in values_of(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in values_of(inner)]
    return [value]


@pytest.mark.parametrize("kind", list(ORDER))
def test_a_new_object_names_nothing_that_is_empty(kind) -> None:
    body = TRANSLATORS[kind].create(PLAIN[kind], None)

    assert not {None, "", msgspec.UNSET}.intersection(values_of(body))
    assert not {"Active", "TxnTaxDetail", "IsProject"} & set(body)


@pytest.mark.parametrize(("kind", "name"), REQUIRED.items())
def test_an_object_without_its_name_or_party_can_not_be_read(kind, name) -> None:
    wire = books.read(plain(kind))
    del wire[name]

    with pytest.raises(msgspec.ValidationError, match=name):
        read(kind, wire)


@pytest.mark.parametrize("kind", sorted(set(ORDER) - LISTS))
def test_a_transaction_without_lines_is_read_as_one(kind) -> None:
    wire = books.read(plain(kind)) | {"TotalAmt": 0}
    del wire["Line"]

    found = read(kind, wire)

    assert (found.amount, amount_of(found.content)) == (0, 0)


def test_a_number_that_is_no_amount_makes_an_object_unreadable_and_no_more() -> None:
    wire = books.read(plain(Kind.BILL)) | {"TotalAmt": Decimal("1e40")}

    with pytest.raises(msgspec.ValidationError, match="no amount"):
        read(Kind.BILL, wire)


@pytest.mark.parametrize("time", ["yesterday", "2026-05-05T03:19:47", "", None])
def test_a_time_that_says_nothing_is_none(time) -> None:
    wire = books.read(plain(Kind.VENDOR)) | {"MetaData": {"LastUpdatedTime": time}}

    assert read(Kind.VENDOR, wire).last_updated_at.timestamp() == 0


def test_a_day_and_a_subtype_that_nobody_gives_are_left_to_quickbooks() -> None:
    assert "DueDate" not in update(Kind.BILL, plain(Kind.BILL), due_on=None)
    assert "AccountSubType" not in update(Kind.ACCOUNT, plain(Kind.ACCOUNT), subtype=None)


def test_a_line_without_an_account_keeps_the_one_that_quickbooks_has() -> None:
    raw = plain(Kind.BILL)
    line, item = TRANSLATORS[Kind.BILL].project(raw).content.lines

    body = update(Kind.BILL, raw, lines=(replace(line, account=None, amount=Decimal("7.00")), item))

    assert body["Line"][0]["AccountBasedExpenseLineDetail"] == {"AccountRef": {"value": "61"}}
    assert body["Line"][0]["Amount"] == 7


def test_a_line_says_by_a_code_whether_it_is_taxed() -> None:
    lines = (InvoiceLine(amount=Decimal("5.00"), item="5", taxable=True), InvoiceLine(amount=Decimal("1.00")))

    body = TRANSLATORS[Kind.INVOICE].create(replace(PLAIN[Kind.INVOICE], lines=lines), None)

    assert [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in body["Line"]] == ["TAX", "NON"]


NOTE = {"Id": "88", "DetailType": "DescriptionOnly", "Description": "As agreed", "LineNum": 2}


def noted() -> tuple[bytes, Any]:
    wire = books.read(plain(Kind.INVOICE))
    wire["Line"].insert(1, NOTE)
    raw = BODY_ENCODER.encode(wire)
    return raw, TRANSLATORS[Kind.INVOICE].project(raw).content.lines


def test_a_note_among_the_lines_stays_a_note() -> None:
    raw, (line, note) = noted()

    body = update(Kind.INVOICE, raw, lines=(line, replace(note, description="As said")))

    assert body["Line"][1] == NOTE | {"Description": "As said"}


@pytest.mark.parametrize("change", [{"amount": Decimal("4.00")}, {"item": "6"}])
def test_a_note_that_gets_an_amount_or_an_item_becomes_a_line_of_it(change) -> None:
    raw, (line, note) = noted()

    body = update(Kind.INVOICE, raw, lines=(line, replace(note, **change)))

    assert body["Line"][1]["DetailType"] == "SalesItemLineDetail"
    assert body["Line"][1]["Amount"] == change.get("amount", 0)


@pytest.mark.parametrize(
    ("before", "wanted", "written"),
    [
        (None, "2.00", [{"Amount": Decimal("2.00"), "DiscountLineDetail": {"PercentBased": False}}]),
        ({"PercentBased": True, "DiscountPercent": 20}, "0.00", []),
        (
            {"PercentBased": True, "DiscountPercent": 20, "DiscountAccountRef": {"value": "86"}},
            "2.00",
            [
                {
                    "Id": "9",
                    "Amount": Decimal("2.00"),
                    "DiscountLineDetail": {"PercentBased": False, "DiscountAccountRef": {"value": "86"}},
                }
            ],
        ),
    ],
)
def test_a_discount_is_written_as_an_amount_in_quickbooks_own_line(before, wanted, written) -> None:
    wire = books.read(plain(Kind.INVOICE))
    if before:
        discount = {"Id": "9", "Amount": 1, "DetailType": "DiscountLineDetail", "DiscountLineDetail": before}
        wire |= {"Line": [*wire["Line"], discount], "TotalAmt": 4}

    body = update(Kind.INVOICE, BODY_ENCODER.encode(wire), discount=Decimal(wanted))

    assert body["Line"][1:] == [{"DetailType": "DiscountLineDetail"} | each for each in written]


def test_an_invoice_with_what_we_can_not_hold_says_so() -> None:
    wire = books.read(plain(Kind.INVOICE))
    group = {"Id": "9", "Amount": 0, "DetailType": "GroupLineDetail"}

    assert read(Kind.INVOICE, wire).unsupported == ()
    assert read(Kind.INVOICE, wire | {"Line": [*wire["Line"], group]}).unsupported == (
        "a line of type GroupLineDetail",
    )
    assert "add up" in read(Kind.INVOICE, wire | {"TotalAmt": 9}).unsupported[0]


def test_a_bill_with_an_item_that_it_does_not_name_waits_too() -> None:
    wire = books.read(plain(Kind.BILL))
    wire["Line"].append({"Id": "2", "Amount": 1, "DetailType": "ItemBasedExpenseLineDetail"})

    assert read(Kind.BILL, wire).unsupported == ("an item that it doesn't name",)


@pytest.mark.parametrize(
    ("note", "total", "voided"),
    [("Voided", 0, True), ("Voided", 5, False), ("Paid", 0, False), (None, 0, False)],
)
def test_voided_is_what_says_so_and_comes_to_nothing(note, total, voided) -> None:
    wire = books.read(plain(Kind.INVOICE)) | {"PrivateNote": note, "TotalAmt": total}

    assert read(Kind.INVOICE, wire).voided is voided


def linked(entity: str, id: str, amount: int) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id, "TxnType": entity}]}


@pytest.mark.parametrize(
    ("total", "lines", "unmapped", "rest"),
    [
        (70, [("Bill", 100), ("JournalEntry", 30)], [-30], 0),
        (130, [("Bill", 100), ("JournalEntry", 30)], [30], 0),
        (55, [("Bill", 100), ("JournalEntry", 30), ("Deposit", 15)], [-30, -15], 0),
        (85, [("Bill", 100), ("JournalEntry", 30), ("Deposit", 15)], [-30, 15], 0),
        (100, [("Bill", 100), ("Expense", 30)], [30], -30),
        (110, [("Bill", 100)], [], 10),
    ],
)
def test_what_may_be_paid_or_used_is_whatever_makes_a_payment_of_bills_add_up(
    total, lines, unmapped, rest
) -> None:
    wire = books.read(plain(Kind.BILL_PAYMENT)) | {"TotalAmt": total}
    wire["Line"] = [linked(entity, str(at), amount) for at, (entity, amount) in enumerate(lines)]

    found = read(Kind.BILL_PAYMENT, wire).content

    assert [each.amount for each in found.unmapped] == unmapped
    assert found.unapplied == rest


def test_a_payment_of_invoices_says_itself_what_is_left() -> None:
    wire = books.read(plain(Kind.INVOICE_PAYMENT)) | {"TotalAmt": 80, "UnappliedAmt": 10}
    wire["Line"] = [linked("Invoice", "9", 100), linked("JournalEntry", "7", 30)]

    found = read(Kind.INVOICE_PAYMENT, wire).content

    assert found.unmapped == (Unmapped(entity="JournalEntry", quickbooks_id="7", amount=Decimal("-30.00")),)
    assert found.unapplied == 10


def test_one_bill_paid_on_two_lines_is_written_on_one() -> None:
    twice = (PaidBill(bill="9", amount=Decimal("5.00")), PaidBill(bill="9", amount=Decimal("2.00")))
    used = (UsedCredit(vendor_credit="8", amount=Decimal("3.00")),)

    body = TRANSLATORS[Kind.BILL_PAYMENT].create(
        replace(PLAIN[Kind.BILL_PAYMENT], lines=twice, credits=used), None
    )

    assert body["Line"] == [linked("Bill", "9", 7), linked("VendorCredit", "8", 3)]
    assert body["TotalAmt"] == 4


def test_a_journal_entry_without_accounts_is_read_as_one_between_none() -> None:
    wire = books.read(plain(Kind.FUNDS_TRANSFER))
    for line in wire["Line"]:
        del line["JournalEntryLineDetail"]["AccountRef"]

    found = read(Kind.FUNDS_TRANSFER, wire).content

    assert (found.from_account, found.to_account) == ("", "")


def test_a_price_that_is_taken_away_is_written_as_zero_and_read_as_none() -> None:
    raw = plain(Kind.ITEM, unit_price=Decimal("4.5"))

    body = update(Kind.ITEM, raw, unit_price=None)

    assert body["UnitPrice"] == 0
    after: Item = TRANSLATORS[Kind.ITEM].project(books.update(Kind.ITEM, raw, body)).content
    assert after.unit_price is None


def test_a_name_that_is_not_named_goes_along_where_quickbooks_asks_for_it() -> None:
    raw = plain(Kind.VENDOR)
    assert TRANSLATORS[Kind.VENDOR].project(raw).content == Vendor(name="Ash")

    assert "DisplayName" not in update(Kind.VENDOR, raw, email="a@ash.example")
    assert update(Kind.VENDOR, raw, archived=True)["DisplayName"] == "Ash"
