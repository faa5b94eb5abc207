"""Recorded objects, put in as they were: ids, tokens, times, balances and links stay what they are.

Nothing is checked and nothing is posted: the recorded balances hold the postings already, and what an object
refers to may never have been recorded. Rules apply to what is written afterwards.
"""

from collections.abc import Iterable
from decimal import Decimal

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Entity
from service.sandbox.engine import COMPUTED, columns
from service.sandbox.entities import entity_named
from service.sandbox.naming import read_name
from service.sandbox.normalise import normalise_recorded, to_decimal
from service.sandbox.recordings import check_recorded
from service.sandbox.stored import Stored
from service.sandbox.times import parse_instant
from service.sandbox.wire import Doc, encode, plain

# A bare object is recognised by the first of these keys that it has.
SIGNS = (
    ("AccountType", "Account"),
    ("PayType", "BillPayment"),
    ("SubClass", "Class"),
    ("SubDepartment", "Department"),
    ("AccountingInfoPrefs", "Preferences"),
    ("LegalName", "CompanyInfo"),
    ("Vendor1099", "Vendor"),
    ("BalanceWithJobs", "Customer"),
    ("BillableTime", "Employee"),
    ("TrackQtyOnHand", "Item"),
    ("UnappliedAmt", "Payment"),
    ("RemainingCredit", "CreditMemo"),
    ("AllowIPNPayment", "Invoice"),
    ("Adjustment", "JournalEntry"),
    ("DueDays", "Term"),
    ("DayOfMonthDue", "Term"),
)
COUNTERS = {
    "Invoice": "sale number",
    "CreditMemo": "sale number",
    "SalesReceipt": "sale number",
    "RefundReceipt": "sale number",
    "Estimate": "estimate number",
    "PurchaseOrder": "order number",
}
IDENTITY = frozenset({"Id", "SyncToken"})
IDENTITY_ONLY = frozenset({"time", "operation", "bId"})


def load(books: Books, objects: Iterable[Doc], *, replace_seed: bool) -> dict[str, int]:
    """Load recorded objects, the newest version of each id; answer how many of each entity there are."""
    found: dict[tuple[str, str], tuple[Entity, Doc]] = {}
    for one in objects:
        entity, doc = _recognise(plain(one))
        check_recorded(entity, doc)
        doc = normalise_recorded(entity, doc)
        doc = {key: str(value) if key in IDENTITY else value for key, value in doc.items()}
        key = (entity.name, str(doc.get("Id", "1")))
        if key not in found or _version(doc) >= _version(found[key][1]):
            found[key] = (entity, doc)
    entities = {entity.name for entity, _ in found.values()}
    if replace_seed and "Account" in entities and books.born_with:
        _clear(books)
    for entity, doc in found.values():
        _put(books, entity, doc)
    books.renames.note_everything()
    for entity, doc in found.values():
        _pin(books, entity, doc)
    counts: dict[str, int] = {}
    for entity, _ in found.values():
        counts[entity.name] = counts.get(entity.name, 0) + 1
    return counts


def _recognise(doc: Doc) -> tuple[Entity, Doc]:
    wrapped = [key for key in doc if key not in IDENTITY_ONLY]
    if len(wrapped) == 1 and isinstance(doc[wrapped[0]], dict):
        entity = entity_named(wrapped[0])
        if entity is not None:
            return entity, doc[wrapped[0]]
    for sign, name in SIGNS:
        if sign in doc:
            return _known(name), doc
    if "VendorRef" in doc and "Line" in doc:
        return _known("Bill" if "DueDate" in doc else "VendorCredit"), doc
    if "CustomerRef" in doc and "Line" in doc:
        return _known("Invoice"), doc
    raise errors.SandboxFault("2010", "Unknown object", f"What is an object with {sorted(doc)[:5]}? Wrap it.")


def _known(name: str) -> Entity:
    entity = entity_named(name)
    assert entity is not None
    return entity


def _version(doc: Doc) -> tuple[int, str]:
    meta = doc.get("MetaData") or {}
    token = str(doc.get("SyncToken", "0"))
    return (int(token) if token.isdecimal() else 0, str(meta.get("LastUpdatedTime", "")))


def _clear(books: Books) -> None:
    """A company that nobody has worked in gives up what it was born with, except its own two objects.

    What was loaded before stays.
    """
    books.names.clear()
    books.sequences.clear()
    for name, shelf in books.shelves.items():
        kept = [one for one in shelf if shelf.entity.single or (name, one.id) not in books.born_with]
        books.shelves[name] = type(shelf)(shelf.entity)
        for stored in kept:
            _shelve(books, stored, str(stored.doc().get("DocNumber", "")))
    books.born_with.clear()


def _shelve(books: Books, stored: Stored, number: str) -> None:
    entity = stored.entity
    books.hold_name(stored)
    books.shelves[entity.name].add(stored)
    books.saw_id(entity, stored.id)
    if entity.name in COUNTERS:
        books.saw_number(COUNTERS[entity.name], number)


def _put(books: Books, entity: Entity, doc: Doc) -> None:
    object_id = str(doc.get("Id", "1"))
    created, updated = _times(books, doc)
    source = {key: value for key, value in doc.items() if key not in _computed(entity)}
    stored = Stored(entity, object_id, encode(source), created)
    stored.updated = updated
    stored.token = _version(doc)[0]
    _read_balances(stored, doc)
    stored.links = tuple(
        (str(link["TxnId"]), str(link["TxnType"])) for link in doc.get("LinkedTxn") or () if "TxnId" in link
    )
    read_name(stored, doc)
    stored.columns = columns(entity, doc)
    before = books.find(entity.name, object_id)
    if before is not None:
        books.free_name(before)
    _shelve(books, stored, str(doc.get("DocNumber", "")))
    books.born_with.discard((entity.name, object_id))
    if entity.name == "Preferences":
        books.preferences = source


def _pin(books: Books, entity: Entity, doc: Doc) -> None:
    """Until somebody touches it, a loaded object is answered exactly as it was recorded."""
    stored = books.find(entity.name, str(doc.get("Id", "1")))
    if stored is not None:
        stored.rendered = encode(doc)
        stored.rendered_at = books.renames.version


def _computed(entity: Entity) -> set[str | None]:
    return {entity.balance, entity.rollup, entity.twin, *COMPUTED}


def _times(books: Books, doc: Doc) -> tuple[int, int]:
    meta = doc.get("MetaData") or {}
    now = int(books.now().timestamp())
    created = parse_instant(str(meta.get("CreateTime", "")))
    updated = parse_instant(str(meta.get("LastUpdatedTime", "")))
    born = int(created.timestamp()) if created is not None else now
    return born, int(updated.timestamp()) if updated is not None else born


def _read_balances(stored: Stored, doc: Doc) -> None:
    entity = stored.entity
    if entity.balance is None:
        return
    value = doc.get(entity.balance, doc.get(entity.twin) if entity.twin else None)
    if value is None:
        value = doc.get("TotalAmt", 0) if entity.transaction else 0
    stored.balance = to_decimal(entity.balance, value)
    if entity.rollup and doc.get(entity.rollup) is not None:
        stored.rollup = Decimal(to_decimal(entity.rollup, doc[entity.rollup]))
