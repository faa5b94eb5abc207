"""Documents are stored exactly, named as people name them, and worth what their lines come to."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.records import (
    CONTENT,
    DOCUMENTS,
    ENTITIES,
    KINDS,
    LISTS,
    ORDER,
    PATHS,
    SEEN,
    Account,
    Bill,
    BillLine,
    BillPayment,
    Kind,
    PaidBill,
    Unmapped,
    UsedCredit,
    Vendor,
    amount_of,
    decode,
    encode,
    is_archived,
    label_of,
    money,
    party_of,
)
from service.core.references import references_of
from tests.core.strategies import documents, every_kind

cents = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**13), max_value=10**13)


@given(data=st.data(), kind=every_kind)
def test_a_document_comes_back_from_storage_as_it_was(data, kind) -> None:
    document = data.draw(documents(kind))

    assert decode(kind, encode(document)) == document


@given(amounts=st.lists(cents, min_size=1, max_size=8), tax=cents)
def test_amounts_are_stored_to_the_cent_and_add_up_without_a_rest(amounts, tax) -> None:
    lines = tuple(BillLine(amount=amount) for amount in amounts)
    bill = Bill(vendor="1", issued_on=None, lines=lines, tax=tax)

    stored = decode(Kind.BILL, encode(bill))

    assert amount_of(stored) == sum(amounts, tax)
    assert [line.amount for line in stored.lines] == amounts
    assert all(isinstance(line.amount, Decimal) for line in stored.lines)


def test_stored_amounts_are_texts_with_two_decimals() -> None:
    stored = msgspec.json.decode(encode(BillLine(amount=Decimal("337.50"))))

    assert stored == {"amount": "337.50"}


@pytest.mark.parametrize(("written", "held"), [("5", "5.00"), ("337.5", "337.50"), ("0", "0.00")])
def test_money_has_two_decimals(written, held) -> None:
    assert str(money(Decimal(written))) == held


def test_lists_are_worth_nothing_and_have_no_party() -> None:
    assert amount_of(Vendor(name="Ash")) is None
    assert party_of(Account(name="Fees", type="Expense")) is None
    assert party_of(Bill(vendor="41", issued_on=None)) == "41"


@pytest.mark.parametrize(
    ("kind", "document", "label"),
    [
        (Kind.BILL, Bill(vendor="41", issued_on=None, number="4711"), "Bill 4711"),
        (Kind.BILL, Bill(vendor="41", issued_on=None), "A bill without a number"),
        (Kind.VENDOR, Vendor(name="Ash & Co"), "Vendor Ash & Co"),
        (Kind.ACCOUNT, Account(name="Fees", type="Expense"), "Account Fees"),
    ],
)
def test_a_document_is_named_as_a_bookkeeper_would(kind, document, label) -> None:
    assert label_of(kind, document) == label


def test_only_list_entries_carry_the_archived_bit() -> None:
    assert is_archived(Vendor(name="Ash", archived=True))
    assert not is_archived(Vendor(name="Ash"))
    assert not is_archived(Bill(vendor="41", issued_on=None))
    assert {kind for kind in Kind if "archived" in CONTENT[kind]} == LISTS


def test_each_kind_stands_in_every_table() -> None:
    assert set(DOCUMENTS) == set(ENTITIES) == set(CONTENT) == set(SEEN) == set(Kind)
    assert set(PATHS) == set(ORDER)
    assert {KINDS[ENTITIES[kind]] for kind in Kind} == set(Kind)


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (Kind.BILL, {"approval"}),
        (Kind.VENDOR_CREDIT, {"approval"}),
        (Kind.BILL_PAYMENT, {"method", "sync", "status", "card"}),
        (Kind.INVOICE_PAYMENT, {"method", "sync", "status"}),
        (Kind.FUNDS_TRANSFER, {"payments"}),
        (Kind.INVOICE, set()),
    ],
)
def test_what_only_the_platform_knows_is_no_content(kind, kept) -> None:
    assert set(DOCUMENTS[kind].__struct_fields__) - set(CONTENT[kind]) == kept


def test_a_payment_comes_to_its_lines_less_its_credits_and_what_we_do_not_hold() -> None:
    payment = BillPayment(
        vendor="41",
        paid_on=None,
        lines=(PaidBill(bill="b1", amount=Decimal("100.00")), PaidBill(bill="b2", amount=Decimal("20.00"))),
        credits=(UsedCredit(vendor_credit="c1", amount=Decimal("30.00")),),
        unmapped=(Unmapped(entity="JournalEntry", quickbooks_id="7", amount=Decimal("-5.00")),),
        unapplied=Decimal("2.50"),
    )

    assert amount_of(payment) == Decimal("87.50")


@given(data=st.data(), kind=every_kind)
def test_what_is_referred_to_comes_first_in_the_order(data, kind) -> None:
    for reference in references_of(data.draw(documents(kind))):
        assert ORDER.index(reference.kind) <= ORDER.index(kind)


def test_a_document_can_not_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        Bill(vendor="41", issued_on=dt.date(2026, 3, 2)).vendor = "42"  # type: ignore[misc]
