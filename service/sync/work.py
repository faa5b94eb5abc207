"""Work: take a company's lease and run its syncs, one after the other, until none waits.

Two rings lead to one run; a request during a run leads to exactly one more. Whoever loses the lease stops at
once; whoever is asked to stop hands the sync over as it stands.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from service import failpoints
from service.core.cursor import Mode
from service.core.policy import Facts, Policy, Preferences, account_profile
from service.store import cursors, leases, ledger, runs
from service.store.engine import StoreFailedError
from service.store.leases import Held, LeaseLostError
from service.store.transaction import Connection, Row
from service.sync import settle
from service.sync.pipeline import run_sync
from service.sync.run import Beginning, CancelledByPersonError, Run, StoppedError
from service.sync.services import Services

MOST_ATTEMPTS = 10
"""A sync that kills its worker so often is ended as failed."""


class LostWorkersError(Exception):
    """A sync has ended its worker too often."""


async def work(services: Services, company: str, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Run what waits for this company; return the number of syncs that ended. Held by another: 0.

    Raises:
        StoreFailedError: the database broke off; the lease runs out, and another run goes on from there.
    """
    desk = _Desk(services, company, stopping)
    run = await services.store.run(desk.open)
    if run is not None:
        failpoints.hit("claim", "committed")
    ended = 0
    try:
        while run is not None:
            following = await _carry_through(run, desk)
            if following is _HANDED_OVER:
                break
            run, ended = following, ended + 1
    except LeaseLostError:
        services.log.warning("lease lost", company=company)
    return ended


_HANDED_OVER: Any = object()


class _Desk:
    """Where a company's syncs are taken up, by whoever holds its lease."""

    def __init__(self, services: Services, company: str, stopping: Callable[[], bool]) -> None:
        self.services = services
        self.company = company
        self.stopping = stopping

    def open(self, connection: Connection) -> Run | None:
        """Take the lease and the sync that comes first; without one the lease is given back."""
        held = leases.acquire(connection, self.company, self.services.owner)
        return self.take_next(connection, held) if held is not None else None

    def take_next(self, connection: Connection, held: Held) -> Run | None:
        """Take the next sync under a lease, or give the lease back. Raises LeaseLostError."""
        run = None if self.stopping() else self._claim(connection, held)
        if run is None:
            leases.release(connection, held)
        return run

    def _claim(self, connection: Connection, held: Held) -> Run | None:
        """Take the sync that comes next, with all that it has to know."""
        context = runs.context(connection, self.company)
        if context is None or not context.waiting:
            return None
        if context.archived or context.connection_state != "connected":
            return None
        now = self.services.clock.now()
        if context.paused_until is not None and context.paused_until > now:
            return None
        sync = runs.start_next(connection, self.company, now)
        if sync is None:
            return None
        run = self._open_run(held, sync, context)
        if context.unsettled:
            ledger.abandon_sent(connection, self.company)
        run.cursors = cursors.load(connection, self.company)
        failpoints.hit("claim", "uncommitted")
        return run

    def _open_run(self, held: Held, sync: Row[Any], context: Row[Any]) -> Run:
        services = self.services
        known = context.facts_realm == context.realm_id
        tokens = services.vault.source(
            self.company, context, lambda connection: leases.fence(connection, held)
        )
        run = Run(
            services,
            held=held,
            sync=sync.id,
            mode=Mode(sync.mode),
            preview=sync.preview,
            policy=Policy(
                profile=account_profile(context.signed_up_on, context.accountant_console),
                preferences=_decode(context.preferences, Preferences),
                facts=_decode(context.facts, Facts) if known else Facts(),
            ),
            realm_id=context.realm_id,
            quickbooks=services.open_quickbooks(context.realm_id, tokens),
            counts=msgspec.json.decode(sync.counts),
            spent=(sync.reads, sync.writes, sync.batches),
            percent=sync.percent,
            stopping=self.stopping,
        )
        run.failures = context.failures
        run.attempts = sync.attempts
        run.unsettled = context.unsettled
        run.has_operations = context.has_operations
        run.has_undecided = context.undecided
        run.has_unpaired = context.unpaired
        run.began = Beginning(
            waiting=context.waiting_codes,
            apart=context.apart,
            asked=context.asked,
            waits_for_facts=context.waits_for_facts,
            merged=context.merged,
        )
        run.parents.has_merges = context.has_merges
        run.facts_read_at = context.facts_read_at if known and not context.facts_stale else None
        return run


def _decode(text: str | None, kind: Any) -> Any:
    return msgspec.json.decode(text, type=kind) if text else kind()


async def _carry_through(run: Run, desk: _Desk) -> Run | None:
    """Run a sync to its end; return the next one, taken up in the transaction that ended it."""
    try:
        if run.attempts > MOST_ATTEMPTS:
            raise LostWorkersError
        await run_sync(run)
        return await _end(run, desk, settle.succeed)
    except StoppedError:
        run.log("sync handed over", phase=run.phase, percent=run.percent)
        await run.services.store.run(lambda connection: _hand_over(connection, run))
        failpoints.hit("handover", "committed")
        handed_over: Run | None = _HANDED_OVER
        return handed_over
    except CancelledByPersonError:
        return await _end(run, desk, settle.cancel)
    except (LeaseLostError, StoreFailedError):
        raise  # what the database holds is the truth: whoever takes the lease next reads it again
    except Exception as error:
        run.services.log.warning(
            "sync failed",
            company=run.company,
            sync=run.sync,
            phase=run.phase,
            error=repr(error),
            exc_info=settle.problem_of(error)[0] == "internal_error",
        )
        return await _end(run, desk, partial(settle.fail, error=error))


def _hand_over(connection: Connection, run: Run) -> None:
    leases.release(connection, run.held)
    failpoints.hit("handover", "uncommitted")


async def _end(run: Run, desk: _Desk, finish: Callable[[Connection, Run], None]) -> Run | None:
    def end(connection: Connection) -> Run | None:
        settle.close(connection, run)
        finish(connection, run)
        following = desk.take_next(connection, run.held)
        if following is not None:
            leases.fence(connection, run.held)
        failpoints.hit("end", "uncommitted")
        return following

    run.reach("settle", 1.0)
    following = await run.services.store.run(end)
    failpoints.hit("end", "committed")
    run.log("sync ended", counts=run.tally.counts, cost=run.cost())
    return following
