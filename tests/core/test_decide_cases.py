"""Decisions that once went wrong, or would: each a small story of one pair."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.actions import Action, actions_for
from service.core.decide import decide
from service.core.decision import NOTHING, Counterpart, Decision, Instruction, Pair, Record, Result, Write
from service.core.merge import Keep
from service.core.policy import AccountProfile, Facts, Flow, Policy, Preferences
from service.core.records import ORDER, Account, Bill, BillLine, Document, Kind, Vendor
from service.core.references import Reference
from tests.core.decide_cells import ALL
from tests.core.executor import World
from tests.core.test_decide_table import pair_of, policy_of

LINE = BillLine(id="1", amount=Decimal("100.00"), description="Paper", account="61")
BILL = Bill(
    vendor="41",
    issued_on=dt.date(2026, 3, 2),
    due_on=dt.date(2026, 4, 1),
    number="4711",
    currency="USD",
    memo="March",
    lines=(LINE,),
)
VENDOR = Vendor(name="Ash & Co", phone="1", email="a@ash.example")


def policy(
    keep: Keep = Keep.QUICKBOOKS, *, one_way: bool = False, closed: dt.date | None = None, **more: Any
) -> Policy:
    return Policy(
        profile=AccountProfile.TWO_WAY,
        preferences=Preferences(
            conflict={kind.value: keep for kind in ORDER},
            **{
                "transactions_direction": Flow.TO_QUICKBOOKS if one_way else Flow.BOTH,
                "unallocated_expense_account": "rec-61",
            }
            | more,
        ),
        facts=Facts(books_closed_on=closed),
    )


def pair(
    ours: Document | None,
    theirs: Document | None,
    base: Document | None = None,
    *,
    kind: Kind = Kind.BILL,
    record: dict[str, Any] | None = None,
    counterpart: dict[str, Any] | None = None,
    **more: Any,
) -> Pair:
    """A pair; `record` and `counterpart` set what else their sides have."""
    currency = "USD" if kind in (Kind.BILL, Kind.INVOICE) else None
    return Pair(
        kind=kind,
        record=Record(id="r-1", content=ours, currency=currency, **record or {}) if ours else None,
        counterpart=Counterpart(id="145", content=theirs, **{"currency": "USD"} | (counterpart or {}))
        if theirs
        else None,
        base=base,
        **more,
    )


def test_who_keeps_the_platform_on_a_one_way_kind_gets_it_written_there_again() -> None:
    theirs = replace(BILL, memo="April", due_on=dt.date(2026, 5, 1))
    told = {"instruction": Instruction.KEEP_PLATFORM}

    decision = decide(pair(BILL, theirs, BILL, record=told), policy(one_way=True))

    assert decision.platform is None
    assert set(decision.fields) == {"memo", "due_on"}
    assert (decision.content.memo, decision.content.due_on) == (BILL.memo, BILL.due_on)


@pytest.mark.parametrize("told", [Instruction.KEEP_PLATFORM, Instruction.KEEP_QUICKBOOKS])
def test_who_has_chosen_is_not_told_of_the_conflict_again(told) -> None:
    ours, theirs = replace(VENDOR, phone="2"), replace(VENDOR, phone="3")

    decision = decide(
        pair(ours, theirs, VENDOR, kind=Kind.VENDOR, record={"instruction": told}), policy(Keep.ASK)
    )

    assert decision.code is None
    assert decision.result in (Result.UPDATED_IN_PLATFORM, Result.UPDATED_IN_QUICKBOOKS)


def test_a_vendor_that_has_no_record_here_holds_that_field_and_nothing_else() -> None:
    theirs = replace(BILL, vendor="77", memo="April")
    missing = Reference(Kind.VENDOR, "77")

    decision = decide(pair(BILL, theirs, BILL, counterpart={"unlinked": (missing,)}), policy())

    assert (decision.result, decision.code) == (Result.HELD, "parent_not_synced")
    assert decision.platform_fields == ("memo",)
    assert decision.content == replace(BILL, memo="April")
    assert decision.base.vendor == BILL.vendor
    assert decision.waits_for == missing
    assert "vendor 77" in decision.reason


def test_an_account_that_has_no_record_here_holds_the_lines_and_our_edit_of_another_field_goes_out() -> None:
    ours = replace(BILL, memo="April")
    theirs = replace(BILL, lines=(replace(LINE, account="99"),))
    missing = (Reference(Kind.ACCOUNT, "99"),)

    decision = decide(pair(ours, theirs, BILL, counterpart={"unlinked": missing}), policy())

    assert decision.fields == ("memo",)
    assert decision.held_fields == ("lines",)
    assert decision.content.lines == BILL.lines
    assert decision.code == "parent_not_synced"


def test_a_parent_account_that_has_no_record_here_is_waited_for() -> None:
    account = Account(name="Fees", type="Expense")
    theirs = replace(account, parent="99", description="Bank fees")
    missing = (Reference(Kind.ACCOUNT, "99"),)

    decision = decide(
        pair(account, theirs, account, kind=Kind.ACCOUNT, counterpart={"unlinked": missing}), policy()
    )

    assert decision.platform_fields == ("description",)
    assert decision.held_fields == ("parent",)


@pytest.mark.parametrize("edited", [False, True])
def test_lines_of_a_type_that_does_not_sync_are_neither_taken_nor_written_over(edited) -> None:
    item = replace(LINE, id="2", account=None, amount=Decimal("5.00"))
    theirs = replace(BILL, lines=(LINE, item))
    ours = replace(BILL, lines=(replace(LINE, account="62"),)) if edited else BILL

    decision = decide(pair(ours, theirs, BILL, counterpart={"unsupported": ("item 5",)}), policy())

    assert (decision.result, decision.platform, decision.quickbooks) == (Result.HELD, None, None)
    assert decision.held_fields == ("lines",)
    assert decision.content.lines == ours.lines
    assert "item 5" in decision.reason


def test_a_line_that_both_sides_added_alike_gets_its_id_here() -> None:
    added = BillLine(amount=Decimal("5.00"), description="Postage", account="61")
    ours = replace(BILL, lines=(LINE, added))
    theirs = replace(BILL, lines=(LINE, replace(added, id="2")))

    decision = decide(pair(ours, theirs, BILL), policy())

    assert decision.result is Result.UNCHANGED
    assert decision.base == decision.content == theirs
    assert (decision.platform, decision.quickbooks) == (None, None)


def test_an_agreed_pair_is_nothing_at_all() -> None:
    assert decide(pair(BILL, BILL, BILL), policy()) == NOTHING


def test_lines_that_lack_their_ids_here_get_them_without_a_new_base() -> None:
    ours = replace(BILL, lines=(replace(LINE, id=None),))

    decision = decide(pair(ours, BILL, BILL), policy())

    assert (decision.result, decision.content, decision.base) == (Result.UNCHANGED, BILL, BILL)


def test_the_same_edit_on_both_sides_moves_the_base_and_nothing_else() -> None:
    both = replace(BILL, memo="April")

    decision = decide(pair(both, both, BILL), policy())

    assert decision == replace(NOTHING, content=both, base=both)


def test_a_list_entry_that_is_gone_there_is_archived_here() -> None:
    decision = decide(pair(VENDOR, VENDOR, VENDOR, kind=Kind.VENDOR, counterpart={"deleted": True}), policy())

    assert decision.platform_fields == ("archived",)
    assert decision.content.archived


def test_a_person_may_have_told_either_side() -> None:
    ours, theirs = replace(VENDOR, phone="2"), replace(VENDOR, phone="3")
    told = {"instruction": Instruction.KEEP_PLATFORM}

    decision = decide(pair(ours, theirs, VENDOR, kind=Kind.VENDOR, counterpart=told), policy())

    assert decision.fields == ("phone",)


def test_a_number_given_here_goes_out_though_quickbooks_has_none() -> None:
    nameless = replace(BILL, number=None)

    decision = decide(pair(BILL, nameless, nameless), policy())

    assert (decision.result, decision.fields) == (Result.UPDATED_IN_QUICKBOOKS, ("number",))


@pytest.mark.parametrize("closed_side", ["here", "there"])
def test_a_closed_period_holds_a_write_whichever_side_lies_in_it(closed_side) -> None:
    early = replace(BILL, issued_on=dt.date(2025, 12, 1))
    ours, theirs = (early, BILL) if closed_side == "here" else (BILL, early)

    decision = decide(pair(ours, theirs, theirs), policy(closed=dt.date(2025, 12, 31)))

    assert (decision.result, decision.code) == (Result.HELD, "books_closed")
    assert (decision.quickbooks, decision.held_fields) == (None, ("issued_on",))
    assert decision.base == theirs


def test_held_lines_keep_their_ids_here_as_the_base_does() -> None:
    ours = replace(BILL, lines=(replace(LINE, amount=Decimal("50.00")),))
    theirs = replace(BILL, lines=(replace(LINE, id="9"),))
    paid = {"balance": Decimal("10.00")}

    decision = decide(pair(ours, theirs, BILL, counterpart=paid), policy())

    assert decision.code == "money_locked"
    assert [line.id for line in decision.content.lines] == [line.id for line in decision.base.lines] == ["1"]


def test_what_still_follows_on_a_paid_bill_is_memo_due_date_and_accounts() -> None:
    ours = replace(
        BILL,
        memo="April",
        due_on=dt.date(2026, 5, 1),
        lines=(replace(LINE, account="62", description="Ink"),),
    )
    paid = {"balance": Decimal("0")}

    decision = decide(pair(ours, BILL, BILL, counterpart=paid), policy())

    assert (decision.result, decision.code) == (Result.UPDATED_IN_QUICKBOOKS, None)
    assert set(decision.fields) == {"memo", "due_on", "lines"}


@pytest.mark.parametrize(
    "change",
    [
        {"vendor": "42"},
        {"issued_on": dt.date(2026, 3, 3)},
        {"tax": Decimal("1.00")},
        {"lines": (replace(LINE, amount=Decimal("99.99")),)},
        {"lines": (LINE, BillLine(amount=Decimal("1.00"), account="61"))},
        {"lines": (replace(LINE, amount=Decimal("60.00")), BillLine(amount=Decimal("40.00"), account="61"))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_money_on_a_paid_bill_is_held_and_the_memo_still_goes(change) -> None:
    ours = replace(BILL, memo="April", **change)
    paid = {"balance": Decimal("40.00")}

    decision = decide(pair(ours, BILL, BILL, counterpart=paid), policy())

    assert (decision.result, decision.code) == (Result.HELD, "money_locked")
    assert decision.fields == ("memo",)
    assert decision.held_fields == tuple(change)


def test_an_edit_that_waits_for_a_parent_does_not_keep_the_other_side_from_coming() -> None:
    ours = replace(BILL, vendor="@vendor/v-9")
    theirs = replace(BILL, memo="April")
    missing = Reference(Kind.VENDOR, "v-9")

    decision = decide(pair(ours, theirs, BILL, record={"unlinked": (missing,)}), policy())

    assert (decision.code, decision.waits_for) == ("parent_not_synced", missing)
    assert decision.platform_fields == ("memo",)
    assert decision.held_fields == ("vendor",)
    assert decision.base == theirs


def test_lines_that_gave_way_to_quickbooks_wait_for_nothing_any_more() -> None:
    ours = replace(BILL, memo="April", lines=(replace(BILL.lines[0], account="@account/a-9"),))
    theirs = replace(BILL, memo=None, lines=(replace(BILL.lines[0], description="Chairs"),))
    missing = Reference(Kind.ACCOUNT, "a-9")

    first_met = decide(pair(ours, theirs, record={"unlinked": (missing,)}), policy())

    assert first_met.code != "parent_not_synced"
    assert (first_met.platform_fields, first_met.fields) == (("lines",), ("memo",))


def test_a_parent_that_is_about_to_be_created_is_no_reason_to_wait() -> None:
    ours = replace(BILL, vendor="@vendor/v-9")

    decision = decide(pair(ours, BILL, BILL), policy())

    assert decision.fields == ("vendor",)


def test_a_pair_without_sides_is_nothing() -> None:
    assert decide(Pair(kind=Kind.BILL), policy()) == NOTHING


def test_only_approved_gates_the_first_write_and_no_later_one() -> None:
    strict = policy(only_approved=True)

    assert decide(pair(BILL, None), strict).code == "not_approved"
    assert decide(pair(replace(BILL, memo="April"), BILL, BILL), strict).fields == ("memo",)


def test_a_fix_names_only_actions_that_a_person_can_take() -> None:
    decisions = {
        decision.code: decision
        for cells in ALL.values()
        for cell in cells
        if (decision := decide(pair_of(cell), policy_of(cell))).code
    }
    for code in ("number_taken", "duplicate_name", "ambiguous", "duplicate_in_quickbooks"):
        decisions[code] = decide(pair(BILL, None, problem=code), policy())

    assert len(decisions) > 10
    for code, decision in decisions.items():
        named = {action for action in Action if action.value in decision.fix.replace(",", " ").split()}
        assert named <= {*actions_for(code)}, (code, decision.fix)


def test_an_edit_of_an_agreed_bill_crosses_once_and_comes_to_rest() -> None:
    world = World(Kind.BILL, policy(), content=BILL)
    world.step()
    world.edit_here(replace(world.ours(), memo="April"))

    decisions: list[Decision] = [world.step() for _ in range(3)]

    assert [decision.result for decision in decisions] == [
        Result.UPDATED_IN_QUICKBOOKS,
        *[Result.UNCHANGED] * 2,
    ]
    assert world.writes == [(Write.UPDATE, ("memo",))]
    assert world.content.memo == "April"
