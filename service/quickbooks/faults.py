"""Faults as they come: two JSON dialects, XML unasked, HTML of a proxy, and faults in a 200.

What a fault means stands in service/core/faults.py; here it is only read, and reading never fails.
"""

import re
from html import unescape
from typing import Any

import msgspec

from service.core.faults import FaultRule, sort_fault

_LARGEST_FAULT = 65_536
_XML_ERROR = re.compile(r"<(?:\w+:)?Error\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?Error>)", re.DOTALL)
_XML_KIND = re.compile(r"<(?:\w+:)?Fault\b([^>]*)")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One error of a fault; what QuickBooks left out is empty."""

    code: str = ""
    message: str = ""
    detail: str = ""
    element: str = ""
    kind: str = ""
    http_status: int | None = None

    @property
    def rule(self) -> FaultRule:
        """What to do about it, where the request had a target."""
        return self._sorted(has_target=True)

    @property
    def rule_for_create(self) -> FaultRule:
        """What to do about it, where the request was a create: its 610 is an inactive reference."""
        return self._sorted(has_target=False)

    def _sorted(self, *, has_target: bool) -> FaultRule:
        return sort_fault(
            self.code,
            http_status=self.http_status,
            message=self.message,
            detail=self.detail,
            has_target=has_target,
        )


def faults_of(status: int, body: bytes) -> tuple[Fault, ...]:
    """Return the faults of a whole answer; one is made up where a refusal has none that can be read."""
    if status < 400 and (len(body) > _LARGEST_FAULT or b"ault" not in body):
        return ()  # cheap for pages; only a small answer is a fault
    found = _from_json(status, body) or _from_xml(status, body)
    if found or status < 400:
        return found
    return (Fault(code=f"http_{status}", message=f"HTTP status {status}", http_status=status),)


def read_fault(fault: object, *, status: int | None = None) -> tuple[Fault, ...]:
    """Return the errors of a decoded fault object of either dialect."""
    if not isinstance(fault, dict):
        return ()
    errors = fault.get("Error") or fault.get("error") or [{}]
    kind = _text(fault.get("type"))
    listed = errors if isinstance(errors, list) else [errors]
    return tuple(_one(error, kind, status) for error in listed if isinstance(error, dict))


def _one(error: dict[Any, Any], kind: str, status: int | None) -> Fault:
    said = {str(key).lower(): _text(value) for key, value in error.items()}
    return Fault(
        code=said.get("code", ""),
        message=said.get("message", ""),
        detail=said.get("detail", ""),
        element=said.get("element", ""),
        kind=kind,
        http_status=status,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _from_json(status: int, body: bytes) -> tuple[Fault, ...]:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    if not isinstance(answer, dict):
        return ()
    return read_fault(answer.get("Fault") or answer.get("fault"), status=status)


def _from_xml(status: int, body: bytes) -> tuple[Fault, ...]:
    """Read the few elements of a fault; a parser would be one more thing that a hostile text can harm."""
    text = body[:_LARGEST_FAULT].decode("utf-8", "replace")
    if not text.lstrip("\ufeff \r\n\t").startswith("<"):
        return ()
    kind = _XML_KIND.search(text)
    return tuple(
        Fault(
            code=_attribute(attributes, "code"),
            message=_element(inner, "Message"),
            detail=_element(inner, "Detail"),
            element=_attribute(attributes, "element"),
            kind=_attribute(kind.group(1), "type") if kind else "",
            http_status=status,
        )
        for attributes, inner in _XML_ERROR.findall(text)
    )


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf"\b{name}\s*=\s*([\"'])(.*?)\1", attributes, re.DOTALL)
    return unescape(found.group(2)) if found else ""


def _element(inner: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>(.*?)</(?:\w+:)?{name}>", inner, re.DOTALL)
    return unescape(found.group(1)).strip() if found else ""
