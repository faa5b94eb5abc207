"""Pairs what is not linked yet: finds partners on the other side in bulk; the core chooses among them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from service.core.decision import Instruction
from service.core.match import MERGED, Candidate, Match, choose, choose_payment, choose_recorded, match_key
from service.core.records import (
    KIND_OF,
    LISTS,
    PAYMENTS,
    Document,
    Kind,
    Payment,
    Transaction,
    decode,
    is_voided,
)
from service.core.references import Reference, missing_parents, rename_references
from service.store import aliases, ledger, pairs
from service.store.transaction import Connection, Row
from service.sync.run import Run
from service.sync.spaces import in_order, wire_of

LINK_INSTRUCTION = "link:"


@dataclass(slots=True)
class Partner:
    """What matching found for one side: the other side's row, or the code of why there is none."""

    row: Row[Any] | None = None
    problem: str | None = None
    others: tuple[str, ...] = ()


NO_PARTNER = Partner()


def match_counterparts(
    connection: Connection, run: Run, kind: Kind, free: dict[str, Row[Any]], contents: dict[str, Document]
) -> dict[str, Partner]:
    """Find records for counterparts that have none: by marker first, then by name or number."""
    keys = {each: key for each in free if (key := _platform_key(run, kind, contents[each])) is not None}
    markers = {row.marker for row in free.values() if row.marker}
    found = pairs.record_candidates(
        connection, run.company, kind, keys=sorted(set(keys.values())), markers=sorted(markers)
    )
    if not found and not run.parents.has_merges:
        return {}
    merged = _merged_away(connection, run, kind, free)
    run.parents.load_keys(connection, [Reference(kind, row.id) for row in found if run.parents.has_merges])
    found = [row for row in found if run.parents.merged_into(kind, row.id) is None]
    by_marker = {row.marker: row for row in found}
    gone = [row.id for row in found if row.archived and row.linked_to is None]
    for record, _ in ledger.created_before(connection, run.company, kind, gone):
        by_marker = {marker: row for marker, row in by_marker.items() if row.id != record}
    rivals = _rivals(connection, run, kind, free, {row.match_key for row in found}, keys)
    claimed: set[str] = set()
    result = {}
    for qbo_id, row in free.items():
        if qbo_id in merged:
            result[qbo_id] = Partner(problem=MERGED, others=(merged[qbo_id],))
            continue
        partner = _by_marker(by_marker.get(row.marker), claimed) if _is_marked(row) else None
        if partner is None:
            named = [each for each in found if each.match_key == keys.get(qbo_id, "")]
            partner = _choose_record(run, kind, row, contents[qbo_id], named, claimed)
            if partner.row is not None and _is_disputed(kind, partner.row, rivals[row.match_key]):
                partner = Partner(problem="ambiguous", others=(partner.row.id,))
        if partner.row is not None:
            claimed.add(partner.row.id)
        result[qbo_id] = partner
    return result


def _merged_away(connection: Connection, run: Run, kind: Kind, ids: Iterable[str]) -> dict[str, str]:
    """Return the survivors of those counterparts that were merged away: they are nobody's any more."""
    if not run.parents.has_merges or kind not in LISTS:
        return {}
    found = aliases.survivors(connection, run.company, [(kind, each) for each in ids])
    return {lost: survivor for (_, lost), survivor in found.items()}


def _rivals(
    connection: Connection,
    run: Run,
    kind: Kind,
    free: dict[str, Row[Any]],
    wanted: set[str | None],
    keys: dict[str, str],
) -> dict[str, list[Row[Any]]]:
    """List the unlinked counterparts of each key: of two of them nobody can say which is the record's."""
    asked = {free[each].match_key for each, key in keys.items() if key in wanted}
    rows = pairs.counterpart_candidates(connection, run.company, kind, keys=sorted(asked), markers=())
    rivals: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.linked_to is None and not row.inactive:
            rivals[row.match_key].append(row)
    return rivals


def _is_disputed(kind: Kind, record: Row[Any], rivals: list[Row[Any]]) -> bool:
    """Say whether more than one counterpart may be this record; of payments their days tell, too."""
    document = decode(kind, record.document)
    if not isinstance(document, Payment):
        return len(rivals) > 1
    contents = [(each.qbo_id, decode(kind, each.content)) for each in rivals]
    candidates = [Candidate(id=qbo_id, content=content, linked=False) for qbo_id, content in contents]
    return choose_payment(document, candidates).partner is None


def _is_marked(counterpart: Row[Any]) -> bool:
    """Say whether a mark still tells whose it is: no more once its record was written anew."""
    return counterpart.marker is not None and counterpart.code != "voided"


def _by_marker(row: Row[Any] | None, claimed: set[str]) -> Partner | None:
    """Pair by marker; a second object with the mark of one record is a copy (QuickBooks' Copy keeps memos).

    A copy whose original was deleted, and its record archived with it, is nobody's: it is a new object.
    """
    if row is None:
        return None
    if row.linked_to is not None or row.id in claimed:
        return Partner(problem="duplicate_in_quickbooks", others=(row.id,))
    return Partner(row)


def _choose_record(
    run: Run, kind: Kind, row: Row[Any], content: Document, named: list[Row[Any]], claimed: set[str]
) -> Partner:
    candidates = [
        Candidate(
            id=each.id,
            content=decode(kind, each.document),
            linked=each.linked_to is not None or each.id in claimed,
            active=not each.archived,
            currency=currency_of(run, decode(kind, each.document)),
        )
        for each in named
        if not _is_another(each.instruction)
    ]
    if isinstance(content, Payment):
        match = choose_recorded(content, candidates)
    else:
        match = choose(content, candidates, currency=row.currency or run.policy.facts.home_currency)
    return _partner(match, {each.id: each for each in named})


def match_records(
    connection: Connection, run: Run, kind: Kind, free: dict[str, Row[Any]], documents: dict[str, Document]
) -> dict[str, Partner]:
    """Find counterparts for records that have none, and records of the same name that came first."""
    wires = {each: wire_of(run, documents[each]) for each in free}
    keys = {each: key for each in free if (key := match_key(wires[each])) is not None}
    told = {
        each: row.instruction.removeprefix(LINK_INSTRUCTION)
        for each, row in free.items()
        if row.instruction and row.instruction.startswith(LINK_INSTRUCTION)
    }
    found = pairs.counterpart_candidates(
        connection,
        run.company,
        kind,
        keys=sorted(set(keys.values())),
        markers=[row.marker for row in free.values()],
        ids=sorted(set(told.values())),
    )
    rivals = _earlier_records(connection, run, kind, free, documents)
    alike = _payments_alike(connection, run, kind, documents)
    gone = _merged_away(connection, run, kind, [row.qbo_id for row in found])
    found = [row for row in found if row.qbo_id not in gone]
    if run.parents.has_merges:
        run.parents.load_keys(connection, [Reference(kind, each) for each in free])
        into = (run.parents.merged_into(kind, each) for each in free)
        run.parents.load_ids(connection, [Reference(kind, each) for each in into if each])
    claimed: set[str] = set()
    result = {}
    for each, row in free.items():
        if survivor := run.parents.merged_into(kind, each):
            own = run.parents.record_of(kind, survivor) or survivor
            result[each] = Partner(problem=MERGED, others=(own,))
            continue
        partner = _counterpart_for(run, row, wires[each], keys.get(each), told.get(each), found, claimed)
        if partner.row is not None and _is_claimed_by_another(kind, row, partner.row, told.get(each), alike):
            partner = Partner(problem="ambiguous", others=(partner.row.qbo_id,))
        if partner.row is not None:
            claimed.add(partner.row.qbo_id)
        elif partner.problem is None and each in rivals and not row.archived:
            code = "number_taken" if kind not in LISTS else "duplicate_name"
            partner = Partner(problem=code, others=(rivals[each],))
        result[each] = partner
    return result


def _payments_alike(
    connection: Connection, run: Run, kind: Kind, documents: dict[str, Document]
) -> dict[str, list[Row[Any]]]:
    """List the records of each key of these payments."""
    alike: dict[str, list[Row[Any]]] = defaultdict(list)
    if kind not in PAYMENTS:
        return alike
    keys = {key for document in documents.values() if (key := match_key(document)) is not None}
    for row in pairs.record_candidates(connection, run.company, kind, keys=sorted(keys), markers=()):
        alike[row.match_key].append(row)
    return alike


def _is_claimed_by_another(
    kind: Kind, row: Row[Any], partner: Row[Any], told: str | None, alike: dict[str, list[Row[Any]]]
) -> bool:
    """Say whether a payment in QuickBooks may as well be another record: then a person has to say which."""
    own = match_key(decode(kind, row.document)) if kind in PAYMENTS else None
    if own is None or len(alike[own]) < 2 or partner.qbo_id == told:
        return False
    if partner.marker == row.marker and _is_marked(partner):
        return False
    there = decode(kind, partner.content)
    assert isinstance(there, Payment)
    candidates = [
        Candidate(
            id=each.id,
            content=decode(kind, each.document),
            linked=each.linked_to is not None,
            active=not each.archived,
        )
        for each in alike[own]
        if not _is_another(each.instruction)
    ]
    return choose_recorded(there, candidates).code == "ambiguous"


def _counterpart_for(
    run: Run,
    row: Row[Any],
    wire: Document,
    key: str | None,
    told: str | None,
    found: list[Row[Any]],
    claimed: set[str],
) -> Partner:
    for each in found:
        is_free = each.linked_to is None and each.qbo_id not in claimed
        if is_free and (each.qbo_id == told or (each.marker == row.marker and _is_marked(each))):
            return Partner(each)
    if row.archived or is_voided(wire) or _is_another(row.instruction):
        return NO_PARTNER
    named = [each for each in found if key is not None and each.match_key == key]
    candidates = [
        Candidate(
            id=each.qbo_id,
            content=decode(KIND_OF[type(wire)], each.content),
            linked=each.linked_to is not None or each.qbo_id in claimed,
            active=not each.inactive,
            currency=each.currency or run.policy.facts.home_currency,
        )
        for each in named
    ]
    if isinstance(wire, Payment):
        match = choose_payment(wire, candidates)
    else:
        match = choose(wire, candidates, currency=currency_of(run, wire))
    return _partner(match, {each.qbo_id: each for each in named})


def _earlier_records(
    connection: Connection, run: Run, kind: Kind, free: dict[str, Row[Any]], documents: dict[str, Document]
) -> dict[str, str]:
    """Name the unlinked record of the same name or number that came before each: only the first is sent."""
    if kind in PAYMENTS:  # what is owed may be paid in two equal parts
        return {}
    keys = {each: key for each in free if (key := match_key(documents[each])) is not None}
    rows = pairs.record_candidates(connection, run.company, kind, keys=sorted(set(keys.values())), markers=())
    firsts: dict[str, str] = {}
    for row in rows:
        if not row.archived and row.linked_to is None:
            firsts.setdefault(row.match_key, row.id)
    return {each: firsts[key] for each, key in keys.items() if firsts.get(key, each) != each}


def _partner(match: Match, rows: dict[str, Row[Any]]) -> Partner:
    row = rows[match.partner] if match.partner is not None else None
    return Partner(row, match.code, match.others)


def _is_another(instruction: str | None) -> bool:
    """Say whether a person has told us that what looks like one payment are two."""
    return (instruction or "").partition("@")[0] == Instruction.PROCEED.value


def currency_of(run: Run, document: Document) -> str | None:
    if isinstance(document, Transaction):
        return document.currency or run.policy.facts.home_currency
    return None


def _platform_key(run: Run, kind: Kind, content: Document) -> str | None:
    """The match key of a counterpart in record ids; None while a parent has no record."""
    if kind not in LISTS or getattr(content, "parent", None):
        if missing_parents(content, run.parents.record_of):
            return None
        content = rename_references(
            content, lambda kind, qbo_id: run.parents.record_of(kind, qbo_id) or qbo_id
        )
    return match_key(in_order(content) if isinstance(content, Payment) else content)
