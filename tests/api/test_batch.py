"""Batches: an answer per item, one bad item never stops the others."""

import asyncio
from typing import Any

from tests.api.conftest import Caller, assert_problem, bill


async def test_each_item_is_answered_for_itself(oak: Caller) -> None:
    await oak.put("bills/old", bill(number="OLD"))
    await oak.put("bills/same", bill(number="SAME"))
    items: list[Any] = [
        {"id": "new", **bill(number="NEW")},
        {"id": "old", **bill(number="OLD", memo="edited"), "revision": 1},
        {"id": "same", **bill(number="SAME")},
        {"id": "stale", **bill(), "revision": 4},
        {"id": "lost", **bill(vendor="nobody")},
        {"id": "bad", **bill(lines=[{"amount": "1.005"}])},
        {"id": "new", **bill(number="TWICE")},
        {"number": "no id", **bill()},
        "not even an object",
    ]

    answer = await oak("POST", "bills/batch", {"items": items})

    assert answer.status_code == 200
    got = answer.json()["items"]
    assert [each["status"] for each in got] == [201, 200, 200, 412, 422, 422, 422, 422, 422]
    assert [each["revision"] for each in got[:3]] == [1, 2, 1]
    codes = [each["problem"]["code"] if each["problem"] else None for each in got]
    assert codes[3:] == [
        "revision_mismatch",
        "unknown_reference",
        "validation_failed",
        "duplicate_item",
        "validation_failed",
        "validation_failed",
    ]
    assert got[4]["problem"]["errors"][0]["field"] == "vendor"
    assert got[5]["problem"]["errors"][0]["field"] == "lines[0].amount"
    assert got[7]["id"] is None
    assert (await oak.get("bills/new"))["number"] == "NEW"
    assert (await oak.get("bills/old"))["memo"] == "edited"


async def test_what_was_read_can_be_written_back(oak: Caller) -> None:
    await oak.put("bills/b1", bill())
    read = await oak.get("bills?limit=1")

    answer = await oak("POST", "bills/batch", {"items": read["items"]})

    assert answer.json()["items"] == [{"id": "b1", "status": 200, "revision": 1, "problem": None}]


async def test_revision_zero_only_creates(oak: Caller) -> None:
    items = [{"id": "ash", "name": "Ash", "revision": 0}, {"id": "elm", "name": "Elm", "revision": 0}]

    answer = await oak("POST", "vendors/batch", {"items": items})

    assert [each["status"] for each in answer.json()["items"]] == [412, 201]


async def test_a_thousand_at_once_and_no_more(oak: Caller) -> None:
    vendors = [{"id": f"v{n}", "name": f"Vendor {n}"} for n in range(1000)]

    written = await oak("POST", "vendors/batch", {"items": vendors})
    again = await oak("POST", "vendors/batch", {"items": vendors})
    too_many = await oak("POST", "vendors/batch", {"items": [*vendors, {"id": "one-more", "name": "X"}]})

    assert {each["status"] for each in written.json()["items"]} == {201}
    assert {(each["status"], each["revision"]) for each in again.json()["items"]} == {(200, 1)}
    assert_problem(too_many, 422, "too_many", "items")


async def test_parents_may_come_in_the_same_batch_in_any_order(oak: Caller) -> None:
    accounts = [
        {"id": "child", "name": "Child", "type": "Expense", "parent": "mother"},
        {"id": "mother", "name": "Mother", "type": "Expense", "parent": "exp"},
        {"id": "orphan", "name": "Orphan", "type": "Expense", "parent": "bad"},
        {"id": "bad", "name": "B:ad", "type": "Expense"},
        {"id": "yin", "name": "Yin", "type": "Expense", "parent": "yang"},
        {"id": "yang", "name": "Yang", "type": "Expense", "parent": "yin"},
    ]

    answer = await oak("POST", "accounts/batch", {"items": accounts})

    got = answer.json()["items"]
    assert [each["status"] for each in got] == [201, 201, 422, 422, 422, 422]
    assert got[2]["problem"]["code"] == "unknown_reference"
    assert {got[4]["problem"]["code"], got[5]["problem"]["code"]} == {"parent_cycle"}


async def test_two_batches_of_the_same_records_end_well(oak: Caller) -> None:
    items = [{"id": f"v{n}", "name": f"Vendor {n}"} for n in range(50)]
    other = [{"id": f"v{n}", "name": f"Seller {n}"} for n in reversed(range(50))]

    one, two = await asyncio.gather(
        oak("POST", "vendors/batch", {"items": items}), oak("POST", "vendors/batch", {"items": other})
    )

    assert {each["status"] for each in one.json()["items"] + two.json()["items"]} <= {200, 201}
    assert {each["revision"] for each in (await oak.get("vendors?limit=1000"))["items"]} == {1, 2}


async def test_a_body_that_is_no_batch(oak: Caller) -> None:
    assert_problem(await oak("POST", "bills/batch", {}), 422, "required", "items")
    assert_problem(await oak("POST", "bills/batch", {"items": {}}), 422, "invalid_type", "items")
    assert (await oak("POST", "bills/batch", {"items": []})).json() == {"items": []}
