"""The eight steps, in order, and what the whole comes to."""

from pathlib import Path

from service.demo.connecting import connect, count, set_preferences
from service.demo.editing import edit_both_sides
from service.demo.ending import compare_both_sides, sync_with_nothing_to_do
from service.demo.opening import open_both
from service.demo.paying import pay_bills
from service.demo.reconciling import reconcile
from service.demo.selling import sell
from service.demo.stage import Stage
from service.demo.staying import leave_there


async def tell(stage: Stage, *, folder: Path | None, keep_numbers: bool) -> int:
    """Tell the whole story; return 0 if both sides agree and every check held, else 1."""
    await open_both(stage, folder=folder, keep_numbers=keep_numbers)
    await connect(stage)
    await set_preferences(stage)
    await count(stage)
    await edit_both_sides(stage)
    await pay_bills(stage)
    await leave_there(stage)
    await sell(stage)
    await sync_with_nothing_to_do(stage)
    await reconcile(stage)
    verdict = await compare_both_sides(stage)
    for broken in stage.checks.broken:
        stage.screen.say(("Did not hold: ", "bold red"), broken)
    stage.screen.last(verdict.last_line)
    return 1 if verdict.unexplained or stage.checks.broken else 0
