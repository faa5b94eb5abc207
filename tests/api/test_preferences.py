"""Preferences: merged, checked, versioned; a change asks again."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from service.api.context import ApiContext
from service.api.schemas.preferences import PreferencesAnswer
from service.core.records import Bill, Kind, Vendor
from tests.api import rows
from tests.api.conftest import Caller, assert_problem, bill


async def patch(caller: Caller, body: Any, **headers: str) -> Any:
    """Change preferences."""
    return await caller("PATCH", "preferences", body, **headers)


async def test_they_are_there_before_anybody_set_them(oak: Caller) -> None:
    answer = await oak("GET", "preferences")

    preferences = answer.json()
    PreferencesAnswer.model_validate(preferences)
    assert answer.headers["etag"] == '"0"'
    assert preferences["sync_automatically"] is True
    assert preferences["transactions_direction"] == "both"
    assert preferences["bill_payment_direction"] == "both"
    assert preferences["directions"]["bill"] == {"direction": "both", "reason": "It syncs both ways."}


async def test_a_patch_merges(oak: Caller) -> None:
    first = await patch(
        oak,
        {
            "unallocated_expense_account": "exp",
            "bank_accounts": {"main": "bank", "second": "bank"},
            "conflict": {"bill": "platform"},
        },
    )
    second = await patch(
        oak, {"bank_accounts": {"second": None}, "conflict": {"vendor": "ask"}, "only_approved": True}
    )
    third = await patch(oak, {"unallocated_expense_account": None, "only_approved": None})

    assert [each.headers["etag"] for each in (first, second, third)] == ['"1"', '"2"', '"3"']
    last = third.json()
    assert last["bank_accounts"] == {"main": "bank"}
    assert last["conflict"] == {"bill": "platform", "vendor": "ask"}
    assert last["unallocated_expense_account"] is None
    assert second.json()["only_approved"] is True
    assert last["only_approved"] is False


async def test_what_was_read_can_be_sent_back(oak: Caller) -> None:
    read = await oak.get("preferences")

    answer = await patch(oak, {**read, "bill_payment_direction": None, "invoice_payment_direction": None})

    assert (answer.status_code, answer.headers["etag"]) == (200, '"0"')


async def test_a_stale_version_is_refused(oak: Caller) -> None:
    await patch(oak, {"only_approved": True}, if_match='"0"')

    assert_problem(await patch(oak, {"only_approved": False}, if_match='"0"'), 412, "version_mismatch")


async def test_of_concurrent_changes_of_one_version_one_wins(oak: Caller) -> None:
    await patch(oak, {"only_approved": True})

    answers = await asyncio.gather(
        *(patch(oak, {"bank_accounts": {f"k{n}": "bank"}}, if_match='"1"') for n in range(5))
    )

    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412, 412]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"unallocated_expense_account": "none"}, "unknown_reference", "unallocated_expense_account"),
        ({"unallocated_expense_account": "bank"}, "wrong_account_type", "unallocated_expense_account"),
        ({"unallocated_income_account": "exp"}, "wrong_account_type", "unallocated_income_account"),
        ({"accounts_payable_account": "exp"}, "wrong_account_type", "accounts_payable_account"),
        ({"accounts_receivable_account": "exp"}, "wrong_account_type", "accounts_receivable_account"),
        ({"default_bank_account": "exp"}, "wrong_account_type", "default_bank_account"),
        ({"deposit_to_account": "exp"}, "wrong_account_type", "deposit_to_account"),
        ({"money_out_clearing_account": "exp"}, "wrong_account_type", "money_out_clearing_account"),
        ({"bank_accounts": {"main": "exp"}}, "wrong_account_type", "bank_accounts.main"),
        ({"default_bank_account": "old"}, "archived_reference", "default_bank_account"),
        ({"transactions_direction": "never"}, "unknown_value", "transactions_direction"),
        ({"sync_automaticly": True}, "unknown_field", "sync_automaticly"),
        ({"sync_automatically": "yes"}, "invalid_type", "sync_automatically"),
        ({"conflict": {"unicorn": "ask"}}, "unknown_value", None),
        ({"conflict": {"bill": "both"}}, "unknown_value", "conflict.bill"),
        ({"invoice_import_since": "soon"}, "invalid_date", "invoice_import_since"),
    ],
)
async def test_bad_preferences(oak: Caller, body: Any, code: str, field: str | None) -> None:
    await oak.put("accounts/old", {"name": "Old", "type": "Bank"})
    await oak("DELETE", "accounts/old")

    assert_problem(await patch(oak, body), 422, code, field)
    assert (await oak("GET", "preferences")).headers["etag"] == '"0"'


async def test_customer_supports_choices_take_their_scope(
    oak: Caller, with_key: Callable[..., Awaitable[Caller]]
) -> None:
    plain = await with_key("preferences")
    support = await with_key("preferences", "support")

    assert_problem(await patch(plain, {"transactions_direction": "to_quickbooks"}), 403, "scope_missing")
    answer = await patch(support, {"transactions_direction": "to_quickbooks"})
    assert answer.json()["directions"]["bill"]["direction"] == "to_quickbooks"
    assert answer.json()["directions"]["vendor"]["direction"] == "both"
    assert (await patch(plain, {"only_approved": True})).status_code == 200


async def test_two_way_payments_for_an_old_company_take_the_scope_too(
    oak: Caller, with_key: Callable[..., Awaitable[Caller]]
) -> None:
    await oak.put("/v1/companies/oak", {"name": "Oak", "signed_up_on": "2016-01-01"})
    plain = await with_key("preferences")

    assert (await plain.get("preferences"))["bill_payment_direction"] == "to_quickbooks"
    assert_problem(await patch(plain, {"bill_payment_direction": "both"}), 403, "scope_missing")
    assert (await patch(oak, {"bill_payment_direction": "both"})).status_code == 200


async def test_what_waited_for_a_preference_is_asked_again(oak: Caller, context: ApiContext) -> None:
    store = context.store
    for key, code in (("b1", "preferences_missing"), ("b2", "number_missing")):
        await oak.put(f"bills/{key}", bill(number=key))
        await rows.change_rows(store, "record", {"id": key}, undecided=False, code=code, sync_state="held")
    there = Bill(vendor="56", issued_on=dt.date(2026, 3, 2), number="7")
    await rows.counterpart(store, Kind.BILL, "7", there, code="preferences_missing")
    await rows.counterpart(store, Kind.BILL, "8", there, code="direction")
    await rows.counterpart(store, Kind.VENDOR, "9", Vendor(name="Elm"), code="preferences_missing")

    await patch(oak, {"unallocated_expense_account": "exp"})

    assert sorted(await rows.rows_of(store, "record", "id", kind="bill", undecided=True)) == [("b1",)]
    assert await rows.rows_of(store, "counterpart", "qbo_id", undecided=True) == [("7",)]
    assert (await oak.get("bills/b1"))["quickbooks"]["sync_state"] == "pending"
    assert (await oak.get("bills/b2"))["quickbooks"]["sync_state"] == "held"
