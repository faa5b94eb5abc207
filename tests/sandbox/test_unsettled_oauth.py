"""OAuth where sources disagree or are silent, and what is known since 2025."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.sandbox import CompanyAccess, Sandbox
from tests.sandbox.conftest import Clock
from tests.sandbox.test_oauth import asked, refresh, status


@pytest.fixture(autouse=True)
def usual_lifetime(sandbox: Sandbox) -> None:
    sandbox.knobs.access_lifetime = timedelta(hours=1)


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("incorrect", "Incorrect or invalid refresh token"),
        ("expired", "Token has been expired or revoked"),
        ("type", "Incorrect Token type or clientID"),
    ],
)
async def test_the_words_of_an_invalid_grant(
    http: httpx.AsyncClient, sandbox: Sandbox, access: CompanyAccess, position: Any, words: str
) -> None:
    sandbox.knobs.invalid_grant_text = position

    answer = await refresh(http, access, "AB-nonsense")

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_grant", "error_description": words}


@pytest.mark.parametrize("expected", [400, 401])
async def test_the_status_of_an_invalid_client(
    http: httpx.AsyncClient, sandbox: Sandbox, access: CompanyAccess, expected: Any
) -> None:
    sandbox.knobs.invalid_client_status = expected

    answer = await http.post(
        "/oauth2/v1/tokens/bearer", data={"grant_type": "refresh_token"}, auth=(access.client_id, "wrong")
    )

    assert (answer.status_code, answer.json()) == (expected, {"error": "invalid_client"})


@pytest.mark.parametrize(("position", "expected"), [("401", 401), ("403", 403)])
async def test_the_api_after_a_disconnect(
    http: httpx.AsyncClient, sandbox: Sandbox, access: CompanyAccess, position: Any, expected: int
) -> None:
    sandbox.knobs.disconnected = position
    sandbox.oauth.disconnect(access.realm_id)

    assert await status(http, access, access.access_token) == expected
    assert (await refresh(http, access, access.refresh_token)).json()["error"] == "invalid_grant"


async def test_a_connection_ends_after_five_years_however_often_it_is_refreshed(
    http: httpx.AsyncClient, sandbox: Sandbox, access: CompanyAccess, clock: Clock
) -> None:
    sandbox.knobs.refresh_hard_lifetime = timedelta(days=150)
    clock.move(days=90)
    headers = {"x-include-refresh-token-hard-expires-in": "true"}
    form = {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
    secret = (access.client_id, access.client_secret)

    answer = (await http.post("/oauth2/v1/tokens/bearer", data=form, auth=secret, headers=headers)).json()
    clock.move(days=61)

    assert answer["x_refresh_token_hard_expires_in"] == timedelta(days=60).total_seconds()
    assert (await refresh(http, access, answer["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_callback_has_no_query_string(http: httpx.AsyncClient, access: CompanyAccess) -> None:
    page = await http.get("/connect/oauth2", params=asked(access, redirect_uri="http://localhost/cb?a=1"))

    assert page.status_code == 400


async def test_a_token_of_one_company_opens_no_other(
    http: httpx.AsyncClient, sandbox: Sandbox, access: CompanyAccess
) -> None:
    other = sandbox.create_company()

    assert await status(http, access, access.access_token) == 200
    assert await status(http, other, access.access_token) == 403
