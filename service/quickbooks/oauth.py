"""The OAuth side of a connection: consent, tokens, revocation.

A few lines of our own instead of authlib's client, for two reasons. QuickBooks rotates refresh tokens, so a
new one must be committed before its access token is used, which a client that refreshes by itself in the
middle of a call can't promise. And all HTTP goes through one module. Nothing is retried: the caller decides.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from service.core.clock import Clock
from service.quickbooks.errors import InvalidGrantError, NoAnswerError, NotSentError, OAuthUnavailableError
from service.quickbooks.http import Http, HttpAnswer

SCOPE = "com.intuit.quickbooks.accounting"
_INTUIT_AUTHORIZE = "https://appcenter.intuit.com/connect/oauth2"
_INTUIT_TOKEN = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105 - an address
_INTUIT_REVOKE = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"
_API = {
    "production": "https://quickbooks.api.intuit.com",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
}


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """Where QuickBooks is."""

    api_url: str
    authorize_url: str
    token_url: str
    revoke_url: str


def endpoints(
    environment: str,
    *,
    api_url: str | None = None,
    authorize_url: str | None = None,
    token_url: str | None = None,
    revoke_url: str | None = None,
) -> Endpoints:
    """Return Intuit's addresses of an environment, each replaced by what is given.

    Raises:
        ValueError: another environment than production and sandbox, and an address is missing.
    """
    is_intuit = environment in _API
    found = {
        "api_url": api_url or _API.get(environment),
        "authorize_url": authorize_url or (_INTUIT_AUTHORIZE if is_intuit else None),
        "token_url": token_url or (_INTUIT_TOKEN if is_intuit else None),
        "revoke_url": revoke_url or (_INTUIT_REVOKE if is_intuit else None),
    }
    missing = [name for name, url in found.items() if not url]
    if missing:
        raise ValueError(f"the environment {environment!r} needs {', '.join(missing)}")
    return msgspec.convert(found, Endpoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGrant:
    """Tokens and how long they live, counted from before they were asked for.

    `refresh_hard_expires_at` is the end of the rolling renewals (five years), where QuickBooks says it.
    """

    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime
    refresh_hard_expires_at: datetime | None = None


class _TokenBody(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str
    x_refresh_token_expires_in: int
    x_refresh_token_hard_expires_in: int | None = None


class _ErrorBody(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class OAuth:
    """Our app at Intuit's OAuth server."""

    def __init__(
        self, http: Http, where: Endpoints, *, client_id: str, client_secret: str, clock: Clock
    ) -> None:
        self._http = http
        self._where = where
        self._client_id = client_id
        self._basic = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._clock = clock

    def authorize_url(self, *, state: str, redirect_uri: str) -> str:
        """Return where to send the browser; it comes back with code, state and realmId, or with error."""
        asked = {
            "client_id": self._client_id,
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{self._where.authorize_url}?{urlencode(asked)}"

    async def exchange_code(self, code: str, *, redirect_uri: str) -> TokenGrant:
        """Trade an authorization code, once, for tokens.

        Raises:
            InvalidGrantError: the code is unknown, used or too old.
            OAuthUnavailableError: no usable answer.
        """
        return await self._grant(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        )

    async def refresh(self, refresh_token: str) -> TokenGrant:
        """Trade a refresh token for tokens; commit the new refresh token before the access token is used.

        Raises:
            InvalidGrantError: it is not the newest, too old, or the company disconnected us.
            OAuthUnavailableError: no usable answer; the token may have been rotated all the same.
        """
        return await self._grant({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def revoke(self, token: str) -> None:
        """End the connection; a token that is dead already is no error.

        Raises:
            OAuthUnavailableError: no usable answer.
        """
        body = msgspec.json.encode({"token": token})
        answer = await self._post(self._where.revoke_url, body, "application/json")
        if answer.status not in {200, 204, 400}:
            raise OAuthUnavailableError(f"revocation answered HTTP {answer.status}")

    async def _grant(self, form: dict[str, str]) -> TokenGrant:
        asked_at = self._clock.now()
        answer = await self._post(
            self._where.token_url, urlencode(form).encode(), "application/x-www-form-urlencoded"
        )
        if answer.status != 200:
            raise _refusal(answer)
        try:
            body = msgspec.json.decode(answer.body, type=_TokenBody, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            # Its text could quote a token.
            raise OAuthUnavailableError("the token answer can't be read") from error
        hard = body.x_refresh_token_hard_expires_in
        return TokenGrant(
            access_token=body.access_token,
            access_expires_at=asked_at + timedelta(seconds=body.expires_in),
            refresh_token=body.refresh_token,
            refresh_expires_at=asked_at + timedelta(seconds=body.x_refresh_token_expires_in),
            refresh_hard_expires_at=asked_at + timedelta(seconds=hard) if hard is not None else None,
        )

    async def _post(self, url: str, body: bytes, content_type: str) -> HttpAnswer:
        headers = {
            "Authorization": self._basic,
            "Accept": "application/json",
            "Content-Type": content_type,
            "x-include-refresh-token-hard-expires-in": "true",
        }
        try:
            return await self._http.request("POST", url, headers=headers, body=body)
        except (NotSentError, NoAnswerError) as error:
            raise OAuthUnavailableError(str(error)) from error


def _refusal(answer: HttpAnswer) -> InvalidGrantError | OAuthUnavailableError:
    """Tell a dead grant from everything else; wrong app credentials are our fault and no company's."""
    try:
        body = msgspec.json.decode(answer.body, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = _ErrorBody()
    if answer.status in {400, 401} and body.error == "invalid_grant":
        return InvalidGrantError(body.error_description)
    return OAuthUnavailableError(f"HTTP {answer.status} {body.error}".rstrip())
