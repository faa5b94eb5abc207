"""What the pipeline is given: the outside world behind ports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from service.core.clock import Clock
from service.core.ids import Ids
from service.quickbooks.client import QuickBooks
from service.quickbooks.exchange import TokenSource
from service.store.engine import Store


class Log(Protocol):
    """A structured logger."""

    def info(self, event: str, **facts: Any) -> Any:
        """Log what happened."""
        ...

    def warning(self, event: str, **facts: Any) -> Any:
        """Log what somebody should look at."""
        ...


class TokenVault(Protocol):
    """Opens the token source of a company's connection; only the lease's holder may ask."""

    def source(self, company: str, row: Any, fence: Callable[[Any], None]) -> TokenSource:
        """Return the tokens of a connection (`row` has its columns, read under the lease).

        `fence` is called in each transaction that writes them.
        """
        ...


OpenQuickBooks = Callable[[str, TokenSource], QuickBooks]
"""Opens the client of a realm, with that realm's one limiter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a run touches outside itself."""

    store: Store
    clock: Clock
    ids: Ids
    random: Callable[[], float]
    vault: TokenVault
    open_quickbooks: OpenQuickBooks
    log: Log
    owner: str
