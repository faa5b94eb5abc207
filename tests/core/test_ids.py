"""Ids that we give out sort by time and fit where QuickBooks and callers expect them."""

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from service.core.ids import RANDOM_BITS, REQUEST_BITS, request_id, sortable_id

MILLISECOND = dt.timedelta(milliseconds=1)
START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
instants = st.integers(0, 10**12).map(lambda milliseconds: START + milliseconds * MILLISECOND)
bits = st.integers(0, 2**RANDOM_BITS - 1)


@given(first=instants, second=instants, bits=st.tuples(bits, bits))
def test_ids_sort_by_time_whatever_their_random_part(first, second, bits) -> None:
    ids = sortable_id(first, bits[0]), sortable_id(second, bits[1])

    if abs(first - second) >= MILLISECOND:
        assert (ids[0] < ids[1]) == (first < second)
    assert all(re.fullmatch(r"[0-9a-z]{26}", each) for each in ids)


@given(instant=instants, bits=st.tuples(bits, bits))
def test_ids_of_one_moment_differ_in_every_random_bit(instant, bits) -> None:
    assert (sortable_id(instant, bits[0]) == sortable_id(instant, bits[1])) == (bits[0] == bits[1])


@given(bits=st.tuples(*[st.integers(0, 2**REQUEST_BITS - 1)] * 2))
def test_request_ids_are_32_hex_and_differ_in_every_bit(bits) -> None:
    ids = [request_id(each) for each in bits]

    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)
    assert (ids[0] == ids[1]) == (bits[0] == bits[1])


def test_ids_are_such_that_callers_may_use_them_in_paths() -> None:
    id = sortable_id(dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC), 2**RANDOM_BITS - 1)

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", id)
