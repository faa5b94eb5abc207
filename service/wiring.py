"""The only place that constructs adapters: settings in, ports out."""

import asyncio
import datetime as dt
import logging
import os
import random
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from fastapi import FastAPI

from service.api.application import create_app
from service.api.context import ApiContext
from service.core.clock import Clock
from service.core.ids import RANDOM_BITS, REQUEST_BITS, request_id, sortable_id
from service.core.throttle import Throttle
from service.queue import QueueDoorbell
from service.quickbooks.client import QuickBooks
from service.quickbooks.exchange import TokenSource
from service.quickbooks.http import Http
from service.quickbooks.limiter import Limiter
from service.quickbooks.oauth import Endpoints, OAuth, endpoints
from service.settings import Settings
from service.store.cipher import Cipher
from service.store.engine import Store, open_store
from service.store.migrate import require_head
from service.sync.schedule import Sweep
from service.sync.services import Services
from service.sync.tokens import Vault


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """Return the present instant."""
        return dt.datetime.now(dt.UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class RandomIds:
    """Ids from the operating system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> str:
        """Return an id that sorts by time."""
        return sortable_id(self._clock.now(), secrets.randbits(RANDOM_BITS))

    def request(self) -> str:
        """Return a request id for QuickBooks."""
        return request_id(secrets.randbits(REQUEST_BITS))


@dataclass(slots=True, kw_only=True)
class House:
    """All adapters of one process."""

    settings: Settings
    store: Store
    clock: Clock
    ids: RandomIds
    http: Http
    where: Endpoints
    oauth: OAuth
    cipher: Cipher
    doorbell: QueueDoorbell

    async def close(self) -> None:
        """Close everything that was opened."""
        await self.doorbell.close()
        await self.http.close()
        await self.store.close()


def configure_logging(settings: Settings) -> None:
    """Log to standard error: JSON lines for machines, plain ones for people."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(settings.log_format),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _renderers(log_format: str) -> list[structlog.typing.Processor]:
    """Tracebacks come without local variables: those may hold secrets."""
    if log_format == "json":
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def open_house(settings: Settings) -> House:
    """Open the adapters; nothing is connected before it is used."""
    clock = SystemClock()
    http = Http()
    where = endpoints(
        settings.quickbooks_environment,
        api_url=settings.quickbooks_api_url,
        authorize_url=settings.quickbooks_authorize_url,
        token_url=settings.quickbooks_token_url,
        revoke_url=settings.quickbooks_revoke_url,
    )
    return House(
        settings=settings,
        store=open_store(settings.database, pool_size=settings.database_pool),
        clock=clock,
        ids=RandomIds(clock),
        http=http,
        where=where,
        oauth=OAuth(
            http,
            where,
            client_id=settings.quickbooks_client_id,
            client_secret=settings.quickbooks_client_secret.get_secret_value(),
            clock=clock,
        ),
        cipher=Cipher.from_text(settings.encryption_keys.get_secret_value()),
        doorbell=QueueDoorbell(settings.redis_url),
    )


def api_of(house: House) -> FastAPI:
    """Build the API; it refuses to start on a schema that is not at head."""
    settings = house.settings

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await require_head(settings.database)
        yield
        await house.close()

    bootstrap = settings.bootstrap_key.get_secret_value() if settings.bootstrap_key else None
    context = ApiContext(
        store=house.store,
        clock=house.clock,
        ids=house.ids.new,
        doorbell=house.doorbell,
        cipher=house.cipher,
        oauth=house.oauth,
        public_url=settings.public_url,
        webhook_tokens=settings.webhook_tokens,
        bootstrap_key=bootstrap,
        body_limit=settings.body_limit,
        webhook_limit=settings.webhook_limit,
    )
    return create_app(context, lifespan=lifespan)


def services_of(house: House) -> Services:
    """Build what the sync pipeline needs; one limiter per realm, shared by all runs of this process."""
    limiters: dict[str, Limiter] = {}
    source = random.SystemRandom()
    log = structlog.get_logger("sync")

    def open_quickbooks(realm_id: str, tokens: TokenSource) -> QuickBooks:
        limiter = limiters.setdefault(realm_id, Limiter(house.clock, Throttle()))
        return QuickBooks(
            house.http,
            house.where.api_url,
            realm_id,
            tokens,
            limiter,
            house.clock,
            log,
            random=source.random,
        )

    return Services(
        store=house.store,
        clock=house.clock,
        ids=house.ids,
        random=source.random,
        vault=Vault(store=house.store, cipher=house.cipher, oauth=house.oauth, clock=house.clock),
        open_quickbooks=open_quickbooks,
        log=log,
        owner=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
    )


def sweep_of(house: House, ring: Callable[[str], Awaitable[None]]) -> Sweep:
    """Build the sweep of a worker."""
    return Sweep(
        store=house.store, clock=house.clock, ids=house.ids, ring=ring, log=structlog.get_logger("sweep")
    )
