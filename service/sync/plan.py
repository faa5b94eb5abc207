"""Plan: match and decide all that is undecided, whoever brought it, in dependency order, slice by slice.

QuickBooks' side of a kind comes before the platform's, so that a record that exists there already is paired
before it could be created. A preview decides the same and writes nothing.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from service.core.decide import decide
from service.core.decision import NOTHING, Decision, Instruction, Pair, Write
from service.core.plan import MASS_REMOVAL, brakes, held_removal, is_removal
from service.core.records import (
    ENTITIES,
    LISTS,
    ORDER,
    PAYMENTS,
    SEEN,
    SETTLED,
    Kind,
    decode,
)
from service.core.rules import WAIT_FOR_LISTS, WAIT_FOR_MONEY
from service.store import applications, ledger, pairs, reopening
from service.store.transaction import Connection, Row
from service.sync.brakes import report_brakes
from service.sync.pairing import (
    NO_PARTNER,
    Partner,
    match_counterparts,
    match_records,
)
from service.sync.run import Run
from service.sync.settling import load_funding, load_targets, open_clearing_account
from service.sync.sides import Planned, base_of, counterpart_side, party_currency_of, record_side
from service.sync.unallocated import defaults, open_item

Slice = Callable[[Connection, list["Planned"]], None]
_FIRST = (-1, "")


async def plan(run: Run, undecided: dict[str, int], write: Slice) -> None:
    """Decide everything undecided; `write` carries a slice out in the transaction that decided it."""
    total = sum(number for key, number in undecided.items() if not key.startswith(pairs.REMOVALS))
    if run.has_operations or any(key.startswith(pairs.REMOVALS) for key in undecided):
        await run.transaction(lambda connection: _prepare(connection, run, undecided), shows=False)
    await _open_entries(run, undecided)
    done = 0
    run.met.clear()
    for kind in SEEN:
        if run.began.waiting and not run.preview:
            await _reopen_waiting(run, kind, undecided)
        if run.has_unpaired and not run.preview and _moves(undecided, kind):
            reopened = await run.transaction(
                partial(reopening.reopen_unpaired, company=run.company, kind=kind), shows=False
            )
            for key, number in reopened.items():
                undecided[key] = undecided.get(key, 0) + number
        for key, load in ((ENTITIES[kind], _counterpart_slice), (kind.value, _record_slice)):
            if not undecided.get(key):
                continue
            after: tuple[int, str] | None = _FIRST
            while after is not None:
                after, number = await run.transaction(
                    partial(_decide_slice, run=run, kind=kind, load=load, after=after, write=write),
                    shows=total > run.services.store.slice_size,
                    step="slice",
                )
                done += number
                run.reach("plan", done / max(total, done))
    if run.brake_kinds and not run.preview:
        await run.transaction(lambda connection: report_brakes(connection, run))


async def _open_entries(run: Run, undecided: dict[str, int]) -> None:
    """Make the list entries of our own that what is undecided needs."""
    for kind in PAYMENTS:
        if undecided.get(kind.value):
            opened = await run.transaction(partial(open_clearing_account, run=run, kind=kind), shows=False)
            undecided[Kind.ACCOUNT.value] = undecided.get(Kind.ACCOUNT.value, 0) + opened
    if undecided.get(Kind.INVOICE.value) or undecided.get(ENTITIES[Kind.INVOICE]):
        opened = await run.transaction(lambda connection: open_item(connection, run), shows=False)
        undecided[Kind.ITEM.value] = undecided.get(Kind.ITEM.value, 0) + opened


async def _reopen_waiting(run: Run, kind: Kind, undecided: dict[str, int]) -> None:
    """Look again at what waits for a list entry, or for a bill's balance, where any of those has moved."""
    codes: dict[str, Iterable[Kind]] = {}
    if kind is _FIRST_TRANSACTION and any(_moves(undecided, each) for each in LISTS):
        codes = dict.fromkeys(WAIT_FOR_LISTS, _TRANSACTIONS)
    if kind in PAYMENTS and any(_moves(undecided, each) for each in (*SETTLED, kind)):
        codes = dict.fromkeys(WAIT_FOR_MONEY, (kind,))
    if not codes:
        return
    reopen = partial(reopening.reopen_codes, company=run.company, codes=codes)
    for key, number in (await run.transaction(reopen, shows=False)).items():
        undecided[key] = undecided.get(key, 0) + number


_TRANSACTIONS = tuple(kind for kind in ORDER if kind not in LISTS)
_FIRST_TRANSACTION = _TRANSACTIONS[0]


def _moves(undecided: dict[str, int], kind: Kind) -> bool:
    """Say whether entries of a kind are looked at: one that was in another's way may go or be renamed."""
    return bool(undecided.get(kind.value) or undecided.get(ENTITIES[kind]))


def _prepare(connection: Connection, run: Run, undecided: dict[str, int]) -> None:
    """Withdraw what an earlier run planned and never sent, and see whether a brake has to hold."""
    if run.has_operations:
        if not run.preview:
            ledger.withdraw_all(connection, run.company, run.now())
        run.in_flight = {(Kind(row.kind), row.record) for row in ledger.in_flight(connection, run.company)}
    links = pairs.links_by_kind(connection, run.company)
    run.braked = frozenset(
        (kind, key)
        for kind in ORDER
        for key in (kind.value, ENTITIES[kind])
        if brakes(undecided.get(pairs.REMOVALS + key, 0), links.get(kind, 0))
    )


Loaded = tuple[list[Planned], tuple[int, str] | None]


def _decide_slice(
    connection: Connection,
    *,
    run: Run,
    kind: Kind,
    load: Callable[..., Loaded],
    after: tuple[int, str],
    write: Slice,
) -> tuple[tuple[int, str] | None, int]:
    limit = run.services.store.slice_size
    planned, last = load(connection, run, kind, after, limit)
    write(connection, planned)
    return last, len(planned)


def _counterpart_slice(
    connection: Connection, run: Run, kind: Kind, after: tuple[int, str], limit: int
) -> Loaded:
    """Decide the next counterparts, with the records that they are linked to or belong to."""
    rows = pairs.undecided_counterparts(connection, run.company, kind, after=after, limit=limit)
    rows, last = _one_level(rows, "qbo_id", limit)
    contents = {row.qbo_id: decode(kind, row.content) for row in rows}
    linked = pairs.records(connection, run.company, kind, sorted(row.record for row in rows if row.record))
    documents = {each.id: decode(kind, each.document) for each in linked.values()}
    run.parents.load(
        connection,
        records=documents.values(),
        counterparts=contents.values(),
        also=defaults(connection, run, kind),
    )
    free = {row.qbo_id: row for row in rows if row.record is None and not row.deleted}
    matches = match_counterparts(connection, run, kind, free, contents) if free else {}
    partners = [decode(kind, each.row.document) for each in matches.values() if each.row is not None]
    run.parents.load(connection, records=partners, counterparts=())
    _load_money(connection, run, kind, linked.values(), (each.row for each in matches.values() if each.row))
    gone = [row.record for row in rows if row.deleted and row.record]
    run.paying.settled = applications.settled_here(connection, run.company, kind, gone)
    planned = []
    for row in rows:
        match = matches.get(row.qbo_id, NO_PARTNER)
        record = linked.get(row.record) if row.record else match.row
        if record is not None and (kind, record.id) in run.in_flight:
            continue
        document = decode(kind, record.document) if record is not None else None
        planned.append(
            _decide(
                run,
                Planned(kind, NOTHING, record, row, document, contents[row.qbo_id], row.record is not None),
                match,
            )
        )
    run.met |= {(kind, each.record.id) for each in planned if each.record is not None and _stays(run, each)}
    return planned, last


def _stays(run: Run, planned: Planned) -> bool:
    """Say whether its record is still undecided after this: it waits for an answer, or nothing is written."""
    return run.preview or planned.decision.quickbooks is not None


def _record_slice(connection: Connection, run: Run, kind: Kind, after: tuple[int, str], limit: int) -> Loaded:
    """Decide the next records that no counterpart has brought along."""
    rows = pairs.undecided_records(connection, run.company, kind, after=after, limit=limit)
    rows, last = _one_level(rows, "id", limit)
    documents = {row.id: decode(kind, row.document) for row in rows}
    linked = pairs.counterparts_of(connection, run.company, kind, [row.id for row in rows])
    contents = {row.qbo_id: decode(kind, row.content) for row in linked.values()}
    run.parents.load(
        connection,
        records=documents.values(),
        counterparts=contents.values(),
        also=defaults(connection, run, kind),
    )
    _load_money(connection, run, kind, rows)
    free = {row.id: row for row in rows if row.id not in linked}
    matches = match_records(connection, run, kind, free, documents) if free else {}
    partners = [decode(kind, each.row.content) for each in matches.values() if each.row is not None]
    run.parents.load(connection, records=(), counterparts=partners)
    gone = [row.id for row in rows if row.id in linked and linked[row.id].deleted]
    run.paying.settled = applications.settled_here(connection, run.company, kind, gone)
    planned = []
    for row in rows:
        if (kind, row.id) in run.in_flight or (kind, row.id) in run.met:
            continue
        match = matches.get(row.id, NO_PARTNER)
        counterpart = linked.get(row.id, match.row)
        content = decode(kind, counterpart.content) if counterpart is not None else None
        planned.append(
            _decide(
                run,
                Planned(kind, NOTHING, row, counterpart, documents[row.id], content, row.id in linked),
                match,
            )
        )
    return planned, last


def _load_money(connection: Connection, run: Run, kind: Kind, *records: Iterable[Row[Any]]) -> None:
    """Look up what the rules ask of payments: their accounts, and what is open of what they pay."""
    if kind not in PAYMENTS:
        return
    found = {row.id: decode(kind, row.document) for rows in records for row in rows}
    load_funding(connection, run, found)
    load_targets(connection, run, kind, found)


def _one_level(
    rows: list[Row[Any]], id_column: str, limit: int
) -> tuple[list[Row[Any]], tuple[int, str] | None]:
    """Cut a slice where a level of a hierarchy ends: children are decided when their parents are linked.

    Returns the rows and where the next slice begins, None after the last.
    """
    level = rows[0].level if rows else 0
    here = [row for row in rows if row.level == level]
    if len(here) == len(rows) < limit:
        return here, None
    return here, (here[-1].level, getattr(here[-1], id_column))


def _decide(run: Run, planned: Planned, match: Partner) -> Planned:
    """Build the pair in wire space and let the core decide."""
    kind, record, counterpart = planned.kind, planned.record, planned.counterpart
    marker = record.marker if record is not None else None
    pair = Pair(
        kind=kind,
        record=record_side(run, planned) if record is not None else None,
        counterpart=counterpart_side(run, counterpart, planned.content, marker),
        base=base_of(run, planned),
        party_currency=party_currency_of(run, planned),
        problem=match.problem,
        others=match.others,
    )
    decision = decide(pair, run.policy)
    if run.braked and is_removal(decision) and _is_braked(run, pair, decision):
        decision = held_removal()
    if MASS_REMOVAL in (decision.code, record.code if record is not None else None):
        run.brake_kinds.add(kind)
    run.paying.waiting |= decision.code in WAIT_FOR_MONEY
    planned.decision = decision
    if decision.quickbooks is Write.CREATE and record is not None:
        run.parents.coming.add((kind, record.id))
    return planned


def _is_braked(run: Run, pair: Pair, decision: Decision) -> bool:
    if pair.instruction is Instruction.PROCEED:
        return False
    made_there = decision.platform in (Write.ARCHIVE, Write.VOID) or "archived" in decision.platform_fields
    return (pair.kind, ENTITIES[pair.kind] if made_there else pair.kind.value) in run.braked
