"""Whole recorded answers: the sandbox, asked for the same, writes the same envelope; faults word for word."""

from typing import Any

import pytest

from service.sandbox import Company
from service.sandbox.entities import entity_named
from service.sandbox.wire import Doc, decode
from tests.contracts.recorded import payloads
from tests.contracts.recorded.compare import Difference, differences, shape
from tests.sandbox.conftest import Wire

pytestmark = payloads.needed

Request = tuple[str, str, Any]
FAULTS: dict[tuple[str, str | None], Request] = {
    ("4000", None): ("GET", "/query?query=SELECT * FROM NULL", None),
    ("4001", None): ("GET", "/query?query=SELECT * FROM Custmoer", None),
    ("2020", "Name"): ("POST", "/item", {"Type": "Service"}),
    ("2020", "Line.DetailType"): (
        "POST",
        "/invoice",
        {"CustomerRef": {"value": "1"}, "Line": [{"Amount": 1}]},
    ),
    ("610", ""): ("GET", "/bill/4711", None),
    ("5010", ""): ("POST", "/customer", {"Id": "1", "SyncToken": "9", "sparse": True, "Notes": "late"}),
    ("2010", None): ("POST", "/invoice", {"BadJson": True}),
    ("3200", None): ("GET", "/customer/1", None),
    ("500", None): ("GET", "/customer/1/5", None),
    ("2030", "Id"): ("GET", "/customer/1.5", None),
    ("6240", None): ("POST", "/customer", {"DisplayName": "Weiskopf Consulting"}),
}
"""How to provoke each recorded fault, by its code and element."""
OWN_WORDS = {
    "5010": "names the colleague", "2010": "lists a class", "3200": "shows the token", "500": "names a host",
}  # fmt: skip
"""Codes whose Detail says something about QuickBooks' own surroundings."""


async def test_faults_are_word_for_word(wire: Wire, company: Company) -> None:
    customers = ("Weiskopf Consulting", "Somebody Else")
    company.load(
        {"Customer": {"Id": str(place), "DisplayName": name}} for place, name in enumerate(customers, 1)
    )
    for name in payloads.names("fault"):
        recorded = payloads.read("fault", name)
        error = _error(recorded)
        method, path, body = FAULTS[error["code"], error.get("element")]
        token = {"Authorization": "Bearer none"} if error["code"] == "3200" else {}

        ours = decode((await wire.call(method, path, json=body, headers=token)).content)

        found = [one for one in differences(ours, recorded) if not _is_meant(one, error["code"])]
        assert [str(one) for one in found] == [], name


def _error(fault: Doc) -> Doc:
    error: Doc = (fault.get("Fault") or fault["fault"])[("Error" if "Fault" in fault else "error")][0]
    return error


def _is_meant(difference: Difference, code: str) -> bool:
    """The time is ours; two recorders sorted the keys; some details speak of QuickBooks' surroundings."""
    if difference.path == "time" or difference.what == "order":
        return difference.what in {"value", "order"}
    return difference.path.lower().endswith("].detail") and difference.what == "value" and code in OWN_WORDS


@pytest.mark.parametrize("name", payloads.names("query_envelope"))
async def test_queries_answer_in_the_recorded_envelope(wire: Wire, company: Company, name: str) -> None:
    recorded = payloads.read("query_envelope", name)
    found = recorded["QueryResponse"]
    entity = next((key for key in found if entity_named(key) is not None), None)
    if entity is not None:
        _fill(company, entity, found)
    text = _question(entity, found)

    ours = decode((await wire.call("GET", "/query", params={"query": text})).content)

    assert list(ours) == list(recorded)
    assert list(ours["QueryResponse"]) == list(found)
    if entity is None:
        return
    assert {key: value for key, value in ours["QueryResponse"].items() if key != entity} == {
        key: value for key, value in found.items() if key != entity
    }
    assert shape(ours["QueryResponse"][entity][0]) == shape(found[entity][0])


def _question(entity: str | None, found: Doc) -> str:
    if entity is None:
        return "select count(*) from Term" if found else "select * from Term where Name = 'none such'"
    page = f"startposition {found['startPosition']} maxresults {max(found['maxResults'], 1)}"
    where = "" if entity == "SalesReceipt" else " where Active in (true, false)"
    return f"select * from {entity}{where} orderby Id {page}"  # noqa: S608


def _fill(company: Company, entity: str, found: Doc) -> None:
    """Put the recorded row and copies of it in, as many as stood before it and beside it."""
    row = found[entity][0]
    known = {one["Id"]: one for one in company.all(entity)}
    company.load([{entity: {**row, "Id": str(1 + len(known))}}])
    whole = found["startPosition"] + found["maxResults"] - 1
    name = next((one for one in ("DisplayName", "Name") if one in row), None)
    for number in range(1, whole + 1):
        twin = {**row, "Id": str(number)}
        if name is not None:
            twin[name] = f"{row[name]} {number}"
        company.load([{entity: twin}])


def test_batches_changes_and_deletions_are_those_of_the_exchanges() -> None:
    """They were taken out of exchanges that are sent again elsewhere."""
    answers = [one.body for name in payloads.names("interactions") for one in payloads.exchanges(name)]

    for folder in ("batch", "cdc", "deleted"):
        for name in payloads.names(folder):
            assert payloads.read(folder, name) in answers, f"{folder}/{name}"
