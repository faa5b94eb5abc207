"""A ledger with the records of two companies, and what is planned and sent in it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.core.records import Kind, Vendor
from service.store import ledger
from service.store.engine import Store
from service.store.ledger import Frozen, Intent, Request
from service.store.tables import Batch, Counterpart, Operation, Record, table_of
from tests.clocks import START

OPERATIONS, BATCHES, RECORDS, COUNTERPARTS = (
    table_of(Operation),
    table_of(Batch),
    table_of(Record),
    table_of(Counterpart),
)
LATER = START + dt.timedelta(minutes=1)
THEIRS = START + dt.timedelta(hours=3)
"""QuickBooks' clock, which is not ours."""
ASH = Vendor(name="Ash & Co", phone="1")
HERE, ELSEWHERE = "acme", "other"
STATES = ("planned", "sent", "unknown", "done", "rejected", "parked", "withdrawn")


def intent(id: str, record: str, **fields: Any) -> Intent:
    """An update of a vendor, unless said otherwise."""
    usual: dict[str, Any] = {
        "kind": Kind.VENDOR,
        "qbo_id": "41",
        "action": "update",
        "level": 3,
        "revision": 5,
        "expected_token": 7,
        "marker": "mark",
        "wanted": ASH,
        "fields": ("phone", "name"),
        "held_fields": ("email",),
    }
    return Intent(id=id, record=record, **usual | fields)


def request(id: str, *operations: str, **fields: Any) -> Request:
    """A batch that carries these operations, the first as item 1."""
    items = {str(at + 1): operation for at, operation in enumerate(operations)}
    usual: dict[str, Any] = {"path": "batch", "parameters": (("minorversion", "75"),), "single": False}
    return Request(id=id, body=f"body of {id}".encode(), items=items, **usual | fields)


def frozen(id: str, batch: str, item: str = "1") -> Frozen:
    """An operation with its final bytes."""
    return Frozen(id=id, body=f"bytes of {id}".encode(), wanted=Vendor(name="Birch"), batch=batch, item=item)


def row_of(row: Row[Any]) -> dict[str, Any]:
    """A row's columns."""
    return dict(row._mapping)


class Books:
    """A ledger with the records of two companies."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def do(self, work: Callable[..., Any], *arguments: Any, company: str = HERE, **named: Any) -> Any:
        """Run one of the ledger's functions in a transaction of its own."""
        return await self.store.run(lambda c: work(c, company, *arguments, **named))

    async def plan(self, *intents: Intent, company: str = HERE) -> None:
        """Plan these."""
        await self.do(ledger.plan, "s1", intents, START, company=company)

    async def freeze(self, requests: list[Request], operations: list[Frozen], company: str = HERE) -> None:
        """Send them, as far as the ledger is concerned."""
        await self.do(
            ledger.freeze,
            "s1",
            requests=requests,
            operations=operations,
            quickbooks_time=THEIRS,
            company=company,
        )

    async def send(self, *ids: str, company: str = HERE) -> None:
        """Plan and freeze an operation for each of these requests."""
        await self.plan(*[intent(f"o-{id}", f"record of {id}") for id in ids], company=company)
        await self.freeze(
            [request(id, f"o-{id}") for id in ids], [frozen(f"o-{id}", id) for id in ids], company
        )

    async def set(self, table: Any, company: str, id: str, **values: Any) -> None:
        """Put a row into a state that takes long to reach."""
        wanted = update(table).where(table.c.company == company, table.c.id == id).values(**values)
        await self.store.run(lambda c: c.execute(wanted) and None)

    async def operation(self, id: str, company: str = HERE) -> Row[Any]:
        """Read one operation."""
        wanted = select(OPERATIONS).where(OPERATIONS.c.company == company, OPERATIONS.c.id == id)
        return await self.store.read(lambda c: c.execute(wanted).one())

    async def batch(self, id: str, company: str = HERE) -> Row[Any]:
        """Read one request."""
        wanted = select(BATCHES).where(BATCHES.c.company == company, BATCHES.c.id == id)
        return await self.store.read(lambda c: c.execute(wanted).one())

    async def states(self) -> dict[tuple[str, str], str]:
        """The states of all operations, by company and id."""
        found = await self.store.read(lambda c: list(c.execute(select(OPERATIONS))))
        return {(each.company, each.id): each.state for each in found}

    async def batch_states(self) -> dict[tuple[str, str], str]:
        """The states of all requests, by company and id."""
        found = await self.store.read(lambda c: list(c.execute(select(BATCHES))))
        return {(each.company, each.id): each.state for each in found}


def record_row(company: str, kind: str, id: str, **fields: Any) -> dict[str, Any]:
    """A record whose document tells whose it is."""
    usual = {"document": f"{kind} {id} of {company}", "origin": "platform", "marker": "mark", "revision": 6}
    return (
        {"company": company, "kind": kind, "id": id, "created_at": START, "updated_at": START}
        | usual
        | fields
    )


def counterpart_row(company: str, entity: str, qbo_id: str, **fields: Any) -> dict[str, Any]:
    """A counterpart whose bytes tell whose it is."""
    usual = {
        "sync_token": 9,
        "content": b"content",
        "content_hash": "hash",
        "raw": f"raw {company} {entity} {qbo_id}".encode(),
        "observed_at": START,
    }
    return {"company": company, "entity": entity, "qbo_id": qbo_id} | usual | fields


def fill(connection: Connection) -> None:
    """Write both companies' records and counterparts, of equal ids."""
    records = [
        *[record_row(HERE, "vendor", f"v{at}") for at in (1, 3, 4, 5)],
        record_row(HERE, "vendor", "v2", code="held", archived=True, balance=Decimal("12.50"), status="open"),
        record_row(ELSEWHERE, "vendor", "v1", revision=60),
        record_row(HERE, "account", "v1", revision=600),
    ]
    counterparts = [
        counterpart_row(HERE, "Vendor", "41"),
        counterpart_row(ELSEWHERE, "Vendor", "41", sync_token=90),
        counterpart_row(HERE, "Account", "41", sync_token=900),
        counterpart_row(HERE, "Vendor", "42", sync_token=9_000),
    ]
    for row in records:
        connection.execute(insert(RECORDS).values(**row))
    for row in counterparts:
        connection.execute(insert(COUNTERPARTS).values(**row))
