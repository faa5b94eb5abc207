"""One sync: observe, recover, plan and apply, push, settle; a reconcile also examines all that is kept."""

import datetime as dt

from service.core.cursor import Mode
from service.store import pairs
from service.sync import apply as applying
from service.sync.asking import read_asked
from service.sync.examine import examine
from service.sync.merges import carry_over
from service.sync.observe import observe, read_company_facts
from service.sync.plan import plan
from service.sync.push import push
from service.sync.reckon import is_due, report_differences, reread_differences
from service.sync.reconcile import conclude
from service.sync.recover import settle_after_observe, settle_all
from service.sync.run import Run
from service.sync.stocktaking import check_cursors, take_stock

ROUNDS = 3
"""What moved while it was decided is decided again, at most twice more in one run."""
FACTS_LAST = dt.timedelta(days=30)
FACTS_IN_QUESTION_LAST = dt.timedelta(hours=20)
"""While something waits for the books to be opened, or a setting to be turned on, each day's sync looks."""


async def run_sync(run: Run) -> None:
    """Bring both sides together as far as the rules allow; every step can be repeated."""
    if _facts_are_due(run):
        run.policy = run.policy.with_facts(await read_company_facts(run))
    reconciles = run.mode is Mode.RECONCILE and not run.preview
    if reconciles:
        await take_stock(run)
    undecided = await observe(run)
    if run.began.asked and not run.preview:
        await read_asked(run)
        undecided = await _undecided(run)
    if run.unsettled:
        await settle_after_observe(run)
        undecided = await _undecided(run)
    if run.began.merged and not run.preview:
        await run.transaction(lambda connection: carry_over(connection, run), shows=False)
        undecided = await _undecided(run)
    if run.preview:
        await plan(run, undecided, lambda connection, planned: applying.preview(connection, run, planned))
        return
    if reconciles:
        await check_cursors(run)
        await examine(run)
        undecided = await _undecided(run)
    await _carry_out(run, undecided)
    if is_due(run) and await reread_differences(run, moved=bool(undecided)):
        await _carry_out(run, await _undecided(run))
        await report_differences(run)
    if reconciles:
        await conclude(run)


async def _carry_out(run: Run, undecided: dict[str, int]) -> None:
    """Plan, apply and push until nothing moves any more."""
    for _ in range(ROUNDS):
        run.tally.again, run.tally.intents = False, 0
        if undecided:
            await plan(run, undecided, lambda connection, planned: applying.apply(connection, run, planned))
            if run.tally.intents:
                await push(run)
            if run.tally.intents or run.unsettled:
                await settle_all(run)
        if not run.tally.again:
            return
        undecided = await _undecided(run)


def _facts_are_due(run: Run) -> bool:
    read_at = run.facts_read_at
    if read_at is None or run.mode is not Mode.INCREMENTAL:
        return True
    return run.now() - read_at > (FACTS_IN_QUESTION_LAST if run.began.waits_for_facts else FACTS_LAST)


async def _undecided(run: Run) -> dict[str, int]:
    return await run.services.store.read(lambda connection: pairs.undecided(connection, run.company))
