"""Companies and keys."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from service.api.context import ApiContext
from service.store import credentials
from tests.api.conftest import BOOTSTRAP, Caller, assert_problem, bill

OAK = {"name": "Oak Bakery", "signed_up_on": "2024-05-01"}
MakeKey = Callable[..., Awaitable[Caller]]


async def test_a_company_is_made_changed_archived_restored(admin: Caller) -> None:
    made = await admin.put("/v1/companies/oak", OAK)
    changed = await admin.put("/v1/companies/oak", made.json() | {"name": "Oak & Sons"})
    archived = await admin("DELETE", "/v1/companies/oak")
    refused = await admin.put("vendors/ash", {"name": "Ash"})
    restored = await admin.put("/v1/companies/oak", OAK)

    assert (made.status_code, changed.status_code, restored.status_code) == (201, 200, 200)
    assert changed.json()["name"] == "Oak & Sons"
    assert archived.json()["archived"] is True
    assert_problem(refused, 409, "company_archived")
    assert (await admin.get("/v1/companies/oak"))["archived"] is False


@pytest.mark.parametrize(
    ("signed_up_on", "console", "profile"),
    [
        ("2017-09-15", False, "one_way_payments"),
        ("2017-09-16", False, "two_way_payments"),
        ("2024-05-01", True, "one_way_payments"),
    ],
)
async def test_the_profile_follows(admin: Caller, signed_up_on: str, console: bool, profile: str) -> None:
    company = {"name": "Oak", "signed_up_on": signed_up_on, "accountant_console": console}

    assert (await admin.put("/v1/companies/oak", company)).json()["account_profile"] == profile


async def test_companies_are_listed_in_pages(admin: Caller) -> None:
    for key in ("c", "a", "b"):
        await admin.put(f"/v1/companies/{key}", OAK)

    first = await admin.get("/v1/companies?limit=2")
    second = await admin.get(f"/v1/companies?limit=2&cursor={first['next']}")

    assert [each["id"] for each in first["items"] + second["items"]] == ["a", "b", "c"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("oak", {"name": "Oak"}, "required"),
        ("oak", OAK | {"signed_up_on": "2024-02-30"}, "invalid_date"),
        ("oak", OAK | {"accountant_console": "yes"}, "invalid_type"),
        ("oak", OAK | {"plan": "gold"}, "unknown_field"),
        ("o%20k", OAK, "invalid_id"),
    ],
)
async def test_bad_companies(admin: Caller, key: str, body: Any, code: str) -> None:
    assert_problem(await admin.put(f"/v1/companies/{key}", body), 422, code)


async def test_without_a_key_nothing(oak: Caller, client: httpx.AsyncClient) -> None:
    for key in (None, "wrong", "qbs_00_00", "qbs__", f"{BOOTSTRAP}x", "ключ"):
        header = {} if key is None else {"Authorization": f"Bearer {key}".encode()}
        answer = await client.get("/v1/companies/oak/bills", headers=header)
        assert_problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_authentication_comes_before_everything_else(oak: Caller, client: httpx.AsyncClient) -> None:
    answer = await client.put("/v1/companies/oak/bills/b1?limit=x", content=b"{", headers={})

    assert_problem(answer, 401, "unauthenticated")


async def test_a_key_does_what_its_scopes_say(oak: Caller, with_key: MakeKey) -> None:
    reader = await with_key("records:read")
    writer = await with_key("records:write")
    everything = await with_key("admin")

    assert (await reader("GET", "bills")).status_code == 200
    assert_problem(await reader.put("bills/b1", bill()), 403, "scope_missing")
    assert_problem(await writer("GET", "bills"), 403, "scope_missing")
    assert (await writer.put("bills/b1", bill())).status_code == 201
    assert (await everything("GET", "preferences")).status_code == 200


async def test_a_bound_key_sees_other_companies_as_absent(oak: Caller, with_key: MakeKey) -> None:
    await oak.put("/v1/companies/elm", OAK)
    bound = await with_key("companies", "records:read", companies=["elm", "fir"])

    theirs = await bound("GET", "/v1/companies/oak")
    nobodys = await bound("GET", "/v1/companies/none")
    listed = await bound.get("/v1/companies")

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content
    assert (await bound("GET", "/v1/companies/oak/bills")).content == theirs.content
    assert [each["id"] for each in listed["items"]] == ["elm"]
    assert_problem(await bound.put("/v1/companies/ash", OAK), 404, "company_not_found")
    assert (await bound.put("/v1/companies/fir", OAK)).status_code == 201


async def test_a_revoked_key_is_unknown(oak: Caller, context: ApiContext, client: httpx.AsyncClient) -> None:
    now = context.clock.now()
    key = await context.store.run(
        lambda connection: credentials.create(connection, name="x", scopes=["admin"], companies=None, now=now)
    )
    caller = Caller(client, key)
    assert (await caller("GET", "bills")).status_code == 200

    (found,) = await context.store.read(credentials.listed)
    await context.store.run(lambda connection: credentials.revoke(connection, found.id, now))

    assert found.scopes == {"admin"}
    assert_problem(await caller("GET", "bills"), 401, "unauthenticated")
