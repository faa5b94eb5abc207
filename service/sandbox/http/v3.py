"""The accounting API: from a request to its answer, with the faults that rules ask for on the way."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from service.sandbox import errors
from service.sandbox.http import envelopes
from service.sandbox.http.batch import Interrupted, run_batch
from service.sandbox.http.calls import Call, read_call
from service.sandbox.http.carry import Desk, known_entity, operation_of
from service.sandbox.http.documents import print_pdf, send_by_email
from service.sandbox.http.uploads import upload
from service.sandbox.injection import DroppedConnection, FaultRule, Target
from service.sandbox.replay import checked_requestid

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

METERED = frozenset({"query", "cdc", "read", "companyinfo", "preferences"})
Carry = Callable[[], bytes]


@dataclass(slots=True)
class Late:
    """A write whose sender has been cut off, and which will be applied all the same."""

    due: datetime
    carry: Carry


class AccountingApi:
    """Serves `/v3/company/{realm}/…`."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._desks: dict[str, Desk] = {}
        self._late: list[Late] = []

    async def __call__(self, request: Request) -> Response:
        """Answer one request; raises DroppedConnection where a rule cuts it off."""
        sandbox = self._sandbox
        at, tid = sandbox.now(), envelopes.new_tid(sandbox.trace, sandbox.now())
        raw = await request.body()
        call = read_call(request, raw, at, tid)
        refused = self._refuse(call, request.headers.get("authorization", ""))
        if refused is not None:
            return refused
        knobs = sandbox.knobs
        if not sandbox.throttle.enter(call.desk_key, batch=call.info.kind == "batch"):
            return envelopes.throttled(at, tid, knobs.throttle_body, knobs.retry_after)
        try:
            return await self._serve(call)
        finally:
            sandbox.throttle.leave(call.desk_key)

    async def _serve(self, call: Call) -> Response:
        self.apply_late()
        if self._sandbox.knobs.latency:
            await asyncio.sleep(self._sandbox.knobs.latency.total_seconds())
        for hook in self._sandbox.hooks.before_request:
            hook(call.info)
        info = call.info
        rule = self._sandbox.faults.hit(
            Target(info.kind, info.realm_id, info.entity, info.operation, info.method)
        )
        if rule is not None:
            early = await self._strike(call, rule)
            if early is not None:
                return early
        response = self._carry_out(call)
        if rule is not None and rule.action == "drop_after":
            raise DroppedConnection
        if rule is not None and rule.action == "status_after":
            return envelopes.outage(rule.status, rule.body, call.at, call.tid)
        return response

    async def _strike(self, call: Call, rule: FaultRule) -> Response | None:
        """Do what a rule asks for before the request is carried out; None lets it go on."""
        knobs = self._sandbox.knobs
        if rule.action == "late_apply":
            due = call.at + timedelta(seconds=rule.seconds)
            self._late.append(Late(due, lambda: self._carry(call)))
        if rule.action in {"drop_before", "late_apply"}:
            raise DroppedConnection
        if rule.action == "status_before":
            return envelopes.outage(rule.status, rule.body, call.at, call.tid)
        if rule.action == "throttle":
            return envelopes.throttled(call.at, call.tid, knobs.throttle_body, knobs.retry_after)
        if rule.action == "fault":
            return envelopes.fault(errors.by_code(rule.code), call.at, call.tid)
        if rule.action == "delay":
            await asyncio.sleep(rule.seconds)
        return None

    def apply_late(self, *, everything: bool = False) -> int:
        """Apply the writes of cut-off senders whose time has come; answer how many."""
        now = self._sandbox.now()
        due = [one for one in self._late if everything or one.due <= now]
        self._late = [one for one in self._late if one not in due]
        for one in due:
            with contextlib.suppress(errors.SandboxFault, Interrupted):
                one.carry()
        return len(due)

    def _refuse(self, call: Call, authorization: str) -> Response | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return envelopes.unauthenticated(
                "Malformed bearer token: too short or too long", call.at, call.tid
            )
        realm, why = self._sandbox.oauth.realm_of(token.strip())
        if realm is None:
            return envelopes.unauthenticated(why, call.at, call.tid)
        if realm != call.info.realm_id or realm not in self._sandbox.companies:
            return envelopes.forbidden(call.at, call.tid)
        return None

    def _carry_out(self, call: Call) -> Response:
        company = self._sandbox.companies[call.desk_key]
        try:
            if call.info.kind == "pdf":
                return self._print(call)
            body = self._carry(call)
        except errors.SandboxFault as error:
            status = 200 if self._sandbox.knobs.fault_in_200 else None
            return envelopes.fault(error, call.at, call.tid, status)
        except Interrupted as cut:
            if cut.rule.action.startswith("status"):
                return envelopes.outage(cut.rule.status, cut.rule.body, call.at, call.tid)
            raise DroppedConnection from None
        company.meter.calls += 1
        if call.info.kind in METERED:
            company.meter.read(call.info.kind)
        elif call.info.kind == "batch":
            company.meter.batches += 1
        return envelopes.ok(envelopes.enveloped(body, call.at), call.tid)

    def _print(self, call: Call) -> Response:
        desk = self._desk(call.desk_key)
        body = print_pdf(desk, known_entity(call.parts[0]), call.parts[1])
        desk.company.meter.calls += 1
        desk.company.meter.read("pdf")
        return Response(body, 200, envelopes.headers(call.tid), "application/pdf")

    def _desk(self, realm_id: str) -> Desk:
        company = self._sandbox.companies[realm_id]
        desk = self._desks.get(realm_id)
        if desk is None or desk.company is not company:
            desk = self._desks[realm_id] = Desk(company, self._sandbox.replays[realm_id])
        return desk

    def _carry(self, call: Call) -> bytes:
        """Do the work; answer the envelope without `time` and its last brace."""
        desk, info, params = self._desk(call.desk_key), call.info, call.params
        if info.kind == "query":
            text = params.get("query") or (
                info.body.decode("utf-8", "replace") if info.method == "POST" else ""
            )
            return b'{"QueryResponse":' + desk.query(text)
        if info.kind == "cdc":
            return b'{"CDCResponse":' + desk.cdc(params.get("entities", ""), params.get("changedSince", ""))
        if info.kind == "batch":
            requestid = checked_requestid(params.get("requestid"))
            return b'{"BatchItemResponse":' + run_batch(
                desk, call.document, requestid, self._sandbox.faults.hit
            )
        if info.kind == "upload":
            return b'{"AttachableResponse":' + upload(desk, call.content_type, info.body)
        if info.kind in {"read", "companyinfo", "preferences"}:
            return self._read(desk, call)
        if info.kind == "send":
            to = params.get("sendTo", "")
            return b"{" + send_by_email(desk, known_entity(call.parts[0]), call.parts[1], to)
        if info.kind == "write":
            options = frozenset(params.get("include", "").split(",")) - {""}
            requestid = checked_requestid(params.get("requestid"))
            entity = known_entity(call.parts[0])
            body = call.document
            return b"{" + desk.write(
                entity, operation_of(body, params.get("operation")), body, options, requestid
            )
        raise call.no_such_resource()

    def _read(self, desk: Desk, call: Call) -> bytes:
        entity = known_entity(call.parts[0])
        wanted = call.parts[1] if len(call.parts) > 1 and not entity.single else "1"
        if call.info.kind == "companyinfo" and call.parts[1:] not in ([call.desk_key], ["1"], []):
            raise errors.not_found()
        return b'{"%b":%b' % (entity.name.encode(), desk.read(entity, wanted))
