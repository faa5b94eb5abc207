"""Everything that the API touches outside itself, injected once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Protocol

import structlog
from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from service.core.clock import Clock
from service.quickbooks.oauth import OAuth
from service.store.cipher import Cipher
from service.store.engine import Store

_log = structlog.get_logger(__name__)


class Doorbell(Protocol):
    """Wakes a worker; the database is the truth, so a lost ring is only a delay."""

    async def ring(self, company: str) -> None:
        """Say that a company has something to do."""
        ...

    async def ring_inbox(self) -> None:
        """Say that a webhook has come."""
        ...


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """The ports of the API. `secret` makes what a browser carries and nobody may guess."""

    store: Store
    clock: Clock
    ids: Callable[[], str]
    doorbell: Doorbell
    cipher: Cipher
    oauth: OAuth | None = None
    public_url: str = "http://localhost:8000"
    webhook_tokens: tuple[str, ...] = ()
    bootstrap_key: str | None = field(default=None, repr=False)
    body_limit: int = 10 * 1024 * 1024
    webhook_limit: int = 2 * 1024 * 1024
    secret: Callable[[], str] = _secret
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    @property
    def redirect_uri(self) -> str:
        """Where QuickBooks sends the browser back to; registered with the app at Intuit."""
        return f"{self.public_url.rstrip('/')}/oauth/quickbooks/callback"

    async def ring(self, company: str) -> None:
        """Ring for a company; a broken bell is no error, the sweep comes by anyway."""
        try:
            await self.doorbell.ring(company)
        except Exception as error:  # noqa: BLE001 - whatever a queue raises
            _log.warning("doorbell_failed", company=company, error=type(error).__name__)

    async def ring_inbox(self) -> None:
        """Ring for the inbox, with the same patience."""
        try:
            await self.doorbell.ring_inbox()
        except Exception as error:  # noqa: BLE001 - whatever a queue raises
            _log.warning("doorbell_failed", error=type(error).__name__)


def _context(request: Request) -> ApiContext:
    context: ApiContext = request.app.state.context
    return context


Context = Annotated[ApiContext, Depends(_context)]
