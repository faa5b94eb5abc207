"""All routes of the sandbox in one application."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from service.sandbox.http.control import Control
from service.sandbox.http.grants import OAuthPages
from service.sandbox.http.v3 import AccountingApi

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

DISCOVERY = ("/.well-known/openid_configuration", "/.well-known/openid_sandbox_configuration")


def build_app(sandbox: "Sandbox", api: AccountingApi) -> Starlette:
    """Build the ASGI application of a sandbox."""
    pages, control = OAuthPages(sandbox), Control(sandbox)
    return Starlette(
        routes=[
            Route("/v3/company/{realm}/{rest:path}", api.__call__, methods=["GET", "POST"]),
            Route("/connect/oauth2", pages.consent, methods=["GET"]),
            Route("/oauth2/v1/tokens/bearer", pages.tokens, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", pages.revoke, methods=["POST"]),
            *(Route(path, pages.discovery, methods=["GET"]) for path in DISCOVERY),
            *control.routes(),
        ]
    )
