"""A worker process: its steps, its clock, its wire and its store; where it can die, freeze, and meet others.

A dead worker has no effect any more: whatever its tasks still try raises. A frozen one stands still,
heartbeat and all, until it thaws. Between steps, and never inside a transaction, other people may act: that
is how an edit gets between the engine's read and its write.
"""

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import msgspec
from sqlalchemy import Connection

from service.sandbox import DroppedConnection
from service.store.engine import InlineStore, StoreFailedError
from tests.simulation.clock import VirtualClock
from tests.simulation.mangle import mangled

MOST_STEPS = 6_000


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
    realm_id: str | None = None
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Deed:
    """What somebody else does at a worker's step: `when` is write, read, answer or commit."""

    when: str
    skip: int
    do: Callable[[Wire | None], None]


@dataclass(slots=True)
class Mishaps:
    """What goes wrong in one process, by the number of its steps."""

    kill_at: int | None = None
    stop_at: int | None = None
    freeze_at: tuple[int, float] | None = None
    """The step at which the process stands still, and for how many seconds."""
    jump_at: tuple[int, float] | None = None
    """The step at which its clock is set, and by how many seconds."""
    skew: float = 0.0
    """By how many seconds its clock is wrong from the beginning."""
    lose_commit: tuple[int, bool] | None = None
    """The commit whose connection breaks, and whether it was committed all the same."""
    mangle: tuple[int, str] | None = None
    """The answer that arrives mangled, and how."""


@dataclass(slots=True)
class Process:
    """One worker process, from its first step to its death."""

    name: str
    tell: Callable[[str], None]
    time: VirtualClock
    struck: Callable[[str], None]
    complain: Callable[[str, str], None]
    companies: frozenset[str] = frozenset()
    realms: frozenset[str] = frozenset()
    """Whom it works for: nothing else may be touched by it."""
    mishaps: Mishaps = field(default_factory=Mishaps)
    deeds: list[Deed] = field(default_factory=list)
    death: asyncio.Event = field(default_factory=asyncio.Event)
    frozen: asyncio.Event = field(default_factory=asyncio.Event)
    killed: bool = False
    stopped: bool = False
    broke_off: bool = False
    frozen_until: float = 0.0
    offset: float = 0.0
    steps: int = 0
    commits: int = 0
    answers: int = 0
    story: list[str] = field(default_factory=list)
    """Its steps, in words."""

    def __post_init__(self) -> None:
        self.offset = self.mishaps.skew
        if self.offset:
            self.struck("F17")

    @property
    def owner(self) -> str:
        """The name under which it takes leases."""
        return self.name.replace(" ", "-")

    @property
    def dead(self) -> bool:
        """Say whether this worker is gone."""
        return self.death.is_set()

    def breathe(self) -> None:
        """Raise if this worker is gone."""
        if self.dead:
            raise Killed

    async def live(self) -> None:
        """Go on, or stand still while the process is frozen."""
        left = self.frozen_until - self.time.seconds
        if left > 0 and not self.dead:
            await asyncio.sleep(left)
        self.breathe()

    def stopping(self) -> bool:
        """Say whether somebody has asked this process to stop."""
        at = self.mishaps.stop_at
        asked = at is not None and self.steps >= at
        if asked and not self.stopped:
            self.stopped = True
            self.struck("stop")
            self.tell(f"!! {self.name} is asked to stop")
        return asked

    def step(self, words: str) -> None:
        """Make a step; die there, or have something else go wrong, if that is drawn."""
        self.breathe()
        self.steps += 1
        self.story.append(words)
        if self.steps == self.mishaps.kill_at:
            self.kill(words)
            raise Killed
        if self.mishaps.jump_at is not None and self.steps == self.mishaps.jump_at[0]:
            self.offset += self.mishaps.jump_at[1]
            self.struck("F17")
            self.tell(f"!! the clock of {self.name} jumps by {self.mishaps.jump_at[1]:.0f} s")
        if self.mishaps.freeze_at is not None and self.steps == self.mishaps.freeze_at[0]:
            self.frozen_until = self.time.seconds + self.mishaps.freeze_at[1]
            self.struck("F14")
            self.tell(f"!! {self.name} stands still for {self.mishaps.freeze_at[1]:.0f} s: {words}")
            self.frozen.set()
        if self.steps > MOST_STEPS:
            raise NeverEndsError

    def kill(self, words: str) -> None:
        """End this process here and now."""
        self.killed = True
        self.death.set()
        self.struck("F13")
        self.tell(f"!! {self.name} dies: {words}")

    def meet(self, when: str, wire: Wire | None = None) -> None:
        """Let others act at this kind of moment."""
        for deed in [each for each in self.deeds if each.when == when]:
            if deed.skip:
                deed.skip -= 1
            else:
                self.deeds.remove(deed)
                deed.do(wire)


class ProcessClock:
    """The clock on a worker's wall: it may be wrong, and stands still while its process is frozen."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> dt.datetime:
        """Return what this clock shows."""
        return self._process.time.now() + dt.timedelta(seconds=self._process.offset)

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)
        await self._process.live()


class MortalStore:
    """A store whose user can die before and after each commit, and whose connection can break there."""

    def __init__(self, inner: InlineStore, process: Process, committed: Callable[[], None]) -> None:
        self.slice_size = inner.slice_size
        self._inner = inner
        self._process = process
        self._committed = committed

    async def run(self, work: Callable[[Connection], Any]) -> Any:
        """Run work in a transaction."""
        process = self._process
        await process.live()
        process.meet("commit")
        process.commits += 1
        lost = process.mishaps.lose_commit
        breaks = lost is not None and process.commits == lost[0]

        def mortal(connection: Connection) -> Any:
            result = work(connection)
            process.step("before a commit")
            if breaks and lost is not None and not lost[1]:
                self._break("before it committed")
            return result

        result = await self._inner.run(mortal)
        self._committed()
        process.step("after a commit")
        if breaks:
            self._break("after it committed")
        await process.live()
        return result

    def _break(self, when: str) -> None:
        self._process.broke_off = True
        self._process.struck("F16")
        self._process.tell(f"!! the database breaks off {when}")
        raise StoreFailedError(f"the connection broke {when}")

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        """Run work that only reads."""
        await self._process.live()
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

    def reads(self, wire: Wire) -> None:
        """Note that a read reaches the other end now."""
        ...

    def unauthorized(self, wire: Wire) -> None:
        """Note that a token was refused."""
        ...

    def lost(self, *, dropped: bool) -> None:
        """Note that the answer to an applied write gets lost: the connection drops, or a 5xx comes."""
        ...


class MortalTransport(httpx.AsyncBaseTransport):
    """A wire whose user can die before a request leaves and before its answer is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport, process: Process, there: Far) -> None:
        self._inner = inner
        self._process = process
        self._there = there

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request and its answer."""
        process, wire = self._process, wire_of(request)
        await process.live()
        process.meet("write" if wire.is_write else "read", wire)
        process.step(f"before sending {wire.words}")
        await process.live()
        process.tell(f"-> {wire.words}")
        if wire.realm_id is not None and wire.realm_id not in process.realms:
            process.complain("I15", f"{process.name} called the realm {wire.realm_id}, which isn't its own")
        if self._there.refuses(wire):
            process.tell("<- no connection")
            raise httpx.ConnectError("refused", request=request)
        if not wire.is_write:
            self._there.reads(wire)
        before = self._there.applied()
        try:
            response = await self._inner.handle_async_request(request)
            body = await response.aread()
        except DroppedConnection:
            process.breathe()
            if self._there.applied() > before:
                self._there.lost(dropped=True)
            process.tell("<- no answer")
            process.step("after a lost answer")
            await process.live()
            raise
        process.breathe()
        if response.status_code >= 500 and self._there.applied() > before:
            self._there.lost(dropped=False)
        if response.status_code == 401:
            self._there.unauthorized(wire)
        if wire.is_write:
            process.meet("answer", wire)
        response, body = self._mangle(wire, response, body)
        process.tell(f"<- {response.status_code} {_answer_words(body)}")
        process.step(f"before reading the answer to {wire.words}")
        await process.live()
        return response

    def _mangle(self, wire: Wire, response: httpx.Response, body: bytes) -> tuple[httpx.Response, bytes]:
        process = self._process
        process.answers += 1
        wanted = process.mishaps.mangle
        if wanted is None or process.answers < wanted[0] or wire.is_oauth or response.status_code != 200:
            return response, body
        process.mishaps.mangle = None
        process.struck("F9")
        process.tell(f"!! the answer is mangled: {wanted[1]}")
        return mangled(response, body, wanted[1])


def wire_of(request: httpx.Request) -> Wire:
    """Read a request as a person would."""
    path = request.url.path.rpartition("/")[2]
    parameters = request.url.params
    parts = request.url.path.split("/")
    realm = parts[parts.index("company") + 1] if "company" in parts else None
    if "oauth" in request.url.path:
        return Wire("a token refresh", is_write=False, is_oauth=True, request_id=None, realm_id=realm)
    request_id = parameters.get("requestid")
    if path == "query":
        asked = parameters.get("query") or request.content.decode()
        return Wire(f"query: {asked}", is_write=False, is_oauth=False, request_id=None, realm_id=realm)
    if path == "cdc":
        words = f"changes since {parameters['changedSince']}"
        return Wire(words, is_write=False, is_oauth=False, request_id=None, realm_id=realm)
    if request.method == "GET":
        kind = request.url.path.split("/")[-2]
        words = f"read {kind} {path}" if kind.isalpha() else f"read {path}"
        return Wire(words, is_write=False, is_oauth=False, request_id=None, realm_id=realm)
    body = msgspec.json.decode(request.content)
    return _write_of(path, parameters.get("operation"), request_id, realm, body)


def _write_of(
    path: str, operation: str | None, request_id: str | None, realm: str | None, body: dict[str, Any]
) -> Wire:
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
        realm_id=realm,
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
