"""OAuth on the wire: the consent page, the token and revoke endpoints, the discovery document."""

import base64
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from service.sandbox.http import envelopes
from service.sandbox.http.pages import consent_page, error_page
from service.sandbox.injection import DroppedConnection, FaultRule, Target
from service.sandbox.oauth import Grant, GrantRefused
from service.sandbox.openid import OPENID
from service.sandbox.wire import decode

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

JSON = "application/json;charset=utf-8"
SCOPE = "com.intuit.quickbooks.accounting"


class OAuthPages:
    """Serves the endpoints of OAuth 2.0."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    async def consent(self, request: Request) -> Response:
        """Show the companies to choose from; with `realm_id` the browser goes back at once."""
        asked = dict(request.query_params)
        problem = self._problem(asked)
        if problem is not None:
            return HTMLResponse(error_page(problem), 400)
        back = asked["redirect_uri"]
        if asked.get("scope") and SCOPE not in asked["scope"].split():
            return _redirect(back, error="invalid_scope", state=asked["state"])
        if asked.get("answer") == "deny":
            return _redirect(back, error="access_denied", state=asked["state"])
        realm_id = asked.get("realm_id")
        if realm_id is None:
            companies = [(one.realm_id, one.name) for one in self._sandbox.companies.values()]
            return HTMLResponse(consent_page(companies, asked))
        if realm_id not in self._sandbox.companies:
            return HTMLResponse(error_page(f"There is no company {realm_id}."), 400)
        code = self._sandbox.oauth.issue_code(realm_id, back, frozenset(asked.get("scope", "").split()))
        return _redirect(back, code=code, state=asked["state"], realmId=realm_id)

    def _problem(self, asked: dict[str, str]) -> str | None:
        allowed = self._sandbox.knobs.redirect_uris
        if asked.get("client_id") != self._sandbox.oauth.client_id:
            return "The client_id is not the one of this sandbox."
        if asked.get("response_type") != "code":
            return "The response_type must be code."
        if not asked.get("state"):
            return "The state parameter is required."
        if "?" in asked.get("redirect_uri", ""):
            return "The redirect_uri must not have a query string."
        if not asked.get("redirect_uri") or (allowed and asked["redirect_uri"] not in allowed):
            return "The redirect_uri query parameter value is invalid."
        return None

    async def tokens(self, request: Request) -> Response:
        """Exchange a code, or refresh; the client authenticates by Basic or in the form."""
        form = {
            key: values[0]
            for key, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()
        }
        rule = self._sandbox.faults.hit(Target("oauth", None, None, form.get("grant_type"), "POST"))
        if rule is not None and rule.action not in {"drop_after", "status_after"}:
            return self._strike(rule)
        try:
            self._authenticate(request, form)
            grant = self._grant(form)
        except GrantRefused as refused:
            return self._refusal(refused)
        if rule is not None:
            return self._strike(rule)
        answer = self._answer(request, grant)
        if OPENID in grant.scopes and form.get("grant_type") == "authorization_code":
            oauth = self._sandbox.oauth
            answer["id_token"] = self._sandbox.issuer.id_token(oauth.client_id, grant.realm_id)
        return JSONResponse(answer, headers=self._headers(), media_type=JSON)

    def _grant(self, form: dict[str, str]) -> Grant:
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._sandbox.oauth.exchange(form.get("code", ""), form.get("redirect_uri", ""))
        if kind == "refresh_token":
            return self._sandbox.oauth.refresh(form.get("refresh_token", ""))
        raise GrantRefused("unsupported_grant_type")

    def _answer(self, request: Request, grant: Grant) -> dict[str, object]:
        left = grant.refresh_expires_at - self._sandbox.now()
        answer: dict[str, object] = {
            "x_refresh_token_expires_in": round(left.total_seconds()),
            "refresh_token": grant.refresh_token,
            "access_token": grant.access_token,
            "token_type": "bearer",
            "expires_in": int(self._sandbox.knobs.access_lifetime.total_seconds()),
        }
        if request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true":
            hard = self._sandbox.oauth.hard_end(grant) - self._sandbox.now()
            answer["x_refresh_token_hard_expires_in"] = round(hard.total_seconds())
        return answer

    async def revoke(self, request: Request) -> Response:
        """End a connection; 200 without a body, 400 for a token that is none."""
        raw = await request.body()
        try:
            sent = decode(raw)
        except msgspec.DecodeError:
            sent = {key: values[0] for key, values in parse_qs(raw.decode("utf-8", "replace")).items()}
        try:
            self._authenticate(request, {})
        except GrantRefused as refused:
            return self._refusal(refused)
        token = sent.get("token") if isinstance(sent, dict) else None
        found = self._sandbox.oauth.revoke(str(token))
        return Response(status_code=200 if found else 400, headers=self._headers())

    async def discovery(self, _request: Request) -> Response:
        """Answer the discovery document, with the sandbox's own addresses."""
        url = self._sandbox.public_url
        return JSONResponse(
            {
                "issuer": self._sandbox.issuer.name,
                "authorization_endpoint": f"{url}/connect/oauth2",
                "token_endpoint": f"{url}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{url}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{url}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{url}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone", SCOPE],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    def _authenticate(self, request: Request, form: dict[str, str]) -> None:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        if scheme.lower() == "basic":
            try:
                client, _, secret = base64.b64decode(encoded).decode().partition(":")
            except ValueError:
                client, secret = "", ""
            given = (client, secret)
        if given != (self._sandbox.oauth.client_id, self._sandbox.oauth.client_secret):
            raise GrantRefused("invalid_client", status=self._sandbox.knobs.invalid_client_status)

    def _refusal(self, refused: GrantRefused) -> Response:
        body = {"error": refused.error}
        if refused.description:
            body["error_description"] = refused.description
        response = JSONResponse(body, refused.status, self._headers(), JSON)
        if refused.status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="Intuit"'
        return response

    def _strike(self, rule: FaultRule) -> Response:
        if rule.action.startswith("drop"):
            raise DroppedConnection
        if rule.action == "fault":
            return self._refusal(GrantRefused(rule.code if not rule.code.isdigit() else "invalid_grant"))
        at = self._sandbox.now()
        status = 429 if rule.action == "throttle" else rule.status
        return envelopes.outage(status, rule.body, at, envelopes.new_tid(self._sandbox.trace, at))

    def _headers(self) -> dict[str, str]:
        at = self._sandbox.now()
        return {
            "intuit_tid": envelopes.new_tid(self._sandbox.trace, at),
            "Cache-Control": "no-cache, no-store",
        }


def _redirect(uri: str, **params: str) -> Response:
    joint = "&" if "?" in uri else "?"
    return RedirectResponse(f"{uri}{joint}{urlencode(params)}", 302)
