"""Whether what a document refers to is there: one read for any number of documents."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, or_, select

from service.core.records import LISTS, Document, Kind, noun_of
from service.core.references import Reference, named_references
from service.store.tables import Record, table_of

_R = table_of(Record)
_KNOWN = select(_R.c.kind, _R.c.id).where(
    _R.c.company == bindparam("of_company"),
    or_(
        *(
            and_(_R.c.kind == kind.value, _R.c.id.in_(bindparam(f"{kind.value}_ids", expanding=True)))
            for kind in sorted(LISTS)
        )
    ),
)


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a write was refused."""

    code: str
    detail: str
    field: str | None = None


def unreferable(
    connection: Connection, company: str, kind: Kind, documents: Mapping[str, Document]
) -> dict[str, Refusal]:
    """Find the documents that refer to what isn't there; a list entry's parent is checked with the tree."""
    named = {
        key: [(field, each) for field, each in named_references(document) if each.kind is not kind]
        for key, document in documents.items()
    }
    wanted = {reference for found in named.values() for _, reference in found}
    if not wanted:
        return {}
    known = _known(connection, company, wanted)
    refused = {}
    for key, found in named.items():
        missing = next(((field, each) for field, each in found if each not in known), None)
        if missing is not None:
            refused[key] = _unknown(*missing)
    return refused


def _known(connection: Connection, company: str, wanted: Iterable[Reference]) -> set[Reference]:
    ids: dict[str, list[str]] = {f"{kind.value}_ids": [] for kind in LISTS}
    for reference in wanted:
        ids[f"{reference.kind.value}_ids"].append(reference.id)
    found = connection.execute(_KNOWN, {"of_company": company, **ids})
    return {Reference(Kind(row.kind), row.id) for row in found}


def _unknown(field: str, reference: Reference) -> Refusal:
    return Refusal(
        code="unknown_reference",
        detail=f"There is no {noun_of(reference.kind)} {reference.id!r}; write it first.",
        field=field,
    )
