"""Step 4: people edit on both sides; QuickBooks' webhook starts the next sync by itself."""

import asyncio
from collections.abc import Awaitable, Callable

from service.demo.calls import DemoError, Json, until
from service.demo.edits import Edit, change_amount, change_both, change_due_date, change_phone, delete
from service.demo.stage import Stage
from service.demo.syncing import ENDED, cost_of, counted, show_table, watch

ARRIVAL_SECONDS = 30.0
WANTED: tuple[tuple[str, Callable[[Stage, Json], Awaitable[Edit]]], ...] = (
    ("platform", change_amount),
    ("quickbooks", change_both),
    ("quickbooks", change_due_date),
    ("quickbooks", delete),
)
"""Who made the bill, and what is done with it. What the platform does comes first: it starts no sync."""


async def edit_both_sides(stage: Stage) -> None:
    """Edit, wait for the sync that the webhook starts, and show it."""
    stage.screen.heading(4, "People edit on both sides")
    known = {each["id"] for each in await stage.platform.syncs()}
    before = len(await stage.books.journal())
    edits = await _edit(stage)
    stage.screen.table(("where", "what"), [(each.where, each.what) for each in edits], words=2)
    for sync in await _syncs_of_webhook(stage, known, edits):
        await show_table(stage.platform, stage.screen, sync, "incremental sync")
        stage.screen.say(("Cost: ", "bold"), f"{cost_of(sync)}, for {counted(len(edits), 'edit')}.")
    for each in edits:
        stage.checks.expect(await each.arrived(), each.arrival)
    await _check_writes(stage, before, edits)
    for each in edits:
        if each.conflict:
            await _show_conflict(stage, each.conflict)


async def _edit(stage: Stage) -> list[Edit]:
    bills = editable(await stage.platform.records("bill"))
    edits = []
    for origin, act in WANTED:
        bill = take(bills, origin)
        if bill is None:
            stage.screen.say(
                f"No open bill that is on both sides is left to {act.__name__.replace('_', ' ')}."
            )
        else:
            edits.append(await act(stage, bill))
    if all(each.where == "platform" for each in edits):
        edits.append(await change_phone(stage))
    return edits


def editable(bills: list[Json]) -> list[Json]:
    """Return the open bills that are the same on both sides, the latest first."""
    fit = [
        each
        for each in bills
        if each["quickbooks"]["sync_state"] == "agreed"
        and not each["archived"]
        and each["amount"] == each["balance"] == each["quickbooks"]["balance"]
        and each["due_on"]
    ]
    return sorted(fit, key=lambda each: (each["issued_on"], each["number"]), reverse=True)


def take(bills: list[Json], origin: str) -> Json | None:
    """Take one bill out, made on this side if there is one."""
    made = [each for each in bills if each["origin"] == origin]
    chosen = next(iter([*made, *bills]), None)
    if chosen:
        bills.remove(chosen)
    return chosen


async def _syncs_of_webhook(stage: Stage, known: set[str], edits: list[Edit]) -> list[Json]:
    """Wait until all edits have arrived by syncs of the webhook; return those that did something."""
    clock = asyncio.get_running_loop().time
    since = clock()

    async def begun() -> Json | None:
        found = [each for each in await stage.platform.syncs(trigger="webhook") if each["id"] not in known]
        return found[-1] if found else None

    first = await until(begun, seconds=ARRIVAL_SECONDS)
    if first is None:
        raise DemoError(f"QuickBooks' webhook has started no sync within {ARRIVAL_SECONDS:.0f} s.")
    stage.screen.say(
        f"Nobody presses anything: {clock() - since:.1f} s later QuickBooks' webhook starts a sync."
    )
    await watch(stage.platform, stage.screen, first["id"], "Started by the webhook")

    async def done() -> list[Json] | None:
        found = [each for each in await stage.platform.syncs(trigger="webhook") if each["id"] not in known]
        if not all(each["state"] in ENDED for each in found):
            return None
        return found if all([await each.arrived() for each in edits]) else None

    found = await until(done, seconds=ARRIVAL_SECONDS) or [await stage.platform.sync(first["id"])]
    return [each for each in reversed(found) if each["counts"]] or found[-1:]


async def _check_writes(stage: Stage, before: int, edits: list[Edit]) -> None:
    """QuickBooks' own journal says what was written: what people changed here, and nothing else."""
    rows = [row for row in await stage.books.journal(after=before) if row["actor"] == "api"]
    wanted = sum(each.writes for each in edits)
    words = f"QuickBooks' journal shows {counted(wanted, 'write')} of ours, as many as it takes"
    stage.checks.expect(len(rows) == wanted, words, f"there are {len(rows)}")


async def _show_conflict(stage: Stage, conflict: Json) -> None:
    """Both sides changed one field: one value stays, the other is kept where a person finds it."""
    issues = await stage.platform.issues(record=conflict["record"])
    issue = next((each for each in issues if conflict["field"] in each["details"]), None)
    if issue is None:
        stage.checks.expect(False, "the value that was not kept is shown in an issue", "there is none")
        return
    shown = issue["details"][conflict["field"]]
    stage.screen.say(("Conflict: ", "bold yellow"), issue["reason"])
    heads = ("field", "before", "platform", "QuickBooks", "kept")
    row = (conflict["field"], *(str(shown[name]) for name in ("base", "platform", "quickbooks", "kept")))
    stage.screen.table(heads, [row], words=len(heads))
    stage.screen.say(f"{issue['fix']} Actions: {', '.join(issue['actions'])}")
    kept = (shown["platform"], shown["quickbooks"]) == (conflict["platform"], conflict["quickbooks"])
    stage.checks.expect(kept, "the value that was not kept is shown in an issue", str(shown))
