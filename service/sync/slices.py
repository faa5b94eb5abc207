"""A slice's rows, collected so that each table is written by one statement."""

from typing import Any

from service.core.records import LISTS, SETTLED, Document, Kind
from service.core.references import Reference
from service.store import feed, ledger, links, pairs, reopening
from service.store.feed import Entry
from service.store.ledger import Intent
from service.store.links import NewBase
from service.store.outcomes import Finding
from service.store.transaction import Connection
from service.sync.findings import write_findings
from service.sync.run import Run
from service.sync.settling import keep_applications, recount

_PARENTS = LISTS | {*SETTLED}


class Slice:
    """Collects the rows of one slice, so that each table is written by one statement."""

    def __init__(self, run: Run, kind: Kind) -> None:
        self.run = run
        self.kind = kind
        self.now = run.now()
        self.created: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self.marked: list[dict[str, Any]] = []
        self.counterparts: list[dict[str, Any]] = []
        self.links: list[NewBase] = []
        self.cut: list[tuple[Kind, str]] = []
        self.unmarked: list[str] = []
        """Markers of records whose link is cut."""
        self.intents: list[Intent] = []
        self.findings: list[Finding] = []
        self.besides: list[Finding] = []
        self.settled: list[str] = []
        self.entries: list[Entry] = []
        self.payments: dict[str, tuple[Document, bool]] = {}
        """Payments whose document was written, and whether they are archived."""
        self.recounted: list[Reference] = []
        """What came to be settled by another amount: a payment on it may be scheduled only."""
        self.parents: list[tuple[str, str]] = []
        """Record and QuickBooks id of what got linked: what waited for it is looked at again."""

    def write(self, connection: Connection) -> None:
        """Write all that was collected."""
        run, company, now = self.run, self.run.company, self.now
        pairs.insert_records(connection, self.created)
        pairs.update_records(connection, company, self.kind, self.changed)
        pairs.update_records(connection, company, self.kind, self.marked)
        pairs.update_counterparts(connection, company, self.kind, self.counterparts)
        links.cut(connection, company, self.cut)
        reopening.reopen_copies(connection, company, self.unmarked)
        links.write(connection, company, self.links, now)
        run.refresh_statistics(connection, self.kind, len(self.created), "record", "link")
        ledger.plan(connection, company, run.sync, self.intents, now)
        run.tally.intents += len(self.intents)
        write_findings(connection, run, self.kind, self.findings, self.settled, besides=self.besides)
        feed.append(connection, company, run.sync, self.entries, now)
        keep_applications(connection, run, self.kind, self.payments)
        recount(connection, run, self.recounted)
        reopen_children(connection, run, self.kind, self.parents)


def reopen_children(connection: Connection, run: Run, kind: Kind, linked: list[tuple[str, str]]) -> None:
    """Look again at what waited for these parents."""
    if not linked or kind not in _PARENTS:
        return
    reopened = reopening.reopen_children(
        connection,
        run.company,
        records=[f"{kind.value}:{record}" for record, _ in linked],
        counterparts=[f"{kind.value}:{qbo_id}" for _, qbo_id in linked],
    )
    run.tally.again |= reopened > 0
