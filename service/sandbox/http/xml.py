"""The same answers as XML, for whoever asks for it or doesn't say: QuickBooks' namespace, refs as elements.

What JSON shows as `"VendorRef": {"value": "56", "name": "Bob"}` is `<VendorRef name="Bob">56</VendorRef>`.
"""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from service.sandbox.wire import Doc, decode, encode

NAMESPACE = "http://schema.intuit.com/finance/v3"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
ATTRIBUTES = frozenset(
    {
        "domain",
        "sparse",
        "status",
        "startPosition",
        "maxResults",
        "totalCount",
        "type",
        "code",
        "element",
        "bId",
    }
)
REFERENCE = frozenset({"value", "name", "type"})


def wants_xml(accept: str | None, default: str) -> bool:
    """Say whether an answer goes out as XML; `default` counts where nothing is asked for."""
    asked = (accept or "").lower()
    if "json" in asked:
        return False
    return "xml" in asked or (default == "xml" and asked in {"", "*/*"})


def as_xml(body: bytes) -> bytes:
    """Answer a JSON envelope as an IntuitResponse."""
    content: Doc = decode(body)
    time = content.pop("time", None)
    stamp = f" time={quoteattr(str(time))}" if time is not None else ""
    inner = "".join(piece for key, value in content.items() for piece in _element(key, value))
    return f"{HEAD}<IntuitResponse{stamp} xmlns={quoteattr(NAMESPACE)}>{inner}</IntuitResponse>".encode()


def _element(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _element(key, one)
    elif isinstance(value, dict) and "value" in value and set(value) <= REFERENCE:
        marks = "".join(
            f" {name}={quoteattr(str(value[name]))}" for name in ("name", "type") if name in value
        )
        yield f"<{key}{marks}>{escape(str(value['value']))}</{key}>"
    elif isinstance(value, dict):
        yield _container(key, value)
    elif value is not None:
        yield f"<{key}>{escape(_text(value))}</{key}>"


def _container(key: str, value: Doc) -> str:
    flat = {
        name: one for name, one in value.items() if name in ATTRIBUTES and not isinstance(one, dict | list)
    }
    marks = "".join(f" {name}={quoteattr(_text(one))}" for name, one in flat.items() if one is not None)
    inner = "".join(piece for name, one in value.items() if name not in flat for piece in _element(name, one))
    return f"<{key}{marks}>{inner}</{key}>"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()
