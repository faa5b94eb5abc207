"""Work: take a company's lease and run its syncs, one after the other, until none waits.

Two rings lead to one run; a request during a run leads to exactly one more. Whoever loses the lease stops at
once; whoever is asked to stop hands the sync over as it stands.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from service.core.cursor import Mode
from service.core.policy import Facts, Policy, Preferences, account_profile
from service.store import cursors, leases, ledger, runs
from service.store.leases import Held, LeaseLostError
from service.store.transaction import Connection, Row
from service.sync import settle
from service.sync.pipeline import run_sync
from service.sync.run import CancelledByPersonError, Run, StoppedError
from service.sync.services import Services

MOST_ATTEMPTS = 10
"""A sync that kills its worker so often is ended as failed."""


class LostWorkersError(Exception):
    """A sync has ended its worker too often."""


async def work(services: Services, company: str, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Run what waits for this company; return the number of syncs that ended. Held by another: 0."""
    held = await services.store.run(lambda connection: leases.acquire(connection, company, services.owner))
    if held is None:
        return 0
    ended = 0
    try:
        while not stopping():
            run = await services.store.run(lambda connection: _claim(connection, services, held, stopping))
            if run is None:
                break
            if not await _carry_through(run):
                break
            ended += 1
    except LeaseLostError:
        services.log.warning("lease lost", company=company, epoch=held.epoch)
        return ended
    await services.store.run(lambda connection: leases.release(connection, held))
    return ended


def _claim(
    connection: Connection, services: Services, held: Held, stopping: Callable[[], bool]
) -> Run | None:
    """Take the sync that comes next, with all that it has to know."""
    leases.fence(connection, held)
    sync = runs.waiting(connection, held.company)
    if sync is None:
        return None
    context = runs.context(connection, held.company)
    if context is None or context.archived or context.connection_state != "connected":
        return None
    now = services.clock.now()
    if context.paused_until is not None and context.paused_until > now:
        return None
    runs.start(connection, held.company, sync.id, sync.started_at or now)
    run = _open_run(services, held, sync, context, stopping)
    run.unsettled = ledger.unsettled(connection, held.company)
    run.cursors = cursors.load(connection, held.company)
    return run


def _open_run(
    services: Services, held: Held, sync: Row[Any], context: Row[Any], stopping: Callable[[], bool]
) -> Run:
    preferences = _decode(context.preferences, Preferences)
    known = context.facts_realm == context.realm_id
    facts = _decode(context.facts, Facts) if known else Facts()
    tokens = services.vault.source(
        held.company, context.realm_id, lambda connection: leases.fence(connection, held)
    )
    run = Run(
        services,
        held=held,
        sync=sync.id,
        mode=Mode(sync.mode),
        preview=sync.preview,
        policy=Policy(
            profile=account_profile(context.signed_up_on, context.accountant_console),
            preferences=preferences,
            facts=facts,
        ),
        realm_id=context.realm_id,
        quickbooks=services.open_quickbooks(context.realm_id, tokens),
        counts=msgspec.json.decode(sync.counts),
        spent=(sync.reads, sync.writes, sync.batches),
        stopping=stopping,
    )
    run.percent = sync.percent
    run.failures = context.failures
    run.attempts = sync.attempts + 1
    run.facts_read_at = context.facts_read_at if known and not context.facts_stale else None
    return run


def _decode(text: str | None, kind: Any) -> Any:
    return msgspec.json.decode(text, type=kind) if text else kind()


async def _carry_through(run: Run) -> bool:
    """Run a sync to its end; False if it is handed over instead."""
    try:
        if run.attempts > MOST_ATTEMPTS:
            raise LostWorkersError
        await run_sync(run)
        await _end(run, settle.succeed)
    except StoppedError:
        run.log("sync handed over", phase=run.phase, percent=run.percent)
        return False
    except CancelledByPersonError:
        await _end(run, settle.cancel)
    except LeaseLostError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the sync ends with a reason and is tried again
        run.services.log.warning(
            "sync failed", company=run.company, sync=run.sync, phase=run.phase, error=repr(error)
        )
        await _end(run, partial(settle.fail, error=error))
    return True


async def _end(run: Run, finish: Callable[[Connection, Run], None]) -> None:
    def end(connection: Connection) -> None:
        settle.close(connection, run)
        finish(connection, run)

    run.reach("settle", 1.0)
    await run.essential_transaction(end)
    run.log("sync ended", counts=run.tally.counts, cost=run.cost())
