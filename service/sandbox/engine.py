"""The one path on which every object of every entity is created, updated, voided and deleted.

A write is checked whole before anything moves, so a refusal leaves no trace. What differs between entities
stands in their declarations; nothing here knows a bill from a vendor.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import NO_EFFECTS, Aftermath, Effects, Entity
from service.sandbox.deviations import Deviation
from service.sandbox.draft import Draft
from service.sandbox.merging import merged, same
from service.sandbox.naming import adopt_name, check_inactivation, settle_name
from service.sandbox.normalise import compact, normalise
from service.sandbox.posting import ancestors, check_applied, post, roll_up, rolled_up, touch
from service.sandbox.references import check_references
from service.sandbox.stored import Stored
from service.sandbox.tracking import settle_tracking
from service.sandbox.unlinking import refuse_or_unlink
from service.sandbox.wire import Doc, encode

ZERO = Decimal(0)
NO_OPTIONS: frozenset[str] = frozenset()
COMPUTED = frozenset({"domain", "sparse", "Id", "SyncToken", "MetaData", "FullyQualifiedName", "LinkedTxn"})
VOIDED = "Voided"


@dataclass(slots=True)
class Written:
    """What a write did: `applied` is False where nothing differed; `moved` changed by its side effect.

    `aftermath` is what QuickBooks writes by itself next.
    """

    operation: str
    stored: Stored
    applied: bool = True
    moved: list[Stored] = field(default_factory=list)
    aftermath: Aftermath = ()


def create(books: Books, entity: Entity, body: Doc, options: frozenset[str] = NO_OPTIONS) -> Written:
    """Create an object; raises SandboxFault where the rules refuse."""
    if "create" not in entity.operations:
        raise errors.unsupported(f"create {entity.name}")
    sent = normalise(entity, body, books.knobs)
    draft = Draft(books=books, entity=entity, doc=compact(sent), sent=sent, id="", options=options)
    if entity.replaces:
        entity.complete(draft)
        known = _of_the_same(books, entity, draft.doc)
        if known is not None:
            return update(books, entity, {**body, "Id": known.id, "SyncToken": str(known.token)}, options)
    effects = _settle(draft, NO_EFFECTS)

    at = _seconds(books)
    stored = Stored(entity, books.next_id(entity), encode(_at_rest(draft)), at)
    draft.id = stored.id
    stored.balance = _opening_balance(draft)
    stored.modified_by = books.user_id if entity.transaction else None
    adopt_name(draft, stored)
    stored.columns = columns(entity, draft.doc)
    if books.knobs.read_lag:
        stored.written_at = books.now().timestamp()
    books.shelves[entity.name].add(stored)
    moved = post(books, stored, NO_EFFECTS, effects, at)
    return Written("create", stored, moved=moved, aftermath=tuple(entity.aftermath(draft)))


def update(books: Books, entity: Entity, body: Doc, options: frozenset[str] = NO_OPTIONS) -> Written:
    """Update an object, sparsely or whole; an update that changes nothing moves nothing (recorded)."""
    if "update" not in entity.operations:
        raise errors.unsupported(f"update {entity.name}")
    stored = _current(books, entity, body)
    old = stored.doc()
    sparse = _is_sparse(books, body)
    sent = normalise(entity, body, books.knobs)
    for name in entity.update_requires:
        if not sent.get(name):
            raise errors.missing(name)
    documented = books.knobs.full_update == "documented"
    doc = merged(entity, old, sent, sparse=sparse, documented=documented)
    if Deviation.LINES_APPENDED in books.deviations and sparse and sent.get("Line"):
        doc["Line"] = [*old.get("Line", ()), *sent["Line"]]
    draft = Draft(books, entity, doc, sent, stored.id, old, stored, options, sparse)
    before = entity.effects(old)
    refuse_locked(stored)
    effects = _settle(draft, before)
    if same(doc, old, {*sent, *old}) and Deviation.NO_OP_MOVES_TOKEN not in books.deviations:
        return Written("update", stored, applied=False)
    return _replace(draft, before, effects, "update")


def void(books: Books, entity: Entity, body: Doc, *, by_person: bool = False) -> Written:
    """Void a transaction: it stays, with nothing in it (recorded). A person can void more than the API."""
    if entity.void is None or not (by_person or "void" in entity.operations):
        raise errors.unsupported(f"void {entity.name}")
    stored = _current(books, entity, body)
    old = stored.doc()
    doc = stored.doc()
    note = str(old.get("PrivateNote") or "")
    if note.startswith(VOIDED) and not old.get("TotalAmt"):
        if books.knobs.void_twice == "reject":
            raise errors.business("The transaction is voided already.")
        return Written("void", stored, applied=False)
    refuse_locked(stored)
    refuse_closed(books, old, doc)
    unlinked = refuse_or_unlink(books, stored, _seconds(books))
    entity.void(doc)
    doc["PrivateNote"] = f"{VOIDED} - {note}" if note else VOIDED
    draft = Draft(books, entity, doc, {}, stored.id, old, stored)
    before = entity.effects(old)
    after = before if Deviation.VOID_LEAVES_BALANCES in books.deviations else entity.effects(doc)
    written = _replace(draft, before, after, "void")
    written.moved.extend(unlinked)
    return written


def delete(books: Books, entity: Entity, body: Doc) -> Written:
    """Delete a transaction; what it had paid is open again."""
    if "delete" not in entity.operations:
        raise errors.unsupported(f"delete {entity.name}")
    stored = _current(books, entity, body, token=entity.transaction)
    old = stored.doc()
    refuse_locked(stored)
    refuse_closed(books, old, old)
    at = _seconds(books)
    unlinked = refuse_or_unlink(books, stored, at)
    shelf = books.shelves[entity.name]
    if books.knobs.read_lag:
        shelf.gone_copies[stored.id] = stored.copy()
    stored.updated = at
    shelf.remove(stored, at)
    books.free_name(stored)
    moved = post(books, stored, entity.effects(old), NO_EFFECTS, at)
    return Written("delete", stored, moved=[*moved, *unlinked])


def _settle(draft: Draft, before: Effects) -> Effects:
    """Complete a draft and check it whole; answer what it will move."""
    entity, books = draft.entity, draft.books
    for name in entity.required:
        if draft.doc.get(name) in (None, ""):
            raise errors.missing(name)
    entity.complete(draft)
    settle_tracking(draft)
    check_references(books, entity.references, draft.doc, draft.old)
    settle_name(draft)
    check_inactivation(draft)
    entity.check(draft)
    if entity.transaction:
        refuse_closed(books, draft.old or draft.doc, draft.doc)
    effects = entity.effects(draft.doc)
    check_applied(books, before, effects)
    if draft.stored is not None and entity.transaction and entity.balance:
        _refuse_below_paid(draft)
    return effects


def _of_the_same(books: Books, entity: Entity, doc: Doc) -> Stored | None:
    """Find the object with the same values of what it replaces by."""
    wanted = [doc.get(name) for name in entity.replaces]
    shelf = books.shelves[entity.name]
    found = (one for one in shelf if [books.column(one, name) for name in entity.replaces] == wanted)
    return next(found, None)


def _replace(draft: Draft, before: Effects, effects: Effects, operation: str) -> Written:
    books, entity, stored = draft.books, draft.entity, draft.stored
    assert stored is not None
    assert draft.old is not None
    at = _seconds(books)
    touch(books, stored, at, token=True)
    if entity.transaction and entity.balance:
        stored.balance = (stored.balance or ZERO) + _total(draft.doc) - _total(draft.old)
    stored.source = encode(_at_rest(draft))
    stored.modified_by = books.user_id if entity.transaction else None
    parent_before = stored.parent
    adopt_name(draft, stored)
    if entity.rollup and stored.parent != parent_before:
        _move_rollup(books, stored, parent_before, at)
    books.shelves[entity.name].reindex(stored, columns(entity, draft.doc))
    if entity.name == "Preferences":
        books.preferences = draft.doc
    return Written(operation, stored, moved=post(books, stored, before, effects, at))


def _move_rollup(books: Books, stored: Stored, parent_before: str | None, at: int) -> None:
    """Take a moved account's sum from its old parents to its new ones."""
    whole = rolled_up(stored)
    parent_now, stored.parent = stored.parent, parent_before
    for sign in (-1, 1):
        for parent in ancestors(books, stored):
            roll_up(books, parent, sign * whole, at)
        stored.parent = parent_now


def _current(books: Books, entity: Entity, body: Doc, *, token: bool = True) -> Stored:
    """Find what a write is about, and refuse a token that is not the current one (5010, recorded)."""
    object_id = checked_id(body.get("Id"))
    stored = books.find(entity.name, object_id)
    if stored is None:
        raise errors.not_found(deleted=books.knobs.gone_detail == "deleted")
    sent = body.get("SyncToken")
    if sent in (None, ""):
        if not token:
            return stored
        if books.knobs.update_without_version == "5010":
            raise errors.stale(books.user_name)
        raise errors.missing("SyncToken")
    if str(sent) != str(stored.token) and Deviation.STALE_TOKEN_ACCEPTED not in books.deviations:
        raise errors.stale(books.user_name)
    return stored


def _is_sparse(books: Books, body: Doc) -> bool:
    if Deviation.FULL_KEEPS_OMITTED in books.deviations:
        return True
    return (
        str(body.get("sparse")).lower() == "true" and Deviation.SPARSE_CLEARS_OMITTED not in books.deviations
    )


def checked_id(value: Any) -> str:
    """Read an Id; 2030 where it is no number (recorded)."""
    if value in (None, ""):
        raise errors.missing("Id")
    text = str(value).strip()
    if not text.isdecimal():
        raise errors.invalid_id(value)
    return text


def refuse_locked(stored: Stored) -> None:
    """A deposited payment can't be touched (6540)."""
    if any(kind == "Deposit" for _, kind in stored.links):
        raise errors.by_code("6540")


def refuse_closed(books: Books, old: Doc, new: Doc) -> None:
    """6200 where the old or the new date lies in the closed period."""
    until = "" if Deviation.CLOSED_BOOKS_OPEN in books.deviations else books.closed_until
    if until and any(str(doc.get("TxnDate") or "9999") <= until for doc in (old, new)):
        raise errors.closed_books(until)


def _refuse_below_paid(draft: Draft) -> None:
    assert draft.stored is not None
    assert draft.old is not None
    if (draft.stored.balance or ZERO) + _total(draft.doc) - _total(draft.old) < 0:
        raise errors.business("The amount can't be less than what has been applied to the transaction.")


def _opening_balance(draft: Draft) -> Decimal | None:
    if draft.entity.balance is None:
        return None
    return _total(draft.doc) if draft.entity.transaction else ZERO


def _total(doc: Doc) -> Decimal:
    """What is open at first: the total, less what was paid on the form itself."""
    return Decimal(doc.get("TotalAmt") or 0) - Decimal(doc.get("Deposit") or 0)


def _at_rest(draft: Draft) -> Doc:
    """Answer the document without what is computed when it is read, keys in wire order, unknown ones last."""
    entity, doc = draft.entity, draft.doc
    computed = {entity.balance, entity.rollup, entity.twin} | COMPUTED
    rest = {key: value for key, value in doc.items() if value is not None and key not in computed}
    return {**{key: rest[key] for key in entity.order if key in rest}, **rest}


def columns(entity: Entity, doc: Doc) -> tuple[Any, ...]:
    """Answer the values that WHERE and ORDERBY find an object by."""
    return tuple(_column(doc.get(one.name)) for one in entity.columns)


def _column(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _seconds(books: Books) -> int:
    return int(books.now().timestamp())
