"""Steps 2 and 3: connect by OAuth, see why bills wait, set the preferences, sync, count what came of it."""

from urllib.parse import parse_qs, urlsplit

from service.demo.books import redirect_of
from service.demo.calls import DemoError, Json, until
from service.demo.stage import Stage
from service.demo.syncing import cost_of, miscounted, show_table, wait_for_echo, watch

RETURN_TO = "https://platform.example/settings/quickbooks"
START_SECONDS = 15.0


async def connect(stage: Stage) -> None:
    """Connect as a person's browser does; the sync that this starts holds the bills."""
    stage.screen.heading(2, "Connect, see what waits, set preferences, sync")
    await _follow_redirects(stage)
    started = await until(lambda: _sync_of(stage, "connection"), seconds=START_SECONDS)
    if started is None:
        raise DemoError(f"Connecting started no sync within {START_SECONDS:.0f} s.")
    stage.first = await watch(stage.platform, stage.screen, started["id"], "Connecting starts a sync")
    stage.screen.detail(f"cost: {cost_of(stage.first)}")
    await _show_what_waits(stage)
    echo = await wait_for_echo(stage.platform, stage.first)
    if echo:
        stage.screen.detail(f"QuickBooks told us of our own writes; the sync that looked: {cost_of(echo)}")


async def _follow_redirects(stage: Stage) -> None:
    consent = await stage.platform.authorize_url(RETURN_TO)
    callback = urlsplit(await stage.books.approve(consent))
    answer = await stage.api.call("GET", f"{callback.path}?{callback.query}")
    back = redirect_of(answer)
    came = parse_qs(urlsplit(back).query).get("connection")
    stage.screen.say("OAuth: consent given at QuickBooks, browser sent back to ", (back, "dim"))
    standing = await stage.platform.connection()
    good = came == ["connected"] and standing["state"] == "connected"
    words = f"connected to the QuickBooks company {stage.books.realm}"
    stage.checks.expect(good and standing["realm_id"] == stage.books.realm, words, str(standing))


async def _sync_of(stage: Stage, trigger: str) -> Json | None:
    found = await stage.platform.syncs(trigger=trigger)
    return found[0] if found else None


async def _show_what_waits(stage: Stage) -> None:
    status = await stage.platform.status()
    codes = ", ".join(f"{number} {code}" for code, number in status["codes"].items())
    stage.screen.say(f"Sync status: {status['state']}, {status['open_issues']} open issues. By code: {codes}")
    issues = await stage.platform.issues(code="preferences_missing")
    if issues:
        stage.screen.say(("Why: ", "bold yellow"), issues[0]["reason"])
        stage.screen.say(("Fix: ", "bold yellow"), issues[0]["fix"])
    written = [
        row for row in await stage.books.journal() if row["actor"] == "api" and row["entity"] == "Bill"
    ]
    held = status["codes"].get("preferences_missing", 0)
    stage.checks.expect(
        held == len(issues) and not written,
        f"{held} bills wait for the preferences, and none was written",
        f"{held} are held, {len(issues)} issues say so, {len(written)} were written",
    )


async def set_preferences(stage: Stage) -> None:
    """Choose the unallocated expense account among those that were synced, and press sync."""
    accounts = await stage.platform.records("account")
    chosen = choose_expense_account(accounts)
    if chosen is None:
        raise DemoError("No synced account can be the unallocated expense account.")
    stage.unallocated = chosen["id"]
    await stage.platform.prefer({"unallocated_expense_account": chosen["id"]})
    stage.screen.say("Preferences: unallocated_expense_account = ", (chosen["name"], "bold"))
    pressed = await stage.platform.press_sync()
    stage.second = await watch(stage.platform, stage.screen, pressed, "Sync pressed")
    stage.screen.detail(f"cost: {cost_of(stage.second)}")


def choose_expense_account(accounts: list[Json]) -> Json | None:
    """Return the account for what names none: one that says so, else any expense account."""
    fit = [each for each in accounts if each["type"] == "Expense" and not each["archived"]]
    linked = [each for each in fit if each["quickbooks"]["id"] is not None]
    named = [each for each in linked if "uncategorized" in each["name"].lower()]
    return next(iter([*named, *linked]), None)


async def count(stage: Stage) -> None:
    """Show both syncs, kind by kind."""
    stage.screen.heading(3, "What came of it")
    wrong: dict[str, tuple[int, int]] = {}
    for sync, title in ((stage.first, "before preferences"), (stage.second, "after preferences")):
        wrong |= miscounted(sync, await show_table(stage.platform, stage.screen, sync, title))
    stage.checks.expect(not wrong, "each number above has as many outcomes, record by record", str(wrong))
    waiting = (await stage.platform.status())["codes"].get("preferences_missing", 0)
    stage.checks.expect(waiting == 0, "no bill waits for preferences any more", f"{waiting} do")
    await _check_own_records(stage)
    await wait_for_echo(stage.platform, stage.second)


async def _check_own_records(stage: Stage) -> None:
    """The vendor that both knew is one vendor; the line without an account has got one."""
    if stage.known_vendor:
        vendor, _ = await stage.platform.get("vendor", "ven-1")
        words = f"{stage.known_vendor['DisplayName']} was paired, not made twice"
        good = vendor["quickbooks"]["id"] == stage.known_vendor["Id"]
        stage.checks.expect(good, words, str(vendor["quickbooks"]))
    bill, _ = await stage.platform.get("bill", "bill-4")
    if bill["quickbooks"]["id"] is None:
        stage.screen.say(f"Bill {bill['number']} stays here: {bill['quickbooks']['code']}.")
        return
    account, _ = await stage.platform.get("account", stage.unallocated)
    words = f"the line of {bill['number']} without an account went to {account['name']}"
    stage.checks.expect(bill["lines"][0]["account"] == stage.unallocated, words, str(bill["lines"]))
