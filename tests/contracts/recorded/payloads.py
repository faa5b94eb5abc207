"""Where the recordings lie, and how they are read: fractions as Decimal, objects by their folder."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.sandbox.entities import entity_named
from service.sandbox.wire import Doc, decode

PAYLOADS = Path(os.environ.get("QUICKBOOKS_PAYLOADS", Path(__file__).parents[4] / "shared" / "payloads"))
FOLDERS = (
    "account", "bill", "billpayment", "class", "customer", "department", "invoice", "item", "journalentry",
    "payment", "preferences", "term", "vendor",
)  # fmt: skip

needed = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="no recorded payloads here")


@dataclass(frozen=True)
class Recorded:
    """One recorded object: the file, its entity, its document."""

    file: str
    entity: str
    doc: Doc

    @property
    def id(self) -> str:
        """Its Id, 1 where there is only one of its kind."""
        return str(self.doc.get("Id", "1"))


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer."""

    file: str
    place: int
    method: str
    url: str
    content_type: str
    sent: Any
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def label(self) -> str:
        """How a report calls it."""
        return f"{self.file}#{self.place}"

    @property
    def at(self) -> datetime | None:
        """When QuickBooks began to work on it."""
        body = self.body if isinstance(self.body, dict) else {}
        time = body.get("time", body.get("Header", {}).get("Time"))
        if isinstance(time, int):
            return datetime.fromtimestamp(time / 1000, UTC)
        return datetime.fromisoformat(time) if time is not None else None


def names(folder: str) -> list[str]:
    """Answer the files of a folder; nothing where there are no recordings."""
    return sorted(one.name for one in (PAYLOADS / folder).glob("*.json"))


def read(folder: str, name: str) -> Any:
    """Read one file."""
    return decode((PAYLOADS / folder / name).read_bytes())


def objects(folder: str) -> list[Recorded]:
    """Read all objects of a folder."""
    entity = entity_named(folder)
    assert entity is not None
    return [Recorded(f"{folder}/{name}", entity.name, _bare(read(folder, name))) for name in names(folder)]


def exchanges(name: str) -> list[Exchange]:
    """Read all exchanges of a file, in their order."""
    return [_exchange(name, place, one) for place, one in enumerate(read("interactions", name))]


def _bare(doc: Doc) -> Doc:
    wrapped = [key for key in doc if key != "time"]
    if len(wrapped) == 1 and entity_named(wrapped[0]) is not None:
        inner: Doc = doc[wrapped[0]]
        return inner
    return doc


def _exchange(file: str, place: int, one: Doc) -> Exchange:
    asked, answered = one["request"], one["response"]
    return Exchange(
        file=file.removesuffix(".json"),
        place=place,
        method=asked["method"],
        url=asked["url"],
        content_type=asked.get("content_type") or "application/json",
        sent=asked.get("body"),
        status=answered["status"],
        headers={key.lower(): value for key, value in answered["headers"].items()},
        body=answered["body"],
    )
