"""Measures the engine on one database; run in a process of its own for each, so that memory is its own."""

import asyncio
import datetime as dt
import random
import resource
import socket
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from service.core.policy import Preferences
from service.core.records import Bill, BillLine, Kind
from service.core.throttle import Limits, Throttle
from service.quickbooks.client import QuickBooks
from service.quickbooks.exchange import TokenSource
from service.quickbooks.http import Http
from service.quickbooks.limiter import Limiter
from service.quickbooks.oauth import OAuth, endpoints
from service.store import companies, connections, preferences, record_writes, records, syncs
from service.store.cipher import Cipher, new_key
from service.store.connections import Tokens
from service.store.engine import Store, open_store
from service.store.migrate import upgrade
from service.store.record_writes import Write
from service.store.records import RecordFilter
from service.sync.services import Services
from service.sync.tokens import Vault
from service.sync.work import work
from service.wiring import RandomIds, SystemClock
from tests.house import ListLog
from tests.postgres import running_postgres

COMPANY = "bench"
FREE = Limits(per_second=100_000, per_minute=1_000_000, concurrent=10, batches_per_minute=100_000)
"""QuickBooks' limits would be what is measured."""
PAGE = 999


class Bench:
    """One company on one database, connected to the generated QuickBooks."""

    def __init__(self, store: Store, url: str, access: dict[str, str]) -> None:
        self.store = store
        self.url = url
        self.access = access
        self.clock = SystemClock()
        self.ids = RandomIds(self.clock)
        self.http = Http()
        self.cipher = Cipher.from_text(new_key())
        self.log = ListLog()
        where = endpoints(
            "local",
            api_url=url,
            authorize_url=url,
            token_url=f"{url}/oauth2/v1/tokens/bearer",
            revoke_url=url,
        )
        self.oauth = OAuth(
            self.http,
            where,
            client_id=access["client_id"],
            client_secret=access["client_secret"],
            clock=self.clock,
        )

    async def connect(self) -> None:
        """Make the company here."""
        now = self.clock.now()
        tokens = Tokens(
            access_token=self.access["access_token"],
            refresh_token=self.access["refresh_token"],
            access_expires_at=now + dt.timedelta(hours=1),
            refresh_expires_at=now + dt.timedelta(days=100),
        )
        realm = self.access["realm_id"]

        def write(connection: Any) -> None:
            companies.put(
                connection,
                COMPANY,
                name="Bench",
                signed_up_on=dt.date(2020, 1, 1),
                accountant_console=False,
                now=now,
            )
            connections.connect(connection, self.cipher, COMPANY, realm, tokens, now)
            before = preferences.get(connection, COMPANY)
            chosen = Preferences(
                unallocated_expense_account="none-yet", unallocated_income_account="none-yet"
            )
            preferences.put(connection, COMPANY, chosen, before=before, now=now)

        await self.store.run(write)

    def services(self) -> Services:
        """What a worker has."""
        random_source = random.Random(7)

        def open_quickbooks(realm_id: str, tokens: TokenSource) -> QuickBooks:
            limiter = Limiter(self.clock, Throttle(FREE))
            return QuickBooks(
                self.http, self.url, realm_id, tokens, limiter, self.clock, random=random_source.random
            )

        return Services(
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            random=random_source.random,
            vault=Vault(store=self.store, cipher=self.cipher, oauth=self.oauth, clock=self.clock),
            open_quickbooks=open_quickbooks,
            log=self.log,
            owner="bench",
        )

    async def sync(self) -> dict[str, Any]:
        """Run one sync and measure it."""
        now = self.clock.now()
        asked = await self.store.run(lambda c: syncs.request(c, COMPANY, id=self.ids.new(), now=now))
        started, cpu = time.perf_counter(), time.process_time()
        await work(self.services(), COMPANY)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        ended = await self.store.read(lambda c: syncs.get(c, COMPANY, asked.id))
        if ended.state != "succeeded":
            raise SystemExit(f"the sync {ended.state}: {ended.problem}; {self.log.lines[-3:]}")
        return {
            "seconds": round(seconds, 3),
            "cpu_seconds": round(cpu, 3),
            "reads": ended.reads,
            "writes": ended.writes,
            "batches": ended.batches,
            "counts": ended.counts,
        }

    async def change(self, share: int) -> int:
        """Edit one in so many bills in QuickBooks, as a person would."""
        realm = self.access["realm_id"]
        answer = await self.http.request("GET", f"{self.url}/sandbox/companies/{realm}/export/Bill")
        ids = [each["Id"] for each in msgspec.json.decode(answer.body)][::share]
        for each in ids:
            await self.http.request(
                "POST",
                f"{self.url}/sandbox/companies/{realm}/objects/Bill?operation=update",
                body=msgspec.json.encode({"Id": each, "DueDate": "2027-06-30"}),
                headers={"Content-Type": "application/json"},
            )
        return len(ids)

    async def write_bills(self, number: int) -> None:
        """Write new bills here, as callers would: a thousand in a batch."""

        def write(connection: Any) -> None:
            vendor = records.page(connection, COMPANY, Kind.VENDOR, RecordFilter(), after="", limit=1)[0].id
            account = next(
                each.id
                for each in records.page(
                    connection, COMPANY, Kind.ACCOUNT, RecordFilter(), after="", limit=99
                )
                if each.document.type == "Expense"
            )
            line = BillLine(id="1", amount=Decimal("10.00"), account=account)
            issued = dt.date(2026, 1, 15)
            bills = [
                Write(
                    id=f"new-{each}",
                    document=Bill(vendor=vendor, number=f"NEW-{each}", issued_on=issued, lines=(line,)),
                )
                for each in range(number)
            ]
            record_writes.put_many(connection, COMPANY, Kind.BILL, bills, self.clock.now())

        await self.store.run(write)


def memory_mb() -> float:
    """Return the peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def least_reads(*rows: int) -> int:
    """The least reads of a first sync: pages overlap by one row; CompanyInfo and Preferences come on top."""
    return sum(max(1, -(-each // PAGE)) for each in rows) + 2


LISTED = ("account", "accounting_class", "location", "vendor", "customer", "item", "bill", "invoice")
"""What a first sync lists."""


async def measure(
    database: str, vendors: int, bills: int, pushed: int, customers: int, invoices: int
) -> dict[str, Any]:
    """Measure all scenarios on one database; with customers, the first sync alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with AsyncExitStack() as ends:
        quickbooks = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.quickbooks"),
            *(str(each) for each in (port, vendors, bills, customers, invoices)),
            stdout=asyncio.subprocess.PIPE,
        )
        ends.push_async_callback(_ended, quickbooks)
        assert quickbooks.stdout is not None
        access = msgspec.json.decode(await quickbooks.stdout.readline())
        store = open_store(ends.enter_context(_database(database)))
        ends.push_async_callback(store.close)
        await upgrade_of(store, database)
        bench = Bench(store, f"http://127.0.0.1:{port}", access)
        ends.push_async_callback(bench.http.close)
        await _ready(bench)
        await bench.connect()
        before = memory_mb()
        first = await bench.sync()
        counts = {kind: sum(each.values()) for kind, each in first["counts"].items()}
        records = vendors + bills + customers + invoices
        first["records_per_second"] = round(records / first["seconds"])
        first["cpu_us_per_record"] = round(first["cpu_seconds"] * 1_000_000 / records)
        first["memory_mb_above_start"] = round(memory_mb() - before, 1)
        first["least_reads"] = least_reads(*(counts.get(kind, 0) for kind in LISTED))
        if customers:
            return {"database": database, "mixed": first}
        idle = await bench.sync()
        changed = await bench.change(100)
        incremental = await bench.sync()
        incremental["changed"] = changed
        await bench.write_bills(pushed)
        push = await bench.sync()
        push["records_per_second"] = round(pushed / push["seconds"])
    return {"database": database, "first": first, "idle": idle, "incremental": incremental, "push": push}


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def _ready(bench: Bench) -> None:
    for _ in range(200):
        try:
            await bench.http.request("GET", f"{bench.url}/sandbox/companies")
        except Exception:  # noqa: BLE001 - it is starting
            await asyncio.sleep(0.05)
        else:
            return
    raise SystemExit("the generated QuickBooks did not start")


def _database(name: str) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def sqlite() -> Any:
        with tempfile.TemporaryDirectory() as directory:
            yield f"sqlite:///{Path(directory) / 'bench.db'}"

    @contextmanager
    def postgres() -> Any:
        with running_postgres() as server:
            yield server.new_database()

    return sqlite() if name == "sqlite" else postgres()


async def upgrade_of(store: Store, database: str) -> None:
    """Make the tables where the database has none."""
    if database == "sqlite":
        await upgrade(str(store._writer.url))  # type: ignore[attr-defined]


def main() -> None:
    """Measure one database and print JSON."""
    database, sizes = sys.argv[1], [int(each) for each in sys.argv[2:7]]
    vendors, bills, pushed, customers, invoices = sizes
    measured = asyncio.run(measure(database, vendors, bills, pushed, customers, invoices))
    sys.stdout.write(msgspec.json.encode(measured).decode())


if __name__ == "__main__":
    main()
