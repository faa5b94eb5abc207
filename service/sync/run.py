"""One run of one sync: its lease, its transactions, its progress.

Every transaction of a run begins with the lease's update: it renews, locks and fences. No row, stop at once.
A heartbeat does the same while the wire or a throttle keeps the run waiting.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from service import failpoints
from service.core.cursor import Mode
from service.core.decision import Result
from service.core.payments import Funding, Target
from service.core.policy import Policy
from service.core.records import Kind
from service.quickbooks.client import QuickBooks
from service.store import leases, runs, statistics
from service.store.cursors import Position
from service.store.leases import Held
from service.store.transaction import Connection
from service.sync.parents import Parents
from service.sync.services import Services

HEARTBEAT_SECONDS = 3.0
BATCH_SIZE, SMALL_BATCH_SIZE = 30, 10
"""QuickBooks' documentation gives both as the most writes of a batch: the smaller after a refusal."""
PHASES = {"observe": (0, 35), "plan": (35, 60), "apply": (35, 60), "push": (60, 99), "settle": (99, 100)}

T = TypeVar("T")


class StoppedError(Exception):
    """The worker is asked to stop: the run is handed over as it stands."""


class CancelledByPersonError(Exception):
    """Somebody cancelled the sync; what it had not done yet stays undecided."""


class Tally:
    """What a run counts; a transaction that doesn't commit leaves no trace in it."""

    def __init__(self, counts: dict[str, dict[str, int]]) -> None:
        self.counts = {kind: dict(results) for kind, results in counts.items()}
        self.outcomes: int | None = None
        """The number of the next outcome; None before the first."""
        self.again = False
        """Something was re-opened in this run: look at it once more."""
        self.intents = 0
        """Writes to QuickBooks that were planned in this run."""
        self.apart = False
        """A balance moved, or is not QuickBooks': the differences have to be named."""

    def count(self, kind: Kind, result: Result, number: int = 1) -> None:
        """Count what was done."""
        results = self.counts.setdefault(kind.value, {})
        results[result.value] = results.get(result.value, 0) + number

    def copy(self) -> "Tally":
        """Return a tally of its own with the same numbers."""
        twin = Tally(self.counts)
        twin.outcomes, twin.again, twin.intents = self.outcomes, self.again, self.intents
        twin.apart = self.apart
        return twin


@dataclass(slots=True)
class Beginning:
    """What stood when the run began."""

    waiting: bool = False
    """A payment waits for a bill's balance, or something for a list entry to be mended."""
    apart: bool = False
    """A balance is not QuickBooks', or an issue says that one wasn't."""
    asked: bool = False
    """Somebody asked about objects of QuickBooks'."""
    waits_for_facts: bool = False
    """Something waits until the company's settings in QuickBooks change."""
    merged: bool = False
    """List entries were merged in QuickBooks, and their records haven't followed yet."""


@dataclass(slots=True)
class Paying:
    """What the payments of the present slice go against and bring down, by payment."""

    fundings: dict[str, Funding] = field(default_factory=dict)
    targets: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    account_types: dict[str, str] = field(default_factory=dict)
    """Types of the accounts that payments go against, by record."""
    waiting: bool = False
    """A payment was held in this run because of a balance."""
    settled: set[str] = field(default_factory=set)
    """What QuickBooks has deleted, of the present slice, and a payment made here settles."""


class Run:
    """A sync under way, and what it has learned so far."""

    unallocated_item: str | None = None
    """The record of the item for invoice lines without one, once it is known."""

    def __init__(
        self,
        services: Services,
        *,
        held: Held,
        sync: str,
        mode: Mode,
        preview: bool,
        policy: Policy,
        realm_id: str,
        quickbooks: QuickBooks,
        counts: dict[str, dict[str, int]],
        spent: tuple[int, int, int] = (0, 0, 0),
        percent: int = 0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.services = services
        self.held = held
        self.company = held.company
        self.sync = sync
        self.mode = mode
        self.preview = preview
        self.policy = policy
        self.realm_id = realm_id
        self.quickbooks = quickbooks
        self.cursors: dict[str, Position] = {}
        self.unsettled = False
        """Requests of earlier runs are without an answer."""
        self.has_operations = False
        """Operations of earlier runs are planned, sent or unknown."""
        self.has_unpaired = False
        """Something could not be paired because another entry was in its way."""
        self.began = Beginning()
        self.paying = Paying()
        self.has_undecided = True
        """Something was undecided when the run began."""
        self.failures = 0
        self.attempts = 1
        self.facts_read_at: dt.datetime | None = None
        self.parents = Parents(held.company)
        self.tally = Tally(counts)
        self.first_answer: dt.datetime | None = None
        self.last_answer: dt.datetime | None = None
        """What QuickBooks' clock showed in its last answer: later than all that had happened there before."""
        self.in_flight: set[tuple[Kind, str]] = set()
        """Records with a write whose outcome is not known: their pairs wait."""
        self.met: set[tuple[Kind, str]] = set()
        """Records that were decided with what came from QuickBooks: once in a pass is enough."""
        self.refused: set[tuple[Kind, str]] = set()
        """Records whose write was refused once in this run and is decided again: a second time is final."""
        self.asked_numbers: set[str] = set()
        """Bill numbers that QuickBooks was asked for in this run."""
        self.batch_size = BATCH_SIZE
        """How many writes go in one request."""
        self.braked: frozenset[tuple[Kind, str]] = frozenset()
        """The kinds and sides (kind: made here, entity: made there) whose removals are held."""
        self.brake_kinds: set[Kind] = set()
        """Kinds with removals that a brake holds now or has held before."""
        self.phase = "observe"
        self.percent = self._first_percent = percent
        self._spent = spent
        self._counted: set[tuple[Kind, str]] = set()
        self._stopping = stopping
        self._started_at = services.clock.now()
        self._renewed_at = services.clock.now()

    def now(self) -> dt.datetime:
        """Return the present instant."""
        return self.services.clock.now()

    async def transaction(self, work: Callable[[Connection], T], *, shows: bool = True, step: str = "") -> T:
        """Run work in a transaction that only the lease's holder can commit.

        `shows` writes the progress, too; `step` names the failpoints round the commit.

        Raises:
            LeaseLostError: somebody else acts for the company now.
            StoppedError, CancelledByPersonError: it is committed, and this is a safe place to stop.
        """
        result, cancelled = await self._commit(work, shows=shows, step=step)
        if cancelled:
            raise CancelledByPersonError
        if self._stopping():
            raise StoppedError
        return result

    async def essential_transaction(self, work: Callable[[Connection], T], *, step: str = "") -> T:
        """Run work after which the run must go on: what the wire is about to do, or has answered."""
        return (await self._commit(work, step=step))[0]

    async def _commit(
        self, work: Callable[[Connection], T], *, shows: bool = True, step: str
    ) -> tuple[T, bool]:
        before = self.tally.copy()

        def fenced(connection: Connection) -> tuple[T, bool]:
            self.tally = before.copy()
            leases.fence(connection, self.held)
            result = work(connection)
            cancelled = shows and runs.save_progress(connection, self.company, self.sync, self.progress())
            failpoints.hit(step, "uncommitted")
            return result, cancelled

        try:
            result = await self.services.store.run(fenced)
        except BaseException:
            self.tally = before
            self.parents.forget()
            raise
        self._renewed_at = self.now()
        failpoints.hit(step, "committed")
        return result

    def progress(self) -> runs.Progress:
        """Return how far the sync is and what it has cost."""
        reads, writes, batches = self.cost()
        return runs.Progress(
            phase=self.phase,
            percent=self.percent,
            eta_seconds=self._eta(),
            counts=self.tally.counts,
            reads=reads,
            writes=writes,
            batches=batches,
        )

    def cost(self) -> tuple[int, int, int]:
        """Return the reads, writes and batches of this sync, over all its workers."""
        meter = self.quickbooks.meter
        before = self._spent
        return before[0] + meter.reads, before[1] + meter.writes, before[2] + meter.batches

    def own_cost(self) -> tuple[int, int, int]:
        """Return the reads, writes and batches of this worker's part."""
        meter = self.quickbooks.meter
        return meter.reads, meter.writes, meter.batches

    @property
    def is_automatic(self) -> bool:
        """Say whether the clock may start this company's syncs."""
        return self.policy.preferences.sync_automatically

    def _eta(self) -> int | None:
        """Estimate by what this worker has done so far: what others did before it took their time."""
        done = self.percent - self._first_percent
        if done < 5:
            return None
        elapsed = (self.now() - self._started_at).total_seconds()
        return max(0, round(elapsed * (100 - self.percent) / done))

    def refresh_statistics(self, connection: Connection, kind: Kind, rows: int, *tables: str) -> None:
        """After many rows of a kind went into tables for the first time in this run, have them counted."""
        fresh = [table for table in tables if (kind, table) not in self._counted]
        if rows >= statistics.MANY and fresh:
            self._counted.update((kind, table) for table in fresh)
            statistics.refresh(connection, *fresh)

    def reach(self, phase: str, share: float = 0.0) -> None:
        """Note how much of a phase is done; percent never goes backwards."""
        first, last = PHASES[phase]
        self.phase = phase
        self.percent = max(self.percent, min(99, round(first + (last - first) * min(share, 1.0))))

    @contextlib.asynccontextmanager
    async def heartbeat(self) -> AsyncIterator[None]:
        """Renew the lease while the body waits for the wire; a lost lease cancels the body."""
        body = asyncio.current_task()
        assert body is not None
        lost: list[BaseException] = []

        async def beat() -> None:
            while True:
                await self.services.clock.sleep(HEARTBEAT_SECONDS)
                since = (self.now() - self._renewed_at).total_seconds()
                if 0 <= since < HEARTBEAT_SECONDS:  # below 0 the clock was set back, and says nothing
                    continue
                try:
                    await self.services.store.run(lambda connection: leases.fence(connection, self.held))
                    self._renewed_at = self.now()
                except Exception as error:  # noqa: BLE001 - whatever it was, the lease may be gone: stop the body
                    lost.append(error)
                    body.cancel()
                    return

        pulse = asyncio.create_task(beat())
        try:
            yield
        except asyncio.CancelledError:
            if lost and isinstance(lost[0], Exception):
                body.uncancel()
                raise lost[0] from None
            raise
        finally:
            pulse.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pulse

    def log(self, event: str, **facts: Any) -> None:
        """Log with the names that tie a line to its sync."""
        self.services.log.info(event, company=self.company, sync=self.sync, **facts)
