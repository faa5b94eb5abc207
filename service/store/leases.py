"""Leases: who may act for a company, by the database's clock. A stale epoch changes no row anywhere."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, case, null, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from service.store.clock import database_time
from service.store.compiled import CompiledOnce
from service.store.tables import Lease, table_of

LEASE_SECONDS = 10.0
FARTHEST_END = 60.0
"""Seconds ahead that no lease can end: one that does was given before the database's clock was set back."""

_T = table_of(Lease)


class Held(NamedTuple):
    """A lease that somebody holds; `epoch` fences what an earlier owner may still try.

    `left_by` had it before, and let it run out instead of giving it back.
    """

    company: str
    owner: str
    epoch: int
    left_by: str | None = None


class LeaseLostError(Exception):
    """Somebody else acts for the company now: stop at once."""


def lapsed() -> ColumnElement[bool]:
    """Return the condition that a lease is over; the epoch fences an owner who thinks otherwise."""
    return or_(_T.c.expires_at < database_time(0.0), _T.c.expires_at > database_time(FARTHEST_END))


def _acquire(insert: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    fresh = insert(_T).values(
        company=bindparam("company"),
        owner=bindparam("owner"),
        epoch=1,
        expires_at=database_time(LEASE_SECONDS),
        released=False,
        left_by=None,
    )
    return fresh.on_conflict_do_update(
        index_elements=[_T.c.company],
        set_={
            "owner": fresh.excluded.owner,
            "epoch": _T.c.epoch + 1,
            "expires_at": fresh.excluded.expires_at,
            "released": fresh.excluded.released,
            "left_by": case((_T.c.released, null()), else_=_T.c.owner),
        },
        where=lapsed(),
    ).returning(_T.c.epoch, _T.c.left_by)


_ACQUIRE = CompiledOnce({"sqlite": _acquire(sqlite.Insert), "postgresql": _acquire(postgresql.Insert)})
_MINE = (
    (_T.c.company == bindparam("of_company"))
    & (_T.c.owner == bindparam("of_owner"))
    & (_T.c.epoch == bindparam("of_epoch"))
)
_RENEW = update(_T).where(_MINE).values(expires_at=database_time(LEASE_SECONDS))
_RELEASE = update(_T).where(_MINE).values(expires_at=database_time(-1.0), released=True)


def acquire(connection: Connection, company: str, owner: str) -> Held | None:
    """Take a company's lease; None while another holds it."""
    row = _ACQUIRE.execute(connection, {"company": company, "owner": owner}).first()
    return Held(company, owner, row.epoch, row.left_by) if row is not None else None


def fence(connection: Connection, held: Held) -> None:
    """Renew, lock and fence: the first statement of each transaction of a run. Raises LeaseLostError."""
    if connection.execute(_RENEW, _binds(held)).rowcount != 1:
        raise LeaseLostError(held.company)


def release(connection: Connection, held: Held) -> None:
    """Give the lease back so that the next owner need not wait; the epoch stays. Raises LeaseLostError."""
    if connection.execute(_RELEASE, _binds(held)).rowcount != 1:
        raise LeaseLostError(held.company)


def _binds(held: Held) -> dict[str, object]:
    return {"of_company": held.company, "of_owner": held.owner, "of_epoch": held.epoch}
