"""Applications: which payment brings down which bill, invoice or credit, and by how much.

They follow from the payments' documents and are kept beside them, so that a bill's balance is one read.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, tuple_

from service.core.payments import (
    Application,
    Standing,
    Target,
    is_application,
    is_scheduled,
    shares,
    standing,
)
from service.core.records import KIND_OF, Kind, Payment, is_voided, noun_of
from service.core.references import Reference
from service.store import pairs
from service.store.tables import Application as ApplicationRow
from service.store.tables import Counterpart, Link, Record, table_of

_A = table_of(ApplicationRow)
_R = table_of(Record)
_L = table_of(Link)
_C = table_of(Counterpart)
_PER_STATEMENT = 300
_KEPT_BY_PAYMENTS = ("money_locked", "removal_blocked", "removed_in_quickbooks")
"""What payments keep from moving or going is asked about again when they move."""

_DROP = delete(_A).where(
    _A.c.company == bindparam("of_company"),
    _A.c.kind == bindparam("of_kind"),
    _A.c.payment == bindparam("of_payment"),
)
_WRITE = insert(_A)
_OF_PAYMENTS = select(_A.c.payment, _A.c.target_kind, _A.c.target).where(
    _A.c.company == bindparam("of_company"),
    _A.c.kind == bindparam("of_kind"),
    _A.c.payment.in_(bindparam("payments", expanding=True)),
)
_TARGETS = (
    select(
        _R.c.kind,
        _R.c.id,
        _R.c.number,
        _R.c.amount,
        _R.c.balance,
        _R.c.status,
        _R.c.revision,
        _R.c.quickbooks_balance,
        _R.c.code,
        _C.c.amount.label("amount_there"),
        _C.c.balance.label("open_there"),
        _C.c.deleted,
    )
    .select_from(
        _R.outerjoin(
            _L, and_(_L.c.company == _R.c.company, _L.c.kind == _R.c.kind, _L.c.record == _R.c.id)
        ).outerjoin(
            _C, and_(_C.c.company == _L.c.company, _C.c.entity == _L.c.entity, _C.c.qbo_id == _L.c.qbo_id)
        )
    )
    .where(
        _R.c.company == bindparam("of_company"),
        tuple_(_R.c.kind, _R.c.id).in_(bindparam("keys", expanding=True)),
    )
    .order_by(_R.c.kind, _R.c.id)
)
_LIVE = (
    select(_A, _R.c.code, _L.c.qbo_id.label("linked_to"))
    .select_from(
        _A.join(
            _R, and_(_R.c.company == _A.c.company, _R.c.kind == _A.c.kind, _R.c.id == _A.c.payment)
        ).outerjoin(
            _L, and_(_L.c.company == _A.c.company, _L.c.kind == _A.c.kind, _L.c.record == _A.c.payment)
        )
    )
    .where(
        _A.c.company == bindparam("of_company"),
        _A.c.live,
        tuple_(_A.c.target_kind, _A.c.target).in_(bindparam("keys", expanding=True)),
    )
    .order_by(_A.c.payment)
)
_SETTLED_HERE = (
    select(_A.c.target)
    .select_from(
        _A.join(_R, and_(_R.c.company == _A.c.company, _R.c.kind == _A.c.kind, _R.c.id == _A.c.payment))
    )
    .where(
        _A.c.company == bindparam("of_company"),
        _A.c.live,
        _A.c.target_kind == bindparam("of_kind"),
        _A.c.target.in_(bindparam("ids", expanding=True)),
        _R.c.origin == "platform",
    )
)
Coming = Callable[[Kind, str], bool]


def write(
    connection: Connection, company: str, kind: Kind, payments: Mapping[str, tuple[Payment, bool]]
) -> set[Reference]:
    """Keep the applications of payments as their documents have them (with: is it archived).

    Returns the bills, invoices and credits that are or were concerned.
    """
    if not payments:
        return set()
    touched = targets_among(connection, company, kind, payments)
    keys = {"of_company": company, "of_kind": kind.value}
    connection.execute(_DROP, [keys | {"of_payment": each} for each in payments])
    rows = [
        row
        for payment, (document, archived) in payments.items()
        for row in rows_of(company, payment, document, live=not archived and not is_voided(document))
    ]
    if rows:
        connection.execute(_WRITE, rows)
    return touched | {Reference(Kind(row["target_kind"]), row["target"]) for row in rows}


def rows_of(company: str, payment: str, document: Payment, *, live: bool) -> list[dict[str, Any]]:
    """Return what is kept of what a payment settles."""
    amounts: dict[Reference, Decimal] = {}
    for target, amount in shares(document):
        amounts[target] = amounts.get(target, Decimal(0)) + amount
    return [
        {
            "company": company,
            "kind": KIND_OF[type(document)].value,
            "payment": payment,
            "target_kind": target.kind.value,
            "target": target.id,
            "amount": amount,
            "live": live,
            "sync": document.sync,
            "scheduled": is_scheduled(document),
            "moves_money": not is_application(document),
        }
        for target, amount in amounts.items()
    ]


def targets_among(
    connection: Connection, company: str, kind: Kind, payments: Iterable[str]
) -> set[Reference]:
    """Return what these payments of a kind bring down."""
    by_payment = _by_payment(connection, company, kind, payments)
    return {target for targets in by_payment.values() for target in targets}


def _by_payment(
    connection: Connection, company: str, kind: Kind, payments: Iterable[str]
) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = {}
    for chunk in _chunks(payments):
        binds = {"of_company": company, "of_kind": kind.value, "payments": chunk}
        for row in connection.execute(_OF_PAYMENTS, binds):
            found.setdefault(row.payment, []).append(Reference(Kind(row.target_kind), row.target))
    return found


def settled_here(connection: Connection, company: str, kind: Kind, ids: Iterable[str]) -> set[str]:
    """Return those bills, invoices or credits of which a payment that was made here settles some."""
    return {
        each
        for chunk in _chunks(ids)
        for each in connection.execute(
            _SETTLED_HERE, {"of_company": company, "of_kind": kind.value, "ids": chunk}
        ).scalars()
    }


def targets_of(
    connection: Connection, company: str, kind: Kind, payments: Iterable[str], *, coming: Coming
) -> dict[str, tuple[Target, ...]]:
    """Return what each payment of a kind meets, with all that is applied to it."""
    by_payment = _by_payment(connection, company, kind, payments)
    every = {target for targets in by_payment.values() for target in targets}
    known = load(connection, company, every, coming=coming)
    return {
        payment: tuple(known[each] for each in sorted(targets) if each in known)
        for payment, targets in by_payment.items()
    }


def load(
    connection: Connection, company: str, targets: Iterable[Reference], *, coming: Coming
) -> dict[Reference, Target]:
    """Return these bills, invoices and credits with all that is applied to them."""
    applied = _live(connection, company, targets, coming)
    return {
        target: Target(
            reference=target,
            label=f"{noun_of(target.kind)} {row.number or row.id}",
            amount=row.amount,
            quickbooks_amount=row.amount_there,
            quickbooks_balance=None if row.deleted else row.open_there,
            deleted=bool(row.deleted),
            applications=tuple(applied.get(target, ())),
        )
        for target, row in _rows_of(connection, company, targets).items()
    }


class Recounted(NamedTuple):
    """What moved, with revisions, and how many of it are asked about again."""

    moved: list[tuple[Reference, int]]
    asked_again: int


def recount(connection: Connection, company: str, targets: Iterable[Reference]) -> Recounted:
    """Bring balances and statuses up to date."""
    rows = _rows_of(connection, company, targets)
    applied = _live(connection, company, rows, lambda *_: False)
    moved: list[tuple[Reference, int]] = []
    changes: dict[Kind, list[dict[str, Any]]] = {}
    for target, row in rows.items():
        stands = _standing(row.amount, applied.get(target, ()))
        now = (stands.balance, stands.status.value, row.open_there)
        if now == (row.balance, row.status, row.quickbooks_balance):
            continue
        moved.append((target, row.revision))
        names = ("balance", "status", "quickbooks_balance")
        changes.setdefault(target.kind, []).append({"id": row.id} | dict(zip(names, now, strict=True)))
    asked_again = 0
    for kind, found in changes.items():
        pairs.update_records(connection, company, kind, found)
        removed = [
            each["id"] for each in found if rows[Reference(kind, each["id"])].code in _KEPT_BY_PAYMENTS
        ]
        pairs.mark_undecided(connection, company, kind, records=removed)
        asked_again += len(removed)
    return Recounted(moved, asked_again)


def _standing(amount: Decimal, applied: Iterable[Application]) -> Standing:
    every = list(applied)
    settled = sum((each.amount for each in every), Decimal(0))
    return standing(amount, settled, scheduled=any(each.scheduled for each in every))


def _rows_of(connection: Connection, company: str, targets: Iterable[Reference]) -> dict[Reference, Any]:
    return {
        Reference(Kind(row.kind), row.id): row
        for chunk in _chunks({(each.kind.value, each.id) for each in targets})
        for row in connection.execute(_TARGETS, {"of_company": company, "keys": chunk})
    }


def _live(
    connection: Connection, company: str, targets: Iterable[Reference], coming: Coming
) -> dict[Reference, list[Application]]:
    found: dict[Reference, list[Application]] = {}
    for chunk in _chunks({(each.kind.value, each.id) for each in targets}):
        for row in connection.execute(_LIVE, {"of_company": company, "keys": chunk}):
            application = Application(
                payment=row.payment,
                amount=row.amount,
                sync=row.sync,
                scheduled=row.scheduled,
                moves_money=row.moves_money,
                linked=row.linked_to is not None,
                coming=row.linked_to is None and coming(Kind(row.kind), row.payment),
                code=row.code,
            )
            found.setdefault(Reference(Kind(row.target_kind), row.target), []).append(application)
    return found


def _chunks(keys: Iterable[Any]) -> Iterable[list[Any]]:
    every = sorted(keys)
    return (every[at : at + _PER_STATEMENT] for at in range(0, len(every), _PER_STATEMENT))
