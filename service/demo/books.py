"""QuickBooks' side: the sandbox's control side, and a person who works in QuickBooks."""

from typing import Any
from urllib.parse import urlsplit

from service.demo.calls import Caller, Json


class Books:
    """One QuickBooks company; `realm` is its id."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.realm = ""

    async def open_sample(self) -> None:
        """Make the sample company."""
        await self._open({"sample": True})

    async def open_recorded(self, objects: list[Json], name: str) -> dict[str, int]:
        """Make a company of recorded objects; return how many of each entity it took."""
        await self._open({"sample": False, "name": name})
        answer = await self._caller.post(f"{self._root}/load", objects)
        return dict(answer["loaded"])

    async def _open(self, body: Json) -> None:
        self.realm = str((await self._caller.post("/sandbox/companies", body))["realm_id"])

    @property
    def _root(self) -> str:
        return f"/sandbox/companies/{self.realm}"

    async def name(self) -> str:
        """Return what the company is called."""
        return str((await self._caller.get(self._root))["name"])

    async def export(self, entity: str) -> list[Json]:
        """Return all objects of an entity as they are now, by no other way than this."""
        found: list[Json] = await self._caller.get(f"{self._root}/export/{entity}")
        return found

    async def create(self, entity: str, body: Json) -> Json:
        """Let a person create an object."""
        return await self._act(entity, "create", body)

    async def update(self, entity: str, body: Json) -> Json:
        """Let a person change some fields of an object."""
        return await self._act(entity, "update", {**body, "sparse": True})

    async def delete(self, entity: str, id: str) -> None:
        """Let a person delete an object."""
        await self._act(entity, "delete", {"Id": id})

    async def _act(self, entity: str, operation: str, body: Json) -> Json:
        path = f"{self._root}/objects/{entity}"
        answer = await self._caller.call("POST", path, body, parameters={"operation": operation})
        changed: Json = answer.body
        return changed

    async def meter(self) -> tuple[int, int]:
        """Return how many calls QuickBooks has counted: reads, writes."""
        counted = await self._caller.get(f"{self._root}/meter")
        return int(counted["total_reads"]), int(counted["writes"])

    async def journal(self, *, after: int = 0) -> list[Json]:
        """Return the writes that were applied, from a sequence number on."""
        rows: list[Json] = await self._caller.get(f"{self._root}/journal", after=str(after))
        return rows

    async def approve(self, authorize_url: str) -> str:
        """Approve a connection as a person would; return where QuickBooks sends the browser."""
        parts = urlsplit(authorize_url)
        path = f"{parts.path}?{parts.query}&realm_id={self.realm}"
        return redirect_of(await self._caller.call("GET", path))


def redirect_of(answer: Any) -> str:
    """Return where an answer sends the browser."""
    return str(answer.headers.get("location", ""))
