"""Connecting to QuickBooks: the redirect, its misuse, its end."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from service.api.context import ApiContext
from service.core.records import Kind, Vendor
from service.store import connections
from service.store.cipher import Cipher
from tests.api import rows
from tests.api.conftest import Bell, Caller, Intuit, assert_problem
from tests.clocks import FixedClock

RETURN = "https://platform.test/settings?tab=sync#top"


async def begin(caller: Caller, company: str = "oak") -> str:
    """Begin to connect; return the state that the browser carries."""
    answer = await caller("POST", f"/v1/companies/{company}/connection", {"return_to": RETURN})
    assert answer.status_code == 200, answer.text
    url = urlsplit(answer.json()["authorize_url"])
    query = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://intuit.test/authorize"
    assert query["redirect_uri"] == ["https://sync.test/oauth/quickbooks/callback"]
    return query["state"][0]


async def come_back(caller: Caller, **query: str) -> httpx.Response:
    """Come back from QuickBooks."""
    return await caller.client.get("/oauth/quickbooks/callback", params=query)


async def connect(caller: Caller, company: str = "oak", realm: str = "9130") -> str:
    """Connect; return what `return_to` was told."""
    answer = await come_back(caller, state=await begin(caller, company), code="good", realmId=realm)
    return told(answer)


def told(answer: httpx.Response) -> str:
    """Return what `return_to` was told."""
    assert answer.status_code == 303, answer.text
    target = urlsplit(answer.headers["location"])
    assert (target.netloc, target.path, target.fragment) == ("platform.test", "/settings", "top")
    query = parse_qs(target.query)
    assert query.pop("tab") == ["sync"]
    ((name, values),) = query.items()
    return f"{name}={values[0]}"


async def test_a_company_connects(
    oak: Caller, context: ApiContext, cipher: Cipher, bell: Bell, clock: FixedClock
) -> None:
    assert (await oak.get("connection"))["state"] == "none"
    state = await begin(oak)
    assert (await oak.get("connection"))["state"] == "pending"

    assert told(await come_back(oak, state=state, code="good", realmId="9130")) == "connection=connected"

    connection = await oak.get("connection")
    assert (connection["state"], connection["realm_id"]) == ("connected", "9130")
    assert connection["expires_at"] == "2026-06-11T09:00:00Z"
    tokens = await context.store.read(lambda it: connections.load_tokens(it, cipher, "oak"))
    assert tokens is not None
    assert (tokens.access_token, tokens.refresh_token) == ("access-1", "refresh-1")
    assert "refresh-1" not in repr(tokens)
    (sync,) = (await oak.get("syncs"))["items"]
    assert (sync["trigger"], sync["state"]) == ("connection", "queued")
    assert bell.rung == ["oak"]


async def test_a_state_is_good_once_and_for_a_quarter_of_an_hour(
    oak: Caller, clock: FixedClock, intuit: Intuit
) -> None:
    used, late = await begin(oak), await begin(oak)
    await come_back(oak, state=used, code="good", realmId="9130")
    asked = len(intuit.asked)
    clock.advance(15 * 60)

    for state in (used, late, "forged", ""):
        assert_problem(await come_back(oak, state=state, code="good", realmId="9131"), 400, "invalid_state")
    assert len(intuit.asked) == asked
    assert (await oak.get("connection"))["realm_id"] == "9130"


async def test_a_refusal_goes_back_with_its_reason(oak: Caller, intuit: Intuit) -> None:
    denied = await come_back(oak, state=await begin(oak), error="access_denied")
    odd = await come_back(oak, state=await begin(oak), error="<script>")
    incomplete = await come_back(oak, state=await begin(oak), code="good", realmId="not-a-realm")
    bad_code = await come_back(oak, state=await begin(oak), code="bad", realmId="9130")
    intuit.down = True
    down = await come_back(oak, state=await begin(oak), code="good", realmId="9130")

    assert [told(each) for each in (denied, odd, incomplete, bad_code, down)] == [
        "error=access_denied",
        "error=refused",
        "error=incomplete_answer",
        "error=invalid_grant",
        "error=quickbooks_unavailable",
    ]
    assert (await oak.get("connection"))["state"] == "none"


async def test_a_realm_belongs_to_one_company(oak: Caller, intuit: Intuit) -> None:
    await connect(oak)
    await oak.put("/v1/companies/elm", {"name": "Elm", "signed_up_on": "2024-05-01"})
    asked = len(intuit.asked)

    assert await connect(oak, "elm") == "error=realm_taken"

    assert len(intuit.asked) == asked
    assert (await oak.get("/v1/companies/elm/connection"))["state"] == "none"
    await oak("DELETE", "connection")
    assert await connect(oak, "elm") == "connection=connected"


async def test_a_company_that_has_synced_stays_with_its_realm(oak: Caller, context: ApiContext) -> None:
    await connect(oak)
    await oak("DELETE", "connection")
    assert await connect(oak, realm="9131") == "connection=connected"

    await rows.counterpart(context.store, Kind.VENDOR, "1", Vendor(name="Ash"))

    assert await connect(oak, realm="9130") == "error=realm_differs"
    assert await connect(oak, realm="9131") == "connection=connected"


async def test_a_realm_that_was_set_up_anew_is_another_company(oak: Caller, context: ApiContext) -> None:
    await connect(oak, realm="9131")
    await rows.counterpart(context.store, Kind.VENDOR, "1", Vendor(name="Ash"))
    await context.store.run(
        lambda c: connections.disconnect(c, "oak", connections.COMPANY_RESET, context.clock.now())
    )

    assert await connect(oak, realm="9131") == "error=company_reset"

    await oak.put("/v1/companies/elm", {"name": "Elm", "signed_up_on": "2024-05-01"})
    assert await connect(oak, "elm", realm="9131") == "connection=connected"


async def test_disconnecting_forgets_and_revokes(
    oak: Caller, context: ApiContext, cipher: Cipher, intuit: Intuit
) -> None:
    await connect(oak)

    answer = await oak("DELETE", "connection")

    assert answer.json()["state"] == "disconnected"
    assert await context.store.read(lambda it: connections.load_tokens(it, cipher, "oak")) is None
    assert intuit.asked[-1].url.path == "/revoke"
    assert b"refresh-1" in intuit.asked[-1].content


async def test_disconnecting_works_while_intuit_is_down(oak: Caller, intuit: Intuit) -> None:
    await connect(oak)
    intuit.down = True

    assert (await oak("DELETE", "connection")).json()["state"] == "disconnected"
    assert (await oak("DELETE", "/v1/companies/oak")).status_code == 200


async def test_tokens_are_saved_only_for_a_live_connection(
    oak: Caller, context: ApiContext, cipher: Cipher, clock: FixedClock
) -> None:
    await connect(oak)
    tokens = connections.Tokens(
        access_token="a2",
        refresh_token="r2",
        access_expires_at=clock.now(),
        refresh_expires_at=clock.now(),
    )

    async def save() -> bool:
        return await context.store.run(
            lambda it: connections.save_tokens(it, cipher, "oak", tokens, clock.now())
        )

    assert await save()
    assert await context.store.read(lambda it: connections.load_tokens(it, cipher, "oak")) == tokens
    await oak("DELETE", "connection")
    assert not await save()


@pytest.mark.parametrize(
    "target",
    [
        "/settings",
        "ftp://x.test/",
        "javascript:alert(1)",
        "https://",
        "https://u:p@x.test/",
        "https://x.test/\na",
    ],
)
async def test_where_to_return_is_an_absolute_address(oak: Caller, target: str) -> None:
    answer = await oak("POST", "connection", {"return_to": target})

    assert_problem(answer, 422, "invalid_url", "return_to")
