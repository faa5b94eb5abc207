"""Ends a connection: the tokens are forgotten here first, then revoked at QuickBooks as well as may be."""

import structlog

from service.api.context import ApiContext
from service.quickbooks.errors import QuickBooksError
from service.store import companies, connections
from service.store.cipher import UndecipherableError
from service.store.connections import Tokens
from service.store.engine import Work
from service.store.transaction import Connection

_log = structlog.get_logger(__name__)


async def disconnect_and_revoke(context: ApiContext, company: str, reason: str) -> None:
    """Disconnect the company; a revocation that fails is logged, the tokens run out by themselves."""
    tokens = await context.store.run(_disconnect(context, company, reason))
    if tokens is None or context.oauth is None:
        return
    try:
        await context.oauth.revoke(tokens.refresh_token)
    except QuickBooksError as error:
        _log.warning("revocation_failed", company=company, error=type(error).__name__)


def _disconnect(context: ApiContext, company: str, reason: str) -> Work[Tokens | None]:
    now = context.clock.now()

    def work(connection: Connection) -> Tokens | None:
        companies.require(connection, company)
        try:
            tokens = connections.load_tokens(connection, context.cipher, company)
        except UndecipherableError:
            tokens = None
        connections.disconnect(connection, company, reason, now)
        return tokens

    return work
