"""Asking: objects of QuickBooks by id or by condition, read and stored as they are found."""

import datetime as dt
from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec import Raw

from service.core.decision import Result
from service.core.records import ENTITIES, KINDS, LISTS, Kind
from service.quickbooks import query
from service.quickbooks.answers import read_head
from service.quickbooks.translate import TRANSLATORS, Observed
from service.store import asked, counterparts, outcomes
from service.store.transaction import Connection
from service.sync.findings import write_findings
from service.sync.run import Run

IDS_PER_QUERY = 300
EVERY_STATE = "Active IN (true, false)"
"""Queries show only active list entries unless they are asked for all."""
LISTED_ENTITIES = frozenset(ENTITIES[kind] for kind in LISTS)
_OURS_ONLY = frozenset({ENTITIES[Kind.FUNDS_TRANSFER]})
"""Of journal entries only those that bear our mark are looked at."""


async def reread(run: Run, wanted: dict[str, list[str]]) -> None:
    """Read these objects again (by entity) and store them: somebody else has changed them."""
    for entity, ids in wanted.items():
        rows = await ask_for(run, entity, sorted(set(ids)))
        missing = sorted(set(ids) - {read_head(row).id for row in rows})
        gone = {each: run.now() for each in missing if await read_one(run, entity, each) is None}
        await run.essential_transaction(partial(store_found, run=run, entity=entity, rows=rows, gone=gone))


async def read_asked(run: Run) -> None:
    """Read what somebody asked about, eligible or not: explain can then say why it isn't here."""
    wanted = await run.services.store.read(lambda connection: asked.load(connection, run.company))
    await reread(run, {entity: ids for entity, ids in wanted.items() if entity in KINDS})
    await run.essential_transaction(lambda connection: asked.forget(connection, run.company, wanted))


async def find(run: Run, entity: str, *where: str) -> list[Observed]:
    """Look objects up by conditions, active or not, and store them."""
    if entity in LISTED_ENTITIES:
        where = (*where, EVERY_STATE)
    async with run.heartbeat():
        page = await run.quickbooks.query(query.statement(entity, where))
    note_answer(run, page.time)
    return await run.essential_transaction(
        lambda connection: store_objects(connection, run, entity, page.rows)
    )


async def ask_for(run: Run, entity: str, ids: Sequence[str]) -> list[Raw]:
    """Ask for objects by id, active or not; those that QuickBooks doesn't show are missing in the answer."""
    found: list[Raw] = []
    for at in range(0, len(ids), IDS_PER_QUERY):
        where = [query.is_in("Id", ids[at : at + IDS_PER_QUERY])]
        if entity in LISTED_ENTITIES:
            where.append(EVERY_STATE)
        async with run.heartbeat():
            page = await run.quickbooks.query(query.statement(entity, where))
        note_answer(run, page.time)
        found += page.rows
    return found


async def read_one(run: Run, entity: str, qbo_id: str) -> Raw | None:
    async with run.heartbeat():
        return await run.quickbooks.read(entity, qbo_id)


def store_found(
    connection: Connection, *, run: Run, entity: str, rows: Sequence[Raw], gone: dict[str, dt.datetime]
) -> list[Observed]:
    """Store what was found, and what is gone; return what could be read."""
    found = store_objects(connection, run, entity, rows)
    counterparts.bury(connection, run.company, entity, gone, run.now())
    return found


def note_answer(run: Run, time: dt.datetime | None) -> None:
    """The cursor is QuickBooks' clock: the time of its first answer."""
    if time is None:
        return
    run.first_answer = run.first_answer or time
    run.last_answer = max(run.last_answer or time, time)


def store_objects(connection: Connection, run: Run, entity: str, rows: Sequence[Raw]) -> list[Observed]:
    """Project and store; an object that can't be read is reported, and stops no other."""
    project = TRANSLATORS[KINDS[entity]].project
    readable, unreadable = [], []
    for row in rows:
        try:
            readable.append(project(bytes(row)))
        except (msgspec.DecodeError, ValueError) as error:
            unreadable.append(_unreadable(entity, row, error))
    if entity in _OURS_ONLY:
        readable = _ours(connection, run, entity, readable)
    counterparts.observe(connection, run.company, entity, readable, run.now())
    run.refresh_statistics(connection, KINDS[entity], len(readable), "counterpart")
    if unreadable:
        write_findings(connection, run, KINDS[entity], unreadable, [])
    return readable


def _ours(connection: Connection, run: Run, entity: str, objects: list[Observed]) -> list[Observed]:
    """Leave out what somebody else entered; one that lost our mark is known by its link."""
    unmarked = [each.id for each in objects if each.marker is None]
    linked = counterparts.linked_among(connection, run.company, entity, unmarked) if unmarked else set()
    return [each for each in objects if each.marker is not None or each.id in linked]


def _unreadable(entity: str, row: Raw, error: Exception) -> outcomes.Finding:
    head = read_head(row)
    return outcomes.Finding(
        kind=KINDS[entity],
        record=None,
        quickbooks_id=head.id,
        result=Result.FAILED,
        code="unreadable",
        reason=f"{entity} {head.id} in QuickBooks can't be read: {error}.",
        fix="Open it in QuickBooks, save it again and sync; if that doesn't help, report it.",
    )
