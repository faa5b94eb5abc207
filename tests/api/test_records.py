"""Records: written, read, listed, archived."""

import asyncio

import pytest
from sqlalchemy import text

from service.api.context import ApiContext
from service.api.schemas.account import Account
from service.api.schemas.bill import Bill
from service.api.schemas.vendor import Vendor
from tests.api.conftest import Caller, assert_problem, bill
from tests.clocks import FixedClock


async def test_a_bill_comes_back_as_it_was_written(oak: Caller) -> None:
    written = await oak.put("bills/b1", bill(due_on="2026-04-01", tax="5.5", memo="  March "))

    assert written.status_code == 201
    assert written.headers["etag"] == '"1"'
    read = await oak.get("bills/b1")
    assert read == written.json()
    assert read["lines"] == [
        {
            "id": "1",
            "description": "Flour",
            "amount": "100.00",
            "account": "exp",
            **dict.fromkeys(("item", "quantity", "unit_price", "class", "location", "customer")),
            "billable": False,
        }
    ]
    assert (read["tax"], read["amount"], read["balance"], read["status"]) == (
        "5.50",
        "105.50",
        "105.50",
        "open",
    )
    assert (read["memo"], read["currency"], read["approval"]) == ("March", None, "unassigned")
    assert (read["kind"], read["revision"], read["origin"], read["archived"]) == (
        "bill",
        1,
        "platform",
        False,
    )
    assert read["quickbooks"] == {
        "id": None,
        "sync_state": "pending",
        "code": None,
        "balance": None,
        "synced_at": None,
    }
    Bill.model_validate(read)


async def test_answers_have_the_shape_that_is_documented(oak: Caller) -> None:
    address = {"line1": "12 Elm Street", "country": "US"}
    await oak.put("vendors/elm", {"name": "Elm", "email": "a@elm.example", "address": address})

    vendor = await oak.get("vendors/elm")

    Vendor.model_validate(vendor)
    assert vendor["address"]["line1"] == "12 Elm Street"
    assert vendor["address"]["city"] is None
    Account.model_validate(await oak.get("accounts/exp"))


async def test_get_edit_put_works_and_an_equal_put_changes_nothing(oak: Caller) -> None:
    await oak.put("bills/b1", bill())
    read = await oak.get("bills/b1")

    same = await oak.put("bills/b1", read)
    edited = await oak.put("bills/b1", read | {"memo": "Paid twice?"}, if_match='"1"')

    assert (same.status_code, same.json()["revision"]) == (200, 1)
    assert (edited.status_code, edited.json()["revision"], edited.headers["etag"]) == (200, 2, '"2"')


async def test_lines_keep_their_ids(oak: Caller) -> None:
    lines = [{"amount": "1.00"}, {"amount": "2.00", "description": "Two"}]
    await oak.put("bills/b1", bill(lines=lines))

    answer = await oak.put(
        "bills/b1",
        bill(lines=[{"amount": "2.00", "description": "Two"}, {"amount": "3.00"}, {"amount": "1.00"}]),
    )

    assert [line["id"] for line in answer.json()["lines"]] == ["2", "3", "1"]


async def test_amounts_are_exact_however_they_are_written(oak: Caller) -> None:
    body = '{"vendor":"ash","issued_on":"2026-03-01","lines":[{"amount":9999999999999.98},{"amount":0.01}]}'

    answer = await oak.put("bills/b1", body)

    assert answer.json()["amount"] == "9999999999999.99"


async def test_delete_archives_and_put_restores(oak: Caller) -> None:
    gone = await oak("DELETE", "vendors/ash")
    again = await oak("DELETE", "vendors/ash")
    back = await oak.put("vendors/ash", {"name": "Ash & Co"})

    assert (gone.status_code, gone.json()["archived"], gone.json()["revision"]) == (200, True, 2)
    assert again.json()["revision"] == 2
    assert (back.status_code, back.json()["archived"], back.json()["revision"]) == (200, False, 3)


async def test_delete_heeds_if_match(oak: Caller) -> None:
    answer = await oak("DELETE", "vendors/ash", if_match='"7"')

    problem = assert_problem(answer, 412, "revision_mismatch")
    assert problem["current"]["revision"] == 1
    assert_problem(await oak("DELETE", "vendors/none"), 404, "record_not_found")


async def test_a_stale_write_is_refused_with_the_record_as_it_stands(oak: Caller) -> None:
    await oak.put("bills/b1", bill())
    await oak.put("bills/b1", bill(memo="newer"), if_match='"1"')

    answer = await oak.put("bills/b1", bill(memo="older"), if_match='"1"')

    problem = assert_problem(answer, 412, "revision_mismatch")
    assert problem["current"]["memo"] == "newer"
    assert problem["current"]["revision"] == 2


async def test_preconditions_of_presence_and_absence(oak: Caller) -> None:
    assert_problem(await oak.put("bills/b1", bill(), if_match='"1"'), 412, "revision_mismatch")
    assert_problem(await oak.put("bills/b1", bill(), if_match="*"), 412, "revision_mismatch")
    assert (await oak.put("bills/b1", bill(), if_none_match="*")).status_code == 201
    assert_problem(await oak.put("bills/b1", bill(), if_none_match="*"), 412, "already_exists")
    assert (await oak.put("bills/b1", bill(memo="x"), if_match="*")).status_code == 200
    assert_problem(await oak.put("bills/b1", bill(), if_match="1"), 400, "invalid_etag")
    assert_problem(await oak.put("bills/b1", bill(), if_none_match='"1"'), 400, "invalid_etag")


async def test_what_quickbooks_changed_is_not_overwritten_unseen(oak: Caller, context: ApiContext) -> None:
    await oak.put("bills/b1", bill())
    await context.store.run(
        lambda connection: connection.execute(text("UPDATE record SET revision = 2 WHERE id = 'b1'"))
    )

    blind = await oak.put("bills/b1", bill(memo="mine"))
    seen = await oak.put("bills/b1", bill(memo="mine"), if_match='"2"')
    later = await oak.put("bills/b1", bill(memo="mine again"))

    assert assert_problem(blind, 412, "revision_needed")["current"]["revision"] == 2
    assert (seen.status_code, seen.json()["revision"]) == (200, 3)
    assert (later.status_code, later.json()["revision"]) == (200, 4)


async def test_of_concurrent_writers_of_one_revision_exactly_one_wins(oak: Caller) -> None:
    await oak.put("bills/b1", bill())

    answers = await asyncio.gather(
        *(oak.put("bills/b1", bill(memo=f"writer {n}"), if_match='"1"') for n in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert (await oak.get("bills/b1"))["revision"] == 2


async def test_concurrent_creators_of_one_record_do_not_fail(oak: Caller) -> None:
    answers = await asyncio.gather(*(oak.put("bills/b1", bill(memo=f"{n}")) for n in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert (await oak.get("bills/b1"))["revision"] == 6


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("bills/b1", bill(vendor="nobody"), "vendor"),
        ("bills/b1", bill(lines=[{"amount": 1}, {"amount": 1, "account": "nothing"}]), "lines[1].account"),
        ("accounts/sub", {"name": "Sub", "type": "Expense", "parent": "nothing"}, "parent"),
    ],
)
async def test_references_must_exist(oak: Caller, path: str, body: object, field: str) -> None:
    assert_problem(await oak.put(path, body), 422, "unknown_reference", field)
    assert_problem(await oak("GET", path), 404, "record_not_found")


async def test_another_companys_vendor_is_no_reference(oak: Caller) -> None:
    await oak.put("/v1/companies/elm", {"name": "Elm", "signed_up_on": "2024-05-01"})

    answer = await oak.put("/v1/companies/elm/bills/b1", bill(lines=[{"amount": 1}]))

    assert_problem(answer, 422, "unknown_reference", "vendor")


async def test_accounts_form_a_tree(oak: Caller, context: ApiContext) -> None:
    async def levels() -> dict[str, int]:
        rows = await context.store.read(
            lambda connection: connection.execute(
                text("SELECT id, level FROM record WHERE kind = 'account'")
            ).all()
        )
        return {row.id: row.level for row in rows}

    await oak.put("accounts/a", {"name": "A", "type": "Expense", "parent": "exp"})
    await oak.put("accounts/b", {"name": "B", "type": "Expense", "parent": "a"})
    assert await levels() == {"exp": 0, "bank": 0, "a": 1, "b": 2}

    loop = await oak.put("accounts/exp", {"name": "Supplies", "type": "Expense", "parent": "b"})
    assert_problem(loop, 422, "parent_cycle", "parent")

    await oak.put("accounts/a", {"name": "A", "type": "Expense"})
    assert await levels() == {"exp": 0, "bank": 0, "a": 0, "b": 1}


async def test_lists_are_paged_and_filtered(oak: Caller, clock: FixedClock) -> None:
    for n in range(5):
        clock.advance(60)
        await oak.put(f"bills/b{n}", bill(number=f"N{n}"))
    await oak("DELETE", "bills/b4")

    first = await oak.get("bills?limit=2")
    second = await oak.get(f"bills?limit=2&cursor={first['next']}")
    third = await oak.get(f"bills?limit=2&cursor={second['next']}")

    ids = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert ids == ["b0", "b1", "b2", "b3", "b4"]
    assert third["next"] is None

    async def found(query: str) -> list[str]:
        return [item["id"] for item in (await oak.get(f"bills?{query}"))["items"]]

    assert await found("number=N3") == ["b3"]
    assert await found("archived=false") == ["b0", "b1", "b2", "b3"]
    assert await found("archived=true") == ["b4"]
    assert await found("party=ash&status=open&limit=1") == ["b0"]
    assert await found("sync_state=agreed") == []
    assert len(await found("sync_state=pending")) == 5
    assert await found("updated_after=2026-03-02T09:03:30Z") == ["b3", "b4"]
    assert await found("code=number_missing") == []
    assert [item["id"] for item in (await oak.get("vendors?name=Ash%20%26%20Co"))["items"]] == ["ash"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=0", 422, "out_of_range"),
        ("limit=1001", 422, "out_of_range"),
        ("limit=many", 422, "invalid_type"),
        ("numbr=N3", 422, "unknown_parameter"),
        ("sync_state=lost", 422, "unknown_value"),
        ("updated_after=yesterday", 422, "invalid_instant"),
        ("cursor=%25%25", 400, "invalid_cursor"),
        ("cursor=bnVsbA", 400, "invalid_cursor"),
        ("cursor=ImFcdTAwMDBiIg", 400, "invalid_cursor"),
        ("updated_after=2026-03-02T09:00:00", 422, "invalid_instant"),
        ("name=a%00b", 422, "invalid_value"),
    ],
)
async def test_lists_refuse_what_they_do_not_know(oak: Caller, query: str, status: int, code: str) -> None:
    assert_problem(await oak("GET", f"bills?{query}"), status, code)
