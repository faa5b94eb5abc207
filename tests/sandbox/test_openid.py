"""OpenID Connect: what is told about the user, to whom, and that the discovery document promises no more."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from service.sandbox import CompanyAccess, Sandbox

CALLBACK = "http://localhost:1/cb"
ACCOUNTING = "com.intuit.quickbooks.accounting"


async def connect(http: httpx.AsyncClient, access: CompanyAccess, scope: str) -> dict[str, str]:
    """Agree, exchange the code; answer the tokens."""
    asked = {"client_id": access.client_id, "response_type": "code", "state": "s", "scope": scope}
    page = await http.get(
        "/connect/oauth2", params={**asked, "redirect_uri": CALLBACK, "realm_id": access.realm_id}
    )
    code = parse_qs(urlsplit(page.headers["location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    answer = await http.post(
        "/oauth2/v1/tokens/bearer", data=form, auth=(access.client_id, access.client_secret)
    )
    tokens: dict[str, str] = answer.json()
    return tokens


@pytest.mark.parametrize(
    ("scopes", "known"),
    [
        ("openid", {"sub"}),
        ("openid email", {"sub", "email", "emailVerified"}),
        ("openid profile phone", {"sub", "givenName", "familyName", "phoneNumber", "phoneNumberVerified"}),
        ("openid address", {"sub", "address"}),
    ],
)
async def test_each_scope_tells_its_own(
    http: httpx.AsyncClient, access: CompanyAccess, scopes: str, known: set[str]
) -> None:
    tokens = await connect(http, access, f"{ACCOUNTING} {scopes}")

    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = await http.get("/v1/openid_connect/userinfo", headers=headers)

    assert set(told.json()) == known


async def test_without_the_scope_nothing_is_told(http: httpx.AsyncClient, access: CompanyAccess) -> None:
    tokens = await connect(http, access, f"{ACCOUNTING} email")

    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = await http.get("/v1/openid_connect/userinfo", headers=headers)

    assert "id_token" not in tokens
    assert (told.status_code, told.json()) == (401, {"error": "invalid_token"})
    assert (await http.get("/v1/openid_connect/userinfo")).status_code == 401


async def test_a_refresh_brings_no_second_id_token(http: httpx.AsyncClient, access: CompanyAccess) -> None:
    tokens = await connect(http, access, f"{ACCOUNTING} openid")

    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    again = await http.post(
        "/oauth2/v1/tokens/bearer", data=form, auth=(access.client_id, access.client_secret)
    )

    assert len(tokens["id_token"].split(".")) == 3
    assert "id_token" not in again.json()


async def test_the_discovery_document_names_what_there_is(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for name in ("openid_configuration", "openid_sandbox_configuration"):
        plain = await http.get(f"/.well-known/{name}")
        slashed = await http.get(f"/.well-known/{name}/")
        assert plain.json() == slashed.json()

    paths = {
        value.removeprefix(sandbox.public_url) for value in plain.json().values() if isinstance(value, str)
    }
    keys = (await http.get("/op/v1/jwks")).json()["keys"]
    assert [one["kty"] for one in keys] == ["RSA"]
    for path in paths - {"/op/v1"}:
        assert (await http.get(path)).status_code in {200, 400, 401, 405}, path
