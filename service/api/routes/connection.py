"""A company's connection to QuickBooks, and the redirect that makes it.

The redirect's state is used up before anything else, so a replay finds nothing. The code is exchanged outside
any transaction, and only if the realm may be this company's: an exchange ends the tokens of whoever had it.
"""

import datetime as dt
import re
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog
from fastapi import APIRouter, Depends, Query
from msgspec.structs import asdict
from starlette.responses import RedirectResponse, Response

from service.api.answers import answer
from service.api.auth import Allow
from service.api.body import JsonBody
from service.api.context import ApiContext, Context
from service.api.problems import ProblemError
from service.api.refusing import refuses
from service.api.revoking import disconnect_and_revoke
from service.api.schemas.company import ConnectAnswer, ConnectInput
from service.api.schemas.company import Connection as ConnectionAnswer
from service.quickbooks.errors import InvalidGrantError, QuickBooksError
from service.quickbooks.oauth import OAuth, TokenGrant
from service.store import companies, connections, syncs
from service.store.connections import Pending, StoredConnection, Tokens
from service.store.engine import Work
from service.store.refusals import RefusedError
from service.store.transaction import Connection

router = APIRouter(tags=["Connection"])
MAY = Depends(Allow("companies"))
_PATH = "/v1/companies/{company}/connection"
_REALM = re.compile(r"\d{1,32}\Z")
_ERROR = re.compile(r"[a-z_]{1,40}\Z")
_log = structlog.get_logger(__name__)


@router.post(
    _PATH,
    operation_id="connect",
    response_model=ConnectAnswer,
    dependencies=[MAY],
    openapi_extra=refuses("company_archived", "oauth_not_configured"),
)
async def connect(
    context: Context, company: str, body: Annotated[ConnectInput, Depends(JsonBody(ConnectInput))]
) -> Response:
    """Begin to connect: send the browser to `authorize_url`; it comes back to `return_to`."""
    oauth = _oauth(context)
    state = context.secret()

    def work(connection: Connection) -> dt.datetime:
        companies.require(connection, company, live=True)
        return connections.remember_state(
            connection, company, state=state, return_to=body.return_to, now=context.clock.now()
        )

    expires_at = await context.store.run(work)
    url = oauth.authorize_url(state=state, redirect_uri=context.redirect_uri)
    return answer({"authorize_url": url, "expires_at": expires_at})


@router.get(_PATH, operation_id="get_connection", response_model=ConnectionAnswer, dependencies=[MAY])
async def get_connection(context: Context, company: str) -> Response:
    """Say how the company stands with QuickBooks, and why."""
    return answer(await _status(context, company))


@router.delete(_PATH, operation_id="disconnect", response_model=ConnectionAnswer, dependencies=[MAY])
async def disconnect(context: Context, company: str) -> Response:
    """Disconnect: forget the tokens and revoke them at QuickBooks. Records and links stay."""
    await disconnect_and_revoke(context, company, "Somebody disconnected it here.")
    return answer(await _status(context, company))


@router.get(
    "/oauth/quickbooks/callback",
    operation_id="quickbooks_callback",
    status_code=303,
    response_class=RedirectResponse,
    openapi_extra=refuses("invalid_state", "oauth_not_configured"),
)
async def callback(
    context: Context,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str | None, Query(max_length=2000)] = None,
    realm_id: Annotated[str | None, Query(alias="realmId", max_length=100)] = None,
    error: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Where QuickBooks sends the browser back to; it goes on to `return_to` with what came of it."""
    oauth = _oauth(context)
    pending = await context.store.run(
        lambda connection: connections.use_state(connection, state, context.clock.now())
    )
    if pending is None:
        raise ProblemError(
            "invalid_state", "Begin to connect again; a redirect is good once, for 15 minutes."
        )
    if error is not None:
        return _back(pending, error=error if _ERROR.match(error) else "refused")
    if not code or not _REALM.match(realm_id or ""):
        return _back(pending, error="incomplete_answer")
    return await _finish(context, oauth, pending, code=code, realm_id=str(realm_id))


async def _finish(
    context: ApiContext, oauth: OAuth, pending: Pending, *, code: str, realm_id: str
) -> Response:
    company = pending.company
    try:
        await context.store.read(lambda connection: connections.check_realm(connection, company, realm_id))
        grant = await oauth.exchange_code(code, redirect_uri=context.redirect_uri)
        await context.store.run(_store_grant(context, company, realm_id, grant))
    except RefusedError as refused:
        return _back(pending, error=refused.code)
    except InvalidGrantError:
        return _back(pending, error="invalid_grant")
    except QuickBooksError as failure:
        _log.warning("code_exchange_failed", company=company, error=type(failure).__name__)
        return _back(pending, error="quickbooks_unavailable")
    await context.ring(company)
    return _back(pending, connection="connected")


def _store_grant(context: ApiContext, company: str, realm_id: str, grant: TokenGrant) -> Work[None]:
    now = context.clock.now()
    tokens = Tokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        access_expires_at=grant.access_expires_at,
        refresh_expires_at=grant.refresh_expires_at,
    )

    def work(connection: Connection) -> None:
        companies.require(connection, company, live=True)
        connections.connect(connection, context.cipher, company, realm_id, tokens, now)
        syncs.request(connection, company, id=context.ids(), trigger="connection", now=now)

    return work


def _oauth(context: ApiContext) -> OAuth:
    if context.oauth is None:
        raise ProblemError(
            "oauth_not_configured", "Set SYNC_QUICKBOOKS_CLIENT_ID and SYNC_QUICKBOOKS_CLIENT_SECRET."
        )
    return context.oauth


async def _status(context: ApiContext, company: str) -> dict[str, object]:
    def work(connection: Connection) -> StoredConnection:
        companies.require(connection, company)
        return connections.status(connection, company, context.clock.now())

    return asdict(await context.store.read(work))


def _back(pending: Pending, **outcome: str) -> Response:
    parts = urlsplit(pending.return_to)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *outcome.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), status_code=303)
