"""What is kept beside the contents and follows from them: columns, applications, copies of objects.

Where it doesn't follow it is put right in place, and told.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from service.core.match import marker_of
from service.core.payments import standing
from service.core.reconcile import Discrepancy, stale_columns
from service.core.records import (
    LISTS,
    PAYMENTS,
    PROJECTION_VERSION,
    SETTLED,
    ZERO,
    Document,
    Kind,
    Payment,
    encode,
    is_archived,
    is_voided,
)
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import hash_of
from service.store import applications, examining, feed, pairs
from service.store.feed import Entry
from service.store.record_columns import columns_of
from service.store.transaction import Connection, Row
from service.sync.run import Run
from service.sync.settling import keep_applications

_MONEY = frozenset({"amount", "balance", "quickbooks_balance"})
Linked = Mapping[str, Row[Any]]


def mend_columns(
    connection: Connection,
    run: Run,
    kind: Kind,
    rows: list[Row[Any]],
    documents: Mapping[str, Document],
    linked: Linked,
) -> list[Discrepancy]:
    """Recompute the columns of records that don't follow from their documents."""
    settled = (
        examining.applied(connection, run.company, kind, [row.id for row in rows]) if kind in SETTLED else {}
    )
    found: list[Discrepancy] = []
    entries: list[Entry] = []
    for row in rows:
        expected = _expected(run, kind, row, documents[row.id], settled.get(row.id), linked.get(row.id))
        stale = stale_columns(row._asdict(), expected)
        if stale:
            pairs.update_records(connection, run.company, kind, [{"id": row.id} | stale])
            found += [_stale(kind, row, name, value) for name, value in stale.items()]
            entries.append(Entry(kind, row.id, row.revision, "state", tuple(stale)))
    feed.append(connection, run.company, run.sync, entries, run.now())
    run.tally.apart |= any(each.field in _MONEY for each in found)
    return found


def _expected(
    run: Run,
    kind: Kind,
    row: Row[Any],
    document: Document,
    settled: examining.Applied | None,
    counterpart: Row[Any] | None,
) -> dict[str, Any]:
    expected = columns_of(document) | {"marker": marker_of(run.company, kind, row.id)}
    del expected["document"]
    if kind in LISTS:
        expected["archived"] = is_archived(document)
    if kind not in SETTLED:
        return expected
    applied = settled or examining.Applied(ZERO, scheduled=False)
    amount = expected["amount"] or ZERO
    stands = standing(amount, applied.amount, scheduled=applied.scheduled)
    expected |= {"balance": stands.balance, "status": stands.status.value}
    if counterpart is not None and not (counterpart.undecided or row.undecided or row.archived):
        expected["quickbooks_balance"] = counterpart.balance
    return expected


def _stale(kind: Kind, row: Row[Any], name: str, value: Any) -> Discrepancy:
    kept = getattr(row, name)
    is_money = name in _MONEY and isinstance(kept, Decimal) and isinstance(value, Decimal)
    return Discrepancy(
        code="column_outdated",
        kind=kind,
        record=row.id,
        field=name,
        platform=f"{_text(kept)}, not {_text(value)}",
        amount=kept - value if is_money else None,
    )


def _text(value: Any) -> str:
    return "nothing" if value is None else str(value)


def mend_applications(
    connection: Connection,
    run: Run,
    kind: Kind,
    rows: list[Row[Any]],
    documents: Mapping[str, Document],
) -> list[Discrepancy]:
    """Write anew what payments settle where it was kept otherwise than they say; balances follow."""
    if kind not in PAYMENTS:
        return []
    kept = examining.applications(connection, run.company, kind, [row.id for row in rows])
    wrong: dict[str, tuple[Document, bool]] = {}
    found: list[Discrepancy] = []
    for row in rows:
        document = documents[row.id]
        assert isinstance(document, Payment)
        live = not row.archived and not is_voided(document)
        expected = applications.rows_of(run.company, row.id, document, live=live)
        present = kept.get(row.id, [])
        if _as_set(present) == _as_set(expected):
            continue
        wrong[row.id] = (document, row.archived)
        said, meant = (sum((each["amount"] for each in rows), ZERO) for rows in (present, expected))
        found.append(
            Discrepancy(
                code="applications_outdated",
                kind=kind,
                record=row.id,
                field="applications",
                platform=f"{said} in {len(present)}, not {meant} in {len(expected)}",
            )
        )
    keep_applications(connection, run, kind, wrong)
    return found


def _as_set(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(value for _, value in sorted(row.items())) for row in rows}


def mend_copies(
    connection: Connection, run: Run, kind: Kind, rows: list[Row[Any]]
) -> tuple[dict[str, Document], list[Discrepancy]]:
    """Read anew, from what QuickBooks sent, what is kept of objects and is not as it was when it came.

    Returns the contents that were read, by id, and what was found. Each is decided about anew.
    """
    damaged = [row.qbo_id for row in rows if not _is_whole(row.content, row.content_hash)]
    if not damaged:
        return {}, []
    contents: dict[str, Document] = {}
    found: list[Discrepancy] = []
    for row in examining.raws(connection, run.company, kind, damaged):
        observed = TRANSLATORS[kind].project(bytes(row.raw))
        contents[row.qbo_id] = observed.content
        mended = {
            "qbo_id": row.qbo_id,
            "content": encode(observed.content),
            "content_hash": observed.content_hash,
            "match_key": observed.match_key,
            "marker": observed.marker,
            "undecided": True,
        }
        pairs.update_counterparts(connection, run.company, kind, [mended])
        found.append(Discrepancy(code="copy_damaged", kind=kind, quickbooks_id=row.qbo_id, field="content"))
    return contents, found


def _is_whole(content: bytes, content_hash: str) -> bool:
    """Say whether content is what its hash was made of, by this version of the service or an earlier one."""
    return any(hash_of(content, version) == content_hash for version in range(PROJECTION_VERSION, 0, -1))
