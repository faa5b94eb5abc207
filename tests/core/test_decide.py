"""Decisions come to rest: carried out, both sides agree or stand still, and no edit is lost on the way."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import Decision, Instruction, Result, Write
from service.core.directions import direction
from service.core.merge import Keep, changed_fields, equal_lines
from service.core.policy import AccountProfile, Facts, Flow, Policy, Preferences
from service.core.records import (
    ACCOUNT_FIELDS,
    CONTENT,
    LISTS,
    PAYMENTS,
    Document,
    Expense,
    Kind,
    Method,
    Payment,
    PaymentStatus,
    amount_of,
    is_archived,
)
from service.core.references import rename_references
from tests.core.executor import World
from tests.core.strategies import edited, triples

MONEY = ("vendor", "currency", "issued_on", "tax")
POSTED = {
    *("vendor", "currency", "paid_on", "bank_account", "lines", "credits"),
    *("customer", "received_on", "deposit_account"),
}
thorough = settings(max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def policy(
    kind: Kind,
    *,
    keep: str = "quickbooks",
    direction: str = "both",
    closed: dt.date | None = None,
    profile: AccountProfile = AccountProfile.TWO_WAY,
    **more: Any,
) -> Policy:
    return Policy(
        profile=profile,
        preferences=Preferences(
            transactions_direction=Flow(direction),
            unallocated_expense_account="rec-61",
            conflict={kind.value: Keep(keep)},
            **more,
        ),
        facts=Facts(books_closed_on=closed),
    )


def document_of(content: Document) -> Document:
    """The record that holds this content: every line with an id of its own."""
    document = rename_references(content, lambda _, id: id if id.startswith("new") else f"rec-{id}")
    if isinstance(document, Expense):
        lines = [
            replace(line, id=f"own-{at}", quickbooks_id=line.id) for at, line in enumerate(document.lines)
        ]
        document = replace(document, lines=tuple(lines))
    return document


_STATUSES = [PaymentStatus.SCHEDULED, PaymentStatus.PROCESSED, PaymentStatus.VOIDED]


@st.composite
def worlds(draw: st.DrawFn, *, told: bool = True, gone: bool = True, linked: bool | None = None) -> World:
    """Two sides of one pair, edited apart, at any point of their lives."""
    kind, base, ours, theirs = draw(triples())
    is_linked = draw(st.booleans()) if linked is None else linked
    if isinstance(ours, Expense) and isinstance(theirs, Expense):
        ours = replace(ours, vendor=draw(st.sampled_from([ours.vendor] * 5 + ["new-1"])))
        theirs = replace(theirs, vendor=draw(st.sampled_from([theirs.vendor] * 5 + ["91"])))
        if not is_linked:
            ours = replace(ours, lines=tuple(replace(line, id=None) for line in ours.lines))
    is_made_there = False
    if isinstance(ours, Payment):
        status = draw(st.sampled_from(_STATUSES if gone else _STATUSES[:2]))
        ours = replace(ours, status=status, method=draw(st.sampled_from(list(Method))))
        is_made_there = is_linked and ours.method is Method.OFFLINE and draw(st.booleans())
    is_expense, is_transaction = isinstance(ours, Expense), kind not in LISTS
    return World(
        kind,
        policy(
            kind,
            keep=draw(st.sampled_from([each.value for each in Keep])),
            direction=draw(st.sampled_from(["both", "both", "to_quickbooks"])),
            closed=draw(st.sampled_from([None, None, dt.date(2024, 12, 31)])),
            profile=draw(st.sampled_from(list(AccountProfile))),
        ),
        document=document_of(ours),
        archived=draw(st.booleans()) if gone and is_transaction else getattr(ours, "archived", False),
        content=theirs,
        deleted=gone and is_transaction and is_linked and draw(st.booleans()),
        voided=gone and kind in PAYMENTS and is_linked and draw(st.booleans()),
        made_there=is_made_there,
        settled=draw(st.sampled_from([Decimal(0), Decimal(0), Decimal(5)])) if is_expense else Decimal(0),
        unsupported=draw(st.sampled_from([(), (), (), ("item 5",)])) if is_expense else (),
        base=base if is_linked else None,
        instruction=draw(st.sampled_from([None, None, *Instruction])) if told and is_linked else None,
    )


def settle(world: World, rounds: int = 3) -> list[Decision]:
    """Decide and carry out until nothing moves any more; the last decision is the one that stands."""
    decisions = [world.step()] if world.instruction else []
    for _ in range(rounds):
        before = world.state()
        decisions.append(world.step())
        if world.state() == before:
            return decisions
    raise AssertionError(f"still moving after {rounds} rounds: {decisions}")


def is_quiet(decision: Decision) -> bool:
    return decision.platform is None and decision.quickbooks is None and not decision.unlink


def agree(world: World, *, but: tuple[str, ...] = ()) -> bool:
    assert world.content
    ours = world.ours()
    if isinstance(ours, Payment) and amount_of(ours) == amount_of(world.content) == 0:
        but = (*but, ACCOUNT_FIELDS[type(ours)])  # no money moves: it is of no meaning
    return all(
        equal_lines(ours.lines, world.content.lines)
        if name == "lines" and isinstance(ours, Expense) and isinstance(world.content, Expense)
        else getattr(ours, name) == getattr(world.content, name)
        for name in CONTENT[world.kind]
        if name not in but
    )


@thorough
@given(world=worlds())
def test_carried_out_a_decision_leaves_nothing_to_decide_or_the_same_standing_answer(world) -> None:
    decisions = settle(world)

    again = decide(world.pair(), world.policy)
    standing = decisions[-1]
    assert is_quiet(standing)
    assert is_quiet(again)
    assert (again.code, again.result) == (standing.code, standing.result)
    assert again.result in (Result.UNCHANGED, Result.HELD, Result.SKIPPED, Result.CONFLICT)
    assert (again.result is Result.UNCHANGED) == (again.code is None)


@many
@given(world=worlds())
def test_at_rest_both_sides_agree_but_for_the_fields_that_a_reason_holds(world) -> None:
    standing = settle(world)[-1]

    if world.base is not None and world.is_gone_there and standing.code is None:
        assert world.is_gone_here
    elif world.base is not None and standing.code is None:
        assert agree(world)
        assert world.is_gone_here == is_archived(world.ours())
    elif world.base is not None and not world.is_gone_here and not world.is_gone_there:
        assert agree(world, but=standing.held_fields)
        assert standing.held_fields
    elif world.base is None and standing.code is None:
        assert world.is_gone_here


@many
@given(world=worlds(told=False, gone=False), data=st.data())
def test_a_history_of_edits_and_refused_writes_comes_to_rest_in_agreement_too(world, data) -> None:
    written = {
        (name, _plain(side, name)) for side in (world.ours(), world.content) for name in CONTENT[world.kind]
    }
    for _ in range(data.draw(st.integers(1, 4))):
        event = data.draw(st.sampled_from(["edit here", "edit there", "sync", "refused sync"]))
        if event == "edit here":
            world.edit_here(data.draw(edited(world.kind, world.ours(), new_ids=False)))
        elif event == "edit there":
            world.content = data.draw(edited(world.kind, world.content, new_ids=True))
        else:
            world.step(is_refused=event == "refused sync")
        for side in (world.ours(), world.content):
            written |= {(name, _plain(side, name)) for name in CONTENT[world.kind]}

    standing = settle(world)[-1]

    assert is_quiet(standing)
    if world.base is None:
        assert standing.code
        return
    assert agree(world, but=standing.held_fields)
    assert bool(standing.held_fields) == (standing.code is not None)
    for name in CONTENT[world.kind]:
        if name not in ("lines", "due_on"):
            assert (name, _plain(world.content, name)) in written


def _plain(document: Document, name: str) -> Any:
    return repr(getattr(document, name))


@many
@given(world=worlds(told=False, gone=False, linked=True))
def test_whatever_somebody_wrote_is_there_in_the_end_or_shown_in_a_conflict(world) -> None:
    before, ours, theirs = world.base, world.ours(), world.content

    decisions = settle(world)

    shown = [conflict for decision in decisions for conflict in decision.conflicts]
    for side, written in (("platform", ours), ("quickbooks", theirs)):
        for name in changed_fields(world.kind, before, written):
            if name == "lines" or (name == "due_on" and written.due_on is None):
                continue  # lines have tests of their own; QuickBooks leaves no bill without a due date
            value = getattr(written, name)
            present = value in (getattr(world.ours(), name), getattr(world.content, name))
            assert present or any(each.field == name and getattr(each, side) == value for each in shown)


@many
@given(world=worlds(told=False))
def test_no_write_touches_money_that_is_settled_in_quickbooks(world) -> None:
    before = world.content

    settle(world)

    if world.settled and not world.deleted and isinstance(world.content, Expense):
        assert all(getattr(world.content, name) == getattr(before, name) for name in MONEY)
        assert [line.amount for line in world.content.lines] == [line.amount for line in before.lines]


@many
@given(world=worlds(told=False, linked=True))
def test_what_goes_to_quickbooks_only_takes_nothing_from_there_and_overwrites_nothing(world) -> None:
    base, ours, theirs = world.base, world.ours(), world.content
    one_way = world.kind not in LISTS and not direction(world.kind, world.policy).into_platform

    settle(world)

    if one_way and not world.made_there:
        for name in {*changed_fields(world.kind, base, theirs)} - {"lines", "due_on"}:
            assert getattr(world.ours(), name) == getattr(ours, name)
            assert getattr(world.content, name) == getattr(theirs, name)


@many
@given(world=worlds(told=False, gone=False))
def test_with_ask_neither_side_of_a_conflict_moves(world) -> None:
    world.policy = policy(world.kind, keep="ask")
    ours, theirs = world.ours(), world.content

    decisions = settle(world)

    asked = {each.field.partition("[")[0] for each in decisions[0].conflicts}
    for name in asked - {"lines"}:
        assert getattr(world.ours(), name) == getattr(ours, name)
        assert getattr(world.content, name) == getattr(theirs, name)
    if "lines" in asked:
        assert equal_lines(world.ours().lines, ours.lines)
        assert equal_lines(world.content.lines, theirs.lines)


@many
@given(world=worlds(told=False))
def test_no_payment_that_is_gone_on_one_side_is_made_anew_on_either(world) -> None:
    was_gone = world.is_gone_here or world.is_gone_there

    settle(world)

    if was_gone and world.kind in PAYMENTS:
        assert world.is_gone_here or world.is_gone_there
        assert not {Write.CREATE, Write.UPDATE} & {write for write, _ in world.writes}


@many
@given(world=worlds(told=False, gone=False, linked=True))
def test_the_money_of_a_payment_that_was_sent_is_never_written_again_by_itself(world) -> None:
    before = world.content

    settle(world)

    if isinstance(before, Payment):
        fixed = POSTED & set(CONTENT[world.kind])
        assert all(getattr(world.content, name) == getattr(before, name) for name in fixed)
