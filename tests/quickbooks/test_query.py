"""No value ends a string early, and no instant goes without its zone."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.quickbooks.query import (
    ACTIVE_OR_NOT,
    all_of,
    at_or_after,
    equals,
    in_chunks,
    instant,
    is_in,
    literal,
    more_than,
    page_statement,
    statement,
)


def unquote(text: str) -> str:
    """Read a literal as QuickBooks' grammar does; fail where it ends early."""
    assert text[0] == text[-1] == "'"
    read, escaped = [], False
    for character in text[1:-1]:
        assert escaped or character != "'"
        if character == "\\" and not escaped:
            escaped = True
            continue
        read.append(character)
        escaped = False
    assert not escaped
    return "".join(read)


@given(st.text())
def test_a_literal_reads_back_as_it_was(value: str) -> None:
    assert unquote(literal(value)) == value


def test_apostrophes_are_escaped_as_in_intuits_example() -> None:
    assert equals("CompanyName", "Adam's Candy Shop") == r"CompanyName = 'Adam\'s Candy Shop'"


def test_instants_go_out_in_utc_rounded_down() -> None:
    pacific = timezone(timedelta(hours=-8))

    asked = at_or_after("MetaData.LastUpdatedTime", datetime(2026, 11, 20, 0, 0, 0, 999_999, tzinfo=pacific))

    assert asked == "MetaData.LastUpdatedTime >= '2026-11-20T08:00:00Z'"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2026, 11, 20))  # noqa: DTZ001 - that is the point


def test_amounts_are_never_written_with_an_exponent() -> None:
    assert more_than("TotalAmt", Decimal("1E+3")) == "TotalAmt > '1000'"


def test_in_lists_are_spread_and_none_is_empty() -> None:
    ids = [str(number) for number in range(7)]

    assert [chunk.count("'") // 2 for chunk in in_chunks("Id", ids, size=3)] == [3, 3, 1]
    assert list(in_chunks("Id", [])) == []
    with pytest.raises(ValueError, match="IN needs"):
        is_in("Id", [])


def test_a_page_has_its_conditions_order_and_place() -> None:
    built = page_statement("Vendor", [ACTIVE_OR_NOT, equals("DisplayName", "A")], start=1_000, size=1_000)

    assert built == (
        "SELECT * FROM Vendor WHERE Active IN (true, false) AND DisplayName = 'A'"
        " ORDERBY Id STARTPOSITION 1000 MAXRESULTS 1000"
    )


def test_a_lookup_asks_for_more_than_quickbooks_default_of_100() -> None:
    assert statement("Bill", all_of(None, is_in("Id", ["1"]))) == (
        "SELECT * FROM Bill WHERE Id IN ('1') MAXRESULTS 1000"
    )


@pytest.mark.parametrize(("start", "size"), [(0, 10), (1, 0), (1, 1_001)])
def test_pages_that_quickbooks_would_refuse_are_not_built(start: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such page"):
        page_statement("Bill", None, start=start, size=size)


def test_utc_is_written_as_z() -> None:
    assert instant(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
