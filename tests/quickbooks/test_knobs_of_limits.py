"""Knobs of throttles and of grants: each position, as the client meets it."""

from datetime import timedelta
from typing import Any

import pytest

from service.quickbooks.batch import BatchItem, Operation, batch_request
from service.quickbooks.errors import DisconnectedError, InvalidGrantError, OAuthUnavailableError
from service.sandbox import FaultRule
from tests.quickbooks.stand_ins import VirtualClock
from tests.quickbooks.test_client_on_sandbox import Realm, decoded, realm, vendor

__all__ = ["realm"]

KNOBS = frozenset(
    {
        "throttle",
        "throttle_body",
        "throttle_status",
        "retry_after",
        "per_second",
        "per_minute",
        "concurrent",
        "batches_per_minute",
        "invalid_grant_text",
        "invalid_client_status",
        "disconnected",
        "refresh_grace",
        "rotate_after",
        "access_lifetime",
        "refresh_lifetime",
        "refresh_hard_lifetime",
        "code_lifetime",
    }
)


@pytest.mark.parametrize(
    "positions",
    [
        {"throttle": False},
        *({"throttle_body": form} for form in ("json", "xml")),
        *({"throttle_status": status} for status in (429, 403)),
        *({"retry_after": seconds} for seconds in (None, 5)),
    ],
)
async def test_throttles(realm: Realm, clock: VirtualClock, positions: dict[str, Any]) -> None:
    for name, value in positions.items():
        setattr(realm.sandbox.knobs, name, value)
    realm.sandbox.faults.add(FaultRule(action="throttle"))

    company = decoded(await realm.client.company_info())

    assert company["CompanyName"]
    assert clock.passed() >= (5 if positions.get("retry_after") else 60)


@pytest.mark.parametrize(
    ("knob", "limit"), [("per_second", 2), ("per_minute", 20), ("concurrent", 1), ("batches_per_minute", 2)]
)
async def test_tighter_limits(realm: Realm, knob: str, limit: int) -> None:
    """Limits below the published ones cost time and no write."""
    realm.sandbox.knobs.throttle = True
    setattr(realm.sandbox.knobs, knob, limit)

    for number in range(4):
        items = [BatchItem("a", Operation.CREATE, "Vendor", vendor(f"V{number}"))]
        await realm.client.send(batch_request(items, request_id=f"r{number}"))
        await realm.client.preferences()

    assert len(realm.company.all("Vendor")) == 4


# --- OAuth


@pytest.mark.parametrize("words", ["incorrect", "expired", "type"])
async def test_invalid_grant_text(realm: Realm, words: Any) -> None:
    realm.sandbox.knobs.invalid_grant_text = words

    with pytest.raises(InvalidGrantError):
        await realm.oauth.refresh("nonsense")


@pytest.mark.parametrize("status", [400, 401])
async def test_invalid_client_status(realm: Realm, status: Any) -> None:
    """Wrong credentials of the application are nobody's lost grant."""
    realm.sandbox.knobs.invalid_client_status = status
    realm.sandbox.oauth.client_secret = "another"

    with pytest.raises(OAuthUnavailableError):
        await realm.oauth.refresh(realm.tokens.refresh_token)


@pytest.mark.parametrize("status", ["401", "403"])
async def test_disconnected(realm: Realm, status: Any) -> None:
    realm.sandbox.knobs.disconnected = status
    realm.sandbox.oauth.disconnect(realm.company.realm_id)

    with pytest.raises(DisconnectedError):
        await realm.client.preferences()


@pytest.mark.parametrize(
    ("knob", "position", "days", "lives"),
    [
        ("refresh_grace", timedelta(0), 2, True),
        ("refresh_grace", timedelta(hours=24), 2, True),
        ("rotate_after", timedelta(0), 0, True),
        ("rotate_after", timedelta(hours=24), 0, True),
        ("access_lifetime", timedelta(seconds=1), 0, True),
        ("access_lifetime", timedelta(seconds=3600), 0, True),
        ("refresh_lifetime", timedelta(days=1), 2, False),
        ("refresh_lifetime", timedelta(days=100), 2, True),
        ("refresh_hard_lifetime", timedelta(days=1), 2, False),
        ("refresh_hard_lifetime", timedelta(days=1825), 2, True),
    ],
)
async def test_lifetimes(
    realm: Realm, clock: VirtualClock, knob: str, position: timedelta, days: int, lives: bool
) -> None:
    setattr(realm.sandbox.knobs, knob, position)
    realm.sandbox.access(realm.company.realm_id)
    grant = realm.sandbox.oauth.connect(realm.company.realm_id)
    realm.tokens.access, realm.tokens.refresh_token = grant.access_token, grant.refresh_token
    await clock.sleep(days * 86_400 + 5_000)

    if lives:
        assert decoded(await realm.client.company_info())["CompanyName"]
        assert realm.tokens.refreshes == 1
        await clock.sleep(5_000)
        assert decoded(await realm.client.company_info())["CompanyName"]
    else:
        with pytest.raises(InvalidGrantError):
            await realm.client.company_info()


@pytest.mark.parametrize(
    ("lifetime", "lives"), [(timedelta(minutes=10), True), (timedelta(seconds=1), False)]
)
async def test_code_lifetime(realm: Realm, clock: VirtualClock, lifetime: timedelta, lives: bool) -> None:
    realm.sandbox.knobs.code_lifetime = lifetime
    code = realm.sandbox.oauth.issue_code(realm.company.realm_id, "http://localhost/callback")
    await clock.sleep(30)

    if lives:
        grant = await realm.oauth.exchange_code(code, redirect_uri="http://localhost/callback")
        assert grant.access_token
    else:
        with pytest.raises(InvalidGrantError):
            await realm.oauth.exchange_code(code, redirect_uri="http://localhost/callback")
