"""What our own writes have made twice in QuickBooks, and whether it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from service.store.tables import Counterpart, table_of
from tests.simulation.kinds import ENTITY_OF, KINDS
from tests.simulation.projection import mark_of

if TYPE_CHECKING:
    from tests.simulation.site import Site

_C = table_of(Counterpart)
_CODES = select(_C.c.entity, _C.c.qbo_id, _C.c.code).where(_C.c.company == bindparam("company"))


def count_doubles(site: Site) -> tuple[int, int]:
    """Count the objects that bear a mark for the second time, and those that are called so."""
    codes = {(row.entity, row.qbo_id): row.code for row in site.all(_CODES)}
    ours = {(each.entity, each.id) for each in site.quickbooks.journal if each.actor == "api"}
    doubled = named = 0
    for kind, entity in ENTITY_OF.items():
        if KINDS[kind].is_list:
            continue
        marks: dict[str, list[str]] = {}
        for wire in site.quickbooks.all(entity):
            mark = mark_of(wire)
            if mark and (entity, wire["Id"]) in ours:
                marks.setdefault(mark, []).append(wire["Id"])
        for ids in marks.values():
            doubled += len(ids) - 1
            called = sum(codes.get((entity, each)) == "duplicate_in_quickbooks" for each in ids)
            named += min(called, len(ids) - 1)
    return doubled, named
