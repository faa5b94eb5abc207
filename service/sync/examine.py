"""Examine: compare all that is kept of both sides, and have decided anew what nobody told of.

Runs between observe and plan of a reconcile, in slices; what a slice finds is kept in the transaction that
acts on it, so a crash loses no finding. What is found once is found once, however often a sync is taken up.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from service.core.decision import NOTHING
from service.core.reconcile import (
    DECIDED_ANEW,
    Couple,
    Discrepancy,
    Here,
    There,
    alone_here,
    alone_there,
    balances_apart,
    compare,
)
from service.core.records import ORDER, PAYMENTS, SEEN, SETTLED, Document, Kind, decode
from service.core.references import Reference
from service.store import applications, examining, pairs, reconciliations
from service.store.examining import Chosen
from service.store.transaction import Connection, Row
from service.sync.discrepancies import Words, load_words, row_of
from service.sync.kept import mend_applications, mend_columns, mend_copies
from service.sync.run import Run
from service.sync.settling import load_funding
from service.sync.sides import Planned, base_of
from service.sync.spaces import in_home_currency, wire_of
from service.sync.unallocated import defaults

_ORDER = (*(kind for kind in ORDER if kind not in SETTLED), *SETTLED)
"""Payments come before what they settle: balances follow from what payments say."""


class Compared(NamedTuple):
    """One difference, with the documents that it is between."""

    found: Discrepancy
    document: Document | None = None
    content: Document | None = None
    reason: str | None = None


class Slice(NamedTuple):
    """Records of a kind with what they are linked to, decoded."""

    kind: Kind
    rows: list[Row[Any]]
    documents: dict[str, Document]
    linked: dict[str, Row[Any]]
    contents: dict[str, Document]


async def examine(run: Run) -> None:
    """Compare everything, and mark what has to be decided about anew."""
    words = await run.services.store.read(lambda connection: load_words(connection, run))
    for kind in _ORDER:
        await _walk(run, partial(_examine_records, run=run, kind=kind, words=words))
    for kind in SEEN:
        await _walk(run, partial(_examine_alone, run=run, kind=kind, words=words))


async def _walk(run: Run, work: Any) -> None:
    """Go through a kind in slices, by id."""
    after: str | None = ""
    while after is not None:
        chosen = Chosen(after, run.services.store.slice_size)
        after = await run.transaction(partial(work, chosen=chosen), shows=False)


def _examine_records(
    connection: Connection, *, run: Run, kind: Kind, words: Words, chosen: Chosen
) -> str | None:
    rows = examining.records(connection, run.company, kind, chosen)
    if not rows:
        return None
    linked = examining.linked(connection, run.company, kind, [row.id for row in rows])
    mended, damaged = mend_copies(connection, run, kind, list(linked.values()))
    part = load(connection, run, kind, rows, linked, mended)
    wrong = mend_applications(connection, run, kind, rows, part.documents)
    wrong += mend_columns(connection, run, kind, rows, part.documents, linked)
    if wrong:
        ids = tuple(row.id for row in rows)
        part = part._replace(rows=examining.records(connection, run.company, kind, Chosen(ids=ids)))
    told = [Compared(each, part.documents.get(each.record or "")) for each in (*damaged, *wrong)]
    keep(connection, run, told, words, resolved=True)
    compared = compare_records(connection, run, part)
    keep(connection, run, compared, words)
    _decide_anew(connection, run, kind, compared)
    return rows[-1].id if len(rows) == chosen.limit else None


def _examine_alone(
    connection: Connection, *, run: Run, kind: Kind, words: Words, chosen: Chosen
) -> str | None:
    rows = examining.alone(connection, run.company, kind, chosen)
    if not rows:
        return None
    mended, damaged = mend_copies(connection, run, kind, rows)
    keep(connection, run, [Compared(each) for each in damaged], words, resolved=True)
    compared = compare_alone(connection, run, kind, rows, words, mended)
    keep(connection, run, compared, words)
    _decide_anew(connection, run, kind, compared)
    return rows[-1].qbo_id if len(rows) == chosen.limit else None


def load(
    connection: Connection,
    run: Run,
    kind: Kind,
    rows: list[Row[Any]],
    linked: dict[str, Row[Any]],
    mended: dict[str, Document] | None = None,
) -> Slice:
    """Decode a slice and look up what its documents refer to."""
    documents = {row.id: decode(kind, row.document) for row in rows}
    contents = {row.qbo_id: decode(kind, row.content) for row in linked.values()} | (mended or {})
    run.parents.load(
        connection,
        records=documents.values(),
        counterparts=contents.values(),
        also=defaults(connection, run, kind),
    )
    if kind in PAYMENTS:
        load_funding(connection, run, documents)
    return Slice(kind, rows, documents, linked, contents)


def compare_records(connection: Connection, run: Run, part: Slice) -> list[Compared]:
    """Compare records with their counterparts, and say why others have none."""
    couples = [_couple(run, part, row) for row in part.rows if row.id in part.linked]
    apart = {
        Reference(part.kind, each.here.id): at for at, each in enumerate(couples) if balances_apart(each)
    }
    if apart:
        targets = applications.load(connection, run.company, apart, coming=lambda *_: False)
        for reference, at in apart.items():
            couples[at] = couples[at].with_target(targets.get(reference))
    found = [
        Compared(each, part.documents[couple.here.id], part.contents[couple.there.id])
        for couple in couples
        for each in compare(couple)
    ]
    run.tally.apart |= any(each.found.field == "balance" for each in found)
    for row in part.rows:
        if row.id not in part.linked:
            here = _here(run, part, row, None)
            found += [Compared(each, part.documents[row.id]) for each in alone_here(part.kind, here)]
    return found


def _couple(run: Run, part: Slice, row: Row[Any]) -> Couple:
    linked = part.linked[row.id]
    content = part.contents[linked.qbo_id]
    planned = Planned(part.kind, NOTHING, row, linked, part.documents[row.id], content, is_linked=True)
    base = base_of(run, planned)
    assert base is not None
    there = There(
        id=linked.qbo_id,
        content=in_home_currency(run, content),
        deleted=linked.deleted,
        voided=linked.voided,
        undecided=linked.undecided,
        code=linked.code,
        balance=linked.balance,
    )
    return Couple(kind=part.kind, here=_here(run, part, row, base), there=there, base=base)


def _here(run: Run, part: Slice, row: Row[Any], base: Document | None) -> Here:
    return Here(
        id=row.id,
        content=wire_of(run, part.documents[row.id], base=base),
        archived=row.archived,
        undecided=row.undecided,
        state=row.sync_state,
        code=row.code,
        balance=row.balance,
    )


def compare_alone(
    connection: Connection,
    run: Run,
    kind: Kind,
    rows: list[Row[Any]],
    words: Words,
    mended: dict[str, Document] | None = None,
) -> list[Compared]:
    """Say of objects of QuickBooks' why they have no record."""
    contents = {row.qbo_id: decode(kind, row.content) for row in rows} | (mended or {})
    run.parents.load(connection, records=(), counterparts=contents.values())
    marks = {row.marker for row in rows if row.marker and row.code is None and not row.voided}
    taken = {
        each.marker
        for each in pairs.record_candidates(connection, run.company, kind, keys=(), markers=sorted(marks))
        if each.linked_to is not None
    }
    return [
        Compared(each, None, contents[row.qbo_id], row.reason if each.code == row.code else None)
        for row in rows
        for each in alone_there(
            kind,
            There(
                id=row.qbo_id,
                content=contents[row.qbo_id],
                voided=row.voided,
                undecided=row.undecided,
                code=row.code,
                has_issue=(kind.value, row.qbo_id) in words.objects,
                balance=row.balance,
                doubles=row.marker in taken,
            ),
        )
    ]


def keep(
    connection: Connection, run: Run, compared: Iterable[Compared], words: Words, *, resolved: bool = False
) -> None:
    """Keep what was found, unless an earlier attempt of this sync has found it already."""
    every = list(compared)
    if not every:
        return
    known = reconciliations.known(connection, run.company, run.sync) if run.attempts > 1 else {}
    rows = [
        row_of(
            run,
            each.found,
            words,
            document=each.document,
            content=each.content,
            reason=each.reason,
            resolved=resolved,
        )
        for each in every
        if each.found.key not in known
    ]
    reconciliations.add(connection, run.company, run.sync, rows)


def _decide_anew(connection: Connection, run: Run, kind: Kind, compared: list[Compared]) -> None:
    """Have the plan of this sync decide about what nobody told of."""
    anew = [each.found for each in compared if _is_unheard_of(each)]
    records = sorted({each.record for each in anew if each.record})
    objects = sorted({each.quickbooks_id for each in anew if each.quickbooks_id})
    pairs.mark_undecided(connection, run.company, kind, records=records)
    pairs.update_counterparts(
        connection, run.company, kind, [{"qbo_id": each, "undecided": True} for each in objects]
    )


def _is_unheard_of(compared: Compared) -> bool:
    found = compared.found
    return found.code in DECIDED_ANEW or (found.code == "duplicate_in_quickbooks" and not compared.reason)
