"""Answers that no client should believe: cut short, of another form, of another type."""

import json
from typing import Any

import httpx

HOWS = ("cut", "html", "fault inside", "wrong type", "unknown words", "huge", "empty")


def mangled(response: httpx.Response, body: bytes, how: str) -> tuple[httpx.Response, bytes]:
    """Return the answer as it arrives, with status 200 as it was."""
    spoilt = _spoil(body, how)
    headers = {
        name: value
        for name, value in response.headers.items()
        if name.lower() not in ("content-length", "content-encoding")
    }
    if how == "html":
        headers["content-type"] = "text/html"
    return httpx.Response(response.status_code, headers=headers, content=spoilt), spoilt


def _spoil(body: bytes, how: str) -> bytes:
    if how == "cut":
        return body[: len(body) * 2 // 3]
    if how == "html":
        return b"<html><body><h1>Please sign in</h1></body></html>"
    if how == "empty":
        return b""
    if how == "fault inside":
        fault = {"Error": [{"Message": "System failure", "code": "10000"}], "type": "SystemFault"}
        return json.dumps({"Fault": fault, "time": "2026-03-02T01:00:00.000-08:00"}).encode()
    document = json.loads(body)
    if how == "wrong type":
        return json.dumps(
            {name: 7 if isinstance(value, dict) else value for name, value in document.items()}
        ).encode()
    if how == "unknown words":
        return json.dumps(_with_unknown(document)).encode()
    return json.dumps(document | {"padding": "x" * 2_000_000}).encode()


def _with_unknown(value: Any) -> Any:
    """Add members that nobody has heard of to whole objects, as QuickBooks does with each minor version."""
    if isinstance(value, dict):
        novel = {"Novelty": {"Kind": "Unheard"}} if "SyncToken" in value else {}
        return {key: _with_unknown(each) for key, each in value.items()} | novel
    return [_with_unknown(each) for each in value] if isinstance(value, list) else value
