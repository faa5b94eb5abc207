"""What is a difference and what is none, by values alone."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.causes import CAUSES, describe
from service.core.payments import Application, Target
from service.core.reconcile import (
    DECIDED_ANEW,
    Couple,
    Here,
    There,
    alone_here,
    alone_there,
    compare,
    stale_columns,
)
from service.core.records import Bill, BillLine, BillPayment, Kind, PaidBill, PaymentStatus, Vendor
from service.core.references import Reference
from service.core.totals import Totals

HUNDRED = Decimal("100.00")
ASH = Vendor(name="Ash")


def bill(amount: str = "100.00", **fields: Any) -> Bill:
    line = BillLine(id="1", amount=Decimal(amount))
    return Bill(vendor="7", issued_on=dt.date(2026, 3, 1), number="A-1", lines=(line,), **fields)


def couple(ours: Any = None, theirs: Any = None, base: Any = None, /, **sides: Any) -> Couple:
    kind = sides.pop("kind", Kind.BILL)
    here = {"balance": HUNDRED} | sides.pop("here", {})
    there = {"balance": HUNDRED} | sides.pop("there", {})
    return Couple(
        kind=kind,
        here=Here(id="b1", content=ours or bill(), **here),
        there=There(id="9", content=theirs or bill(), **there),
        base=base or bill(),
        **sides,
    )


def told(pair: Couple) -> list[tuple[str, str | None, Decimal | None]]:
    return [(each.code, each.field, each.amount) for each in compare(pair)]


def test_what_is_alike_makes_no_difference() -> None:
    assert compare(couple()) == []


def test_lines_that_differ_in_their_ids_alone_are_alike() -> None:
    renumbered = replace(bill(), lines=(replace(bill().lines[0], id="5"),))

    assert compare(couple(bill(), renumbered)) == []


def test_what_nobody_told_of_is_drift_and_is_decided_anew() -> None:
    found = told(couple(bill(memo="x")))

    assert found == [("drifted", "memo", None)]
    assert "drifted" in DECIDED_ANEW


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        (bill(memo="x"), None, "edited_here"),
        (None, bill(memo="x"), "edited_in_quickbooks"),
        (bill(memo="x"), bill(memo="y"), "edited_on_both_sides"),
    ],
)
def test_an_edit_is_called_by_its_side(ours: Any, theirs: Any, code: str) -> None:
    assert told(couple(ours, theirs, there={"undecided": True})) == [(code, "memo", None)]


def test_a_code_explains_what_differs_until_it_is_looked_at_again() -> None:
    held = {"state": "held", "code": "books_closed"}

    assert told(couple(bill(memo="x"), here=held)) == [("books_closed", "memo", None)]
    assert told(couple(bill(memo="x"), here=held | {"undecided": True})) == [("edited_here", "memo", None)]


def test_money_that_differs_stands_on_one_row_only() -> None:
    here = {"balance": Decimal("120.01"), "undecided": True}

    found = told(couple(bill("100.01", tax=Decimal("20.00")), here=here))

    assert found == [("edited_here", "lines", Decimal("20.01")), ("edited_here", "tax", None)]


def test_the_rows_of_a_bill_add_up_to_what_is_open_more_here() -> None:
    paid = Application(payment="p1", amount=Decimal("30.00"))
    target = Target(
        reference=Reference(Kind.BILL, "b1"),
        label="bill A-1",
        amount=Decimal("120.00"),
        quickbooks_amount=HUNDRED,
        quickbooks_balance=HUNDRED,
        applications=(paid,),
    )
    here = {"balance": Decimal("90.00"), "undecided": True}

    found = told(couple(bill("120.00"), here=here, target=target))

    assert found == [
        ("edited_here", "lines", Decimal("20.00")),
        ("payment_not_sent", "balance", Decimal("-30.00")),
    ]


def test_a_balance_that_no_payment_explains_is_told() -> None:
    assert told(couple(there={"balance": Decimal("99.99")})) == [
        ("balance_unexplained", "balance", Decimal("0.01"))
    ]


def test_an_old_base_is_told_where_both_sides_agree() -> None:
    assert told(couple(None, None, bill(memo="old"))) == [("base_outdated", "base", None)]
    assert told(couple(None, None, bill(memo="old"), here={"undecided": True})) == []


@pytest.mark.parametrize(
    ("sides", "code", "amount"),
    [
        ({"there": {"deleted": True, "undecided": True}}, "gone_in_quickbooks", HUNDRED),
        ({"there": {"deleted": True}}, "gone_unnoticed", HUNDRED),
        ({"here": {"archived": True, "undecided": True}}, "gone_here", -HUNDRED),
    ],
)
def test_what_is_gone_on_one_side_is_told(sides: Any, code: str, amount: Decimal) -> None:
    assert told(couple(**sides)) == [(code, None, amount)]


def test_what_is_gone_on_both_sides_is_no_difference() -> None:
    assert compare(couple(here={"archived": True}, there={"deleted": True})) == []


def test_a_voided_payment_has_no_content_to_compare() -> None:
    ours = BillPayment(
        vendor="7",
        paid_on=dt.date(2026, 3, 1),
        lines=(PaidBill(bill="9", amount=HUNDRED),),
        status=PaymentStatus.VOIDED,
    )
    pair = Couple(
        kind=Kind.BILL_PAYMENT,
        here=Here(id="p1", content=ours),
        there=There(id="20", content=replace(ours, lines=()), voided=True),
        base=ours,
    )

    assert compare(pair) == []


def test_a_list_entry_that_is_inactive_there_and_archived_here_is_alike() -> None:
    gone = replace(ASH, archived=True)
    here = {"archived": True, "balance": None}

    assert compare(couple(gone, gone, gone, kind=Kind.VENDOR, here=here)) == []
    assert compare(couple(gone, ASH, gone, kind=Kind.VENDOR, here=here, there={"deleted": True})) == []


@pytest.mark.parametrize(
    ("here", "codes"),
    [
        ({}, ["unlinked"]),
        ({"undecided": True}, ["new_here"]),
        ({"state": "held", "code": "number_taken"}, ["number_taken"]),
        ({"state": "skipped", "code": "zero_amount"}, []),
        ({"archived": True}, []),
    ],
)
def test_a_record_alone(here: Any, codes: list[str]) -> None:
    nothing = Decimal("0.00") if here.get("code") == "zero_amount" else HUNDRED
    record = Here(id="b1", content=bill(), balance=nothing, **here)

    assert [each.code for each in alone_here(Kind.BILL, record)] == codes


@pytest.mark.parametrize(
    ("there", "codes"),
    [
        ({}, ["unlinked"]),
        ({"undecided": True}, ["new_in_quickbooks"]),
        ({"code": "not_unpaid"}, ["not_unpaid"]),
        ({"code": "not_unpaid", "balance": Decimal("0.00")}, []),
        ({"code": "ambiguous", "balance": Decimal("0.00"), "has_issue": True}, ["ambiguous"]),
        ({"doubles": True, "undecided": True}, ["duplicate_in_quickbooks"]),
        ({"deleted": True}, []),
    ],
)
def test_an_object_alone(there: Any, codes: list[str]) -> None:
    found = alone_there(Kind.BILL, There(id="9", content=bill(), **({"balance": HUNDRED} | there)))

    assert [each.code for each in found] == codes


def test_only_columns_that_do_not_follow_are_stale() -> None:
    assert stale_columns({"amount": 1, "party": "a", "more": 2}, {"amount": 1, "party": "b"}) == {
        "party": "b"
    }


def test_every_code_has_a_meaning_and_a_fix() -> None:
    for code in (*CAUSES, "not_unpaid", "duplicate_name", "both_changed", "rejected_by_quickbooks"):
        assert describe(code).meaning.endswith(".")
        assert "{" not in describe(code).meaning
        assert describe(code).fix


def test_totals_show_what_no_cause_explains() -> None:
    totals: Totals[str] = Totals()
    totals.add("ash", here=HUNDRED, there=Decimal("20.00"))
    totals.add("oak")
    totals.explain("ash", "paid_in_quickbooks", Decimal("79.99"))

    ((key, line),) = totals.lines()

    assert key == "ash"
    assert (line["difference"], line["unexplained"]) == (Decimal("80.00"), Decimal("0.01"))
    assert line["causes"] == {"paid_in_quickbooks": Decimal("79.99")}
