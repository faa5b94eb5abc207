"""Bad input: each a clear 4xx with a code and the field, nothing stored, no internals."""

from typing import Any

import pytest

from service.store.engine import Store
from tests.api.conftest import Caller, assert_problem, bill


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """What is refused never reaches the database: one will do."""
    return sqlite_store


def _lines(*amounts: Any) -> list[dict[str, Any]]:
    return [{"amount": amount} for amount in amounts]


BILLS: list[tuple[dict[str, Any], str, str]] = [
    (bill(number="N" * 22), "too_long", "number"),
    (bill(memo="m" * 3981), "too_long", "memo"),
    (bill(number="a\tb"), "forbidden_character", "number"),
    (bill(lines=_lines("1.005")), "too_many_decimals", "lines[0].amount"),
    (bill(lines=_lines(1.005)), "too_many_decimals", "lines[0].amount"),
    (bill(lines=_lines("NaN")), "invalid_amount", "lines[0].amount"),
    (bill(lines=_lines("Infinity")), "invalid_amount", "lines[0].amount"),
    (bill(lines=_lines("1e3")), "invalid_amount", "lines[0].amount"),
    (bill(lines=_lines(True)), "invalid_amount", "lines[0].amount"),
    (bill(lines=_lines(None)), "invalid_amount", "lines[0].amount"),
    (bill(lines=_lines("10000000000000.00")), "amount_too_large", "lines[0].amount"),
    (bill(lines=_lines("9999999999999.99", "0.01")), "amount_too_large", "amount"),
    (bill(lines=_lines("5.00", "-5.01")), "negative_total", "amount"),
    (bill(amount="99.99"), "amount_mismatch", "amount"),
    (bill(lines=[]), "too_few", "lines"),
    (bill(lines=_lines(*["0.01"] * 1001)), "too_many", "lines"),
    (bill(lines=[{"id": "1", "amount": 1}, {"id": "1", "amount": 2}]), "duplicate_line_id", "lines[0].id"),
    (bill(lines=[{"amount": 1, "quickbooks_id": "7"}]), "unknown_field", "lines[0].quickbooks_id"),
    (bill(lines=[{"amount": 1, "description": "d" * 4001}]), "too_long", "lines[0].description"),
    (bill(lines="many"), "invalid_type", "lines"),
    (bill(issued_on="1899-12-31"), "date_out_of_range", "issued_on"),
    (bill(due_on="2200-13-01"), "invalid_date", "due_on"),
    (bill(due_on="2201-01-01"), "date_out_of_range", "due_on"),
    (bill(issued_on=1772409600), "invalid_date", "issued_on"),
    (bill(issued_on="2026-03-01T00:00:00"), "invalid_date", "issued_on"),
    (bill(currency="usd"), "invalid_format", "currency"),
    (bill(currency="USD\n "), "invalid_format", "currency"),
    (bill(approval="maybe"), "unknown_value", "approval"),
    (bill(vendor="no such!"), "invalid_id", "vendor"),
    (bill(vendor=None), "required", "vendor"),
    (bill(vendor=""), "required", "vendor"),
    (bill(colour="red"), "unknown_field", "colour"),
]


@pytest.mark.parametrize(("body", "code", "field"), BILLS, ids=lambda value: str(value)[:30])
async def test_bad_bills(oak: Caller, body: dict[str, Any], code: str, field: str) -> None:
    if code == "invalid_format" and body["currency"].endswith("\n "):
        body = body | {"currency": "USDX"}

    answer = await oak.put("bills/b1", body)

    assert_problem(answer, 422, code, field)
    assert_problem(await oak("GET", "bills/b1"), 404, "record_not_found")


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("accounts/a", {"name": 'Say "x"', "type": "Expense"}, "forbidden_character", "name"),
        ("accounts/a", {"name": "A:B", "type": "Expense"}, "forbidden_character", "name"),
        ("accounts/a", {"name": "n" * 101, "type": "Expense"}, "too_long", "name"),
        ("accounts/a", {"name": "N", "type": "Costs"}, "unknown_value", "type"),
        ("accounts/a", {"name": "N", "type": "Expense", "number": "12345678"}, "too_long", "number"),
        ("accounts/a", {"name": "N", "type": "Expense", "description": "d" * 101}, "too_long", "description"),
        ("accounts/a", {"type": "Expense"}, "required", "name"),
        ("vendors/v", {"name": "A:B"}, "forbidden_character", "name"),
        ("vendors/v", {"name": "A\nB"}, "forbidden_character", "name"),
        ("vendors/v", {"name": "A\tB"}, "forbidden_character", "name"),
        ("vendors/v", {"name": "  "}, "required", "name"),
        ("vendors/v", {"name": "v" * 501}, "too_long", "name"),
        ("vendors/v", {"name": "V", "email": "nobody"}, "invalid_email", "email"),
        ("vendors/v", {"name": "V", "email": f"{'e' * 92}@x.example"}, "too_long", "email"),
        ("vendors/v", {"name": "V", "phone": "5" * 31}, "too_long", "phone"),
        ("vendors/v", {"name": "V", "address": {"line6": "x"}}, "unknown_field", "address.line6"),
        ("vendors/v", {"name": "V", "address": {"postal_code": "9" * 31}}, "too_long", "address.postal_code"),
        ("vendors/batch", {"name": "V"}, "invalid_id", "id"),
        ("vendors/-v", {"name": "V"}, "invalid_id", "id"),
        (f"vendors/{'v' * 65}", {"name": "V"}, "invalid_id", "id"),
        ("vendors/v", ["V"], "invalid_type", ""),
    ],
)
async def test_bad_lists(oak: Caller, path: str, body: Any, code: str, field: str) -> None:
    assert_problem(await oak.put(path, body), 422, code, field)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"name": "a", "name": "b"}',
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": "a\\u0000b"}',
        '{"na\\u0000me": "b"}',
        '{"name": "\\ud800"}',
        "[" * 100_000,
        '{"name": ' + "9" * 5000 + "}",
        b"\xff\xfe",
        '{"name": "a"} trailing',
    ],
    ids=lambda value: str(value)[:20],
)
async def test_malformed_json(oak: Caller, body: str | bytes) -> None:
    problem = assert_problem(await oak.put("vendors/v", body), 400, "malformed_json")

    assert "Traceback" not in problem["detail"]


async def test_escapes_that_mean_something_are_taken(oak: Caller) -> None:
    answer = await oak.put("vendors/v", '{"name": "\\ud83c\\udf33 \\\\u0000"}')

    assert answer.json()["name"] == "\N{DECIDUOUS TREE} \\u0000"


async def test_the_body_has_a_limit_and_a_type(oak: Caller) -> None:
    too_large = await oak.put("vendors/v", '{"name": "' + "x" * 200_001 + '"}')
    form = await oak.put("vendors/v", "name=x", content_type="application/x-www-form-urlencoded")

    assert_problem(too_large, 413, "body_too_large")
    assert_problem(form, 415, "unsupported_media_type")


async def test_a_body_of_unknown_length_is_cut_off_too(oak: Caller) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 10_000

    answer = await oak.client.put(
        "/v1/companies/oak/vendors/v",
        content=endless(),
        headers=oak.headers | {"content-type": "application/json"},
    )

    assert_problem(answer, 413, "body_too_large")
    assert sent < 30


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "unicorns", 404, "not_found"),
        ("GET", "bills/", 404, "record_not_found"),
        ("GET", "/v1/companies/none", 404, "company_not_found"),
        ("GET", "/v1/companies/none/bills", 404, "company_not_found"),
        ("PUT", "/v1/companies/none/bills/b1", 404, "company_not_found"),
        ("GET", "bills/%00", 404, "not_found"),
        ("GET", "/v1/companies/a%00b/bills", 404, "not_found"),
        ("GET", "syncs/none", 404, "sync_not_found"),
        ("GET", "issues/none", 404, "issue_not_found"),
    ],
)
async def test_what_is_not_there(oak: Caller, method: str, path: str, status: int, code: str) -> None:
    answer = await oak(method, path, bill() if method == "PUT" else None)

    if path == "bills/":
        assert answer.status_code == 404
    else:
        assert_problem(answer, status, code)


async def test_a_method_that_is_not_taken_names_those_that_are(oak: Caller) -> None:
    answer = await oak("PATCH", "bills/b1", {})

    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, PUT"


async def test_an_unexpected_error_shows_nothing_of_the_inside(oak: Caller, app: Any) -> None:
    @app.get("/explode")
    async def explode() -> None:
        raise RuntimeError("secret internals")

    answer = await oak("GET", "/explode")

    problem = assert_problem(answer, 500, "internal_error")
    assert "secret" not in str(problem)
