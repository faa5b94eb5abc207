"""What is sent: frozen with its bytes, ended with its answer, or unknown; other companies' rows stay."""

from decimal import Decimal

import pytest

from service.core.records import Vendor, encode
from service.store import ledger
from service.store.engine import Store
from service.store.ledger import Ending
from tests.clocks import START
from tests.store.ledger_books import (
    BATCHES,
    ELSEWHERE,
    HERE,
    LATER,
    THEIRS,
    Books,
    fill,
    frozen,
    intent,
    request,
    row_of,
)


@pytest.fixture
async def books(store: Store) -> Books:
    await store.run(fill)
    return Books(store)


async def test_a_frozen_request_is_written_with_its_bytes_before_it_is_sent(books: Books) -> None:
    await books.plan(intent("o1", "v1"))

    await books.freeze([request("r1", "o1", single=True, path="vendor")], [frozen("o1", "r1")])

    assert row_of(await books.batch("r1")) == {
        "company": HERE,
        "id": "r1",
        "sync": "s1",
        "path": "vendor",
        "parameters": '[["minorversion","75"]]',
        "body": b"body of r1",
        "items": '{"1":"o1"}',
        "single": True,
        "state": "sent",
        "first_sent_at": THEIRS,
        "sent_at": THEIRS,
        "looked_at": None,
        "sends": 1,
        "answered_at": None,
        "intuit_tid": None,
        "detail": None,
    }


async def test_frozen_operations_are_sent_by_quickbooks_clock_with_what_they_bring(books: Books) -> None:
    await books.plan(intent("o1", "v1"), intent("o2", "v2"), intent("o3", "v3"))
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)
    before = row_of(await books.operation("o1"))

    await books.freeze([request("r1", "o1", "o2")], [frozen("o1", "r1"), frozen("o2", "r1", "2")])

    assert row_of(await books.operation("o1")) == before | {
        "state": "sent",
        "body": b"bytes of o1",
        "wanted": encode(Vendor(name="Birch")),
        "batch": "r1",
        "item": "1",
        "sent_at": THEIRS,
    }
    assert (await books.operation("o2")).item == "2"
    states = await books.states()
    assert [states[HERE, "o3"], states[ELSEWHERE, "o1"]] == ["planned", "planned"]


async def test_an_ending_writes_what_quickbooks_said(books: Books) -> None:
    await books.plan(intent("o1", "v1", qbo_id=None), intent("o2", "v2"))
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)
    await books.freeze([request("r1", "o1", "o2")], [frozen("o1", "r1"), frozen("o2", "r1", "2")])
    before = row_of(await books.operation("o1"))
    ending = Ending("o1", "rejected", qbo_id="99", answer=b"the answer", fault="6240", intuit_tid="tid-1")

    await books.do(ledger.end, [ending], LATER)

    assert row_of(await books.operation("o1")) == before | {
        "state": "rejected",
        "answer": b"the answer",
        "fault": "6240",
        "intuit_tid": "tid-1",
        "qbo_id": "99",
        "ended_at": LATER,
    }
    assert (await books.operation("o2")).state == "sent"
    assert (await books.operation("o1", ELSEWHERE)).state == "planned"


async def test_an_ending_may_say_nothing_but_the_state(books: Books) -> None:
    await books.plan(intent("o1", "v1", qbo_id=None))

    await books.do(ledger.end, [Ending("o1", "withdrawn")], LATER)

    one = await books.operation("o1")
    assert (one.state, one.qbo_id, one.answer, one.fault, one.intuit_tid) == (
        "withdrawn",
        None,
        None,
        None,
        None,
    )


async def test_several_operations_end_each_in_its_way(books: Books) -> None:
    await books.plan(intent("o1", "v1"), intent("o2", "v2"), intent("o3", "v3"))

    await books.do(ledger.end, [Ending("o1", "done", "41"), Ending("o2", "parked", "41")], LATER)

    assert await books.states() == {(HERE, "o1"): "done", (HERE, "o2"): "parked", (HERE, "o3"): "planned"}


async def test_columns_of_one_request_of_one_company_are_written(books: Books) -> None:
    await books.send("r1", "r2")
    await books.send("r1", company=ELSEWHERE)
    before = row_of(await books.batch("r1"))

    await books.do(ledger.mark_batch, "r1", state="done", answered_at=THEIRS, sends=2)

    assert row_of(await books.batch("r1")) == before | {"state": "done", "answered_at": THEIRS, "sends": 2}
    states = await books.batch_states()
    assert [states[HERE, "r2"], states[ELSEWHERE, "r1"]] == ["sent", "sent"]


async def test_nobody_knows_what_became_of_a_request_and_of_what_it_carried(books: Books) -> None:
    await books.plan(*[intent(f"o{at}", f"v{at}") for at in range(1, 5)])
    await books.freeze(
        [request("r1", "o1", "o2"), request("r2", "o3"), request("r3", "o4")],
        [frozen("o1", "r1"), frozen("o2", "r1", "2"), frozen("o3", "r2"), frozen("o4", "r3")],
    )
    await books.do(ledger.end, [Ending("o2", "done")], LATER)
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)
    await books.freeze([request("r1", "o1")], [frozen("o1", "r1")], ELSEWHERE)

    await books.do(ledger.mark_unknown, iter(["r1", "r2"]), "timed out")

    assert await books.batch_states() == {
        (HERE, "r1"): "unknown",
        (HERE, "r2"): "unknown",
        (HERE, "r3"): "sent",
        (ELSEWHERE, "r1"): "sent",
    }
    assert await books.states() == {
        (HERE, "o1"): "unknown",
        (HERE, "o2"): "done",
        (HERE, "o3"): "unknown",
        (HERE, "o4"): "sent",
        (ELSEWHERE, "o1"): "sent",
    }
    assert ((await books.batch("r1")).detail, (await books.batch("r3")).detail) == ("timed out", None)


async def test_what_an_ended_run_left_in_mid_flight_becomes_unknown(books: Books) -> None:
    await books.send("r1", "r2", "r3")
    await books.set(BATCHES, HERE, "r2", state="done")
    await books.set(BATCHES, HERE, "r3", state="given_up")
    await books.send("r2", company=ELSEWHERE)

    await books.do(ledger.abandon_sent)

    assert await books.batch_states() == {
        (HERE, "r1"): "unknown",
        (HERE, "r2"): "done",
        (HERE, "r3"): "given_up",
        (ELSEWHERE, "r2"): "sent",
    }
    states = await books.states()
    assert [states[HERE, "o-r1"], states[HERE, "o-r2"]] == ["unknown", "sent"]
    assert (await books.batch("r1")).detail == "the run ended before the answer came"


async def test_unknown_requests_come_in_the_order_in_which_they_were_sent(books: Books) -> None:
    await books.send("r5", "r4", "r3", "r2", "r1")
    await books.send("r0", company=ELSEWHERE)
    await books.do(ledger.mark_unknown, ["r5", "r4", "r3", "r2"], "why")
    await books.do(ledger.mark_unknown, ["r0"], "why", company=ELSEWHERE)
    await books.set(BATCHES, HERE, "r5", sent_at=START)

    found = await books.do(ledger.unknown_batches)

    assert [each.id for each in found] == ["r5", "r2", "r3", "r4"]
    assert row_of(found[0]) == row_of(await books.batch("r5"))


async def test_operations_of_requests_come_by_id_with_their_records(books: Books) -> None:
    await books.plan(intent("o3", "v1"), intent("o1", "v2"), intent("o2", "v3"), intent("o4", "v4"))
    await books.freeze(
        [request("r1", "o3", "o1"), request("r2", "o2"), request("r3", "o4")],
        [frozen("o3", "r1"), frozen("o1", "r1", "2"), frozen("o2", "r2"), frozen("o4", "r3")],
    )
    await books.plan(intent("o1", "v1"), company=ELSEWHERE)
    await books.freeze([request("r1", "o1")], [frozen("o1", "r1")], ELSEWHERE)

    found = await books.do(ledger.operations_of, iter(["r1", "r2"]))

    assert [each.id for each in found] == ["o1", "o2", "o3"]
    first = found[0]
    assert row_of(await books.operation("o1")).items() <= row_of(first).items()
    assert (first.present_revision, first.present_document) == (6, "vendor v2 of acme")
    assert [each.present_code for each in found] == ["held", None, None]
    assert [bool(each.present_archived) for each in found] == [True, False, False]
    assert [each.present_balance for each in found] == [Decimal("12.50"), None, None]
    assert [each.present_status for each in found] == ["open", None, None]


async def test_more_requests_than_a_statement_takes_are_asked_for_in_parts(books: Books) -> None:
    await books.plan(intent("o1", "v1"), intent("o2", "v2"))
    await books.freeze([request("r1", "o1"), request("r2", "o2")], [frozen("o1", "r1"), frozen("o2", "r2")])
    others = [f"x{at}" for at in range(1_200)]

    found = await books.do(ledger.operations_of, ["r1", *others, "r2"])

    assert [each.id for each in found] == ["o1", "o2"]
