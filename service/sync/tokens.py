"""The tokens of one connection: only the lease's holder refreshes them, one refresh at a time.

The new refresh token is committed before the access token that came with it is used: QuickBooks may have
ended the old one already.
"""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

from service import failpoints
from service.core.clock import Clock
from service.quickbooks.errors import DisconnectedError, InvalidGrantError
from service.quickbooks.oauth import OAuth
from service.store import connections
from service.store.cipher import Cipher
from service.store.connections import Tokens
from service.store.engine import Store

RENEW_BEFORE = dt.timedelta(minutes=5)


class ConnectionTokens:
    """A TokenSource over the connection's row."""

    def __init__(
        self,
        company: str,
        *,
        store: Store,
        cipher: Cipher,
        oauth: OAuth,
        clock: Clock,
        fence: Callable[[Any], None],
        tokens: Tokens | None = None,
    ) -> None:
        self._company = company
        self._store = store
        self._cipher = cipher
        self._oauth = oauth
        self._clock = clock
        self._fence = fence
        self._tokens = tokens
        self._refreshing = asyncio.Lock()

    async def access_token(self) -> str:
        """Return an access token that is good for some minutes yet."""
        tokens = self._tokens or await self._load()
        if tokens.access_expires_at - self._clock.now() <= RENEW_BEFORE:
            return await self.refresh(tokens.access_token)
        return tokens.access_token

    async def refresh(self, stale: str) -> str:
        """Replace an access token that QuickBooks refuses.

        Raises:
            InvalidGrantError: the refresh token is not valid any more, though it was read again.
        """
        async with self._refreshing:
            tokens = await self._load()
            if tokens.access_token != stale:
                return tokens.access_token
            try:
                return await self._exchange(tokens)
            except InvalidGrantError:
                again = await self._load()
                if again.refresh_token == tokens.refresh_token:
                    raise
                return await self._exchange(again)

    async def _exchange(self, tokens: Tokens) -> str:
        grant = await self._oauth.refresh(tokens.refresh_token)
        failpoints.hit("refresh", "answered")
        fresh = Tokens(
            access_token=grant.access_token,
            refresh_token=grant.refresh_token,
            access_expires_at=grant.access_expires_at,
            refresh_expires_at=grant.refresh_expires_at,
        )

        def save(connection: Any) -> bool:
            self._fence(connection)
            now = self._clock.now()
            saved = connections.save_tokens(connection, self._cipher, self._company, fresh, now)
            failpoints.hit("refresh", "uncommitted")
            return saved

        if not await self._store.run(save):
            raise DisconnectedError("disconnected")
        failpoints.hit("refresh", "committed")
        self._tokens = fresh
        return fresh.access_token

    async def _load(self) -> Tokens:
        tokens = await self._store.read(
            lambda connection: connections.load_tokens(connection, self._cipher, self._company)
        )
        if tokens is None:
            raise DisconnectedError("disconnected")
        self._tokens = tokens
        return tokens


class Vault:
    """Opens the token sources of connections."""

    def __init__(self, *, store: Store, cipher: Cipher, oauth: OAuth, clock: Clock) -> None:
        self._store = store
        self._cipher = cipher
        self._oauth = oauth
        self._clock = clock

    def source(self, company: str, row: Any, fence: Callable[[Any], None]) -> ConnectionTokens:
        """Return the tokens of a connection, beginning with those of its row, read under the lease."""
        return ConnectionTokens(
            company,
            store=self._store,
            cipher=self._cipher,
            oauth=self._oauth,
            clock=self._clock,
            fence=fence,
            tokens=connections.open_tokens(self._cipher, company, row),
        )
