"""The world of a scenario: the API over ASGI, a worker, a sandbox QuickBooks with one company, one clock.

Everything here is asked and read over HTTP, each call with a key that has just the scope it needs;
QuickBooks is worked in as its own users do.
"""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI

from service.api.auth import SCOPES
from service.api.context import ApiContext
from service.store import credentials
from service.store.engine import Store
from service.sync.work import work
from tests.clocks import FixedClock
from tests.house import COMPANY, House

ONE_WAY_SINCE, TWO_WAY_SINCE = "2017-09-15", "2017-09-16"
"""Signing up on the first of these days, or on the second: the account profile follows from it."""


class RefusedError(AssertionError):
    """The API answered with a problem; `code` says with which."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"refused: {problem}")
        self.codes = {problem.get("code"), *(each["code"] for each in problem.get("errors", ()))}


class Bell:
    """A doorbell that nobody hears: the scenario itself wakes the worker."""

    async def ring(self, company: str) -> None:
        """Ring."""

    async def ring_inbox(self) -> None:
        """Ring."""


class World:
    """One company here, one in QuickBooks, and people on both sides."""

    def __init__(self, store: Store, clock: FixedClock, app: FastAPI) -> None:
        self.house = House(store, clock)
        self.clock = clock
        self.app = app
        self.keys: dict[str, str] = {}
        self.asked: list[str] = []
        """What was asked of QuickBooks: path and body of each request."""
        self.last: dict[str, Any] = {}
        """The last sync, as the API answers it."""

    async def open(self, *, one_way: bool) -> None:
        """Found the company, connect it, hand out the keys."""
        house = self.house
        await house.connect()
        self.quickbooks = house.quickbooks
        house.sandbox.hooks.before_request.append(
            lambda info: self.asked.append(f"{info.path}\n{info.body.decode()}")
        )
        self.app.state.context = ApiContext(
            store=house.store, clock=self.clock, ids=house.ids.new, doorbell=Bell(), cipher=house.cipher
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="https://sync.test"
        )
        self.keys = await house.store.run(self._make_keys)
        company = {"name": "Acme", "signed_up_on": ONE_WAY_SINCE if one_way else TWO_WAY_SINCE}
        await self.call("companies", "PUT", "", company)

    def _make_keys(self, connection: Any) -> dict[str, str]:
        bundles = {scope: [scope] for scope in SCOPES} | {"support": ["support", "preferences"]}
        return {
            name: credentials.create(
                connection, name=name, scopes=scopes, companies=[COMPANY], now=self.clock.now()
            )
            for name, scopes in bundles.items()
        }

    async def close(self) -> None:
        """Close what was opened."""
        if self.keys:
            await self.client.aclose()
        await self.house.close()

    async def call(self, scope: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call the API below the company's path; return what it answers. Raises RefusedError."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        names["authorization"] = f"Bearer {self.keys[scope]}"
        below = f"/{path}" if path else ""
        answer = await self.client.request(
            method, f"/v1/companies/{COMPANY}{below}", json=body, headers=names
        )
        content = answer.json()
        if answer.status_code >= 400:
            raise RefusedError(content)
        return content

    async def read(self, path: str) -> Any:
        """Read records, issues, explanations, the feed."""
        return await self.call("records:read", "GET", path)

    async def record(self, path: str) -> dict[str, Any]:
        """Read a record by its id, or the only one that a filter finds: `bills/b1`, `bills?number=B-1`."""
        if "?" not in path:
            found: dict[str, Any] = await self.read(path)
            return found
        kind, _, wanted = path.partition("?")
        name, _, value = wanted.partition("=")
        items = (await self.read(f"{kind}?{name}={quote(value)}"))["items"]
        assert len(items) == 1, f"{len(items)} of {path}"
        only: dict[str, Any] = items[0]
        return only

    async def sync(self, mode: str = "incremental") -> dict[str, Any]:
        """Ask for a sync, have it done, and let ten minutes pass."""
        self.clock.advance(60)
        asked = await self.call("syncs", "POST", "syncs", {"mode": mode})
        await work(self.house.services(), COMPANY)
        self.last = await self.call("syncs", "GET", f"syncs/{asked['id']}")
        assert self.last["state"] == "succeeded", self.last
        self.clock.advance(600)
        return self.last

    async def rest(self) -> None:
        """Expect that one more sync reads once and changes nothing, in QuickBooks and here."""
        meter = self.quickbooks.meter
        before = (meter.total_reads, meter.writes, len(self.quickbooks.journal))
        feed = (await self.read("changes"))["next"]
        again = await self.sync()
        assert again["counts"] == {}, again["counts"]
        after = (meter.total_reads - before[0], meter.writes - before[1], len(self.quickbooks.journal))
        assert after == (1, 0, before[2]), f"reads, writes, journal: {after} after {before}"
        assert (await self.read(f"changes?after={feed}"))["items"] == []

    def find(self, entity: str, key: str | None = None) -> dict[str, Any]:
        """Return the one object in QuickBooks that has this number or name, or the only one there is."""
        found = self.all(entity, key)
        assert len(found) == 1, f"{len(found)} {entity} {key or ''} in QuickBooks"
        return found[0]

    def all(self, entity: str, key: str | None = None) -> list[dict[str, Any]]:
        """Return all objects in QuickBooks with this number or name, inactive ones too."""
        return [each for each in self.quickbooks.all(entity) if key is None or key in _names(each)]


_NAMING = ("DocNumber", "PaymentRefNum", "DisplayName", "Name", "FullyQualifiedName")


def _names(found: dict[str, Any]) -> set[Any]:
    return {found.get(name) for name in _NAMING}


def shown(value: Any) -> Any:
    """Show a value of QuickBooks as scenarios write it: amounts with two decimals, references by name."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return f"{Decimal(str(value)):.2f}"
    if isinstance(value, dict) and "value" in value:
        return value.get("name", value["value"])
    return value
