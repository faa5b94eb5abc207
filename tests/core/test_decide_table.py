"""Every cell of the decide table, against expectations written by hand from the design."""

import datetime as dt
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import Counterpart, Decision, Pair, Record, Result, Write
from service.core.merge import Keep
from service.core.policy import AccountProfile, Facts, Flow, Policy, Preferences
from service.core.records import CONTENT, Bill, Document, amount_of, label_of
from tests.core.decide_cells import ALL, DIRECTIONS, KEEPS, LOCKS, TOLD, Cell, Subject
from tests.core.decide_rows import TABLES, Then, table_for


def content_of(cell: Cell, state: str) -> Document:
    """What a side holds in this state."""
    subject = cell.subject
    content = subject.base
    if state.endswith(("-A", "A0")):
        return _gone(subject, replace(content, **{subject.a: None}), state)
    for value in ("A1", "A2", "B1"):
        if value in state:
            content = replace(content, **{subject.a if value[0] == "A" else subject.b: subject.values[value]})
    return _gone(subject, content, state)


def _gone(subject: Subject, content: Document, state: str) -> Document:
    if subject.is_list and ("gone" in state or state == "inactive"):
        return replace(content, archived=True)
    return content


def pair_of(cell: Cell) -> Pair:
    """The pair that a cell describes."""
    record = counterpart = None
    if cell.platform != "-":
        ours = content_of(cell, cell.platform)
        if isinstance(ours, Bill) and not cell.linked:
            ours = replace(ours, lines=tuple(replace(line, id=None) for line in ours.lines))
        record = Record(
            id="r-1",
            content=ours,
            archived="gone" in cell.platform,
            currency=None if cell.subject.is_list else "USD",
            instruction=TOLD[cell.told],
        )
    if cell.quickbooks != "-":
        theirs = content_of(cell, cell.quickbooks)
        counterpart = Counterpart(
            id="145",
            content=theirs,
            deleted=not cell.subject.is_list and "gone" in cell.quickbooks,
            balance=balance_of(cell, theirs),
            currency="USD",
            instruction=TOLD[cell.told] if cell.platform == "-" else None,
        )
    base = cell.subject.base if cell.linked else None
    return Pair(kind=cell.subject.kind, record=record, counterpart=counterpart, base=base)


def balance_of(cell: Cell, theirs: Document) -> Decimal | None:
    """What is open in QuickBooks."""
    amount = amount_of(theirs)
    if amount is None:
        return None
    return {"paid": Decimal(0), "part paid": amount - Decimal("10.00")}.get(cell.lock, amount)


def policy_of(cell: Cell) -> Policy:
    return Policy(
        profile=AccountProfile.TWO_WAY,
        preferences=Preferences(
            transactions_direction=Flow(cell.direction),
            unallocated_expense_account="acc-1",
            only_approved=cell.lock == "unapproved",
            conflict={cell.subject.kind.value: Keep(cell.keep)},
        ),
        facts=Facts(books_closed_on=dt.date(2026, 3, 31) if cell.lock == "closed" else None),
    )


def named(cell: Cell, letters: str) -> set[str]:
    names = {"A": cell.subject.a, "B": cell.subject.b, "X": "archived"}
    return {names[letter] for letter in letters}


def differences(cell: Cell, then: Then, pair: Pair, decision: Decision) -> Iterator[str]:
    """Say in what a decision is not what the table says."""
    platform = then.platform or ("update" if then.takes else None)
    quickbooks = then.quickbooks or ("update" if then.sends else None)
    whole = set(CONTENT[pair.kind])
    expected = {
        "result": Result(then.result),
        "code": then.code,
        "platform": Write(platform) if platform else None,
        "quickbooks": Write(quickbooks) if quickbooks else None,
        "link": then.link == "made",
        "unlink": then.link == "cut",
    }
    for name, value in expected.items():
        if getattr(decision, name) != value:
            yield f"{name} is {getattr(decision, name)} and not {value}"
    if set(decision.held_fields) != named(cell, then.holds):
        yield f"holds {decision.held_fields} and not {then.holds}"
    told = {"create": whole, "archive": set(), "delete": set()}
    takes = told.get(platform or "", named(cell, then.takes))
    if then.platform != "update" and set(decision.platform_fields) != takes:
        yield f"the platform takes {decision.platform_fields} and not {then.takes}"
    if set(decision.fields) != told.get(quickbooks or "", named(cell, then.sends)):
        yield f"QuickBooks takes {decision.fields} and not {then.sends}"
    if decision.code and not (
        _label(pair) in decision.reason and decision.fix and _label(pair) not in decision.fix
    ):
        yield "the reason doesn't say what it is about, or there is no fix"
    if pair.counterpart and decision.platform is Write.CREATE and decision.base != pair.counterpart.content:
        yield "the base of what is created here is not what QuickBooks has"
    if (
        pair.counterpart
        and decision.quickbooks is Write.DELETE
        and decision.content != pair.counterpart.content
    ):
        yield "what is deleted is not what is there"
    if pair.record and pair.counterpart and not pair.counterpart.deleted:
        yield from _wrong_values(cell, then, pair, decision)


def _label(pair: Pair) -> str:
    side = pair.record or pair.counterpart
    assert side
    return label_of(pair.kind, side.content)


def _wrong_values(cell: Cell, then: Then, pair: Pair, decision: Decision) -> Iterator[str]:
    """The platform holds QuickBooks' value of what it takes and its own of all else; so does the base."""
    assert pair.record
    assert pair.counterpart
    theirs = pair.counterpart.content
    if decision.content is not None and decision.quickbooks is not Write.DELETE:
        for name in CONTENT[pair.kind]:
            source = theirs if name in named(cell, then.takes) else pair.record.content
            if _plain(getattr(decision.content, name)) != _plain(getattr(source, name)):
                yield f"content.{name} is {getattr(decision.content, name)}"
    if decision.link and decision.base is None:
        yield "a new link has no base"
    if then.sends and cell.linked and decision.base is not None:
        yield "the base moves before QuickBooks has answered"
    stays_gone = "gone" in cell.platform and not cell.subject.is_list and then.platform is None
    if decision.base is None or stays_gone:
        return  # the base is what was sent once
    for name in CONTENT[pair.kind]:
        after, there = getattr(decision.base, name), getattr(theirs, name)
        if name in named(cell, then.holds):
            if cell.linked and after != getattr(pair.base, name):
                yield f"base.{name} has moved to {after} though it is held"
            if not cell.linked and after == there and then.result == "conflict":
                yield f"base.{name} is what QuickBooks has, so that ours would be sent there"
        elif after != there:
            yield f"base.{name} is {after}"


def _plain(value: Any) -> Any:
    return [replace(line, id=None) for line in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", ALL)
def test_every_cell_is_decided_as_the_design_says(name) -> None:
    wrong = [found for cell in ALL[name] if (found := wrong_in(cell))]

    listing = "\n".join(wrong[:20])
    assert not wrong, f"{len(wrong)} of {len(ALL[name])} cells are wrong:\n{listing}"


def wrong_in(cell: Cell) -> str | None:
    then = expected_of(cell)
    assert then is not None, f"the table says nothing about {cell}"
    pair = pair_of(cell)
    found = list(differences(cell, then, pair, decide(pair, policy_of(cell))))
    return f"{cell}: {'; '.join(found)}" if found else None


def expected_of(cell: Cell) -> Then | None:
    return next((each.then for each in table_for(cell) if each.fits(cell)), None)


def test_no_cell_is_left_undecided_and_no_row_unused() -> None:
    every = [cell for subject in ALL.values() for cell in subject]
    rows = [row for table in TABLES for row in table]

    met = [next((each for each in table_for(cell) if each.fits(cell)), None) for cell in every]

    used = {id(row) for row in met if row is not None}
    undecided = [str(cell) for cell, row in zip(every, met, strict=True) if row is None]
    idle = [row for row in rows if id(row) not in used]
    sys.stdout.write(
        f"{len(every) - len(undecided):,} of {len(every):,} cells decided, {len(undecided)} undecided, "
        f"{len(rows) - len(idle)} of {len(rows)} rows used\n"
    )
    assert not undecided, undecided[:20]
    assert not idle, idle
    assert len(set(map(str, every))) == len(every) == CELLS


CELLS = sum(
    len(DIRECTIONS) * len(KEEPS) * len(LOCKS) * len(TOLD) * sides
    # linked, and not linked: lists may turn up inactive; a bill without its lines is worth nothing
    for sides in (35 + 23, 35 + 23, 35 + 17, 24 + 9)
)


UNDOING = ("recreate", "accept")


def test_a_removal_is_never_undone_by_itself() -> None:
    every = [cell for subject in ALL.values() for cell in subject if cell.told not in UNDOING]

    for cell in every:
        decision = decide(pair_of(cell), policy_of(cell))

        if cell.linked and not cell.subject.is_list and "gone" in cell.platform + cell.quickbooks:
            assert decision.quickbooks is not Write.CREATE, cell
            assert decision.platform is not Write.UPDATE, cell
