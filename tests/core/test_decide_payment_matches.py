"""Payments that stand on one side only or were never linked: none is paid twice, and none is lost."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.actions import Action, actions_for
from service.core.decide import decide
from service.core.decision import NOTHING, Counterpart, Decision, Instruction, Pair, Record, Result, Write
from service.core.merge import Keep
from service.core.policy import AccountProfile, Facts, Policy, Preferences
from service.core.records import CONTENT, Kind, Method, PaidBill, PaymentStatus, Unmapped, UsedCredit
from service.core.references import Reference
from tests.core.payment_cells import BANK, PAYMENT

EVERYTHING = CONTENT[Kind.BILL_PAYMENT]
VOIDED = {"status": PaymentStatus.VOIDED}
USE = replace(PAYMENT, credits=(UsedCredit(vendor_credit="90", amount=Decimal("100.00")),))
"""A credit of the whole amount: no money moves."""
PROFILES = list(AccountProfile)


def policy(profile: AccountProfile = AccountProfile.TWO_WAY, *, closed: dt.date | None = None) -> Policy:
    return Policy(profile=profile, facts=Facts(books_closed_on=closed))


def pair(ours: Any = None, theirs: Any = None, base: Any = None, **more: Any) -> Pair:
    """A pair of payments; `record` and `counterpart` set what else their sides have."""
    here, there = more.pop("record", {}), more.pop("counterpart", {})
    return Pair(
        kind=Kind.BILL_PAYMENT,
        record=ours and Record(**{"id": "p-1", "content": ours, "currency": "USD", "funding": BANK} | here),
        counterpart=theirs and Counterpart(**{"id": "501", "content": theirs, "currency": "USD"} | there),
        base=base,
        **more,
    )


def sides(decision: Decision) -> tuple[Result, Write | None, Write | None]:
    return decision.result, decision.platform, decision.quickbooks


# On one side only


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("method", list(Method))
def test_a_payment_made_here_is_created_there_whole(method, profile) -> None:
    decision = decide(pair(replace(PAYMENT, method=method)), policy(profile))

    assert sides(decision) == (Result.CREATED_IN_QUICKBOOKS, None, Write.CREATE)
    assert decision.fields == EVERYTHING


@pytest.mark.parametrize(
    ("changes", "record"), [(VOIDED, {}), ({}, {"archived": True}), (VOIDED, {"archived": True})]
)
@pytest.mark.parametrize("problem", [None, "possible_duplicate"])
def test_what_is_voided_before_it_was_sent_is_not_sent_and_not_told_of(changes, record, problem) -> None:
    voided = pair(replace(PAYMENT, **changes), record=record, problem=problem)

    assert decide(voided, policy(closed=PAYMENT.paid_on)) == NOTHING


def test_a_payment_made_there_comes_here_where_payments_do() -> None:
    alone = pair(None, PAYMENT)

    came = decide(alone, policy())
    stayed = decide(alone, policy(AccountProfile.ONE_WAY))

    assert sides(came) == (Result.CREATED_IN_PLATFORM, Write.CREATE, None)
    assert (came.link, came.base, came.content) == (True, PAYMENT, PAYMENT)
    assert sides(stayed) == (Result.SKIPPED, None, None)
    assert (stayed.code, stayed.link) == ("direction", False)


@pytest.mark.parametrize(
    ("there", "code"), [({"voided": True}, "voided"), ({"currency": "EUR"}, "currency_not_usd")]
)
def test_what_was_voided_there_or_is_in_other_money_stays_there(there, code) -> None:
    decision = decide(pair(None, PAYMENT, counterpart=there), policy())

    assert (*sides(decision), decision.code) == (Result.SKIPPED, None, None, code)


def test_what_was_deleted_there_before_it_came_is_nothing() -> None:
    assert decide(pair(None, PAYMENT, counterpart={"deleted": True}), policy()) == NOTHING


def test_a_payment_of_bills_that_are_not_here_waits_for_one_of_them() -> None:
    bill = Reference(Kind.BILL, "145")

    decision = decide(pair(None, PAYMENT, counterpart={"unheld": (bill,)}), policy())

    assert (*sides(decision), decision.code) == (Result.SKIPPED, None, None, "pays_nothing_here")
    assert decision.waits_for == bill


def test_a_payment_of_bills_of_which_one_is_here_comes_and_follows_when_the_other_does() -> None:
    two = replace(PAYMENT, lines=(*PAYMENT.lines, PaidBill(bill="146", amount=Decimal("5.00"))))
    missing = Reference(Kind.BILL, "146")

    decision = decide(pair(None, two, counterpart={"unheld": (missing,)}), policy())

    assert decision.platform is Write.CREATE
    assert decision.waits_for == missing


def test_a_payment_whose_vendor_is_not_here_waits_for_it() -> None:
    vendor = Reference(Kind.VENDOR, "41")

    decision = decide(pair(None, PAYMENT, counterpart={"unlinked": (vendor,)}), policy())

    assert (decision.code, decision.waits_for) == ("parent_not_synced", vendor)


@pytest.mark.parametrize("side", ["here", "there"])
@pytest.mark.parametrize("code", ["possible_duplicate", "ambiguous"])
def test_what_may_be_one_payment_is_made_on_neither_side(code, side) -> None:
    alone = (PAYMENT, None) if side == "here" else (None, PAYMENT)

    decision = decide(pair(*alone, problem=code, others=("502", "503")), policy())

    assert (*sides(decision), decision.code) == (Result.HELD, None, None, code)
    assert (decision.link, decision.base) == (False, None)
    assert decision.reason.startswith("Bill payment 77 ")
    assert "(there: 502, 503)" in decision.reason
    offered = {action for action in Action if action.value in decision.fix.replace(";", " ").split()}
    assert Action.LINK in offered <= {*actions_for(code)}


# Never linked, and found to be one


RECORDED = replace(PAYMENT, sync=False)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("ours", [RECORDED, USE], ids=["sync: false", "the use of a credit"])
def test_what_quickbooks_has_already_is_linked_and_nothing_is_written(ours, profile) -> None:
    theirs = replace(ours, sync=True)

    decision = decide(pair(ours, theirs), policy(profile, closed=PAYMENT.paid_on))

    assert sides(decision) == (Result.UNCHANGED, None, None)
    assert (decision.link, decision.base, decision.held_fields) == (True, theirs, ())


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("keep", list(Keep))
@pytest.mark.parametrize("ours", [RECORDED, USE], ids=["sync: false", "the use of a credit"])
def test_what_was_entered_there_by_hand_is_as_quickbooks_has_it(ours, keep, profile) -> None:
    theirs = replace(ours, sync=True, memo="by check", paid_on=dt.date(2026, 3, 5), bank_account="36")
    chosen = replace(policy(profile), preferences=Preferences(conflict={"bill_payment": keep}))

    decision = decide(pair(ours, theirs), chosen)

    assert sides(decision) == (Result.UPDATED_IN_PLATFORM, Write.UPDATE, None)
    assert set(decision.platform_fields) == {"memo", "paid_on", "bank_account"}
    assert (decision.link, decision.base, decision.code) == (True, theirs, None)
    assert all(getattr(decision.content, name) == getattr(theirs, name) for name in EVERYTHING)


def test_once_linked_there_is_nothing_left_to_decide() -> None:
    theirs = replace(PAYMENT, memo="by check")
    first = decide(pair(RECORDED, theirs), policy())
    ours = replace(first.content, sync=False)

    assert decide(pair(ours, theirs, first.base), policy()) == NOTHING


def test_a_payment_that_was_sent_is_found_by_its_mark_and_linked() -> None:
    decision = decide(pair(PAYMENT, PAYMENT), policy(AccountProfile.ONE_WAY))

    assert sides(decision) == (Result.UNCHANGED, None, None)
    assert (decision.link, decision.base) == (True, PAYMENT)


def test_a_memo_that_was_written_since_it_was_sent_follows() -> None:
    ours = replace(PAYMENT, memo="April")

    decision = decide(pair(ours, PAYMENT, counterpart={"marked": True}), policy())

    assert sides(decision) == (Result.UPDATED_IN_QUICKBOOKS, None, Write.UPDATE)
    assert (decision.fields, decision.link, decision.base) == (("memo",), True, PAYMENT)


def test_money_that_was_changed_since_it_was_sent_is_not_written_there_again() -> None:
    ours = replace(PAYMENT, lines=(PaidBill(bill="145", amount=Decimal("90.00")),))

    decision = decide(pair(ours, PAYMENT), policy())

    assert (decision.link, decision.quickbooks) == (True, None)
    assert "lines" in (*decision.held_fields, *decision.platform_fields)


@pytest.mark.parametrize(
    ("ours", "record", "write"),
    [(replace(PAYMENT, **VOIDED), {}, Write.VOID), (PAYMENT, {"archived": True}, Write.DELETE)],
)
def test_what_was_voided_here_while_it_was_on_its_way_is_voided_there(ours, record, write) -> None:
    decision = decide(pair(ours, PAYMENT, record=record), policy())

    assert sides(decision) == (Result.REMOVED_IN_QUICKBOOKS, None, write)
    assert decision.link


@pytest.mark.parametrize(
    ("ours", "record", "write"),
    [(replace(USE, **VOIDED), {}, Write.VOID), (USE, {"archived": True}, Write.DELETE)],
    ids=["voided", "archived"],
)
def test_the_use_of_a_credit_that_was_voided_here_while_it_was_on_its_way_is_voided_there(
    ours, record, write
) -> None:
    decision = decide(pair(ours, USE, record=record), policy())

    assert sides(decision) == (Result.REMOVED_IN_QUICKBOOKS, None, write)
    assert decision.link


def test_the_use_of_a_credit_that_was_voided_there_before_it_was_linked_keeps_what_it_said() -> None:
    decision = decide(pair(USE, replace(USE, lines=(), credits=()), counterpart={"voided": True}), policy())

    assert not {"lines", "credits"} & {*decision.platform_fields, *decision.fields}


# What it settles has come here since, or left


BOOKED = replace(PAYMENT, unmapped=(Unmapped(entity="Bill", quickbooks_id="146", amount=Decimal("5.00")),))


def test_a_payment_made_there_takes_in_what_has_come_here_since() -> None:
    there = {"unheld": (Reference(Kind.BILL, "146"),)}
    now = pair(BOOKED, BOOKED, BOOKED, record={"remapped": True, "made_there": True}, counterpart=there)

    decision = decide(now, policy())

    assert sides(decision) == (Result.UPDATED_IN_PLATFORM, Write.UPDATE, None)
    assert set(decision.platform_fields) == {"lines", "credits", "unmapped"}
    assert (decision.content, decision.base) == (BOOKED, BOOKED)
    assert decision.waits_for == Reference(Kind.BILL, "146")


def test_a_linked_payment_that_still_misses_a_bill_goes_on_waiting_for_it() -> None:
    bill = Reference(Kind.BILL, "146")

    decision = decide(
        pair(BOOKED, BOOKED, BOOKED, record={"made_there": True}, counterpart={"unheld": (bill,)}), policy()
    )

    assert decision == replace(NOTHING, waits_for=bill)


def test_a_change_made_there_comes_with_what_it_waits_for() -> None:
    bill, theirs = Reference(Kind.BILL, "146"), replace(BOOKED, memo="May")

    decision = decide(
        pair(BOOKED, theirs, BOOKED, record={"made_there": True}, counterpart={"unheld": (bill,)}), policy()
    )

    assert (decision.platform_fields, decision.waits_for) == (("memo",), bill)


def test_what_quickbooks_alone_keeps_of_a_payment_is_taken_and_never_sent() -> None:
    made_there = {"made_there": True}

    decision = decide(pair(PAYMENT, BOOKED, PAYMENT, record=made_there), policy())

    assert sides(decision) == (Result.UPDATED_IN_PLATFORM, Write.UPDATE, None)
    assert decision.platform_fields == ("unmapped",)


# Taken out of QuickBooks, and written there again


@pytest.mark.parametrize(
    ("record", "facts", "code"),
    [
        ({"content": replace(PAYMENT, sync=False)}, {}, "sync_off"),
        ({"funding": replace(BANK, type=None)}, {}, "preferences_missing"),
        ({}, {"closed": PAYMENT.paid_on}, "books_closed"),
        ({"unlinked": (Reference(Kind.BILL, "b-9"),)}, {}, "parent_not_synced"),
    ],
)
def test_what_is_written_again_has_to_pass_the_rules_of_a_new_one(record, facts, code) -> None:
    told = {"instruction": Instruction.RECREATE} | record

    decision = decide(
        pair(PAYMENT, PAYMENT, PAYMENT, record=told, counterpart={"deleted": True}), policy(**facts)
    )

    assert (decision.code, decision.quickbooks, decision.platform) == (code, None, None)
    assert decision.unlink


def test_a_void_needs_no_open_balance_and_no_account() -> None:
    voided = pair(
        replace(PAYMENT, sync=False, **VOIDED),
        PAYMENT,
        PAYMENT,
        record={"funding": None, "unlinked": (Reference(Kind.BILL, "b-9"),)},
        counterpart={"unlinked": (Reference(Kind.BILL, "145"),)},
    )

    assert decide(voided, policy()).quickbooks is Write.VOID


# Linked by a person


def test_what_a_person_says_is_one_payment_is_linked_and_asks_nothing_more() -> None:
    """An offline payment and one that was entered there two days later: "choose link if they are one"."""
    theirs = replace(PAYMENT, paid_on=dt.date(2026, 3, 4))

    first = decide(pair(PAYMENT, theirs), policy())
    second = decide(pair(first.content, theirs, first.base), policy())

    assert first.link
    assert (first.quickbooks, second.quickbooks) == (None, None)
    assert (first.code, second.code) == (None, None)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_check_number_of_what_a_person_linked_is_taken(profile) -> None:
    ours, theirs = replace(PAYMENT, reference=None), replace(PAYMENT, reference="1001")

    decision = decide(pair(ours, theirs), policy(profile))

    assert sides(decision) == (Result.UPDATED_IN_PLATFORM, Write.UPDATE, None)
    assert (decision.platform_fields, decision.code, decision.base) == (("reference",), None, theirs)
    assert decide(pair(decision.content, theirs, decision.base), policy(profile)) == NOTHING


@pytest.mark.parametrize(("keep", "kept"), [(Keep.QUICKBOOKS, "1001"), (Keep.PLATFORM, "1002")])
def test_of_two_check_numbers_the_preference_keeps_one_and_the_other_is_told(keep, kept) -> None:
    ours, theirs = replace(PAYMENT, reference="1002"), replace(PAYMENT, reference="1001")
    chosen = replace(policy(), preferences=Preferences(conflict={"bill_payment": keep}))

    decision = decide(pair(ours, theirs), chosen)

    assert (decision.code, decision.link) == ("conflict_settled", True)
    assert decision.content.reference == kept
    assert {(each.platform, each.quickbooks) for each in decision.conflicts} == {("1002", "1001")}


def test_the_account_of_a_payment_that_moves_no_money_is_of_no_meaning() -> None:
    base = replace(USE, sync=True)

    assert (
        decide(pair(base, replace(base, bank_account="36"), base), policy(AccountProfile.ONE_WAY)) == NOTHING
    )


def test_a_payment_that_was_sent_and_voided_there_before_it_was_linked_was_not_changed_here() -> None:
    theirs = replace(PAYMENT, lines=())

    decision = decide(pair(PAYMENT, theirs, counterpart={"voided": True}), policy())

    assert decision.code != "removed_there_changed_here"
