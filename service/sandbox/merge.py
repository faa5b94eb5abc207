"""Merging two objects of a list: everything that pointed to the loser points to the survivor.

The loser disappears or becomes inactive, and the transactions' times stay or move, as the knobs say: both are
unsettled.
"""

from decimal import Decimal
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity, target_of
from service.sandbox.engine import columns
from service.sandbox.naming import free_inactive_name, read_name
from service.sandbox.posting import ancestors, roll_up, rolled_up, touch
from service.sandbox.references import references
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode


def merge(books: Books, entity: Entity, survivor_id: str, loser_id: str) -> Stored:
    """Merge, and answer the survivor; raises SandboxFault where either is missing."""
    if "Merge" not in entity.events:
        raise errors.unsupported(f"merge {entity.name}")
    survivor, loser = books.find(entity.name, survivor_id), books.find(entity.name, loser_id)
    if survivor is None or loser is None or survivor is loser:
        raise errors.not_found()
    if entity.name == "Vendor" and books.column(survivor, "CurrencyRef") != books.column(
        loser, "CurrencyRef"
    ):
        raise errors.business("Names of different currencies can't be merged.")
    if loser in ancestors(books, survivor):
        raise errors.business("An object of a list can't be merged into one that lies below it.")
    at = int(books.now().timestamp())
    _carry_balance(books, survivor, loser, at)
    deleted = books.knobs.cdc_merged == "deleted"
    for shelf in books.shelves.values():
        for stored in list(shelf):
            if stored is not loser:
                _repoint(books, stored, (entity.name, loser_id), survivor_id, at)
    touch(books, survivor, at, token=True)
    books.free_name(loser)
    if deleted:
        books.shelves[entity.name].remove(loser, at)
    else:
        _retire(books, loser, at)
    books.renames.note_everything()
    return survivor


def _carry_balance(books: Books, survivor: Stored, loser: Stored, at: int) -> None:
    """Take what the loser and those below it come to from its parents to the survivor and the survivor's."""
    if survivor.entity.balance is None:
        return
    own, whole = loser.balance or Decimal(0), rolled_up(loser)
    if survivor.entity.rollup is not None:
        for above in ancestors(books, loser):
            roll_up(books, above, -whole, at)
        for above in (survivor, *ancestors(books, survivor)):
            roll_up(books, above, whole, at)
    survivor.balance = (survivor.balance or Decimal(0)) + own
    loser.balance = loser.rollup = Decimal(0)


def _retire(books: Books, loser: Stored, at: int) -> None:
    """Keep the loser as an inactive object without a balance (one position of a knob)."""
    entity, doc = loser.entity, loser.doc()
    doc["Active"] = False
    if entity.name_field is not None:
        doc[entity.name_field] = free_inactive_name(books, entity, loser.name, loser.parent, loser.id)
    touch(books, loser, at, token=True)
    loser.source = encode(doc)
    read_name(loser, doc)
    books.hold_name(loser)
    books.shelves[entity.name].reindex(loser, columns(entity, doc))


def _repoint(books: Books, stored: Stored, loser: tuple[str, str], survivor_id: str, at: int) -> None:
    entity = stored.entity
    doc = stored.doc()
    if loser not in set(references(entity.references, doc)):
        return
    _replace(entity.references, doc, loser, survivor_id)
    if books.knobs.merge_moves_times:
        touch(books, stored, at)
    stored.source = encode(doc)
    stored.rendered = None
    books.shelves[entity.name].reindex(stored, columns(entity, doc))
    books.shelves[entity.name].version += 1
    if entity.parent_field and stored.parent == loser[1] and entity.name == loser[0]:
        stored.parent = survivor_id


def _replace(plan: tuple[Any, ...], doc: Doc, loser: tuple[str, str], survivor_id: str) -> None:
    for field, nested in plan:
        value = doc.get(field.name)
        if value is None:
            continue
        if not nested:
            if (target_of(field, doc), value["value"]) == loser:
                value["value"] = survivor_id
        elif isinstance(value, list):
            for row in value:
                _replace(nested, row, loser, survivor_id)
        else:
            _replace(nested, value, loser, survivor_id)
