"""Carries documents between platform space and wire space.

A reference whose parent is not linked becomes a *placeholder* in wire space (`@vendor/v-17`), which no
QuickBooks id can be: the document then differs from its base, and the write waits until the parent has an id.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec.structs import replace

from service.core.records import Account, Bill, BillLine, Document, Kind


class Reference(NamedTuple):
    """Names one parent; `id` is a record id or a QuickBooks id, as the document's space has it."""

    kind: Kind
    id: str


Lookup = Callable[[Kind, str], str | None]


def references_of(document: Document) -> list[Reference]:
    """List what the document refers to, in its own space, with repetitions."""
    if isinstance(document, Bill):
        found = [Reference(Kind.VENDOR, document.vendor)]
        found += [Reference(Kind.ACCOUNT, line.account) for line in document.lines if line.account]
        return found
    if isinstance(document, Account) and document.parent:
        return [Reference(Kind.ACCOUNT, document.parent)]
    return []


def missing_parents(document: Document, lookup: Lookup) -> list[Reference]:
    """List the parents that `lookup` doesn't know, each once."""
    return [each for each in dict.fromkeys(references_of(document)) if lookup(*each) is None]


def placeholder(reference: Reference) -> str:
    """Return what stands in wire space for a parent that QuickBooks doesn't have yet."""
    return f"@{reference.kind.value}/{reference.id}"


def parse_placeholder(value: str) -> Reference | None:
    """Return the record that a placeholder stands for; None for a QuickBooks id."""
    if not value.startswith("@"):
        return None
    kind, _, record = value[1:].partition("/")
    return Reference(Kind(kind), record)


def placeholders_of(document: Document) -> list[Reference]:
    """List the records that a document in wire space still waits for."""
    found = (parse_placeholder(each.id) for each in references_of(document))
    return [each for each in dict.fromkeys(found) if each is not None]


def rename_references(document: Document, rename: Callable[[Kind, str], str]) -> Document:
    """Return the document with every reference renamed; line ids stay."""
    if isinstance(document, Bill):
        return replace(
            document,
            vendor=rename(Kind.VENDOR, document.vendor),
            lines=tuple(
                replace(line, account=rename(Kind.ACCOUNT, line.account)) if line.account else line
                for line in document.lines
            ),
        )
    if isinstance(document, Account) and document.parent:
        return replace(document, parent=rename(Kind.ACCOUNT, document.parent))
    return document


def to_wire(
    document: Document, lookup: Lookup, *, currency: str, default_account: str | None = None
) -> Document:
    """Carry a record's document into wire space.

    `lookup` gives QuickBooks' id of a record. A bill without a currency is in the home `currency`. A line
    without an account gets `default_account` (a record id): the FAQ's unallocated expense account.
    """

    def rename(kind: Kind, record: str) -> str:
        return lookup(kind, record) or placeholder(Reference(kind, record))

    if isinstance(document, Bill):
        lines = tuple(
            replace(line, id=line.quickbooks_id, quickbooks_id=None, account=line.account or default_account)
            for line in document.lines
        )
        document = replace(document, lines=lines, currency=document.currency or currency)
    return rename_references(document, rename)


def resolve_placeholders(document: Document, lookup: Lookup) -> Document:
    """Replace the placeholders whose records have got an id in QuickBooks."""

    def rename(_: Kind, value: str) -> str:
        reference = parse_placeholder(value)
        return (lookup(*reference) if reference else None) or value

    return rename_references(document, rename)


def to_platform(
    content: Document, lookup: Lookup, *, currency: str, previous: Document | None = None
) -> Document:
    """Carry content from wire space into platform space.

    `lookup` gives the record of a QuickBooks id and must know every reference. `previous` is the record's
    present document: its line ids, and what only the platform has, are kept. A bill that named no currency
    still names none while it is in the home `currency`.
    """

    def rename(kind: Kind, qbo_id: str) -> str:
        found = lookup(kind, qbo_id)
        if found is None:
            raise KeyError(f"{kind.value} {qbo_id}")
        return found

    document = rename_references(content, rename)
    if isinstance(document, Bill):
        before = previous if isinstance(previous, Bill) else None
        document = replace(document, lines=_lines_to_platform(document.lines, before.lines if before else ()))
        if before:
            unnamed = before.currency is None and document.currency == currency
            document = replace(
                document, approval=before.approval, currency=None if unnamed else document.currency
            )
    return document


def _lines_to_platform(lines: tuple[BillLine, ...], previous: tuple[BillLine, ...]) -> tuple[BillLine, ...]:
    known: dict[str | None, str | None] = {
        line.quickbooks_id: line.id for line in previous if line.quickbooks_id
    }
    there = {line.id for line in lines}
    lost = [line for line in previous if line.quickbooks_id and line.quickbooks_id not in there]
    unpaired = [line for line in previous if not line.quickbooks_id] + lost
    taken = {line.id for line in previous}
    result = []
    for line in lines:
        own = known.get(line.id) or _take_equal(unpaired, line) or _free_id(line.id, taken)
        taken.add(own)
        result.append(replace(line, id=own, quickbooks_id=line.id))
    return tuple(result)


def _take_equal(unpaired: list[BillLine], line: BillLine) -> str | None:
    """A line that was sent without an id comes back with one, and QuickBooks may number lines anew.

    It is the first of equal amount and words that no id has paired.
    """
    for index, candidate in enumerate(unpaired):
        if candidate.amount == line.amount and (candidate.description or None) == line.description:
            return unpaired.pop(index).id
    return None


def _free_id(wanted: str | None, taken: Iterable[str | None]) -> str:
    taken = set(taken)
    candidate = wanted or "1"
    number = len(taken)
    while candidate in taken:
        number += 1
        candidate = str(number)
    return candidate


def named_references(document: Document) -> list[tuple[str, Reference]]:
    """List what the document refers to, each with the field that does, as callers write it."""
    if isinstance(document, Bill):
        lines = enumerate(document.lines)
        found = [("vendor", Reference(Kind.VENDOR, document.vendor))]
        return found + [
            (f"lines[{at}].account", Reference(Kind.ACCOUNT, line.account))
            for at, line in lines
            if line.account
        ]
    if isinstance(document, Account) and document.parent:
        return [("parent", Reference(Kind.ACCOUNT, document.parent))]
    return []
