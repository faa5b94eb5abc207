"""Step 8, too: the service reconciles by itself, and says what keeps both sides apart."""

from decimal import Decimal

from service.demo.calls import Json
from service.demo.stage import Stage
from service.demo.syncing import be_idle, cost_of, watch

_SIDES = ("platform", "quickbooks", "difference", "unexplained")


async def reconcile(stage: Stage) -> None:
    """Have everything read and compared; show what is open on both sides, to the cent."""
    await be_idle(stage.platform)
    asked = await stage.platform.press_reconcile()
    sync = await watch(stage.platform, stage.screen, asked, "Reconcile pressed")
    stage.screen.detail(f"cost: {cost_of(sync)}")
    report = await stage.platform.reconciliation()
    stage.screen.table(("open in USD", "platform", "QuickBooks", "difference", "unexplained"), _rows(report))
    causes = _causes(report)
    if causes:
        told = ", ".join(f"{amount} by {code}" for code, amount in sorted(causes.items()))
        stage.screen.say(("What differs, by cause: ", "bold yellow"), told)
    left = sum(
        abs(Decimal(line["unexplained"])) for name in ("payables", "receivables") for line in report[name]
    )
    words = "the reconcile explains every difference to the cent"
    stage.checks.expect(left == 0 and report["sync"] == sync["id"], words, f"{left} is unexplained")
    for each in report["clearing"]:
        words = f"{each['purpose'].replace('_', ' ')} clearing account: {each['balance']} in QuickBooks"
        stage.screen.say(f"{words}, {each['in_flight']} of it in flight")


def _in_dollars(report: Json, name: str) -> list[Json]:
    return [line for line in report[name] if line["currency"] == "USD"]


def _rows(report: Json) -> list[tuple[str, ...]]:
    return [
        (name, *(str(sum(Decimal(line[side]) for line in lines)) for side in _SIDES))
        for name in ("payables", "receivables")
        if (lines := _in_dollars(report, name))
    ]


def _causes(report: Json) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for name in ("payables", "receivables"):
        for line in _in_dollars(report, name):
            for code, amount in line["causes"].items():
                found[code] = found.get(code, Decimal(0)) + Decimal(amount)
    return found
