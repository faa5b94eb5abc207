"""From an object at rest to the JSON that QuickBooks answers: today's names, keys in its order.

The name of a reference is resolved when it is read (recorded): renaming a vendor changes how its old bills
read, and moves none of them.
"""

from typing import TYPE_CHECKING, Any

from service.sandbox.currencies import CURRENCIES
from service.sandbox.declare import Links, target_of
from service.sandbox.normalise import amount
from service.sandbox.stored import Stored
from service.sandbox.times import seconds_text
from service.sandbox.wire import Doc, encode

if TYPE_CHECKING:
    from service.sandbox.books import Books

# References to these show the object's own name, all others its parents' too (recorded).
SHORT_NAMED = frozenset({"Customer"})


def render(books: "Books", stored: Stored) -> bytes:
    """Answer an object's bytes, made once for each of its versions."""
    if stored.rendered is None or stored.rendered_at != books.names_version:
        stored.rendered = encode(document(books, stored))
        stored.rendered_at = books.names_version
    return stored.rendered


def document(books: "Books", stored: Stored) -> Doc:
    """Answer an object as a client reads it."""
    doc = stored.doc()
    _fill_computed(books, stored, doc)
    _fill_names(books, stored.entity.references, doc)
    order = stored.entity.order
    answer = {key: doc.pop(key) for key in order if key in doc}
    answer.update(doc)
    return answer


def _fill_computed(books: "Books", stored: Stored, doc: Doc) -> None:
    entity = stored.entity
    doc["domain"] = "QBO"
    doc["sparse"] = False
    doc["Id"] = stored.id
    doc["SyncToken"] = str(stored.token)
    doc["MetaData"] = meta_data(stored)
    if entity.balance and stored.balance is not None:
        doc[entity.balance] = amount(stored.balance)
        if entity.twin:
            doc[entity.twin] = doc[entity.balance]
        if entity.rollup:
            doc[entity.rollup] = amount(stored.rollup if stored.rollup is not None else stored.balance)
    if entity.parent_field and "FullyQualifiedName" in entity.by_name:
        doc["FullyQualifiedName"] = books.full_name(stored)
    if entity.links is Links.ALWAYS or (entity.links is Links.WHEN_LINKED and stored.links):
        doc["LinkedTxn"] = [{"TxnId": txn_id, "TxnType": kind} for txn_id, kind in stored.links]


def meta_data(stored: Stored) -> Doc:
    """Answer MetaData: Pacific times without milliseconds (recorded)."""
    meta: Doc = {"CreateTime": seconds_text(stored.created)}
    if stored.modified_by is not None:
        meta["LastModifiedByRef"] = {"value": stored.modified_by}
    meta["LastUpdatedTime"] = seconds_text(stored.updated)
    return meta


def _fill_names(books: "Books", plan: tuple[Any, ...], doc: Doc) -> None:
    for field, nested in plan:
        value = doc.get(field.name)
        if value is None:
            continue
        if not nested:
            if field.named:
                name = name_of(books, target_of(field, doc), value["value"])
                if name:
                    value["name"] = name
        elif isinstance(value, list):
            for row in value:
                _fill_names(books, nested, row)
        else:
            _fill_names(books, nested, value)


def name_of(books: "Books", target: str, object_id: str) -> str | None:
    """Answer what a reference is called now."""
    if target == "Currency":
        return CURRENCIES.get(object_id)
    stored = books.find(target, object_id)
    if stored is None:
        return None
    return stored.name if target in SHORT_NAMED else books.full_name(stored)


def tombstone(stored_id: str, at: int) -> Doc:
    """Answer a deleted object as CDC lists it (recorded)."""
    return {
        "domain": "QBO",
        "status": "Deleted",
        "Id": stored_id,
        "MetaData": {"LastUpdatedTime": seconds_text(at)},
    }
