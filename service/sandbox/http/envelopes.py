"""Answers as QuickBooks sends them: bodies, headers, faults in both dialects."""

import random
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from starlette.responses import Response

from service.sandbox.deviations import lower_case
from service.sandbox.errors import SandboxFault
from service.sandbox.times import millis_text
from service.sandbox.wire import encode

HEADERS = {
    "QBO-Version": "1998.200",
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Expires": "0",
    "Server": "nginx",
    "Strict-Transport-Security": "max-age=15552000",
}
TIMELESS = frozenset({"2030"})
"""Faults that come without `time` (recorded)."""
GATEWAY_HTML = (
    b"<html>\r\n<head><title>%b</title></head>\r\n<body><center><h1>%b</h1></center></body>\r\n</html>\r\n"
)
PHRASES = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Time-out",
}


def new_tid(rng: random.Random, at: datetime) -> str:
    """Make an intuit_tid: `1-<seconds>-<96 bits>` in hexadecimal (recorded)."""
    return f"1-{int(at.timestamp()):08x}-{rng.getrandbits(96):024x}"


def headers(tid: str) -> dict[str, str]:
    """Answer the headers of every response."""
    return {**HEADERS, "intuit_tid": tid, "X-Amzn-Trace-Id": f"Root={tid}"}


def enveloped(body: bytes, at: datetime) -> bytes:
    """Close an envelope with `time`, the start of processing; `body` lacks its last brace."""
    return b'%b,"time":"%b"}' % (body, millis_text(at).encode())


def ok(body: bytes, tid: str) -> Response:
    """Answer 200."""
    return Response(body, 200, headers(tid), "application/json;charset=utf-8")


def fault(
    error: SandboxFault,
    at: datetime,
    tid: str,
    status: int | None = None,
    *,
    lower: bool = False,
    shape: str = "full",
) -> Response:
    """Answer a fault in the service's dialect; `lower` writes its keys as the gateway would."""
    written = error.as_dict(shape)
    content = encode({"fault": lower_case(written)} if lower else {"Fault": written})
    is_timeless = shape == "sparse" or error.code in TIMELESS
    body = content if is_timeless else enveloped(content[:-1], at)
    return Response(body, status or error.status, headers(tid), "application/json")


def gateway(
    status: int, code: str, name: str, detail: str | None, kind: str, at: datetime, tid: str
) -> Response:
    """Answer a fault in the gateway's dialect: lower case, `time` in milliseconds (recorded)."""
    message = f"message={name}; errorCode=00{code}; statusCode={status}"
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": kind,
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(at.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    return Response(encode(body), status, headers(tid), "application/json")


def unauthenticated(detail: str, at: datetime, tid: str) -> Response:
    """401 with code 3200 (recorded)."""
    response = gateway(401, "3200", "AuthenticationFailed", detail, "AUTHENTICATION", at, tid)
    response.headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    return response


def forbidden(at: datetime, tid: str) -> Response:
    """403 with code 3100: this application has no access to that company (recorded)."""
    return gateway(403, "3100", "ApplicationAuthorizationFailed", None, "SERVICE", at, tid)


def throttled(at: datetime, tid: str, form: str, retry_after: int | None, status: int = 429) -> Response:
    """429 with code 3001, as JSON or, as has been seen, as XML whatever was asked for."""
    detail = "The request limit was reached.  Try again later"
    response = gateway(status, "3001", "ThrottleExceeded", detail, "SERVICE", at, tid)
    if form == "xml":
        message = f"message=ThrottleExceeded; errorCode=003001; statusCode={status}"
        response = Response(
            xml_fault("SERVICE", "3001", message, at), status, headers(tid), "application/xml"
        )
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def xml_fault(kind: str, code: str, message: str, at: datetime) -> bytes:
    """Answer a fault as XML."""
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse time="{millis_text(at)}" xmlns="http://schema.intuit.com/finance/v3">'
        f'<Fault type="{kind}"><Error code="{code}"><Message>{escape(message)}</Message></Error></Fault>'
        "</IntuitResponse>"
    )
    return text.encode()


def outage(status: int, form: str, at: datetime, tid: str) -> Response:
    """Answer a 5xx with a body of JSON, XML or HTML."""
    phrase = PHRASES.get(status, "Error")
    if form == "html":
        title = f"{status} {phrase}".encode()
        return Response(GATEWAY_HTML % (title, title), status, headers(tid), "text/html")
    if form == "xml":
        return Response(xml_fault("SYSTEM", "10000", phrase, at), status, headers(tid), "application/xml")
    message = "An application error has occurred while processing your request"
    error = SandboxFault(
        "10000", message, f"System Failure Error: {phrase}", status=status, kind="SystemFault"
    )
    return fault(error, at, tid)
