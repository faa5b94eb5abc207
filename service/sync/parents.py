"""Who is linked to whom, as far as this run has asked: references are looked up in bulk and remembered.

Safe because only the lease's holder links, and the run that holds it tells us of each link that it makes.
"""

from collections.abc import Iterable

from service.core.records import Document, Kind
from service.core.references import Reference, parse_placeholder, references_of
from service.store import aliases, links
from service.store.transaction import Connection

_MOST = 50_000


class Parents:
    """Links by record and by QuickBooks id; what is not there has been asked for and is not linked."""

    def __init__(self, company: str) -> None:
        self._company = company
        self._by_record: dict[tuple[Kind, str], str | None] = {}
        self._by_qbo_id: dict[tuple[Kind, str], str | None] = {}
        self._currency: dict[tuple[Kind, str], str | None] = {}
        self._merged: dict[tuple[Kind, str], str] = {}
        self.has_merges = False
        """List entries of the company were merged in QuickBooks."""
        self.coming: set[tuple[Kind, str]] = set()
        """Records that this run is about to create in QuickBooks: their children may wait for them."""

    def load(
        self,
        connection: Connection,
        *,
        records: Iterable[Document],
        counterparts: Iterable[Document],
        also: Iterable[Reference] = (),
    ) -> None:
        """Look up what documents (in platform space, in wire space) refer to, and also these records."""
        if len(self._by_record) + len(self._by_qbo_id) > _MOST:
            self._by_record.clear()
            self._by_qbo_id.clear()
        ours = {(each.kind, each.id) for document in records for each in references_of(document)}
        ours |= {(each.kind, each.id) for each in also}
        theirs = {(each.kind, each.id) for document in counterparts for each in references_of(document)}
        self._load_records(connection, [each for each in ours if each not in self._by_record])
        self._load_counterparts(connection, [each for each in theirs if each not in self._by_qbo_id])

    def load_keys(self, connection: Connection, references: Iterable[Reference]) -> None:
        """Look up records that placeholders stand for."""
        keys = {(each.kind, each.id) for each in references}
        self._load_records(connection, [key for key in keys if self._by_record.get(key) is None])

    def load_ids(self, connection: Connection, references: Iterable[Reference]) -> None:
        """Look up counterparts."""
        keys = {(each.kind, each.id) for each in references}
        self._load_counterparts(connection, [key for key in keys if key not in self._by_qbo_id])

    def _load_records(self, connection: Connection, keys: list[tuple[Kind, str]]) -> None:
        if not keys:
            return
        self._by_record |= dict.fromkeys(keys)
        for each in links.by_record(connection, self._company, sorted(keys)):
            self.linked(each.kind, each.record, each.qbo_id, currency=each.currency)
        if self.has_merges:
            alone = sorted(key for key in keys if self._by_record[key] is None)
            self._merged |= aliases.written_as(connection, self._company, alone)

    def _load_counterparts(self, connection: Connection, keys: list[tuple[Kind, str]]) -> None:
        if not keys:
            return
        self._by_qbo_id |= dict.fromkeys(keys)
        for each in links.by_qbo_id(connection, self._company, sorted(keys)):
            self.linked(each.kind, each.record, each.qbo_id, currency=each.currency)
        missing = sorted(key for key in keys if self._by_qbo_id[key] is None) if self.has_merges else []
        merged = aliases.survivors(connection, self._company, missing)
        for each in links.by_qbo_id(
            connection, self._company, sorted({(kind, merged[kind, lost]) for kind, lost in merged})
        ):
            self.linked(each.kind, each.record, each.qbo_id, currency=each.currency)
        for (kind, lost), survivor in merged.items():
            self._by_qbo_id[kind, lost] = self._by_qbo_id.get((kind, survivor))

    def linked(self, kind: Kind, record: str, qbo_id: str, *, currency: str | None = None) -> None:
        """Remember a link."""
        self._by_record[kind, record] = qbo_id
        self._by_qbo_id[kind, qbo_id] = record
        if currency is not None:
            self._currency[kind, qbo_id] = currency
        self.coming.discard((kind, record))

    def unlinked(self, kind: Kind, record: str, qbo_id: str) -> None:
        """Remember that a link was cut."""
        self._by_record[kind, record] = None
        self._by_qbo_id[kind, qbo_id] = None

    def forget(self) -> None:
        """Drop what is remembered of links; a transaction that told us of some has not been committed."""
        self._by_record.clear()
        self._by_qbo_id.clear()
        self._merged.clear()

    def qbo_id_of(self, kind: Kind, record: str) -> str | None:
        """Return the QuickBooks id of a record, or the one that it is written as since a merge."""
        return self._by_record.get((kind, record)) or self._merged.get((kind, record))

    def merged_into(self, kind: Kind, record: str) -> str | None:
        """Return the QuickBooks id that a record is written as whose own entry was merged away."""
        return None if self._by_record.get((kind, record)) else self._merged.get((kind, record))

    def record_of(self, kind: Kind, qbo_id: str) -> str | None:
        """Return the record of a QuickBooks id, or the one that a placeholder stands for."""
        waiting = parse_placeholder(qbo_id)
        return waiting.id if waiting else self._by_qbo_id.get((kind, qbo_id))

    def currency_of(self, kind: Kind, qbo_id: str) -> str | None:
        """Return the currency in which QuickBooks keeps a party."""
        return self._currency.get((kind, qbo_id))
