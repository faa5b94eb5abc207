"""A client that waits for each answer never meets a throttle, as over the network; who hurries does."""

import asyncio
from datetime import timedelta

import httpx

from service.sandbox import CompanyAccess, Sandbox
from tests.sandbox.conftest import Clock, Wire

MILLISECOND = timedelta(milliseconds=1)


def answered_alone(sandbox: Sandbox, clock: Clock, requests: int) -> tuple[int, timedelta]:
    """Ask one by one, each time as late as told; answer how many were let in, and how long it took."""
    begun, let_in = clock.at, 0
    for _ in range(requests):
        clock.at += sandbox.throttle.lone_wait("1") + MILLISECOND
        if sandbox.throttle.enter("1", "query"):
            let_in += 1
            sandbox.throttle.leave("1")
    return let_in, clock.at - begun


def test_a_lone_client_is_never_refused_however_long_it_goes_on(sandbox: Sandbox, clock: Clock) -> None:
    sandbox.knobs.throttle = True

    let_in, took = answered_alone(sandbox, clock, 2_000)

    assert let_in == 2_000
    assert timedelta(minutes=4) < took < timedelta(minutes=5)


def test_the_first_requests_of_a_lone_client_do_not_wait(sandbox: Sandbox, clock: Clock) -> None:
    sandbox.knobs.throttle = True

    assert answered_alone(sandbox, clock, 10) == (10, 10 * MILLISECOND)
    assert sandbox.throttle.lone_wait("1") == timedelta(seconds=1) - 9 * MILLISECOND
    assert sandbox.throttle.lone_wait("2") == timedelta(0)


def test_nobody_waits_where_nothing_is_throttled(sandbox: Sandbox, clock: Clock) -> None:
    assert answered_alone(sandbox, clock, 600) == (600, 600 * MILLISECOND)


async def test_who_asks_for_many_things_at_once_is_throttled(
    sandbox: Sandbox, access: CompanyAccess, http: httpx.AsyncClient
) -> None:
    sandbox.knobs.throttle = sandbox.knobs.hold_lone_clients = True
    wire = Wire(http, access)

    answers = await asyncio.gather(*(wire.call("GET", f"/companyinfo/{access.realm_id}") for _ in range(30)))

    codes = [answer.status_code for answer in answers]
    assert codes.count(200) == sandbox.knobs.per_second
    assert codes.count(429) == 20
