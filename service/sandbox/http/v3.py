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
from service.sandbox.deviations import Deviation
from service.sandbox.http import envelopes
from service.sandbox.http.batch import Interrupted
from service.sandbox.http.budget import Budget
from service.sandbox.http.calls import Call, read_call
from service.sandbox.http.carry import Desk, known_entity
from service.sandbox.http.documents import download_address, print_pdf
from service.sandbox.http.handlers import HANDLERS
from service.sandbox.http.repertoire import check_encoding
from service.sandbox.http.xml import as_xml, wants_xml
from service.sandbox.injection import DroppedConnection, FaultRule, Target
from service.sandbox.oauth import REVOKED

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

METERED = frozenset({"query", "cdc", "read", "companyinfo", "preferences", "report", "exchangerate"})
DOCUMENTS = frozenset({"pdf", "download"})
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
        self._in_flight: list[tuple[str, str]] = []
        self._held: set[str] = set()
        self.budget = Budget(sandbox.now, sandbox.knobs)

    async def __call__(self, request: Request) -> Response:
        """Answer one request; raises DroppedConnection where a rule cuts it off."""
        sandbox, knobs = self._sandbox, self._sandbox.knobs
        at, tid = sandbox.now(), envelopes.new_tid(sandbox.trace, sandbox.now())
        raw = await request.body()
        call = read_call(request, raw, at, tid, exact=knobs.name_case == "exact")
        refused = self._refuse(call, request.headers.get("authorization", ""))
        if refused is not None:
            return self._dressed(call, refused)
        await self._hold_lone_client(call.desk_key)
        spent = self._is_metered(call) and self.budget.is_spent()
        if spent or not sandbox.throttle.enter(call.desk_key, call.info.kind, weight=self._weight(call)):
            return self._dressed(call, self._throttled(call))
        try:
            response = await self._serve(call)
        finally:
            sandbox.throttle.leave(call.desk_key)
        return self._dressed(call, response)

    async def _hold_lone_client(self, realm_id: str) -> None:
        """Who comes while another waits here asks for two things at once and takes what the throttle says."""
        wait = self._sandbox.throttle.lone_wait(realm_id)
        if self._sandbox.knobs.hold_lone_clients and wait and realm_id not in self._held:
            self._held.add(realm_id)
            try:
                await asyncio.sleep(wait.total_seconds() + 0.001)
            finally:
                self._held.discard(realm_id)

    async def file(self, request: Request) -> Response:
        """Answer the content of an attachment, to whoever has its address."""
        place, asked = request.path_params, request.query_params
        found = self._sandbox.files.open(
            place["realm"], place["id"], asked.get("until", ""), asked.get("signature", "")
        )
        if found is None:
            return Response("The address has expired.", 403)
        return Response(found.content, 200, media_type=found.content_type)

    async def _serve(self, call: Call) -> Response:
        self.apply_late()
        key = (call.desk_key, call.params.get("requestid", ""))
        if key in self._in_flight and self._sandbox.knobs.requestid_in_flight == "600":
            return self._fault(call, errors.by_code("600"))
        if key[1]:
            self._in_flight.append(key)
        try:
            return await self._take(call)
        finally:
            if key[1]:
                self._in_flight.remove(key)

    async def _take(self, call: Call) -> Response:
        knobs, info = self._sandbox.knobs, call.info
        if knobs.latency:
            await asyncio.sleep(min(knobs.latency, knobs.request_limit).total_seconds())
            if knobs.latency >= knobs.request_limit:
                return envelopes.outage(504, "html", call.at, call.tid)
        for hook in self._sandbox.hooks.before_request:
            hook(info)
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
        if rule.action == "late_apply":
            due = call.at + timedelta(seconds=rule.seconds)
            self._late.append(Late(due, lambda: self._carry(call)))
        if rule.action in {"drop_before", "late_apply"}:
            raise DroppedConnection
        if rule.action == "status_before":
            return envelopes.outage(rule.status, rule.body, call.at, call.tid)
        if rule.action == "throttle":
            return self._throttled(call)
        if rule.action == "fault":
            return self._named_fault(call, rule.code)
        if rule.action == "delay":
            await asyncio.sleep(rule.seconds)
        return None

    def _named_fault(self, call: Call, code: str) -> Response:
        """Answer the fault of a code, in the dialect of whoever would refuse: the service or the gateway."""
        if code == "3200":
            return envelopes.unauthenticated("Token expired", call.at, call.tid)
        if code == "3100":
            return envelopes.forbidden(call.at, call.tid)
        if code == "3001":
            return self._throttled(call)
        error = errors.by_code(code)
        if code == "120":
            error.status = self._sandbox.knobs.status_of_120
        shape = self._sandbox.knobs.fault_shape
        return envelopes.fault(error, call.at, call.tid, shape=shape)

    def _throttled(self, call: Call) -> Response:
        knobs = self._sandbox.knobs
        return envelopes.throttled(
            call.at, call.tid, knobs.throttle_body, knobs.retry_after, knobs.throttle_status
        )

    def _weight(self, call: Call) -> int:
        """What counts against the limit a minute: one, or as many as a batch has items (unsettled)."""
        body = call.body if call.info.kind == "batch" else None
        items = body.get("BatchItemRequest") if isinstance(body, dict) else None
        counted = self._sandbox.knobs.batch_weight == "items" and isinstance(items, list)
        return max(1, len(items)) if counted and isinstance(items, list) else 1

    def _is_metered(self, call: Call) -> bool:
        knobs, kind = self._sandbox.knobs, call.info.kind
        if kind == "query" and call.info.method == "POST":
            return knobs.metered_post_query
        return kind in METERED or (kind in DOCUMENTS and knobs.metered_documents)

    def _dressed(self, call: Call, response: Response) -> Response:
        """Put on what every answer bears, in the form that was asked for."""
        knobs = self._sandbox.knobs
        is_json = str(response.media_type).startswith("application/json")
        if is_json and response.status_code in {200, 400} and wants_xml(call.accept, knobs.accept_default):
            response = Response(
                as_xml(bytes(response.body)), response.status_code, media_type="application/xml"
            )
            response.headers.update(envelopes.headers(call.tid))
        took = round((self._sandbox.now() - call.at).total_seconds() * 1000)
        response.headers["Service-Time"] = f"total={took}, db={took}"
        response.headers["X-Spanid"] = call.tid[-16:]
        if knobs.tid_header != "intuit_tid":
            response.headers[knobs.tid_header] = response.headers["intuit_tid"]
            del response.headers["intuit_tid"]
        return response

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
        if realm is None and why.startswith(REVOKED) and self._sandbox.knobs.disconnected == "403":
            return envelopes.forbidden(call.at, call.tid)
        if realm is None:
            return envelopes.unauthenticated(why, call.at, call.tid)
        if realm != call.info.realm_id or realm not in self._sandbox.companies:
            return envelopes.forbidden(call.at, call.tid)
        return None

    def _carry_out(self, call: Call) -> Response:
        company = self._sandbox.companies[call.desk_key]
        metered = company.meter.total_reads
        try:
            if call.info.kind in DOCUMENTS:
                response = self._document(call)
            else:
                at = call.at - self._sandbox.knobs.time_behind
                content = self._carry(call)
                whole = content + b"}" if call.info.kind == "report" else envelopes.enveloped(content, at)
                response = envelopes.ok(whole, call.tid)
        except errors.SandboxFault as error:
            return self._fault(call, error)
        except Interrupted as cut:
            if cut.rule.action.startswith("status"):
                return envelopes.outage(cut.rule.status, cut.rule.body, call.at, call.tid)
            raise DroppedConnection from None
        company.meter.calls += 1
        if self._is_metered(call):
            company.meter.read(call.info.kind)
        elif call.info.kind == "batch":
            company.meter.batches += 1
        self.budget.spend(company.meter.total_reads - metered)
        return response

    def _fault(self, call: Call, error: errors.SandboxFault) -> Response:
        deviations = self._sandbox.deviations
        status = 200 if self._sandbox.knobs.fault_in_200 else error.status
        if error.code == "610" and Deviation.NOT_FOUND_IS_404 in deviations:
            status = 404
        lower = Deviation.FAULTS_IN_LOWER_CASE in deviations
        shape = self._sandbox.knobs.fault_shape
        return envelopes.fault(error, call.at, call.tid, status, lower=lower, shape=shape)

    def _document(self, call: Call) -> Response:
        """Answer what is no JSON: a PDF, or the address of a file."""
        desk = self._desk(call.desk_key)
        if call.info.kind == "pdf":
            body = print_pdf(desk, known_entity(call.parts[0]), call.parts[1])
            return Response(body, 200, envelopes.headers(call.tid), "application/pdf")
        address = download_address(desk, call.parts[1])
        return Response(address, 200, envelopes.headers(call.tid), "text/plain")

    def _desk(self, realm_id: str) -> Desk:
        company = self._sandbox.companies[realm_id]
        desk = self._desks.get(realm_id)
        if desk is None or desk.company is not company:
            desk = self._desks[realm_id] = Desk(company, self._sandbox.replays[realm_id], self._sandbox.files)
        return desk

    def _carry(self, call: Call) -> bytes:
        """Do the work; answer the envelope without `time` and its last brace."""
        handler = HANDLERS.get(call.info.kind)
        if handler is None:
            raise call.no_such_resource()
        if call.info.kind != "upload":
            check_encoding(call.info.body)
        return handler(self._desk(call.desk_key), call, self._sandbox.faults.hit)
