"""Tokens come with their ends, never show in a log, and a dead grant is told from a bad moment."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pytest_httpx import HTTPXMock

from service.quickbooks.errors import InvalidGrantError, OAuthUnavailableError
from service.quickbooks.http import Http
from service.quickbooks.oauth import Endpoints, OAuth, endpoints
from tests.quickbooks.stand_ins import START, VirtualClock

GRANT = {
    "token_type": "bearer",
    "access_token": "secret-access",
    "expires_in": 3600,
    "refresh_token": "secret-refresh",
    "x_refresh_token_expires_in": "8726400",
    "x_refresh_token_hard_expires_in": 156032154,
}


@pytest.fixture
async def oauth(clock: VirtualClock):
    http = Http()
    yield OAuth(http, endpoints("sandbox"), client_id="id", client_secret="s/e", clock=clock)
    await http.close()


def test_the_browser_is_sent_with_everything_that_intuit_asks_for(oauth: OAuth) -> None:
    url = urlsplit(oauth.authorize_url(state="s 1", redirect_uri="https://us.test/callback"))

    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://appcenter.intuit.com/connect/oauth2"
    assert parse_qs(url.query) == {
        "client_id": ["id"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "redirect_uri": ["https://us.test/callback"],
        "state": ["s 1"],
    }


async def test_a_code_is_traded_for_tokens_with_their_ends(oauth: OAuth, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json=GRANT)

    grant = await oauth.exchange_code("c&1", redirect_uri="https://us.test/callback")

    assert grant.access_expires_at == START + timedelta(hours=1)
    assert grant.refresh_expires_at == START + timedelta(days=101)
    assert grant.refresh_hard_expires_at == START + timedelta(seconds=156032154)
    assert "secret" not in repr(grant)
    (request,) = httpx_mock.get_requests()
    assert parse_qs(request.content.decode())["code"] == ["c&1"]
    assert request.headers["Authorization"] == "Basic aWQ6cy9l"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


async def test_a_refresh_sends_the_refresh_token_once(oauth: OAuth, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json=GRANT)

    await oauth.refresh("old")

    form = parse_qs(httpx_mock.get_requests()[0].content.decode())
    assert form == {"grant_type": ["refresh_token"], "refresh_token": ["old"]}


async def test_a_dead_grant_is_one(oauth: OAuth, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        status_code=400, json={"error": "invalid_grant", "error_description": "Token revoked"}
    )

    with pytest.raises(InvalidGrantError) as dead:
        await oauth.refresh("old")

    assert dead.value.description == "Token revoked"


@pytest.mark.parametrize(
    "trouble",
    [
        {"status_code": 401, "json": {"error": "invalid_client"}},
        {"status_code": 503, "text": "<html>"},
        {"status_code": 429},
        {"json": {"access_token": "secret-access"}},
        {"text": "secret-access"},
    ],
)
async def test_everything_else_is_a_bad_moment(oauth: OAuth, httpx_mock: HTTPXMock, trouble) -> None:
    httpx_mock.add_response(**trouble)

    with pytest.raises(OAuthUnavailableError) as failed:
        await oauth.refresh("old")

    assert "secret" not in str(failed.value)


async def test_a_lost_answer_is_a_bad_moment_too(oauth: OAuth, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ReadTimeout("silence"))

    with pytest.raises(OAuthUnavailableError):
        await oauth.refresh("old")


@pytest.mark.parametrize("status", [200, 400])
async def test_revoking_a_dead_token_is_no_error(oauth: OAuth, httpx_mock: HTTPXMock, status: int) -> None:
    httpx_mock.add_response(status_code=status)

    await oauth.revoke("old")

    assert httpx_mock.get_requests()[0].content == b'{"token":"old"}'


async def test_a_revocation_that_failed_says_so(oauth: OAuth, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=500)

    with pytest.raises(OAuthUnavailableError):
        await oauth.revoke("old")


def test_addresses_can_be_replaced_and_none_may_be_missing() -> None:
    local = {name: f"http://localhost/{name}" for name in Endpoints.__struct_fields__}

    assert endpoints("local", **local) == Endpoints(**local)
    assert endpoints("production").api_url == "https://quickbooks.api.intuit.com"
    assert endpoints("sandbox", api_url="http://localhost").api_url == "http://localhost"
    with pytest.raises(ValueError, match="token_url"):
        endpoints("local", api_url="http://localhost")
