"""The feed, the inbox, explanations and health."""

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import service.store as store_package
from service.api.context import ApiContext
from service.api.problems import PROBLEMS
from service.api.schemas.account import Account, AccountInput
from service.api.schemas.bill import Bill as BillAnswer
from service.api.schemas.bill import BillInput
from service.api.schemas.company import Company
from service.api.schemas.explain import Explanation
from service.api.schemas.issue import ChangePage, Issue
from service.api.schemas.sync import Sync
from service.api.schemas.vendor import Vendor as VendorAnswer
from service.api.schemas.vendor import VendorInput
from service.app import openapi_text
from service.core.records import Bill, BillLine, Kind, Vendor
from service.store.tables import WebhookEvent, table_of
from tests.api import rows
from tests.api.conftest import VERIFIER, Bell, Caller, assert_problem, bill
from tests.api.test_issues import bill_amount
from tests.clocks import START, FixedClock


async def test_the_feed_is_read_on(oak: Caller, context: ApiContext, clock: FixedClock) -> None:
    for n in range(1, 4):
        await rows.add(
            context.store,
            "change",
            sequence=n,
            kind="bill",
            id=f"b{n}",
            revision=1,
            what="created",
            fields='["memo"]',
            sync="s1",
            at=START,
        )

    first = await oak.get("changes?limit=2")
    rest = await oak.get(f"changes?after={first['next']}")
    nothing = await oak.get(f"changes?after={rest['next']}&wait=5")

    ChangePage.model_validate(first)
    assert [each["sequence"] for each in first["items"] + rest["items"]] == [1, 2, 3]
    assert first["items"][0]["fields"] == ["memo"]
    assert nothing == {"items": [], "next": 3}
    assert (clock.now() - START).total_seconds() == 5
    assert_problem(await oak("GET", "changes?after=-1"), 422, "out_of_range", "after")


def signed(body: bytes, token: str = VERIFIER) -> dict[str, str]:
    """Sign a webhook."""
    digest = hmac.new(token.encode(), body, hashlib.sha256).digest()
    return {"intuit-signature": base64.b64encode(digest).decode()}


async def deliveries(context: ApiContext) -> list[Any]:
    """Return what was stored."""
    table = table_of(WebhookEvent)
    return await context.store.read(lambda it: [row.body for row in it.execute(table.select())])


async def test_an_authentic_webhook_is_stored_whole(
    client: httpx.AsyncClient, context: ApiContext, bell: Bell
) -> None:
    for token in (VERIFIER, "old-token"):
        body = b'[{"specversion": "1.0",  "whatever": true}]' + token.encode()
        answer = await client.post("/webhooks/quickbooks", content=body, headers=signed(body, token))
        assert (answer.status_code, answer.content) == (200, b"")

    assert len(await deliveries(context)) == 2
    assert bell.rung == ["inbox", "inbox"]


async def test_a_wrong_signature_stores_nothing(client: httpx.AsyncClient, context: ApiContext) -> None:
    for headers in ({}, signed(b"other"), signed(b"{}", "wrong"), {"intuit-signature": "é".encode()}):
        answer = await client.post("/webhooks/quickbooks", content=b"{}", headers=headers)
        assert_problem(answer, 401, "invalid_signature")
    large = b"x" * 10_001
    answer = await client.post("/webhooks/quickbooks", content=large, headers=signed(large))

    assert_problem(answer, 413, "body_too_large")
    assert await deliveries(context) == []


async def test_explain_shows_every_rule(oak: Caller, context: ApiContext) -> None:
    await oak.put("bills/b1", bill(number=None, currency="EUR"))
    await rows.outcome(context.store, "s1", 1, code="number_missing")
    await rows.issue(context.store, "i1", "number_missing", state="resolved")

    found = await oak.get("bills/b1/sync")

    Explanation.model_validate(found)
    verdicts = {each["code"]: each["verdict"] for each in found["rules"]}
    assert verdicts["number_missing"] == "skip"
    assert verdicts["currency_not_usd"] == "skip"
    assert verdicts["preferences_missing"] == "hold"
    assert verdicts["zero_amount"] == "pass"
    assert {each["gate"] for each in found["rules"]} == {"into_quickbooks"}
    assert found["platform"]["content"]["lines"][0]["amount"] == "100.00"
    assert (found["link"], found["quickbooks"]) == (None, None)
    assert [each["code"] for each in found["outcomes"]] == ["number_missing"]
    assert found["summary"]
    assert_problem(await oak("GET", "bills/none/sync"), 404, "record_not_found")


async def test_explain_shows_both_sides_of_a_link(oak: Caller, context: ApiContext) -> None:
    store = context.store
    await oak.put("vendors/elm", {"name": "Elm"})
    content = Vendor(name="Elm", phone="555")
    await rows.counterpart(store, Kind.VENDOR, "9", content, currency="USD")
    await rows.link(store, Kind.VENDOR, "elm", "9", Vendor(name="Elm"))
    await rows.change_rows(store, "record", {"id": "elm"}, undecided=False, sync_state="agreed")

    by_record = await oak.get("vendors/elm/sync")
    by_object = await oak.get("quickbooks/Vendor/9/sync")

    assert by_record == by_object
    Explanation.model_validate(by_record)
    assert by_record["quickbooks"]["content"]["phone"] == "555"
    assert by_record["link"]["base"]["phone"] is None
    assert by_record["summary"] == "Vendor Elm is the same on both sides."
    assert (await oak.get("vendors/elm"))["quickbooks"]["id"] == "9"


async def test_explain_what_never_arrived(oak: Caller, context: ApiContext) -> None:
    lines = (BillLine(amount=bill_amount("10.00"), account="80"),)
    content = Bill(vendor="5", issued_on=None, number="Q-1", lines=lines)
    await rows.counterpart(
        context.store,
        Kind.BILL,
        "77",
        content,
        balance=bill_amount("0.00"),
        currency="USD",
        code="not_unpaid",
        reason="It was paid.",
        unsupported='["item"]',
    )

    found = await oak.get("quickbooks/Bill/77/sync")

    Explanation.model_validate(found)
    verdicts = {each["code"]: each["verdict"] for each in found["rules"]}
    assert (verdicts["not_unpaid"], verdicts["parent_not_synced"]) == ("skip", "hold")
    assert (found["record"], found["quickbooks_id"], found["platform"]) == (None, "77", None)
    assert found["quickbooks"]["balance"] == "0.00"
    assert_problem(await oak("GET", "quickbooks/Bill/78/sync"), 404, "quickbooks_object_not_found")
    assert_problem(await oak("GET", "quickbooks/Unicorn/78/sync"), 404, "unknown_entity")


async def test_what_was_never_read_can_be_asked_for(oak: Caller, context: ApiContext) -> None:
    answer = await oak("POST", "quickbooks/Bill/78/sync")

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/companies/oak/syncs/{answer.json()['id']}"
    assert await rows.rows_of(context.store, "asked_object", "entity", "qbo_id") == [("Bill", "78")]
    assert_problem(await oak("POST", "quickbooks/Unicorn/78/sync"), 404, "unknown_entity")
    assert_problem(await oak("POST", "quickbooks/Bill/x;y/sync"), 422, "invalid_id")


async def test_an_open_operation_shows_as_pending(oak: Caller, context: ApiContext) -> None:
    await oak.put("bills/b1", bill())
    await rows.change_rows(context.store, "record", {"id": "b1"}, undecided=False, sync_state="agreed")
    await rows.add(
        context.store,
        "operation",
        id="o1",
        sync="s1",
        kind="bill",
        record="b1",
        entity="Bill",
        action="create",
        level=0,
        revision=1,
        wanted=b"{}",
        fields="[]",
        held_fields="[]",
        state="unknown",
        planned_at=START,
    )

    assert (await oak.get("bills/b1"))["quickbooks"]["sync_state"] == "pending"
    assert [each["id"] for each in (await oak.get("bills?sync_state=pending"))["items"]] == ["b1"]
    assert [each["state"] for each in (await oak.get("bills/b1/sync"))["operations"]] == ["unknown"]


async def test_health(client: httpx.AsyncClient, oak: Caller) -> None:
    assert (await client.get("/livez")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok"}
    figures = (await client.get("/metrics")).text
    assert 'route="/v1/companies/{company}/vendors/{record}"' in figures
    assert "/companies/oak" not in figures
    assert (await client.get("/docs")).status_code == 200


class _Broken:
    slice_size = 1

    async def run(self, work: Any) -> Any:
        raise OSError("no database")

    async def read(self, work: Any) -> Any:
        raise OSError("no database")

    async def close(self) -> None:
        pass


async def test_not_ready_without_a_database(context: ApiContext) -> None:
    from dataclasses import replace

    from service.app import create_app

    broken = create_app(replace(context, store=_Broken()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=broken), base_url="http://x") as client:
        assert (await client.get("/livez")).status_code == 200
        assert_problem(await client.get("/readyz"), 503, "not_ready")


async def test_the_description_is_complete(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()

    assert described == json.loads(openapi_text())
    text = json.dumps(described)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        at: Any = described
        for part in reference.split("/"):
            at = at[part]
    open_paths = ("/livez", "/readyz", "/metrics", "/oauth/quickbooks/callback", "/webhooks/quickbooks")
    ids = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            ids.append(operation["operationId"])
            assert operation["tags"], path
            assert "HTTPValidationError" not in str(operation)
            if path not in open_paths:
                assert {"401", "403"} <= operation["responses"].keys(), path
                assert operation["security"] == [{"apiKey": []}]
                assert "Scope:" in operation["description"]
            if method in ("put", "patch"):
                assert {"400", "413", "415", "422"} <= operation["responses"].keys(), path
                assert "$ref" in str(operation["requestBody"])
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "name", ["BillInput", "AccountInput", "VendorInput", "PreferencesPatch", "SyncInput"]
)
def test_inputs_have_examples(name: str) -> None:
    schemas = json.loads(openapi_text())["components"]["schemas"]

    assert schemas[name]["examples"]
    assert schemas[name]["additionalProperties"] is False


def test_examples_of_answers_are_true() -> None:
    for model in (
        Account,
        AccountInput,
        VendorAnswer,
        VendorInput,
        BillAnswer,
        BillInput,
        Company,
        Sync,
        Issue,
    ):
        for example in model.model_json_schema()["examples"]:
            model.model_validate(example)


def test_every_refusal_of_the_store_has_its_status() -> None:
    found = set()
    for path in Path(store_package.__file__).parent.glob("*.py"):
        found |= set(
            re.findall(r'(?:RefusedError\(|code=|"parent": |_STALE = \()\s*"([a-z_]+)"', path.read_text())
        )

    assert found - PROBLEMS.keys() <= set(), found - PROBLEMS.keys()
