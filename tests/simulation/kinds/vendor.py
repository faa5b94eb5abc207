"""Vendors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from service.core.records import Vendor
from tests.simulation.kinds import parties
from tests.simulation.kinds.kind import SimulatedKind

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper
    from tests.simulation.caller import Caller


def enter(there: Bookkeeper, name: str | None = None) -> bool:
    """Enter a vendor in QuickBooks."""
    return there.create("vendor", parties.body_there(there, name or there.site.edits.text("Vendor")))


def write(here: Caller, name: str | None = None) -> bool:
    """Write a vendor on the platform."""
    edits = here.site.edits
    fields = parties.document_here(here, name or edits.text("Vendor"))
    return here.put("vendor", f"v{edits.next()}", Vendor(**fields))


KIND = SimulatedKind(
    name="vendor",
    entity="Vendor",
    rank=20,
    is_list=True,
    of_quickbooks=parties.of_quickbooks,
    of_document=lambda document, _: parties.of_document(document),
    mapped=parties.MAPPED,
    fields=parties.FIELDS,
    change_there=partial(parties.change_there, word="Vendor"),
    change_here=partial(parties.change_here, word="Vendor"),
    new_there=enter,
    new_here=write,
    weights={"new_there": 3, "new_here": 3, "edit_there": 5, "edit_here": 5, "switch_there": 3}
    | {"archive_here": 2, "restore": 1, "both": 3},
    acts={parties.both_enter(enter, write, "Vendor"): 2, parties.merge("vendor"): 1},
    populates=(3, 3),
    key_of=lambda fields: (fields["name"] or "").casefold(),
    parents_of=lambda _: [],
    restored="email",
)
