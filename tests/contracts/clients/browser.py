"""What a user does with the link that intuit-oauth makes."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes


def agree(
    auth: AuthClient, realm_id: str, scopes: Sequence[Scopes] = (Scopes.ACCOUNTING,), **answer: str
) -> dict[str, str]:
    """Follow the client's link as a browser does, and choose a company; answer what the callback is given."""
    url = auth.get_authorization_url(list(scopes))
    with requests.Session() as browser:
        page = browser.get(url)
        assert page.status_code == 200
        assert realm_id in page.text
        chosen = browser.get(url, params={"realm_id": realm_id, **answer}, allow_redirects=False)
    assert chosen.status_code == 302
    target = urlsplit(chosen.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == auth.redirect_uri
    return {name: values[0] for name, values in parse_qs(target.query).items()}
