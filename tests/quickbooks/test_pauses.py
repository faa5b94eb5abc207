"""A throttle pauses the realm for as long as it is meant to, whatever it says and whatever the clock does.

And each answer on the way is logged by its name, with how long it took.
"""

from datetime import timedelta

import httpx
import pytest
from pytest_httpx import HTTPXMock

from service.core.throttle import Limits, Throttle
from service.quickbooks.batch import Operation, single_request
from service.quickbooks.client import QuickBooks
from service.quickbooks.errors import DisconnectedError, ThrottledError
from service.quickbooks.limiter import Limiter
from tests.quickbooks.stand_ins import START, ListLog, VirtualClock

EMPTY = {"QueryResponse": {}, "time": "2020-09-29T06:04:50.776-07:00"}
SINGLE = single_request(Operation.CREATE, "Bill", b"{}", request_id="r1")


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", 1.05),
        ("Fri, 20 Nov 2026 07:00:00 GMT", 63),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 63),
        ("Fri, 20 Nov 2026 08:00:01 GMT", 1.05),
        ("Fri, 20 Nov 2026 09:00:10 +0100", 10.5),
        ("Fri, 20 Nov 2026 08:00:10 -0000", 10.5),
        ("1.5", 63),
        ("soon", 63),
        ("Fri, 99 Nov 2026 08:00:10 GMT", 63),
        ("-5", 63),
    ],
)
async def test_a_pause_is_a_minute_unless_it_is_told_otherwise_in_earnest(
    client: QuickBooks, clock: VirtualClock, httpx_mock: HTTPXMock, retry_after, seconds
) -> None:
    httpx_mock.add_response(status_code=429, headers={"Retry-After": retry_after})
    httpx_mock.add_response(json=EMPTY)

    await client.query("SELECT * FROM Bill")

    assert clock.passed() == pytest.approx(seconds)


@pytest.mark.parametrize("retry_after", ["9" * 9, "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_no_pause_is_longer_than_a_month(
    client: QuickBooks, httpx_mock: HTTPXMock, retry_after
) -> None:
    httpx_mock.add_response(status_code=429, headers={"Retry-After": retry_after})

    with pytest.raises(ThrottledError) as throttled:
        await client.query("SELECT * FROM Bill")

    assert timedelta(days=30) < timedelta(seconds=throttled.value.retry_after) < timedelta(days=40)


async def test_a_pause_of_minutes_is_waited_for_and_a_longer_one_handed_back(
    make_client, clock: VirtualClock, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json=EMPTY)
    patient, impatient = make_client(), make_client()
    patient.limiter.pause_until(START + timedelta(seconds=300))
    impatient.limiter.pause_until(START + timedelta(seconds=300.5))

    with pytest.raises(ThrottledError):
        await impatient.query("SELECT * FROM Bill")
    await patient.query("SELECT * FROM Bill")

    assert clock.passed() == pytest.approx(300)


class SetBack(VirtualClock):
    """A clock that somebody sets."""

    def set(self, **by: float) -> None:
        self._now += timedelta(**by)


async def test_a_clock_that_is_set_back_makes_no_pause_longer(make_client) -> None:
    clock = SetBack()
    client = make_client(limiter=Limiter(clock))
    client.limiter.pause_until(START + timedelta(seconds=60))

    clock.set(days=-1)

    assert client.limiter.pause_left() == 60
    assert client.limiter.paused_until == START + timedelta(days=-1, seconds=60)


async def test_a_pause_after_a_clock_was_set_back_keeps_its_length() -> None:
    clock = SetBack()
    limiter = Limiter(clock)
    async with limiter.request():
        clock.set(hours=-1)
        limiter.pause_until(clock.now() + timedelta(seconds=60))

    assert limiter.pause_left() == 60
    clock.set(seconds=90)
    assert limiter.pause_left() == 0
    async with limiter.request():
        assert limiter.pause_left() == 0


async def test_a_clock_that_is_set_back_between_two_looks_fails_nobody() -> None:
    class Wavering(SetBack):
        def now(self):  # type: ignore[no-untyped-def]
            self.set(seconds=-1)
            return super().now()

    limiter = Limiter(
        Wavering(), Throttle(Limits(per_second=9, per_minute=9, concurrent=9, batches_per_minute=9))
    )
    async with limiter.request(), limiter.request(batch=True):
        pass


async def test_the_log_says_how_long_an_answer_took(make_client, clock: VirtualClock, log: ListLog) -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        await clock.sleep(0.25)
        return httpx.Response(200, json=EMPTY, headers={"intuit_tid": "1-5f"})

    await make_client(transport=httpx.MockTransport(answer)).query("SELECT * FROM Bill")

    (event,) = log.events
    assert (event["duration_ms"], event["intuit_tid"]) == (250.0, "1-5f")


@pytest.mark.parametrize(
    ("status", "error"), [(429, ThrottledError), (401, DisconnectedError), (403, DisconnectedError)]
)
async def test_each_answer_on_the_way_to_an_error_is_logged_with_its_name(
    client: QuickBooks, log: ListLog, httpx_mock: HTTPXMock, status, error
) -> None:
    httpx_mock.add_response(status_code=status, headers={"intuit_tid": "1-5f"}, is_reusable=True)

    with pytest.raises(error) as failed:
        await client.send(SINGLE)

    assert failed.value.intuit_tid == "1-5f"
    assert {(event["status"], event["intuit_tid"]) for event in log.events} == {(status, "1-5f")}
    assert {event["request_id"] for event in log.events} == {"r1"}
