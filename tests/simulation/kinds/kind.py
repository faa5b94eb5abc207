"""What the simulation has to know of a kind: its generators on both sides, its projections, its oracle.

A module of this package that defines `KIND` joins every history; nothing else has to name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from service.core.records import Document
from tests.simulation.projection import Fields, LookUp

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People
    from tests.simulation.watch import Standing

Act = Callable[["People"], bool]
Keys = Iterable[tuple[str, str | None]]
Reason = Callable[["Agreement", "Case"], bool]


@dataclass(frozen=True, kw_only=True)
class SimulatedKind:
    """One kind, as people and oracles know it; written without the code under test."""

    name: str
    entity: str
    rank: int
    """Parents come before children."""
    is_list: bool
    of_quickbooks: Callable[[Fields], Fields]
    """An object of QuickBooks in comparable fields."""
    of_document: Callable[[Any, LookUp], Fields]
    """A record's document in the same fields."""
    mapped: frozenset[str]
    """What the service may write of an object; all else has to stay as it is."""
    fields: tuple[str, ...]
    """What people edit, on either side; a word that stands twice is drawn twice as often."""
    change_there: Callable[[Bookkeeper, Wire, str], Wire | None]
    change_here: Callable[[Caller, Any, str], Document | None]
    new_there: Callable[[Bookkeeper], bool]
    new_here: Callable[[Caller], bool]
    weights: Mapping[str, int]
    """How often each act of `people.ACTS` is drawn."""
    acts: Mapping[Act, int] = field(default_factory=dict)
    """What people do with this kind alone, and how often."""
    populates: tuple[int, int]
    """At most so many are there, and here, when a history begins."""
    key_of: Callable[[Fields], Any]
    """What only one of them should bear."""
    parents_of: Callable[[Fields], Keys]
    """What it refers to: kinds and ids."""
    is_free_there: Callable[[Wire], bool] = lambda _: True
    is_free_here: Callable[[Standing], bool] = lambda _: True
    """Whether people touch it."""
    restored: str | None = None
    """The field that people change when they bring one back."""
    is_history: Callable[[Fields], bool] = lambda _: False
    """Whether an object that was never read needs no reason."""
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    """Codes that only this kind bears, and whether they are so."""
    besides: Callable[[Agreement, Case], tuple[str, ...]] = lambda _, __: ()
    """What differs beyond the comparable fields."""
    takes_away: Callable[[Fields], Fields] | None = None
    """What a delete in QuickBooks makes of it here, where it is not archived."""
