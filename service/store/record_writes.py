"""Records as callers write them: compare-and-set, one or a thousand in the same few statements.

The last word is the upsert's own guard (`revision` is still the one that was read), so two writers of one
revision never both win, on either database. A content that did not change writes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from service.core.lines import adopt_lines
from service.core.match import marker_of
from service.core.payments import is_application
from service.core.records import (
    LISTS,
    PAYMENTS,
    QUICKBOOKS_ONLY,
    Document,
    Invoice,
    Itemised,
    Kind,
    Payment,
    decode,
    noun_of,
)
from service.core.references import Reference
from service.store import applications, payment_writes, trees
from service.store.record_columns import columns_of
from service.store.record_references import Refusal, unreferable
from service.store.records import StoredRecord, find, get
from service.store.refusals import RefusedError
from service.store.tables import Record, table_of

_R = table_of(Record)
_ATTEMPTS = 3
_WRITTEN = (
    *("document", "revision", "caller_revision", "archived", "undecided", "level", "name", "number", "party"),
    *("issued_on", "due_on", "currency", "amount", "balance", "status", "match_key", "updated_at"),
)

_EXISTING = select(
    _R.c.id,
    _R.c.document,
    _R.c.revision,
    _R.c.caller_revision,
    _R.c.archived,
    _R.c.level,
    _R.c.amount,
    _R.c.balance,
    _R.c.status,
    _R.c.origin,
).where(
    _R.c.company == bindparam("of_company"),
    _R.c.kind == bindparam("of_kind"),
    _R.c.id.in_(bindparam("ids", expanding=True)),
)


def _guarded(insert: Any, table: Table) -> Any:
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=["company", "kind", "id"],
        set_={name: statement.excluded[name] for name in _WRITTEN},
        where=table.c.revision == statement.excluded.revision - 1,
    ).returning(table.c.id)


_WRITE = {"sqlite": _guarded(sqlite.insert, _R), "postgresql": _guarded(postgresql.insert, _R)}


class Precondition(Struct, frozen=True, kw_only=True):
    """What must hold for a write: a revision, mere presence, absence; by default that no edit of QuickBooks'
    is overwritten unseen."""

    revision: int | None = None
    present: bool = False
    absent: bool = False


class Write(Struct, frozen=True, kw_only=True):
    """What a caller wants a record to be."""

    id: str
    document: Document
    precondition: Precondition = Precondition()


class Written(Struct, frozen=True, kw_only=True):
    """What became of a write."""

    id: str
    revision: int | None = None
    created: bool = False
    refusal: Refusal | None = None


def put(
    connection: Connection, company: str, kind: Kind, write: Write, now: dt.datetime
) -> tuple[StoredRecord, bool]:
    """Write one record; return it and whether it is new.

    Raises:
        RefusedError: a precondition or a reference; `current` is the record as it stands.
    """
    (written,) = put_many(connection, company, kind, [write], now)
    if written.refusal is not None:
        refusal = written.refusal
        current = find(connection, company, kind, write.id)
        raise RefusedError(refusal.code, refusal.detail, field=refusal.field, current=current)
    return get(connection, company, kind, write.id), written.created


def put_many(
    connection: Connection, company: str, kind: Kind, writes: Sequence[Write], now: dt.datetime
) -> list[Written]:
    """Write records with different ids; each succeeds or fails for itself."""
    done: dict[str, Written] = {}
    waiting = {write.id: write for write in writes}
    for _ in range(_ATTEMPTS):
        if not waiting:
            break
        done |= _attempt(connection, company, kind, waiting, now)
        waiting = {key: write for key, write in waiting.items() if key not in done}
    for key in waiting:  # somebody else writes it again and again
        done[key] = _refused(key, "revision_mismatch", "The record was changed at the same moment.")
    return [done[write.id] for write in writes]


def archive(
    connection: Connection,
    company: str,
    kind: Kind,
    record: str,
    precondition: Precondition,
    now: dt.datetime,
) -> StoredRecord:
    """Archive a record; return it.

    Raises:
        RefusedError: there is none, or the precondition doesn't hold.
    """
    before = _existing(connection, company, kind, [record]).get(record)
    if before is None or before.archived or precondition.revision not in (None, before.revision):
        current = get(connection, company, kind, record)
        if precondition.revision not in (None, current.revision):
            raise RefusedError(*_STALE, current=current)
        if before is None or before.archived:
            return current
    document = decode(kind, before.document)
    if kind in LISTS:
        document = replace(document, archived=True)
    seen = precondition.revision is not None
    _write_one(connection, company, kind, record, document, before=before, archived=True, seen=seen, now=now)
    return get(connection, company, kind, record)


def rewrite(
    connection: Connection, company: str, kind: Kind, record: str, document: Document, now: dt.datetime
) -> None:
    """Write the document that a person chose, as the write of a caller who has seen no more than the choice.

    Raises:
        RefusedError: somebody else wrote it at the same moment.
    """
    before = _existing(connection, company, kind, [record])[record]
    _write_one(
        connection,
        company,
        kind,
        record,
        document,
        before=before,
        archived=before.archived,
        seen=False,
        now=now,
    )


def _write_one(
    connection: Connection,
    company: str,
    kind: Kind,
    record: str,
    document: Document,
    *,
    before: Row[Any],
    archived: bool,
    seen: bool = True,
    now: dt.datetime,
) -> None:
    """Write a row; who named no revision may not have seen what QuickBooks changed, and still hasn't."""
    row = _row(company, kind, record, document, before=before)
    if not seen and before.caller_revision != before.revision:
        row["caller_revision"] = before.caller_revision
    if not _run(connection, [row | {"archived": archived, "created_at": now, "updated_at": now}]):
        raise RefusedError(*_STALE, current=find(connection, company, kind, record))
    if kind in PAYMENTS:
        payment_writes.keep(connection, company, kind, {record: document}, archived=archived)


_STALE = ("revision_mismatch", "The record has another revision by now.")


def _attempt(
    connection: Connection, company: str, kind: Kind, waiting: Mapping[str, Write], now: dt.datetime
) -> dict[str, Written]:
    existing = _existing(connection, company, kind, waiting)
    done: dict[str, Written] = {}
    documents: dict[str, Document] = {}
    for key, write in waiting.items():
        before = existing.get(key)
        refusal = _judge(write.precondition, before)
        if refusal is not None:
            done[key] = Written(id=key, refusal=refusal, revision=before.revision if before else None)
        else:
            documents[key] = _adopted(kind, write.document, before)
    for key, refusal in unreferable(connection, company, kind, documents).items():
        done[key] = Written(id=key, refusal=refusal)
        del documents[key]
    if kind in PAYMENTS:
        for key, refusal in payment_writes.refused(connection, company, kind, documents, existing).items():
            done[key] = Written(id=key, refusal=refusal)
            del documents[key]
    changed, unchanged = _sort_out(kind, documents, existing)
    for key in unchanged:
        done[key] = Written(id=key, revision=existing[key].revision)
    levels, refused = _levels(connection, company, kind, changed)
    done |= {key: Written(id=key, refusal=refusal) for key, refusal in refused.items()}
    rows = [
        _row(company, kind, key, document, before=existing.get(key), level=levels.get(key, 0))
        | {"created_at": now, "updated_at": now}
        for key, document in sorted(changed.items())
        if key not in refused
    ]
    kept = _run(connection, rows)
    if kind in trees.TREES and _any_moved(rows, existing):
        trees.move_descendants(connection, company, kind)
    if kind in PAYMENTS:
        payment_writes.keep(connection, company, kind, {key: changed[key] for key in kept})
    settled = [
        Reference(kind, row["id"])
        for row in rows
        if row["id"] in kept and _is_settled_now(row, existing.get(row["id"]))
    ]
    applications.recount(connection, company, settled)  # a payment on it may be scheduled only
    for row in rows:
        if row["id"] in kept:
            key = row["id"]
            done[key] = Written(id=key, revision=row["revision"], created=key not in existing)
    return done


def _is_settled_now(row: dict[str, Any], before: Row[Any] | None) -> bool:
    """Say whether an edited amount has left nothing open of what was paid partly."""
    return before is not None and row["status"] != before.status == "partially_paid"


def _any_moved(rows: list[dict[str, Any]], existing: Mapping[str, Row[Any]]) -> bool:
    return any(row["id"] in existing and row["level"] != existing[row["id"]].level for row in rows)


def _existing(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> dict[str, Row[Any]]:
    binds = {"of_company": company, "of_kind": kind.value, "ids": list(ids)}
    return {row.id: row for row in connection.execute(_EXISTING, binds)}


def _judge(precondition: Precondition, before: Row[Any] | None) -> Refusal | None:
    if before is None:
        if precondition.revision is None and not precondition.present:
            return None
        return Refusal(code="revision_mismatch", detail="There is no such record yet.")
    if precondition.absent:
        return Refusal(code="already_exists", detail="There is a record with this id already.")
    if precondition.revision is not None:
        if precondition.revision == before.revision:
            return None
        return Refusal(code=_STALE[0], detail=_STALE[1])
    if precondition.present or before.revision == before.caller_revision:
        return None
    return Refusal(
        code="revision_needed",
        detail="QuickBooks has changed it since it was last written here: read it and send its revision.",
    )


def _adopted(kind: Kind, document: Document, before: Row[Any] | None) -> Document:
    previous = decode(kind, before.document) if before is not None else None
    if type(previous) is type(document):
        kept = QUICKBOOKS_ONLY & set(document.__struct_fields__)
        document = replace(document, **{name: getattr(previous, name) for name in kept})
    if isinstance(document, Invoice) and isinstance(previous, Invoice) and document.number is None:
        document = replace(document, number=previous.number)  # perhaps QuickBooks gave it
    if not isinstance(document, Itemised):
        return document
    lines = previous.lines if isinstance(previous, Itemised) else ()
    return replace(document, lines=adopt_lines(document.lines, lines))


def _sort_out(
    kind: Kind, documents: Mapping[str, Document], existing: Mapping[str, Row[Any]]
) -> tuple[dict[str, Document], list[str]]:
    """Split what changes a record, or restores an archived one, from what leaves it as it is."""
    changed: dict[str, Document] = {}
    unchanged = []
    for key, document in documents.items():
        before = existing.get(key)
        if before is None or before.archived or decode(kind, before.document) != document:
            changed[key] = document
        else:
            unchanged.append(key)
    return changed, unchanged


_PARENT_PROBLEMS = {
    "unknown_reference": "There is no such {noun}; write it first.",
    "parent_cycle": "It can't be its own ancestor.",
    "nested_too_deep": "QuickBooks allows five levels.",
}


def _levels(
    connection: Connection, company: str, kind: Kind, documents: Mapping[str, Document]
) -> tuple[dict[str, int], dict[str, Refusal]]:
    if kind not in trees.TREES or not documents:
        return {}, {}
    placed = trees.place(connection, company, kind, documents)
    noun = noun_of(kind)
    refused = {
        key: Refusal(code=code, detail=_PARENT_PROBLEMS[code].format(noun=noun), field="parent")
        for key, code in placed.problems.items()
    }
    return placed.levels, refused


def _row(
    company: str,
    kind: Kind,
    key: str,
    document: Document,
    *,
    before: Row[Any] | None,
    level: int | None = None,
) -> dict[str, Any]:
    revision = before.revision + 1 if before is not None else 1
    return {
        "company": company,
        "kind": kind.value,
        "id": key,
        "revision": revision,
        "caller_revision": revision,
        "origin": "platform",
        "archived": False,
        "undecided": True,
        "level": _level(document, level, before),
        "marker": marker_of(company, kind, key),
        "sync_state": "not_synced",
    } | columns_of(
        document,
        amount_before=before.amount if before is not None else None,
        balance_before=before.balance if before is not None else None,
        status_before=before.status if before is not None else None,
    )


def _level(document: Document, level: int | None, before: Row[Any] | None) -> int:
    """What only applies credits is decided after the payments that complete its bills."""
    if isinstance(document, Payment):
        return int(is_application(document))
    return level if level is not None else (before.level if before is not None else 0)


def _run(connection: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Write the rows whose revision is still the one that was read; return their ids."""
    if not rows:
        return set()
    return set(connection.execute(_WRITE[connection.dialect.name], rows).scalars())


def _refused(key: str, code: str, detail: str) -> Written:
    return Written(id=key, refusal=Refusal(code=code, detail=detail))
