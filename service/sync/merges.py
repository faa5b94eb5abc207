"""Merges: QuickBooks makes one list entry of two, and gives what referred to the one to the other.

A webhook says which entry survives. Without one it follows from what referred to the loser: such an object
refers to another entry now, and neither its version nor its time has moved, as with no edit of a person.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from msgspec import Raw

from service.core.records import ENTITIES, KINDS, LISTS, ORDER, Kind, decode
from service.core.references import Reference, replaced_references
from service.quickbooks.answers import read_head
from service.store import aliases, counterparts, links, pairs, reopening
from service.store.aliases import Merge
from service.store.transaction import Connection
from service.sync.asking import LISTED_ENTITIES, ask_for, store_found
from service.sync.run import Run


async def follow(run: Run, entity: str, gone: Iterable[str]) -> None:
    """Read again what refers to list entries that are gone or inactive now, and note which were merged."""
    kind = KINDS[entity]
    parents = {Reference(kind, each) for each in gone}
    if kind not in LISTS or not parents:
        return
    votes: dict[Reference, set[str]] = {}
    for child in ORDER:
        ids = await run.services.store.read(
            partial(counterparts.referring_to, company=run.company, kind=child, parents=parents)
        )
        rows = await ask_for(run, ENTITIES[child], ids)
        if rows:
            found = partial(_store_children, run=run, kind=child, rows=rows, parents=parents)
            for parent, others in (await run.essential_transaction(found)).items():
                votes.setdefault(parent, set()).update(others)
    merges = [Merge(kind, parent.id, others.pop()) for parent, others in votes.items() if len(others) == 1]
    if merges:
        await run.essential_transaction(partial(_note, run=run, merges=merges))


def _store_children(
    connection: Connection, run: Run, kind: Kind, rows: Sequence[Raw], parents: set[Reference]
) -> dict[Reference, set[str]]:
    """Store what referred to the entries; return what it refers to instead though nobody edited it."""
    entity = ENTITIES[kind]
    before = counterparts.versions(connection, run.company, entity, [read_head(row).id for row in rows])
    found = store_found(connection, run=run, entity=entity, rows=rows, gone={})
    votes: dict[Reference, set[str]] = {}
    for each in found:
        old = before.get(each.id)
        if old is None or old.sync_token != each.sync_token:
            continue
        for parent, other in replaced_references(decode(kind, old.content), each.content):
            if parent in parents:
                votes.setdefault(parent, set()).add(other.id)
    return votes


def _note(connection: Connection, run: Run, merges: list[Merge]) -> None:
    if aliases.note(connection, run.company, merges, run.now()):
        run.parents.has_merges = run.began.merged = True


async def follow_retired(run: Run, entity: str, rows: Sequence[Raw]) -> None:
    """Look at what refers to linked list entries that these rows show as inactive for the first time.

    QuickBooks may keep the loser of a merge as an inactive entry.
    """
    inactive = (
        [head.id for head in map(read_head, rows) if head.is_inactive] if entity in LISTED_ENTITIES else []
    )
    if inactive:
        retired = partial(counterparts.active_linked, company=run.company, entity=entity, ids=inactive)
        await follow(run, entity, await run.services.store.read(retired))


def carry_over(connection: Connection, run: Run) -> None:
    """Have the records of merged entries follow: a link moves to the survivor, or closes where it has one.

    The record whose link closes stays usable: it is written as the survivor.
    """
    merges = aliases.unfollowed(connection, run.company)
    lost = _links(connection, run, [(each.kind, each.lost) for each in merges])
    kept = _links(connection, run, [(each.kind, each.survivor) for each in merges])
    done: list[tuple[Merge, str | None]] = []
    for each in merges:
        record = lost.get((each.kind, each.lost))
        if record is None:
            done.append((each, None))
        elif (each.kind, each.survivor) in kept:
            links.cut(connection, run.company, [(each.kind, record)])
            _decide_again(connection, run, each, record)
            done.append((each, record))
        elif counterparts.versions(connection, run.company, ENTITIES[each.kind], [each.survivor]):
            links.move(connection, run.company, each.kind, record, each.survivor)
            kept[each.kind, each.survivor] = record
            _decide_again(connection, run, each, record)
            done.append((each, None))
    aliases.followed(connection, run.company, done)
    run.parents.forget()
    if done:
        reopening.reopen_codes(connection, run.company, dict.fromkeys(_SEEN_BEFORE, ORDER))


_SEEN_BEFORE = (
    *("changed_in_quickbooks", "both_changed", "money_locked", "payment_locked"),
    "parent_not_synced",
)
"""What may only have differed because it refers to a survivor by now."""


def _links(connection: Connection, run: Run, keys: list[tuple[Kind, str]]) -> dict[tuple[Kind, str], str]:
    return {(each.kind, each.qbo_id): each.record for each in links.by_qbo_id(connection, run.company, keys)}


def _decide_again(connection: Connection, run: Run, merge: Merge, record: str) -> None:
    pairs.mark_undecided(connection, run.company, merge.kind, records=[record])
    pairs.update_counterparts(
        connection, run.company, merge.kind, [{"qbo_id": merge.survivor, "undecided": True}]
    )
