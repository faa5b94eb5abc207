"""intuit-oauth: who it was that agreed. The client compares with the real time, so no clock is moved here."""

import jwt
import pytest
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from intuitlib.utils import validate_id_token

from service.sandbox import CompanyAccess
from service.sandbox.openid import Issuer
from tests.contracts.clients.browser import agree
from tests.contracts.clients.conftest import Login
from tests.contracts.clients.served import Served


@pytest.fixture
def access(served: Served) -> CompanyAccess:
    return served.company("Contoso Workshop")[0]


def test_who_agreed_is_known_by_a_signed_token_and_by_asking(login: Login, access: CompanyAccess) -> None:
    auth = login(access, refresh_token=None)
    scopes = [Scopes.ACCOUNTING, Scopes.OPENID, Scopes.EMAIL, Scopes.PROFILE]

    auth.get_bearer_token(agree(auth, access.realm_id, scopes=scopes)["code"])
    known = auth.get_user_info().json()

    # The client keeps an ID token only if issuer, audience, time and signature are right.
    assert auth.id_token is not None
    said = jwt.decode(auth.id_token, options={"verify_signature": False})
    assert (said["sub"], said["realmid"], said["aud"]) == (known["sub"], access.realm_id, [access.client_id])
    assert (known["email"], known["givenName"]) == ("robin.vale@company.example", "Robin")
    assert "phoneNumber" not in known


def test_an_id_token_of_another_key_is_not_believed(served: Served, access: CompanyAccess) -> None:
    stranger = Issuer(served.clock, served.sandbox.public_url)
    issuer, keys = stranger.name, f"{served.sandbox.public_url}/op/v1/jwks"
    tokens = [one.id_token(access.client_id, access.realm_id) for one in (served.sandbox.issuer, stranger)]

    believed = [validate_id_token(one, access.client_id, issuer, keys) for one in tokens]

    assert believed == [True, False]


def test_nothing_about_the_user_is_told_without_the_scope(login: Login, access: CompanyAccess) -> None:
    auth = login(access, refresh_token=None)
    auth.get_bearer_token(agree(auth, access.realm_id)["code"])

    with pytest.raises(AuthClientError) as refused:
        auth.get_user_info()

    assert (auth.id_token, refused.value.status_code) == (None, 401)
