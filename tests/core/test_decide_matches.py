"""Pairs that were never linked: what each has is taken, what differs stays open, nothing is made twice."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import Result
from service.core.merge import Keep
from service.core.records import Account, FundsTransfer, Kind, Vendor, decode, encode
from service.core.references import Reference
from tests.core.test_decide_cases import BILL, LINE, VENDOR, pair, policy

MOVED = FundsTransfer(
    from_account="35",
    to_account="36",
    amount=Decimal("5.00"),
    moved_on=dt.date(2026, 3, 2),
    currency="USD",
)


def test_an_open_question_about_a_new_pair_stays_open_when_another_field_is_sent() -> None:
    ours = replace(VENDOR, phone="2", company_name="Ash Ltd")
    asking = policy(Keep.ASK)

    first = decide(pair(ours, VENDOR, kind=Kind.VENDOR), asking)
    answered = replace(VENDOR, company_name="Ash Ltd")
    held = {name: getattr(first.base, name) for name in first.held_fields}
    second = decide(pair(ours, answered, replace(answered, **held), kind=Kind.VENDOR), asking)

    assert (first.fields, first.held_fields, first.link) == (("company_name",), ("phone",), True)
    assert first.base.phone is None
    assert (second.code, second.quickbooks, second.platform) == ("both_changed", None, None)


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        (Kind.VENDOR, Vendor(name="ASH & CO"), VENDOR),
        (Kind.ACCOUNT, Account(name="FEES", type="expense"), Account(name="Fees", type="Expense")),
        (Kind.BILL, replace(BILL, vendor="42"), BILL),
        (
            Kind.FUNDS_TRANSFER,
            replace(MOVED, amount=Decimal("6.00"), from_account="36", to_account="37"),
            MOVED,
        ),
    ],
)
def test_the_base_of_an_open_question_can_be_stored_and_read(kind, ours, theirs) -> None:
    asked = decide(pair(ours, theirs, kind=kind), policy(Keep.ASK))

    assert asked.held_fields
    assert decode(kind, encode(asked.base)) == asked.base


def test_a_new_pair_that_goes_one_way_does_not_overwrite_what_it_did_not_take() -> None:
    ours, theirs = replace(BILL, memo="April", due_on=None), BILL
    one_way = policy(one_way=True)

    first = decide(pair(ours, theirs), one_way)
    second = decide(pair(ours, theirs, first.base), one_way)

    assert first.link
    assert set(first.held_fields) == {"memo", "due_on"}
    for decision in (first, second):
        assert (decision.code, decision.quickbooks, decision.platform) == (
            "changed_in_quickbooks",
            None,
            None,
        )


@pytest.mark.parametrize("code", ["number_taken", "duplicate_name", "ambiguous", "duplicate_in_quickbooks"])
@pytest.mark.parametrize("side", ["platform", "quickbooks"])
def test_what_matching_found_wrong_is_held_on_either_side_and_creates_nothing(code, side) -> None:
    alone = (BILL, None) if side == "platform" else (None, BILL)

    decision = decide(pair(*alone, problem=code, others=("77",)), policy())

    assert (decision.result, decision.code) == (Result.HELD, code)
    assert (decision.platform, decision.quickbooks, decision.link) == (None, None, False)
    assert "77" in decision.reason
    assert "Bill 4711" in decision.reason


@pytest.mark.parametrize(
    ("others", "named"), [((), ""), (("77",), " (there: 77)"), (("77", "78"), " (there: 77, 78)")]
)
def test_a_reason_names_those_that_stand_in_the_way(others, named) -> None:
    decision = decide(pair(BILL, None, problem="ambiguous", others=others), policy())

    assert decision.reason == f"Bill 4711 could be any of several on the other side.{named}"
    assert decision.fix == "Choose link and name the one that it is."


def test_a_copy_is_told_of_though_it_could_not_cross_anyway() -> None:
    nameless = replace(BILL, number=None)

    assert (
        decide(pair(None, nameless, problem="duplicate_in_quickbooks"), policy()).code
        == "duplicate_in_quickbooks"
    )


def test_what_waits_for_a_parent_says_for_which() -> None:
    ours, theirs = Reference(Kind.VENDOR, "v-9"), Reference(Kind.VENDOR, "91")
    record, counterpart = {"unlinked": (ours,)}, {"unlinked": (theirs,)}

    for found, parent in (
        (decide(pair(BILL, None, record=record), policy()), ours),
        (decide(pair(None, BILL, counterpart=counterpart), policy()), theirs),
        (decide(pair(BILL, BILL, record=record, counterpart=counterpart), policy()), theirs),
    ):
        assert (found.code, found.waits_for) == ("parent_not_synced", parent)


@pytest.mark.parametrize(
    ("kind", "ours", "field", "nothing"),
    [
        (Kind.VENDOR, Vendor(name="ASH & CO"), "name", ""),
        (Kind.VENDOR, replace(VENDOR, phone="2"), "phone", None),
        (Kind.ACCOUNT, Account(name="FEES", type="expense"), "name", ""),
        (Kind.ACCOUNT, Account(name="FEES", type="expense"), "type", ""),
        (Kind.BILL, replace(BILL, vendor="42"), "vendor", ""),
        (Kind.BILL, replace(BILL, lines=(replace(LINE, account="62"),)), "lines", ()),
        (Kind.BILL, replace(BILL, tax=Decimal("2.00")), "tax", Decimal("0.00")),
    ],
)
def test_what_was_never_agreed_on_has_an_empty_base(kind, ours, field, nothing) -> None:
    theirs = {
        Kind.VENDOR: VENDOR,
        Kind.ACCOUNT: Account(name="Fees", type="Expense"),
        Kind.BILL: replace(BILL, tax=Decimal("1.00")),
    }[kind]

    asked = decide(pair(ours, theirs, kind=kind), policy(Keep.ASK))

    assert field in asked.held_fields
    assert getattr(asked.base, field) == nothing
    assert type(getattr(asked.base, field)) is type(nothing)


def test_what_may_not_cross_anyway_is_told_that_before_its_match() -> None:
    nameless = replace(BILL, number=None)

    assert decide(pair(nameless, None, problem="ambiguous"), policy()).code == "number_missing"
    assert decide(pair(None, nameless, problem="ambiguous"), policy()).code == "number_missing"


def test_a_match_that_may_not_be_taken_is_not_linked_and_not_created_either() -> None:
    item = {"unsupported": ("item 5",)}

    decision = decide(pair(BILL, BILL, counterpart=item), policy())

    assert (decision.code, decision.link) == ("parent_not_synced", False)
    assert (decision.platform, decision.quickbooks) == (None, None)


def test_a_paid_bill_that_belongs_to_a_record_is_linked_though_it_would_not_be_imported() -> None:
    paid = {"balance": Decimal("0")}

    assert decide(pair(BILL, BILL, counterpart=paid), policy()).link
    assert decide(pair(None, BILL, counterpart=paid), policy()).code == "not_unpaid"
