"""Limits hold over every stretch of time, and nobody waits longer than they ask for."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.throttle import PUBLISHED, WITH_HEADROOM, Limits, Throttle

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def send_all(throttle: Throttle, arrivals: list[tuple[timedelta, bool]]) -> list[tuple[datetime, bool]]:
    """Send each request as soon as it has come and the throttle allows; each ends at once."""
    now, sent = START, []
    for gap, batch in arrivals:
        now += gap
        while (seconds := throttle.wait(now, batch=batch)) > 0:
            now += timedelta(seconds=seconds)
        throttle.start(now, batch=batch)
        throttle.finish()
        sent.append((now, batch))
    return sent


def most_in(length: timedelta, instants: list[datetime]) -> int:
    """Count the most instants that lie in one closed stretch of that length."""
    most, first = 0, 0
    for last, instant in enumerate(instants):
        while instant - instants[first] > length:
            first += 1
        most = max(most, last - first + 1)
    return most


gaps = st.sampled_from([0.0, 0.0, 0.001, 0.1, 0.9, 1.0, 7.0, 59.0]).map(
    lambda seconds: timedelta(seconds=seconds)
)


@given(
    arrivals=st.lists(st.tuples(gaps, st.booleans()), max_size=200),
    limits=st.builds(
        Limits,
        per_second=st.integers(1, 10),
        per_minute=st.integers(1, 60),
        concurrent=st.just(10),
        batches_per_minute=st.integers(1, 40),
    ),
)
def test_no_stretch_of_time_exceeds_a_limit(arrivals, limits) -> None:
    sent = send_all(Throttle(limits), arrivals)

    everything = [at for at, _ in sent]
    batches = [at for at, batch in sent if batch]
    assert most_in(timedelta(seconds=1), everything) <= limits.per_second
    assert most_in(timedelta(minutes=1), everything) <= limits.per_minute
    assert most_in(timedelta(minutes=1), batches) <= limits.batches_per_minute


def test_the_default_stays_below_what_is_published_and_close_to_it() -> None:
    sent = send_all(Throttle(), [(timedelta(), False)] * 2_000)

    elapsed = sent[-1][0] - START
    instants = [at for at, _ in sent]
    assert most_in(timedelta(seconds=1), instants) == WITH_HEADROOM.per_second < PUBLISHED.per_second
    assert most_in(timedelta(minutes=1), instants) == WITH_HEADROOM.per_minute < PUBLISHED.per_minute
    assert elapsed < timedelta(minutes=1.2 * 2_000 / 500)


def test_what_is_published_is_what_intuit_says_and_no_more_are_under_way_at_once() -> None:
    assert Limits(per_second=10, per_minute=500, concurrent=10, batches_per_minute=40) == PUBLISHED
    throttle = Throttle()

    at = START
    while throttle.wait(at) == 0:
        throttle.start(at)
        at += timedelta(seconds=1)

    assert throttle.in_flight == 8 < PUBLISHED.concurrent


def test_a_burst_of_batches_needs_no_even_spacing() -> None:
    sent = send_all(Throttle(PUBLISHED), [(timedelta(), True)] * 40)

    assert sent[-1][0] - START < timedelta(seconds=4)


def test_a_pause_holds_for_everything_and_is_never_shortened() -> None:
    throttle = Throttle(paused_until=START + timedelta(seconds=10))

    throttle.pause_until(START + timedelta(seconds=60))
    throttle.pause_until(START + timedelta(seconds=5))

    assert throttle.wait(START) == 60
    assert throttle.wait(START + timedelta(seconds=60), batch=True) == 0
    assert throttle.paused_until == START + timedelta(seconds=60)


def test_a_full_house_waits_for_an_end_and_not_for_a_time() -> None:
    throttle = Throttle(Limits(per_second=10, per_minute=10, concurrent=2, batches_per_minute=10))
    throttle.start(START)
    throttle.start(START)

    assert throttle.wait(START) == math.inf
    with pytest.raises(ValueError, match="before its time"):
        throttle.start(START)

    throttle.finish()
    assert throttle.wait(START) == 0


def test_a_clock_that_was_set_back_costs_a_window_and_not_an_hour() -> None:
    throttle = Throttle(Limits(per_second=1, per_minute=1, concurrent=9, batches_per_minute=1))
    throttle.start(START)

    assert 59 < throttle.wait(START - timedelta(hours=1)) < 61


@given(
    jumps=st.lists(st.sampled_from([-86_400.0, -61.0, -1.0, 0.0, 0.1, 59.0, 86_400.0]), max_size=30),
    batches=st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_a_clock_that_jumps_makes_nobody_wait_longer_than_a_minute(jumps, batches) -> None:
    throttle = Throttle(Limits(per_second=1, per_minute=3, concurrent=9, batches_per_minute=1))
    now = START
    throttle.follow(now)
    throttle.pause_until(now + timedelta(seconds=60))

    for jump, batch in zip(jumps, batches, strict=False):
        now += timedelta(seconds=jump)
        seconds = throttle.wait(now, batch=batch)
        assert 0 <= seconds <= 60.001
        if not seconds:
            throttle.start(now, batch=batch)
            throttle.finish()
            assert throttle.wait(now) >= 1


def test_a_clock_that_is_set_forward_ends_a_pause_and_one_that_is_set_back_does_not() -> None:
    throttle = Throttle()
    throttle.follow(START)
    throttle.pause_until(START + timedelta(seconds=60))

    assert throttle.wait(START - timedelta(hours=1)) == 60
    assert throttle.wait(START - timedelta(hours=1) + timedelta(seconds=20)) == 40
    assert throttle.wait(START + timedelta(hours=1)) == 0
