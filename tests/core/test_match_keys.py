"""What pairs two sides is kept in databases and in QuickBooks' memos: it says the same for ever."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.match import (
    NAMING,
    UNPAIRED,
    Candidate,
    choose,
    choose_payment,
    fold,
    marker_of,
    match_key,
    split_note,
)
from service.core.records import (
    LISTS,
    ORDER,
    Account,
    AccountingClass,
    Bill,
    BillLine,
    BillPayment,
    Customer,
    Document,
    FundsTransfer,
    Invoice,
    InvoicePayment,
    Item,
    Kind,
    Location,
    PaidBill,
    Vendor,
    VendorCredit,
)

DAY = dt.date(2026, 3, 2)
KEYS: dict[Kind, tuple[Document, str | None]] = {
    Kind.ACCOUNT: (Account(name="Fees", type="Other Expense", parent="61"), "61\x1ffees\x1fother expense"),
    Kind.ACCOUNTING_CLASS: (AccountingClass(name="North  Side", parent="8"), "8\x1fnorth side"),
    Kind.LOCATION: (Location(name="Ulm (deleted)", parent="3"), "3\x1fulm"),
    Kind.ITEM: (Item(name="Paint", type="Service", parent="5"), "5\x1fpaint"),
    Kind.VENDOR: (Vendor(name="Ash & Co"), "ash & co"),
    Kind.CUSTOMER: (Customer(name="Ash & Co", parent="58"), "ash & co"),
    Kind.BILL: (Bill(vendor="41", issued_on=DAY, number="A-7"), "41\x1fa-7"),
    Kind.VENDOR_CREDIT: (VendorCredit(vendor="41", issued_on=DAY, number="A-7"), "41\x1fa-7"),
    Kind.INVOICE: (Invoice(customer="58", issued_on=DAY, number="A-7"), "58\x1fa-7"),
    Kind.BILL_PAYMENT: (BillPayment(vendor="41", paid_on=DAY, reference="A-7"), None),
    Kind.INVOICE_PAYMENT: (InvoicePayment(customer="58", received_on=DAY, reference="A-7"), None),
    Kind.FUNDS_TRANSFER: (
        FundsTransfer(from_account="61", to_account="62", amount=Decimal("1.00"), moved_on=DAY),
        None,
    ),
}


@pytest.mark.parametrize("kind", ORDER)
def test_each_kind_has_its_key(kind) -> None:
    document, key = KEYS[kind]

    assert match_key(document) == key


@pytest.mark.parametrize("kind", sorted(LISTS - {Kind.VENDOR, Kind.CUSTOMER}))
def test_what_has_no_parent_has_a_key_of_its_own(kind) -> None:
    document, key = KEYS[kind]

    assert match_key(replace(document, parent=None)) == "\x1f".join(["", *key.split("\x1f")[1:]])


def test_the_fields_that_name_are_those_that_a_key_is_made_of_and_the_bit_of_an_inactive_entry() -> None:
    made_of = set()
    for document, key in KEYS.values():
        for name in document.__struct_fields__:
            if (
                isinstance(getattr(document, name), str)
                and match_key(replace(document, **{name: "?"})) != key
            ):
                made_of.add(name)

    assert made_of | {"archived"} == NAMING


def test_a_marker_is_the_same_in_every_version() -> None:
    assert marker_of("acme", Kind.BILL, "bill-1") == MARKER
    assert marker_of("acmeb", Kind.BILL, "x") != marker_of("acme", Kind.BILL, "bx")


MARKER = "afo6b43n5zjf"


@pytest.mark.parametrize("below", ["x marks it", "North"])
def test_what_stands_below_a_marker_that_comes_first_is_the_memo(below) -> None:
    assert split_note(f"sync:{MARKER}\n\n{below}") == (below, MARKER)


def test_the_codes_of_what_could_not_be_paired_are_those_that_choosing_gives() -> None:
    def code(document: Document, *candidates: Any) -> str | None:
        return choose(document, list(candidates), currency="USD").code

    bill = Bill(vendor="41", issued_on=DAY, number="A-7", lines=(BillLine(amount=Decimal("1.00")),))
    other = replace(bill, lines=(BillLine(amount=Decimal("2.00")),))
    ash = Vendor(name="Ash & Co")
    given = {
        code(bill, Candidate(id="1", content=other, linked=False, currency="USD")),
        code(ash, Candidate(id="1", content=ash, linked=True)),
        code(ash, *[Candidate(id=id, content=ash, linked=False) for id in ("1", "2")]),
    }

    paid = BillPayment(vendor="41", paid_on=DAY, lines=(PaidBill(bill="145", amount=Decimal("5.00")),))
    given.add(choose_payment(paid, [Candidate(id="1", content=paid, linked=False)]).code)

    assert given == {*UNPAIRED}


def test_a_candidate_is_active_unless_said_otherwise() -> None:
    ash = Vendor(name="Ash & Co")
    found = choose(
        ash,
        [
            Candidate(id="1", content=ash, linked=False),
            Candidate(id="2", content=ash, linked=False, active=False),
        ],
        currency=None,
    )

    assert found.partner == "1"
    assert fold("Ash & Co (deleted)") == "ash & co"
