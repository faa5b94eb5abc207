"""A sandbox behind QuickBooks' own host names, and the clients that speak with it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

from service.sandbox import CompanyAccess
from service.sandbox.deviations import Deviations
from tests.contracts.clients.internet import Proxy, running_proxy
from tests.contracts.clients.served import Served, running_sandbox
from tests.contracts.clients.shop import Shop

CALLBACK = "http://localhost:8123/callback"
Login = Callable[..., AuthClient]


@pytest.fixture(scope="module")
def served(deviations: Deviations) -> Iterator[Served]:
    """A running sandbox."""
    with running_sandbox(deviations) as running:
        yield running


@pytest.fixture(scope="module")
def internet(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Path]]:
    """The proxy in front of it, and the authority that vouches for QuickBooks' names."""
    with running_proxy(served.address, tmp_path_factory.mktemp("certificates")) as running:
        yield running


@pytest.fixture
def online(internet: tuple[Proxy, Path], monkeypatch: pytest.MonkeyPatch) -> Proxy:
    """This process reaches QuickBooks' hosts as a user behind a company's proxy does."""
    proxy, authority = internet
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    return proxy


@pytest.fixture
def login(online: Proxy) -> Iterator[Login]:
    """Make Intuit's OAuth client for an access, and close it in the end."""
    with ExitStack() as ends:

        def log_in(access: CompanyAccess, **values: Any) -> AuthClient:
            given = {"refresh_token": access.refresh_token, "realm_id": access.realm_id, **values}
            auth = AuthClient(access.client_id, access.client_secret, CALLBACK, "sandbox", **given)
            return ends.enter_context(auth)

        yield log_in


@pytest.fixture
def shop(served: Served, login: Login) -> Iterator[Shop]:
    """A new company, and python-quickbooks connected to it with nothing but its refresh token."""
    access, company = served.company("Contoso Workshop")
    qb = QuickBooks(
        auth_client=login(access),
        refresh_token=access.refresh_token,
        company_id=access.realm_id,
        minorversion=75,
    )
    with qb.session:
        yield Shop(qb, access, company)
