"""What a person sees who starts a sandbox: its addresses, and how to point clients at it.

Nothing here is more than text: coloured where a person looks at it, plain where a program reads it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from service.sandbox.sandbox import CompanyAccess, Sandbox

Line = tuple[str, str]
TITLE, LABEL, CODE, NOTE = "bold", "cyan", "green", "dim"


def greet(console: Console, sandbox: "Sandbox", access: "CompanyAccess") -> None:
    """Print how to use a sandbox."""
    for style, line in greeting_lines(sandbox, access):
        console.print(Text(line, style=style), soft_wrap=True, highlight=False)


def greeting_lines(sandbox: "Sandbox", access: "CompanyAccess") -> Iterator[Line]:
    """Answer each line with its style."""
    url, realm = sandbox.public_url, access.realm_id
    yield TITLE, f"QuickBooks Online sandbox on {url}"
    yield "", ""
    addresses = (
        ("API base", f"{url}/v3/company/{realm}"),
        ("realm id", realm),
        ("access token", access.access_token),
        ("refresh token", access.refresh_token),
        ("client id", access.client_id),
        ("client secret", access.client_secret),
        ("authorize", f"{url}/connect/oauth2"),
        ("token", f"{url}/oauth2/v1/tokens/bearer"),
        ("revoke", f"{url}/v2/oauth2/tokens/revoke"),
        ("discovery", f"{url}/.well-known/openid_sandbox_configuration"),
    )
    for name, value in addresses:
        yield LABEL, f"  {name:<14} {value}"
    yield from _clients(url)
    yield from _commands(url, access)


def _clients(url: str) -> Iterator[Line]:
    yield "", ""
    yield TITLE, "Point a client at it:"
    settings = (
        (
            "any client",
            f"API address {url}, the OAuth addresses above, or let it read the discovery document",
        ),
        ("quickbooks-sync", f"SYNC_QUICKBOOKS_ENVIRONMENT=local SYNC_QUICKBOOKS_API_URL={url}"),
        ("", f"SYNC_QUICKBOOKS_AUTHORIZE_URL={url}/connect/oauth2"),
        ("", f"SYNC_QUICKBOOKS_TOKEN_URL={url}/oauth2/v1/tokens/bearer"),
        ("", f"SYNC_QUICKBOOKS_REVOKE_URL={url}/v2/oauth2/tokens/revoke"),
        ("python-quickbooks", f'QuickBooks.api_url_v3 = QuickBooks.sandbox_api_url_v3 = "{url}/v3"'),
        ("", "with OAUTHLIB_INSECURE_TRANSPORT=1, as the sandbox speaks plain HTTP"),
        ("intuit-oauth", f'AuthClient(..., environment="{url}/.well-known/openid_sandbox_configuration")'),
    )
    for name, value in settings:
        yield CODE, f"  {name:<18} {value}"


def _commands(url: str, access: "CompanyAccess") -> Iterator[Line]:
    company = f"{url}/v3/company/{access.realm_id}"
    commands = (
        (
            "Read two bills:",
            f"curl -s -H 'Authorization: Bearer {access.access_token}' -H 'Accept: application/json' "
            f"'{company}/query?query=select%20*%20from%20Bill%20maxresults%202'",
        ),
        ("Open another company:", f"curl -s {url}/sandbox/companies -d '{{\"sample\": true}}'"),
        (
            "Lose the answer to the third bill that is written:",
            f"curl -s {url}/sandbox/faults -d "
            '\'{"action": "drop_after", "kind": "write", "entity": "Bill", "after": 2}\'',
        ),
        ("See what was written:", f"curl -s {url}/sandbox/companies/{access.realm_id}/journal"),
        ("See the switches, turn one:", f"curl -s {url}/sandbox/knobs -d '{{\"read_lag\": 2}}'"),
    )
    yield "", ""
    yield TITLE, "Try it:"
    for title, command in commands:
        yield NOTE, f"  # {title}"
        yield CODE, f"  {command}"
    yield "", ""
