"""OpenID Connect on the wire: the key that verifies ID tokens, and what is known about the user."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.sandbox.http import envelopes
from service.sandbox.openid import OPENID, claims

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox


class IdentityPages:
    """Serves the endpoints that the discovery document names beside those of OAuth."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    async def keys(self, _request: Request) -> Response:
        """Answer the set of public keys."""
        return JSONResponse(self._sandbox.issuer.keys())

    async def user(self, request: Request) -> Response:
        """Answer the user's claims; 401 for a token that is dead or was not granted with openid."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        at = self._sandbox.now()
        tid = envelopes.new_tid(self._sandbox.trace, at)
        scopes = self._sandbox.oauth.scopes_of(token.strip()) if scheme.lower() == "bearer" else frozenset()
        if OPENID not in scopes:
            return JSONResponse({"error": "invalid_token"}, 401, {"intuit_tid": tid})
        return JSONResponse(claims(scopes), headers={"intuit_tid": tid})
