"""Creates that QuickBooks answered with an object that has a record by now: somebody renamed it meanwhile.

A list entry whose create got no answer was renamed there and came here as a new one; sending the create again
is answered with that same object. The two records are one entry: a person says which of them stays.
"""

from typing import Any

from service.core.decision import Result, Write
from service.core.records import LISTS, Kind, decode, label_of, noun_of
from service.quickbooks.translate import Observed
from service.store import feed, ledger, links, pairs
from service.store.feed import Entry
from service.store.ledger import Ending
from service.store.outcomes import Finding
from service.store.transaction import Connection, Row
from service.sync.findings import write_findings
from service.sync.run import Run

CODE = "duplicate_in_quickbooks"


def report_taken(
    connection: Connection, run: Run, kind: Kind, answered: list[tuple[Row[Any], Observed]]
) -> set[str]:
    """End the creates whose answer is another record's object, and report them; return their operations."""
    made = [(row, seen) for row, seen in answered if row.action == Write.CREATE] if kind in LISTS else []
    keys = [(kind, seen.id) for _, seen in made]
    holders = {each.qbo_id: each.record for each in links.by_qbo_id(connection, run.company, keys)}
    named = [(row, seen, holders.get(seen.id, row.record)) for row, seen in made]
    taken = [each for each in named if each[2] != each[0].record]
    if not taken:
        return set()
    endings = [Ending(row.id, "rejected", None, None, CODE) for row, _, _ in taken]
    ledger.end(connection, run.company, endings, run.now())
    changes = [
        {
            "id": row.record,
            "undecided": row.present_revision != row.revision,
            "sync_state": Result.HELD.value,
            "code": CODE,
            "waits_for": None,
            "synced_at": run.now(),
        }
        for row, _, _ in taken
    ]
    pairs.update_records(connection, run.company, kind, changes)
    findings = [_finding(kind, row, seen, holder) for row, seen, holder in taken]
    write_findings(connection, run, kind, findings, [])
    entries = [Entry(kind, row.record, row.present_revision, "state") for row, _, _ in taken]
    feed.append(connection, run.company, run.sync, entries, run.now())
    run.parents.coming -= {(kind, row.record) for row, _, _ in taken}
    return {row.id for row, _, _ in taken}


def _finding(kind: Kind, row: Row[Any], seen: Observed, holder: str) -> Finding:
    label = label_of(kind, decode(kind, row.present_document))
    return Finding(
        kind=kind,
        record=row.record,
        quickbooks_id=seen.id,
        result=Result.HELD,
        code=CODE,
        reason=(
            f"{label} was written to QuickBooks and changed there before the answer came: "
            f"it stands here as {noun_of(kind)} {holder} by now."
        ),
        fix=f"Archive this one and use {holder}; or retry, to have another one of this name written there.",
    )
