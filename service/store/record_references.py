"""Whether what a document refers to is there: one read for any number of documents."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, or_, select

from service.core.records import Document, Kind, noun_of
from service.core.references import POINTERS, Reference, named_references
from service.store.tables import Record, table_of

_R = table_of(Record)
_REFERRED_TO = sorted({kind for pointers in POINTERS.values() for _, kind in pointers.fields})
_UNCHECKED = frozenset({"bank_account"})
"""May be the platform's own key, which a preference maps to an account: a sync looks, and waits for it."""

_PER_STATEMENT = 10_000
_KNOWN = select(_R.c.kind, _R.c.id).where(
    _R.c.company == bindparam("of_company"),
    or_(
        *(
            and_(_R.c.kind == kind.value, _R.c.id.in_(bindparam(f"{kind.value}_ids", expanding=True)))
            for kind in _REFERRED_TO
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
        key: [
            (field, each)
            for field, each in named_references(document)
            if each.kind is not kind and field not in _UNCHECKED
        ]
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
    """Look the references up; one statement takes only so many parameters."""
    every = sorted(wanted)
    known: set[Reference] = set()
    for at in range(0, len(every), _PER_STATEMENT):
        ids: dict[str, list[str]] = {f"{kind.value}_ids": [] for kind in _REFERRED_TO}
        for reference in every[at : at + _PER_STATEMENT]:
            ids[f"{reference.kind.value}_ids"].append(reference.id)
        found = connection.execute(_KNOWN, {"of_company": company, **ids})
        known |= {Reference(Kind(row.kind), row.id) for row in found}
    return known


def _unknown(field: str, reference: Reference) -> Refusal:
    return Refusal(
        code="unknown_reference",
        detail=f"There is no {noun_of(reference.kind)} {reference.id!r}; write it first.",
        field=field,
    )
