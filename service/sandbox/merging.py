"""How an update combines with what was there."""

from collections.abc import Iterable
from typing import Any

from service.sandbox.declare import Entity
from service.sandbox.normalise import compact
from service.sandbox.wire import Doc


def merged(entity: Entity, old: Doc, sent: Doc, *, sparse: bool, documented: bool = False) -> Doc:
    """Sparse: what was sent replaces, None empties. Full: what was omitted is gone, some of it kept.

    A full update that omits the date gets today's, as a create does; DocNumber, currency and activity stay
    (recorded). `documented` keeps only what no object can be without.
    """
    if entity.single:
        return _deep(old, sent)
    if sparse:
        doc = compact({**old, **sent})
    else:
        keeps = entity.kept & entity.structural if documented else entity.kept
        kept = {key: old[key] for key in old if key in keeps or key == entity.name_field}
        doc = {**kept, **compact(sent)}
    if entity.name_field and not doc.get(entity.name_field) and old.get(entity.name_field):
        doc[entity.name_field] = old[entity.name_field]
    return doc


def _deep(old: Doc, sent: Doc) -> Doc:
    answer = dict(old)
    for key, value in sent.items():
        if value is None:
            answer.pop(key, None)
        elif isinstance(value, dict) and isinstance(answer.get(key), dict):
            answer[key] = _deep(answer[key], value)
        else:
            answer[key] = value
    return answer


def same(new: Any, old: Any, keys: Iterable[str]) -> bool:
    """Say whether two documents agree in some keys; an empty list is as good as none."""
    return all(_equal(new.get(key), old.get(key)) for key in keys)


def _equal(new: Any, old: Any) -> bool:
    if isinstance(new, dict) and isinstance(old, dict):
        if "value" in new and "value" in old:
            return bool(new["value"] == old["value"])
        return same(new, old, {*new, *old})
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(_equal(*pair) for pair in zip(new, old, strict=True))
    return bool(new == old) or (_is_empty(new) and _is_empty(old))


def _is_empty(value: Any) -> bool:
    return value in (None, [], {})
