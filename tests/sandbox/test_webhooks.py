"""Webhooks: what is sent, how it is signed, and what happens when nobody acknowledges."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.sandbox import Company, Knobs, Sandbox
from service.sandbox.deviations import Deviations
from tests.sandbox.conftest import Clock, Ids

URL = "https://platform.example/webhooks/quickbooks"


class Receiver:
    """Somebody who is told; answers what it is set to answer."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.posts.append((url, headers, body))
        return self.answers.pop(0) if self.answers else 200

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, _, body in self.posts for event in json.loads(body)]

    @property
    def kinds(self) -> list[str]:
        return [event["type"] for event in self.events]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def sandbox(clock: Clock, receiver: Receiver, deviations: Deviations) -> Sandbox:
    knobs = Knobs(webhook_timers=False)
    return Sandbox(clock, random.Random(5), knobs, deliver=receiver, deviations=deviations)


async def test_changes_are_posted_as_signed_cloud_events(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver
) -> None:
    sandbox.subscribe(company.realm_id, URL, "verifier")
    bill = company.create("Bill", ids.bill())

    assert [(one.entity, one.event) for one in sandbox.pending_webhooks(company.realm_id)] == [
        ("Bill", "Create")
    ]
    assert await sandbox.flush_webhooks() == 1

    url, headers, body = receiver.posts[0]
    assert url == URL
    expected = base64.b64encode(hmac.new(b"verifier", body, hashlib.sha256).digest()).decode()
    assert headers["intuit-signature"] == expected
    event = json.loads(body)[0]
    assert event["type"] == "qbo.bill.created.v1"
    assert (event["intuitentityid"], event["intuitaccountid"]) == (bill["Id"], company.realm_id)
    assert (event["specversion"], event["data"]) == ("1.0", {})
    assert event["time"] == "2026-11-20T18:30:15.123456000Z"
    assert sandbox.pending_webhooks() == []


async def test_the_older_shape(sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver) -> None:
    sandbox.knobs.webhook_format = "legacy"
    sandbox.subscribe(company.realm_id, URL, "v")
    company.update("Vendor", {"Id": ids.vendor, "CompanyName": "Pine"})

    await sandbox.flush_webhooks()

    note = json.loads(receiver.posts[0][2])["eventNotifications"][0]
    assert note["realmId"] == company.realm_id
    entity = note["dataChangeEvent"]["entities"][0]
    assert (entity["name"], entity["id"], entity["operation"]) == ("Vendor", ids.vendor, "Update")
    assert entity["lastUpdated"] == "2026-11-20T10:30:15-08:00"


async def test_events_by_what_happened(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver
) -> None:
    bill = company.create("Bill", ids.bill(100))["Id"]
    other = company.create("Vendor", {"DisplayName": "Other"})["Id"]
    sandbox.subscribe(None, URL, "v")

    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))["Id"]
    company.void("BillPayment", paid)
    company.delete("Bill", bill)
    company.merge("Vendor", ids.vendor, other)
    company.update("Vendor", {"Id": ids.vendor, "Active": False})
    company.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}})
    await sandbox.flush_webhooks()

    assert receiver.kinds == [
        "qbo.billpayment.created.v1", "qbo.bill.updated.v1",
        "qbo.billpayment.voided.v1", "qbo.bill.updated.v1",
        "qbo.bill.deleted.v1", "qbo.vendor.merged.v1", "qbo.vendor.deleted.v1", "qbo.preferences.updated.v1",
    ]  # fmt: skip
    assert receiver.events[5]["data"] == {"deletedid": other}


async def test_no_event_where_nothing_changed(sandbox: Sandbox, company: Company, ids: Ids) -> None:
    sandbox.subscribe(None, URL, "v")

    company.update("Vendor", {"Id": ids.vendor, "DisplayName": "Pine & Sons"})

    assert sandbox.pending_webhooks() == []


async def test_what_is_not_acknowledged_blocks_what_follows(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver
) -> None:
    sandbox.subscribe(company.realm_id, URL, "v")
    receiver.answers = [500]
    company.create("Bill", ids.bill(DocNumber="1"))
    assert await sandbox.flush_webhooks() == 0
    company.create("Bill", ids.bill(DocNumber="2"))

    assert await sandbox.flush_webhooks() == 2

    assert [event["intuitentityid"] for event in receiver.events] == ["1", "1", "2"]
    assert len(receiver.posts) == 3


async def test_subscriptions_see_their_company_only(
    sandbox: Sandbox, company: Company, receiver: Receiver
) -> None:
    other = sandbox.company(sandbox.create_company().realm_id)
    sandbox.subscribe(company.realm_id, URL, "v")

    other.create("Vendor", {"DisplayName": "Elsewhere"})
    company.create("Vendor", {"DisplayName": "Here"})
    await sandbox.flush_webhooks()

    assert [event["intuitaccountid"] for event in receiver.events] == [company.realm_id]


async def test_one_post_a_company_unless_the_knob_mixes_them(
    sandbox: Sandbox, company: Company, receiver: Receiver
) -> None:
    other = sandbox.company(sandbox.create_company().realm_id)
    sandbox.subscribe(None, URL, "v")
    for one in (company, other):
        one.create("Vendor", {"DisplayName": "Somebody"})
    await sandbox.flush_webhooks()
    assert len(receiver.posts) == 2

    sandbox.knobs.webhook_mixed_realms = True
    for one in (company, other):
        one.create("Vendor", {"DisplayName": "Somebody else"})
    await sandbox.flush_webhooks()
    assert len(receiver.posts) == 3


async def test_drops_duplicates_and_shuffles(sandbox: Sandbox, company: Company, receiver: Receiver) -> None:
    sandbox.subscribe(None, URL, "v")
    sandbox.knobs.webhook_drops = 1.0
    company.create("Vendor", {"DisplayName": "Never told"})
    assert sandbox.pending_webhooks() == []

    sandbox.knobs.webhook_drops, sandbox.knobs.webhook_duplicates = 0.0, 1.0
    sandbox.knobs.webhook_reorder = 1.0
    for number in range(8):
        company.create("Vendor", {"DisplayName": f"Told twice {number}"})
    await sandbox.flush_webhooks()

    told = [event["intuitentityid"] for event in receiver.events]
    assert len(told) == 16
    assert told != sorted(told, key=int)


class TimeLapse(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def time(self) -> float:
        return self._clock.at.timestamp()

    def _run_once(self) -> None:
        timers = [each.when() for each in self._scheduled if not each.cancelled()]  # type: ignore[attr-defined]
        if not self._ready and timers:  # type: ignore[attr-defined]
            wait = min(timers) - self.time()
            self._clock.move(seconds=max(wait, 0) + 1e-6)
        super()._run_once()  # type: ignore[misc]


@pytest.fixture
def lapse(clock: Clock) -> Iterator[TimeLapse]:
    loop = TimeLapse(clock)
    yield loop
    loop.close()


def test_timers_gather_for_a_second_and_retry_on_schedule(lapse: TimeLapse, clock: Clock) -> None:
    times: list[datetime] = []
    answers = [503, 503, 503, 503, 200]

    async def deliver(url: str, headers: dict[str, str], body: bytes) -> int:
        times.append(clock.at)
        return answers.pop(0)

    async def play() -> None:
        sandbox = Sandbox(clock, random.Random(1), deliver=deliver)
        company = sandbox.company(sandbox.create_company().realm_id)
        sandbox.subscribe(None, URL, "v")
        company.create("Vendor", {"DisplayName": "A"})
        company.create("Vendor", {"DisplayName": "B"})
        while sandbox.pending_webhooks():  # noqa: ASYNC110
            await asyncio.sleep(60)

    started = datetime(2026, 11, 20, 18, 30, 15, 123456, tzinfo=UTC)
    lapse.run_until_complete(play())

    waits = [(at - started) for at in times]
    expected = [1, 1 + 10, 1 + 30, 1 + 60, 1 + 360]
    assert [round(wait / timedelta(seconds=1)) for wait in waits] == expected


async def test_posts_go_over_the_network_by_default(clock: Clock) -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sandbox = Sandbox(clock, random.Random(1), Knobs(webhook_timers=False))
    company = sandbox.company(sandbox.create_company().realm_id)
    sandbox.subscribe(company.realm_id, f"http://127.0.0.1:{port}/hook", "v")
    company.create("Vendor", {"DisplayName": "A"})
    async with server:
        assert await sandbox.flush_webhooks() == 1
    assert heard[0].startswith(b"POST /hook")
    assert b"intuit-signature:" in heard[0]

    company.create("Vendor", {"DisplayName": "B"})
    assert await sandbox.flush_webhooks() == 0, "nobody is listening any more"
    assert len(sandbox.pending_webhooks()) == 1


def test_closing_stops_the_timers(lapse: TimeLapse, clock: Clock, receiver: Receiver) -> None:
    async def play() -> Sandbox:
        sandbox = Sandbox(clock, random.Random(1), deliver=receiver)
        company = sandbox.company(sandbox.create_company().realm_id)
        sandbox.subscribe(None, URL, "v")
        receiver.answers = [500]
        company.create("Vendor", {"DisplayName": "A"})
        await asyncio.sleep(5)
        sandbox.close()
        await asyncio.sleep(60)
        return sandbox

    sandbox = lapse.run_until_complete(play())

    assert len(receiver.posts) == 1
    assert len(sandbox.pending_webhooks()) == 1
