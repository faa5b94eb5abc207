"""Carries documents between platform space and wire space.

A reference whose parent is not linked becomes a *placeholder* in wire space (`@vendor/v-17`), which no
QuickBooks id can be: the document then differs from its base, and the write waits until the parent has an id.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from service.core.records import (
    PLATFORM_ONLY,
    Account,
    AccountingClass,
    Bill,
    BillLine,
    BillPayment,
    CreditMemo,
    Customer,
    Document,
    Expense,
    FundsTransfer,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Item,
    Itemised,
    Kind,
    Line,
    Location,
    PaidBill,
    PaidInvoice,
    UsedCredit,
    Vendor,
    VendorCredit,
)

AnyDocument = TypeVar("AnyDocument", bound=Struct)


class Reference(NamedTuple):
    """Names one parent; `id` is a record id or a QuickBooks id, as the document's space has it."""

    kind: Kind
    id: str


Lookup = Callable[[Kind, str], str | None]


class Pointers(NamedTuple):
    """Which fields of a document point at what; `rows` are its fields that hold rows which point in turn."""

    fields: tuple[tuple[str, Kind], ...] = ()
    rows: tuple[str, ...] = ()


_PARENT = "parent"
POINTERS: dict[type[Struct], Pointers] = {
    Account: Pointers(((_PARENT, Kind.ACCOUNT),)),
    AccountingClass: Pointers(((_PARENT, Kind.ACCOUNTING_CLASS),)),
    Location: Pointers(((_PARENT, Kind.LOCATION),)),
    Item: Pointers(
        ((_PARENT, Kind.ITEM), ("income_account", Kind.ACCOUNT), ("expense_account", Kind.ACCOUNT))
    ),
    Vendor: Pointers(),
    Customer: Pointers(((_PARENT, Kind.CUSTOMER),)),
    Bill: Pointers((("vendor", Kind.VENDOR), ("location", Kind.LOCATION)), ("lines",)),
    VendorCredit: Pointers((("vendor", Kind.VENDOR), ("location", Kind.LOCATION)), ("lines",)),
    BillLine: Pointers(
        (
            *(("account", Kind.ACCOUNT), ("item", Kind.ITEM)),
            *(("accounting_class", Kind.ACCOUNTING_CLASS), ("location", Kind.LOCATION)),
            ("customer", Kind.CUSTOMER),
        )
    ),
    Invoice: Pointers((("customer", Kind.CUSTOMER), ("location", Kind.LOCATION)), ("lines",)),
    InvoiceLine: Pointers((("item", Kind.ITEM), ("accounting_class", Kind.ACCOUNTING_CLASS))),
    BillPayment: Pointers((("vendor", Kind.VENDOR), ("bank_account", Kind.ACCOUNT)), ("lines", "credits")),
    PaidBill: Pointers((("bill", Kind.BILL),)),
    UsedCredit: Pointers((("vendor_credit", Kind.VENDOR_CREDIT),)),
    InvoicePayment: Pointers((("customer", Kind.CUSTOMER), ("deposit_account", Kind.ACCOUNT)), ("lines",)),
    CreditMemo: Pointers((("customer", Kind.CUSTOMER),)),
    PaidInvoice: Pointers((("invoice", Kind.INVOICE),)),
    FundsTransfer: Pointers((("from_account", Kind.ACCOUNT), ("to_account", Kind.ACCOUNT))),
}


def named_references(document: Document) -> list[tuple[str, Reference]]:
    """List what the document refers to, each with the field that does, as callers write it."""
    return list(_named(document))


def _named(value: Struct, path: str = "") -> Iterator[tuple[str, Reference]]:
    pointers = POINTERS[type(value)]
    for name, kind in pointers.fields:
        if target := getattr(value, name):
            yield f"{path}{_written(value, name)}", Reference(kind, target)
    for name in pointers.rows:
        for at, row in enumerate(getattr(value, name)):
            yield from _named(row, f"{path}{name}[{at}].")


def _written(value: Struct, name: str) -> str:
    return value.__struct_encode_fields__[value.__struct_fields__.index(name)]


def references_of(document: Struct) -> list[Reference]:
    """List what the document refers to, in its own space, with repetitions."""
    return list(_references(document))


def _references(value: Struct) -> Iterator[Reference]:
    pointers = POINTERS[type(value)]
    for name, kind in pointers.fields:
        if target := getattr(value, name):
            yield Reference(kind, target)
    for name in pointers.rows:
        for row in getattr(value, name):
            yield from _references(row)


def fields_referring(document: Document, reference: Reference) -> list[str]:
    """Name the fields of a document that refer to this, themselves or by a row of theirs."""
    pointers = POINTERS[type(document)]
    found = [name for name, kind in pointers.fields if (kind, getattr(document, name)) == reference]
    rows = ((name, row) for name in pointers.rows for row in getattr(document, name))
    return [*found, *dict.fromkeys(name for name, row in rows if reference in references_of(row))]


def replaced_references(before: Struct, after: Struct) -> Iterator[tuple[Reference, Reference]]:
    """List what a document refers to in another's place: two versions of one document, row by row."""
    pointers = POINTERS[type(before)]
    for name, kind in pointers.fields:
        old, new = getattr(before, name), getattr(after, name)
        if old and new and old != new:
            yield Reference(kind, old), Reference(kind, new)
    for name in pointers.rows:
        for one, other in zip(getattr(before, name), getattr(after, name), strict=False):
            yield from replaced_references(one, other)


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


def rename_references(document: AnyDocument, rename: Callable[[Kind, str], str]) -> AnyDocument:
    """Return the document with every reference renamed; line ids stay."""
    pointers = POINTERS[type(document)]
    changes: dict[str, Any] = {
        name: rename(kind, target) for name, kind in pointers.fields if (target := getattr(document, name))
    }
    for name in pointers.rows:
        changes[name] = tuple(rename_references(row, rename) for row in getattr(document, name))
    return replace(document, **changes) if changes else document


def to_wire(
    document: Document,
    lookup: Lookup,
    *,
    currency: str,
    default_account: str | None = None,
    default_item: str | None = None,
) -> Document:
    """Carry a record's document into wire space.

    `lookup` gives QuickBooks' id of a record. What names no currency is in the home `currency`. A bill's line
    without an account or item gets `default_account` (a record id): the FAQ's unallocated expense account. An
    invoice's line that is worth something and has no item gets `default_item`, of the unallocated income.
    The one location of all lines is the document's; where there are several they stay, for a rule to see.
    """

    def rename(kind: Kind, record: str) -> str:
        return lookup(kind, record) or placeholder(Reference(kind, record))

    if isinstance(document, Itemised):
        lines = tuple(_line_to_wire(line, default_account, default_item) for line in document.lines)
        document = replace(document, lines=lines)
    if isinstance(document, Expense) and len(locations := _locations_of(document)) == 1:
        lines = tuple(replace(line, location=None) for line in document.lines)
        document = replace(document, location=next(iter(locations)), lines=lines)
    if getattr(document, "currency", currency) is None:
        document = replace(document, currency=currency)
    return rename_references(document, rename)


def _locations_of(document: Expense) -> set[str]:
    named = {document.location, *(line.location for line in document.lines)}
    return {each for each in named if each is not None}


def _line_to_wire(line: Line, default_account: str | None, default_item: str | None) -> Line:
    line = replace(line, id=line.quickbooks_id, quickbooks_id=None)
    if isinstance(line, InvoiceLine) and line.amount and not line.item:
        return replace(line, item=default_item)
    if isinstance(line, BillLine) and not (line.account or line.item):
        return replace(line, account=default_account)
    return line


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
    present document: its line ids, and what only the platform has, are kept. What named no currency still
    names none while it is in the home `currency`.
    """

    def rename(kind: Kind, qbo_id: str) -> str:
        found = lookup(kind, qbo_id)
        if found is None:
            raise KeyError(f"{kind.value} {qbo_id}")
        return found

    document = rename_references(content, rename)
    before = previous if type(previous) is type(document) else None
    if isinstance(document, Itemised):
        lines = before.lines if isinstance(before, Itemised) else ()
        document = replace(document, lines=_lines_to_platform(document.lines, lines))
    if before is None:
        return document
    if isinstance(document, Expense) and isinstance(before, Expense):
        document = _with_lines_located(document, before)
    kept = {name: getattr(before, name) for name in PLATFORM_ONLY & set(document.__struct_fields__)}
    if getattr(before, "currency", currency) is None and getattr(document, "currency", None) == currency:
        kept["currency"] = None
    return replace(document, **kept)


def _with_lines_located(document: Expense, before: Expense) -> Expense:
    """A location that the platform keeps on its lines stays there while it is the one that QuickBooks has."""
    if _locations_of(document) != _locations_of(before) or any(line.location for line in document.lines):
        return document
    known = {line.id: line.location for line in before.lines}
    lines = tuple(replace(line, location=known.get(line.id)) for line in document.lines)
    return replace(document, location=before.location, lines=lines)


Lines = tuple[BillLine, ...] | tuple[InvoiceLine, ...]


def _lines_to_platform(lines: Lines, previous: Lines) -> tuple[BillLine | InvoiceLine, ...]:
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


def _take_equal(unpaired: list[BillLine | InvoiceLine], line: BillLine | InvoiceLine) -> str | None:
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
