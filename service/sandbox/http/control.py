"""The control side under `/sandbox`: companies, faults, journal, meter, a person's edits, webhooks."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.sandbox.company import Company
from service.sandbox.errors import SandboxFault
from service.sandbox.generate import generate
from service.sandbox.http.control_input import (
    Refused,
    as_object,
    read_count,
    read_knobs,
    read_name,
    read_position,
    read_realm,
    read_rule,
    read_seconds,
    read_subscription,
)
from service.sandbox.wire import Doc, decode, encode

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

ALL_REALMS = "all"
Handler = Callable[[Request, Any], "Response | Awaitable[Response]"]


class Control:
    """Serves `/sandbox/…`; needs no token and listens where the sandbox listens."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """Answer the routes of the control side."""
        company = "/sandbox/companies/{realm}"
        table: list[tuple[str, str, Handler]] = [
            ("POST", "/sandbox/companies", self._create_company),
            ("GET", "/sandbox/companies", self._companies),
            ("GET", company, self._company_facts),
            ("POST", f"{company}/load", self._load),
            ("POST", f"{company}/generate", self._generate),
            ("POST", f"{company}/reset", self._reset),
            ("POST", f"{company}/access", self._access),
            ("POST", f"{company}/disconnect", self._disconnect),
            ("GET", f"{company}/journal", self._journal),
            ("GET", f"{company}/meter", self._meter),
            ("GET", company + "/export/{entity}", self._export),
            ("POST", f"{company}/preferences", self._preferences),
            ("POST", company + "/objects/{entity}", self._edit),
            ("GET", "/sandbox/faults", self._faults),
            ("POST", "/sandbox/faults", self._add_fault),
            ("DELETE", "/sandbox/faults", self._clear_faults),
            ("POST", "/sandbox/clock", self._move_clock),
            ("GET", "/sandbox/knobs", self._knobs),
            ("POST", "/sandbox/knobs", self._turn_knobs),
            ("POST", "/sandbox/webhooks", self._subscribe),
            ("POST", "/sandbox/webhooks/flush", self._flush),
        ]
        return [Route(path, self._guarded(handler), methods=[method]) for method, path, handler in table]

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            try:
                raw = await request.body()
                body = decode(raw) if raw else {}
                if request.method == "POST" and handler != self._load:
                    body = as_object(body)
                answer = handler(request, body)
                return await answer if inspect.isawaitable(answer) else answer
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                return _json({"detail": f"The body is no JSON: {error}"}, 400)
            except Refused as refused:
                return _json({"detail": refused.detail}, refused.status)
            except SandboxFault as fault:
                return _json({"Fault": fault.as_dict()}, fault.status)

        return serve

    def _company(self, request: Request) -> Company:
        realm = request.path_params["realm"]
        company = self._sandbox.companies.get(realm)
        if company is None:
            raise Refused(404, f"There is no company {realm}.")
        return company

    def _create_company(self, _request: Request, body: Doc) -> Response:
        realm_id = read_realm(body)
        if realm_id in self._sandbox.companies:
            raise Refused(409, f"The realm_id {realm_id} is taken.")
        access = self._sandbox.create_company(
            sample=bool(body.get("sample")), name=read_name(body), realm_id=realm_id
        )
        return _json(_as_dict(access), 201)

    def _companies(self, _request: Request, _body: Doc) -> Response:
        return _json(
            [{"realm_id": one.realm_id, "name": one.name} for one in self._sandbox.companies.values()]
        )

    def _company_facts(self, request: Request, _body: Doc) -> Response:
        company = self._company(request)
        counts = {name: len(shelf) for name, shelf in company.books.shelves.items() if len(shelf)}
        return _json({"realm_id": company.realm_id, "name": company.name, "objects": counts})

    def _reset(self, request: Request, body: Doc) -> Response:
        realm_id = self._company(request).realm_id
        self._sandbox.reset_company(realm_id, sample=bool(body.get("sample")))
        return self._company_facts(request, body)

    def _move_clock(self, _request: Request, body: Doc) -> Response:
        advance = getattr(self._sandbox.now, "advance", None)
        if advance is None:
            raise Refused(409, "The clock of this sandbox is not its own.")
        try:
            advance(read_seconds(body))
        except OverflowError:
            raise Refused(422, "The clock doesn't go that far.") from None
        self._sandbox.webhooks.wake()
        return _json({"now": self._sandbox.now().isoformat()})

    def _access(self, request: Request, _body: Doc) -> Response:
        return _json(_as_dict(self._sandbox.access(self._company(request).realm_id)))

    def _disconnect(self, request: Request, _body: Doc) -> Response:
        self._sandbox.oauth.disconnect(self._company(request).realm_id)
        return _json({})

    def _load(self, request: Request, body: Any) -> Response:
        return _json({"loaded": self._company(request).load([body])})

    def _generate(self, request: Request, body: Doc) -> Response:
        company, vendors = self._company(request), read_count(body, "vendors", 1000)
        bills = read_count(body, "bills", 10000)
        if bills and not vendors:
            raise Refused(422, "Bills need vendors.")
        generate(company, vendors=vendors, bills=bills)
        return self._company_facts(request, body)

    def _journal(self, request: Request, _body: Doc) -> Response:
        after = read_position(request.query_params.get("after", "0"))
        return _json([row.as_dict() for row in self._company(request).journal[after:]])

    def _meter(self, request: Request, _body: Doc) -> Response:
        return _json(self._company(request).meter.as_dict())

    def _export(self, request: Request, _body: Doc) -> Response:
        body = self._company(request).export(request.path_params["entity"])
        return Response(body, media_type="application/json")

    def _preferences(self, request: Request, body: Doc) -> Response:
        return _json(self._company(request).set_preferences(body))

    def _edit(self, request: Request, body: Doc) -> Response:
        company, entity = self._company(request), request.path_params["entity"]
        operation = request.query_params.get("operation", "update" if body.get("Id") else "create")
        if operation == "create":
            return _json(company.create(entity, body), 201)
        if operation == "update":
            return _json(company.update(entity, body))
        if operation == "merge":
            return _json(company.merge(entity, str(body.get("Id")), str(body.get("merged"))))
        if operation not in {"delete", "void"}:
            raise Refused(422, f"There is no operation {operation}.")
        act = company.delete if operation == "delete" else company.void
        return _json(act(entity, str(body.get("Id"))))

    def _faults(self, _request: Request, _body: Doc) -> Response:
        return _json([_as_dict(rule) for rule in self._sandbox.faults.rules])

    def _add_fault(self, _request: Request, body: Doc) -> Response:
        rule = read_rule(body)
        return _json(_as_dict(self._sandbox.faults.add(rule)), 201)

    def _clear_faults(self, _request: Request, _body: Doc) -> Response:
        self._sandbox.faults.clear()
        return _json({})

    def _knobs(self, _request: Request, _body: Doc) -> Response:
        return _json(_shown_knobs(self._sandbox.knobs))

    def _turn_knobs(self, _request: Request, body: Doc) -> Response:
        knobs = self._sandbox.knobs
        for name, value in read_knobs(body).items():
            setattr(knobs, name, value)
        return _json(_shown_knobs(knobs))

    def _subscribe(self, _request: Request, body: Doc) -> Response:
        url, verifier_token = read_subscription(body)
        realm = body.get("realm_id")
        if realm is not None and realm != ALL_REALMS and str(realm) not in self._sandbox.companies:
            raise Refused(404, f"There is no company {realm}.")
        self._sandbox.subscribe(str(realm) if realm is not None else None, url, verifier_token)
        return _json({"url": url, "realm_id": realm}, 201)

    async def _flush(self, _request: Request, _body: Doc) -> Response:
        return _json({"acknowledged": await self._sandbox.flush_webhooks()})


def _json(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status, media_type="application/json")


def _as_dict(value: Any) -> Doc:
    return {name: getattr(value, name) for name in value.__slots__}


def _shown_knobs(knobs: Any) -> Doc:
    shown = _as_dict(knobs)
    return {name: one.total_seconds() if isinstance(one, timedelta) else one for name, one in shown.items()}
