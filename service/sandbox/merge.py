"""Merging two objects of a list: everything that pointed to the loser points to the survivor.

The loser disappears; whether the transactions' times move is unsettled, here they stay.
"""

from decimal import Decimal
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity, target_of
from service.sandbox.engine import columns
from service.sandbox.posting import move, touch
from service.sandbox.references import references
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode


def merge(books: Books, entity: Entity, survivor_id: str, loser_id: str) -> Stored:
    """Merge, and answer the survivor; raises SandboxFault where either is missing."""
    survivor, loser = books.find(entity.name, survivor_id), books.find(entity.name, loser_id)
    if survivor is None or loser is None or survivor is loser:
        raise errors.not_found()
    if entity.name == "Vendor" and books.column(survivor, "CurrencyRef") != books.column(
        loser, "CurrencyRef"
    ):
        raise errors.business("Names of different currencies can't be merged.")
    at = int(books.now().timestamp())
    for shelf in books.shelves.values():
        for stored in list(shelf):
            if stored is not loser:
                _repoint(books, stored, (entity.name, loser_id), survivor_id)
    if loser.balance:
        move(books, survivor, loser.balance or Decimal(0), at)
    touch(books, survivor, at, token=True)
    books.free_name(loser)
    books.shelves[entity.name].remove(loser, at)
    books.names_version += 1
    return survivor


def _repoint(books: Books, stored: Stored, loser: tuple[str, str], survivor_id: str) -> None:
    entity = stored.entity
    doc = stored.doc()
    if loser not in set(references(entity.references, doc)):
        return
    _replace(entity.references, doc, loser, survivor_id)
    stored.source = encode(doc)
    stored.rendered = None
    books.shelves[entity.name].reindex(stored, columns(entity, doc))
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
