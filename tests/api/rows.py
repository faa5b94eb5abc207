"""Rows that syncs would have written, put there directly."""

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import insert

from service.core.records import ENTITIES, Document, Kind, encode
from service.store.engine import Store
from service.store.tables import (
    AskedObject,
    Change,
    Counterpart,
    FactsRow,
    Issue,
    Link,
    Operation,
    Outcome,
    Record,
    Sync,
    table_of,
)
from tests.clocks import START

TABLES: dict[str, Any] = {
    "asked_object": AskedObject,
    "change": Change,
    "counterpart": Counterpart,
    "facts": FactsRow,
    "issue": Issue,
    "link": Link,
    "operation": Operation,
    "outcome": Outcome,
    "record": Record,
    "sync": Sync,
}


async def add(store: Store, table: str, **values: Any) -> None:
    """Insert one row."""
    statement = insert(table_of(TABLES[table])).values({"company": "oak", **values})
    await store.run(lambda connection: connection.execute(statement))


async def change_rows(store: Store, table: str, /, where: dict[str, Any], **values: Any) -> None:
    """Update rows."""
    it = table_of(TABLES[table])
    statement = it.update().values(values)
    for name, value in where.items():
        statement = statement.where(it.c[name] == value)
    await store.run(lambda connection: connection.execute(statement))


async def rows_of(store: Store, table: str, *columns: str, **where: Any) -> list[tuple[Any, ...]]:
    """Read columns of rows."""
    it = table_of(TABLES[table])
    statement = it.select().with_only_columns(*(it.c[name] for name in columns))
    for name, value in where.items():
        statement = statement.where(it.c[name] == value)
    return await store.read(lambda connection: [tuple(row) for row in connection.execute(statement)])


async def counterpart(store: Store, kind: Kind, qbo_id: str, content: Document, **values: Any) -> None:
    """What was read from QuickBooks."""
    row = {
        "entity": ENTITIES[kind],
        "qbo_id": qbo_id,
        "sync_token": 0,
        "content": encode(content),
        "content_hash": "hash",
        "raw": b"{}",
        "undecided": False,
        "observed_at": START,
        **values,
    }
    await add(store, "counterpart", **row)


async def link(store: Store, kind: Kind, record: str, qbo_id: str, base: Document) -> None:
    """A pairing."""
    await add(
        store,
        "link",
        kind=kind.value,
        record=record,
        entity=ENTITIES[kind],
        qbo_id=qbo_id,
        base=encode(base),
        base_hash="hash",
        linked_at=START,
        agreed_at=START,
    )


async def issue(store: Store, key: str, code: str, **values: Any) -> None:
    """An open issue about the bill b1."""
    row = {
        "id": key,
        "kind": "bill",
        "subject": f"record:{values.get('record', 'b1')}:{key}",
        "record": "b1",
        "code": code,
        "reason": "Because.",
        "fix": "Do it.",
        "details": "{}",
        "state": "open",
        "opened_at": START,
        "seen_at": START,
        "seen": 1,
        **values,
    }
    if isinstance(row["details"], dict):
        row["details"] = msgspec.json.encode(row["details"]).decode()
    await add(store, "issue", **row)


async def sync(store: Store, key: str, **values: Any) -> None:
    """A sync."""
    row = {
        "id": key,
        "mode": "incremental",
        "preview": False,
        "trigger": "manual",
        "state": "succeeded",
        "percent": 100,
        "counts": "{}",
        "reads": 1,
        "writes": 0,
        "batches": 0,
        "attempts": 1,
        "cancel_requested": False,
        "requested_at": START,
        **values,
    }
    await add(store, "sync", **row)


async def outcome(store: Store, sync_id: str, sequence: int, **values: Any) -> None:
    """An outcome."""
    row = {
        "sync": sync_id,
        "sequence": sequence,
        "kind": "bill",
        "record": "b1",
        "result": "held",
        "code": "preferences_missing",
        "reason": "It waits.",
        "fix": "Set it.",
        "at": START + dt.timedelta(seconds=sequence),
        **values,
    }
    await add(store, "outcome", **row)
