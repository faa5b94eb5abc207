"""All routes of the sandbox in one application."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from service.sandbox.files import PATH
from service.sandbox.http.control import Control
from service.sandbox.http.grants import OAuthPages
from service.sandbox.http.identity import IdentityPages
from service.sandbox.http.v3 import AccountingApi

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

# Intuit's own Python client asks with a slash at the end.
DISCOVERY = tuple(
    f"/.well-known/{name}{end}"
    for name in ("openid_configuration", "openid_sandbox_configuration")
    for end in ("", "/")
)


def build_app(sandbox: "Sandbox", api: AccountingApi) -> Starlette:
    """Build the ASGI application of a sandbox."""
    pages, identity, control = OAuthPages(sandbox), IdentityPages(sandbox), Control(sandbox)
    return Starlette(
        routes=[
            Route("/v3/company/{realm}/{rest:path}", api.__call__, methods=["GET", "POST"]),
            Route("/connect/oauth2", pages.consent, methods=["GET"]),
            Route("/oauth2/v1/tokens/bearer", pages.tokens, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", pages.revoke, methods=["POST"]),
            Route("/op/v1/jwks", identity.keys, methods=["GET"]),
            Route("/v1/openid_connect/userinfo", identity.user, methods=["GET"]),
            *(Route(path, pages.discovery, methods=["GET"]) for path in DISCOVERY),
            Route(PATH + "/{realm}/{id}", api.file, methods=["GET"]),
            *control.routes(),
        ]
    )
