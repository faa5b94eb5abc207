"""Where a document points to, and whether it may."""

from collections.abc import Iterator
from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import target_of
from service.sandbox.wire import Doc

Reference = tuple[str, str]
UNCHECKED = frozenset({"Currency"})
PSEUDO_TAX_CODES = frozenset({"TAX", "NON"})


def references(plan: tuple[Any, ...], doc: Doc) -> Iterator[Reference]:
    """Answer (entity, id) of each reference in a document."""
    for field, nested in plan:
        value = doc.get(field.name)
        if value is None:
            continue
        if not nested:
            if field.target not in UNCHECKED:
                yield target_of(field, doc), value["value"]
        elif isinstance(value, list):
            for row in value:
                yield from references(nested, row)
        else:
            yield from references(nested, value)


def check_references(books: Books, plan: tuple[Any, ...], doc: Doc, old: Doc | None) -> None:
    """2500 for what doesn't exist, 610 for what is inactive; references that were there are left alone.

    So an old bill of an inactive vendor can still be edited, and recorded objects may point to what was not
    recorded.
    """
    known = set(references(plan, old)) if old is not None else set()
    for target, target_id in references(plan, doc):
        if (target, target_id) in known or (target == "TaxCode" and target_id in PSEUDO_TAX_CODES):
            continue
        stored = books.find(target, target_id)
        if stored is None:
            raise errors.bad_reference(target, target_id)
        if not stored.active:
            raise errors.by_code(books.knobs.inactive_reference)
