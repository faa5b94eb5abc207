"""A kind's fields as a table: what we call a field, where QuickBooks has it, and how it is spelled there."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from service.quickbooks.translate.codecs import LEAVE, NAME, Codec

Path = tuple[str, ...]


class Field(NamedTuple):
    """One field of ours and QuickBooks' property for it.

    `beside` gives properties that have to go with a value. `on_create` is False for what can't be said of a
    new object; a `fixed` field comes from QuickBooks only; without a `required` one an object can't be read.
    """

    name: str
    path: Path
    codec: Codec
    beside: Callable[[Any], dict[str, Any]] | None = None
    on_create: bool = True
    fixed: bool = False
    required: bool = False


def field(name: str, path: str, codec: Codec, **more: Any) -> Field:
    """Declare a field; the path has dots."""
    return Field(name, tuple(path.split(".")), codec, **more)


def wire_struct(
    name: str,
    fields: Iterable[Field],
    base: type[Struct] | None = None,
    properties: dict[str, Any] | None = None,
) -> type[Struct]:
    """Make the type that decodes just these fields and properties, each None where it is absent."""
    nested: dict[str, list[Field]] = {}
    fields = tuple(fields)
    for each in fields:
        nested.setdefault(each.path[0], []).append(each._replace(path=each.path[1:]))
    wanted: dict[str, Any] = {
        key: wire_struct(f"{name}{key}", below) if below[0].path else below[0].codec.wire
        for key, below in nested.items()
    }
    needed = {each.path[0] for each in fields if each.required}
    found = [
        (key, wire) if key in needed else (key, wire | None, None)
        for key, wire in (wanted | (properties or {})).items()
    ]
    return msgspec.defstruct(name, found, bases=(base,) if base else None, kw_only=True)


def read(fields: Iterable[Field], wire: Any) -> dict[str, Any]:
    """Read our values, by our names."""
    return {each.name: each.codec.read(_at(wire, each.path)) for each in fields}


def _at(wire: Any, path: Path) -> Any:
    for key in path:
        wire = getattr(wire, key)
        if wire is None:
            return None
    return wire


def write(fields: Iterable[Field], content: Any, before: dict[str, Any] | None) -> dict[str, Any]:
    """Write these fields' properties into a new object (`before` is None) or a sparse update.

    A new object leaves out what is empty. In an update what is nested is built on what was there.
    """
    body: dict[str, Any] = {}
    for each in fields:
        value = getattr(content, each.name)
        if value is None and before is None:
            continue
        sent = each.codec.write(value, _below(before, each.path))
        if sent is not LEAVE:
            _put(body, each.path, sent, before or {})
        if each.beside:
            body |= each.beside(value)
    return body


def rewrite(fields: Iterable[Field], content: Any, before: dict[str, Any]) -> dict[str, Any]:
    """Write a row that goes whole: QuickBooks' own row with our values in it; what is empty is left out."""
    body = dict(before)
    for each in fields:
        value = getattr(content, each.name)
        sent = each.codec.write(value, _below(before, each.path))
        if sent is LEAVE:
            continue
        if value is not None:
            _put(body, each.path, sent, body)
        elif _below(body, each.path) is not None:
            _drop(body, each.path)
    return body


def _below(before: dict[str, Any] | None, path: Path) -> Any:
    for key in path:
        before = (before or {}).get(key)
    return before


def _put(body: dict[str, Any], path: Path, value: Any, before: dict[str, Any]) -> None:
    for key in path[:-1]:
        before = before.get(key) or {}
        if body.get(key) is None or body[key] is before:
            body[key] = dict(before)
        body = body[key]
    body[path[-1]] = value


def _drop(body: dict[str, Any], path: Path) -> None:
    for key in path[:-1]:
        body[key] = dict(body[key])
        body = body[key]
    del body[path[-1]]


def as_it_is(each: Field, before: dict[str, Any]) -> Any:
    """Return what QuickBooks has of a field, for updates that must name it; an inactive name is cleaned."""
    value = _below(before, each.path)
    if isinstance(value, dict):
        return {"value": value["value"]}
    return value if each.codec is not NAME or before.get("Active", True) else each.codec.read(value)
