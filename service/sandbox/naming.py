"""Names of list objects: held once, given back when the object becomes inactive and bears " (deleted)"."""

import re

from service.sandbox import errors
from service.sandbox.draft import Draft
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc

SUFFIX = " (deleted)"
SUFFIXED = re.compile(r" \(deleted\)( \d+)?$")
DEEPEST = 5


def settle_name(draft: Draft) -> None:
    """Add the suffix of an inactive object, then refuse a name that somebody else holds (6240)."""
    entity = draft.entity
    if entity.name_field is None or entity.name_field not in draft.doc:
        return
    name = str(draft.doc[entity.name_field]).strip()
    if draft.doc.get("Active") is False and entity.suffixed:
        name = _inactive_name(draft, name)
    draft.doc[entity.name_field] = name
    parent = draft.ref(entity.parent_field) if entity.parent_field else None
    if draft.books.is_name_taken(entity, name, parent, draft.id):
        raise errors.duplicate_name(shared=entity.name_space == "names")
    _check_depth(draft, parent)


def _inactive_name(draft: Draft, name: str) -> str:
    if SUFFIXED.search(name):
        return name
    candidate, copies = name + SUFFIX, 1
    parent = draft.ref(draft.entity.parent_field) if draft.entity.parent_field else None
    if not draft.books.knobs.inactive_numbering:
        return candidate
    while draft.books.is_name_taken(draft.entity, candidate, parent, draft.id):
        copies += 1
        candidate = f"{name}{SUFFIX} {copies}"
    return candidate


def _check_depth(draft: Draft, parent: str | None) -> None:
    """Lists nest five levels deep at most (6180), and never into themselves."""
    depth = 1
    while parent is not None:
        depth += 1
        if depth > DEEPEST or parent == draft.id:
            raise errors.SandboxFault("6180", "Too many levels", "The list can't have more than five levels")
        above = draft.find(draft.entity.name, parent)
        parent = above.parent if above is not None else None


def adopt_name(draft: Draft, stored: Stored) -> None:
    """Take over name, parent and activity from the document into the object, and hold the name."""
    entity, doc = draft.entity, draft.doc
    if entity.name_field is not None:
        before = (stored.name, stored.parent)
        draft.books.free_name(stored)
        read_name(stored, doc)
        draft.books.hold_name(stored)
        if not draft.is_new and before != (stored.name, stored.parent):
            draft.books.names_version += 1


def read_name(stored: Stored, doc: Doc) -> None:
    """Read name, parent and activity out of a document."""
    entity = stored.entity
    stored.name = str(doc.get(entity.name_field) or "") if entity.name_field else ""
    stored.active = doc.get("Active") is not False
    if entity.parent_field:
        parent = doc.get(entity.parent_field)
        stored.parent = str(parent["value"]) if isinstance(parent, dict) and parent.get("value") else None
