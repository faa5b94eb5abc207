"""What was written, row by row, append-only; and the count of what was read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from service.sandbox.wire import Doc, decode

Actor = Literal["api", "person", "quickbooks"]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One applied write; `sync_token` is the token that it left the object with."""

    sequence: int
    at: datetime
    entity: str
    operation: str
    id: str
    sync_token: str
    requestid: str | None
    actor: Actor
    sent: bytes
    answered: bytes

    @property
    def body(self) -> Doc:
        """What was sent."""
        document: Doc = decode(self.sent)
        return document

    @property
    def result(self) -> Doc:
        """The object as it was answered."""
        document: Doc = decode(self.answered)
        return document

    def as_dict(self) -> dict[str, Any]:
        """Answer the row as the control API shows it."""
        names = (
            "sequence",
            "entity",
            "operation",
            "id",
            "sync_token",
            "requestid",
            "actor",
            "body",
            "result",
        )
        row: dict[str, Any] = {name: getattr(self, name) for name in names}
        row["at"] = self.at.isoformat()
        return row


@dataclass(slots=True)
class Meter:
    """Successful calls: reads are metered by QuickBooks, writes are free (QBO documented)."""

    reads: dict[str, int] = field(default_factory=dict)
    writes: int = 0
    batches: int = 0
    calls: int = 0

    @property
    def total_reads(self) -> int:
        """All metered reads."""
        return sum(self.reads.values())

    def read(self, kind: str) -> None:
        """Count one metered read."""
        self.reads[kind] = self.reads.get(kind, 0) + 1

    def as_dict(self) -> dict[str, Any]:
        """Answer the counts as the control API shows them."""
        return {
            "reads": dict(self.reads),
            "total_reads": self.total_reads,
            "writes": self.writes,
            "batches": self.batches,
            "calls": self.calls,
        }
