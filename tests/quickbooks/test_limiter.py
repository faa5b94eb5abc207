"""The turnstile: limits hold among tasks, and time passes only through the clock."""

import asyncio
from datetime import timedelta

import pytest

from service.core.throttle import Limits, Throttle
from service.quickbooks.limiter import Limiter
from tests.quickbooks.stand_ins import START, VirtualClock

NARROW = Limits(per_second=2, per_minute=100, concurrent=3, batches_per_minute=1)


async def test_requests_are_admitted_in_order_and_no_faster_than_the_limits(clock: VirtualClock) -> None:
    limiter, admitted = Limiter(clock, Throttle(NARROW)), []

    async def request(number: int) -> None:
        async with limiter.request():
            admitted.append((number, clock.passed()))

    await asyncio.gather(*(request(number) for number in range(6)))

    assert [number for number, _ in admitted] == list(range(6))
    assert [int(at) for _, at in admitted] == [0, 0, 1, 1, 2, 2]


async def test_no_more_than_the_places_are_taken_at_once(clock: VirtualClock) -> None:
    limits = Limits(per_second=100, per_minute=1_000, concurrent=3, batches_per_minute=1)
    limiter, inside, most = Limiter(clock, Throttle(limits)), 0, 0

    async def request() -> None:
        nonlocal inside, most
        async with limiter.request():
            inside += 1
            most = max(most, inside)
            await clock.sleep(1)
            inside -= 1

    await asyncio.gather(*(request() for _ in range(10)))

    assert most == 3
    assert clock.passed() == 4


async def test_a_waiting_batch_does_not_hold_up_a_read(clock: VirtualClock) -> None:
    limiter, done = Limiter(clock, Throttle(NARROW)), []

    async def request(name: str, *, batch: bool) -> None:
        async with limiter.request(batch=batch):
            done.append((name, int(clock.passed())))

    async with limiter.request(batch=True):
        pass
    await asyncio.gather(request("batch", batch=True), request("read", batch=False))

    assert done == [("read", 0), ("batch", 60)]


async def test_a_pause_is_slept_in_slices_so_that_others_get_their_turn(clock: VirtualClock) -> None:
    limiter, slept = Limiter(clock, slice_seconds=1.0), []
    real_sleep = clock.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await real_sleep(seconds)

    clock.sleep = sleep  # type: ignore[method-assign]
    limiter.pause_until(START + timedelta(seconds=5))
    async with limiter.request():
        pass

    assert slept == [1.0] * 5
    assert limiter.paused_until == START + timedelta(seconds=5)


async def test_a_request_that_fails_or_is_cancelled_gives_its_place_back(clock: VirtualClock) -> None:
    throttle = Throttle(NARROW)
    limiter = Limiter(clock, throttle)

    with pytest.raises(RuntimeError):
        async with limiter.request():
            raise RuntimeError
    limiter.pause_until(START + timedelta(hours=1))
    waiting = asyncio.create_task(limiter.request().__aenter__())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert throttle.in_flight == 0
