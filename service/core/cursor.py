"""What to read next from QuickBooks, with overlap, and when a full read is due."""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

OVERLAP = dt.timedelta(minutes=5)
"""Reads may lag behind writes by seconds, and times have a resolution of one."""
LOOK_BACK = dt.timedelta(days=29)
"""CDC answers for 30 days."""
CDC_LIMIT = 1000
"""Objects in one CDC answer; at the limit the answer may be cut."""


class Mode(StrEnum):
    """How much a sync reads; a later one is wider."""

    INCREMENTAL = "incremental"
    FULL = "full"
    RECONCILE = "reconcile"


class Reads(NamedTuple):
    """How each entity is read: `first` by listing, `changed` by CDC, `missed` by LastUpdatedTime.

    `full` names what is read once more, by listing and by asking for everything linked: the window that ends
    with this read would else be passed without what is neither listed nor linked.
    """

    first: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


def choose_reads(cursors: dict[str, dt.datetime | None], mode: Mode, *, now: dt.datetime) -> Reads:
    """Choose how to read each entity; `cursors` holds None where none was read before."""
    first = tuple(entity for entity, since in cursors.items() if since is None)
    known = {entity: since for entity, since in cursors.items() if since is not None}
    missed = tuple(entity for entity, since in known.items() if now - since > LOOK_BACK)
    return Reads(
        first=first,
        changed=tuple(each for each in known if each not in missed),
        missed=missed,
        full=() if mode is Mode.INCREMENTAL else tuple(known),
    )


def next_since(first_answer: dt.datetime) -> dt.datetime:
    """Return the cursor that an observe leaves: QuickBooks' time of its first answer, less the overlap."""
    return first_answer - OVERLAP


def is_cut(objects: int, limit: int = CDC_LIMIT) -> bool:
    """Say whether a CDC answer of so many objects may have left some out."""
    return objects >= limit
