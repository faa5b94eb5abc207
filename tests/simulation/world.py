"""One simulated world: a company on both sides, workers that come and go, and the story of it all."""

import asyncio
import datetime as dt
import hashlib
import json
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import Connection, Engine, select, text

from service.core.policy import Preferences
from service.core.records import Document, Kind
from service.quickbooks.http import Http
from service.sandbox import Knobs
from service.store import leases, preferences, syncs
from service.store.engine import InlineStore, in_transaction, sqlite_engine
from service.store.leases import Held
from service.store.records import StoredRecord
from service.store.syncs import StoredSync
from service.store.tables import METADATA, Counterpart, table_of
from service.store.tables import Connection as Connected
from service.sync.services import Services
from service.sync.work import work
from tests.house import COMPANY, House, everything
from tests.simulation.clock import VirtualClock, VirtualLoop, end_others
from tests.simulation.edits import Edits
from tests.simulation.faults import Trouble
from tests.simulation.projection import ENTITY_OF, Fields, of_document
from tests.simulation.steps import (
    Deed,
    MortalStore,
    MortalTransport,
    NeverEndsError,
    Wire,
    Worker,
)
from tests.simulation.watch import SCRIPT, Watch

_CHART = [
    {
        "Account": {
            "Id": str(number),
            "SyncToken": "0",
            "Name": name,
            "AccountType": kind,
            "AccountSubType": subtype,
            "Classification": classification,
            "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
            "Active": True,
            "MetaData": {
                "CreateTime": "2026-01-05T09:00:00-08:00",
                "LastUpdatedTime": "2026-01-05T09:00:00-08:00",
            },
        }
    }
    for number, (name, kind, subtype, classification) in enumerate(
        (
            ("Checking", "Bank", "Checking", "Asset"),
            ("Payables", "Accounts Payable", "AccountsPayable", "Liability"),
            ("Rent", "Expense", "RentOrLeaseOfBuildings", "Expense"),
            ("Travel", "Expense", "Travel", "Expense"),
            ("Other", "Expense", "OtherMiscellaneousServiceCost", "Expense"),
        ),
        start=1,
    )
]
LONGEST_SYNC = 6 * 3600.0
_clock: list[VirtualClock] = []


def _now() -> dt.datetime:
    return _clock[0].now()


def open_database() -> Engine:
    """Make an empty database in memory; its clock is the world's that uses it."""
    engine = sqlite_engine("sqlite://", now=_now, inline=True)
    METADATA.create_all(engine)
    engine.raw_connection().driver_connection.executescript(SCRIPT)  # type: ignore[union-attr]
    return engine


def _wipe(connection: Connection) -> None:
    for table in reversed(METADATA.sorted_tables):
        connection.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608 - our own tables' names
    connection.execute(text("DELETE FROM sim_log"))


class World(House):
    """A house whose workers are mortal and whose every step is told."""

    def __init__(self, engine: Engine, loop: VirtualLoop, *, seed: int) -> None:
        clock = VirtualClock(loop)
        _clock[:] = [clock]
        in_transaction(engine, _wipe)
        knobs = Knobs(webhook_timers=False, refresh_grace=dt.timedelta(hours=24))
        super().__init__(InlineStore(engine), clock, seed=seed * 1_000, knobs=knobs)
        self.engine = engine
        self.virtual = clock
        self.edits = Edits()
        self.lines: list[str] = []
        self.violations: list[tuple[str, str]] = []
        self.struck: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.worker = Worker("nobody", self.tell)
        self._wire = httpx.ASGITransport(app=self.sandbox.app)
        self._refusals = 0
        self._sandbox_http = self.http

    # -- the story

    def tell(self, words: str) -> None:
        """Write one line of the story."""
        self.lines.append(f"{dt.timedelta(seconds=round(self.virtual.seconds, 3))!s:>20}  {words}")

    def complain(self, invariant: str, words: str) -> None:
        """Note that something which must always hold does not."""
        if (invariant, words) not in self.violations:
            self.violations.append((invariant, words))
            self.tell(f"## {invariant}: {words}")

    def digest(self) -> str:
        """Return a fingerprint of the whole story."""
        return hashlib.blake2b("\n".join(self.lines).encode(), digest_size=12).hexdigest()

    # -- what stands where

    async def open(self) -> None:
        """Found both companies and connect them."""
        await self.connect()
        self.quickbooks.load(_CHART)
        self.watch = Watch(self.engine, self.quickbooks, self.edits, self.complain)
        self.watch.committed()

    def at_once(self, do: Any) -> Any:
        """Run something of the platform's in one transaction; works between any two steps of a worker."""
        result = in_transaction(self.engine, do)
        for words in self.watch.committed():
            self.tell(f"     {words}")
        return result

    def records(self, kind: str) -> list[StoredRecord]:
        """Return all records of a kind, archived ones too."""
        return in_transaction(self.engine, lambda c: everything(c, Kind(kind)))

    def preferences(self) -> Preferences:
        """Return what the company prefers now."""
        return in_transaction(self.engine, lambda c: preferences.get(c, COMPANY).preferences)

    def fields_of(self, kind: str, document: Document) -> Fields:
        """Project a record's document."""
        return of_document(kind, document, self.watch.id_of)

    def known_object(self, kind: str, qbo_id: str) -> dict[str, Any] | None:
        """Return an object as the service knows it, which may not be its latest version."""
        columns = table_of(Counterpart).c
        statement = select(columns.raw).where(columns.entity == ENTITY_OF[kind], columns.qbo_id == qbo_id)
        raw = in_transaction(self.engine, lambda c: c.execute(statement).scalar_one_or_none())
        return json.loads(raw, parse_float=Decimal) if raw is not None else None

    # -- workers

    def services(self) -> Services:
        """Start a worker that can die; `self.worker` is it."""
        worker, plain = self.worker, self.store
        self.http = Http(MortalTransport(self._wire, worker, self))
        self.store = MortalStore(plain, worker, self._committed)  # type: ignore[assignment]
        try:
            return super().services()
        finally:
            self.store = plain

    def _committed(self) -> None:
        words = self.watch.committed(by_worker=True)
        if words:
            self.tell(f"   . {', '.join(words)}")

    def refuses(self, wire: Wire) -> bool:
        """Say whether no connection comes about this time."""
        if not self._refusals or not wire.is_write:
            return False
        self._refusals -= 1
        self.struck["F1"] += 1
        return True

    def applied(self) -> int:
        """Count the writes that QuickBooks has applied so far."""
        return len(self.quickbooks.journal)

    def reads(self) -> None:
        """Note a read that can't see what was just written."""
        journal, lag = self.quickbooks.journal, self.sandbox.knobs.read_lag
        if lag and journal and self.clock.now() - journal[-1].at < lag:
            self.struck["F11"] += 1

    def lost(self, *, dropped: bool) -> None:
        """Note that the answer to an applied write gets lost."""
        self.struck["F2" if dropped else "F4"] += 1
        if self.sandbox.knobs.requestid_ttl is not None:
            self.struck["F18"] += 1

    async def run_sync(
        self,
        trouble: Trouble | None = None,
        deeds: list[Deed] | None = None,
        *,
        mode: str = "incremental",
        preview: bool = False,
    ) -> StoredSync:
        """Ask for a sync and see it through: where a worker dies, the next one takes over."""
        trouble = trouble or Trouble()
        sync = await self.request(mode=mode, preview=preview)
        self.tell(f"== a sync is asked for ({'preview' if preview else mode})")
        self._prepare(trouble)
        deaths = list(trouble.kill_at)
        await self._work(deaths.pop(0) if deaths else None, deeds or [], trouble.stop_at)
        while self.worker.killed or self._is_running(sync):
            if not self.worker.killed and self._is_paused():
                break
            await self._wait_for_lease(self._is_running(sync))
            await self._work(deaths.pop(0) if deaths else None, [], None)
        self._clear(trouble)
        return await self._report(sync)

    def _prepare(self, trouble: Trouble) -> None:
        for _, rule in trouble.rules:
            self.sandbox.faults.add(rule)
        self._refusals = trouble.refusals
        if trouble.forgets:
            self.sandbox.knobs.requestid_ttl = dt.timedelta(0)

    def _clear(self, trouble: Trouble) -> None:
        self.sandbox.faults.clear()
        self._refusals = 0
        self.sandbox.knobs.requestid_ttl = None
        self.struck += trouble.strikes()

    async def _work(self, kill_at: int | None, deeds: list[Deed], stop_at: int | None) -> None:
        worker = Worker(f"worker {self.owners + 1}", self.tell, kill_at, deeds)
        self.worker = worker

        def stopping() -> bool:
            asked = stop_at is not None and worker.steps >= stop_at
            if asked and not worker.stopped:
                worker.stopped = True
                self.struck["stop"] += 1
                self.tell(f"!! {worker.name} is asked to stop")
            return asked

        services = self.services()
        running = asyncio.create_task(work(services, COMPANY, stopping=stopping))
        dying = asyncio.create_task(worker.death.wait())
        try:
            await asyncio.wait({running, dying}, timeout=LONGEST_SYNC, return_when=asyncio.FIRST_COMPLETED)
            if worker.killed:
                self.struck["F13"] += 1
            elif not running.done():
                self.complain("ends", "a sync took more than six hours")
            elif isinstance(running.exception(), NeverEndsError):
                self.complain("ends", "a sync made more steps than any needs")
            else:
                running.result()
        finally:
            worker.death.set()
            await end_others()
            await asyncio.gather(running, return_exceptions=True)
            await self.http.close()
            self.http = self._sandbox_http

    async def _wait_for_lease(self, is_running: bool) -> None:
        """Nobody else may act while the lease of the dead one runs; then somebody does."""
        if self.worker.killed:
            await asyncio.sleep(3)
            if is_running and not self.worker.stopped:
                self.rival()
            await asyncio.sleep(self.random.uniform(8, 40))
        else:
            await asyncio.sleep(self.random.uniform(1, 5))

    def rival(self) -> None:
        """Let somebody else try to act for the company while its lease is held."""
        held = in_transaction(self.engine, lambda c: leases.acquire(c, COMPANY, "rival"))
        if isinstance(held, Held):
            self.complain("I13", "a second worker got the company while the first one had it")
            in_transaction(self.engine, lambda c: leases.release(c, held))

    def _is_running(self, sync: str) -> bool:
        row = in_transaction(self.engine, lambda c: syncs.get(c, COMPANY, sync))
        return not row.has_ended

    def _is_paused(self) -> bool:
        columns = (table_of(Connected).c.paused_until, table_of(Connected).c.state)
        row = in_transaction(self.engine, lambda c: c.execute(select(*columns)).one())
        is_paused = row.paused_until is not None and row.paused_until > self.clock.now()
        return is_paused or row.state != "connected"

    async def _report(self, sync: str) -> StoredSync:
        row = in_transaction(self.engine, lambda c: syncs.get(c, COMPANY, sync))
        totals: Counter[str] = Counter()
        for results in row.counts.values():
            totals.update(results)
        self.outcomes += totals
        if row.preview:
            self.outcomes["previews"] += 1
        words = ", ".join(f"{name} {number}" for name, number in sorted(totals.items()))
        why = f" ({row.problem['code']})" if row.problem else ""
        self.tell(f"== {row.state}{why}: {words or 'nothing to do'}; {row.reads} reads, {row.writes} writes")
        if row.problem and row.problem["code"] == "internal_error":
            errors = [facts.get("error") for event, facts in self.log.lines if event == "sync failed"]
            self.complain("ends", f"a sync failed by its own fault: {errors[-1] if errors else '?'}")
        if row.problem and row.problem["code"] == "reauthorize":
            self.complain("ends", "the connection was given up")
        return row
