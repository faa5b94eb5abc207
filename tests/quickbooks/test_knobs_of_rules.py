"""Knobs that change what happens to a write or what a read finds: each position, as the client meets it."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from service.core.faults import Recovery
from service.quickbooks.answers import read_head
from service.quickbooks.batch import BatchItem, Operation, batch_request, single_request
from service.quickbooks.errors import DisconnectedError, OutcomeUnknownError, ReadFailedError, ThrottledError
from service.sandbox import FaultRule
from tests.quickbooks.knob_days import SOON, bill_body, ids_of, made, only, pay
from tests.quickbooks.stand_ins import VirtualClock
from tests.quickbooks.test_client_on_sandbox import Realm, account_of, bill_of, decoded, realm, vendor

__all__ = ["realm"]

KNOBS = frozenset(
    {
        "request_limit",
        "status_of_120",
        "requestid_in_flight",
        "requestid_misses",
        "cdc_limit",
        "cdc_merged",
        "cdc_false_tombstones",
        "read_lag",
        "batch_limit",
        "monthly_reads",
        "void_twice",
        "payment_void_operation",
        "delete_linked",
        "delete_linked_code",
        "inactive_reference",
        "inactivate_with_balance",
        "inactive_numbering",
        "merge_moves_times",
        "duplicate_number_named",
        "payable_line",
        "currency_required",
    }
)


@pytest.mark.parametrize("limit", [timedelta(seconds=120), SOON])
async def test_request_limit(realm: Realm, limit: timedelta) -> None:
    realm.sandbox.knobs.latency, realm.sandbox.knobs.request_limit = SOON, limit
    request = single_request(Operation.CREATE, "Vendor", vendor("Slow"), request_id="r")

    if limit > SOON:
        assert (await realm.client.send(request)).items["0"].faults == ()
        return
    with pytest.raises(OutcomeUnknownError):
        await realm.client.send(request)
    with pytest.raises(ReadFailedError) as failed:
        await realm.client.preferences()
    assert failed.value.retryable


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_status_of_120(realm: Realm, status: Any) -> None:
    realm.sandbox.knobs.status_of_120 = status
    realm.sandbox.faults.add(FaultRule(action="fault", code="120", times=None))

    with pytest.raises(DisconnectedError) as lost:
        await realm.client.preferences()

    assert lost.value.code == "120"


@pytest.mark.parametrize("effect", ["accept", "reject", "replace"])
async def test_us_characters(realm: Realm, effect: Any) -> None:
    realm.sandbox.knobs.us_characters = effect

    answer = await only(realm, Operation.CREATE, "Vendor", vendor("Łódź"), request_id="r")

    if effect == "reject":
        assert answer.faults[0].rule.recovery in {Recovery.REJECT, Recovery.BUG}
    else:
        assert decoded(answer.body)["DisplayName"] == ("Łódź" if effect == "accept" else "?ód?")


@pytest.mark.parametrize("position", ["original", "600"])
async def test_requestid_mismatch(realm: Realm, position: Any) -> None:
    """The client never does this; a clash of ids is an unknown outcome and no second object."""
    realm.sandbox.knobs.requestid_mismatch = position
    await made(realm, "Vendor", {"DisplayName": "First"}, "same")
    request = single_request(Operation.CREATE, "Vendor", vendor("Second"), request_id="same")

    if position == "original":
        assert decoded((await realm.client.send(request)).items["0"].body)["DisplayName"] == "First"
    else:
        with pytest.raises(OutcomeUnknownError):
            await realm.client.send(request)
    assert len(realm.company.all("Vendor")) == 1


@pytest.mark.parametrize("position", ["wait", "600"])
async def test_requestid_in_flight(realm: Realm, position: Any) -> None:
    realm.sandbox.knobs.requestid_in_flight = position
    realm.sandbox.knobs.latency = timedelta(milliseconds=20)
    request = single_request(Operation.CREATE, "Vendor", vendor("Once"), request_id="r")

    ends = await asyncio.gather(
        realm.client.send(request), realm.client.send(request), return_exceptions=True
    )
    settled = await realm.client.send(request)

    assert len(realm.company.all("Vendor")) == 1
    assert decoded(settled.items["0"].body)["DisplayName"] == "Once"
    unknown = [one for one in ends if isinstance(one, OutcomeUnknownError)]
    assert len(unknown) == (1 if position == "600" else 0)


@pytest.mark.parametrize("forgets", [{"requestid_ttl": timedelta(0)}, {"requestid_misses": 1.0}])
async def test_requestid_forgotten(realm: Realm, forgets: dict[str, Any]) -> None:
    """A repeat that is carried out again runs into the unique name and not into a second vendor."""
    for name, value in forgets.items():
        setattr(realm.sandbox.knobs, name, value)
    await made(realm, "Vendor", {"DisplayName": "Once"}, "r")

    again = await only(realm, Operation.CREATE, "Vendor", vendor("Once"), request_id="r")

    assert again.faults[0].rule_for_create.recovery is Recovery.MATCH
    assert len(realm.company.all("Vendor")) == 1


@pytest.mark.parametrize("position", ["fault", "truncate", "answer"])
async def test_cdc_lookback(realm: Realm, clock: VirtualClock, position: Any) -> None:
    realm.sandbox.knobs.cdc_lookback = position
    await made(realm, "Vendor", {"DisplayName": "New"}, "r")
    since = clock.now() - timedelta(days=40)

    if position == "fault":
        with pytest.raises(ReadFailedError) as refused:
            await realm.client.cdc(["Vendor"], since)
        assert not refused.value.retryable
    else:
        assert (await realm.client.cdc(["Vendor"], since)).count == 1


@pytest.mark.parametrize(("order", "limit"), [("oldest", 5), ("newest", 5), ("oldest", 1000)])
async def test_cdc_limit(realm: Realm, clock: VirtualClock, order: Any, limit: int) -> None:
    """The count tells that an answer may be cut, whichever end is missing."""
    realm.sandbox.knobs.cdc_limit, realm.sandbox.knobs.cdc_order = limit, order
    began = clock.now()
    for number in range(9):
        realm.company.create("Vendor", {"DisplayName": f"V{number}"})

    changes = await realm.client.cdc(["Vendor"], began)

    assert changes.count == min(limit, 9) == len(changes.objects["Vendor"])


@pytest.mark.parametrize("position", ["deleted", "inactive"])
async def test_cdc_merged(realm: Realm, clock: VirtualClock, position: Any) -> None:
    realm.sandbox.knobs.cdc_merged = position
    began = clock.now()
    keeper, loser = (realm.company.create("Vendor", {"DisplayName": name})["Id"] for name in ("A", "B"))
    realm.company.merge("Vendor", keeper, loser)

    changes = await realm.client.cdc(["Vendor"], began)
    rows = {read_head(row).id: decoded(row) for row in changes.objects["Vendor"]}

    if position == "deleted":
        assert [one.id for one in changes.deleted["Vendor"]] == [loser]
        assert await realm.client.read("Vendor", loser) is None
    else:
        assert rows[loser]["Active"] is False
        assert "Vendor" not in changes.deleted


@pytest.mark.parametrize("share", [0.0, 1.0])
async def test_cdc_false_tombstones(realm: Realm, clock: VirtualClock, share: float) -> None:
    """What is called deleted can be asked for: it is still there."""
    realm.sandbox.knobs.cdc_false_tombstones = share
    began = clock.now()
    known = realm.company.create("Vendor", {"DisplayName": "Alive"})["Id"]

    changes = await realm.client.cdc(["Vendor"], began)
    called_deleted = [one.id for one in changes.deleted.get("Vendor", [])]

    assert called_deleted == ([known] if share else [])
    assert decoded(await realm.client.read("Vendor", known))["DisplayName"] == "Alive"


@pytest.mark.parametrize("lag", [timedelta(0), timedelta(seconds=3)])
async def test_read_lag(realm: Realm, clock: VirtualClock, lag: timedelta) -> None:
    realm.sandbox.knobs.read_lag = lag
    await clock.sleep(10)
    known = (await made(realm, "Vendor", {"DisplayName": "Late"}, "r"))["Id"]

    at_once = await ids_of(realm, "Vendor")
    await clock.sleep(4)

    assert at_once == ([] if lag else [known])
    assert await ids_of(realm, "Vendor") == [known]


@pytest.mark.parametrize("limit", [30, 10])
async def test_batch_limit(realm: Realm, limit: int) -> None:
    realm.sandbox.knobs.batch_limit = limit
    items = [BatchItem(f"i{n}", Operation.CREATE, "Vendor", vendor(f"V{n}")) for n in range(30)]

    answers = (await realm.client.send(batch_request(items, request_id="r"))).items

    refused = [one for one in answers.values() if one.faults]
    assert len(answers) == 30
    assert len(refused) == (0 if limit == 30 else 30)
    assert all(one.faults[0].rule.recovery is Recovery.SPLIT for one in refused)
    assert len(realm.company.all("Vendor")) == (30 if limit == 30 else 0)


@pytest.mark.parametrize("limit", [None, 1])
async def test_monthly_reads(realm: Realm, limit: int | None) -> None:
    realm.sandbox.knobs.monthly_reads = limit
    await realm.client.preferences()

    if limit is None:
        assert decoded(await realm.client.company_info())["CompanyName"]
    else:
        with pytest.raises(ThrottledError):
            await realm.client.company_info()
    assert (await made(realm, "Vendor", {"DisplayName": "Writes are free"}, "r"))["Id"]


@pytest.mark.parametrize("position", ["accept", "reject"])
@pytest.mark.parametrize("knob", ["void_twice", "payment_void_operation"])
async def test_voids(realm: Realm, knob: str, position: Any) -> None:
    setattr(realm.sandbox.knobs, knob, position)
    supplier = realm.company.create("Vendor", {"DisplayName": "Paid"})["Id"]
    bill = bill_of(realm, supplier)
    paid = realm.company.create(
        "BillPayment",
        {
            "VendorRef": {"value": supplier},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": account_of(realm, "Bank")}},
            "TotalAmt": 5,
            "Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}],
        },
    )["Id"]

    def body(token: str) -> bytes:
        return json.dumps({"Id": paid, "SyncToken": token, "sparse": True}).encode()

    once = await only(realm, Operation.VOID, "BillPayment", body("0"), request_id="r1")
    twice = await only(realm, Operation.VOID, "BillPayment", body("1"), request_id="r2")

    assert decoded(once.body)["TotalAmt"] == 0
    if (knob, position) == ("void_twice", "reject"):
        assert twice.faults[0].rule.recovery is Recovery.REJECT
    else:
        assert decoded(twice.body)["SyncToken"] == "1"


@pytest.mark.parametrize(
    ("position", "code"), [("reject", "6000"), ("reject", "620"), ("reject", "800"), ("unlink", "6000")]
)
async def test_delete_linked(realm: Realm, position: Any, code: Any) -> None:
    realm.sandbox.knobs.delete_linked, realm.sandbox.knobs.delete_linked_code = position, code
    supplier = realm.company.create("Vendor", {"DisplayName": "Paid"})["Id"]
    bill = bill_of(realm, supplier)
    pay(realm, supplier, bill)

    body = json.dumps({"Id": bill, "SyncToken": "1"}).encode()
    answer = await only(realm, Operation.DELETE, "Bill", body, request_id="r")

    if position == "unlink":
        assert answer.faults == ()
        assert await realm.client.read("Bill", bill) is None
    else:
        assert answer.faults[0].rule.recovery is Recovery.REJECT


@pytest.mark.parametrize("code", ["610", "6250", "2500"])
async def test_inactive_reference(realm: Realm, code: Any) -> None:
    realm.sandbox.knobs.inactive_reference = code
    supplier = realm.company.create("Vendor", {"DisplayName": "Retired"})["Id"]
    realm.company.update("Vendor", {"Id": supplier, "Active": False})

    body = json.dumps(bill_body(realm, supplier)).encode()
    answer = await only(realm, Operation.CREATE, "Bill", body, request_id="r")

    assert answer.faults[0].rule_for_create.recovery is Recovery.REJECT


@pytest.mark.parametrize("position", ["allow", "fault"])
async def test_inactivate_with_balance(realm: Realm, position: Any) -> None:
    realm.sandbox.knobs.inactivate_with_balance = position
    supplier = realm.company.create("Vendor", {"DisplayName": "Owed"})["Id"]
    bill_of(realm, supplier)
    body = json.dumps({"Id": supplier, "SyncToken": "0", "sparse": True, "Active": False}).encode()

    answer = await only(realm, Operation.UPDATE, "Vendor", body, request_id="r")

    if position == "allow":
        assert decoded(answer.body)["DisplayName"] == "Owed (deleted)"
    else:
        assert answer.faults[0].rule.recovery is Recovery.REJECT


@pytest.mark.parametrize("numbered", [True, False])
async def test_inactive_numbering(realm: Realm, numbered: bool) -> None:
    realm.sandbox.knobs.inactive_numbering = numbered
    ends = []
    for number in range(2):
        known = await made(realm, "Vendor", {"DisplayName": "Often"}, f"c{number}")
        body = json.dumps({"Id": known["Id"], "SyncToken": "0", "sparse": True, "Active": False}).encode()
        ends.append(await only(realm, Operation.UPDATE, "Vendor", body, request_id=f"u{number}"))

    assert decoded(ends[0].body)["DisplayName"] == "Often (deleted)"
    if numbered:
        assert decoded(ends[1].body)["DisplayName"] == "Often (deleted) 2"
    else:
        assert ends[1].faults[0].rule.recovery is Recovery.MATCH


@pytest.mark.parametrize("moves", [True, False])
async def test_merge_moves_times(realm: Realm, clock: VirtualClock, moves: bool) -> None:
    realm.sandbox.knobs.merge_moves_times = moves
    keeper, loser = (realm.company.create("Vendor", {"DisplayName": name})["Id"] for name in ("A", "B"))
    bill = bill_of(realm, loser)
    await clock.sleep(60)
    began = clock.now()
    realm.company.merge("Vendor", keeper, loser)

    changes = await realm.client.cdc(["Bill", "Vendor"], began)

    assert ("Bill" in changes.objects) == moves
    assert decoded(await realm.client.read("Bill", bill))["VendorRef"]["value"] == keeper


@pytest.mark.parametrize("code", ["6000", "6430"])
async def test_payable_line(realm: Realm, code: Any) -> None:
    realm.sandbox.knobs.payable_line = code
    supplier = realm.company.create("Vendor", {"DisplayName": "A"})["Id"]
    body = bill_body(realm, supplier)
    account = account_of(realm, "Accounts Payable")
    body["Line"][0]["AccountBasedExpenseLineDetail"]["AccountRef"]["value"] = account

    answer = await only(realm, Operation.CREATE, "Bill", json.dumps(body).encode(), request_id="r")

    assert answer.faults[0].rule_for_create.recovery is Recovery.REJECT


@pytest.mark.parametrize("named", [True, False])
async def test_duplicate_number_named(realm: Realm, named: bool) -> None:
    realm.sandbox.knobs.duplicate_number_named = named
    pair = {"Name": "WarnDuplicateBillNumber", "Value": "true"}
    realm.company.set_preferences({"OtherPrefs": {"NameValue": [pair]}})
    body = bill_body(realm, realm.company.create("Vendor", {"DisplayName": "A"})["Id"])
    await made(realm, "Bill", body, "r1")

    again = await only(realm, Operation.CREATE, "Bill", json.dumps(body).encode(), request_id="r2")

    assert again.faults[0].rule_for_create.recovery is Recovery.MATCH


@pytest.mark.parametrize("required", [True, False])
async def test_currency_required(realm: Realm, required: bool) -> None:
    realm.sandbox.knobs.currency_required = required
    realm.company.set_preferences({"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    supplier = realm.company.create("Vendor", {"DisplayName": "A"})["Id"]
    silent = json.dumps(bill_body(realm, supplier)).encode()
    spoken = {**bill_body(realm, supplier), "CurrencyRef": {"value": "USD"}}

    answer = await only(realm, Operation.CREATE, "Bill", silent, request_id="r1")

    assert [fault.rule_for_create.recovery for fault in answer.faults] == ([Recovery.BUG] if required else [])
    assert (await made(realm, "Bill", spoken, "r2"))["CurrencyRef"]["value"] == "USD"
