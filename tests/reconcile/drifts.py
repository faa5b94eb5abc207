"""Drift, planted straight into QuickBooks' books or into our database: nobody is told of any of it.

In QuickBooks neither a SyncToken nor a LastUpdatedTime moves, nothing is listed as changed or deleted, and no
webhook is sent; here no record is marked as undecided and no revision moves.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

from service.core.records import Kind
from tests.house import House

CENT = Decimal("0.01")
Subject = tuple[str | None, str | None, str | None]
"""Kind, record and QuickBooks' id, as far as a difference names them."""


@dataclass(frozen=True)
class Planted:
    """What a reconcile has to say: the code, about whom; `others` is what else follows from the drift."""

    code: str
    subject: Subject
    field: str | None = None
    others: tuple[Subject, ...] = ()
    left: str | None = None
    """The code that is still open when the sync ends; None: it is put right."""


Plant = Callable[[House], Awaitable[Planted]]
DRIFTS: dict[str, Plant] = {}


def drift(plant: Plant) -> Plant:
    """Enter a drift in the table."""
    DRIFTS[plant.__name__] = plant
    return plant


async def pair(house: House, kind: Kind, record: str) -> tuple[Subject, str]:
    """Return a record as differences name it, and its QuickBooks id."""
    found = await house.get(kind, record)
    assert found.quickbooks_id is not None
    return (kind.value, record, found.quickbooks_id), found.quickbooks_id


def imported(house: House, kind: Kind, number: int) -> str:
    """Return a record that came from QuickBooks."""
    ids: dict[Kind, list[str]] = house.imported  # type: ignore[attr-defined]
    return ids[kind][number]
