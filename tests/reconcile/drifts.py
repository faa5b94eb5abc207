"""Drift, planted straight into QuickBooks' books or into our database: nobody is told of any of it.

In QuickBooks neither a SyncToken nor a LastUpdatedTime moves, nothing is listed as changed or deleted, and no
webhook is sent; here no record is marked as undecided and no revision moves.
"""

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from sqlalchemy import delete, insert, select, update

from service.core.records import ENTITIES, Kind
from service.core.records import encode as write
from service.sandbox.engine import columns
from service.sandbox.entities import ENTITIES as DECLARED
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode
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

CENT = Decimal("0.01")
Subject = tuple[str | None, str | None, str | None]
"""Kind, record and QuickBooks' id, as far as a difference names them."""


@dataclass(frozen=True)
class Planted:
    """What a reconcile has to say: the code, about whom; `others` is what else follows from the drift."""

    code: str
    subject: Subject
    field: str | None = None
    others: tuple[Subject, ...] = ()
    left: str | None = None
    """The code that is still open when the sync ends; None: it is put right."""


Plant = Callable[[House], Awaitable[Planted]]
DRIFTS: dict[str, Plant] = {}


def drift(plant: Plant) -> Plant:
    """Enter a drift in the table."""
    DRIFTS[plant.__name__] = plant
    return plant


async def pair(house: House, kind: Kind, record: str) -> tuple[Subject, str]:
    """Return a record as differences name it, and its QuickBooks id."""
    found = await house.get(kind, record)
    assert found.quickbooks_id is not None
    return (kind.value, record, found.quickbooks_id), found.quickbooks_id


def imported(house: House, kind: Kind, number: int) -> str:
    """Return a record that came from QuickBooks."""
    ids: dict[Kind, list[str]] = house.imported  # type: ignore[attr-defined]
    return ids[kind][number]


# -- QuickBooks' side


def silently(house: House, entity: str, qbo_id: str, change: Callable[[Doc], None]) -> Stored:
    """Change an object without anything that tells of it."""
    books = house.quickbooks.books
    stored = books.find(entity, qbo_id)
    assert stored is not None
    doc = stored.doc()
    change(doc)
    stored.source = encode(doc)
    stored.rendered = None
    books.shelves[entity].reindex(stored, columns(DECLARED[entity], doc))
    books.shelves[entity].version += 1
    return stored


def shift_balance(house: House, entity: str, qbo_id: str, amount: Decimal) -> None:
    """Change what is open of an object, in the same silence."""
    stored = silently(house, entity, qbo_id, lambda _: None)
    stored.balance = (stored.balance or Decimal(0)) + amount


def take_away(house: House, entity: str, qbo_id: str) -> None:
    """Delete an object and leave no tombstone."""
    shelf = house.quickbooks.books.shelves[entity]
    stored = shelf.get(qbo_id)
    assert stored is not None
    shelf.remove(stored, 0)
    shelf.gone.pop(qbo_id)


@drift
async def bill_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 0))
    take_away(house, "Bill", qbo_id)
    return Planted("gone_in_quickbooks", subject)


@drift
async def invoice_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.INVOICE, imported(house, Kind.INVOICE, 300))
    take_away(house, "Invoice", qbo_id)
    return Planted("gone_in_quickbooks", subject, left="removed_in_quickbooks")


@drift
async def bill_edited(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 1))
    silently(house, "Bill", qbo_id, lambda doc: doc.update(DueDate="2027-01-31"))
    return Planted("edited_in_quickbooks", subject, "due_on")


@drift
async def bill_a_cent_off(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 2))

    def change(doc: Doc) -> None:
        doc["Line"][0]["Amount"] += CENT
        doc["TotalAmt"] += CENT

    silently(house, "Bill", qbo_id, change)
    shift_balance(house, "Bill", qbo_id, CENT)
    return Planted("edited_in_quickbooks", subject, "lines")


@drift
async def bill_redated(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 3))
    silently(house, "Bill", qbo_id, lambda doc: doc.update(TxnDate="2025-12-31"))
    return Planted("edited_in_quickbooks", subject, "issued_on")


@drift
async def bill_of_the_wrong_vendor(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 4))
    other = house.quickbooks.all("Bill")[9]["VendorRef"]["value"]
    silently(house, "Bill", qbo_id, lambda doc: doc.update(VendorRef={"value": other}))
    return Planted("edited_in_quickbooks", subject, "vendor")


@drift
async def vendor_renamed(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.VENDOR, imported(house, Kind.VENDOR, 100))
    stored = silently(house, "Vendor", qbo_id, lambda doc: doc.update(DisplayName="Somebody else"))
    stored.name = "Somebody else"
    return Planted("edited_in_quickbooks", subject, "name")


@drift
async def customer_inactive(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.CUSTOMER, "u5")
    silently(house, "Customer", qbo_id, lambda doc: doc.update(Active=False)).active = False
    return Planted("edited_in_quickbooks", subject, "archived")


@drift
async def payment_voided(house: House) -> Planted:
    """Offline: it was only recorded here, so that QuickBooks' void counts."""
    subject, qbo_id = await pair(house, Kind.BILL_PAYMENT, "p100")
    paid, bill = await pair(house, Kind.BILL, "b100")
    amount = Decimal(str((house.quickbooks.read("BillPayment", qbo_id) or {})["TotalAmt"]))

    def change(doc: Doc) -> None:
        doc["PrivateNote"] = f"Voided - {doc.get('PrivateNote', '')}"
        doc["TotalAmt"], doc["Line"] = Decimal(0), []

    silently(house, "BillPayment", qbo_id, change)
    shift_balance(house, "Bill", bill, amount)
    return Planted("gone_in_quickbooks", subject, others=(paid,))


@drift
async def payment_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.INVOICE_PAYMENT, "r50")
    document = (await house.get(Kind.INVOICE_PAYMENT, "r50")).document
    (line,) = document.lines  # type: ignore[union-attr]
    settled, invoice = await pair(house, Kind.INVOICE, line.invoice)  # type: ignore[union-attr]
    take_away(house, "Payment", qbo_id)
    shift_balance(house, "Invoice", invoice, line.amount)
    return Planted("gone_in_quickbooks", subject, others=(settled,))


@drift
async def transfer_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.FUNDS_TRANSFER, "t5")
    take_away(house, "JournalEntry", qbo_id)
    return Planted("gone_in_quickbooks", subject, left="removed_in_quickbooks")


@drift
async def bill_doubled(house: House) -> Planted:
    """QuickBooks' Copy takes the memo along, and our mark with it."""
    _, qbo_id = await pair(house, Kind.BILL, "b180")
    books = house.quickbooks.books
    original = books.find("Bill", qbo_id)
    assert original is not None
    twin = original.copy()
    twin.id = books.next_id(DECLARED["Bill"])
    twin.rendered = None
    books.shelves["Bill"].add(twin)
    return Planted("duplicate_in_quickbooks", ("bill", None, twin.id), left="duplicate_in_quickbooks")


@drift
async def bill_paid_by_nobody(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 5))
    shift_balance(house, "Bill", qbo_id, -CENT)
    return Planted("paid_in_quickbooks", subject, "balance", left="balance_differs")


@drift
async def item_with_another_account(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.ITEM, "i3")
    income = next(each for each in house.quickbooks.all("Account") if each["AccountType"] == "Income")
    silently(house, "Item", qbo_id, lambda doc: doc.update(IncomeAccountRef={"value": income["Id"]}))
    return Planted("edited_in_quickbooks", subject, "income_account")


# -- our side


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
