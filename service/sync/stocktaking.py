"""Stocktaking: what the database holds that nothing stands for, before a reconcile reads QuickBooks.

Links to nothing, writes without a request or a record, work that a worker left: each is put right, or
read again first where QuickBooks may have it. Nothing is asked of QuickBooks where nothing is astray.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from msgspec import Raw

from service.core.cursor import LOOK_BACK, OVERLAP
from service.core.reconcile import Discrepancy
from service.core.records import KINDS, Kind
from service.core.references import Reference
from service.quickbooks.answers import read_head
from service.store import links, pairs, strays
from service.store.transaction import Connection, Row
from service.sync.asking import ask_for, reread, store_found
from service.sync.discrepancies import Words
from service.sync.examine import Compared, keep
from service.sync.observe import look_for_changes
from service.sync.run import Run
from service.sync.settling import recount


async def take_stock(run: Run) -> None:
    """Put right what is astray in the database, and tell of it."""
    await _read_lost_counterparts(run)
    await _look_for_stranded(run)
    await run.transaction(lambda connection: _tidy(connection, run), shows=False)
    await _exhume(run)


async def check_cursors(run: Run) -> None:
    """Read again what a cursor that lay ahead of QuickBooks' clock when the sync began has passed over."""
    clock = run.first_answer
    if clock is None:
        return
    since = {entity: position.since for entity, position in run.cursors.items()}
    ahead = {entity: at for entity, at in since.items() if at is not None and at > clock}
    if not ahead:
        return
    await look_for_changes(run, clock - LOOK_BACK)
    found = [
        Discrepancy(
            code="cursor_ahead",
            kind=KINDS[entity],
            field="cursor",
            platform=at.isoformat(),
            quickbooks=clock.isoformat(),
        )
        for entity, at in sorted(ahead.items())
    ]
    await run.essential_transaction(lambda connection: _tell(connection, run, found))


async def _read_lost_counterparts(run: Run) -> None:
    """A link whose object is not kept may well be right: QuickBooks is asked for the object."""
    rows = await run.services.store.read(lambda connection: strays.links(connection, run.company))
    lost: dict[str, list[str]] = {}
    for row in rows:
        if row.there is None and row.here is not None:
            lost.setdefault(row.entity, []).append(row.qbo_id)
    await reread(run, lost)
    found = [
        _of(row, "link_to_nothing", "link") for row in rows if row.there is None and row.here is not None
    ]
    if found:
        await run.essential_transaction(lambda connection: _tell(connection, run, found))


async def _look_for_stranded(run: Run) -> None:
    """Look for what became of writes that have lost their request, before their records are decided anew."""
    rows = await run.services.store.read(lambda connection: strays.writes(connection, run.company))
    stranded = [row for row in rows if row.here is not None]
    if stranded:
        oldest = run.now() - LOOK_BACK
        sent = min((row.sent_at for row in stranded if row.sent_at is not None), default=oldest)
        await look_for_changes(run, max(sent - OVERLAP, oldest))


def _tidy(connection: Connection, run: Run) -> None:
    found = _cut_links(connection, run)
    writes = strays.writes(connection, run.company)
    requests = strays.requests(connection, run.company)
    ids = [row.id for row in writes], [row.id for row in requests]
    strays.withdraw(connection, run.company, writes=ids[0], requests=ids[1], now=run.now())
    for row in writes:
        pairs.mark_undecided(connection, run.company, Kind(row.kind), records=[row.record])
    found += [
        _of(row, "write_stranded" if row.here is not None else "write_orphaned", f"write {row.id}")
        for row in writes
    ]
    found += [Discrepancy(code="request_empty", field=f"request {row.id}") for row in requests]
    found += _drop_applications(connection, run)
    if run.held.left_by is not None:
        found.append(Discrepancy(code="lease_abandoned", field="lease", platform=run.held.left_by))
    _tell(connection, run, found)


def _cut_links(connection: Connection, run: Run) -> list[Discrepancy]:
    rows = strays.links(connection, run.company)
    links.cut(connection, run.company, [(Kind(row.kind), row.record) for row in rows])
    for row in rows:
        kind = Kind(row.kind)
        pairs.mark_undecided(connection, run.company, kind, records=[row.record])
        pairs.update_counterparts(connection, run.company, kind, [{"qbo_id": row.qbo_id, "undecided": True}])
    return [_of(row, "link_to_nothing", "link") for row in rows if row.here is None]


def _drop_applications(connection: Connection, run: Run) -> list[Discrepancy]:
    rows = strays.drop_applications(connection, run.company)
    recount(connection, run, [Reference(Kind(row.target_kind), row.target) for row in rows])
    return [
        Discrepancy(
            code="applications_outdated",
            kind=Kind(row.kind),
            record=row.payment,
            field=f"applications {row.target_kind} {row.target}",
            platform=str(row.amount),
        )
        for row in rows
    ]


async def _exhume(run: Run) -> None:
    """What is called deleted though no question is open about it may stand in QuickBooks all the same."""
    rows = await run.services.store.read(lambda connection: strays.buried(connection, run.company))
    for entity in sorted({row.entity for row in rows}):
        mine = {row.qbo_id: row for row in rows if row.entity == entity}
        alive = await ask_for(run, entity, sorted(mine))
        if alive:
            await run.essential_transaction(partial(_dig_out, run=run, entity=entity, rows=alive, of=mine))


def _dig_out(
    connection: Connection, *, run: Run, entity: str, rows: list[Raw], of: dict[str, Row[Any]]
) -> None:
    ids = [read_head(each).id for each in rows]
    strays.exhume(connection, run.company, entity, ids)
    store_found(connection, run=run, entity=entity, rows=rows, gone={})
    _tell(connection, run, [_of(of[each], "buried_alive", "deleted") for each in ids])


def _of(row: Row[Any], code: str, field: str) -> Discrepancy:
    return Discrepancy(
        code=code, kind=Kind(row.kind), record=row.record, quickbooks_id=row.qbo_id, field=field
    )


def _tell(connection: Connection, run: Run, found: Iterable[Discrepancy]) -> None:
    keep(connection, run, [Compared(each) for each in found], Words(), resolved=True)
