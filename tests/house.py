"""A whole house in one process: a store, a sandbox QuickBooks, one connected company, and the sync engine.

Nothing is replaced but the outside world's edges: time, randomness and the transport to QuickBooks.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

import httpx
from sqlalchemy import Row, select

from service.core import ids as ids_of
from service.core.actions import Action
from service.core.policy import Preferences
from service.core.records import ORDER, PAYMENTS, Account, Bill, BillLine, Document, Kind, Vendor, decode
from service.quickbooks.client import QuickBooks
from service.quickbooks.exchange import TokenSource
from service.quickbooks.http import Http
from service.quickbooks.limiter import Limiter
from service.quickbooks.oauth import OAuth, endpoints
from service.sandbox import Company as QuickBooksCompany
from service.sandbox import CompanyAccess, Knobs, Sandbox
from service.store import companies, connections, issue_actions, preferences, record_writes, records, syncs
from service.store.cipher import Cipher, new_key
from service.store.connections import Tokens
from service.store.engine import Store
from service.store.record_writes import Precondition, Write
from service.store.records import RecordFilter, StoredRecord
from service.store.syncs import StoredSync
from service.store.tables import Issue, Operation, Outcome, table_of
from service.sync.services import Services
from service.sync.tokens import Vault
from service.sync.work import work

COMPANY = "acme"


LISTED = [kind for kind in ORDER if kind not in (Kind.VENDOR_CREDIT, *PAYMENTS, Kind.FUNDS_TRANSFER)]
"""The kinds that a first sync lists: payments, credits and journal entries of before are history."""


class TestClock(Protocol):
    """A clock whose time the test moves."""

    def now(self) -> dt.datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SeededIds:
    """Ids from a seed and a clock."""

    def __init__(self, clock: TestClock, source: random.Random) -> None:
        self._clock = clock
        self._source = source

    def new(self) -> str:
        return ids_of.sortable_id(self._clock.now(), self._source.getrandbits(ids_of.RANDOM_BITS))

    def request(self) -> str:
        return ids_of.request_id(self._source.getrandbits(ids_of.REQUEST_BITS))


@dataclass
class ListLog:
    """Keeps what was logged."""

    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def info(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    warning = info


class House:
    """One company on our side, one in QuickBooks, and what runs between them."""

    def __init__(
        self,
        store: Store,
        clock: TestClock,
        *,
        seed: int = 0,
        knobs: Knobs | None = None,
        wrap: Any = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.random = random.Random(seed)
        self.log = ListLog()
        self.ids = SeededIds(clock, random.Random(seed + 1))
        self.sandbox = Sandbox(clock.now, random.Random(seed + 2), knobs or Knobs(webhook_timers=False))
        transport: httpx.AsyncBaseTransport = httpx.ASGITransport(app=self.sandbox.app)
        self.http = Http(transport if wrap is None else wrap(transport))
        self.where = endpoints(
            "local",
            api_url="http://127.0.0.1:8500",
            authorize_url="http://127.0.0.1:8500/connect/oauth2",
            token_url="http://127.0.0.1:8500/oauth2/v1/tokens/bearer",
            revoke_url="http://127.0.0.1:8500/v2/oauth2/tokens/revoke",
        )
        self.cipher = Cipher.from_text(new_key())
        self.owners = 0
        self.expense: StoredRecord

    def services(
        self,
        *,
        store: Store | None = None,
        clock: TestClock | None = None,
        http: Http | None = None,
        **sizes: int,
    ) -> Services:
        """What a worker of its own has; it may have a store, a clock and a wire of its own, too."""
        self.owners += 1
        access = self.access
        store, clock, http = store or self.store, clock or self.clock, http or self.http
        oauth = OAuth(
            http, self.where, client_id=access.client_id, client_secret=access.client_secret, clock=clock
        )
        limiters: dict[str, Limiter] = {}

        def open_quickbooks(realm_id: str, tokens: TokenSource) -> QuickBooks:
            limiter = limiters.setdefault(realm_id, Limiter(clock))
            return QuickBooks(
                http,
                self.where.api_url,
                realm_id,
                tokens,
                limiter,
                clock,
                self.log,
                random=self.random.random,
                **sizes,
            )

        return Services(
            store=store,
            clock=clock,
            ids=self.ids,
            random=self.random.random,
            vault=Vault(store=store, cipher=self.cipher, oauth=oauth, clock=clock),
            open_quickbooks=open_quickbooks,
            log=self.log,
            owner=f"worker-{self.owners}",
        )

    async def connect(self, *, sample: bool = False, company: str = COMPANY) -> None:
        """Make a company here and there and connect them."""
        self.access: CompanyAccess = self.sandbox.create_company(sample=sample)
        self.quickbooks: QuickBooksCompany = self.sandbox.company(self.access.realm_id)
        now = self.clock.now()
        tokens = Tokens(
            access_token=self.access.access_token,
            refresh_token=self.access.refresh_token,
            access_expires_at=now + dt.timedelta(seconds=3600),
            refresh_expires_at=now + dt.timedelta(days=100),
        )
        await self.store.run(
            lambda c: companies.put(
                c, company, name="Acme", signed_up_on=dt.date(2020, 1, 1), accountant_console=False, now=now
            )
        )
        await self.store.run(
            lambda c: connections.connect(c, self.cipher, company, self.access.realm_id, tokens, now)
        )

    async def sign_up(self, day: dt.date) -> None:
        """Change the day on which the company signed up: its account profile follows from it."""
        now = self.clock.now()
        await self.store.run(
            lambda c: companies.put(
                c, COMPANY, name="Acme", signed_up_on=day, accountant_console=False, now=now
            )
        )

    async def prefer(self, chosen: Preferences) -> None:
        """Set the company's preferences."""

        def write(connection: Any) -> None:
            before = preferences.get(connection, COMPANY)
            preferences.put(connection, COMPANY, chosen, before=before, now=self.clock.now())

        await self.store.run(write)

    async def preferences(self) -> Preferences:
        """Return the company's preferences."""
        return await self.store.read(lambda c: preferences.get(c, COMPANY).preferences)

    async def put(self, kind: Kind, record: str, document: Document, *, force: bool = True) -> StoredRecord:
        """Write a record as a caller would; `force` reads the revision first."""

        def write(connection: Any) -> StoredRecord:
            before = records.find(connection, COMPANY, kind, record)
            precondition = Precondition(revision=before.revision) if before and force else Precondition()
            stored, _ = record_writes.put(
                connection,
                COMPANY,
                kind,
                Write(id=record, document=document, precondition=precondition),
                self.clock.now(),
            )
            return stored

        return await self.store.run(write)

    async def archive(self, kind: Kind, record: str) -> None:
        """Archive a record as a caller would."""
        await self.store.run(
            lambda c: record_writes.archive(c, COMPANY, kind, record, Precondition(), self.clock.now())
        )

    async def get(self, kind: Kind, record: str) -> StoredRecord:
        """Read a record."""
        return await self.store.read(lambda c: records.get(c, COMPANY, kind, record))

    async def all(self, kind: Kind) -> list[StoredRecord]:
        """Read all records of a kind."""
        return await self.store.read(lambda c: everything(c, kind))

    async def request(self, *, mode: str = "incremental", preview: bool = False) -> str:
        """Ask for a sync."""
        asked = await self.store.run(
            lambda c: syncs.request(
                c,
                COMPANY,
                id=self.ids.new(),
                mode=mode,
                preview=preview,
                trigger="manual",
                requested_by="test",
                now=self.clock.now(),
            )
        )
        return asked.id

    async def sync(self, *, mode: str = "incremental", preview: bool = False) -> StoredSync:
        """Ask for a sync and run it."""
        sync = await self.request(mode=mode, preview=preview)
        await work(self.services(), COMPANY)
        return await self.store.read(lambda c: syncs.get(c, COMPANY, sync))

    async def outcomes(self, sync: str) -> list[Row[Any]]:
        """Read a sync's outcomes."""
        table = table_of(Outcome)
        wanted = select(table).where(table.c.company == COMPANY, table.c.sync == sync).order_by("sequence")
        return await self.store.read(lambda c: list(c.execute(wanted)))

    async def issues(self) -> list[Row[Any]]:
        """Read the open issues."""
        table = table_of(Issue)
        wanted = select(table).where(table.c.company == COMPANY, table.c.state == "open").order_by("id")
        return await self.store.read(lambda c: list(c.execute(wanted)))

    async def operations(self) -> list[Row[Any]]:
        """Read the ledger."""
        table = table_of(Operation)
        wanted = select(table).where(table.c.company == COMPANY).order_by("id")
        return await self.store.read(lambda c: list(c.execute(wanted)))

    async def act(self, issue: str, action: str, **choice: Any) -> None:
        """Do something about an issue, as a person would."""
        await self.store.run(
            lambda c: issue_actions.apply(
                c, COMPANY, issue, issue_actions.Choice(action=Action(action), **choice), self.clock.now()
            )
        )

    async def close(self) -> None:
        """Close what was opened."""
        await self.http.close()


def everything(connection: Any, kind: Kind, company: str = COMPANY) -> list[StoredRecord]:
    """Return all records of a kind, in order of id."""
    found: list[StoredRecord] = []
    while True:
        page = records.page(
            connection, company, kind, RecordFilter(), after=found[-1].id if found else "", limit=1000
        )
        found += page
        if len(page) < 1000:
            return found


def bill(vendor: str, number: str, amount: str, *, account: str | None = None, **fields: Any) -> Bill:
    """Make a bill of one line."""
    line = BillLine(id="1", amount=Decimal(amount), account=account, description="Goods")
    return Bill(vendor=vendor, number=number, issued_on=dt.date(2026, 2, 20), lines=(line,), **fields)


__all__ = ["Account", "House", "Kind", "Vendor", "bill", "decode"]
