"""What is planned: written down whole, found in order, withdrawn while it may be; other rows stay."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from service.core.records import Kind, encode
from service.store import ledger
from service.store.engine import Store
from tests.clocks import START
from tests.store.ledger_books import (
    ASH,
    ELSEWHERE,
    HERE,
    LATER,
    OPERATIONS,
    STATES,
    Books,
    fill,
    intent,
    row_of,
)


@pytest.fixture
async def books(store: Store) -> Books:
    await store.run(fill)
    return Books(store)


async def test_a_plan_writes_down_all_that_was_decided_and_nothing_that_wasnt(books: Books) -> None:
    await books.plan(intent("o1", "v1"))

    assert row_of(await books.operation("o1")) == {
        "company": HERE,
        "id": "o1",
        "sync": "s1",
        "kind": "vendor",
        "record": "v1",
        "entity": "Vendor",
        "qbo_id": "41",
        "action": "update",
        "level": 3,
        "revision": 5,
        "expected_token": 7,
        "marker": "mark",
        "wanted": encode(ASH),
        "fields": '["phone","name"]',
        "held_fields": '["email"]',
        "body": None,
        "batch": None,
        "item": None,
        "state": "planned",
        "answer": None,
        "fault": None,
        "intuit_tid": None,
        "planned_at": START,
        "sent_at": None,
        "ended_at": None,
    }


async def test_a_create_is_planned_without_an_id_and_a_token(books: Books) -> None:
    await books.plan(intent("o1", "v1", action="create", qbo_id=None, expected_token=None, marker=None))

    planned = await books.operation("o1")

    assert (planned.action, planned.qbo_id, planned.expected_token, planned.marker) == (
        "create",
        None,
        None,
        None,
    )


async def test_planning_nothing_writes_nothing(books: Books) -> None:
    await books.plan()
    await books.do(ledger.withdraw, [], START)
    await books.freeze([], [])
    await books.do(ledger.end, [], START)
    await books.do(ledger.mark_unknown, [], "why")

    assert await books.states() == await books.batch_states() == {}
    assert await books.do(ledger.created_before, Kind.VENDOR, []) == set()
    assert await books.do(ledger.operations_of, []) == []


async def test_a_new_plan_for_a_record_takes_the_place_of_the_earlier_one(books: Books) -> None:
    await books.plan(intent("o1", "v1"), intent("o2", "v2"))
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)
    await books.plan(intent("o3", "v1", kind=Kind.ACCOUNT))

    await books.do(ledger.plan, "s2", [intent("o4", "v1")], LATER)

    assert await books.states() == {
        (HERE, "o1"): "withdrawn",
        (HERE, "o2"): "planned",
        (HERE, "o3"): "planned",
        (HERE, "o4"): "planned",
        (ELSEWHERE, "o1"): "planned",
    }
    assert (await books.operation("o1")).ended_at == LATER
    assert (await books.operation("o2")).ended_at is None
    assert (await books.operation("o4")).sync == "s2"


async def test_planning_the_same_operation_again_overwrites_it(books: Books) -> None:
    await books.plan(intent("o1", "v1"))

    await books.plan(intent("o1", "v1", level=4))

    assert await books.states() == {(HERE, "o1"): "planned"}
    assert (await books.operation("o1")).level == 4


@pytest.mark.parametrize("state", ["sent", "unknown"])
async def test_a_record_has_one_open_operation_only(books: Books, state: str) -> None:
    await books.plan(intent("o1", "v1"))
    await books.set(OPERATIONS, HERE, "o1", state=state)

    with pytest.raises(IntegrityError):
        await books.plan(intent("o2", "v1"))

    assert await books.states() == {(HERE, "o1"): state}


@pytest.mark.parametrize("state", STATES)
async def test_only_what_was_never_sent_is_withdrawn(books: Books, state: str) -> None:
    await books.plan(intent("o1", "v1"))
    await books.set(OPERATIONS, HERE, "o1", state=state)

    await books.do(ledger.withdraw, [(Kind.VENDOR, "v1")], LATER)

    one = await books.operation("o1")
    assert one.state == ("withdrawn" if state == "planned" else state)
    assert one.ended_at == (LATER if state == "planned" else None)


async def test_withdrawing_leaves_other_records_kinds_and_companies_alone(books: Books) -> None:
    await books.plan(intent("o1", "v1"), intent("o2", "v2"), intent("o3", "v1", kind=Kind.ACCOUNT))
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)

    await books.do(ledger.withdraw, [(Kind.VENDOR, "v1"), (Kind.VENDOR, "v9")], LATER)

    withdrawn = {key for key, state in (await books.states()).items() if state == "withdrawn"}
    assert withdrawn == {(HERE, "o1")}


async def test_a_run_withdraws_all_plans_of_its_company_and_nothing_else(books: Books) -> None:
    states = dict(zip(("o1", "o2", "o3", "o4"), ("planned", "planned", "sent", "unknown"), strict=True))
    for at, (id, state) in enumerate(states.items(), 1):
        await books.plan(intent(id, f"v{at}"))
        await books.set(OPERATIONS, HERE, id, state=state)
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)

    await books.do(ledger.withdraw_all, LATER)

    assert await books.states() == {
        (HERE, "o1"): "withdrawn",
        (HERE, "o2"): "withdrawn",
        (HERE, "o3"): "sent",
        (HERE, "o4"): "unknown",
        (ELSEWHERE, "o1"): "planned",
    }
    assert (await books.operation("o1")).ended_at == LATER
    assert (await books.operation("o3")).ended_at is None


async def test_levels_are_counted_in_order_and_of_what_is_planned(books: Books) -> None:
    await books.plan(
        intent("o1", "v1", level=8),
        intent("o2", "v2", level=0),
        intent("o3", "v3", level=8),
        intent("o4", "v4", level=3),
        intent("o5", "v5", level=5),
    )
    await books.set(OPERATIONS, HERE, "o5", state="sent")
    await books.plan(intent("o1", "v1", level=2), company=ELSEWHERE)

    assert list((await books.do(ledger.levels)).items()) == [(0, 1), (3, 1), (8, 2)]


async def test_what_is_planned_comes_with_the_present_state_of_both_sides(books: Books) -> None:
    await books.plan(intent("o1", "v1"), intent("o2", "v2", qbo_id="42"))

    first, second = await books.do(ledger.planned, 3, 10)

    assert row_of(await books.operation("o1")).items() <= row_of(first).items()
    assert (first.present_revision, first.present_document, first.present_code) == (
        6,
        "vendor v1 of acme",
        None,
    )
    assert (first.present_token, first.present_raw) == (9, b"raw acme Vendor 41")
    assert (second.present_document, second.present_code) == ("vendor v2 of acme", "held")
    assert (bool(first.present_archived), first.present_balance, first.present_status) == (False, None, None)
    assert (bool(second.present_archived), second.present_status) == (True, "open")
    assert second.present_balance == Decimal("12.50")
    assert (second.present_token, second.present_raw) == (9_000, b"raw acme Vendor 42")


async def test_a_create_has_no_other_side_yet_and_is_planned_all_the_same(books: Books) -> None:
    await books.plan(intent("o1", "v1", action="create", qbo_id=None))

    (found,) = await books.do(ledger.planned, 3, 10)

    assert (found.id, found.present_token, found.present_raw) == ("o1", None, None)


async def test_planned_operations_come_by_id_level_by_level_and_so_many_at_a_time(books: Books) -> None:
    await books.plan(
        intent("o5", "v1"),
        intent("o2", "v2"),
        intent("o4", "v3"),
        intent("o1", "v4", level=4),
        intent("o3", "v5"),
    )
    await books.set(OPERATIONS, HERE, "o3", state="sent")
    await books.plan(intent("o0", "v1"), company=ELSEWHERE)

    assert [each.id for each in await books.do(ledger.planned, 3, 10)] == ["o2", "o4", "o5"]
    assert [each.id for each in await books.do(ledger.planned, 3, 2)] == ["o2", "o4"]
    assert [each.id for each in await books.do(ledger.planned, 4, 2)] == ["o1"]


async def test_what_was_sent_and_not_answered_is_in_flight(books: Books) -> None:
    for at, state in enumerate(STATES):
        await books.plan(intent(f"o{at}", f"v{at}", qbo_id=str(at)))
        await books.set(OPERATIONS, HERE, f"o{at}", state=state)
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)
    await books.set(OPERATIONS, ELSEWHERE, "o1", state="sent")

    found = await books.do(ledger.in_flight)

    assert sorted(tuple(each) for each in found) == [("vendor", "v1", "1"), ("vendor", "v2", "2")]


async def test_only_creates_that_were_done_count_as_created_before(books: Books) -> None:
    for at, state in enumerate(STATES):
        await books.plan(
            intent(f"c{at}", f"c{at}", action="create"), intent(f"u{at}", f"u{at}", action="update")
        )
        await books.set(OPERATIONS, HERE, f"c{at}", state=state, qbo_id=str(at))
        await books.set(OPERATIONS, HERE, f"u{at}", state=state)
    done = STATES.index("done")
    await books.plan(intent("a1", "a1", action="create", kind=Kind.ACCOUNT))
    await books.set(OPERATIONS, HERE, "a1", state="done", qbo_id="77")
    await books.plan(intent("e1", "e1", action="create"), company=ELSEWHERE)
    await books.set(OPERATIONS, ELSEWHERE, "e1", state="done")
    every = [f"{letter}{at}" for letter in "cu" for at in range(len(STATES))]

    assert await books.do(ledger.created_before, Kind.VENDOR, [*every, "a1", "e1"]) == {
        (f"c{done}", str(done))
    }
    assert await books.do(ledger.created_before, Kind.VENDOR, ["c0"]) == set()
    assert await books.do(ledger.created_before, Kind.ACCOUNT, ["a1"]) == {("a1", "77")}


def test_what_is_open_is_what_may_still_be_applied() -> None:
    assert set(ledger.OPEN) == {"planned", "sent", "unknown"}
