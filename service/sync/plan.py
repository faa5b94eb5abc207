"""Plan: match and decide all that is undecided, whoever brought it, in dependency order, slice by slice.

QuickBooks' side of a kind comes before the platform's, so that a record that exists there already is paired
before it could be created. A preview decides the same and writes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from service.core.decide import decide
from service.core.decision import NOTHING, Counterpart, Decision, Instruction, Pair, Record, Write
from service.core.plan import MASS_REMOVAL, brakes, held_removal, is_removal
from service.core.records import (
    ENTITIES,
    LISTS,
    SYNCED,
    BillPayment,
    Document,
    Kind,
    decode,
    party_of,
)
from service.core.references import Reference, placeholders_of, resolve_placeholders
from service.core.rules import WAIT_FOR_LISTS, WAIT_FOR_MONEY
from service.store import applications, ledger, pairs, reopening
from service.store.transaction import Connection, Row
from service.sync.brakes import report_brakes
from service.sync.pairing import (
    LINK_INSTRUCTION,
    NO_PARTNER,
    Partner,
    currency_of,
    match_counterparts,
    match_records,
)
from service.sync.run import Run
from service.sync.settling import load_funding, load_targets, open_clearing_account, targets_now
from service.sync.spaces import in_home_currency, parents_missing_here, platform_of, wire_of
from service.sync.unallocated import know_item, open_item

Slice = Callable[[Connection, list["Planned"]], None]
_FIRST = (-1, "")


@dataclass(slots=True)
class Planned:
    """One pair with what was decided about it; `document` is the record's, in platform space."""

    kind: Kind
    decision: Decision
    record: Row[Any] | None = None
    counterpart: Row[Any] | None = None
    document: Document | None = None
    content: Document | None = None
    is_linked: bool = False


async def plan(run: Run, undecided: dict[str, int], write: Slice) -> None:
    """Decide everything undecided; `write` carries a slice out in the transaction that decided it."""
    total = sum(number for key, number in undecided.items() if not key.startswith(pairs.REMOVALS))
    if run.has_operations or any(key.startswith(pairs.REMOVALS) for key in undecided):
        await run.transaction(lambda connection: _prepare(connection, run, undecided), shows=False)
    if undecided.get(Kind.BILL_PAYMENT.value):
        opened = await run.transaction(lambda connection: open_clearing_account(connection, run), shows=False)
        undecided[Kind.ACCOUNT.value] = undecided.get(Kind.ACCOUNT.value, 0) + opened
    if undecided.get(Kind.INVOICE.value) or undecided.get(ENTITIES[Kind.INVOICE]):
        opened = await run.transaction(lambda connection: open_item(connection, run), shows=False)
        undecided[Kind.ITEM.value] = undecided.get(Kind.ITEM.value, 0) + opened
    done = 0
    run.met.clear()
    for kind in SYNCED:
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


async def _reopen_waiting(run: Run, kind: Kind, undecided: dict[str, int]) -> None:
    """Look again at what waits for a list entry, or for a bill's balance, where any of those has moved."""
    codes: dict[str, Iterable[Kind]] = {}
    if kind is _FIRST_TRANSACTION and any(_moves(undecided, each) for each in LISTS):
        codes = dict.fromkeys(WAIT_FOR_LISTS, _TRANSACTIONS)
    if kind is Kind.BILL_PAYMENT and any(_moves(undecided, each) for each in _SETTLING):
        codes = dict.fromkeys(WAIT_FOR_MONEY, (Kind.BILL_PAYMENT,))
    if not codes:
        return
    reopen = partial(reopening.reopen_codes, company=run.company, codes=codes)
    for key, number in (await run.transaction(reopen, shows=False)).items():
        undecided[key] = undecided.get(key, 0) + number


_TRANSACTIONS = tuple(kind for kind in SYNCED if kind not in LISTS)
_FIRST_TRANSACTION = _TRANSACTIONS[0]
_SETTLING = (Kind.BILL, Kind.VENDOR_CREDIT, Kind.BILL_PAYMENT)


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
        for kind in SYNCED
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
        also=_defaults(connection, run, kind),
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
        also=_defaults(connection, run, kind),
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
    if kind is not Kind.BILL_PAYMENT:
        return
    found = {row.id: decode(kind, row.document) for rows in records for row in rows}
    load_funding(connection, run, found)
    load_targets(connection, run, found)


def _defaults(connection: Connection, run: Run, kind: Kind) -> list[Reference]:
    """The accounts and items that preferences put where a record names none."""
    if kind is Kind.INVOICE:
        if run.unallocated_item is None:
            know_item(connection, run)
        return [Reference(Kind.ITEM, run.unallocated_item)] if run.unallocated_item else []
    account = run.policy.preferences.unallocated_expense_account
    return [Reference(Kind.ACCOUNT, account)] if account and kind in _EXPENSES else []


_EXPENSES = frozenset({Kind.BILL, Kind.VENDOR_CREDIT})


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
        record=_record_side(run, planned) if record is not None else None,
        counterpart=_counterpart_side(run, counterpart, planned.content, marker),
        base=_base(run, planned),
        party_currency=_party_currency(run, planned),
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


def _base(run: Run, planned: Planned) -> Document | None:
    if not planned.is_linked or planned.counterpart is None:
        return None
    base = in_home_currency(run, decode(planned.kind, planned.counterpart.base))
    if planned.kind is not Kind.BILL_PAYMENT:
        return base
    return resolve_placeholders(base, run.parents.qbo_id_of)  # what was linked while its account was new


def _is_braked(run: Run, pair: Pair, decision: Decision) -> bool:
    if pair.instruction is Instruction.PROCEED:
        return False
    made_there = decision.platform in (Write.ARCHIVE, Write.VOID) or "archived" in decision.platform_fields
    return (pair.kind, ENTITIES[pair.kind] if made_there else pair.kind.value) in run.braked


def _record_side(run: Run, planned: Planned) -> Record:
    row, document, counterpart = planned.record, planned.document, planned.counterpart
    assert row is not None
    assert document is not None
    wire = wire_of(run, document, base=_base(run, planned))
    return Record(
        id=row.id,
        content=wire,
        archived=row.archived,
        currency=currency_of(run, document),
        unlinked=tuple(_not_coming(run, placeholders_of(wire))),
        made_there=row.origin == "quickbooks",
        settled=row.id in run.paying.settled,
        funding=run.paying.fundings.get(row.id),
        targets=targets_now(run, row.id),
        remapped=_is_remapped(run, planned),
        instruction=told(row.instruction, row, counterpart),
    )


def _is_remapped(run: Run, planned: Planned) -> bool:
    """Say whether what a payment made in QuickBooks settles is here by now, or no longer."""
    document, content = planned.document, planned.content
    if not isinstance(document, BillPayment) or content is None or not planned.is_linked:
        return False
    if planned.record is None or planned.record.origin != "quickbooks":
        return False
    if parents_missing_here(run, content)[0]:
        return False
    here = platform_of(run, content, document)
    assert isinstance(here, BillPayment)
    return here.unmapped != document.unmapped


def _counterpart_side(
    run: Run, row: Row[Any] | None, content: Document | None, marker: str | None
) -> Counterpart | None:
    if row is None or content is None:
        return None
    unlinked, unheld = parents_missing_here(run, content)
    return Counterpart(
        id=row.qbo_id,
        content=in_home_currency(run, content),
        deleted=row.deleted,
        voided=row.voided,
        marked=marker is not None and row.marker == marker,
        balance=row.balance,
        currency=row.currency or run.policy.facts.home_currency,
        unlinked=tuple(unlinked),
        unheld=tuple(unheld),
        unsupported=tuple(msgspec.json.decode(row.unsupported)) if row.unsupported else (),
        instruction=told(row.instruction),
    )


def _not_coming(run: Run, missing: Iterable[Reference]) -> Iterable[Reference]:
    return (each for each in missing if tuple(each) not in run.parents.coming)


def told(
    text: str | None, record: Row[Any] | None = None, counterpart: Row[Any] | None = None
) -> Instruction | None:
    """Read what a person chose; a choice about a pair that has changed since is none: he is asked again."""
    if not text or text.startswith(LINK_INSTRUCTION):
        return None
    word, at, _ = text.partition("@")
    if at and record is not None:
        seen = pairs.mark_of(record.revision, counterpart.content_hash if counterpart is not None else None)
        if text != word + seen:
            return None
    return Instruction(word)


def _party_currency(run: Run, planned: Planned) -> str | None:
    """The currency in which QuickBooks keeps the party; a record's own party counts before the other's."""
    kind = Kind.CUSTOMER if planned.kind is Kind.INVOICE else Kind.VENDOR
    if planned.document is not None:
        record = party_of(planned.document)
        party = run.parents.qbo_id_of(kind, record) if record else None
    else:
        party = party_of(planned.content) if planned.content is not None else None
    return run.parents.currency_of(kind, party) if party else None
