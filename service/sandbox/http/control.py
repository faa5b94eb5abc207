"""The control side under `/sandbox`: companies, faults, journal, meter, a person's edits, webhooks."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.sandbox.company import Company, as_documents
from service.sandbox.errors import SandboxFault
from service.sandbox.generate import generate
from service.sandbox.injection import FaultRule
from service.sandbox.knobs import Knobs
from service.sandbox.wire import Doc, decode, encode

if TYPE_CHECKING:
    from service.sandbox.sandbox import Sandbox

RULE_FIELDS = frozenset(one.name for one in fields(FaultRule) if one.init)
Handler = Callable[[Request, Any], "Response | Awaitable[Response]"]


class Refused(Exception):  # noqa: N818
    """The control side can't do what was asked."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


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
        realm_id = body.get("realm_id")
        if realm_id is not None and (not str(realm_id).isdigit() or str(realm_id) in self._sandbox.companies):
            raise Refused(409, f"The realm_id {realm_id} is taken or no number.")
        access = self._sandbox.create_company(
            sample=bool(body.get("sample")),
            name=body.get("name"),
            realm_id=str(realm_id) if realm_id else None,
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
            advance(float(body["advance"]))
        except (KeyError, ValueError, TypeError):
            raise Refused(422, "advance is a number of seconds.") from None
        return _json({"now": self._sandbox.now().isoformat()})

    def _access(self, request: Request, _body: Doc) -> Response:
        return _json(_as_dict(self._sandbox.access(self._company(request).realm_id)))

    def _disconnect(self, request: Request, _body: Doc) -> Response:
        self._sandbox.oauth.disconnect(self._company(request).realm_id)
        return _json({})

    def _load(self, request: Request, body: Any) -> Response:
        return _json({"loaded": self._company(request).load(as_documents(body))})

    def _generate(self, request: Request, body: Doc) -> Response:
        generate(
            self._company(request),
            vendors=int(body.get("vendors", 1000)),
            bills=int(body.get("bills", 10000)),
        )
        return self._company_facts(request, body)

    def _journal(self, request: Request, _body: Doc) -> Response:
        after = int(request.query_params.get("after", "0"))
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
        rule = _read_rule(body)
        return _json(_as_dict(self._sandbox.faults.add(rule)), 201)

    def _clear_faults(self, _request: Request, _body: Doc) -> Response:
        self._sandbox.faults.clear()
        return _json({})

    def _knobs(self, _request: Request, _body: Doc) -> Response:
        return _json(_shown_knobs(self._sandbox.knobs))

    def _turn_knobs(self, _request: Request, body: Doc) -> Response:
        knobs = self._sandbox.knobs
        for name, value in _read_knobs(body).items():
            setattr(knobs, name, value)
        return _json(_shown_knobs(knobs))

    def _subscribe(self, _request: Request, body: Doc) -> Response:
        if not body.get("url") or not body.get("verifier_token"):
            raise Refused(422, "url and verifier_token are needed.")
        realm = body.get("realm_id")
        self._sandbox.subscribe(str(realm) if realm else None, str(body["url"]), str(body["verifier_token"]))
        return _json({"url": body["url"], "realm_id": realm}, 201)

    async def _flush(self, _request: Request, _body: Doc) -> Response:
        return _json({"acknowledged": await self._sandbox.flush_webhooks()})


def _json(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status, media_type="application/json")


def _as_dict(value: Any) -> Doc:
    return {name: getattr(value, name) for name in value.__slots__}


def _shown_knobs(knobs: Any) -> Doc:
    shown = _as_dict(knobs)
    return {name: one.total_seconds() if isinstance(one, timedelta) else one for name, one in shown.items()}


def _read_knobs(body: Doc) -> Doc:
    """Read positions of knobs, all or none; times are seconds."""
    kinds, read = get_type_hints(Knobs), {}
    for name, value in body.items():
        if name not in kinds:
            raise Refused(422, f"There is no knob {name}.")
        kind = kinds[name]
        is_time = kind is timedelta or timedelta in get_args(kind)
        given = float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
        try:
            if is_time and isinstance(given, float):
                read[name] = timedelta(seconds=given)
            else:
                read[name] = msgspec.convert(float(value) if isinstance(value, Decimal) else value, kind)
        except msgspec.ValidationError as error:
            raise Refused(422, f"That is no position of {name}: {error}") from None
    return read


def _read_rule(body: Doc) -> FaultRule:
    unknown = set(body) - RULE_FIELDS
    if unknown:
        raise Refused(422, f"A fault rule has no {', '.join(sorted(unknown))}.")
    plain = {key: float(one) if isinstance(one, Decimal) else one for key, one in body.items()}
    try:
        return msgspec.convert(plain, FaultRule)
    except msgspec.ValidationError as error:
        raise Refused(422, f"That is no fault rule: {error}") from None
