"""Observe: bring QuickBooks' side up to date, by as few metered reads as it takes.

What must stay true: the cursor passes a window only in the transaction that stores all of it; absence is
never a delete (a tombstone is, once it is confirmed); a crash repeats one page.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec
from msgspec import Raw
from msgspec.structs import asdict

from service.core.cursor import Reads, choose_reads, is_cut, next_since
from service.core.policy import Facts
from service.core.records import ENTITIES, NEVER_SYNCED, ORDER, ZERO, Kind, encode
from service.core.rules import codes_depending_on
from service.quickbooks import query
from service.quickbooks.answers import Changes, Tombstone, read_head
from service.quickbooks.paging import pages
from service.quickbooks.translate.facts import read_facts
from service.store import counterparts, cursors, pairs, reopening, runs
from service.store.cursors import Position, Progress
from service.store.transaction import Connection
from service.sync.asking import (
    EVERY_STATE,
    IDS_PER_QUERY,
    LISTED_ENTITIES,
    ask_for,
    note_answer,
    read_one,
    store_found,
    store_objects,
)
from service.sync.merges import follow, follow_retired
from service.sync.run import Run

_NEVER_LISTED = frozenset(
    ENTITIES[kind]
    for kind in (Kind.VENDOR_CREDIT, Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT, Kind.FUNDS_TRANSFER)
)
"""Payments, credits and journal entries that were there before the first sync are history."""
_NAMED_ONLY = tuple(ENTITIES[kind] for kind in NEVER_SYNCED)
"""What changes of these comes with the changes of all others; it is worth no read of its own."""


async def observe(run: Run) -> dict[str, int]:
    """Read what changed and store it; return what is undecided now, by kind and entity."""
    entities = [ENTITIES[kind] for kind in ORDER]
    since = {entity: run.cursors.get(entity, Position(None, None)).since for entity in entities}
    reads = choose_reads(since, run.mode, now=run.now())
    steps = _Steps(run, len(reads.first) + bool(reads.changed) + len(reads.missed) + len(reads.full))
    for entity in reads.first:
        await _first_read(run, entity, steps)
    changed = await _read_changes(run, reads, since, steps) if reads.changed else None
    for entity in reads.missed:
        await _catch_up(run, entity, since[entity], steps)
    for entity in reads.full:
        await _full_read(run, entity, steps)
    some = reads.first or reads.missed or reads.full or run.has_undecided
    some = bool(some or any(window.objects or window.gone for window in changed or ()))
    return await run.transaction(
        lambda connection: _close(connection, run, entities, changed, ask=some), shows=some, step="observe"
    )


class _Steps:
    """How much is read: so many listings, of each of which nobody knows how many pages it has."""

    def __init__(self, run: Run, total: int) -> None:
        self._run, self._total, self._done, self._left = run, total, 0, 1.0

    def page(self) -> None:
        """Note a page: of what is left of its listing, it is taken to be half."""
        self._left /= 2
        self._run.reach("observe", (self._done + 1 - self._left) / self._total)

    def end(self) -> None:
        """Note the end of a listing."""
        self._done, self._left = self._done + 1, 1.0
        self._run.reach("observe", self._done / self._total)


def _close(
    connection: Connection, run: Run, entities: list[str], changed: list["Window"] | None, *, ask: bool
) -> dict[str, int]:
    """Store the last window and move the cursors, together; `ask` what is undecided where it can be any."""
    for window in changed or ():
        store_objects(connection, run, window.entity, window.objects)
        counterparts.bury(connection, run.company, window.entity, window.gone, run.now())
    since = next_since(run.first_answer or run.now())
    positions = {entity: Position(since, None) for entity in entities}
    cursors.save(connection, run.company, positions, run.now())
    run.reach("observe", 1.0)
    return pairs.undecided(connection, run.company) if ask else {}


class Window(msgspec.Struct):
    """What one CDC answer says of one entity; `gone` are confirmed deletes."""

    entity: str
    objects: list[Raw]
    gone: dict[str, dt.datetime]


async def _read_changes(
    run: Run, reads: Reads, since: dict[str, dt.datetime | None], steps: _Steps
) -> list[Window]:
    """One CDC call for all entities; entity by entity where it was cut; by query where that was cut again."""
    oldest = min(each for each in (since[entity] for entity in reads.changed) if each is not None)
    entities = (*reads.changed, *_NAMED_ONLY)
    changes = await _cdc(run, entities, oldest)
    steps.end()
    if not is_cut(changes.count, run.quickbooks.most_changes):
        return await _windows(run, entities, changes)
    windows = []
    for entity in entities:
        own = await _cdc(run, [entity], oldest)
        if entity not in _NAMED_ONLY and is_cut(own.count, run.quickbooks.most_changes):
            await _catch_up(run, entity, oldest, steps)
        else:
            windows += await _windows(run, [entity], own)
    return windows


async def _cdc(run: Run, entities: Sequence[str], since: dt.datetime) -> Changes:
    async with run.heartbeat():
        changes = await run.quickbooks.cdc(entities, since)
    note_answer(run, changes.time)
    return changes


async def _windows(run: Run, entities: Iterable[str], changes: Changes) -> list[Window]:
    return [
        Window(
            entity,
            *(
                await _confirmed(
                    run, entity, changes.objects.get(entity, []), changes.deleted.get(entity, [])
                )
            ),
        )
        for entity in entities
    ]


async def _confirmed(
    run: Run, entity: str, objects: list[Raw], tombstones: list[Tombstone]
) -> tuple[list[Raw], dict[str, dt.datetime]]:
    """Ask for linked objects that CDC calls deleted: QuickBooks has called live ones that (reported)."""
    await follow_retired(run, entity, objects)
    gone = {each.id: each.at or run.now() for each in tombstones}
    if not gone:
        return objects, gone
    linked = await run.services.store.read(
        lambda connection: counterparts.linked_among(connection, run.company, entity, gone)
    )
    alive = await ask_for(run, entity, sorted(linked))
    for row in alive:
        gone.pop(read_head(row).id, None)
    await follow(run, entity, linked & gone.keys())
    return [*objects, *alive], gone


async def _first_read(run: Run, entity: str, steps: _Steps) -> None:
    """List what is eligible: open bills, and list entries active or not; nothing of what is history."""
    known = run.cursors.get(entity, Position(None, None)).progress
    if known is not None and known.ended:
        note_answer(run, known.started)
    elif entity not in _NEVER_LISTED:
        await _list(run, entity, _eligible(entity), seen=None, resume=True, steps=steps)
        ended = {entity: Position(None, Progress(run.first_answer or run.now(), ended=True))}
        await run.transaction(lambda c: cursors.save(c, run.company, ended, run.now()), shows=False)
    steps.end()


async def _catch_up(run: Run, entity: str, since: dt.datetime | None, steps: _Steps) -> None:
    """List all that was touched, eligible or not: a linked bill that was paid must be seen."""
    assert since is not None
    seen: set[str] = set()
    await _list(run, entity, *_touched(entity, since), seen=seen, resume=False, steps=steps)
    await _check_presence(run, entity, seen)
    steps.end()


async def _full_read(run: Run, entity: str, steps: _Steps) -> None:
    """List what is eligible, then ask for everything linked that the listing didn't show."""
    seen: set[str] = set()
    if entity not in _NEVER_LISTED:
        await _list(run, entity, _eligible(entity), seen=seen, resume=False, steps=steps)
    await _check_presence(run, entity, seen)
    steps.end()


def _eligible(entity: str) -> str:
    return EVERY_STATE if entity in LISTED_ENTITIES else query.more_than("Balance", ZERO)


async def _list(
    run: Run, entity: str, *where: str, seen: set[str] | None, resume: bool, steps: _Steps
) -> None:
    """Page through a listing; each page is stored in the transaction that moves the progress."""
    position = run.cursors.get(entity, Position(None, None))
    progress = position.progress if resume else None
    if progress is not None:
        note_answer(run, progress.started)
    async with run.heartbeat():
        listing = pages(
            run.quickbooks,
            entity,
            where,
            start_position=progress.position if progress else 1,
            last_id=progress.last_id if progress else None,
            size=run.quickbooks.page_size,
        )
        async for rows, reached in listing:
            note_answer(run, reached.time)
            if seen is not None:
                seen.update(read_head(row).id for row in rows)
            await follow_retired(run, entity, rows)
            steps.page()
            here = Position(position.since, _progress(run, reached.position, reached.last_id))
            store = partial(_store_page, run=run, entity=entity, rows=rows, here=here)
            await run.transaction(store, step="page")


def _progress(run: Run, position: int, last_id: str | None) -> Progress:
    return Progress(run.first_answer or run.now(), position, last_id)


def _store_page(connection: Connection, run: Run, entity: str, rows: Sequence[Raw], here: Position) -> None:
    store_objects(connection, run, entity, rows)
    cursors.save(connection, run.company, {entity: here}, run.now())


async def _check_presence(run: Run, entity: str, seen: set[str]) -> None:
    """Queries show no deletes: ask for expected ids that no listing showed; fault 610 is a tombstone."""
    after = ""
    while True:
        page = partial(counterparts.expected_page, company=run.company, entity=entity, limit=IDS_PER_QUERY)
        ids = await run.services.store.read(partial(page, after=after))
        if not ids:
            return
        after = ids[-1]
        unseen = [each for each in ids if each not in seen]
        rows = await ask_for(run, entity, unseen)
        missing = set(unseen) - {read_head(row).id for row in rows}
        gone: dict[str, dt.datetime] = {}
        for each in sorted(missing):
            row = await read_one(run, entity, each)
            if row is None:
                gone[each] = run.now()
            else:
                rows.append(row)
        await follow(run, entity, gone)
        await run.transaction(partial(store_found, run=run, entity=entity, rows=rows, gone=gone))


async def look_for_changes(run: Run, since: dt.datetime) -> None:
    """Look at what happened since a write was sent; the cursor stays where it is."""
    entities = [ENTITIES[kind] for kind in ORDER]
    changes = await _cdc(run, entities, since)
    windows = []
    if not is_cut(changes.count, run.quickbooks.most_changes):
        windows = await _windows(run, entities, changes)
    else:
        for entity in entities:
            own = await _cdc(run, [entity], since)
            if is_cut(own.count, run.quickbooks.most_changes):
                await _look_by_time(run, entity, since)
            else:
                windows += await _windows(run, [entity], own)

    def store(connection: Connection) -> None:
        for window in windows:
            store_found(connection, run=run, entity=window.entity, rows=window.objects, gone=window.gone)

    await run.essential_transaction(store)


async def _look_by_time(run: Run, entity: str, since: dt.datetime) -> None:
    """List what was touched since a write was sent, and ask for everything else that is expected there."""
    seen: set[str] = set()
    async with run.heartbeat():
        async for rows, _ in pages(
            run.quickbooks, entity, _touched(entity, since), size=run.quickbooks.page_size
        ):
            seen.update(read_head(row).id for row in rows)
            found = partial(store_found, run=run, entity=entity, rows=rows, gone={})
            await run.essential_transaction(found)
    await _check_presence(run, entity, seen)


def _touched(entity: str, since: dt.datetime) -> list[str]:
    where = [query.at_or_after("MetaData.LastUpdatedTime", since)]
    return [*where, EVERY_STATE] if entity in LISTED_ENTITIES else where


async def read_company_facts(run: Run) -> Facts:
    """Read CompanyInfo and Preferences; what they decide about is decided anew where they changed."""
    async with run.heartbeat():
        company_info = await run.quickbooks.company_info()
        preferences = await run.quickbooks.preferences()
    facts = read_facts(bytes(company_info), bytes(preferences))
    before = asdict(run.policy.facts)
    changed = [name for name, value in asdict(facts).items() if before[name] != value]

    def save(connection: Connection) -> None:
        runs.save_facts(connection, run.company, run.realm_id, encode(facts), run.now())
        if codes := codes_depending_on(changed):
            reopening.reopen_codes(connection, run.company, codes)

    await run.transaction(save)
    return facts
