"""Watching syncs: a bar fed by the status endpoint, what they came to, and what they cost."""

from collections import Counter
from collections.abc import Sequence

from service.demo.calls import DemoError, Json, until
from service.demo.platform import Platform
from service.demo.screen import Meter, Screen

SYNC_SECONDS = 120.0
ECHO_SECONDS = 5.0
ALWAYS = (
    "created_in_platform",
    "created_in_quickbooks",
    "updated_in_platform",
    "updated_in_quickbooks",
    "unchanged",
)
FIRST_KINDS = ("account", "vendor", "customer", "bill")
BY_CODE = ("skipped", "held", "failed", "conflict")
ENDED = frozenset({"succeeded", "failed", "cancelled"})


async def watch(platform: Platform, screen: Screen, sync: str, what: str) -> Json:
    """Show a sync's progress until it has ended.

    Raises:
        DemoError: it failed, or did not end in time.
    """
    with screen.progress(what) as meter:
        ended = await until(lambda: _look(platform, sync, meter), seconds=SYNC_SECONDS)
    if ended is None:
        raise DemoError(f"Sync {sync} has not ended within {SYNC_SECONDS:.0f} s.")
    if ended["state"] != "succeeded":
        problem = ended["problem"] or {"detail": ended["state"]}
        raise DemoError(f"Sync {sync} {ended['state']}: {problem['detail']}")
    return ended


async def _look(platform: Platform, sync: str, meter: Meter) -> Json | None:
    now = await platform.sync(sync)
    ended = now["state"] in ENDED
    meter.show(now["percent"], f"{now['state' if ended else 'phase'] or now['state']}{summary_of(now)}")
    return now if ended else None


def summary_of(sync: Json) -> str:
    """Say in a few words how many records a sync has dealt with."""
    total: Counter[str] = Counter()
    for counts in sync["counts"].values():
        for name, number in counts.items():
            total[name.split("_")[0]] += number
    words = ", ".join(f"{number} {name}" for name, number in total.items() if number)
    return f" ({words})" if words else ""


def cost_of(sync: Json) -> str:
    """Say what a sync asked of QuickBooks."""
    calls = sync["quickbooks"]
    writes = counted(calls["writes"], "write")
    batches = f" in {counted(calls['batches'], 'batch')}" if calls["batches"] else ""
    return f"{counted(calls['reads'], 'read')}, {writes}{batches}"


def counted(number: int, word: str) -> str:
    """Write a number with its noun."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word}es" if word.endswith("ch") else f"{number} {word}s"


async def show_table(
    platform: Platform, screen: Screen, sync: Json, title: str, kinds: Sequence[str] = FIRST_KINDS
) -> list[Json]:
    """Show what a sync did, by kind; return its outcomes."""
    outcomes = await platform.outcomes(sync["id"])
    heads = [each.replace("_", " ") for each in kinds]
    screen.table((title, *heads), table_rows(sync, outcomes, kinds))
    return outcomes


def table_rows(sync: Json, outcomes: list[Json], kinds: Sequence[str] = FIRST_KINDS) -> list[tuple[str, ...]]:
    """Write one row per result, and one per reason where a record did not go through."""
    seen = {name for counts in sync["counts"].values() for name, number in counts.items() if number}
    names = [*ALWAYS, *sorted(seen - set(ALWAYS) - set(BY_CODE))]
    rows = [_row(name.replace("_", " "), [_count(sync, kind, name) for kind in kinds]) for name in names]
    codes = Counter((each["result"], each["code"] or "?", each["kind"]) for each in outcomes)
    reasons = {(BY_CODE.index(result), code) for result, code, _ in codes if result in BY_CODE}
    return rows + [
        _row(f"{BY_CODE[at]}: {code}", [codes[BY_CODE[at], code, kind] for kind in kinds])
        for at, code in sorted(reasons)
    ]


def miscounted(sync: Json, outcomes: list[Json]) -> dict[str, tuple[int, int]]:
    """Return where a sync's counts and its outcomes don't tell the same: counted, listed."""
    listed = Counter(f"{each['kind']} {each['result']}" for each in outcomes)
    told = {
        f"{kind} {name}": number
        for kind, counts in sync["counts"].items()
        for name, number in counts.items()
        if name != "unchanged" and number
    }
    names = sorted(told.keys() | listed.keys())
    return {name: (told.get(name, 0), listed[name]) for name in names if told.get(name, 0) != listed[name]}


def _count(sync: Json, kind: str, name: str) -> int:
    return int(sync["counts"].get(kind, {}).get(name, 0))


def _row(words: str, numbers: list[int]) -> tuple[str, ...]:
    return (words.replace("quickbooks", "QuickBooks"), *(str(each) if each else "-" for each in numbers))


async def wait_for_echo(platform: Platform, sync: Json) -> Json | None:
    """QuickBooks tells of our own writes too: wait for the sync that this starts, and until all is quiet."""
    if not sync["quickbooks"]["writes"]:
        return None

    async def look() -> Json | None:
        found = await platform.syncs(trigger="webhook")
        later = [each for each in found if each["requested_at"] > sync["started_at"]]
        return later[0] if later and all(each["state"] in ENDED for each in later) else None

    echo = await until(look, seconds=ECHO_SECONDS)
    await be_idle(platform)
    return echo


async def be_idle(platform: Platform) -> None:
    """Wait until no sync runs or waits.

    Raises:
        DemoError: that took too long.
    """

    async def look() -> Json | None:
        status = await platform.status()
        return status if status["sync"] is None else None

    if await until(look, seconds=SYNC_SECONDS) is None:
        raise DemoError(f"The syncs have not come to rest within {SYNC_SECONDS:.0f} s.")
