"""Understanding a request as far as that goes without carrying it out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request

from service.sandbox import errors
from service.sandbox.entities import entity_named
from service.sandbox.http.carry import operation_of
from service.sandbox.http.info import RequestInfo
from service.sandbox.wire import Doc, decode

FIXED = {"query": "query", "cdc": "cdc", "batch": "batch", "upload": "upload"}
JSON_BODIES = frozenset({"write", "batch", "taxservice"})
DOCUMENTS = frozenset({("GET", "pdf"), ("POST", "send")})
PAIRS = {("GET", "reports"): "report", ("GET", "download"): "download", ("POST", "taxservice"): "taxservice"}


@dataclass(slots=True)
class Call:
    """One request on its way: what it is, when it began, its trace id."""

    info: RequestInfo
    params: dict[str, str]
    parts: list[str]
    content_type: str
    body: Any
    at: datetime
    tid: str
    accept: str | None = None

    @property
    def options(self) -> frozenset[str]:
        """What `include` asks for."""
        return frozenset(self.params.get("include", "").replace(" ", "").split(",")) - {""}

    @property
    def desk_key(self) -> str:
        """The company that it is about."""
        return self.info.realm_id or ""

    @property
    def document(self) -> Doc:
        """The JSON object that was sent; raises SandboxFault where it is none."""
        if not isinstance(self.body, dict):
            message = "Request has invalid or unsupported property"
            raise errors.SandboxFault("2010", message, "The body is no JSON object")
        return self.body

    def no_such_resource(self) -> errors.SandboxFault:
        """Make the fault for a path that means nothing (recorded)."""
        path = self.info.path
        return errors.unsupported(f"Could not find resource for relative : {path} of full path: {path}")


def read_call(request: Request, raw: bytes, at: datetime, tid: str, *, exact: bool = False) -> Call:
    """Understand a request as far as that goes without carrying it out; `exact` takes lower case only."""
    realm_id = request.path_params["realm"]
    parts = [part for part in request.path_params["rest"].split("/") if part]
    params = dict(request.query_params)
    body: Any = None
    strange = exact and bool(parts) and parts[0] != parts[0].lower()
    kind = "other" if strange else _kind(request.method, parts)
    if kind in JSON_BODIES:
        try:
            body = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = None
    entity = known_name(parts[0]) if parts and kind not in FIXED else None
    operation = None
    if kind == "write":
        operation = operation_of(body if isinstance(body, dict) else {}, params.get("operation"))
        if operation == "update" and "void" in params.get("include", "").split(","):
            operation = "void"
    info = RequestInfo(realm_id, request.method, kind, entity, operation, request.url.path, raw)
    content_type, accept = request.headers.get("content-type", ""), request.headers.get("accept")
    return Call(info, params, parts, content_type, body, at, tid, accept)


def known_name(part: str) -> str | None:
    """Answer the entity's own spelling of a path's part, None where there is no such entity."""
    entity = entity_named(part)
    return entity.name if entity is not None else None


def _kind(method: str, parts: list[str]) -> str:
    first = parts[0].lower() if parts else ""
    if len(parts) == 1 and first in FIXED and not (method == "GET" and first in {"batch", "upload"}):
        return FIXED[first]
    if len(parts) == 2 and (method, first) in PAIRS and (first != "taxservice" or parts[1] == "taxcode"):
        return PAIRS[method, first]
    if method == "GET" and parts == ["exchangerate"]:
        return "exchangerate"
    if method == "GET" and first in {"companyinfo", "preferences"}:
        return first
    if method == "GET" and len(parts) == 2 and known_name(first) is not None:
        return "read"
    if method == "POST" and len(parts) == 1 and known_name(first) is not None:
        return "write"
    if len(parts) == 3 and (method, parts[2]) in DOCUMENTS and known_name(first) is not None:
        return parts[2]
    return "other"
