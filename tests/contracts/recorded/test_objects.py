"""Each recorded object loads, and comes back equal: by its id, by a query, and rendered anew."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.sandbox import Company, CompanyAccess, Knobs, Sandbox
from service.sandbox.deviations import Deviations
from service.sandbox.wire import decode
from tests.contracts.recorded import payloads
from tests.contracts.recorded.compare import Difference, differences
from tests.contracts.recorded.payloads import Recorded
from tests.sandbox.conftest import Clock, Wire

pytestmark = payloads.needed
OBJECTS = [one for folder in payloads.FOLDERS for one in payloads.objects(folder)]
BY_FILE = {one.file: one for one in OBJECTS}
INACTIVE_TOO = " and Active in (true, false)"
Reading = Any


@pytest.fixture(scope="module")
def loaded(deviations: Deviations) -> tuple[Sandbox, CompanyAccess]:
    """One company with everything that was recorded."""
    sandbox = Sandbox(
        Clock(), random.Random(2), Knobs(access_lifetime=timedelta(days=9)), deviations=deviations
    )
    access = sandbox.create_company()
    sandbox.company(access.realm_id).load({one.entity: one.doc} for one in OBJECTS)
    return sandbox, access


@pytest.fixture(scope="module")
def read(loaded: tuple[Sandbox, CompanyAccess]) -> Iterator[Reading]:
    """Read through the wire."""
    sandbox, access = loaded
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox.test")
    wire = Wire(http, access)
    with asyncio.Runner() as runner:
        yield lambda path, **params: decode(runner.run(wire.call("GET", path, params=params)).content)
        runner.run(http.aclose())


@pytest.fixture
def company(loaded: tuple[Sandbox, CompanyAccess]) -> Company:
    """Work in the loaded company as a person does."""
    sandbox, access = loaded
    return sandbox.company(access.realm_id)


def _told(found: list[Difference]) -> list[str]:
    return [str(one) for one in found]


@pytest.mark.parametrize("file", list(BY_FILE))
def test_it_comes_back_equal(company: Company, read: Reading, file: str) -> None:
    one: Recorded = BY_FILE[file]
    # An id may have been recorded in several versions; the one on trial goes in last.
    company.load([{one.entity: one.doc}])

    path = "/preferences" if one.entity == "Preferences" else f"/{one.entity.lower()}/{one.id}"
    by_id = read(path)[one.entity]
    where = INACTIVE_TOO if "Active" in one.doc else ""
    text = f"select * from {one.entity} where Id = '{one.id}'{where}"  # noqa: S608
    by_query = read("/query", query=text)["QueryResponse"][one.entity]

    assert _told(list(differences(by_id, one.doc))) == []
    assert _told(list(differences(by_query, [one.doc]))) == []


@pytest.mark.parametrize("folder", payloads.FOLDERS)
def test_rendered_anew_it_is_still_equal(company: Company, folder: str) -> None:
    """A rename makes the sandbox write every loaded object itself."""
    company.load({one.entity: one.doc} for one in OBJECTS)
    recorded = {one["Id"]: one for one in company.all(folder)}
    method = company.create("PaymentMethod", {"Name": f"Before {folder}"})
    company.update("PaymentMethod", {"Id": method["Id"], "Name": f"After {folder}"})

    again = {one["Id"]: one for one in company.all(folder)}

    found = [each for key in recorded for each in differences(again[key], recorded[key])]
    assert _told(found) == []


def test_rules_apply_to_new_writes_only(company: Company) -> None:
    """Bills whose vendors were never recorded load and can be edited."""
    bill = company.all("Bill")[0]

    changed = company.update("Bill", {"Id": bill["Id"], "PrivateNote": "edited"})

    assert changed["SyncToken"] == str(int(bill["SyncToken"]) + 1)
    assert changed["VendorRef"] == bill["VendorRef"]


def test_there_is_something_to_load() -> None:
    assert len(OBJECTS) >= 220
