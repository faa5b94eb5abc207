"""Recorded answers as they lie in files: bare objects, wrapped ones, lists of either, whole envelopes."""

from typing import Any

from service.sandbox import errors
from service.sandbox.declare import Entity
from service.sandbox.entities import entity_named
from service.sandbox.references import references
from service.sandbox.wire import Doc

ENVELOPES = ("QueryResponse", "CDCResponse", "BatchItemResponse", "AttachableResponse")


def as_documents(value: Any) -> list[Doc]:
    """Take recorded answers apart into objects, bare or wrapped; what was deleted or refused is left out."""
    if isinstance(value, list | tuple):
        return [doc for one in value for doc in as_documents(one)]
    if not isinstance(value, dict):
        raise errors.SandboxFault("2010", "Unknown object", f"{str(value)[:50]} is no recorded object.")
    for name in ENVELOPES:
        if name in value:
            return _of_envelope(value[name])
    rows = _listed(value)
    inner = next((one for one in value.values() if isinstance(one, dict)), {})
    gone = "Deleted" in (value.get("status"), inner.get("status"))
    if rows:
        return [doc for row in rows for doc in as_documents(row)]
    return [] if not value or "Fault" in value or gone else [value]


def _of_envelope(content: Any) -> list[Doc]:
    """A count and an empty page hold no objects."""
    if isinstance(content, dict):
        content = _listed(content)
    return as_documents(content)


def _listed(value: Doc) -> list[Doc]:
    lists = ((key, rows) for key, rows in value.items() if isinstance(rows, list) and entity_named(key))
    return [{key: row} for key, rows in lists for row in rows]


def check_recorded(entity: Entity, doc: Doc) -> None:
    """Refuse what could not be read again: no Id, or properties that are none of their kind."""
    if not entity.single and not (isinstance(doc.get("Id"), str | int) and str(doc["Id"])):
        raise errors.missing(f"{entity.name}.Id")
    links = doc.get("LinkedTxn") or []
    shaped = isinstance(doc.get("MetaData") or {}, dict) and isinstance(links, list)
    try:
        read = list(references(entity.references, doc))
    except (AttributeError, KeyError, TypeError):
        shaped, read = False, []
    if not shaped or not all(isinstance(one, dict) for one in links):
        detail = f"{entity.name} {doc.get('Id')} has a property of another kind than QuickBooks gives it."
        raise errors.SandboxFault("2010", "Unknown object", detail)
    if any(not isinstance(target_id, str | int) for _, target_id in read):
        raise errors.SandboxFault("2010", "Unknown object", f"A reference of {entity.name} has no id.")
