"""intuit-oauth: a grant from the consent page to its end, and how refusals are reported."""

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.exceptions import AuthClientError

from service.sandbox import CompanyAccess
from tests.contracts.clients.browser import agree
from tests.contracts.clients.conftest import CALLBACK, Login
from tests.contracts.clients.internet import Proxy
from tests.contracts.clients.served import Served

DAY = 24 * 3600


@pytest.fixture
def access(served: Served) -> CompanyAccess:
    """A company that has connected the application once already."""
    return served.company("Contoso Workshop")[0]


def status_of_books(auth: AuthClient) -> int:
    """Read the company's info with the client's access token; answer the status."""
    host = "https://sandbox-quickbooks.api.intuit.com"
    url = f"{host}/v3/company/{auth.realm_id}/companyinfo/{auth.realm_id}"
    headers = {"Authorization": f"Bearer {auth.access_token}", "Accept": "application/json"}
    return auth.get(url, headers=headers).status_code


def test_the_discovery_document_leads_to_the_sandbox(
    served: Served, login: Login, access: CompanyAccess
) -> None:
    auth = login(access)

    assert auth.auth_endpoint == f"{served.sandbox.public_url}/connect/oauth2"
    assert auth.token_endpoint == f"{served.sandbox.public_url}/oauth2/v1/tokens/bearer"
    assert auth.revoke_endpoint == f"{served.sandbox.public_url}/v2/oauth2/tokens/revoke"


def test_a_user_agrees_and_the_tokens_work(login: Login, access: CompanyAccess) -> None:
    auth = login(access, refresh_token=None, realm_id=None)

    called = agree(auth, access.realm_id)
    auth.get_bearer_token(called["code"], realm_id=called["realmId"])

    assert called["state"] == auth.state_token
    assert auth.realm_id == access.realm_id
    assert (auth.expires_in, auth.x_refresh_token_expires_in) == (3600, 100 * DAY)
    assert status_of_books(auth) == 200


def test_a_user_declines(login: Login, access: CompanyAccess) -> None:
    called = agree(login(access), access.realm_id, answer="deny")

    assert called["error"] == "access_denied"
    assert "code" not in called


def test_a_code_works_once_and_not_for_long(served: Served, login: Login, access: CompanyAccess) -> None:
    auth = login(access)
    used = agree(auth, access.realm_id)["code"]
    auth.get_bearer_token(used)
    late = agree(auth, access.realm_id)["code"]
    served.clock.advance(3600)

    for code in (used, late, "XAB11510000000000"):
        with pytest.raises(AuthClientError) as refused:
            auth.get_bearer_token(code)
        assert (refused.value.status_code, b"invalid_grant" in refused.value.content) == (400, True)


def test_the_refresh_token_changes_after_a_day_and_the_old_one_ends(
    served: Served, login: Login, access: CompanyAccess
) -> None:
    auth = login(access)
    auth.refresh()
    first, token = auth.refresh_token, auth.access_token
    served.clock.advance(DAY / 2)
    auth.refresh()
    second = auth.refresh_token
    served.clock.advance(DAY / 2)
    auth.refresh()
    third = auth.refresh_token

    assert (first, second) == (access.refresh_token, access.refresh_token)
    assert third != first
    assert auth.access_token != token
    assert status_of_books(auth) == 200
    with pytest.raises(AuthClientError) as refused:
        auth.refresh(refresh_token=first)
    assert refused.value.status_code == 400
    assert b"invalid_grant" in refused.value.content
    auth.refresh()
    assert auth.refresh_token == third


def test_a_refresh_token_that_nobody_uses_ends_after_100_days(
    served: Served, login: Login, access: CompanyAccess
) -> None:
    auth = login(access)
    served.clock.advance(101 * DAY)

    with pytest.raises(AuthClientError, match="invalid_grant"):
        auth.refresh()


def test_an_access_token_ends_after_an_hour(served: Served, login: Login, access: CompanyAccess) -> None:
    auth = login(access, access_token=access.access_token)
    fresh = status_of_books(auth)
    served.clock.advance(3601)

    assert (fresh, status_of_books(auth)) == (200, 401)


@pytest.mark.parametrize("name", ["refresh_token", "access_token"])
def test_revoking_either_token_ends_the_connection(login: Login, access: CompanyAccess, name: str) -> None:
    auth = login(access)
    auth.refresh()

    assert auth.revoke(token=getattr(auth, name)) is True

    assert status_of_books(auth) == 401
    with pytest.raises(AuthClientError, match="invalid_grant"):
        auth.refresh()
    with pytest.raises(AuthClientError) as refused:
        auth.revoke()
    assert refused.value.status_code == 400


def test_a_wrong_secret_is_refused_with_what_support_asks_for(online: Proxy, access: CompanyAccess) -> None:
    auth = AuthClient(access.client_id, "wrong", CALLBACK, "sandbox")
    with auth, pytest.raises(AuthClientError) as refused:
        auth.refresh(refresh_token=access.refresh_token)

    assert refused.value.status_code == 401
    assert b"invalid_client" in refused.value.content
    assert refused.value.intuit_tid.startswith("1-")
    assert refused.value.timestamp is not None


def test_a_new_grant_ends_the_tokens_of_the_old_one(login: Login, access: CompanyAccess) -> None:
    before, after = login(access), login(access, refresh_token=None)
    before.refresh()

    after.get_bearer_token(agree(after, access.realm_id)["code"])

    assert (status_of_books(before), status_of_books(after)) == (401, 200)
    with pytest.raises(AuthClientError, match="invalid_grant"):
        before.refresh()


def test_the_token_of_one_company_opens_no_other(served: Served, login: Login, access: CompanyAccess) -> None:
    other, _ = served.company("Somebody Else")
    auth = login(access, access_token=access.access_token)
    auth.realm_id = other.realm_id

    assert status_of_books(auth) == 403


def test_nothing_leaves_the_machine(online: Proxy) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        requests.get("https://accounts.example.com/", timeout=5)

    assert online.refused == ["accounts.example.com"]
