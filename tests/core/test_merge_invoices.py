"""Merging invoices: their lines one by one, and what they come to as one."""

import datetime as dt
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.merge import Keep, merge
from service.core.records import Invoice, InvoiceLine, Kind, amount_of

LINES = (
    InvoiceLine(id="1", amount=Decimal("60.00"), description="Chairs", item="7"),
    InvoiceLine(id="2", amount=Decimal("40.00"), description="Tables", item="8", taxable=True),
)
INVOICE = Invoice(
    customer="58",
    issued_on=dt.date(2026, 3, 2),
    number="1001",
    lines=LINES,
    discount=Decimal("10.00"),
    tax=Decimal("3.20"),
)


def test_edits_of_two_lines_are_merged() -> None:
    ours = replace(INVOICE, lines=(replace(LINES[0], description="Ours"), LINES[1]))
    theirs = replace(INVOICE, lines=(LINES[0], replace(LINES[1], item="9", taxable=False)))

    merged = merge(Kind.INVOICE, INVOICE, ours, theirs, keep=Keep.QUICKBOOKS)

    assert isinstance(merged.content, Invoice)
    assert merged.content.lines == (ours.lines[0], theirs.lines[1])
    assert merged.conflicts == ()


_EDITS: list[dict[str, Any]] = [
    {"description": "Armchairs"},
    {"item": "9"},
    {"accounting_class": "3"},
    {"taxable": True},
    {"amount": Decimal("66.00"), "quantity": Decimal(6), "unit_price": Decimal(11)},
]


@pytest.mark.parametrize(("ours", "theirs"), list(permutations(_EDITS, 2)), ids=lambda edit: next(iter(edit)))
def test_edits_of_different_fields_of_a_line_are_merged(ours, theirs) -> None:
    platform, quickbooks = (
        replace(INVOICE, lines=(replace(LINES[0], **edit), LINES[1])) for edit in (ours, theirs)
    )

    merged = merge(Kind.INVOICE, INVOICE, platform, quickbooks, keep=Keep.QUICKBOOKS)

    assert isinstance(merged.content, Invoice)
    assert merged.content.lines[0] == replace(LINES[0], **(ours | theirs))
    assert merged.conflicts == ()


@pytest.mark.parametrize("keep", [Keep.QUICKBOOKS, Keep.PLATFORM])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"discount": Decimal("20.00")}, {"tax": Decimal("1.00")}),
        ({"tax": Decimal("1.00")}, {"discount": Decimal("20.00")}),
        ({"discount": Decimal("20.00")}, {"lines": (replace(LINES[0], amount=Decimal("70.00")), LINES[1])}),
        ({"lines": LINES[:1]}, {"discount": Decimal("20.00"), "tax": Decimal("1.00")}),
    ],
)
def test_what_two_people_made_of_the_amount_is_never_added_up(keep, ours, theirs) -> None:
    platform, quickbooks = replace(INVOICE, **ours), replace(INVOICE, **theirs)

    merged = merge(Kind.INVOICE, INVOICE, platform, quickbooks, keep=keep)

    kept = platform if keep is Keep.PLATFORM else quickbooks
    assert amount_of(merged.content) == amount_of(kept)
    assert merged.conflicts


def test_a_discount_that_both_sides_set_alike_is_agreed_on() -> None:
    both = replace(INVOICE, discount=Decimal("20.00"))
    ours = replace(both, lines=(replace(LINES[0], amount=Decimal("70.00")), LINES[1]))

    merged = merge(Kind.INVOICE, INVOICE, ours, both, keep=Keep.QUICKBOOKS)

    assert (merged.content, merged.conflicts) == (ours, ())


def test_lines_that_differ_in_their_ids_alone_are_no_conflict_beside_the_amount() -> None:
    ours = replace(INVOICE, discount=Decimal("20.00"), lines=tuple(replace(each, id=None) for each in LINES))
    theirs = replace(INVOICE, tax=Decimal("1.00"))

    merged = merge(Kind.INVOICE, INVOICE, ours, theirs, keep=Keep.QUICKBOOKS)

    assert {each.field for each in merged.conflicts} == {"discount", "tax"}
    assert merged.content == theirs
