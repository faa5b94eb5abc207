"""Webhooks: changes gathered per subscription, posted, signed, tried again on QuickBooks' schedule.

A post that is not acknowledged blocks what comes after it (QBO documented). Timers run on the asyncio loop
that the writes happen on, so a virtual clock drives them; without one, or with the knob off, `flush`
delivers.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.sandbox.company import Change
from service.sandbox.deviations import NONE, Deviation, Deviations
from service.sandbox.events import build_body, build_headers
from service.sandbox.injection import DroppedConnection
from service.sandbox.knobs import Knobs

Deliver = Callable[[str, dict[str, str], bytes], Awaitable[int]]
RETRIES = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
SIX_HOURS = 21600


@dataclass(slots=True, eq=False)
class Subscription:
    """Where changes are sent; `realm_id` None takes those of all companies."""

    realm_id: str | None
    url: str
    verifier_token: str
    gathered: list[Change] = field(default_factory=list)
    queue: list[list[Change]] = field(default_factory=list)
    attempts: int = 0
    delivered: int = 0
    timer: asyncio.TimerHandle | None = None
    task: asyncio.Task[None] | None = None
    due_at: datetime | None = None
    woken: asyncio.Event | None = None


def sign(verifier_token: str, body: bytes) -> str:
    """Answer the intuit-signature of a body (QBO documented)."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()).decode()


class Webhooks:
    """All subscriptions of a sandbox."""

    def __init__(
        self,
        now: Callable[[], datetime],
        rng: random.Random,
        knobs: Knobs,
        deliver: Deliver | None,
        deviations: Deviations = NONE,
    ) -> None:
        self._now = now
        self._random = rng
        self._knobs = knobs
        self._deviations = deviations
        self._deliver = deliver or HttpDelivery(knobs)
        self.subscriptions: list[Subscription] = []

    def subscribe(self, realm_id: str | None, url: str, verifier_token: str) -> Subscription:
        """Add a subscription."""
        subscription = Subscription(realm_id, url, verifier_token)
        self.subscriptions.append(subscription)
        return subscription

    def announce(self, change: Change) -> None:
        """Gather a change for everybody who wants it."""
        if change.actor == "api" and not self._knobs.webhook_echo:
            return
        for one in self.subscriptions:
            if one.realm_id in (None, change.realm_id):
                self._gather(one, change)

    def pending(self, realm_id: str | None = None) -> list[Change]:
        """Answer what has not been acknowledged yet."""
        return [
            change
            for one in self.subscriptions
            for change in [*(each for post in one.queue for each in post), *one.gathered]
            if realm_id in (None, change.realm_id)
        ]

    async def flush(self) -> int:
        """Post everything that is waiting, once; answer how many posts were acknowledged."""
        acknowledged = 0
        for one in self.subscriptions:
            self._close_window(one)
            while one.queue and await self._post(one):
                acknowledged += 1
        return acknowledged

    def wake(self) -> None:
        """Try again what is due by a clock that somebody has moved."""
        for one in self.subscriptions:
            if one.woken is not None and one.due_at is not None and one.due_at <= self._now():
                one.woken.set()

    def close(self) -> None:
        """Stop all timers and deliveries; what is pending stays pending."""
        for one in self.subscriptions:
            if one.timer is not None:
                one.timer.cancel()
            if one.task is not None:
                one.task.cancel()
            one.timer = one.task = None

    def _gather(self, one: Subscription, change: Change) -> None:
        if self._chance(self._knobs.webhook_drops):
            return
        one.gathered.append(change)
        if self._chance(self._knobs.webhook_duplicates):
            one.gathered.append(change)
        self._arm(one)

    def _arm(self, one: Subscription) -> None:
        if not self._knobs.webhook_timers or one.timer is not None or one.task is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        delay = self._knobs.webhook_aggregation.total_seconds()
        one.timer = loop.call_later(delay, self._start, one)

    def _start(self, one: Subscription) -> None:
        one.timer = None
        if one.task is None:
            one.task = asyncio.get_running_loop().create_task(self._drain(one))

    async def _drain(self, one: Subscription) -> None:
        try:
            self._close_window(one)
            while one.queue:
                if not await self._post(one):
                    await self._rest(one)
                self._close_window(one)
        finally:
            one.task = None

    async def _rest(self, one: Subscription) -> None:
        pause = self._pause(one)
        one.due_at, one.woken = self._now() + timedelta(seconds=pause), asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(one.woken.wait(), pause)
        one.woken = None

    def _pause(self, one: Subscription) -> float:
        return float(RETRIES[one.attempts - 1] if one.attempts <= len(RETRIES) else SIX_HOURS)

    def _close_window(self, one: Subscription) -> None:
        """Turn what was gathered into posts, by company unless the knob mixes them."""
        changes, one.gathered = one.gathered, []
        if self._chance(self._knobs.webhook_reorder):
            self._random.shuffle(changes)
        groups: dict[str, list[Change]] = {}
        for change in changes:
            key = "" if self._knobs.webhook_mixed_realms else change.realm_id
            groups.setdefault(key, []).append(change)
        one.queue.extend(groups.values())

    async def _post(self, one: Subscription) -> bool:
        post = one.queue[0]
        body = build_body(post, self._knobs, self._random)
        signed = body
        if Deviation.SIGNATURE_OF_ANOTHER_BODY in self._deviations:
            signed = json.dumps(json.loads(body)).encode()
        headers = build_headers(self._now(), self._random, sign(one.verifier_token, signed))
        try:
            status = await self._deliver(one.url, headers, body)
        except (OSError, TimeoutError, DroppedConnection):
            status = 0
        if status != 200:
            one.attempts += 1
            return False
        if one.queue and one.queue[0] is post:
            one.queue.pop(0)
        one.attempts = 0
        one.delivered += 1
        return True

    def _chance(self, share: float) -> bool:
        return share > 0 and self._random.random() < share


class HttpDelivery:
    """Posts over the network; a connection that fails is an answer that never came."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """Post once; answer the status, 0 where there was none."""
        import httpx

        try:
            async with httpx.AsyncClient(timeout=self._knobs.webhook_timeout) as client:
                response = await client.post(url, headers=headers, content=body)
        except httpx.HTTPError:
            return 0
        return response.status_code
