"""Names of list objects: held once, given back when the object becomes inactive and bears " (deleted)"."""

import re

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity
from service.sandbox.deviations import Deviation
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
    holders = draft.books.name_holders(entity, name, parent, draft.id)
    stays = draft.stored is not None and (draft.stored.name, draft.stored.parent) == (name, parent)
    if holders and not stays:
        raise errors.duplicate_name(shared=any(kind != entity.name for kind, _ in holders))
    _check_depth(draft, parent)


def _inactive_name(draft: Draft, name: str) -> str:
    if SUFFIXED.search(name) or Deviation.INACTIVE_KEEPS_NAME in draft.books.deviations:
        return name
    parent = draft.ref(draft.entity.parent_field) if draft.entity.parent_field else None
    return free_inactive_name(draft.books, draft.entity, name, parent, draft.id)


def free_inactive_name(books: Books, entity: Entity, name: str, parent: str | None, own_id: str) -> str:
    """Answer a name with its suffix, numbered where another inactive object has it already (unsettled)."""
    candidate, copies = name + SUFFIX, 1
    if not books.knobs.inactive_numbering:
        return candidate
    while books.is_name_taken(entity, candidate, parent, own_id):
        copies += 1
        candidate = f"{name}{SUFFIX} {copies}"
    return candidate


def check_inactivation(draft: Draft) -> None:
    """Whoever is owed something, or owes it, may have to stay active (6220, a knob)."""
    stored = draft.stored
    if stored is None or not stored.active or draft.doc.get("Active") is not False:
        return
    owes = draft.entity.name_space == "names" and bool(stored.balance)
    if owes and draft.books.knobs.inactivate_with_balance == "fault":
        raise errors.by_code("6220")


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
            below = _below(draft.books, stored)
            for one in below:
                one.rendered = None
            draft.books.renames.note(one.id for one in (stored, *below))


def _below(books: Books, above: Stored) -> list[Stored]:
    """Answer the children of a list object, theirs, and so on."""
    if above.entity.parent_field is None:
        return []
    children: dict[str, list[Stored]] = {}
    for one in books.shelves[above.entity.name]:
        if one.parent is not None:
            children.setdefault(one.parent, []).append(one)
    found: list[Stored] = []
    waiting = children.pop(above.id, [])
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.pop(one.id, [])
    return found


def read_name(stored: Stored, doc: Doc) -> None:
    """Read name, parent and activity out of a document."""
    entity = stored.entity
    stored.name = str(doc.get(entity.name_field) or "") if entity.name_field else ""
    stored.active = doc.get("Active") is not False
    if entity.parent_field:
        parent = doc.get(entity.parent_field)
        stored.parent = str(parent["value"]) if isinstance(parent, dict) and parent.get("value") else None
