"""Batches: up to 30 independent items, each with its own answer (QBO documented)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from service.sandbox import errors, reports
from service.sandbox.deviations import Deviation
from service.sandbox.entities import entity_named
from service.sandbox.http.carry import Desk, operation_of
from service.sandbox.http.documents import send_by_email
from service.sandbox.injection import FaultRule, Target
from service.sandbox.wire import Doc, encode

LONGEST_BID = 10
MOST_OBJECTS = 1000
PLAIN = frozenset({"bId", "operation", "optionsData", "Query", "CDCQuery", "ReportQuery"})
FAULT = b'{"Fault":'
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
    if not all(isinstance(item, dict) for item in items):
        raise errors.unknown_property("BatchItemRequest", "BatchItemRequest", sorted(PLAIN))
    limit = desk.company.books.knobs.batch_limit
    if len(items) > limit:
        raise errors.by_code("1040", f"The batch has {len(items)} items, at most {limit} are allowed")
    if requestid and any(len(str(item.get("bId", ""))) > LONGEST_BID for item in items):
        raise errors.by_code("2130", f"With a request id a bId has at most {LONGEST_BID} characters")
    before = desk.rows_read
    answers: list[bytes] = []
    for item in items:
        answers.append(_answer(desk, item, requestid, hit, desk.rows_read - before))
        if answers[-1].startswith(FAULT) and Deviation.BATCH_STOPS_AT_FAULT in desk.company.books.deviations:
            break
    if desk.company.books.knobs.batch_order == "shuffled":
        desk.company.books.random.shuffle(answers)
    return b"[" + b",".join(answers) + b"]"


def _answer(desk: Desk, item: Doc, requestid: str | None, hit: Hit, rows: int) -> bytes:
    bid = str(item.get("bId", ""))
    entity_key = next((key for key in item if key not in PLAIN), None)
    rule = hit(_target(desk, item, entity_key))
    if rule is not None and rule.action not in APPLY_FIRST and rule.action != "fault":
        raise Interrupted(rule)
    try:
        if rule is not None and rule.action == "fault":
            raise errors.by_code(rule.code)
        content = _carry(desk, item, entity_key, requestid, bid, rows)
    except errors.SandboxFault as error:
        content = b'"Fault":' + encode(error.as_dict(desk.company.books.knobs.fault_shape))
    if rule is not None and rule.action in APPLY_FIRST:
        raise Interrupted(rule)
    if Deviation.BATCH_LOSES_BID in desk.company.books.deviations:
        return b"{%b}" % content
    return b'{%b,"bId":%b}' % (content, encode(bid))


def _target(desk: Desk, item: Doc, entity_key: str | None) -> Target:
    entity = entity_named(entity_key) if entity_key else None
    body = item.get(entity_key) if entity_key else None
    operation = operation_of(body, item.get("operation")) if isinstance(body, dict) else None
    return Target("item", desk.company.realm_id, entity.name if entity else None, operation, "POST")


def _carry(
    desk: Desk, item: Doc, entity_key: str | None, requestid: str | None, bid: str, rows: int
) -> bytes:
    read = _read(desk, item, rows)
    if read is not None:
        return read
    entity = entity_named(entity_key) if entity_key else None
    body = item.get(entity_key) if entity_key else None
    if entity is None or not isinstance(body, dict):
        raise errors.unsupported(f"batch item {entity_key}")
    options = frozenset(str(item.get("optionsData", "")).replace(" ", "").split(",")) - {""}
    operation = operation_of(body, item.get("operation"))
    if operation == "send":
        email = body.get("BillEmail")
        to = str(email.get("Address") or "") if isinstance(email, dict) else ""
        return send_by_email(desk, entity, str(body.get("Id")), to)
    return desk.write(entity, operation, body, options, requestid, f"item {bid}")


def _read(desk: Desk, item: Doc, rows: int) -> bytes | None:
    """Answer a query, a CDC or a report inside a batch; None where the item is a write.

    A batch answers 1,000 objects in all (QBO documented); beyond that an item gets 10100 (inferred).
    """
    if "Query" in item:
        answer = b'"QueryResponse":' + desk.query(str(item["Query"]), most=MOST_OBJECTS - rows)
        kind = "query"
    elif "CDCQuery" in item:
        asked = item["CDCQuery"]
        if not isinstance(asked, dict):
            raise errors.unknown_property("CDCQuery", "CDCQuery", ("Entities", "ChangedSince"))
        changes = desk.cdc(str(asked.get("Entities", "")), str(asked.get("ChangedSince", "")))
        answer, kind = b'"CDCResponse":' + changes, "cdc"
    elif "ReportQuery" in item:
        name, _, params = str(item["ReportQuery"]).partition("?")
        answer = b'"Report":' + encode(reports.run(desk.company.books, name, dict(parse_qsl(params))))
        kind = "report"
    else:
        return None
    if desk.company.books.knobs.metered_batch_reads:
        desk.company.meter.read(kind)
    return answer
