"""Whatever is sent to whichever route: never an unexpected error, always a problem document."""

import json
import random
from typing import Any
from urllib.parse import quote

from service.app import openapi_text
from tests.api.conftest import Caller, bill

PATH_PARTS = {
    "company": "oak",
    "record": "b1",
    "sync": "s1",
    "issue": "i1",
    "entity": "Bill",
    "quickbooks_id": "1",
}
# fmt: off
TEXTS = [
    "", " ", "a" * 70, "é", "%00", "..", "a b", "batch", "0", "-1", "1" * 40, "null", "true", "2026-01-01",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "ImEi",
    "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsImEiXQ",
    "MTIz", "%ED%A0%80", "%F0", "'; DROP TABLE record; --", "\\", "[1]", "٣", "\N{DECIDUOUS TREE}",
]
BODIES: list[Any] = [
    None, {}, [], "x", 1, {"items": [{}, None, 1]}, {"items": [{"id": "v", "name": "x", "revision": 10**30}]},
    {"items": [{"id": "v", "name": "x", "revision": -1}]}, {"name": {}}, {"name": ["x"]}, {"lines": {}},
    bill(lines=[{"amount": {}}]), bill(lines=[{"amount": 10**400}]), bill(lines=[[]]), bill(number=["x"]),
    bill(vendor={"id": 1}), bill(approval=[]), {"conflict": {"bill": []}}, {"conflict": []},
    {"bank_accounts": {"": "x"}}, {"bank_accounts": {"a": 1}}, {"mode": []}, {"action": {}},
    {"action": "link", "quickbooks_id": "\N{DECIDUOUS TREE}"}, {"return_to": "http://[::1"},
    {"return_to": "http://x:99999999"}, {"name": "x", "signed_up_on": "0000-00-00"},
]
TAGS = ['"1"', 'W/"1"', "*", '"99999999999999999999"', '"999999999999999"', "x", '""']
# fmt: on
TRIES = 15


async def test_nothing_breaks_it(oak: Caller) -> None:
    chance = random.Random(20260302)
    await oak.put("bills/b1", bill())

    for path, operations in json.loads(openapi_text())["paths"].items():
        for method, operation in operations.items():
            for _ in range(TRIES):
                url = _path(path, chance) + _query(operation, chance)
                headers = {"if_match": chance.choice(TAGS)} if chance.random() < 0.2 else {}
                body = None if method == "get" else chance.choice(BODIES)
                answer = await oak(method.upper(), url, body, **headers)
                assert answer.status_code < 500, (method, url, body, answer.text)
                if answer.status_code >= 400:
                    assert answer.headers["content-type"] == "application/problem+json", url


def _path(path: str, chance: random.Random) -> str:
    for part, good in PATH_PARTS.items():
        value = good if chance.random() < 0.7 else _escaped(chance.choice(TEXTS))
        path = path.replace(f"{{{part}}}", value)
    return path


def _query(operation: dict[str, Any], chance: random.Random) -> str:
    names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    asked = [name for name in names if name != "wait" and chance.random() < 0.5]
    pairs = "&".join(f"{name}={_escaped(chance.choice(TEXTS))}" for name in asked)
    return f"?{pairs}" if pairs else ""


def _escaped(text: str) -> str:
    return text if text.startswith("%") else quote(text, safe="")
