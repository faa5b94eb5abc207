"""The client against a whole server: what it believes about QuickBooks and what the sandbox does agree."""

import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from msgspec import Raw

from service.core.faults import Recovery
from service.quickbooks.batch import BatchItem, Operation, batch_request, single_request
from service.quickbooks.client import QuickBooks
from service.quickbooks.errors import DisconnectedError, InvalidGrantError, OutcomeUnknownError
from service.quickbooks.http import Http
from service.quickbooks.limiter import Limiter
from service.quickbooks.oauth import OAuth, endpoints
from service.quickbooks.paging import pages
from service.quickbooks.query import ACTIVE_OR_NOT, BY_CHANGE, equals, is_in, statement
from service.quickbooks.webhooks import parse, verify
from service.sandbox import Company, FaultRule, Knobs, Sandbox
from tests.quickbooks.stand_ins import VirtualClock

HOST = "http://sandbox.test"


class SandboxTokens:
    """A token source over the real OAuth side, committing each grant by keeping it."""

    def __init__(self, oauth: OAuth, access_token: str, refresh_token: str) -> None:
        self._oauth = oauth
        self.access = access_token
        self.refresh_token = refresh_token
        self.refreshes = 0

    async def access_token(self) -> str:
        return self.access

    async def refresh(self, stale: str) -> str:
        grant = await self._oauth.refresh(self.refresh_token)
        self.access, self.refresh_token = grant.access_token, grant.refresh_token
        self.refreshes += 1
        return self.access


@dataclass
class Realm:
    sandbox: Sandbox
    company: Company
    client: QuickBooks
    oauth: OAuth
    tokens: SandboxTokens


@pytest.fixture
async def realm(clock: VirtualClock) -> AsyncIterator[Realm]:
    knobs = Knobs(throttle=True, webhook_timers=False)
    sandbox = Sandbox(clock.now, random.Random(1), knobs=knobs, public_url=HOST)
    access = sandbox.create_company()
    http = Http(httpx.ASGITransport(app=sandbox.app))
    where = endpoints(
        "local",
        api_url=HOST,
        authorize_url=f"{HOST}/connect/oauth2",
        token_url=f"{HOST}/oauth2/v1/tokens/bearer",
        revoke_url=f"{HOST}/v2/oauth2/tokens/revoke",
    )
    oauth = OAuth(http, where, client_id=access.client_id, client_secret=access.client_secret, clock=clock)
    tokens = SandboxTokens(oauth, access.access_token, access.refresh_token)
    client = QuickBooks(http, HOST, access.realm_id, tokens, Limiter(clock), clock, random=lambda: 0.5)
    yield Realm(sandbox, sandbox.company(access.realm_id), client, oauth, tokens)
    await http.close()


def decoded(raw: Raw | None) -> Any:
    return json.loads(bytes(raw or b"null"))


def vendor(name: str) -> bytes:
    return json.dumps({"DisplayName": name}).encode()


def account_of(realm: Realm, kind: str) -> str:
    """Return an account of a type, made where the company has none."""
    found = [one["Id"] for one in realm.company.all("Account") if one["AccountType"] == kind]
    return found[0] if found else realm.company.create("Account", {"Name": kind, "AccountType": kind})["Id"]


def bill_of(realm: Realm, vendor_id: str) -> str:
    """Create a bill of 5.00 and return its id."""
    line = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": 5,
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account_of(realm, "Expense")}},
    }
    return realm.company.create("Bill", {"VendorRef": {"value": vendor_id}, "Line": [line]})["Id"]


async def names(realm: Realm, **options: Any) -> list[str]:
    found = []
    async for rows, _ in pages(realm.client, "Vendor", ACTIVE_OR_NOT, **options):
        found += [decoded(row)["DisplayName"] for row in rows]
    return found


@pytest.mark.parametrize("order_by", ["Id", BY_CHANGE])
async def test_a_listing_is_paged_to_its_end(realm: Realm, order_by: str) -> None:
    wanted = [f"Vendor {number}" for number in range(25)]
    for name in wanted:
        realm.company.create("Vendor", {"DisplayName": name})

    found = await names(realm, size=10, order_by=order_by)

    assert sorted(found) == sorted(wanted)
    assert realm.client.meter.reads == realm.company.meter.total_reads == 3


async def test_escaped_values_find_what_they_name(realm: Realm) -> None:
    odd = "Adam's \\ Candy & Co +1"
    realm.company.create("Vendor", {"DisplayName": odd})

    page = await realm.client.query(statement("Vendor", equals("DisplayName", odd)))
    posted = await realm.client.query(
        statement("Vendor", is_in("DisplayName", [odd, *(str(number) for number in range(300))]))
    )

    assert [decoded(row)["DisplayName"] for row in page.rows] == [odd]
    assert len(posted.rows) == 1
    assert page.time is not None


async def test_changes_bring_objects_and_tombstones(realm: Realm, clock: VirtualClock) -> None:
    since = clock.now()
    kept = realm.company.create("Vendor", {"DisplayName": "Kept"})
    bill = bill_of(realm, kept["Id"])
    realm.company.delete("Bill", bill)

    changes = await realm.client.cdc(["Vendor", "Bill", "Customer"], since)

    assert [decoded(row)["Id"] for row in changes.objects["Vendor"]] == [kept["Id"]]
    assert [stone.id for stone in changes.deleted["Bill"]] == [bill]
    assert changes.count == 2
    assert await realm.client.read("Bill", bill) is None


async def test_a_single_write_is_applied_once_however_often_it_is_sent(realm: Realm) -> None:
    request = single_request(Operation.CREATE, "Vendor", vendor("Once"), request_id="r1")

    first = await realm.client.send(request)
    second = await realm.client.send(request)

    assert decoded(first.items["0"].body) == decoded(second.items["0"].body)
    assert first.intuit_tid
    assert len(realm.company.journal) == 1


async def test_a_batch_answers_each_item(realm: Realm) -> None:
    taken = realm.company.create("Vendor", {"DisplayName": "Taken"})
    stale = json.dumps({"Id": taken["Id"], "SyncToken": "7", "sparse": True, "DisplayName": "New"}).encode()

    answer = await realm.client.send(
        batch_request(
            [
                BatchItem("new", Operation.CREATE, "Vendor", vendor("Fresh")),
                BatchItem("taken", Operation.CREATE, "Vendor", vendor("Taken")),
                BatchItem("stale", Operation.UPDATE, "Vendor", stale),
            ],
            request_id="b1",
        )
    )

    assert decoded(answer.items["new"].body)["DisplayName"] == "Fresh"
    assert answer.items["taken"].faults[0].rule.recovery is Recovery.MATCH
    assert answer.items["stale"].faults[0].rule.recovery is Recovery.REREAD
    assert answer.time is not None


async def test_a_stale_token_is_told_in_a_single_write_too(realm: Realm) -> None:
    taken = realm.company.create("Vendor", {"DisplayName": "Taken"})
    body = json.dumps({"Id": taken["Id"], "SyncToken": "7", "sparse": True, "DisplayName": "New"}).encode()

    answer = await realm.client.send(single_request(Operation.UPDATE, "Vendor", body, request_id="r1"))

    (fault,) = answer.items["0"].faults
    assert (fault.code, fault.rule.issue) == ("5010", "stale")


@pytest.mark.parametrize("in_batch", [False, True])
async def test_a_payment_is_voided_alone_and_in_a_batch(realm: Realm, in_batch: bool) -> None:
    vendor_id = realm.company.create("Vendor", {"DisplayName": "Paid"})["Id"]
    payment = realm.company.create(
        "BillPayment",
        {
            "VendorRef": {"value": vendor_id},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": account_of(realm, "Bank")}},
            "TotalAmt": 5,
            "Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": bill_of(realm, vendor_id), "TxnType": "Bill"}]}],
        },
    )
    body = json.dumps({"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True}).encode()
    void = BatchItem("0", Operation.VOID, "BillPayment", body)

    answer = await realm.client.send(
        batch_request([void], request_id="b1")
        if in_batch
        else single_request(Operation.VOID, "BillPayment", body, request_id="r1")
    )

    voided = decoded(answer.items["0"].body)
    assert (voided["TotalAmt"], voided["PrivateNote"]) == (0, "Voided")


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "status_before", "status_after"])
async def test_a_lost_answer_is_unknown_and_the_same_request_settles_it(realm: Realm, action) -> None:
    realm.sandbox.faults.add(FaultRule(action=action, kind="write"))
    request = single_request(Operation.CREATE, "Vendor", vendor("Once"), request_id="r1")

    with pytest.raises(OutcomeUnknownError):
        await realm.client.send(request)
    answer = await realm.client.send(request)

    assert decoded(answer.items["0"].body)["DisplayName"] == "Once"
    assert [row.operation for row in realm.company.journal] == ["create"]


@pytest.mark.parametrize("body", ["json", "xml", "html"])
async def test_reads_outlast_a_bad_moment_in_any_dialect(realm: Realm, body) -> None:
    realm.company.create("Vendor", {"DisplayName": "Kept"})
    realm.sandbox.faults.add(FaultRule(action="status_before", kind="query", body=body, times=2))
    realm.sandbox.faults.add(FaultRule(action="drop_after", kind="query"))

    assert await names(realm) == ["Kept"]


@pytest.mark.parametrize("dialect", ["json", "xml"])
async def test_a_throttle_is_waited_out(realm: Realm, clock: VirtualClock, dialect) -> None:
    realm.sandbox.knobs.throttle_body = dialect
    realm.sandbox.faults.add(FaultRule(action="throttle", kind="query"))

    assert await names(realm) == []
    assert clock.passed() == pytest.approx(63)


async def test_the_limiter_keeps_clear_of_quickbooks_limits(realm: Realm, clock: VirtualClock) -> None:
    for _ in range(600):
        await realm.client.query("SELECT * FROM Vendor")

    assert realm.client.meter.reads == 600
    assert realm.client.limiter.paused_until is None
    assert clock.passed() < 90


async def test_an_expired_token_is_refreshed_on_the_way(realm: Realm, clock: VirtualClock) -> None:
    await clock.sleep(timedelta(hours=2).total_seconds())

    assert await names(realm) == []
    assert realm.tokens.refreshes == 1


async def test_a_company_that_disconnected_says_so(realm: Realm) -> None:
    realm.sandbox.oauth.disconnect(realm.client.realm_id)

    with pytest.raises(DisconnectedError):
        await names(realm)
    with pytest.raises(InvalidGrantError):
        await realm.oauth.refresh(realm.tokens.refresh_token)


async def test_a_connection_is_made_renewed_and_revoked(realm: Realm) -> None:
    url = realm.oauth.authorize_url(state="s1", redirect_uri="https://us.test/callback")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=realm.sandbox.app)) as browser:
        sent_back = await browser.get(f"{url}&realm_id={realm.client.realm_id}")
    came = parse_qs(urlsplit(sent_back.headers["location"]).query)

    grant = await realm.oauth.exchange_code(came["code"][0], redirect_uri="https://us.test/callback")
    renewed = await realm.oauth.refresh(grant.refresh_token)
    await realm.oauth.revoke(renewed.refresh_token)

    assert came["state"] == ["s1"]
    assert came["realmId"] == [realm.client.realm_id]
    with pytest.raises(InvalidGrantError):
        await realm.oauth.refresh(renewed.refresh_token)


@pytest.mark.parametrize("shape", ["cloudevents", "legacy"])
async def test_notifications_are_authentic_and_name_what_changed(clock: VirtualClock, shape) -> None:
    delivered: list[tuple[dict[str, str], bytes]] = []

    async def deliver(url: str, headers: dict[str, str], body: bytes) -> int:
        delivered.append((headers, body))
        return 200

    knobs = Knobs(webhook_timers=False, webhook_format=shape)
    sandbox = Sandbox(clock.now, random.Random(1), knobs=knobs, deliver=deliver)
    company = sandbox.company(sandbox.create_company().realm_id)
    sandbox.subscribe(None, "https://us.test/webhooks/quickbooks", "verifier")
    vendor_id = company.create("Vendor", {"DisplayName": "New"})["Id"]
    await clock.sleep(5)
    await sandbox.flush_webhooks()

    (headers, body), *_ = delivered
    signature = {name.lower(): value for name, value in headers.items()}["intuit-signature"]
    assert verify(body, signature, ["verifier"])
    (event,) = parse(body)
    assert (event.realm_id, event.entity, event.id, event.operation) == (
        company.realm_id,
        "Vendor",
        vendor_id,
        "created",
    )
