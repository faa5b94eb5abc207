"""Reconcile: what became of each difference by the end of the sync, and the totals of both sides."""

from functools import partial
from typing import Any, NamedTuple

from service.core.records import SEEN, Kind
from service.store import examining, reconciliations
from service.store.examining import Chosen
from service.store.reconciliations import Key
from service.store.transaction import Connection
from service.sync.discrepancies import Words, load_words, row_of
from service.sync.examine import Compared, compare_alone, compare_records, load
from service.sync.run import Run
from service.sync.totals import summarise


async def conclude(run: Run) -> None:
    """Look once more at all that differed or was moved, and keep the result as the latest reconcile.

    What differs by now and did not when the sync began is told, too: the sync has made or met it.
    """
    words = await run.services.store.read(lambda connection: load_words(connection, run))
    subjects = await run.services.store.read(lambda connection: _subjects(connection, run))
    for each in subjects:
        await run.transaction(partial(_judge, run=run, subjects=each, words=words), shows=False)
    summary = await summarise(run)
    await run.transaction(
        lambda connection: reconciliations.conclude(connection, run.company, run.sync, summary, run.now())
    )


class Subjects(NamedTuple):
    """Records of a kind, or objects of QuickBooks' that had no record."""

    kind: Kind
    ids: tuple[str, ...]
    are_records: bool

    def include(self, key: Key) -> bool:
        """Say whether a difference is about one of them."""
        kind, record, qbo_id, _ = key
        own = record if self.are_records else qbo_id
        return kind == self.kind and (record is not None) == self.are_records and own in self.ids


def _subjects(connection: Connection, run: Run) -> list[Subjects]:
    """List whatever differed or came to an outcome, in slices."""
    keys = [key[:3] for key in reconciliations.known(connection, run.company, run.sync)]
    touched = reconciliations.touched(connection, run.company, run.sync)
    keys += [(row.kind, row.record, row.quickbooks_id) for row in touched]
    size = run.services.store.slice_size
    found = []
    for kind in SEEN:
        mine = [key for key in keys if key[0] == kind]
        for at, are_records in ((1, True), (2, False)):
            ids = sorted({each for key in mine if (each := key[at]) is not None})
            found += [Subjects(kind, tuple(ids[n : n + size]), are_records) for n in range(0, len(ids), size)]
    return found


def _judge(connection: Connection, *, run: Run, subjects: Subjects, words: Words) -> None:
    """Note of each difference whether it is left, and of what is new why it is one."""
    known = reconciliations.known(connection, run.company, run.sync)
    mine = {key: number for key, (number, _) in known.items() if subjects.include(key)}
    rows = {each.found.key: _row(run, each, words) for each in _compare(connection, run, subjects, words)}
    standing = [row | {"number": mine[key]} for key, row in rows.items() if key in mine]
    reconciliations.explain(connection, run.company, run.sync, standing)
    ended = [number for key, number in mine.items() if key not in rows]
    reconciliations.resolve(connection, run.company, run.sync, ended)
    fresh = [row for key, row in rows.items() if key not in mine]
    reconciliations.add(connection, run.company, run.sync, fresh)


def _compare(connection: Connection, run: Run, subjects: Subjects, words: Words) -> list[Compared]:
    kind, chosen = subjects.kind, Chosen(ids=subjects.ids)
    if not subjects.are_records:
        alone = examining.alone(connection, run.company, kind, chosen)
        return compare_alone(connection, run, kind, alone, words)
    rows = examining.records(connection, run.company, kind, chosen)
    linked = examining.linked(connection, run.company, kind, subjects.ids)
    return compare_records(connection, run, load(connection, run, kind, rows, linked))


def _row(run: Run, compared: Compared, words: Words) -> dict[str, Any]:
    found, document, content, reason = compared
    return row_of(run, found, words, document=document, content=content, reason=reason)
