"""Workers killed at random moments while people on both sides go on entering things."""

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from service.store.engine import PostgresStore
from service.store.tables import Lease, table_of
from tests.processes.company import Company, connect, until
from tests.processes.ground import Ground
from tests.processes.oracle import applied, complaints
from tests.processes.worker import Crew, Worker, hired

FIRST_BILLS = 20
LONGEST_WAIT = 1.5
"""Seconds between the moment a worker is seen at work and its death, at most."""
PATIENCE = 180.0
_L = table_of(Lease)
_LEASES = select(_L.c.company, _L.c.owner, _L.c.epoch, _L.c.expires_at)
Tell = Callable[[str], None]


@dataclass(slots=True)
class Storm:
    """What came of it."""

    kills: int = 0
    syncs: int = 0
    writes: int = 0
    hit_again: int = 0
    """Companies whose next worker died, too, before it had got anywhere: counted from the last death."""
    recovered: list[float] = field(default_factory=list)
    """Seconds from a death to the next progress, for each company that the dead worker was at."""
    wrong: list[str] = field(default_factory=list)


class _Scene:
    def __init__(
        self, ground: Ground, store: PostgresStore, database: str, crew: Crew, *, workers: int
    ) -> None:
        self.ground = ground
        self.store = store
        self.crew = crew
        self.chance = random.Random()
        self.bell = ground.new_bell()
        self.environment = ground.environment(database=database, bell=self.bell)
        self.database = database
        self.companies: dict[str, Company] = {}
        self.current: dict[str, str] = {}
        self.waits: dict[str, asyncio.Task[None]] = {}
        self.storm = Storm()
        self.workers = workers
        self.is_over = False

    async def open(self, companies: int) -> None:
        """Set up the companies and the workers."""
        for number in range(companies):
            company = await connect(self.ground, self.store, self.database, self.bell, id=f"c{number}")
            await company.enter_here(FIRST_BILLS)
            company.enter_there(FIRST_BILLS)
            self.companies[company.id] = company
        for _ in range(self.workers):
            await self.crew.start(self.environment)

    async def live(self, company: Company) -> None:
        """Sync again and again, and have both sides edit in between."""
        while not self.is_over:
            self.current[company.id] = await company.request()
            ended = await company.ended(self.current[company.id], PATIENCE)
            self.storm.syncs += 1
            if ended.state != "succeeded":
                self.storm.wrong.append(f"a sync of {company.id} {ended.state}: {ended.problem}")
            await self._edit(company)

    async def _edit(self, company: Company) -> None:
        chance = self.chance
        await company.enter_here(chance.randint(1, 12))
        company.enter_there(chance.randint(1, 3))
        await company.correct_here(chance.randint(1, FIRST_BILLS))
        there = f"Q{chance.randint(FIRST_BILLS + 1, 2 * FIRST_BILLS)}"
        company.correct_there(there, f"Seen {chance.random():.6f}")

    async def kill_one(self) -> None:
        """Wait until a worker is at work, give it a moment, and kill it; another takes its place."""
        doomed: list[Worker] = []

        async def somebody_works() -> bool:
            alive = {each.owner: each for each in self.crew.workers if each.is_alive}
            doomed[:] = [alive[each] for each in await self._at_work() if each in alive]
            return bool(doomed) and len(alive) >= self.workers

        await until(somebody_works, "a worker at work", PATIENCE)
        worker = self.chance.choice(doomed)
        await asyncio.sleep(self.chance.uniform(0, LONGEST_WAIT))
        worker.send(signal.SIGKILL)
        death = await worker.ended(5)
        self.storm.kills += 1
        await self._see_who_is_hit(worker, death)
        await self.crew.start(self.environment)

    async def _leases(self) -> list[Any]:
        return await self.store.read(lambda connection: list(connection.execute(_LEASES)))

    async def _at_work(self) -> list[str]:
        """Return who holds a lease, once for each company."""
        now = next(iter(self.companies.values())).clock.now()
        return [each.owner for each in await self._leases() if each.expires_at > now]

    async def _see_who_is_hit(self, dead: Worker, death: float) -> None:
        now = next(iter(self.companies.values())).clock.now()
        for lease in await self._leases():
            if lease.owner != dead.owner or lease.expires_at <= now:
                continue
            wait = self.waits.get(lease.company)
            if wait is not None and not wait.done():
                wait.cancel()
                self.storm.hit_again += 1
            measure = self._measure(lease.company, lease.epoch, death)
            self.waits[lease.company] = asyncio.create_task(measure)

    async def _measure(self, name: str, epoch: int, death: float) -> None:
        moved = await self.companies[name].progress_after(epoch, self.current[name], PATIENCE)
        self.storm.recovered.append(moved - death)

    async def close(self) -> None:
        """Let everything settle, and hold all companies against the oracle."""
        await asyncio.gather(*(each for each in self.waits.values() if not each.cancelled()))
        for company in self.companies.values():
            ended = await company.ended(await company.request(), PATIENCE)
            written = applied(company)
            again = await company.ended(await company.request(), PATIENCE)
            if {ended.state, again.state} != {"succeeded"} or applied(company) != written:
                self.storm.wrong.append(f"{company.id} did not come to rest")
            self.storm.wrong += [f"{company.id}: {each}" for each in await complaints(company)]
            self.storm.writes += applied(company)


async def storm(
    ground: Ground, kills: int, tell: Tell = lambda _: None, *, companies: int = 6, workers: int = 3
) -> Storm:
    """Kill so many workers at random moments; all companies have to be in agreement afterwards."""
    database = await asyncio.to_thread(ground.new_database)
    store = PostgresStore(database, pool_size=8)
    try:
        async with hired() as crew:
            scene = _Scene(ground, store, database, crew, workers=workers)
            await scene.open(companies)
            lives = [asyncio.create_task(scene.live(each)) for each in scene.companies.values()]
            begun = time.monotonic()
            for number in range(1, kills + 1):
                await _unless_one_ends(scene.kill_one(), lives)
                if number % 10 == 0:
                    tell(f"{number} of {kills} kills, {time.monotonic() - begun:.0f} s")
            scene.is_over = True
            await asyncio.gather(*lives)
            await scene.close()
            return scene.storm
    finally:
        await store.close()


async def _unless_one_ends(step: Any, lives: list[asyncio.Task[None]]) -> None:
    """Take a step; what goes wrong in a company's life meanwhile ends it at once."""
    task = asyncio.ensure_future(step)
    done, _ = await asyncio.wait([task, *lives], return_when=asyncio.FIRST_COMPLETED)
    if task not in done:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    for each in done:
        each.result()
