"""OAuth: consent, codes, rotation, expiry, revocation, and how the API refuses without a good token."""

import random
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from service.sandbox import CompanyAccess, Knobs, Sandbox
from service.sandbox.deviations import Deviations
from tests.sandbox.conftest import Clock

CALLBACK = "http://localhost:3000/callback"


@pytest.fixture
def sandbox(clock: Clock, deviations: Deviations) -> Sandbox:
    return Sandbox(clock, random.Random(3), Knobs(), public_url="https://qbo.local", deviations=deviations)


def asked(access: CompanyAccess, **more: str) -> dict[str, str]:
    return {
        "client_id": access.client_id,
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": CALLBACK,
        "state": "s t/1",
        **more,
    }


async def consent(http: httpx.AsyncClient, access: CompanyAccess, **more: str) -> dict[str, str]:
    response = await http.get("/connect/oauth2", params=asked(access, **more))
    assert response.status_code == 302, response.text
    assert response.headers["location"].startswith(CALLBACK)
    return {key: one[0] for key, one in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def token(http: httpx.AsyncClient, access: CompanyAccess, **form: str) -> httpx.Response:
    return await http.post(
        "/oauth2/v1/tokens/bearer", data=form, auth=(access.client_id, access.client_secret)
    )


async def refresh(http: httpx.AsyncClient, access: CompanyAccess, value: str) -> httpx.Response:
    return await token(http, access, grant_type="refresh_token", refresh_token=value)


async def status(http: httpx.AsyncClient, access: CompanyAccess, bearer: str) -> int:
    path = f"/v3/company/{access.realm_id}/query?query=select * from Term"  # noqa: S608
    return (await http.get(path, headers={"Authorization": f"Bearer {bearer}"})).status_code


async def test_the_consent_page_lists_the_companies(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    access = sandbox.create_company(name="Rook & Co <script>")
    sandbox.create_company(name="Second Company")

    page = await http.get("/connect/oauth2", params=asked(access))

    assert page.status_code == 200
    assert "Rook &amp; Co &lt;script&gt;" in page.text
    assert f"realm_id={access.realm_id}" in page.text
    assert "Second Company" in page.text


async def test_approving_leads_back_with_a_code_that_works_once(
    http: httpx.AsyncClient, access: CompanyAccess
) -> None:
    back = await consent(http, access, realm_id=access.realm_id)
    assert (back["state"], back["realmId"]) == ("s t/1", access.realm_id)
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": CALLBACK}

    first, second = await token(http, access, **form), await token(http, access, **form)

    granted = first.json()
    assert first.status_code == 200
    assert granted["token_type"] == "bearer"
    assert (granted["expires_in"], granted["x_refresh_token_expires_in"]) == (3600, 8_640_000)
    assert await status(http, access, granted["access_token"]) == 200
    assert await status(http, access, access.access_token) == 401, "an older connection's token died"
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")


async def test_denying_and_wrong_scopes_lead_back_with_an_error(
    http: httpx.AsyncClient, access: CompanyAccess
) -> None:
    assert (await consent(http, access, answer="deny"))["error"] == "access_denied"
    assert (await consent(http, access, scope="openid"))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "wrong",
    [{"state": ""}, {"client_id": "x"}, {"response_type": "token"}, {"redirect_uri": ""}, {"realm_id": "1"}],
)
async def test_a_bad_request_for_consent_is_shown_and_not_redirected(
    http: httpx.AsyncClient, access: CompanyAccess, wrong: dict[str, str]
) -> None:
    assert (await http.get("/connect/oauth2", params=asked(access, **wrong))).status_code == 400


async def test_callbacks_can_be_registered(
    http: httpx.AsyncClient, access: CompanyAccess, sandbox: Sandbox
) -> None:
    sandbox.knobs.redirect_uris = ("https://app.example/callback",)

    assert (await http.get("/connect/oauth2", params=asked(access))).status_code == 400


async def test_a_code_expires_and_is_bound_to_its_callback(
    http: httpx.AsyncClient, access: CompanyAccess, clock: Clock
) -> None:
    stolen = await consent(http, access, realm_id=access.realm_id)
    form = {"grant_type": "authorization_code", "code": stolen["code"]}
    assert (await token(http, access, **form, redirect_uri="http://evil/")).status_code == 400

    late = await consent(http, access, realm_id=access.realm_id)
    clock.move(minutes=11)
    form = {"grant_type": "authorization_code", "code": late["code"], "redirect_uri": CALLBACK}
    assert (await token(http, access, **form)).json()["error"] == "invalid_grant"


async def test_the_refresh_token_rotates_after_a_day_and_the_old_one_dies(
    http: httpx.AsyncClient, access: CompanyAccess, clock: Clock
) -> None:
    clock.move(hours=23)
    same = (await refresh(http, access, access.refresh_token)).json()
    assert same["refresh_token"] == access.refresh_token
    assert same["access_token"] != access.access_token

    clock.move(hours=2)
    rotated = (await refresh(http, access, access.refresh_token)).json()
    assert rotated["refresh_token"] != access.refresh_token
    refused = await refresh(http, access, access.refresh_token)
    assert refused.status_code == 400
    assert refused.json() == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }
    assert (await refresh(http, access, rotated["refresh_token"])).status_code == 200


async def test_the_old_refresh_token_can_have_a_grace(
    http: httpx.AsyncClient, access: CompanyAccess, clock: Clock, sandbox: Sandbox
) -> None:
    sandbox.knobs.refresh_grace = timedelta(hours=24)
    clock.move(hours=25)
    rotated = (await refresh(http, access, access.refresh_token)).json()

    again = (await refresh(http, access, access.refresh_token)).json()
    assert again["refresh_token"] == rotated["refresh_token"]
    clock.move(hours=25)
    assert (await refresh(http, access, access.refresh_token)).status_code == 400


async def test_a_refresh_token_lives_a_hundred_days_from_its_last_use(
    http: httpx.AsyncClient, access: CompanyAccess, clock: Clock
) -> None:
    clock.move(days=99)
    value = (await refresh(http, access, access.refresh_token)).json()["refresh_token"]
    clock.move(days=99)
    value = (await refresh(http, access, value)).json()["refresh_token"]
    clock.move(days=101)

    assert (await refresh(http, access, value)).json()["error"] == "invalid_grant"


async def test_an_expired_access_token_is_refused_in_the_gateways_dialect(
    http: httpx.AsyncClient, access: CompanyAccess, clock: Clock
) -> None:
    clock.move(seconds=3600)

    response = await http.get(
        f"/v3/company/{access.realm_id}/vendor/1", headers={"Authorization": f"Bearer {access.access_token}"}
    )

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    body: dict[str, Any] = response.json()
    error = body["fault"]["error"][0]
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert error["detail"].startswith("Token expired")
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert isinstance(body["time"], int)
    assert body["batchItemResponse"] == []


async def test_another_companys_token_is_forbidden(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    mine, other = sandbox.create_company(), sandbox.create_company()

    response = await http.get(
        f"/v3/company/{other.realm_id}/vendor/1", headers={"Authorization": f"Bearer {mine.access_token}"}
    )

    assert response.status_code == 403
    assert response.json()["fault"]["error"][0]["code"] == "3100"


async def test_without_a_token(http: httpx.AsyncClient, access: CompanyAccess) -> None:
    response = await http.get(f"/v3/company/{access.realm_id}/vendor/1")

    assert (response.status_code, response.json()["fault"]["error"][0]["code"]) == (401, "3200")


async def test_wrong_client_credentials(http: httpx.AsyncClient, access: CompanyAccess) -> None:
    response = await http.post(
        "/oauth2/v1/tokens/bearer",
        data={"grant_type": "refresh_token", "refresh_token": access.refresh_token},
        auth=(access.client_id, "wrong"),
    )

    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})
    assert response.headers["www-authenticate"] == 'Basic realm="Intuit"'


async def test_revoking_ends_the_connection(http: httpx.AsyncClient, access: CompanyAccess) -> None:
    auth = (access.client_id, access.client_secret)

    revoked = await http.post("/v2/oauth2/tokens/revoke", json={"token": access.refresh_token}, auth=auth)
    again = await http.post("/v2/oauth2/tokens/revoke", json={"token": access.refresh_token}, auth=auth)

    assert (revoked.status_code, revoked.content) == (200, b"")
    assert again.status_code == 400
    assert await status(http, access, access.access_token) == 401
    assert (await refresh(http, access, access.refresh_token)).json()["error"] == "invalid_grant"


async def test_a_user_disconnects(http: httpx.AsyncClient, access: CompanyAccess, sandbox: Sandbox) -> None:
    sandbox.oauth.disconnect(access.realm_id)

    assert await status(http, access, access.access_token) == 401
    assert (await refresh(http, access, access.refresh_token)).status_code == 400


async def test_the_discovery_document_has_our_addresses(http: httpx.AsyncClient) -> None:
    document = (await http.get("/.well-known/openid_sandbox_configuration")).json()

    assert document["authorization_endpoint"] == "https://qbo.local/connect/oauth2"
    assert document["token_endpoint"] == "https://qbo.local/oauth2/v1/tokens/bearer"
    assert document["revocation_endpoint"] == "https://qbo.local/v2/oauth2/tokens/revoke"
