"""A webhook is acknowledged once it is stored, and not before: Intuit delivers it again otherwise."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
from sqlalchemy import Connection

from service.api.context import ApiContext
from service.app import create_app
from service.store.engine import Store, StoreFailedError
from tests.api.conftest import VERIFIER, Bell


class WriteOnceLost:
    """A database whose connection breaks off at the first commit."""

    def __init__(self, inner: Store) -> None:
        self.slice_size = inner.slice_size
        self.inner = inner
        self.writes = 0

    async def run(self, work: Callable[[Connection], Any]) -> Any:
        """Fail the first time."""
        self.writes += 1
        if self.writes == 1:
            raise StoreFailedError("broken off")
        return await self.inner.run(work)

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        """Read."""
        return await self.inner.read(work)

    async def close(self) -> None:
        """The store belongs to somebody else."""


async def test_a_webhook_that_is_not_stored_is_not_acknowledged(context: ApiContext, bell: Bell) -> None:
    app = create_app(replace(context, store=WriteOnceLost(context.store)))
    body = b'{"eventNotifications":[]}'
    signature = base64.b64encode(hmac.new(VERIFIER.encode(), body, hashlib.sha256).digest()).decode()
    transport = httpx.ASGITransport(app=app)

    async with httpx.AsyncClient(transport=transport, base_url="https://sync.test") as client:
        lost, delivered_again = [
            await client.post("/webhooks/quickbooks", content=body, headers={"intuit-signature": signature})
            for _ in range(2)
        ]

    assert (lost.status_code, delivered_again.status_code) == (503, 200)
    assert bell.rung == ["inbox"]
