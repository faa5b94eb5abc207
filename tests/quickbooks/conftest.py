"""A client over whatever transport a test wants, on virtual time."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from service.quickbooks.client import QuickBooks
from service.quickbooks.http import Http
from service.quickbooks.limiter import Limiter
from tests.quickbooks.stand_ins import ListLog, Tokens, VirtualClock

API = "https://quickbooks.test"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def log() -> ListLog:
    return ListLog()


@pytest.fixture
async def make_client(
    clock: VirtualClock, tokens: Tokens, log: ListLog
) -> AsyncIterator[Callable[..., QuickBooks]]:
    """Return a function that makes clients of realm 42; keyword arguments replace its parts."""
    opened: list[Http] = []

    def make(*, transport: Any = None, **parts: Any) -> QuickBooks:
        http = Http(transport)
        opened.append(http)
        return QuickBooks(
            http,
            parts.pop("api_url", API),
            parts.pop("realm_id", "42"),
            parts.pop("tokens", tokens),
            parts.pop("limiter", None) or Limiter(clock),
            clock,
            log,
            random=lambda: 0.5,
            **parts,
        )

    yield make
    for http in opened:
        await http.close()


@pytest.fixture
def client(make_client: Callable[..., QuickBooks]) -> QuickBooks:
    return make_client()
