"""Invoices: what is removed in QuickBooks is asked about, and its own numbers are left to it."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import Instruction, Result, Write
from service.core.merge import Keep
from service.core.policy import AccountProfile, Facts, Policy, Preferences
from service.core.records import Invoice, InvoiceLine, Kind
from tests.core.test_decide_cases import BILL, pair, policy

INVOICE = Invoice(
    customer="58",
    issued_on=dt.date(2026, 3, 2),
    number="1038",
    currency="USD",
    lines=(InvoiceLine(id="1", amount=Decimal("100.00"), item="7"),),
)
UNNUMBERED = replace(INVOICE, number=None)
VOIDED = replace(INVOICE, memo="Voided", lines=(replace(INVOICE.lines[0], amount=Decimal("0.00")),))


def decided(ours, theirs, base=None, *, own_numbers=False, keep=Keep.QUICKBOOKS, **more):
    chosen = Policy(
        profile=AccountProfile.TWO_WAY,
        preferences=Preferences(unallocated_income_account="acc-2", conflict={"invoice": keep}),
        facts=Facts(custom_sales_numbers=own_numbers),
    )
    return decide(pair(ours, theirs, base, kind=Kind.INVOICE, **more), chosen)


def test_an_invoice_goes_there_without_a_number_and_comes_here_with_one() -> None:
    sent, taken = decided(UNNUMBERED, None), decided(None, INVOICE)

    assert (sent.result, sent.content.number) == (Result.CREATED_IN_QUICKBOOKS, None)
    assert (taken.result, taken.content) == (Result.CREATED_IN_PLATFORM, INVOICE)


@pytest.mark.parametrize(
    ("theirs", "gone", "word"), [(INVOICE, "deleted", "deleted"), (VOIDED, "voided", "voided")]
)
def test_what_is_removed_there_is_asked_about(theirs, gone, word) -> None:
    decision = decided(INVOICE, theirs, INVOICE, counterpart={gone: True})

    assert (decision.result, decision.code) == (Result.CONFLICT, "removed_in_quickbooks")
    assert decision.reason.startswith(f"Invoice 1038 was {word} in QuickBooks")
    assert (decision.platform, decision.quickbooks, decision.unlink) == (None, None, False)


@pytest.mark.parametrize(
    ("theirs", "gone", "word"), [(INVOICE, "deleted", "deleted"), (VOIDED, "voided", "voided")]
)
def test_an_edit_here_is_named_when_it_was_removed_there(theirs, gone, word) -> None:
    decision = decided(replace(INVOICE, memo="April"), theirs, INVOICE, counterpart={gone: True})

    assert (decision.result, decision.code) == (Result.CONFLICT, "removed_there_changed_here")
    assert decision.reason.startswith(f"Invoice 1038 was {word} in QuickBooks")


@pytest.mark.parametrize(("theirs", "gone"), [(INVOICE, "deleted"), (VOIDED, "voided")])
def test_who_accepts_has_it_archived_here(theirs, gone) -> None:
    decision = decided(
        INVOICE, theirs, INVOICE, counterpart={gone: True}, record={"instruction": Instruction.ACCEPT}
    )

    assert (decision.platform, decision.unlink) == (Write.ARCHIVE, True)


@pytest.mark.parametrize(("own_numbers", "number"), [(False, None), (True, "1038")])
@pytest.mark.parametrize(("theirs", "gone"), [(INVOICE, "deleted"), (VOIDED, "voided")])
def test_one_that_is_written_again_gets_a_number_where_quickbooks_gives_them(
    theirs, gone, own_numbers, number
) -> None:
    told = {"instruction": Instruction.RECREATE}

    decision = decided(
        INVOICE, theirs, INVOICE, counterpart={gone: True}, record=told, own_numbers=own_numbers
    )

    assert (decision.quickbooks, decision.unlink) == (Write.CREATE, True)
    assert decision.content == replace(INVOICE, number=number)


@pytest.mark.parametrize(("theirs", "gone"), [(INVOICE, "deleted"), (VOIDED, "voided")])
def test_what_both_sides_took_away_is_closed(theirs, gone) -> None:
    decision = decided(INVOICE, theirs, INVOICE, counterpart={gone: True}, record={"archived": True})

    assert (decision.result, decision.unlink) == (Result.UNCHANGED, True)
    assert (decision.platform, decision.quickbooks) == (None, None)


def test_a_number_of_our_own_waits_where_quickbooks_gives_them() -> None:
    assert decided(INVOICE, None).code == "number_set_by_quickbooks"
    assert decided(INVOICE, None, own_numbers=True).quickbooks is Write.CREATE


def test_two_that_first_meet_are_merged_and_what_differs_stays_open() -> None:
    ours = replace(INVOICE, discount=Decimal("5.00"), memo="Thanks")

    decision = decided(ours, INVOICE, own_numbers=True)

    assert decision.link
    assert decision.fields == ("memo", "discount")


@pytest.mark.parametrize(
    ("change", "nothing"), [({"customer": "59"}, ""), ({"discount": Decimal("5.00")}, Decimal("0.00"))]
)
def test_what_was_never_agreed_on_has_an_empty_base(change, nothing) -> None:
    theirs = replace(INVOICE, discount=Decimal("1.00"))

    decision = decided(replace(theirs, **change), theirs, own_numbers=True, keep=Keep.ASK)

    (field,) = change
    assert decision.code == "both_changed"
    assert field in decision.held_fields
    assert getattr(decision.base, field) == nothing
    assert type(getattr(decision.base, field)) is type(nothing)


def test_only_invoices_are_gone_when_they_are_voided() -> None:
    theirs = replace(BILL, memo="Voided", lines=(replace(BILL.lines[0], amount=Decimal("0.00")),))

    decision = decide(pair(BILL, theirs, BILL, counterpart={"voided": True}), policy())

    assert (decision.result, decision.platform_fields) == (Result.UPDATED_IN_PLATFORM, ("memo", "lines"))


def test_an_invoice_that_is_paid_there_keeps_its_money() -> None:
    ours = replace(INVOICE, memo="Thanks", customer="59", discount=Decimal("5.00"))

    decision = decided(ours, INVOICE, INVOICE, counterpart={"balance": Decimal("40.00")})

    assert (decision.result, decision.code) == (Result.HELD, "money_locked")
    assert decision.fields == ("memo",)
    assert decision.held_fields == ("customer", "discount")
