"""Whoever mistypes on the control side is told what was meant, and nothing has moved."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.server import WallClock
from tests.sandbox.conftest import Clock

HOOK = {"url": "http://127.0.0.1:1/hook", "verifier_token": "v"}
OF_A_COMPANY = ("generate", "preferences", "objects/Vendor")
AT_THE_TOP = ("companies", "faults", "clock", "knobs", "webhooks")


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"', b"true"])
async def test_bodies_are_objects(http: httpx.AsyncClient, company: Company, body: bytes) -> None:
    paths = [f"companies/{company.realm_id}/{tail}" for tail in OF_A_COMPANY] + list(AT_THE_TOP)

    for path in paths:
        refused = await http.post(f"/sandbox/{path}", content=body)
        assert (refused.status_code, "JSON object" in refused.text) == (422, True), path


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        ("companies", {"realm_id": "²"}, 409, "realm_id"),
        ("companies", {"realm_id": "9" * 40}, 409, "realm_id"),
        ("companies", {"name": 1}, 422, "name"),
        ("faults", {"action": "fault", "kind": "wirte"}, 422, "companyinfo"),
        ("faults", {"action": "fault", "entity": "Bills"}, 422, "Bills"),
        ("faults", {"action": "status_before", "status": 99}, 422, "status"),
        ("knobs", {"read_lag": 1e30}, 422, "read_lag"),
        ("webhooks", {**HOOK, "url": "127.0.0.1:1"}, 422, "http://"),
        ("webhooks", {**HOOK, "url": 1}, 422, "url"),
        ("webhooks", {**HOOK, "realm_id": "1"}, 404, "company 1"),
    ],
)
async def test_what_cannot_be_meant(
    http: httpx.AsyncClient, sandbox: Sandbox, path: str, body: dict[str, Any], status: int, word: str
) -> None:
    refused = await http.post(f"/sandbox/{path}", json=body)

    assert (refused.status_code, word in refused.text) == (status, True), refused.text
    assert (sandbox.faults.rules, sandbox.webhooks.subscriptions) == ([], [])


@pytest.mark.parametrize(
    "body", [{"vendors": "x"}, {"vendors": -1}, {"vendors": 1.5}, {"bills": None}, {"vendors": 0, "bills": 5}]
)
async def test_how_much_is_generated(http: httpx.AsyncClient, company: Company, body: Any) -> None:
    refused = await http.post(f"/sandbox/companies/{company.realm_id}/generate", json=body)

    assert refused.status_code == 422
    assert company.all("Bill") == []


@pytest.mark.parametrize("after", ["x", "-1", "1.5", ""])
async def test_where_the_journal_begins(http: httpx.AsyncClient, company: Company, after: str) -> None:
    path = f"/sandbox/companies/{company.realm_id}/journal"

    assert (await http.get(path, params={"after": after})).status_code == 422


async def test_a_rule_may_name_its_entity_in_any_case(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.post("/sandbox/faults", json={"action": "fault", "kind": "write", "entity": "billpayment"})

    assert [rule.entity for rule in sandbox.faults.rules] == ["BillPayment"]


async def test_only_lists_are_merged(http: httpx.AsyncClient, company: Company) -> None:
    path = f"/sandbox/companies/{company.realm_id}/objects/Bill"

    refused = await http.post(path, params={"operation": "merge"}, json={"Id": "1", "merged": "2"})

    assert (refused.status_code, refused.json()["Fault"]["Error"][0]["code"]) == (400, "500")


@pytest.mark.parametrize("advance", ["x", None, -1, True, 1e30, "nan"])
async def test_how_far_the_clock_moves(advance: Any) -> None:
    sandbox = Sandbox(WallClock(), random.Random(1))
    transport = httpx.ASGITransport(app=sandbox.app)

    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        refused = await http.post("/sandbox/clock", json={"advance": advance})

    assert refused.status_code == 422


async def test_a_clock_that_was_moved_brings_the_next_try(clock: Clock) -> None:
    class Moved(Clock):
        def advance(self, seconds: float) -> None:
            self.at += timedelta(seconds=seconds)

    tries: list[str] = []
    arrived = asyncio.Event()

    async def deliver(url: str, _headers: dict[str, str], _body: bytes) -> int:
        tries.append(url)
        arrived.set()
        return 503 if len(tries) == 1 else 200

    sandbox = Sandbox(Moved(clock.at), random.Random(1), deliver=deliver)
    sandbox.knobs.webhook_aggregation = timedelta(0)
    company = sandbox.company(sandbox.create_company().realm_id)
    sandbox.subscribe(None, HOOK["url"], "v")
    company.create("Vendor", {"DisplayName": "A"})
    await asyncio.wait_for(arrived.wait(), 5)
    arrived.clear()
    transport = httpx.ASGITransport(app=sandbox.app)

    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        await http.post("/sandbox/clock", json={"advance": 9})
        early = len(tries)
        await http.post("/sandbox/clock", json={"advance": 2})
        await asyncio.wait_for(arrived.wait(), 5)

    assert (early, len(tries)) == (1, 2)
    sandbox.close()
