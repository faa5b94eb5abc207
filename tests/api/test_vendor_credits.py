"""Vendor credits: bills the other way round, in positive amounts."""

from typing import Any

import pytest

from service.api.schemas.vendor_credit import VendorCredit, VendorCreditInput
from tests.api.conftest import Caller, assert_problem


def credit(**changes: Any) -> dict[str, Any]:
    """Write a vendor credit that is good."""
    return {
        "number": "C-1",
        "vendor": "ash",
        "issued_on": "2026-03-05",
        "lines": [{"amount": "40.00", "account": "exp", "description": "Flour came back"}],
        **changes,
    }


async def test_a_credit_comes_back_as_it_was_written(oak: Caller) -> None:
    written = await oak.put("vendor-credits/c1", credit(tax="2.5", memo="  March ", approval="approved"))

    assert (written.status_code, written.headers["etag"]) == (201, '"1"')
    read = await oak.get("vendor-credits/c1")
    assert read == written.json()
    assert read["lines"] == [
        {
            "id": "1",
            "description": "Flour came back",
            "amount": "40.00",
            "account": "exp",
            **dict.fromkeys(("item", "quantity", "unit_price", "class", "location", "customer")),
            "billable": False,
        }
    ]
    assert (read["kind"], read["memo"], read["approval"]) == ("vendor_credit", "March", "approved")
    assert (read["tax"], read["amount"], read["balance"], read["status"]) == (
        "2.50",
        "42.50",
        "42.50",
        "open",
    )
    VendorCredit.model_validate(read)


async def test_get_edit_put_works_and_lines_keep_their_ids(oak: Caller) -> None:
    await oak.put("vendor-credits/c1", credit(lines=[{"amount": "1.00"}, {"amount": "2.00"}]))
    read = await oak.get("vendor-credits/c1")

    same = await oak.put("vendor-credits/c1", read)
    edited = await oak.put("vendor-credits/c1", read | {"memo": "Two boxes"}, if_match='"1"')
    fewer = await oak.put("vendor-credits/c1", credit(lines=[{"amount": "2.00"}]))

    assert (same.status_code, same.json()["revision"]) == (200, 1)
    assert (edited.status_code, edited.json()["revision"]) == (200, 2)
    assert edited.json() | {"revision": 1, "memo": None} == read
    assert [line["id"] for line in fewer.json()["lines"]] == ["2"]


async def test_batches_lists_and_archiving_are_those_of_every_kind(oak: Caller) -> None:
    items = [{"id": "c1", **credit()}, {"id": "c2", **credit(number="C-2", vendor="nobody")}]

    answered = (await oak("POST", "vendor-credits/batch", {"items": items})).json()["items"]
    page = await oak.get("vendor-credits?party=ash")
    again = (await oak("POST", "vendor-credits/batch", {"items": page["items"]})).json()["items"]
    gone = await oak("DELETE", "vendor-credits/c1")

    assert [each["status"] for each in answered] == [201, 422]
    assert answered[1]["problem"]["errors"][0]["field"] == "vendor"
    assert [each["id"] for each in page["items"]] == ["c1"]
    assert again == [{"id": "c1", "status": 200, "revision": 1, "problem": None}]
    assert gone.json()["archived"] is True


async def test_a_credit_may_come_to_nothing(oak: Caller) -> None:
    answer = await oak.put("vendor-credits/c1", credit(lines=[{"amount": "5"}, {"amount": "-5"}]))

    assert (answer.status_code, answer.json()["amount"]) == (201, "0.00")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (credit(due_on="2026-04-01"), "unknown_field", "due_on"),
        (credit(lines=[{"amount": "-0.01"}]), "negative_total", "amount"),
        (credit(amount="39.99"), "amount_mismatch", "amount"),
        (credit(lines=[]), "too_few", "lines"),
        (credit(number="N" * 22), "too_long", "number"),
        (credit(number="a\tb"), "forbidden_character", "number"),
        (credit(memo="m" * 3981), "too_long", "memo"),
        (credit(vendor=None), "required", "vendor"),
        (credit(vendor="nobody"), "unknown_reference", "vendor"),
        (credit(location="nowhere"), "unknown_reference", "location"),
        (
            credit(lines=[{"amount": 1}, {"amount": 1, "class": "none"}]),
            "unknown_reference",
            "lines[1].class",
        ),
        (credit(lines=[{"amount": 1, "item": "none"}]), "unknown_reference", "lines[0].item"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_bad_credits(oak: Caller, body: dict[str, Any], code: str, field: str) -> None:
    answer = await oak.put("vendor-credits/c1", body)

    assert_problem(answer, 422, code, field)
    assert_problem(await oak("GET", "vendor-credits/c1"), 404, "record_not_found")


def test_the_examples_are_what_they_show() -> None:
    (body,) = VendorCreditInput.model_json_schema()["examples"]
    (answer,) = VendorCredit.model_json_schema()["examples"]

    VendorCreditInput.model_validate(body)
    VendorCredit.model_validate(answer)
    assert VendorCreditInput.model_validate(answer).document().approval == "approved"
