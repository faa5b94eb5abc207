"""The API over a real store, a standing clock and a fake Intuit."""

import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.api.context import ApiContext
from service.app import create_app
from service.quickbooks.http import Http
from service.quickbooks.oauth import Endpoints, OAuth
from service.store import credentials
from service.store.cipher import Cipher
from service.store.engine import Store
from tests.clocks import FixedClock

BOOTSTRAP = "bootstrap-key"
VERIFIER = "verifier-token"


class Bell:
    """Remembers who rang."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.broken = False

    async def ring(self, company: str) -> None:
        """Ring."""
        self._ring(company)

    async def ring_inbox(self) -> None:
        """Ring."""
        self._ring("inbox")

    def _ring(self, who: str) -> None:
        if self.broken:
            raise ConnectionError("no Redis")
        self.rung.append(who)


class Intuit:
    """The OAuth server: hands out tokens for the code `good`, remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.asked.append(request)
        if self.down:
            raise httpx.ConnectError("down", request=request)
        if request.url.path == "/revoke":
            return httpx.Response(200)
        if b"code=good" not in request.content:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(
            200,
            json={
                "token_type": "bearer",
                "access_token": f"access-{len(self.asked)}",
                "expires_in": 3600,
                "refresh_token": f"refresh-{len(self.asked)}",
                "x_refresh_token_expires_in": 8726400,
            },
        )


@pytest.fixture
def bell() -> Bell:
    """The doorbell."""
    return Bell()


@pytest.fixture
def intuit() -> Intuit:
    """The OAuth server."""
    return Intuit()


@pytest.fixture
def cipher() -> Cipher:
    """A cipher with one key."""
    return Cipher([("k1", bytes(range(32)))])


@pytest.fixture
async def context(
    store: Store, clock: FixedClock, bell: Bell, intuit: Intuit, cipher: Cipher
) -> AsyncIterator[ApiContext]:
    """The API's ports."""
    numbers = itertools.count(1)
    http = Http(transport=httpx.MockTransport(intuit))
    where = Endpoints(
        api_url="https://qbo.test",
        authorize_url="https://intuit.test/authorize",
        token_url="https://intuit.test/token",
        revoke_url="https://intuit.test/revoke",
    )
    yield ApiContext(
        store=store,
        clock=clock,
        ids=lambda: f"id-{next(numbers):04}",
        doorbell=bell,
        cipher=cipher,
        oauth=OAuth(http, where, client_id="client", client_secret="secret", clock=clock),
        public_url="https://sync.test",
        webhook_tokens=("old-token", VERIFIER),
        bootstrap_key=BOOTSTRAP,
        body_limit=200_000,
        webhook_limit=10_000,
        secret=lambda: f"state-{next(numbers):04}",
    )
    await http.close()


@pytest.fixture
def app(context: ApiContext) -> FastAPI:
    """The API."""
    return create_app(context)


class Caller:
    """Calls the API with one key, below one company's path."""

    def __init__(self, client: httpx.AsyncClient, key: str | None) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request; a body is written as JSON, text as it is."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        if content is not None:
            names.setdefault("content-type", "application/json")
        path = path if path.startswith("/") else f"/v1/companies/oak/{path}"
        return await self.client.request(method, path, content=content, headers=self.headers | names)

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Write."""
        return await self("PUT", path, body, **headers)

    async def get(self, path: str) -> Any:
        """Read what must be there."""
        answer = await self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client inside the process."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://sync.test") as opened:
        yield opened


@pytest.fixture
async def admin(client: httpx.AsyncClient) -> Caller:
    """Whoever holds the bootstrap key."""
    return Caller(client, BOOTSTRAP)


@pytest.fixture
async def oak(admin: Caller) -> Caller:
    """The company oak, with two accounts and a vendor."""
    company = {"name": "Oak Bakery", "signed_up_on": "2024-05-01"}
    assert (await admin.put("/v1/companies/oak", company)).status_code == 201
    for key, name, kind in (("exp", "Supplies", "Expense"), ("bank", "Checking", "Bank")):
        assert (await admin.put(f"accounts/{key}", {"name": name, "type": kind})).status_code == 201
    assert (await admin.put("vendors/ash", {"name": "Ash & Co"})).status_code == 201
    return admin


@pytest.fixture
def with_key(client: httpx.AsyncClient, context: ApiContext) -> Callable[..., Any]:
    """Make a caller with a key of its own."""

    async def make(*scopes: str, companies: list[str] | None = None) -> Caller:
        key = await context.store.run(
            lambda connection: credentials.create(
                connection, name="test", scopes=scopes, companies=companies, now=context.clock.now()
            )
        )
        return Caller(client, key)

    return make


def bill(**changes: Any) -> dict[str, Any]:
    """Write a bill that is good."""
    return {
        "number": "A-1",
        "vendor": "ash",
        "issued_on": "2026-03-01",
        "lines": [{"amount": "100.00", "account": "exp", "description": "Flour"}],
        **changes,
    }


def assert_problem(
    answer: httpx.Response, status: int, code: str, field: str | None = None
) -> dict[str, Any]:
    """Check the shape and the code of a problem; return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "code", "errors"}
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{problem['code']}"
    found = {problem["code"]} | {each["code"] for each in problem["errors"]}
    assert code in found, problem
    if field is not None:
        assert field in [each["field"] for each in problem["errors"]], problem
    return problem
