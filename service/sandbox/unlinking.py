"""What happens to payments when what they are applied to is deleted or voided."""

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.lines import linked
from service.sandbox.posting import post, touch
from service.sandbox.stored import Stored
from service.sandbox.wire import encode


def refuse_or_unlink(books: Books, stored: Stored, at: int) -> list[Stored]:
    """Refuse (6000), or take the payments' lines away, as the knob says; answer the payments that changed."""
    if not stored.links or stored.entity.balance is None:
        return []
    if books.knobs.delete_linked == "reject":
        text = "You must unlink the transactions that are linked to this one first."
        code = books.knobs.delete_linked_code
        raise errors.business(text) if code == "6000" else errors.by_code(code, text)
    changed = []
    for payment in payments_of(books, stored):
        _drop_lines(books, payment, stored, at)
        changed.append(payment)
    return changed


def payments_of(books: Books, stored: Stored) -> list[Stored]:
    """Find the payments that are applied to a transaction."""
    found = []
    for txn_id, kind in stored.links:
        for shelf in books.shelves.values():
            payment = shelf.get(txn_id) if shelf.entity.link_type == kind else None
            if payment is not None:
                found.append(payment)
    return found


def _drop_lines(books: Books, payment: Stored, target: Stored, at: int) -> None:
    doc = payment.doc()
    before = payment.entity.effects(doc)
    own = (target.entity.name, target.id)
    doc["Line"] = [line for line in doc.get("Line", ()) if linked(line) != own]
    if payment.entity.recount is not None:
        payment.entity.recount(doc)
    touch(books, payment, at, token=True)
    payment.source = encode(doc)
    post(books, payment, before, payment.entity.effects(doc), at)
