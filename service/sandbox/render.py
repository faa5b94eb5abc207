"""From an object at rest to the JSON that QuickBooks answers: today's names, keys in its order.

The name of a reference is resolved when it is read (recorded): renaming a vendor changes how its old bills
read, and moves none of them.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.sandbox.currencies import CURRENCIES
from service.sandbox.declare import BY_TYPE, Entity, Links
from service.sandbox.deviations import misshapen
from service.sandbox.normalise import amount
from service.sandbox.stored import Stored
from service.sandbox.times import seconds_text
from service.sandbox.wire import Doc, encode

if TYPE_CHECKING:
    from service.sandbox.books import Books

# References to these show the object's own name, all others its parents' too (recorded).
SHORT_NAMED = frozenset({"Customer"})
MASK = "XXXXXX"
SHOWN_END = 5


def render(books: "Books", stored: Stored) -> bytes:
    """Answer an object's bytes, made once for each of its versions."""
    if stored.rendered is None or (
        stored.rendered_at != books.renames.version and _is_outdated(books, stored, stored.rendered)
    ):
        doc = document(books, stored)
        stored.rendered = encode(misshapen(doc, books.deviations) if books.deviations else doc)
    stored.rendered_at = books.renames.version
    return stored.rendered


def _is_outdated(books: "Books", stored: Stored, rendered: bytes) -> bool:
    """Say whether an object names somebody who was renamed after it was written out."""
    return bool(books.deviations) or books.renames.concern(rendered, stored.rendered_at)


def document(books: "Books", stored: Stored) -> Doc:
    """Answer an object as a client reads it."""
    doc = stored.doc()
    _fill_computed(books, stored, doc)
    _fill_names(books, stored.entity.names, doc)
    return stored.entity.in_order(doc)


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
    _fill_by_knobs(books, entity, doc)
    if books.multicurrency and doc.get("ExchangeRate") is not None:
        _fill_home_amounts(entity, doc)
    if entity.parent_field and "FullyQualifiedName" in entity.by_name:
        doc["FullyQualifiedName"] = books.full_name(stored)
    if entity.links is Links.ALWAYS or (entity.links is Links.WHEN_LINKED and stored.links):
        doc["LinkedTxn"] = [{"TxnId": txn_id, "TxnType": kind} for txn_id, kind in stored.links]


def _fill_home_amounts(entity: Entity, doc: Doc) -> None:
    """Where there are several currencies, amounts also come in the home currency (QBO documented)."""
    rate = Decimal(str(doc["ExchangeRate"]))
    for name, shown in (("HomeTotalAmt", "TotalAmt"), ("HomeBalance", entity.balance)):
        if name in entity.by_name and shown and doc.get(shown) is not None:
            doc[name] = amount(Decimal(doc[shown]) * rate)


def _fill_by_knobs(books: "Books", entity: Entity, doc: Doc) -> None:
    """What answers have shown in one way and in another."""
    if entity.name == "VendorCredit" and not books.knobs.vendor_credit_balance:
        doc.pop("Balance", None)
    for name in entity.masked if books.knobs.mask_tax_ids else ():
        if doc.get(name):
            # What was loaded from a recording is masked already.
            doc[name] = MASK + str(doc[name]).removeprefix(MASK)[-SHOWN_END:]
    for name in entity.addresses if books.knobs.address_geocodes else ():
        if isinstance(doc.get(name), dict):
            doc[name] = {**doc[name], "Lat": "INVALID", "Long": "INVALID"}


def meta_data(stored: Stored) -> Doc:
    """Answer MetaData: Pacific times without milliseconds (recorded)."""
    meta: Doc = {"CreateTime": seconds_text(stored.created)}
    if stored.modified_by is not None:
        meta["LastModifiedByRef"] = {"value": stored.modified_by}
    meta["LastUpdatedTime"] = seconds_text(stored.updated)
    return meta


def _fill_names(books: "Books", plan: tuple[Any, ...], doc: Doc) -> None:
    for key, target, nested in plan:
        value = doc.get(key)
        if value is None:
            continue
        if not nested:
            name = name_of(books, str(doc.get("Type")) if target == BY_TYPE else target, value["value"])
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
    return stored.name if stored.parent is None or target in SHORT_NAMED else books.full_name(stored)


def tombstone(stored_id: str, at: int) -> Doc:
    """Answer a deleted object as CDC lists it (recorded)."""
    return {
        "domain": "QBO",
        "status": "Deleted",
        "Id": stored_id,
        "MetaData": {"LastUpdatedTime": seconds_text(at)},
    }
