"""The client survives whatever QuickBooks turns out to do: each position of each knob that it can see.

One working day (write, read, page, batch, compare changes, repeat, delete) is lived through in each position
that only changes the form of answers. A position that changes what happens has a test of its own, in the
files beside this one, and no knob is left out.
"""

import json
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from service.core.faults import Recovery
from service.quickbooks.answers import read_head
from service.quickbooks.batch import BatchItem, Operation, batch_request
from service.quickbooks.errors import ReadFailedError
from service.quickbooks.query import ACTIVE_OR_NOT, BY_CHANGE, equals, statement
from service.sandbox import Knobs
from tests.quickbooks import test_knobs_of_events, test_knobs_of_limits, test_knobs_of_rules
from tests.quickbooks.knob_days import SOON, bill_body, ids_of, made, only
from tests.quickbooks.stand_ins import VirtualClock
from tests.quickbooks.test_client_on_sandbox import Realm, decoded, realm, vendor

__all__ = ["realm"]

HOUR = timedelta(hours=1)

# Positions in which the same day has the same end; the first of each is the default.
FORMS: dict[str, tuple[Any, ...]] = {
    "accept_default": ("json", "xml"),
    "name_case": ("any", "exact"),
    "latency": (timedelta(0), SOON),
    "hold_lone_clients": (False, True),
    "time_behind": (timedelta(0), timedelta(seconds=2)),
    "tid_header": ("intuit_tid", "intuit-tid"),
    "us_characters": ("accept", "reject", "replace"),
    "fault_in_200": (False, True),
    "fault_in_query": (False, True),
    "fault_shape": ("full", "sparse", "number"),
    "requestid_ttl": (None, HOUR),
    "requestid_faults": (False, True),
    "requestid_mismatch": ("original", "600"),
    "maxresults_over": ("clamp", "fault"),
    "projections": ("whole", "picked", "fault"),
    "bare_time_offset": (None, HOUR),
    "default_order": ("recorded", "id"),
    "private_note_filter": (False, True),
    "cdc_lookback": ("fault", "truncate", "answer"),
    "cdc_order": ("oldest", "newest"),
    "report_cells": (400_000, 1),
    "vendor_credit_balance": (True, False),
    "address_geocodes": (False, True),
    "mask_tax_ids": (True, False),
    "full_update": ("recorded", "documented"),
    "update_without_version": ("2020", "5010"),
    "account_created_without_time": (True, False),
    "gone_detail": ("inactive", "deleted"),
    "linked_token_moves": (True, False),
    "balance_time_moves": (True, False),
    "address_limits": (True, False),
    "duplicate_bill_scope": ("vendor", "company"),
    "journal_party_lines": ("any", "one"),
    "untracked_class": ("ignore", "fault"),
    "batch_order": ("request", "shuffled"),
    "batch_weight": ("one", "items"),
    "metered_post_query": (True, False),
    "metered_batch_reads": (True, False),
    "metered_documents": (True, False),
}


def day_positions() -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}={value}") for name, values in FORMS.items() for value in values
    ]


@pytest.mark.parametrize(("knob", "position"), day_positions())
async def test_a_day_has_the_same_end(realm: Realm, clock: VirtualClock, knob: str, position: Any) -> None:
    setattr(realm.sandbox.knobs, knob, position)
    began = clock.now()

    supplier = await made(realm, "Vendor", {"DisplayName": "O'Neill & Sons"}, "v1")
    account = await made(realm, "Account", {"Name": "Tools", "AccountType": "Expense"}, "a1")
    bill = await made(realm, "Bill", bill_body(realm, supplier["Id"]), "b1")
    again = await made(realm, "Bill", bill_body(realm, supplier["Id"]), "b1")
    assert again["Id"] == bill["Id"]
    assert read_head(json.dumps(account).encode()).sync_token == "0"

    update = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "seen"}
    changed = await only(realm, Operation.UPDATE, "Bill", json.dumps(update).encode(), request_id="u1")
    assert (decoded(changed.body)["SyncToken"], decoded(changed.body)["DocNumber"]) == ("1", "K-1")
    stale = await only(realm, Operation.UPDATE, "Bill", json.dumps(update).encode(), request_id="u2")
    assert stale.faults[0].rule.recovery is Recovery.REREAD

    items = [
        BatchItem("new", Operation.CREATE, "Vendor", vendor("Ash")),
        BatchItem("taken", Operation.CREATE, "Vendor", vendor("o'neill & sons")),
        BatchItem("bad", Operation.CREATE, "Bill", b'{"Novelty": 1}'),
    ]
    answers = (await realm.client.send(batch_request(items, request_id="batch"))).items
    assert decoded(answers["new"].body)["DisplayName"] == "Ash"
    assert answers["taken"].faults[0].rule.recovery is Recovery.MATCH
    assert answers["bad"].faults[0].rule.recovery is Recovery.BUG

    everybody = [one["Id"] for one in realm.company.all("Vendor")]
    for order in ("Id", BY_CHANGE):
        assert sorted(await ids_of(realm, "Vendor", where=ACTIVE_OR_NOT, order_by=order)) == everybody
    found = await realm.client.query(statement("Vendor", equals("DisplayName", "O'Neill & Sons")))
    assert [read_head(row).id for row in found.rows] == [supplier["Id"]]
    with pytest.raises(ReadFailedError) as refused:
        await realm.client.query("select * from Nonsense")
    assert refused.value.rule.recovery is Recovery.BUG

    assert decoded(await realm.client.read("Bill", bill["Id"]))["TotalAmt"] == 12.5
    assert decoded(await realm.client.company_info())["CompanyName"]
    assert decoded(await realm.client.preferences())["CurrencyPrefs"]["HomeCurrency"]["value"] == "USD"
    changes = await realm.client.cdc(["Bill", "Vendor"], began)
    assert {read_head(row).id for row in changes.objects["Bill"]} == {bill["Id"]}
    assert changes.time is not None
    assert changes.time <= clock.now()

    gone = json.dumps({"Id": bill["Id"], "SyncToken": "1"}).encode()
    assert (await only(realm, Operation.DELETE, "Bill", gone, request_id="d1")).faults == ()
    assert await realm.client.read("Bill", bill["Id"]) is None
    twice = await only(realm, Operation.DELETE, "Bill", gone, request_id="d2")
    assert twice.faults[0].rule.recovery is Recovery.GONE
    after = await realm.client.cdc(["Bill"], began)
    assert [one.id for one in after.deleted["Bill"]] == [bill["Id"]]


# What this client can't see, and why.
UNSEEN = {
    "redirect_uris": "the browser is refused, not the client",
    "reports_per_minute": "it asks for no reports",
    "emails_per_day": "it sends no e-mails",
    "webhook_aggregation": "when a post comes is the sender's",
    "webhook_timers": "when a post comes is the sender's",
    "webhook_timeout": "how long QuickBooks waits is the sender's",
}


def test_every_knob_is_seen_to_or_out_of_sight() -> None:
    alone = (test_knobs_of_rules.KNOBS, test_knobs_of_limits.KNOBS, test_knobs_of_events.WEBHOOKS)
    seen = {*FORMS, *(name for names in alone for name in names)}

    assert seen | set(UNSEEN) == {one.name for one in fields(Knobs)}
    assert not seen & set(UNSEEN)
