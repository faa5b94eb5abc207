"""One simulated world: companies on both sides, workers that come and go, and the story of it all."""

import asyncio
import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass, replace

import httpx

from service.quickbooks.http import Http
from service.sandbox import Knobs
from service.store import companies, connections, leases, syncs
from service.store.connections import Tokens
from service.store.engine import InlineStore, StoreFailedError, in_transaction
from service.store.syncs import StoredSync
from service.store.types import utc_text
from service.sync.schedule import Sweep
from service.sync.work import work
from tests.house import House
from tests.simulation.chart import CHART
from tests.simulation.clock import VirtualClock, VirtualLoop, end_others
from tests.simulation.database import Database
from tests.simulation.faults import Trouble
from tests.simulation.post import Post
from tests.simulation.process import (
    Deed,
    Mishaps,
    MortalStore,
    MortalTransport,
    NeverEndsError,
    Process,
    ProcessClock,
    Wire,
)
from tests.simulation.site import Site
from tests.simulation.watch import NEWS

LAST_DAY_OF_ONE_WAY = dt.date(2017, 9, 15)
"""Whoever signed up later gets payments from QuickBooks, too."""
LONGEST_WORK = 12 * 3600.0
SWEEP_SECONDS = 3.0
LATEST_LANDING = 60.0
TAKEOVER_SECONDS = 15.0
"""After a worker's death another one goes on within so many seconds."""
_WAITING = """
SELECT s.company FROM sync s JOIN connection c ON c.company = s.company
WHERE s.state IN ('queued', 'running') AND c.state = 'connected'
AND (c.paused_until IS NULL OR c.paused_until <= ?)"""
_HOLDER = "SELECT owner FROM lease WHERE company = ?"
_ENDED = "SELECT company, id FROM sync WHERE finished_at IS NOT NULL ORDER BY finished_at, id"


@dataclass(slots=True)
class Employed:
    """A process at work on some companies."""

    process: Process
    task: "asyncio.Task[None]"
    http: Http


class World(House):
    """A house whose workers are mortal and whose every step is told."""

    def __init__(
        self,
        database: Database,
        loop: VirtualLoop,
        *,
        seed: int,
        knobs: Knobs,
        sizes: dict[str, int] | None = None,
    ) -> None:
        clock = VirtualClock(loop)
        database.begin(clock.now)
        super().__init__(InlineStore(database.engine), clock, seed=seed * 1_000, knobs=knobs)
        self.database = database
        self.engine = database.engine
        self.virtual = clock
        self.sites: list[Site] = []
        self.lines: list[str] = []
        self.violations: list[tuple[str, str]] = []
        self.struck: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.processes: list[Process] = []
        """All that ever worked, in order."""
        self.post = Post(self)
        self.sweep = Sweep(store=self.store, clock=clock, ids=self.ids, ring=self._ring, log=self.log)
        self._memory = knobs.requestid_ttl
        self.may_double = False
        """Whether no sender could prevent doubles."""
        self.lands_late = False
        """Whether a write may be applied after its sender has given it up."""
        self._sizes = sizes or {}
        self._wire = httpx.ASGITransport(app=self.sandbox.app)
        self.kills: dict[int, int] = {}
        """At which step which of all processes dies, by hand."""
        self.spared_from: int | None = None
        self.rings_until: int | None = None
        """The processes and rings from which on nobody dies by hand."""
        self.rings = 0
        """How often somebody has rung."""
        self._rings_to_lose: frozenset[int] = frozenset()
        self._refusals = 0
        self._lost_rings = 0
        self._rung: list[str] = []
        self._employed: list[Employed] = []
        self._reported: set[str] = set()
        self._news_read = 0
        self._died_at: float | None = None
        self._excused = False

    # -- the story

    @property
    def is_crowded(self) -> bool:
        """Say whether there are several companies."""
        return len(self.sites) > 1

    def tell(self, words: str) -> None:
        """Write one line of the story."""
        self.lines.append(f"{dt.timedelta(seconds=round(self.virtual.seconds, 3))!s:>20}  {words}")

    def complain(self, invariant: str, words: str) -> None:
        """Note that something which must always hold does not."""
        if (invariant, words) not in self.violations:
            self.violations.append((invariant, words))
            self.tell(f"## {invariant}: {words}")

    def strike(self, fault: str) -> None:
        """Note that a fault has struck."""
        self.struck[fault] += 1

    def digest(self) -> str:
        """Return a fingerprint of the whole story."""
        return hashlib.blake2b("\n".join(self.lines).encode(), digest_size=12).hexdigest()

    # -- what stands where

    async def open(self, signed_up_on: list[dt.date]) -> None:
        """Found companies on both sides, connect them, and let them have signed up on these days."""
        for number, day in enumerate(signed_up_on):
            company, now = f"company-{number}", self.clock.now()
            await self.connect(company=company)
            self.quickbooks.load(CHART)
            facts = {"name": company, "signed_up_on": day, "accountant_console": False, "now": now}
            in_transaction(self.engine, lambda c, of=company, facts=facts: companies.put(c, of, **facts))
            site = Site(self, number, self.access, pays_both_ways=day > LAST_DAY_OF_ONE_WAY)
            self.sites.append(site)
            site.tell(f"platform: {company} signed up on {day}")
        for site in self.sites:
            site.watch.begin()
        self.committed(None)

    def site_of(self, realm_id: str | None) -> Site | None:
        """Return whose realm this is."""
        return next((each for each in self.sites if each.access.realm_id == realm_id), None)

    def committed(self, process: Process | None) -> None:
        """Take in what a commit has changed, whoever made it; nobody touches a company that isn't its own."""
        rows = self.database.rows(NEWS, (self._news_read,))
        if rows:
            self._news_read = rows[-1][0]
        for site in self.sites:
            news = [row[2:] for row in rows if row[1] == site.company]
            words = site.watch.take(news, by_worker=process is not None)
            if words:
                site.tell(f"   . {', '.join(words)}")
            if words and process is not None:
                self._may_write(process, site)

    def _may_write(self, process: Process, site: Site) -> None:
        """Only who works for a company writes to it, and only while nobody else holds its lease (I13)."""
        if site.company not in process.companies:
            site.complain("I15", f"{process.name} changed it, and does not work for it")
        for (owner,) in self.database.rows(_HOLDER, (site.company,)):
            if owner != process.owner:
                site.complain("I13", f"{process.name} changed it while {owner} holds its lease")

    def reconnect(self, site: Site) -> None:
        """Connect a company again that Intuit has disconnected, to the same realm."""
        access = self.sandbox.access(site.access.realm_id)
        now = self.clock.now()
        tokens = Tokens(
            access_token=access.access_token,
            refresh_token=access.refresh_token,
            access_expires_at=now + dt.timedelta(hours=1),
            refresh_expires_at=now + dt.timedelta(days=100),
        )
        realm = site.access.realm_id
        site.at_once(lambda c: connections.connect(c, self.cipher, site.company, realm, tokens, now))
        site.lost_grant = False
        site.tell("platform: connected to QuickBooks again")

    def revoke(self, site: Site) -> None:
        """Let Intuit take a company's connection away."""
        self.sandbox.oauth.disconnect(site.access.realm_id)
        site.lost_grant = True
        self.strike("F6")
        site.tell("!! Intuit takes the connection away")

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in which nobody works; what was to land late lands within a minute."""
        soon = min(seconds, LATEST_LANDING)
        await asyncio.sleep(soon)
        self.sandbox.apply_late()
        await asyncio.sleep(seconds - soon)

    # -- the wire

    def refuses(self, wire: Wire) -> bool:
        """Say whether no connection comes about this time."""
        if not self._refusals or not wire.is_write:
            return False
        self._refusals -= 1
        self.strike("F1")
        return True

    def applied(self) -> int:
        """Count the writes that QuickBooks has applied so far."""
        return sum(len(each.quickbooks.journal) for each in self.sites)

    def reads(self, wire: Wire) -> None:
        """Note a read that can't see what was just written."""
        site, lag = self.site_of(wire.realm_id), self.sandbox.knobs.read_lag
        if site is None or not lag or not site.quickbooks.journal:
            return
        if self.clock.now() - site.quickbooks.journal[-1].at < lag:
            self.strike("F11")

    def unauthorized(self, wire: Wire) -> None:
        """A refused token that had just expired, and a refusal of the fresh one, is a lost connection."""
        site = self.site_of(wire.realm_id)
        if site is not None:
            site.refusals += 1
            site.lost_grant |= site.refusals > 1

    def lost(self, *, dropped: bool) -> None:
        """Note that the answer to an applied write gets lost."""
        self.strike("F2" if dropped else "F4")
        if self.sandbox.knobs.requestid_ttl is not None:
            self.strike("F18")

    # -- work

    async def ask(self, site: Site, *, mode: str = "incremental", preview: bool = False) -> str:
        """Ask for a sync and ring; return the id of the one that will do it."""
        now = self.clock.now()
        row = in_transaction(
            self.engine,
            lambda c: syncs.request(
                c, site.company, id=self.ids.new(), mode=mode, preview=preview, requested_by="test", now=now
            ),
        )
        site.tell(f"== a sync is asked for ({'preview' if preview else row.mode})")
        await self._ring(site.company)
        return row.id

    def spare_all(self) -> None:
        """Let nobody die by hand any more."""
        self.kills, self._rings_to_lose = {}, frozenset()
        if self.spared_from is None:
            self.spared_from, self.rings_until = len(self.processes), self.rings

    def lose_rings(self, numbers: frozenset[int]) -> None:
        """Let whoever rings die before these rings, counted from 0."""
        self._rings_to_lose = numbers

    async def _ring(self, company: str) -> None:
        self.rings += 1
        if self.rings - 1 in self._rings_to_lose:
            self.strike("F15")
            self.tell("!! whoever rings dies before it rings")
        elif self._lost_rings:
            self._lost_rings -= 1
            self.strike("F15")
            self.tell("!! a ring is lost")
        elif company not in self._rung:
            self._rung.append(company)

    async def tend(self, trouble: Trouble | None = None, deeds: list[Deed] | None = None) -> None:
        """Let workers come and go until nothing is left to do that can be done now."""
        trouble = trouble or Trouble()
        self._prepare(trouble)
        fates, first = list(trouble.processes), list(deeds or [])
        ends = self.virtual.seconds + LONGEST_WORK
        while self.virtual.seconds < ends:
            if self._rung:
                self._employ(fates.pop(0) if fates else Mishaps(), first)
                first = []
            await self._watch_for(SWEEP_SECONDS)
            if not self._employed and not self._rung and not self._waiting():
                break
            await self.sweep.once()
        else:
            self.complain("ends", f"work took more than {LONGEST_WORK / 3600:.0f} hours")
            await self._dismiss_all()
        self._clear(trouble)
        self._report()

    def heal(self) -> None:
        """Let QuickBooks answer in full again."""
        self.sandbox.knobs.cdc_limit = 1_000
        self._sizes = {}

    def _prepare(self, trouble: Trouble) -> None:
        for _, rule in trouble.rules:
            self.sandbox.faults.add(rule)
        self._refusals = trouble.refusals
        for site in self.sites:
            site.refusals = 0
        self._lost_rings += trouble.lost_rings
        self._excused = bool(trouble.lost_rings or self._rings_to_lose)
        self._died_at = None
        if trouble.lost_rings and self._rung:
            self._lost_rings -= 1
            self._rung.pop()
            self.strike("F15")
            self.tell("!! a ring is lost")
        if trouble.forgets:
            self.sandbox.knobs.requestid_ttl = dt.timedelta(0)

    def _clear(self, trouble: Trouble) -> None:
        self.sandbox.faults.clear()
        self._refusals = self._lost_rings = 0
        self.sandbox.knobs.requestid_ttl = self._memory
        self.struck += trouble.strikes()

    def _employ(self, mishaps: Mishaps, deeds: list[Deed]) -> None:
        """Start a process on all companies that were rung for."""
        if (step := self.kills.get(len(self.processes))) is not None:
            mishaps = replace(mishaps, kill_at=step)
        companies, self._rung = self._rung, []
        if self._died_at is not None:
            late = self.virtual.seconds - self._died_at
            if late > TAKEOVER_SECONDS and not self._excused:
                self.complain("takeover", f"it took {late:.1f} s until somebody took over")
            self._died_at = None
        process = Process(
            name=f"worker {self.owners + 1}",
            tell=self.tell,
            time=self.virtual,
            struck=self.strike,
            complain=self.complain,
            companies=frozenset(companies),
            realms=frozenset(each.access.realm_id for each in self.sites if each.company in companies),
            mishaps=mishaps,
            deeds=deeds,
        )
        self.processes.append(process)
        http = Http(MortalTransport(self._wire, process, self))
        store = MortalStore(self.store, process, lambda: self.committed(process))  # type: ignore[arg-type]
        services = self.services(
            store=store,
            clock=ProcessClock(process),
            http=http,
            **self._sizes,  # type: ignore[arg-type]
        )

        async def run() -> None:
            done = await asyncio.gather(
                *(work(services, company, stopping=process.stopping) for company in companies),
                return_exceptions=True,
            )
            for error in done:
                if isinstance(error, BaseException):
                    raise error

        self._employed.append(Employed(process, asyncio.create_task(run()), http))

    async def _watch_for(self, seconds: float) -> None:
        """Wait until a process ends, dies or stands still; so long, where one has to be replaced."""
        if not self._employed:
            await asyncio.sleep(seconds)
            return
        standing = any(each.process.frozen.is_set() for each in self._employed)
        events = [each.process.death for each in self._employed]
        events += [each.process.frozen for each in self._employed if not each.process.frozen.is_set()]
        waits = {asyncio.create_task(each.wait()) for each in events}
        tasks = {each.task for each in self._employed}
        await asyncio.wait(
            waits | tasks,
            return_when=asyncio.FIRST_COMPLETED,
            timeout=seconds if standing or self._died_at is not None else LONGEST_WORK,
        )
        for each in waits:
            each.cancel()
        for each in [one for one in self._employed if one.task.done() or one.process.dead]:
            await self._dismiss(each)

    async def _dismiss(self, employed: Employed) -> None:
        process, task = employed.process, employed.task
        self._employed.remove(employed)
        was_done = task.done()
        process.death.set()
        if not was_done:
            task.cancel()
        results = await asyncio.gather(task, return_exceptions=True)
        await employed.http.close()
        error = results[0]
        if process.killed or process.broke_off:
            self._died_at = self.virtual.seconds
        elif isinstance(error, NeverEndsError):
            self.complain("ends", "a sync made more steps than any needs")
        elif isinstance(error, BaseException) and was_done and not isinstance(error, StoreFailedError):
            raise error

    async def _dismiss_all(self) -> None:
        for each in list(self._employed):
            await self._dismiss(each)
        await end_others()

    def rival(self, site: Site) -> None:
        """Let somebody else try to act for a company while a worker acts for it."""
        held = in_transaction(self.engine, lambda c: leases.acquire(c, site.company, "rival"))
        if held is not None:
            site.complain("I13", "a second worker got the company while the first one had it")
            in_transaction(self.engine, lambda c: leases.release(c, held))

    def _waiting(self) -> bool:
        """Say whether a sync could be worked on that nobody works on."""
        return bool(self.database.rows(_WAITING, (utc_text(self.clock.now()),)))

    def _report(self) -> None:
        for site in self.sites:
            site.ended_last.clear()
        for company, sync in self.database.rows(_ENDED):
            if sync not in self._reported:
                self._reported.add(sync)
                site = next(each for each in self.sites if each.company == company)
                site.ended(in_transaction(self.engine, lambda c, of=company, id=sync: syncs.get(c, of, id)))

    def sync(self, site: Site, id: str) -> StoredSync:
        """Return a sync of this company."""
        return in_transaction(self.engine, lambda c: syncs.get(c, site.company, id))
