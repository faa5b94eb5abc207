"""One company of a trial: connected, entered into by people on both sides, and watched from the database."""

import asyncio
import datetime as dt
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from service.core.policy import Preferences
from service.core.records import Account, Bill, BillLine, Document, Kind, Vendor
from service.queue import QueueDoorbell
from service.sandbox import Company as Books
from service.store import companies, connections, preferences, record_writes, records, syncs
from service.store.cipher import Cipher
from service.store.connections import Tokens
from service.store.engine import PostgresStore
from service.store.record_writes import Precondition, Write
from service.store.syncs import StoredSync
from service.store.tables import METADATA, Lease, table_of
from service.wiring import RandomIds, SystemClock
from tests.processes.ground import POLL_SECONDS, Ground

VENDORS = 3
_L = table_of(Lease)
_LEASE = select(_L.c.owner, _L.c.epoch, _L.c.expires_at).where(_L.c.company == bindparam("company"))


class NeverError(Exception):
    """What a trial waits for has not come about in time."""


async def until(condition: Callable[[], Any], words: str, within: float) -> float:
    """Poll a condition that may be awaitable; return the moment it held, by the monotonic clock.

    Raises:
        NeverError: it did not hold in time.
    """
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        now = time.monotonic()
        if found:
            return now
        if now > deadline:
            raise NeverError(f"not within {within:.0f} s: {words}")
        await asyncio.sleep(POLL_SECONDS)


@dataclass(slots=True)
class Company:
    """A company on the platform, its books in QuickBooks, and the database between them."""

    id: str
    ground: Ground
    store: PostgresStore
    database: str
    bell: str
    books: Books
    clock: SystemClock = field(default_factory=SystemClock)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    has_lists: bool = False

    # -- what people enter

    async def enter_here(self, bills: int) -> None:
        """Enter bills on the platform, and once their vendors and account."""
        vendor_ids = [f"vendor-{each}" for each in range(VENDORS)]
        if not self.has_lists:
            await self._enter_lists(vendor_ids)
        for _ in range(bills):
            number = next(self.numbers)
            await self.put(Kind.BILL, f"bill-{number}", _bill(vendor_ids[number % VENDORS], number))

    async def _enter_lists(self, vendor_ids: list[str]) -> None:
        self.has_lists = True
        await self.put(Kind.ACCOUNT, "office", Account(name="Office costs", type="Expense"))
        for each in vendor_ids:
            await self.put(Kind.VENDOR, each, Vendor(name=f"Here {each}", email=f"{each}@example.com"))
        await self._prefer_office()

    async def correct_here(self, number: int) -> None:
        """Correct the line of a bill that was entered on the platform."""
        vendor = f"vendor-{number % VENDORS}"
        amount = Decimal(number) + next(self.numbers)
        await self.put(Kind.BILL, f"bill-{number}", _bill(vendor, number, amount=amount))

    async def _prefer_office(self) -> None:
        """Name the account for lines without one, which every company has to."""
        chosen = Preferences(unallocated_expense_account="office")

        def write(connection: Connection) -> None:
            before = preferences.get(connection, self.id)
            preferences.put(connection, self.id, chosen, before=before, now=self.clock.now())

        await self.store.run(write)

    async def put(self, kind: Kind, record: str, document: Document) -> None:
        """Write a record, whatever stands there."""

        def write(connection: Connection) -> None:
            before = records.find(connection, self.id, kind, record)
            revision = Precondition(revision=before.revision) if before else Precondition()
            wanted = Write(id=record, document=document, precondition=revision)
            record_writes.put(connection, self.id, kind, wanted, self.clock.now())

        await self.store.run(write)

    def enter_there(self, bills: int) -> None:
        """Enter bills in QuickBooks, and once their vendors."""
        known = {each["DisplayName"]: each["Id"] for each in self.books.all("Vendor")}
        for number in range(VENDORS):
            name = f"There {number}"
            if name not in known:
                known[name] = self.books.create("Vendor", {"DisplayName": name})["Id"]
        expense = next(each for each in self.books.all("Account") if each["AccountType"] == "Expense")
        for _ in range(bills):
            number = next(self.numbers)
            detail = {"AccountRef": {"value": expense["Id"]}}
            line = {
                "Amount": float(number),
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": detail,
            }
            self.books.create(
                "Bill",
                {
                    "VendorRef": {"value": known[f"There {number % VENDORS}"]},
                    "DocNumber": f"Q{number}",
                    "TxnDate": "2026-02-20",
                    "Line": [line],
                },
            )

    def correct_there(self, number: str, memo: str) -> None:
        """Write a memo on a bill in QuickBooks."""
        found = next((each for each in self.books.all("Bill") if each.get("DocNumber") == number), None)
        if found is not None:
            self.books.update("Bill", found | {"PrivateNote": memo})

    # -- syncs

    async def request(self, *, ring: bool = True) -> str:
        """Ask for a sync, and ring."""
        now = self.clock.now()
        asked = await self.store.run(
            lambda connection: syncs.request(
                connection, self.id, id=RandomIds(self.clock).new(), trigger="manual", now=now
            )
        )
        if ring:
            doorbell = QueueDoorbell(self.bell)
            await doorbell.ring(self.id)
            await doorbell.close()
        return asked.id

    async def sync(self, id: str) -> StoredSync:
        """Read a sync."""
        return await self.store.read(lambda connection: syncs.get(connection, self.id, id))

    async def ended(self, id: str, within: float) -> StoredSync:
        """Wait for a sync's end."""

        async def has_ended() -> bool:
            return (await self.sync(id)).has_ended

        await until(has_ended, f"the end of a sync of {self.id}", within)
        return await self.sync(id)

    # -- looking from outside

    async def lease(self) -> Any:
        """Return the lease's row, or None."""
        return await self.store.read(lambda c: c.execute(_LEASE, {"company": self.id}).first())

    async def progress_after(self, epoch: int, sync: str, within: float) -> float:
        """Wait until somebody else has taken the lease and committed once more, or ended the sync."""
        first: list[Any] = []

        async def has_moved() -> bool:
            lease = await self.lease()
            if lease is None or lease.epoch <= epoch:
                return False
            if not first:
                first.append(lease)
            return bool(lease.expires_at != first[0].expires_at) or (await self.sync(sync)).has_ended

        return await until(has_moved, f"progress of {self.id} under a new lease", within)

    async def rows(self) -> dict[str, list[str]]:
        """Return every row of every table of this database, as text, in one order."""

        def read(connection: Connection) -> dict[str, list[str]]:
            return {
                table.name: sorted(
                    str(row[0])
                    for row in connection.execute(text(f'SELECT t::text FROM "{table.name}" AS t'))  # noqa: S608 - our own tables
                )
                for table in METADATA.sorted_tables
            }

        return await self.store.read(read)


def _bill(vendor: str, number: int, *, amount: Decimal | None = None) -> Bill:
    line = BillLine(id="1", amount=amount or Decimal(number), account="office", description="Goods")
    return Bill(
        vendor=vendor,
        number=f"P{number}",
        issued_on=dt.date(2026, 2, 20),
        due_on=dt.date(2026, 3, 20),
        memo=f"Bill {number}",
        lines=(line,),
    )


async def connect(
    ground: Ground, store: PostgresStore, database: str, bell: str, *, id: str = "acme"
) -> Company:
    """Open a company on both sides and connect them; its access token has expired."""
    access = ground.sandbox.create_company(name=id)
    company = Company(id, ground, store, database, bell, ground.sandbox.company(access.realm_id))
    now = company.clock.now()
    tokens = Tokens(
        access_token=access.access_token,
        refresh_token=access.refresh_token,
        access_expires_at=now,
        refresh_expires_at=now + dt.timedelta(days=100),
    )
    cipher = Cipher.from_text(ground.key)
    signed_up = dt.date(2020, 1, 1)

    def write(connection: Connection) -> None:
        companies.put(connection, id, name=id, signed_up_on=signed_up, accountant_console=False, now=now)
        connections.connect(connection, cipher, id, access.realm_id, tokens, now)

    await store.run(write)
    return company
