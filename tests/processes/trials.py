"""Trials with two workers, each on a database of its own: a death, an end that was asked for, a long stop."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from service.failpoints import NAMES
from service.sandbox import FaultRule
from service.store.engine import PostgresStore
from service.store.leases import LEASE_SECONDS
from service.worker import GRACE_SECONDS
from tests.processes.company import Company, connect, until
from tests.processes.ground import Ground
from tests.processes.oracle import applied, complaints
from tests.processes.worker import Crew, Worker, hired

BILLS = 45
"""Two requests of one level."""
PATIENCE = 90.0
LOST_ANSWER = frozenset({"look.uncommitted", "look.committed"})
"""Reached only where the outcome of a write is not known."""
HANDED_OVER = frozenset({"handover.uncommitted", "handover.committed"})
"""Reached only by a worker that is asked to stop."""


@dataclass(slots=True)
class Trial:
    """What came of a trial: `wrong` is empty where all is well."""

    name: str
    wrong: list[str] = field(default_factory=list)
    recovered: float | None = None
    """Seconds from the death to the company's next progress."""
    seconds: float = 0.0
    notes: str = ""


@dataclass(slots=True)
class Stage:
    """A company, whom it can ask to work for it, and the database that they meet in."""

    ground: Ground
    company: Company
    crew: Crew
    database: str

    async def worker(self, failpoint: str = "", *, bell: str | None = None) -> Worker:
        """Start a worker; with a bell of its own it lives by its sweep."""
        environment = self.ground.environment(
            database=self.database, bell=bell or self.company.bell, failpoint=failpoint
        )
        return await self.crew.start(environment)

    def in_quickbooks(self, rule: FaultRule) -> FaultRule:
        """Have something go wrong in QuickBooks for this company only."""
        rule.realm_id = self.company.books.realm_id
        return self.ground.sandbox.faults.add(rule)

    async def check(self, trial: Trial, sync: str) -> None:
        """Wait for the sync, sync once more, and hold the company against the oracle."""
        ended = await self.company.ended(sync, PATIENCE)
        if ended.state != "succeeded":
            trial.wrong.append(f"the sync {ended.state}: {ended.problem}")
        written = applied(self.company)
        again = await self.company.ended(await self.company.request(), PATIENCE)
        if again.state != "succeeded" or applied(self.company) != written:
            trial.wrong.append(f"a further sync {again.state}, and wrote {applied(self.company) - written}")
        trial.wrong += await complaints(self.company)


@contextlib.asynccontextmanager
async def staged(ground: Ground, trial: Trial) -> AsyncIterator[Stage]:
    """Set a stage: entries on both sides that have never been synced."""
    begun = time.monotonic()
    database = await asyncio.to_thread(ground.new_database)
    store = PostgresStore(database, pool_size=2)
    try:
        async with hired() as crew:
            company = await connect(ground, store, database, ground.new_bell())
            await company.enter_here(BILLS)
            company.enter_there(BILLS)
            yield Stage(ground, company, crew, database)
    finally:
        await store.close()
        trial.seconds = time.monotonic() - begun


async def killed_at(ground: Ground, failpoint: str, *, nth: int = 1, action: str = "kill") -> Trial:
    """Have one worker die at a failpoint while another is there, and see how that goes on."""
    assert failpoint in NAMES
    trial = Trial(f"{failpoint}:{action}:{nth}")
    async with staged(ground, trial) as stage:
        slow = FaultRule(action="delay", kind="query", seconds=1.5)
        if failpoint in HANDED_OVER:
            stage.in_quickbooks(slow)
        sync, doomed, epoch = await _begin(stage, f"{failpoint}:{action}:{nth}")
        if failpoint in HANDED_OVER:
            await until(lambda: slow.fired > 0, "a query that QuickBooks is slow with", PATIENCE)
            _ask_to_stop(doomed)
        death = await doomed.ended(PATIENCE)
        if (await stage.company.sync(sync)).has_ended:
            sync = await stage.company.request()  # nothing is left to recover: the next one has to begin
        moved = await stage.company.progress_after(epoch, sync, PATIENCE)
        trial.recovered = moved - death
        await stage.check(trial, sync)
    return trial


async def _begin(stage: Stage, failpoint: str) -> tuple[str, Worker, int]:
    """Start both workers, and see to it that the doomed one takes the sync; return its lease's epoch, too.

    Only it hears the bell; the other one has a bell of its own and lives by its sweep. It is held still until
    the doomed one has the lease, lest its sweep be faster than the bell.
    """
    company, name = stage.company, failpoint.partition(":")[0]
    if name in LOST_ANSWER:
        stage.in_quickbooks(FaultRule(action="drop_after", kind="batch"))
    if name == "bell.rung":
        sync = await company.request(ring=False)
        doomed = await stage.worker(failpoint)
        await stage.worker(bell=stage.ground.new_bell())
        return sync, doomed, 0
    other = await stage.worker(bell=stage.ground.new_bell())
    doomed = await stage.worker(failpoint)
    other.send(signal.SIGSTOP)
    sync = await company.request()

    async def has_begun() -> bool:
        lease = await company.lease()
        held = lease is not None and lease.owner == doomed.owner
        return held or not doomed.is_alive or _stands_still(doomed)

    await until(has_begun, "the doomed worker takes the sync", PATIENCE)
    taken = await company.lease()
    other.send(signal.SIGCONT)
    return sync, doomed, taken.epoch if taken else 0


def _ask_to_stop(worker: Worker) -> float:
    """Send SIGTERM; return the moment."""
    worker.send(signal.SIGTERM)
    return time.monotonic()


async def asked_to_stop(ground: Ground, kind: str) -> Trial:
    """Ask a worker to end while QuickBooks is slow with a query or a batch; another goes on from there."""
    trial = Trial(f"SIGTERM in a slow {kind}")
    async with staged(ground, trial) as stage:
        for bell in (ground.new_bell(), None):
            await stage.worker(bell=bell)
        if kind == "cdc":  # only what has been read once is asked for its changes
            await stage.company.ended(await stage.company.request(), PATIENCE)
            await stage.company.enter_here(BILLS)
        slow = stage.in_quickbooks(FaultRule(action="delay", kind=kind, seconds=2.0))
        sync = await stage.company.request()
        await until(lambda: slow.fired > 0, f"a {slow.kind} that QuickBooks is slow with", PATIENCE)
        left = await stage.company.lease()
        first = next(each for each in stage.crew.workers if each.owner == left.owner)
        asked = _ask_to_stop(first)
        seconds = await first.ended(GRACE_SECONDS + 5) - asked
        if first.process.returncode != 0 or seconds > GRACE_SECONDS:
            trial.wrong.append(f"exit {first.process.returncode} after {seconds:.1f} s")
        finished = first.has_logged("sync ended")
        trial.notes = f"{'finished' if finished else 'handed over'} after {seconds:.1f} s"
        if not finished:
            moved = await stage.company.progress_after(left.epoch, sync, PATIENCE)
            trial.recovered = moved - asked - seconds
            if not first.has_logged("sync handed over"):
                trial.wrong.append("the sync was neither finished nor handed over")
        await stage.check(trial, sync)
    return trial


async def stood_still_at(ground: Ground, failpoint: str) -> Trial:
    """Have the lease's holder stand still until another has done its work, then wake it up."""
    trial = Trial(f"{failpoint}:stop")
    async with staged(ground, trial) as stage:
        sync, zombie, epoch = await _begin(stage, f"{failpoint}:stop")
        company = stage.company
        await until(lambda: _stands_still(zombie), "the worker stands still", PATIENCE)
        stopped = time.monotonic()
        moved = await company.progress_after(epoch, sync, PATIENCE)
        trial.recovered = moved - stopped
        await company.ended(sync, PATIENCE)
        if moved - stopped < LEASE_SECONDS - 1 and epoch:
            trial.wrong.append(f"the lease was taken after {moved - stopped:.1f} s, while it was held")
        before, written = await company.rows(), applied(company)
        zombie.send(signal.SIGCONT)
        await until(lambda: _has_given_up(zombie), "the zombie gives up", PATIENCE)
        after = await company.rows()
        trial.wrong += [f"the zombie changed {name}" for name in before if before[name] != after[name]]
        if applied(company) != written:
            trial.wrong.append(f"the zombie had {applied(company) - written} writes carried out")
        await stage.check(trial, sync)
    return trial


def _has_given_up(zombie: Worker) -> bool:
    return zombie.has_logged("lease lost") or zombie.has_logged("run broke off")


def _stands_still(worker: Worker) -> bool:
    try:
        status = Path(f"/proc/{worker.process.pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:  # it has just ended
        return False
    return status.rpartition(")")[2].split()[0] == "T"
