"""Webhooks: the matrix of entities and events, and what differs between receivers' reports."""

import asyncio
import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.sandbox import Company, Knobs, Sandbox
from service.sandbox.entities import ENTITIES
from tests.sandbox.conftest import Clock, Ids, Wire
from tests.sandbox.test_webhooks import URL, Receiver, TimeLapse, lapse, receiver, sandbox

__all__ = ["lapse", "receiver", "sandbox"]

MATRIX = {
    "Account": "CUDM", "Bill": "CUD", "BillPayment": "CUDV", "Budget": "CU", "Class": "CUDM",
    "CreditMemo": "CUDVE", "CompanyCurrency": "CU", "Customer": "CUDM", "Department": "CUM", "Deposit": "CUD",
    "Employee": "CUDM", "Estimate": "CUDE", "Invoice": "CUDVE", "Item": "CUDM", "JournalCode": "CU",
    "JournalEntry": "CUD", "Payment": "CUDVE", "PaymentMethod": "CUM", "Preferences": "U", "Purchase": "CUDV",
    "PurchaseOrder": "CUDE", "RefundReceipt": "CUDVE", "SalesReceipt": "CUDVE", "TaxAgency": "CU",
    "Term": "CU", "TimeActivity": "CUD", "Transfer": "CUDV", "Vendor": "CUDM", "VendorCredit": "CUD",
    "Attachable": "", "CompanyInfo": "", "TaxCode": "", "TaxRate": "",
}  # fmt: skip
LETTERS = {"C": "Create", "U": "Update", "D": "Delete", "M": "Merge", "V": "Void", "E": "Emailed"}


@pytest.mark.parametrize("entity", MATRIX)
def test_the_matrix_of_events(entity: str) -> None:
    assert ENTITIES[entity].events == {LETTERS[letter] for letter in MATRIX[entity]}


async def test_a_currency_is_called_by_its_own_name(
    sandbox: Sandbox, company: Company, receiver: Receiver
) -> None:
    sandbox.subscribe(None, URL, "v")
    company.create("CompanyCurrency", {"Name": "Euro", "Code": "EUR"})
    company.create("Attachable", {"Note": "nobody hears of this"})

    await sandbox.flush_webhooks()

    assert receiver.kinds == ["qbo.currency.created.v1"]


async def test_a_form_that_was_sent_is_announced(
    wire: Wire, sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver
) -> None:
    invoice = company.create("Invoice", ids.invoice())["Id"]
    sandbox.subscribe(None, URL, "v")

    await wire.call("POST", f"/invoice/{invoice}/send", params={"sendTo": "a@b.example"})
    await sandbox.flush_webhooks()

    assert receiver.kinds == ["qbo.invoice.updated.v1", "qbo.invoice.emailed.v1"]


async def test_only_connected_companies_notify(
    sandbox: Sandbox, company: Company, receiver: Receiver
) -> None:
    sandbox.subscribe(None, URL, "v")
    sandbox.oauth.disconnect(company.realm_id)

    company.create("Vendor", {"DisplayName": "Unheard"})
    await sandbox.flush_webhooks()

    assert receiver.posts == []


@pytest.mark.parametrize("bare", [True, False])
async def test_events_may_lack_their_empty_parts(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver, bare: bool
) -> None:
    sandbox.knobs.webhook_bare = bare
    other = company.create("Vendor", {"DisplayName": "Other"})["Id"]
    sandbox.subscribe(None, URL, "v")

    company.update("Vendor", {"Id": ids.vendor, "Notes": "x"})
    company.merge("Vendor", ids.vendor, other)
    await sandbox.flush_webhooks()

    updated, merged = receiver.events
    assert ("data" in updated) == ("datacontenttype" in updated) == (not bare)
    assert merged["data"] == {"deletedid": other}


@pytest.mark.parametrize("form", ["plain", "suffixed"])
async def test_the_ids_of_events(sandbox: Sandbox, company: Company, receiver: Receiver, form: Any) -> None:
    sandbox.knobs.webhook_ids = form
    sandbox.subscribe(None, URL, "v")

    vendor = company.create("Vendor", {"DisplayName": "New"})["Id"]
    await sandbox.flush_webhooks()

    assert receiver.events[0]["id"].endswith(f"-Vendor-{vendor}") == (form == "suffixed")


@pytest.mark.parametrize("position", ["Delete", "Update"])
async def test_what_making_inactive_is_called(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver, position: Any
) -> None:
    sandbox.knobs.webhook_inactive = position
    sandbox.subscribe(None, URL, "v")

    company.update("Vendor", {"Id": ids.vendor, "Active": False})
    await sandbox.flush_webhooks()

    assert receiver.kinds == [f"qbo.vendor.{position.lower()}d.v1"]


@pytest.mark.parametrize("told", [True, False])
async def test_whether_a_payment_announces_what_it_pays(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver, told: bool
) -> None:
    sandbox.knobs.webhook_side_effects = told
    bill = company.create("Bill", ids.bill(5))["Id"]
    sandbox.subscribe(None, URL, "v")

    company.create("BillPayment", ids.payment(5, ("Bill", bill, 5)))
    await sandbox.flush_webhooks()

    assert receiver.kinds == ["qbo.billpayment.created.v1", *(["qbo.bill.updated.v1"] if told else [])]


@pytest.mark.parametrize("spelling", ["void", "voided"])
async def test_how_a_void_is_spelled(
    sandbox: Sandbox, company: Company, ids: Ids, receiver: Receiver, spelling: Any
) -> None:
    sandbox.knobs.webhook_void = spelling
    invoice = company.create("Invoice", ids.invoice())["Id"]
    sandbox.subscribe(None, URL, "v")

    company.void("Invoice", invoice)
    await sandbox.flush_webhooks()

    assert receiver.kinds == [f"qbo.invoice.{spelling}.v1"]


@pytest.mark.parametrize("echo", [True, False])
async def test_whether_our_own_writes_come_back(
    wire: Wire, sandbox: Sandbox, company: Company, receiver: Receiver, echo: bool
) -> None:
    sandbox.knobs.webhook_echo = echo
    sandbox.subscribe(None, URL, "v")

    await wire.create("Vendor", {"DisplayName": "By the API"})
    company.create("Vendor", {"DisplayName": "By a person"})
    await sandbox.flush_webhooks()

    assert len(receiver.events) == 1 + echo


async def test_classes_and_employees_name_their_other_ids(
    sandbox: Sandbox, company: Company, receiver: Receiver
) -> None:
    sandbox.subscribe(None, URL, "v")

    company.create("Class", {"Name": "Shop"})
    await sandbox.flush_webhooks()

    assert set(receiver.events[0]["data"]["alternative_ids"][0]) == {"id", "namespace"}


@pytest.mark.parametrize("seconds", [0, 300])
def test_how_long_changes_are_gathered(lapse: TimeLapse, clock: Clock, seconds: int) -> None:
    posts: list[tuple[datetime, int]] = []

    async def deliver(_url: str, _headers: dict[str, str], body: bytes) -> int:
        posts.append((clock.at, len(json.loads(body))))
        return 200

    async def play() -> None:
        knobs = Knobs(webhook_aggregation=timedelta(seconds=seconds))
        made = Sandbox(clock, random.Random(1), knobs, deliver=deliver)
        company = made.company(made.create_company().realm_id)
        made.subscribe(None, URL, "v")
        for name in ("A", "B"):
            company.create("Vendor", {"DisplayName": name})
            await asyncio.sleep(60)
        while made.pending_webhooks():  # noqa: ASYNC110
            await asyncio.sleep(60)

    started = clock.at
    lapse.run_until_complete(play())

    waits = [(round((at - started).total_seconds()), events) for at, events in posts]
    assert waits == ([(0, 1), (60, 1)] if seconds == 0 else [(300, 2)])


@pytest.mark.parametrize(("timers", "posted"), [(True, 1), (False, 0)])
def test_whether_posts_go_out_by_themselves(
    lapse: TimeLapse, clock: Clock, receiver: Receiver, timers: bool, posted: int
) -> None:
    async def play() -> None:
        made = Sandbox(clock, random.Random(1), Knobs(webhook_timers=timers), deliver=receiver)
        company = made.company(made.create_company().realm_id)
        made.subscribe(None, URL, "v")
        company.create("Vendor", {"DisplayName": "A"})
        await asyncio.sleep(60)

    lapse.run_until_complete(play())

    assert len(receiver.posts) == posted


async def test_a_receiver_that_takes_too_long_has_not_acknowledged(clock: Clock) -> None:
    released = asyncio.Event()

    async def dawdle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    server = await asyncio.start_server(dawdle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made = Sandbox(clock, random.Random(1), Knobs(webhook_timers=False, webhook_timeout=0.05))
    company = made.company(made.create_company().realm_id)
    made.subscribe(None, f"http://127.0.0.1:{port}/hook", "v")
    company.create("Vendor", {"DisplayName": "A"})

    async with server:
        acknowledged = await made.flush_webhooks()
        released.set()

    assert acknowledged == 0
    assert len(made.pending_webhooks()) == 1
