"""Every cell of what may become of a linked payment, against expectations written by hand from the design."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from service.core.actions import Action, actions_for
from service.core.decide import decide
from service.core.decision import Decision, Pair, Result, Write
from service.core.records import CONTENT, Kind
from tests.core.decide_rows import Then
from tests.core.payment_cells import (
    CELLS,
    FIELDS,
    HERE,
    KEEPS,
    MADE,
    THERE,
    TOLD,
    WAYS,
    Cell,
    pair_of,
    policy_of,
)
from tests.core.payment_rows import TABLES, table_for

EVERYTHING = CONTENT[Kind.BILL_PAYMENT]


def expected_of(cell: Cell) -> Then | None:
    return next((each.then for each in table_for(cell) if each.fits(cell)), None)


def named(letters: str) -> set[str]:
    return {FIELDS[letter] for letter in letters}


def wanted(then: Then) -> dict[str, Any]:
    """What a decision has to be, all but its values and its words."""
    platform = then.platform or ("update" if then.takes else None)
    quickbooks = then.quickbooks or ("update" if then.sends else None)
    return {
        "result": Result(then.result),
        "code": then.code,
        "platform": Write(platform) if platform else None,
        "platform_fields": {"status"} if platform == "void" else named(then.takes),
        "quickbooks": Write(quickbooks) if quickbooks else None,
        "fields": set(EVERYTHING) if quickbooks == "create" else named(then.sends),
        "held_fields": named(then.holds),
        "link": False,
        "unlink": then.link == "cut",
    }


def differences(cell: Cell, then: Then, pair: Pair, decision: Decision) -> Iterator[str]:
    """Say in what a decision is not what the table says."""
    for name, value in wanted(then).items():
        found = getattr(decision, name)
        if (set(found) if isinstance(found, tuple) else found) != value:
            yield f"{name} is {found} and not {value}"
    if decision.code and not (decision.reason.startswith("Bill payment 77 ") and decision.fix):
        yield "the reason doesn't say what it is about, or there is no fix"
    actions = {*actions_for(decision.code)} if decision.code else set()
    offered = {action for action in Action if action.value in decision.fix.replace(",", " ").split()}
    if not offered <= actions:
        yield f"the fix offers {offered - actions}"
    yield from _wrong_values(then, pair, decision)


def _wrong_values(then: Then, pair: Pair, decision: Decision) -> Iterator[str]:
    """The platform holds QuickBooks' value of what it takes and its own of all else; so does the base."""
    assert pair.record
    assert pair.counterpart
    ours, theirs = pair.record.content, pair.counterpart.content
    if decision.content is not None:
        there_only = decision.quickbooks in (Write.VOID, Write.DELETE)
        for name in EVERYTHING:
            source = theirs if there_only or name in named(then.takes) else ours
            if getattr(decision.content, name) != getattr(source, name):
                yield f"content.{name} is {getattr(decision.content, name)}"
    if decision.base is None:
        moves = bool(then.takes or then.holds) and not then.sends
        if moves and decision.platform is not Write.VOID:
            yield "the base stays where it was"
        return
    if then.sends or decision.quickbooks:
        yield "the base moves before QuickBooks has answered"
    for name in EVERYTHING:
        source = pair.base if name in named(then.holds) else theirs
        if getattr(decision.base, name) != getattr(source, name):
            yield f"base.{name} is {getattr(decision.base, name)}"


def wrong_in(cell: Cell) -> str | None:
    then, pair = expected_of(cell), pair_of(cell)
    assert then is not None, f"the table says nothing about {cell}"
    found = list(differences(cell, then, pair, decide(pair, policy_of(cell))))
    return f"{cell}: {'; '.join(found)}" if found else None


@pytest.mark.parametrize("quickbooks", THERE)
@pytest.mark.parametrize("platform", HERE)
def test_every_cell_is_decided_as_the_design_says(platform, quickbooks) -> None:
    cells = [each for each in CELLS if (each.platform, each.quickbooks) == (platform, quickbooks)]

    wrong = [found for cell in cells if (found := wrong_in(cell))]

    listing = "\n".join(wrong[:20])
    assert not wrong, f"{len(wrong)} of {len(cells)} cells are wrong:\n{listing}"


def test_no_cell_is_left_undecided_and_no_row_unused() -> None:
    rows = [row for table in TABLES for row in table]

    met = [next((each for each in table_for(cell) if each.fits(cell)), None) for cell in CELLS]

    used = {id(row) for row in met if row is not None}
    undecided = [str(cell) for cell, row in zip(CELLS, met, strict=True) if row is None]
    idle = [row for row in rows if id(row) not in used]
    sys.stdout.write(
        f"{len(CELLS):,} cells, {len(undecided)} undecided, {len(rows)} rows, {len(idle)} idle\n"
    )
    assert not undecided, undecided[:20]
    assert not idle, idle
    assert len(set(map(str, CELLS))) == len(CELLS)
    assert len(CELLS) == len(HERE) * len(THERE) * len(MADE) * len(WAYS) * len(KEEPS) * 2 * len(TOLD)


def test_a_void_is_never_undone_unless_a_person_says_so() -> None:
    for cell in CELLS:
        decision = decide(pair_of(cell), policy_of(cell))

        if cell.platform in ("voided", "archived"):
            assert decision.quickbooks not in (Write.CREATE, Write.UPDATE), cell
            assert decision.platform is None, cell
        elif cell.quickbooks in ("voided", "deleted") and cell.told != "recreate":
            assert decision.quickbooks is None, cell


def test_what_the_platform_pays_itself_is_changed_from_there_only_by_a_person() -> None:
    for cell in CELLS:
        if cell.made == "online" and cell.told not in ("accept", "keep_quickbooks"):
            assert decide(pair_of(cell), policy_of(cell)).platform is None, cell
