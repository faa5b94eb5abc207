"""Against recorded answers of the real thing; skipped where the recordings are not at hand."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.entities import entity_named
from service.sandbox.wire import decode

PAYLOADS = Path(os.environ.get("QUICKBOOKS_PAYLOADS", Path(__file__).parents[3] / "shared" / "payloads"))
FOLDERS = (
    "account", "vendor", "customer", "item", "class", "department", "term", "bill", "invoice", "billpayment",
    "payment", "journalentry",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="no recorded payloads here")


def recorded(folder: str) -> list[tuple[str, Any]]:
    entity = entity_named(folder)
    assert entity is not None
    return [(entity.name, decode(one.read_bytes())) for one in sorted((PAYLOADS / folder).glob("*.json"))]


def exchange(name: str, place: int = 0) -> Any:
    return decode((PAYLOADS / "interactions" / name).read_bytes())[place]


def normal(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: normal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    return Decimal(value)


def shape(value: Any) -> Any:
    """Answer the keys and kinds of a value, lists by their first element."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    if isinstance(value, bool):
        return "flag"
    return "text" if isinstance(value, str) else "number"


@pytest.fixture
def loaded(company: Company) -> Company:
    company.load({entity: doc} for folder in FOLDERS for entity, doc in recorded(folder))
    return company


@pytest.mark.parametrize("folder", FOLDERS)
def test_recorded_objects_come_back_as_they_were(loaded: Company, folder: str) -> None:
    versions: dict[str, list[Any]] = {}
    for _, doc in recorded(folder):
        versions.setdefault(doc["Id"], []).append(doc)

    for object_id, docs in versions.items():
        shown = loaded.read(folder, object_id)
        assert normal(shown) in [normal(doc) for doc in docs]
        assert any(list(shown or {}) == list(doc) for doc in docs), "keys in the recorded order"


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_we_render_ourselves_has_the_recorded_shape(loaded: Company, folder: str) -> None:
    """A rename makes every pinned object be rendered anew."""
    before = {doc["Id"]: doc for doc in loaded.all(folder)}
    loaded.books.names_version += 1

    for object_id, doc in before.items():
        again = loaded.read(folder, object_id)
        assert shape(again) == shape(doc)
        assert list(again or {}) == list(doc)


def test_rules_apply_to_new_writes_only(loaded: Company) -> None:
    """Bills whose vendors were never recorded load, can be edited, and can't be imitated."""
    bill = loaded.all("Bill")[0]

    changed = loaded.update("Bill", {"Id": bill["Id"], "PrivateNote": "edited"})

    assert changed["SyncToken"] == str(int(bill["SyncToken"]) + 1)
    assert changed["VendorRef"] == bill["VendorRef"]


async def create_like(wire: Any, entity: str, name: str) -> tuple[Any, Any]:
    one = exchange(name)
    response = await wire.call(
        "POST", f"/{entity.lower()}", json=json.loads(json.dumps(one["request"]["body"], default=float))
    )
    assert response.status_code == one["response"]["status"], response.text
    return decode(response.content), one["response"]["body"]


async def test_a_created_customer_has_the_recorded_shape(wire: Any, company: Company) -> None:
    settings = decode((PAYLOADS / "preferences" / "rec-ExQuickBooks-001.json").read_bytes())
    company.load([{"Preferences": settings}, {"TaxCode": {"Id": "2", "Name": "California"}}])

    ours, theirs = await create_like(wire, "Customer", "rec-qboapi-012.json")

    assert shape(ours) == shape(theirs)
    assert list(ours["Customer"]) == list(theirs["Customer"])


async def test_faults_have_the_recorded_shape(wire: Any, sandbox: Sandbox, company: Company) -> None:
    company.create("Customer", {"DisplayName": "Weiskopf Consulting"})
    requests = {
        "rec-qboapi-017.json": ("GET", "/query?query=SELECT * FROM Custmoer", None, 1),
        "rec-qboapi-018.json": ("POST", "/invoice", {"BadJson": True}, 0),
        "rec-qboapi-020.json": ("GET", "/customer/1/5", None, 0),
        "rec-qboapi-021.json": ("POST", "/customer", {"DisplayName": "Weiskopf Consulting"}, 0),
    }
    for name, (method, path, body, place) in requests.items():
        theirs = exchange(name, place)["response"]
        response = await wire.call(method, path, json=body)
        ours = response.json()
        assert response.status_code == theirs["status"]
        assert shape(ours) == shape(theirs["body"]), name
        code = ours["Fault"]["Error"][0]["code"]
        assert code == theirs["body"]["Fault"]["Error"][0]["code"]
