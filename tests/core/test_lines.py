"""Which line is which."""

from decimal import Decimal

from service.core.lines import adopt_lines
from service.core.records import Bill, BillLine
from service.core.settle import take_fields


def line(amount: int, id: str | None = None, quickbooks_id: str | None = None, **more: str) -> BillLine:
    return BillLine(amount=Decimal(amount), id=id, quickbooks_id=quickbooks_id, **more)


def test_new_lines_are_numbered() -> None:
    adopted = adopt_lines((line(1), line(2, "2"), line(3)), ())

    assert [each.id for each in adopted] == ["1", "2", "3"]


def test_a_known_id_keeps_its_quickbooks_id() -> None:
    assert adopt_lines((line(9, "1"),), (line(1, "1", "77"),)) == (line(9, "1", "77"),)


def test_equal_content_is_the_same_line_whatever_its_place() -> None:
    previous = (line(1, "1", "71"), line(2, "2", "72"), line(2, "3", "73"))

    adopted = adopt_lines((line(2), line(5), line(2, "unknown"), line(1)), previous)

    assert adopted == (line(2, "2", "72"), line(5, "4"), line(2, "3", "73"), line(1, "1", "71"))


def test_a_line_claimed_by_its_id_is_not_taken_by_content() -> None:
    adopted = adopt_lines((line(1), line(1, "1")), (line(1, "1", "71"),))

    assert adopted == (line(1, "2"), line(1, "1", "71"))


def test_callers_cannot_name_quickbooks_ids() -> None:
    assert adopt_lines((line(1, "x", "stolen"),), ()) == (line(1, "x"),)


def test_a_lost_line_field_is_taken_alone() -> None:
    ours = Bill(vendor="v", issued_on=None, memo="m", lines=(line(1, "1", "71"), line(2, "2", "72")))
    theirs = Bill(vendor="v", issued_on=None, memo="t", lines=(line(8, "1", "71"), line(9, "2", "72")))

    taken = take_fields(ours, theirs, ["lines[72].amount", "memo"])

    assert taken == Bill(vendor="v", issued_on=None, memo="t", lines=(line(1, "1", "71"), line(9, "2", "72")))


def test_a_lost_line_comes_back_or_goes() -> None:
    ours = Bill(vendor="v", issued_on=None, lines=(line(1, "1", "71"),))
    theirs = Bill(vendor="v", issued_on=None, lines=(line(2, "2", "72"),))

    assert take_fields(ours, theirs, ["lines[72]"]).lines == (line(1, "1", "71"), line(2, "2", "72"))  # type: ignore[union-attr]
    assert take_fields(ours, theirs, ["lines[71]"]).lines == ()  # type: ignore[union-attr]
    assert take_fields(ours, theirs, ["lines"]).lines == theirs.lines  # type: ignore[union-attr]
