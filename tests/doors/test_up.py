"""The whole service as processes: API, worker, sandbox; with Redis, and with a Redis that isn't there."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.quickbooks.http import Http
from service.up import Stack, add_sample_company, running

LONGEST = 30


def free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Caller:
    """Another service of the platform."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.http = Http()

    async def call(self, method: str, path: str, body: Any = None, *, key: bool = True) -> Any:
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {self.stack.api_key}"
        url = path if path.startswith("http") else self.stack.api_url + path
        answer = await self.http.request(
            method, url, headers=headers, body=msgspec.json.encode(body) if body is not None else None
        )
        assert answer.status < 400, answer.body
        return msgspec.json.decode(answer.body) if answer.body[:1] in (b"{", b"[") else answer

    async def connect(self) -> None:
        await self.call(
            "PUT",
            "/v1/companies/acme",
            {"name": "Acme", "signed_up_on": "2020-01-01", "accountant_console": False},
        )
        await add_sample_company(self.stack)
        (company,) = await self.call("GET", f"{self.stack.sandbox_url}/sandbox/companies", key=False)
        started = await self.call(
            "POST", "/v1/companies/acme/connection", {"return_to": f"{self.stack.api_url}/livez"}
        )
        consent = await self.http.request("GET", f"{started['authorize_url']}&realm_id={company['realm_id']}")
        assert consent.status in (302, 303)
        callback = await self.http.request("GET", consent.headers["location"])
        assert callback.status == 303
        assert callback.headers["location"].endswith("connection=connected")

    async def ended(self, sync: str) -> Any:
        async with asyncio.timeout(LONGEST):
            while True:
                found = await self.call("GET", f"/v1/companies/acme/syncs/{sync}?wait=5")
                if found["state"] not in ("queued", "running"):
                    return found


@pytest.fixture(params=["redis", "no redis"])
async def caller(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Caller]:
    """A caller of a running service."""
    if request.param == "no redis":
        monkeypatch.setenv("SYNC_REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    port, sandbox_port = free_ports(2)
    async with running(tmp_path, port=port, sandbox_port=sandbox_port) as stack:
        made = Caller(stack)
        yield made
        await made.http.close()


async def test_connecting_starts_a_sync_that_brings_the_lists(caller: Caller) -> None:
    await caller.connect()

    history = await caller.call("GET", "/v1/companies/acme/syncs")
    ended = await caller.ended(history["items"][0]["id"])

    assert (ended["trigger"], ended["state"], ended["percent"]) == ("connection", "succeeded", 100)
    assert ended["counts"]["vendor"]["created_in_platform"] == 40
    assert ended["counts"]["bill"]["held"] > 0
