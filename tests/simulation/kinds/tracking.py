"""Classes and locations, which are alike: names in a tree, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import AccountingClass, Document, Location
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.projection import Fields, LookUp, named, plain_name, reference

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller


def tracking_kind(
    name: str, entity: str, document: type[AccountingClass | Location], *, rank: int
) -> SimulatedKind:
    """Make one of the two kinds; people rename them, nest them, and take them out of use."""
    word, flag = entity, f"Sub{entity}"

    def of_quickbooks(wire: Fields) -> Fields:
        return {
            "name": plain_name(wire["Name"]),
            "parent": reference(wire.get("ParentRef")),
            "archived": wire.get("Active") is False,
        }

    def of_document(found: Any, id_of: LookUp) -> Fields:
        return {
            "name": found.name,
            "parent": named(id_of, name, found.parent),
            "archived": found.archived,
        }

    def change_there(there: Bookkeeper, _found: Wire, _field: str) -> Wire | None:
        return {"Name": there.site.edits.text(word)}

    def change_here(here: Caller, found: Any, _field: str) -> Document | None:
        changed: Document = replace(found, name=here.site.edits.text(word))
        return changed

    def new_there(there: Bookkeeper) -> bool:
        body: Wire = {"Name": there.site.edits.text(word)}
        above = there.free(name)
        if above and there.chance.random() < 0.4:
            body |= {flag: True, "ParentRef": {"value": there.chance.choice(above)["Id"]}}
        return there.create(name, body)

    def new_here(here: Caller) -> bool:
        edits = here.site.edits
        parent = here.pick(here.free(name)) if here.chance.random() < 0.4 else None
        made = document(name=edits.text(word), parent=parent.id if parent else None)
        return here.put(name, f"{word[0].lower()}{edits.next()}", made)

    return SimulatedKind(
        name=name,
        entity=entity,
        rank=rank,
        is_list=True,
        of_quickbooks=of_quickbooks,
        of_document=of_document,
        mapped=frozenset({"Name", "Active", "ParentRef", flag}),
        fields=("name",),
        change_there=change_there,
        change_here=change_here,
        new_there=new_there,
        new_here=new_here,
        weights={"new_there": 1, "new_here": 1, "edit_there": 1, "edit_here": 1, "switch_there": 1}
        | {"archive_here": 1, "restore": 1},
        populates=(0, 1),
        key_of=lambda fields: ((fields["name"] or "").casefold(), fields["parent"]),
        parents_of=lambda fields: [(name, fields["parent"])],
    )
