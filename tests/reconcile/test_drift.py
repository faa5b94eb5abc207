"""Every drift among two thousand clean records is found by one reconcile, and nothing else is (R34)."""

import time
from typing import Any

from service.core.causes import CAUSES
from service.core.reconcile import DECIDED_ANEW
from service.core.records import ORDER, Kind
from service.store import reconciliations
from service.store.engine import Store
from service.store.reconciliations import StoredDifference
from tests.clocks import FixedClock
from tests.house import COMPANY, House
from tests.reconcile import drifts_here, drifts_there  # noqa: F401 - each adds its own to DRIFTS
from tests.reconcile.clean import make_books
from tests.reconcile.drifts import DRIFTS, Planted, Subject


async def reconcile(house: House) -> tuple[dict[str, Any], list[StoredDifference]]:
    """Run a reconcile and return what it left."""
    ended = await house.sync(mode="reconcile")
    assert ended.state == "succeeded", (ended.problem, house.log.lines[-1])

    def read(connection: Any) -> tuple[dict[str, Any], list[StoredDifference]]:
        latest = reconciliations.latest(connection, COMPANY)
        return latest.summary, reconciliations.page(connection, COMPANY, latest.sync, after=0, limit=100_000)

    return await house.store.read(read)


async def test_every_drift_is_found_by_one_reconcile_and_nothing_else(
    store: Store, clock: FixedClock
) -> None:
    house = House(store, clock)
    await make_books(house)
    house.imported = {  # type: ignore[attr-defined]
        kind: [each.id for each in await house.all(kind) if each.origin == "quickbooks"]
        for kind in Kind
        if kind in ORDER
    }
    assert sum([len(await house.all(kind)) for kind in ORDER]) >= 2000
    summary, before = await reconcile(house)
    assert before == []
    assert not _unexplained(summary)
    planted = {name: await plant(house) for name, plant in DRIFTS.items()}

    started = time.perf_counter()
    summary, found = await reconcile(house)
    seconds = time.perf_counter() - started
    for _ in range(2):
        house.clock.advance(3600)
        await house.sync()
    again, left = await reconcile(house)
    await house.close()

    missed = [name for name, each in planted.items() if not _is_told(each, found)]
    assert not missed, (
        missed,
        [(each.kind, each.record, each.quickbooks_id, each.field, each.code) for each in found],
    )
    concerned = {subject for each in planted.values() for subject in (each.subject, *each.others)}
    assert [each for each in found if _subject(each) not in concerned] == []
    assert not _unexplained(summary)
    assert seconds < 20
    expected = {(each.subject, each.left) for each in planted.values() if each.left}
    assert {(_subject(each), each.code) for each in left} == expected
    assert not ({each.code for each in left} & (DECIDED_ANEW | CAUSES.keys()))
    assert not _unexplained(again)


def _is_told(planted: Planted, found: list[StoredDifference]) -> bool:
    codes = {planted.code, planted.left}
    return any(
        _subject(each) == planted.subject
        and each.field == planted.field
        and each.code in codes
        and each.reason
        for each in found
    )


def _subject(found: StoredDifference) -> Subject:
    return found.kind, found.record, found.quickbooks_id


def _unexplained(summary: dict[str, Any]) -> list[dict[str, Any]]:
    lines = [line for name in ("payables", "receivables", "payments") for line in summary[name]]
    return [line for line in lines if line["unexplained"] != "0.00"]
