"""Batches: up to 30 independent items, each with its own answer (QBO documented)."""

from collections.abc import Callable
from typing import Any

from service.sandbox import errors
from service.sandbox.entities import entity_named
from service.sandbox.http.carry import Desk, operation_of
from service.sandbox.injection import FaultRule, Target
from service.sandbox.wire import Doc, encode

LARGEST = 30
PLAIN = frozenset({"bId", "operation", "optionsData", "Query", "CDCQuery", "ReportQuery"})
APPLY_FIRST = frozenset({"drop_after", "status_after"})
Hit = Callable[[Target], FaultRule | None]


class Interrupted(Exception):  # noqa: N818
    """A rule struck in the middle of a batch; the items before it, and perhaps its own, are applied."""

    def __init__(self, rule: FaultRule) -> None:
        super().__init__(rule.action)
        self.rule = rule


def run_batch(desk: Desk, body: Any, requestid: str | None, hit: Hit) -> bytes:
    """Answer the content of BatchItemResponse; raises SandboxFault where the batch itself is refused."""
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise errors.missing("BatchItemRequest")
    if len(items) > LARGEST:
        raise errors.by_code("1040", f"The batch has {len(items)} items, at most {LARGEST} are allowed")
    return b"[" + b",".join(_answer(desk, item, requestid, hit) for item in items) + b"]"


def _answer(desk: Desk, item: Doc, requestid: str | None, hit: Hit) -> bytes:
    bid = str(item.get("bId", ""))
    entity_key = next((key for key in item if key not in PLAIN), None)
    rule = hit(_target(desk, item, entity_key))
    if rule is not None and rule.action not in APPLY_FIRST and rule.action != "fault":
        raise Interrupted(rule)
    try:
        if rule is not None and rule.action == "fault":
            raise errors.by_code(rule.code)
        content = _carry(desk, item, entity_key, requestid, bid)
    except errors.SandboxFault as error:
        content = b'"Fault":' + encode({**error.as_dict()})
    if rule is not None and rule.action in APPLY_FIRST:
        raise Interrupted(rule)
    return b'{%b,"bId":%b}' % (content, encode(bid))


def _target(desk: Desk, item: Doc, entity_key: str | None) -> Target:
    entity = entity_named(entity_key) if entity_key else None
    body = item.get(entity_key) if entity_key else None
    operation = operation_of(body, item.get("operation")) if isinstance(body, dict) else None
    return Target("item", desk.company.realm_id, entity.name if entity else None, operation, "POST")


def _carry(desk: Desk, item: Doc, entity_key: str | None, requestid: str | None, bid: str) -> bytes:
    if "Query" in item:
        answer = desk.query(str(item["Query"]))
        desk.company.meter.read("query")
        return b'"QueryResponse":' + answer
    if "CDCQuery" in item:
        asked = item["CDCQuery"]
        answer = desk.cdc(str(asked.get("Entities", "")), str(asked.get("ChangedSince", "")))
        desk.company.meter.read("cdc")
        return b'"CDCResponse":' + answer
    entity = entity_named(entity_key) if entity_key else None
    body = item.get(entity_key) if entity_key else None
    if entity is None or not isinstance(body, dict):
        raise errors.unsupported(f"batch item {entity_key}")
    options = frozenset(str(item.get("optionsData", "")).replace(" ", "").split(",")) - {""}
    operation = operation_of(body, item.get("operation"))
    return desk.write(entity, operation, body, options, requestid, f"item {bid}")
