"""Merging loses no edit, invents no amount, and treats both sides alike but for the preference."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.merge import FieldConflict, Keep, Merge, changed_fields, equal_lines, merge, same_content
from service.core.records import (
    CONTENT,
    KIND_OF,
    Approval,
    Bill,
    BillLine,
    Document,
    Itemised,
    Kind,
    Vendor,
    amount_of,
)
from tests.core.strategies import Triple, bill_triples, documents, kinds, triples

MIRROR = {Keep.QUICKBOOKS: Keep.PLATFORM, Keep.PLATFORM: Keep.QUICKBOOKS, Keep.ASK: Keep.ASK}
keeps = st.sampled_from(list(Keep))
deciding = st.sampled_from([Keep.QUICKBOOKS, Keep.PLATFORM])
LINE_FIELDS = ("amount", "description", "account")
many = settings(max_examples=500)


def line(id: str | None, amount: str, description: str | None = None, account: str = "61") -> BillLine:
    return BillLine(id=id, amount=Decimal(amount), description=description, account=account)


def bill(*lines: BillLine, tax: str = "0.00", **fields: Any) -> Bill:
    return Bill(vendor="41", issued_on=dt.date(2026, 3, 2), lines=lines, tax=Decimal(tax), **fields)


def merge_bills(base: Bill | None, ours: Bill, theirs: Bill, keep: Keep = Keep.QUICKBOOKS) -> Merge:
    return merge(Kind.BILL, base, ours, theirs, keep=keep)


def without_ids(lines: Iterable[BillLine]) -> Counter[BillLine]:
    return Counter(replace(each, id=None) for each in lines)


def comparable(document: Document, *, skip: Iterable[str] = ()) -> dict[str, Any]:
    """The content fields; lines without their ids and their order."""
    kind = KIND_OF[type(document)]
    values = {name: getattr(document, name) for name in CONTENT[kind] if name not in skip}
    if isinstance(document, Itemised) and "lines" in values:
        values["lines"] = without_ids(values["lines"])
    return values


def about(merged: Merge) -> set[str]:
    """The fields in which the merge has conflicts."""
    return {conflict.field.partition("[")[0] for conflict in merged.conflicts}


def mirrored(conflict: FieldConflict) -> tuple[Any, ...]:
    """A conflict as the other side sees it."""
    return (conflict.field, conflict.base, conflict.quickbooks, conflict.platform, MIRROR[conflict.kept])


@many
@given(triple=triples(), keep=keeps, based=st.booleans())
def test_swapping_the_sides_and_the_preference_gives_the_mirror_image(triple, keep, based) -> None:
    kind, base, ours, theirs = triple if based else triple._replace(base=None)

    one = merge(kind, base, ours, theirs, keep=keep)
    other = merge(kind, base, theirs, ours, keep=MIRROR[keep])

    asked = about(one) if keep is Keep.ASK else set()
    assert comparable(one.content, skip=asked) == comparable(other.content, skip=asked)
    assert set(one.to_platform) == set(other.to_quickbooks)
    assert set(one.to_quickbooks) == set(other.to_platform)
    mine = {(each.field, each.base, each.platform, each.quickbooks, each.kept) for each in one.conflicts}
    assert mine == {mirrored(each) for each in other.conflicts}


@many
@given(triple=triples(), keep=deciding)
def test_merging_again_after_one_side_has_taken_it_comes_to_the_same(triple, keep) -> None:
    kind, base, ours, theirs = triple
    once = merge(kind, base, ours, theirs, keep=keep)

    after_platform = merge(kind, base, once.content, theirs, keep=keep)
    after_both = merge(kind, base, once.content, once.content, keep=keep)

    assert comparable(after_platform.content) == comparable(once.content)
    assert after_platform.to_platform == ()
    assert (after_both.to_platform, after_both.to_quickbooks, after_both.conflicts) == ((), (), ())


@many
@given(triple=triples(), keep=keeps)
def test_a_field_that_one_side_changed_is_taken_or_stands_in_a_conflict(triple, keep) -> None:
    kind, base, ours, theirs = triple

    merged = merge(kind, base, ours, theirs, keep=keep)

    conflicts = {conflict.field: conflict for conflict in merged.conflicts}
    for side, document in (("platform", ours), ("quickbooks", theirs)):
        for name in changed_fields(kind, base, document):
            if name != "lines" and getattr(merged.content, name) != getattr(document, name):
                assert getattr(conflicts[name], side) == getattr(document, name)
                assert conflicts[name].kept != side


@many
@given(triple=bill_triples, keep=keeps)
def test_every_edit_of_a_line_survives_or_stands_in_a_conflict(triple, keep) -> None:
    assume({each.id for each in triple.quickbooks.lines} & {each.id for each in triple.base.lines})

    assert_that_no_edit_of_a_line_is_lost(triple, keep)


def assert_that_no_edit_of_a_line_is_lost(triple: Triple, keep: Keep) -> None:
    _, base, ours, theirs = triple
    merged = merge_bills(base, ours, theirs, keep)

    conflicts = {conflict.field for conflict in merged.conflicts}
    if "lines" in conflicts or equal_lines(ours.lines, theirs.lines):
        return
    for document in (ours, theirs):
        made = [] if equal_lines(document.lines, base.lines) else edits_of(base.lines, document.lines)
        for edit in made:
            assert edit.is_in(merged.content.lines) or edit.fields & conflicts, edit


class Edit:
    """What one person did to one line: set one of its values, removed it, or added it."""

    def __init__(self, id: str | None, name: str | None, value: Any) -> None:
        self.id, self.name, self.value = id, name, value
        self.fields = {f"lines[{id}]", f"lines[{id}].{name}"}

    def is_in(self, lines: tuple[BillLine, ...]) -> bool:
        if self.name == "added":
            return without_ids(lines)[self.value] > 0
        found = next((each for each in lines if each.id == self.id), None)
        if self.name == "removed":
            return found is None
        return found is None or getattr(found, self.name or "") == self.value

    def __repr__(self) -> str:
        return f"{self.name} of line {self.id}: {self.value}"


def edits_of(before: tuple[BillLine, ...], after: tuple[BillLine, ...]) -> list[Edit]:
    known = {each.id: each for each in before}
    present = {each.id: each for each in after}
    edits = [Edit(id, "removed", None) for id in known if id not in present]
    for each in after:
        if each.id not in known:
            edits.append(Edit(each.id, "added", replace(each, id=None)))
            continue
        names = (name for name in LINE_FIELDS if getattr(each, name) != getattr(known[each.id], name))
        edits.extend(Edit(each.id, name, getattr(each, name)) for name in names)
    return edits


@many
@given(triple=bill_triples, keep=deciding)
def test_a_merged_bill_comes_to_what_one_of_the_sides_comes_to(triple, keep) -> None:
    _, base, ours, theirs = triple

    merged = merge_bills(base, ours, theirs, keep)

    total = amount_of(merged.content)
    assert total in {amount_of(ours), amount_of(theirs)}
    moved = {amount_of(side) for side in (ours, theirs)} - {amount_of(base)}
    if not about(merged) & {"lines", "tax"}:
        assert total in (moved or {amount_of(base)})


@given(triple=triples(), keep=keeps, based=st.booleans())
def test_what_both_sides_have_alike_is_no_conflict(triple, keep, based) -> None:
    kind, base, ours, theirs = triple if based else triple._replace(base=None)

    merged = merge(kind, base, ours, theirs, keep=keep)

    alike = {name for name in CONTENT[kind] if getattr(ours, name) == getattr(theirs, name)}
    assert not about(merged) & alike
    assert not {*merged.to_platform, *merged.to_quickbooks} & alike


@given(triple=triples(), keep=keeps)
def test_each_side_is_told_exactly_the_fields_in_which_it_differs(triple, keep) -> None:
    kind, base, ours, theirs = triple

    merged = merge(kind, base, ours, theirs, keep=keep)

    asked = about(merged) if keep is Keep.ASK else set()
    for document, told in ((ours, merged.to_platform), (theirs, merged.to_quickbooks)):
        have, want = comparable(document), comparable(merged.content)
        differing = {name for name in want if have[name] != want[name]} - asked
        assert differing <= set(told)
        assert not asked & set(told)
        assert set(told) - differing <= {"lines"}, "only lines may differ in nothing but their order"


@given(
    kind_and_documents=kinds.flatmap(lambda kind: st.tuples(st.just(kind), documents(kind), documents(kind)))
)
def test_without_a_base_what_one_side_lacks_is_taken_from_the_other(kind_and_documents) -> None:
    kind, ours, theirs = kind_and_documents

    merged = merge(kind, None, ours, theirs, keep=Keep.QUICKBOOKS)

    for name in CONTENT[kind]:
        mine, their = getattr(ours, name), getattr(theirs, name)
        if name == "archived":
            assert merged.content.archived is (mine and their)
        elif name in ("discount", "tax") and not equal_lines(ours.lines, theirs.lines):
            assert getattr(merged.content, name) == their
        elif not mine or not their:
            assert getattr(merged.content, name) == (mine or their)
            assert name not in about(merged)
        elif name != "lines" and mine != their:
            assert name in about(merged)


@given(triple=triples(), keep=keeps)
def test_a_conflict_names_the_side_that_is_kept_and_both_values(triple, keep) -> None:
    kind, base, ours, theirs = triple

    for conflict in merge(kind, base, ours, theirs, keep=keep).conflicts:
        assert conflict.kept is keep
        assert conflict.platform != conflict.quickbooks
        if "[" not in conflict.field:
            assert conflict.platform == getattr(ours, conflict.field)
            assert conflict.quickbooks == getattr(theirs, conflict.field)
            assert conflict.base == getattr(base, conflict.field)


def test_where_the_platform_stands_in_its_approvals_is_no_difference() -> None:
    base = bill(line("1", "10.00"))

    assert same_content(Kind.BILL, base, replace(base, approval=Approval.DENIED))
    assert same_content(Kind.BILL, base, replace(base))
    assert not same_content(Kind.BILL, base, replace(base, memo="March"))


def test_of_two_that_were_never_linked_the_active_one_wins() -> None:
    merged = merge(
        Kind.VENDOR, None, Vendor(name="Ash"), Vendor(name="Ash", archived=True), keep=Keep.QUICKBOOKS
    )

    assert merged.content == Vendor(name="Ash")
    assert merged.to_quickbooks == ("archived",)


def test_asked_fields_move_in_neither_direction_and_the_others_do() -> None:
    base = Vendor(name="Ash", phone="1", email="a@ash.example")
    ours = replace(base, phone="2", email="b@ash.example")
    theirs = replace(base, phone="3", account_number="77")

    merged = merge(Kind.VENDOR, base, ours, theirs, keep=Keep.ASK)

    assert merged.to_platform == ("account_number",)
    assert merged.to_quickbooks == ("email",)
    assert [(conflict.field, conflict.kept) for conflict in merged.conflicts] == [("phone", Keep.ASK)]


def test_nobody_is_written_to_only_to_move_lines() -> None:
    def line(id: str | None, amount: str) -> BillLine:
        return BillLine(id=id, amount=Decimal(amount), account="61")

    def of(*lines: BillLine) -> Bill:
        return Bill(vendor="41", issued_on=None, lines=lines)

    base = of(line("1", "0.00"), line("2", "0.00"))
    entered_anew = of(line("50", "0.00"), line("51", "10.00"))
    with_one_more = of(line("1", "0.00"), line("2", "0.00"), line(None, "10.00"))

    for ours, theirs in ((entered_anew, with_one_more), (with_one_more, entered_anew)):
        found = merge(Kind.BILL, base, ours, theirs, keep=Keep.QUICKBOOKS)

        assert [each.amount for each in found.content.lines] == [Decimal("0.00"), Decimal("10.00")]
        assert (found.to_platform == (), found.to_quickbooks == ()) == (
            ours is entered_anew,
            theirs is entered_anew,
        )
