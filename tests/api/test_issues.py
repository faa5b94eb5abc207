"""Issues, and what a person's choice does."""

from typing import Any

import httpx
import pytest

from service.api.context import ApiContext
from service.api.schemas.issue import Issue
from service.core.records import Bill, BillLine, Kind, encode
from tests.api import rows
from tests.api.conftest import Caller, assert_problem, bill


@pytest.fixture
async def held(oak: Caller, context: ApiContext) -> Caller:
    """Oak with a bill that was decided."""
    await oak.put("bills/b1", bill(memo="ours"))
    await rows.change_rows(
        context.store, "record", {"id": "b1"}, undecided=False, sync_state="held", code="x"
    )
    return oak


async def act(caller: Caller, issue: str, action: str, **more: Any) -> httpx.Response:
    """Choose."""
    return await caller("POST", f"issues/{issue}/actions", {"action": action, **more})


async def told(context: ApiContext, record: str = "b1") -> Any:
    """Return whether the record is undecided, and its instruction."""
    (row,) = await rows.rows_of(context.store, "record", "undecided", "instruction", id=record)
    return bool(row[0]), row[1]


async def test_they_are_listed_open_ones_first_of_all(held: Caller, context: ApiContext) -> None:
    await rows.issue(context.store, "i1", "number_taken")
    await rows.issue(context.store, "i2", "both_changed", record="b2")
    await rows.issue(context.store, "i3", "both_changed", state="resolved")

    async def found(query: str) -> list[str]:
        return [each["id"] for each in (await held.get(f"issues?{query}"))["items"]]

    assert await found("") == ["i2", "i1"]
    assert await found("state=all") == ["i3", "i2", "i1"]
    assert await found("code=both_changed&record=b2&kind=bill") == ["i2"]
    first = await held.get("issues?limit=1")
    assert await found(f"limit=1&cursor={first['next']}") == ["i1"]
    issue = await held.get("issues/i1")
    Issue.model_validate(issue)
    assert issue["actions"] == ["link", "retry", "ignore"]
    assert (await held.get("issues/i3"))["actions"] == []


async def test_retry_asks_again(held: Caller, context: ApiContext) -> None:
    await rows.issue(context.store, "i1", "duplicate_number")

    answer = await act(held, "i1", "retry")

    assert answer.json()["state"] == "open"
    assert await told(context) == (True, None)


async def test_ignore_only_hides(held: Caller, context: ApiContext) -> None:
    await rows.issue(context.store, "i1", "both_changed")

    assert (await act(held, "i1", "ignore")).json()["state"] == "ignored"
    assert await told(context) == (False, None)


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("removed_in_quickbooks", "recreate"),
        ("removed_in_quickbooks", "accept"),
        ("both_changed", "keep_platform"),
        ("both_changed", "keep_quickbooks"),
    ],
)
async def test_a_choice_is_told_to_the_next_sync(
    held: Caller, context: ApiContext, code: str, action: str
) -> None:
    await rows.issue(context.store, "i1", code)

    assert (await act(held, "i1", action)).status_code == 200
    undecided, instruction = await told(context)
    word, _, seen = instruction.partition("@")
    assert (undecided, word) == (True, action)
    assert seen, "a choice is bound to what was seen"


async def test_without_a_record_the_counterpart_is_told(held: Caller, context: ApiContext) -> None:
    await rows.counterpart(context.store, Kind.BILL, "77", Bill(vendor="5", issued_on=None))
    await rows.issue(context.store, "i1", "both_changed", record=None, quickbooks_id="77")

    await act(held, "i1", "keep_quickbooks")

    found = await rows.rows_of(context.store, "counterpart", "undecided", "instruction", qbo_id="77")
    assert [(bool(undecided), instruction) for undecided, instruction in found] == [(True, "keep_quickbooks")]


async def test_what_an_issue_does_not_take(held: Caller, context: ApiContext) -> None:
    await rows.issue(context.store, "i1", "both_changed")
    await rows.issue(context.store, "i2", "both_changed", state="resolved")

    assert_problem(await act(held, "i1", "link"), 409, "action_not_possible", "action")
    assert_problem(await act(held, "i1", "record_here"), 409, "action_not_possible")
    assert_problem(await act(held, "i1", "explode"), 422, "unknown_value", "action")
    assert_problem(await act(held, "i2", "ignore"), 409, "issue_resolved")
    assert_problem(await act(held, "none", "ignore"), 404, "issue_not_found")


async def test_link_names_the_other_side(held: Caller, context: ApiContext) -> None:
    store = context.store
    content = Bill(vendor="5", issued_on=None)
    for key in ("77", "78"):
        await rows.counterpart(store, Kind.BILL, key, content)
    await held.put("bills/b2", bill(number="B-2"))
    await rows.link(store, Kind.BILL, "b2", "78", content)
    await rows.issue(store, "i1", "number_taken")
    await rows.issue(store, "i2", "ambiguous", record=None, quickbooks_id="77")

    assert_problem(await act(held, "i1", "link"), 422, "link_target_missing", "quickbooks_id")
    assert_problem(await act(held, "i1", "link", quickbooks_id="79"), 409, "counterpart_not_found")
    assert_problem(await act(held, "i1", "link", quickbooks_id="78"), 409, "already_linked", "quickbooks_id")
    assert_problem(await act(held, "i2", "link", record="b2"), 409, "already_linked", "record")
    assert_problem(await act(held, "i2", "link", record="none"), 404, "record_not_found")
    assert await told(context) == (False, None)

    assert (await act(held, "i1", "link", quickbooks_id="77")).status_code == 200
    assert await told(context) == (True, "link:77")
    assert await rows.rows_of(store, "counterpart", "qbo_id", undecided=True) == [("77",)]


async def test_the_side_that_won_is_just_seen(held: Caller, context: ApiContext) -> None:
    details = {"memo": {"base": None, "platform": "ours", "quickbooks": "theirs", "kept": "platform"}}
    await rows.issue(context.store, "i1", "conflict_settled", details=details, other="{}")

    answer = await act(held, "i1", "keep_platform")

    assert (answer.json()["state"], answer.json()["resolution"]) == ("resolved", "keep_platform")
    assert (await held.get("bills/b1"))["revision"] == 1


async def test_the_side_that_lost_becomes_an_edit(held: Caller, context: ApiContext) -> None:
    lost = Bill(
        vendor="ash",
        number="A-1",
        issued_on=None,
        memo="theirs",
        lines=(BillLine(id="1", amount=bill_amount("90.00"), account="exp", description="Flour"),),
    )
    details = {
        "memo": {"base": None, "platform": "ours", "quickbooks": "theirs", "kept": "platform"},
        "lines[1].amount": {"base": "80.00", "platform": "100.00", "quickbooks": "90.00", "kept": "platform"},
    }
    other = encode(lost).decode()
    await rows.issue(context.store, "i1", "conflict_settled", details=details, other=other)

    answer = await act(held, "i1", "keep_quickbooks")

    read = await held.get("bills/b1")
    assert answer.json()["state"] == "resolved"
    assert (read["memo"], read["amount"], read["issued_on"]) == ("theirs", "90.00", "2026-03-01")
    assert (read["revision"], read["quickbooks"]["sync_state"]) == (2, "pending")
    assert (await held.put("bills/b1", read | {"memo": "mine"})).status_code == 200


def bill_amount(text: str) -> Any:
    """Write an amount."""
    from decimal import Decimal

    return Decimal(text)


async def test_proceed_lets_exactly_the_held_removals_through(held: Caller, context: ApiContext) -> None:
    store = context.store
    await held.put("bills/b2", bill(number="B-2"))
    await rows.change_rows(store, "record", {}, undecided=False, code=None)
    await rows.change_rows(store, "record", {"id": "b2"}, code="mass_removal")
    for key, code in (("1", "mass_removal"), ("2", None)):
        await rows.counterpart(store, Kind.BILL, key, Bill(vendor="5", issued_on=None), code=code)
    await rows.issue(store, "i1", "mass_removal", record=None)

    assert (await act(held, "i1", "proceed")).status_code == 200

    assert await told(context, "b2") == (True, "proceed")
    assert await told(context, "b1") == (False, None)
    assert await rows.rows_of(store, "counterpart", "qbo_id", instruction="proceed") == [("1",)]
