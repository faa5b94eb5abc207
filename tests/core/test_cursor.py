"""What is read next: by change feed while that reaches back far enough, and never with a gap."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.cursor import LOOK_BACK, OVERLAP, Mode, Reads, choose_reads, is_cut, next_since

NOW = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ages = st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)).map(lambda age: NOW - age)
cursors = st.dictionaries(st.sampled_from(["Account", "Vendor", "Bill", "Class"]), ages)


def test_what_was_never_read_is_listed_and_the_rest_comes_by_the_change_feed() -> None:
    reads = choose_reads({"Account": None, "Bill": NOW - SECOND}, Mode.INCREMENTAL, now=NOW)

    assert reads == Reads(first=("Account",), changed=("Bill",))


@pytest.mark.parametrize(
    ("age", "how"),
    [(LOOK_BACK, "changed"), (LOOK_BACK + SECOND, "missed"), (dt.timedelta(days=365), "missed")],
)
def test_a_cursor_older_than_29_days_is_caught_up_by_the_time_of_the_last_update(age, how) -> None:
    reads = choose_reads({"Bill": NOW - age, "Vendor": NOW}, Mode.INCREMENTAL, now=NOW)

    assert getattr(reads, how)[0] == "Bill"
    assert "Vendor" in reads.changed


def test_the_change_feed_is_left_a_day_before_it_forgets() -> None:
    assert LOOK_BACK + dt.timedelta(days=1) == dt.timedelta(days=30)


@pytest.mark.parametrize("mode", [Mode.FULL, Mode.RECONCILE])
def test_a_wider_mode_reads_everything_that_is_known_in_full(mode) -> None:
    reads = choose_reads({"Account": None, "Bill": NOW, "Vendor": NOW - 2 * LOOK_BACK}, mode, now=NOW)

    assert reads == Reads(first=("Account",), changed=("Bill",), missed=("Vendor",), full=("Bill", "Vendor"))


@given(cursors=cursors, mode=st.sampled_from(Mode))
def test_every_entity_is_read_in_exactly_one_way_and_listed_besides_in_a_full_read(cursors, mode) -> None:
    reads = choose_reads(cursors, mode, now=NOW)

    assert sorted([*reads.first, *reads.changed, *reads.missed]) == sorted(cursors)
    known = sorted({*cursors} - {*reads.first})
    assert sorted(reads.full) == ([] if mode is Mode.INCREMENTAL else known)


@pytest.mark.parametrize(("objects", "cut"), [(0, False), (999, False), (1_000, True), (1_001, True)])
def test_an_answer_at_the_limit_may_have_left_something_out(objects, cut) -> None:
    assert is_cut(objects) is cut


@given(
    answered=st.timedeltas(-5_000 * dt.timedelta(days=1), 5_000 * dt.timedelta(days=1)).map(
        lambda gap: NOW + gap
    )
)
def test_two_windows_overlap_by_five_minutes(answered) -> None:
    assert next_since(answered) == answered - OVERLAP
    assert OVERLAP.total_seconds() == 300
