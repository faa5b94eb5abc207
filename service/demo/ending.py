"""Step 8: a sync with nothing to do, and both sides compared record by record."""

from service.demo.calls import Json
from service.demo.comparison import KINDS, Sides, Standing, compare
from service.demo.evidence import Verdict, judge
from service.demo.platform import ENTITIES
from service.demo.stage import Stage
from service.demo.syncing import be_idle, cost_of, show_table, wait_for_echo, watch

SHOWN_DISAGREEMENTS = 20


async def sync_with_nothing_to_do(stage: Stage) -> None:
    """Let QuickBooks' echo of our own writes pass, then press sync: one read, no write."""
    stage.screen.heading(8, "A sync with nothing to do, and both sides compared")
    await _let_echo_pass(stage)
    before, known = await stage.books.meter(), {each["id"] for each in await stage.platform.syncs()}
    sync = await watch(stage.platform, stage.screen, await stage.platform.press_sync(), "Sync pressed again")
    after = await stage.books.meter()
    if sync["counts"]:
        await show_table(stage.platform, stage.screen, sync, "It did something after all")
    calls = sync["quickbooks"]
    words = "nothing changed: 1 read, 0 writes"
    stage.checks.expect((calls["reads"], calls["writes"]) == (1, 0), words, cost_of(sync))
    new = [each for each in await stage.platform.syncs() if each["id"] not in known]
    told = tuple(sum(each["quickbooks"][name] for each in new) for name in ("reads", "writes"))
    metered = (after[0] - before[0], after[1] - before[1])
    stage.checks.expect(metered == told, "QuickBooks' own meter says the same", f"{metered}, not {told}")


async def _let_echo_pass(stage: Stage) -> None:
    last = next((each for each in await stage.platform.syncs() if each["quickbooks"]["writes"]), None)
    echo = await wait_for_echo(stage.platform, last) if last else None
    if echo:
        stage.screen.detail(f"QuickBooks told us of our own writes; the sync that looked: {cost_of(echo)}")
    await be_idle(stage.platform)


async def compare_both_sides(stage: Stage) -> Verdict:
    """Read everything from both sides and compare it."""
    records = {kind: await stage.platform.records(kind) for kind in KINDS}
    objects = {kind: await stage.books.export(ENTITIES[kind]) for kind in KINDS}
    standings = compare(Sides(records, objects, home=await _home_currency(stage)))
    verdict = await judge(stage.platform, standings)
    stage.screen.say("Each object of QuickBooks' own export against each record of the API, field by field:")
    _show_counts(stage, verdict)
    _show_reasons(stage, verdict)
    for each in verdict.unexplained[:SHOWN_DISAGREEMENTS]:
        _show_disagreement(stage, each)
    return verdict


async def _home_currency(stage: Stage) -> str:
    preferences: Json = (await stage.books.export("Preferences"))[0]
    home = preferences.get("CurrencyPrefs", {}).get("HomeCurrency", {})
    return str(home.get("value", "USD"))


def _show_counts(stage: Stage, verdict: Verdict) -> None:
    columns = [verdict.agreed, [each for each, _ in verdict.explained], verdict.unexplained]
    rows = []
    for kind in KINDS:
        numbers = [sum(each.kind == kind for each in column) for column in columns]
        rows.append((kind, *(str(number or "-") for number in numbers)))
    stage.screen.table(("", "agreed", "explained", "unexplained"), rows)


def _show_reasons(stage: Stage, verdict: Verdict) -> None:
    rows = [(kind, f"{number:>3}", code, sentence) for kind, code, number, sentence in verdict.reasons()]
    if rows:
        stage.screen.say("Not the same on both sides, each with its reason:")
        stage.screen.table(("", "", "code", "for example"), rows, words=4)


def _show_disagreement(stage: Stage, standing: Standing) -> None:
    """Print both sides of what nobody explains."""
    record, shown = standing.record or {}, standing.shown or {}
    names = f"record {record.get('id', 'none')}, QuickBooks {shown.get('Id', 'none')}"
    stage.screen.say((f"{standing.label} ({names}) differs:", "bold red"))
    for each in standing.differences:
        stage.screen.detail(f"{each.field}: platform {_words(each.platform)}")
        stage.screen.detail(f"{' ' * len(each.field)}  QuickBooks {_words(each.quickbooks)}")


def _words(value: object) -> str:
    """Write a value of either side; a line of a bill is a tuple."""
    if isinstance(value, list):
        return "; ".join(" / ".join(str(part) for part in line) for line in value) or "none"
    return "none" if value is None else str(value)
