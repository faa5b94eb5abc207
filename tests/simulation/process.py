"""The steps of a worker: each commit, each request sent and answered; where it can die, and others can act.

A dead worker has no effect any more: whatever its tasks still try raises. Between steps, and never inside a
transaction, other people may act: that is how an edit gets between the engine's read and its write.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import msgspec
from sqlalchemy import Connection

from service.sandbox import DroppedConnection
from service.store.engine import InlineStore

MOST_STEPS = 4_000


class Killed(BaseException):
    """The worker's process is gone."""


class NeverEndsError(Exception):
    """A worker has made more steps than any sync needs."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A request as people read it; `targets` are the objects that it changes, by entity and id."""

    words: str
    is_write: bool
    is_oauth: bool
    request_id: str | None
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Deed:
    """What somebody else does at a worker's step: `when` is write, read, answer or commit."""

    when: str
    skip: int
    do: Callable[[Wire | None], None]


@dataclass(slots=True)
class Worker:
    """One worker process, from its first step to its death."""

    name: str
    tell: Callable[[str], None]
    kill_at: int | None = None
    deeds: list[Deed] = field(default_factory=list)
    death: asyncio.Event = field(default_factory=asyncio.Event)
    killed: bool = False
    stopped: bool = False
    steps: int = 0

    @property
    def dead(self) -> bool:
        """Say whether this worker is gone."""
        return self.death.is_set()

    def breathe(self) -> None:
        """Raise if this worker is gone."""
        if self.dead:
            raise Killed

    def step(self, words: str) -> None:
        """Make a step, and die there if that is drawn."""
        self.breathe()
        self.steps += 1
        if self.steps == self.kill_at:
            self.killed = True
            self.death.set()
            self.tell(f"!! {self.name} dies: {words}")
            raise Killed
        if self.steps > MOST_STEPS:
            raise NeverEndsError

    def meet(self, when: str, wire: Wire | None = None) -> None:
        """Let others act at this kind of moment."""
        for deed in [each for each in self.deeds if each.when == when]:
            if deed.skip:
                deed.skip -= 1
            else:
                self.deeds.remove(deed)
                deed.do(wire)


class MortalStore:
    """A store whose user can die before and after each commit."""

    def __init__(self, inner: InlineStore, worker: Worker, committed: Callable[[], None]) -> None:
        self.slice_size = inner.slice_size
        self._inner = inner
        self._worker = worker
        self._committed = committed

    async def run(self, work: Callable[[Connection], Any]) -> Any:
        """Run work in a transaction."""
        worker = self._worker
        worker.breathe()
        worker.meet("commit")

        def mortal(connection: Connection) -> Any:
            result = work(connection)
            worker.step("before a commit")
            return result

        result = await self._inner.run(mortal)
        self._committed()
        worker.step("after a commit")
        return result

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        """Run work that only reads."""
        self._worker.breathe()
        return await self._inner.read(work)

    async def close(self) -> None:
        """The inner store is closed by whoever opened it."""


class Far(Protocol):
    """What the wire has to know of its other end."""

    def refuses(self, wire: Wire) -> bool:
        """Say whether no connection comes about this time."""
        ...

    def applied(self) -> int:
        """Count the writes that were applied so far."""
        ...

    def reads(self) -> None:
        """Note that a read reaches the other end now."""
        ...

    def lost(self, *, dropped: bool) -> None:
        """Note that the answer to an applied write gets lost: the connection drops, or a 5xx comes."""
        ...


class MortalTransport(httpx.AsyncBaseTransport):
    """A wire whose user can die before a request leaves and before its answer is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport, worker: Worker, there: Far) -> None:
        self._inner = inner
        self._worker = worker
        self._there = there

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request and its answer."""
        worker, wire = self._worker, wire_of(request)
        worker.breathe()
        worker.meet("write" if wire.is_write else "read", wire)
        worker.step(f"before sending {wire.words}")
        worker.tell(f"-> {wire.words}")
        if self._there.refuses(wire):
            worker.tell("<- no connection")
            raise httpx.ConnectError("refused", request=request)
        if not wire.is_write:
            self._there.reads()
        before = self._there.applied()
        try:
            response = await self._inner.handle_async_request(request)
            body = await response.aread()
        except DroppedConnection:
            worker.breathe()
            if self._there.applied() > before:
                self._there.lost(dropped=True)
            worker.tell("<- no answer")
            worker.step("after a lost answer")
            raise
        worker.breathe()
        if response.status_code >= 500 and self._there.applied() > before:
            self._there.lost(dropped=False)
        if wire.is_write:
            worker.meet("answer", wire)
        worker.tell(f"<- {response.status_code} {_answer_words(body)}")
        worker.step(f"before reading the answer to {wire.words}")
        return response


def wire_of(request: httpx.Request) -> Wire:
    """Read a request as a person would."""
    path = request.url.path.rpartition("/")[2]
    parameters = request.url.params
    if "oauth" in request.url.path:
        return Wire("a token refresh", is_write=False, is_oauth=True, request_id=None)
    request_id = parameters.get("requestid")
    if path == "query":
        asked = parameters.get("query") or request.content.decode()
        return Wire(f"query: {asked}", is_write=False, is_oauth=False, request_id=None)
    if path == "cdc":
        words = f"changes since {parameters['changedSince']}"
        return Wire(words, is_write=False, is_oauth=False, request_id=None)
    if request.method == "GET":
        kind = request.url.path.split("/")[-2]
        words = f"read {kind} {path}" if kind.isalpha() else f"read {path}"
        return Wire(words, is_write=False, is_oauth=False, request_id=None)
    return _write_of(path, parameters.get("operation"), request_id, msgspec.json.decode(request.content))


def _write_of(path: str, operation: str | None, request_id: str | None, body: dict[str, Any]) -> Wire:
    if path == "batch":
        items = [
            (entity, item.get("operation"), item[entity])
            for item in body["BatchItemRequest"]
            for entity in item
            if isinstance(item[entity], dict)
        ]
    else:
        items = [(path.capitalize(), operation, body)]
    words = "; ".join(
        f"{verb or ('update' if 'Id' in item else 'create')} {entity} {_brief(item)}"
        for entity, verb, item in items
    )
    name = "batch" if path == "batch" else "one"
    targets = tuple((entity, item["Id"]) for entity, _, item in items if "Id" in item)
    return Wire(
        f"{name} {(request_id or '')[:6]}: {words}",
        is_write=True,
        is_oauth=False,
        request_id=request_id,
        targets=targets,
    )


def _brief(item: dict[str, Any]) -> str:
    return msgspec.json.encode({name: value for name, value in item.items() if name != "sparse"}).decode()


def _answer_words(body: bytes) -> str:
    """Say what came back: the ids, tokens and fault codes in it, at most a line of them."""
    try:
        found = list(itertools.islice(_telling(msgspec.json.decode(body)), 12))
    except msgspec.DecodeError:
        return f"{len(body)} bytes"
    return ", ".join(found)


def _telling(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        if "Id" in value and "SyncToken" in value:
            yield f"{name} {value['Id']} v{value['SyncToken']}"
            return
        if "code" in value:
            yield f"fault {value['code']}"
            return
        if value.get("status") == "Deleted":
            yield f"{name} {value.get('Id')} deleted"
            return
        for key, each in value.items():
            yield from _telling(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _telling(each, name)
