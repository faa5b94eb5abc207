"""Drift in our database, past everything that would mark it."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from sqlalchemy import delete, insert, select, update

from service.core.records import ENTITIES, Kind
from service.core.records import encode as write
from service.store.tables import (
    Application,
    Batch,
    Counterpart,
    Cursor,
    Lease,
    Link,
    Operation,
    Record,
    table_of,
)
from tests.house import COMPANY, House
from tests.reconcile.drifts import CENT, Planted, drift, imported, pair


async def rewrite(house: House, model: Any, where: dict[str, Any], **values: Any) -> None:
    """Change rows as somebody does who works in the database."""
    table = table_of(model)
    statement = update(table).where(table.c.company == COMPANY).values(**values)
    for name, value in where.items():
        statement = statement.where(table.c[name] == value)
    changed = await house.store.run(lambda c: c.execute(statement).rowcount)
    assert changed >= 1, where


async def forget(house: House, model: Any, **where: Any) -> None:
    """Delete rows."""
    table = table_of(model)
    statement = delete(table).where(table.c.company == COMPANY)
    for name, value in where.items():
        statement = statement.where(table.c[name] == value)
    changed = await house.store.run(lambda c: c.execute(statement).rowcount)
    assert changed >= 1, where


async def write_down(house: House, model: Any, **values: Any) -> None:
    """Insert a row; what is not named is as in one that a sync has left, or nothing."""
    table = table_of(model)

    def work(connection: Any) -> None:
        like = connection.execute(select(table).where(table.c.company == COMPANY).limit(1)).one()
        connection.execute(insert(table).values({**like._mapping, **values}))

    await house.store.run(work)


@drift
async def record_edited(house: House) -> Planted:
    subject, _ = await pair(house, Kind.BILL, "b181")
    found = await house.get(Kind.BILL, "b181")
    document = write(replace(found.document, memo="Written by nobody")).decode()  # type: ignore[call-overload]
    await rewrite(house, Record, {"kind": "bill", "id": "b181"}, document=document)
    return Planted("drifted", subject, "memo")


@drift
async def amount_a_cent_off(house: House) -> Planted:
    found = await house.get(Kind.BILL, "b182")
    assert found.amount is not None
    await rewrite(house, Record, {"kind": "bill", "id": "b182"}, amount=found.amount + CENT)
    return Planted("column_outdated", ("bill", "b182", None), "amount")


@drift
async def balance_a_cent_off(house: House) -> Planted:
    found = await house.get(Kind.INVOICE, imported(house, Kind.INVOICE, 200))
    assert found.balance is not None
    await rewrite(house, Record, {"kind": "invoice", "id": found.id}, balance=found.balance - CENT)
    return Planted("column_outdated", ("invoice", found.id, None), "balance")


@drift
async def quickbooks_balance_off(house: House) -> Planted:
    await rewrite(house, Record, {"kind": "bill", "id": "b183"}, quickbooks_balance=Decimal("1.00"))
    return Planted("column_outdated", ("bill", "b183", None), "quickbooks_balance")


@drift
async def status_off(house: House) -> Planted:
    await rewrite(house, Record, {"kind": "bill", "id": "b184"}, status="paid")
    return Planted("column_outdated", ("bill", "b184", None), "status")


@drift
async def party_off(house: House) -> Planted:
    other = imported(house, Kind.VENDOR, 50)
    await rewrite(house, Record, {"kind": "bill", "id": "b185"}, party=other)
    return Planted("column_outdated", ("bill", "b185", None), "party")


@drift
async def bill_unlinked(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, "b186")
    await forget(house, Link, kind="bill", record="b186")
    return Planted("unlinked", ("bill", "b186", None), others=(subject, ("bill", None, qbo_id)))


@drift
async def payment_unlinked(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL_PAYMENT, "p120")
    paid, _ = await pair(house, Kind.BILL, "b120")
    await forget(house, Link, kind="bill_payment", record="p120")
    return Planted(
        "unlinked", ("bill_payment", "p120", None), others=(subject, paid, ("bill_payment", None, qbo_id))
    )


@drift
async def base_changed(house: House) -> Planted:
    subject, _ = await pair(house, Kind.BILL, "b187")
    table = table_of(Link)
    where = (table.c.company == COMPANY, table.c.kind == "bill", table.c.record == "b187")
    base = await house.store.read(lambda c: c.execute(select(table.c.base).where(*where)).scalar_one())
    changed = json.dumps(json.loads(base) | {"memo": "Never agreed on"}).encode()
    await rewrite(house, Link, {"kind": "bill", "record": "b187"}, base=changed)
    return Planted("base_outdated", subject, "base")


@drift
async def copy_damaged(house: House) -> Planted:
    _, qbo_id = await pair(house, Kind.VENDOR, imported(house, Kind.VENDOR, 120))
    table = table_of(Counterpart)
    where = (table.c.company == COMPANY, table.c.entity == "Vendor", table.c.qbo_id == qbo_id)
    content = await house.store.read(lambda c: c.execute(select(table.c.content).where(*where)).scalar_one())
    changed = json.dumps(json.loads(content) | {"phone": "555-0199"}).encode()
    await rewrite(house, Counterpart, {"entity": "Vendor", "qbo_id": qbo_id}, content=changed)
    return Planted("copy_damaged", ("vendor", None, qbo_id), "content")


@drift
async def application_lost(house: House) -> Planted:
    await forget(house, Application, kind="bill_payment", payment="p121")
    return Planted("applications_outdated", ("bill_payment", "p121", None), "applications")


@drift
async def application_of_nobody(house: House) -> Planted:
    await write_down(
        house, Application, kind="bill_payment", payment="nobody", target_kind="bill", target="b188"
    )
    return Planted("applications_outdated", ("bill_payment", "nobody", None), "applications bill b188")


@drift
async def write_stranded(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, "b189")
    await write_down(
        house,
        Operation,
        id="op-stranded",
        kind="bill",
        record="b189",
        entity="Bill",
        qbo_id=qbo_id,
        state="sent",
        batch=None,
        action="update",
        ended_at=None,
        answer=None,
    )
    return Planted("write_stranded", subject, "write op-stranded")


@drift
async def write_orphaned(house: House) -> Planted:
    await write_down(
        house,
        Operation,
        id="op-orphan",
        kind="bill",
        record="nobody",
        entity="Bill",
        qbo_id=None,
        state="unknown",
        action="create",
        ended_at=None,
        answer=None,
    )
    return Planted("write_orphaned", ("bill", "nobody", None), "write op-orphan")


@drift
async def request_empty(house: House) -> Planted:
    await write_down(house, Batch, id="0" * 32, state="unknown", answered_at=None)
    return Planted("request_empty", (None, None, None), f"request {'0' * 32}")


@drift
async def lease_stuck(house: House) -> Planted:
    past = house.clock.now() - dt.timedelta(hours=1)
    await rewrite(house, Lease, {}, owner="worker-gone", released=False, expires_at=past)
    return Planted("lease_abandoned", (None, None, None), "lease")


@drift
async def cursor_ahead(house: House) -> Planted:
    since = house.clock.now() + dt.timedelta(days=3)
    await rewrite(house, Cursor, {"entity": "Department"}, since=since)
    return Planted("cursor_ahead", ("location", None, None), "cursor")


@drift
async def counterpart_lost(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.VENDOR_CREDIT, "c50")
    await forget(house, Counterpart, entity="VendorCredit", qbo_id=qbo_id)
    return Planted("link_to_nothing", subject, "link")


@drift
async def record_lost(house: House) -> Planted:
    record = imported(house, Kind.BILL, 6)
    subject, qbo_id = await pair(house, Kind.BILL, record)
    await forget(house, Record, kind="bill", id=record)
    return Planted("link_to_nothing", subject, "link", others=(("bill", None, qbo_id),))


@drift
async def buried_alive(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, "b190")
    await rewrite(house, Counterpart, {"entity": ENTITIES[Kind.BILL], "qbo_id": qbo_id}, deleted=True)
    return Planted("buried_alive", subject, "deleted")


@drift
async def marker_off(house: House) -> Planted:
    await rewrite(house, Record, {"kind": "bill", "id": "b191"}, marker="aaaaaaaaaaaa")
    return Planted("column_outdated", ("bill", "b191", None), "marker")
