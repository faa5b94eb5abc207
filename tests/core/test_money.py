"""Money comes to 0.00: what is merged and carried out has the same total on both sides, to the cent.

Totals are worked out here in whole cents, from what is written: the record's JSON and QuickBooks' body.
"""

import datetime as dt
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import pytest
from msgspec.structs import replace

from service.core.decision import Decision
from service.core.merge import FieldConflict, Keep, merge
from service.core.policy import AccountProfile, Policy, Preferences
from service.core.records import Bill, BillLine, Kind, encode
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import BODY_ENCODER
from tests.core.executor import World
from tests.core.related import as_record

BILLS = 300
MOST_LINES = 200


def cents(text: str) -> int:
    """An amount as it is written, in cents; it has two decimals, no more and no fewer."""
    whole, point, rest = text.partition(".")
    assert point, text
    assert len(rest) == 2, text
    return int(whole + rest)


def record_cents(bill: Bill) -> int:
    """What the record comes to, as its JSON says."""
    written = json.loads(encode(bill))
    return sum(cents(line["amount"]) for line in written["lines"]) + cents(written.get("tax", "0.00"))


def quickbooks_cents(bill: Bill) -> int:
    """What QuickBooks is told to post: the numbers of the body, as they are spelled."""
    body = BODY_ENCODER.encode(TRANSLATORS[Kind.BILL].create(bill, None))
    written = json.loads(body, parse_float=str, parse_int=str)
    tax = written.get("TxnTaxDetail", {}).get("TotalTax", "0.00")
    return sum(cents(line["Amount"]) for line in written["Line"]) + cents(tax)


def amount(chance: random.Random) -> Decimal:
    """Any amount of up to nine digits, and those at which binary fractions go wrong."""
    odd = ("0.10", "0.20", "0.30", "1.10", "2.20", "1.005", "1000000.01", "-0.01", "33.33")
    if chance.random() < 0.3:
        return Decimal(chance.choice(odd)).quantize(Decimal("0.01"))
    return Decimal(chance.randint(-99_999, 9_999_999)).scaleb(-2)


def line(chance: random.Random, id: str | None) -> BillLine:
    words = chance.choice((None, "Paper", "Rent"))
    return BillLine(id=id, amount=amount(chance), description=words, account=chance.choice(("61", "62")))


def bill(chance: random.Random, size: int | None = None) -> Bill:
    """A bill of one to two hundred lines."""
    size = size or chance.choice((1, 2, 3, 10, 50, MOST_LINES, chance.randint(1, MOST_LINES)))
    return Bill(
        vendor="41",
        issued_on=dt.date(2026, 3, 2),
        due_on=dt.date(2026, 4, 1),
        number="4711",
        currency="USD",
        lines=tuple(line(chance, str(at + 1)) for at in range(size)),
        tax=abs(amount(chance)) if chance.random() < 0.4 else Decimal("0.00"),
    )


def edited(chance: random.Random, before: Bill, *, new_id: str | None) -> Bill:
    """Somebody's work: words and accounts, or amounts, lines and the tax too."""
    lines = list(before.lines)
    for deed in chance.choices(["memo", "words", "account", "amount", "shift", "add", "remove", "tax"], k=2):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        moved = amount(chance)
        if deed == "memo":
            before = replace(before, memo=chance.choice(("March", "April")))
        elif deed == "tax":
            before = replace(before, tax=abs(moved))
        elif deed == "words":
            lines[at] = replace(lines[at], description="Ink")
        elif deed == "account":
            lines[at] = replace(lines[at], account="63")
        elif deed == "amount":
            lines[at] = replace(lines[at], amount=moved)
        elif deed == "add":
            lines.append(line(chance, new_id and f"{new_id}{len(lines)}"))
        elif deed == "remove" and len(lines) > 1:
            del lines[at]
        elif deed == "shift" and at != other:
            lines[at] = replace(lines[at], amount=lines[at].amount - moved)
            lines[other] = replace(lines[other], amount=lines[other].amount + moved)
    return replace(before, lines=tuple(lines))


@dataclass(frozen=True)
class Story:
    """A bill, what two people made of it, and what both sides hold in the end; all totals in cents."""

    base: int
    ours: int
    theirs: int
    here: int
    there: int
    code: str | None
    held: tuple[str, ...]
    paid: bool
    contested: bool

    @property
    def meant(self) -> set[int]:
        """The totals that may come of it: either side's where both moved it, else the one that moved."""
        return meant(self.base, self.ours, self.theirs, contested=self.contested)


def meant(base: int, ours: int, theirs: int, *, contested: bool) -> set[int]:
    return {ours, theirs} if contested else {ours, theirs} - {base} or {base}


def is_contested(conflicts: Iterable[FieldConflict]) -> bool:
    """Whether both sides changed the same money."""
    return any(each.field.partition("[")[0] in ("lines", "tax") for each in conflicts)


def carried_out(
    base: Bill, ours: Bill, theirs: Bill, *, keep: Keep, settled: Decimal
) -> tuple[World, Decision, Decision]:
    """Both sides after three rounds, the first decision and the one that stands."""
    world = World(
        Kind.BILL,
        Policy(
            profile=AccountProfile.TWO_WAY,
            preferences=Preferences(unallocated_expense_account="rec-61", conflict={"bill": keep}),
        ),
        document=as_record(ours),
        content=theirs,
        base=base,
        settled=settled,
    )
    first, _, last = world.step(), world.step(), world.step()
    return world, first, last


def story(seed: int) -> Story:
    chance = random.Random(seed)
    base = bill(chance)
    ours = edited(chance, base, new_id=None) if chance.random() < 0.8 else base
    theirs = edited(chance, base, new_id="9") if chance.random() < 0.8 else base
    world, first, last = carried_out(
        base,
        ours,
        theirs,
        keep=chance.choice(list(Keep)),
        settled=chance.choice((Decimal("0.00"), Decimal("0.00"), amount(chance))),
    )
    assert isinstance(world.document, Bill)
    assert isinstance(world.content, Bill)
    return Story(
        base=record_cents(base),
        ours=record_cents(ours),
        theirs=record_cents(theirs),
        here=record_cents(world.document),
        there=quickbooks_cents(world.content),
        code=last.code,
        held=last.held_fields,
        paid=world.settled != 0,
        contested=is_contested(first.conflicts),
    )


@lru_cache(maxsize=1)
def stories() -> list[Story]:
    """Play them once for all tests."""
    return [story(seed) for seed in range(BILLS)]


def test_both_sides_come_to_the_same_total_unless_a_reason_holds_the_money() -> None:
    for each in stories():
        if not {"lines", "tax"} & {*each.held}:
            assert each.here == each.there, each
        else:
            assert each.code in ("both_changed", "money_locked"), each

    equal = [each for each in stories() if each.here == each.there]
    assert len(equal) > BILLS / 2


def test_no_cent_is_made_or_lost_that_no_edit_made_or_took() -> None:
    for each in stories():
        assert {each.here, each.there} <= {each.base, each.ours, each.theirs}, each
        if each.here == each.there:
            assert each.here in each.meant, each
        if each.ours == each.theirs == each.base:
            assert each.here == each.there == each.base, each


def test_the_bills_meet_all_that_can_happen_to_money() -> None:
    played = stories()

    assert {None, "both_changed", "money_locked"} <= {each.code for each in played}
    assert any(each.paid and each.here == each.there != each.base for each in played)
    assert any(each.base == each.ours == each.theirs for each in played)
    assert any(each.ours != each.base != each.theirs != each.ours for each in played)
    assert {True, False} == {each.contested for each in played}


@pytest.mark.parametrize("keep", [Keep.PLATFORM, Keep.QUICKBOOKS])
def test_a_merge_of_many_lines_comes_to_what_one_side_meant(keep) -> None:
    chance = random.Random(7)
    for _ in range(100):
        base = bill(chance)
        ours, theirs = edited(chance, base, new_id=None), edited(chance, base, new_id="9")

        merged = merge(Kind.BILL, base, ours, theirs, keep=keep)

        total = quickbooks_cents(merged.content)
        totals = [record_cents(each) for each in (base, ours, theirs)]
        assert total == record_cents(merged.content)
        assert total in meant(*totals, contested=is_contested(merged.conflicts))


TWO = bill(random.Random(0), size=2)


@pytest.mark.parametrize("way", ["paid", "asked"])
def test_lines_and_tax_of_one_edit_wait_together(way) -> None:
    """Paid: we moved money between lines. Asked: both described a line. They set lines and tax together."""
    shifted = (
        replace(TWO.lines[0], amount=TWO.lines[0].amount - 1),
        replace(TWO.lines[1], amount=TWO.lines[1].amount + 1),
    )
    described = [
        replace(TWO, lines=(replace(TWO.lines[0], description=words), TWO.lines[1])) for words in ("a", "b")
    ]
    ours, theirs = (replace(TWO, lines=shifted), TWO) if way == "paid" else described
    theirs = replace(
        theirs,
        lines=(*theirs.lines, BillLine(id="3", amount=Decimal("10.00"), account="61")),
        tax=TWO.tax + 5,
    )

    world, _, _ = carried_out(TWO, ours, theirs, keep=Keep.ASK, settled=Decimal(way == "paid"))

    assert record_cents(world.document) in {record_cents(each) for each in (TWO, ours, theirs)}
