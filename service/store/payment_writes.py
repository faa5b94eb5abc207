"""Payments as callers write them: what is open limits them, and what was sent is fixed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Row, bindparam, exists, or_, select

from service.core.payments import Application, Target, shares
from service.core.records import (
    SETTLED,
    ZERO,
    Document,
    Kind,
    Payment,
    credits_of,
    decode,
    is_voided,
    noun_of,
    party_of,
)
from service.core.references import Reference
from service.store import applications
from service.store.literals import one_of
from service.store.record_references import Refusal
from service.store.tables import Link, Operation, Record, table_of

_L = table_of(Link)
_O = table_of(Operation)
_R = table_of(Record)

_LOCK = (
    select(_R.c.id, _R.c.party)
    .where(
        _R.c.company == bindparam("of_company"),
        _R.c.kind == bindparam("of_kind"),
        _R.c.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_R.c.id)
    .with_for_update()
)
_POSTED = select(_R.c.id).where(
    _R.c.company == bindparam("of_company"),
    _R.c.kind == bindparam("of_kind"),
    _R.c.id.in_(bindparam("ids", expanding=True)),
    or_(
        exists(
            select(_L.c.record).where(
                _L.c.company == _R.c.company, _L.c.kind == _R.c.kind, _L.c.record == _R.c.id
            )
        ),
        exists(
            select(_O.c.id).where(
                _O.c.company == _R.c.company,
                _O.c.kind == _R.c.kind,
                _O.c.record == _R.c.id,
                one_of(_O.c.state, "sent", "unknown"),
            )
        ),
    ),
)
_FIXED = (
    *("vendor", "paid_on", "currency", "bank_account", "lines", "credits", "method"),
    *("customer", "received_on", "deposit_account"),
)
_MAY_CHANGE = frozenset({"status"})


def refused(
    connection: Connection,
    company: str,
    kind: Kind,
    documents: Mapping[str, Document],
    existing: Mapping[str, Row[Any]],
) -> dict[str, Refusal]:
    """Find the payments that may not be written so.

    `payment_posted`: it was sent, and only its reference, memo, status and void may change.
    `payment_voided`: a void is never undone. `made_in_quickbooks`: it can be voided here, not edited.
    `vendor_mismatch`, `customer_mismatch`: it pays what is another's.
    `exceeds_balance`: it takes more than is open here.
    """
    payments = {key: each for key, each in documents.items() if isinstance(each, Payment)}
    before = {key: decode(kind, existing[key].document) for key in payments if key in existing}
    posted = _posted(connection, company, kind, before)
    found: dict[str, Refusal] = {}
    for key, document in payments.items():
        was = before.get(key)
        if isinstance(was, Payment) and was != document:
            origin = existing[key].origin
            refusal = _refuse_edit(was, document, posted=key in posted, made_there=origin == "quickbooks")
            if refusal is not None:
                found[key] = refusal
    open_here = _open_balances(connection, company, payments)
    for key, document in payments.items():
        if key not in found and not is_voided(document) and not _is_same(before.get(key), document):
            refusal = _refuse_amounts(key, document, open_here)
            if refusal is not None:
                found[key] = refusal
    return found


def _is_same(was: Document | None, document: Payment) -> bool:
    """What settles the same as before needs no room."""
    return (
        isinstance(was, Payment)
        and not is_voided(was)
        and (party_of(was), was.lines, credits_of(was))
        == (party_of(document), document.lines, credits_of(document))
    )


def _refuse_edit(was: Payment, document: Payment, *, posted: bool, made_there: bool) -> Refusal | None:
    if is_voided(was) and not is_voided(document):
        return Refusal(
            code="payment_voided",
            detail="The payment was voided, and a void is never undone: write a new payment.",
            field="status",
        )
    changed = [name for name in was.__struct_fields__ if getattr(was, name) != getattr(document, name)]
    if made_there:
        edited = [name for name in changed if name not in _MAY_CHANGE]
        if edited:
            return Refusal(
                code="made_in_quickbooks",
                detail="The payment was made in QuickBooks: it can be voided here, or edited there.",
                field=edited[0],
            )
        return None
    fixed = [name for name in _FIXED if name in changed]
    if posted and fixed:
        return Refusal(
            code="payment_posted",
            detail=f"The payment was sent to QuickBooks: its {fixed[0]} is fixed. Void it and write another.",
            field=fixed[0],
        )
    return None


def _posted(connection: Connection, company: str, kind: Kind, payments: Iterable[str]) -> set[str]:
    ids = sorted(payments)
    if not ids:
        return set()
    binds = {"of_company": company, "of_kind": kind.value, "ids": ids}
    return set(connection.execute(_POSTED, binds).scalars())


def _open_balances(
    connection: Connection, company: str, payments: Mapping[str, Payment]
) -> dict[Reference, tuple[Target, str | None]]:
    """Lock what is paid, so that two payments never take the same rest, and return what is applied to it."""
    targets = {target for document in payments.values() for target, _ in shares(document)}
    parties: dict[Reference, str | None] = {}
    for kind in SETTLED:
        ids = sorted(target.id for target in targets if target.kind is kind)
        if ids:
            binds = {"of_company": company, "of_kind": kind.value, "ids": ids}
            parties |= {Reference(kind, row.id): row.party for row in connection.execute(_LOCK, binds)}
    known = applications.load(connection, company, targets, coming=lambda *_: False)
    return {target: (each, parties.get(target)) for target, each in known.items()}


def _refuse_amounts(
    key: str, document: Payment, open_here: dict[Reference, tuple[Target, str | None]]
) -> Refusal | None:
    """Check each share against what other payments leave; those of one batch count, too."""
    taken: list[tuple[Reference, Decimal]] = []
    for at, (target, amount) in enumerate(shares(document)):
        field = _field(document, at)
        known, party = open_here[target]
        if party != party_of(document):
            noun = "customer" if target.kind is Kind.INVOICE else "vendor"
            return Refusal(
                code=f"{noun}_mismatch",
                detail=f"{known.label} is of another {noun}, {party!r}.",
                field=field,
            )
        others = sum((each.amount for each in known.applications if each.payment != key), ZERO)
        left = known.amount - others
        if amount > left:
            return Refusal(
                code="exceeds_balance",
                detail=f"Of {noun_of(target.kind)} {target.id!r} {left} is open, less than {amount}.",
                field=f"{field}.amount",
            )
        taken.append((target, amount))
    for target, amount in taken:
        known, party = open_here[target]
        mine = Application(payment=key, amount=amount)
        others_ = tuple(each for each in known.applications if each.payment != key)
        open_here[target] = (replace(known, applications=(*others_, mine)), party)
    return None


def _field(document: Payment, at: int) -> str:
    lines = len(document.lines)
    return f"lines[{at}]" if at < lines else f"credits[{at - lines}]"


def keep(
    connection: Connection,
    company: str,
    kind: Kind,
    payments: Mapping[str, Document],
    *,
    archived: bool = False,
) -> None:
    """Keep what payments settle beside them, and bring the balances of what they settle up to date."""
    documents = {
        key: (document, archived) for key, document in payments.items() if isinstance(document, Payment)
    }
    applications.recount(connection, company, applications.write(connection, company, kind, documents))
