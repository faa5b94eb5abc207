"""Somebody who works in QuickBooks: enters, corrects, merges and deletes, as people do."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from service.sandbox import SandboxFault
from tests.simulation.edits import QUICKBOOKS
from tests.simulation.kinds import ENTITY_OF, KINDS
from tests.simulation.projection import Fields

if TYPE_CHECKING:
    from tests.simulation.site import Site

Wire = dict[str, Any]


class Bookkeeper:
    """The person on QuickBooks' side; each act returns whether something came of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._books = site.quickbooks

    @property
    def chance(self) -> random.Random:
        """What decides."""
        return self.site.chance

    # -- looking

    def all(self, kind: str) -> list[Wire]:
        """Return the objects of a kind, always in the same order."""
        found = self._books.all(ENTITY_OF[kind])
        return sorted(found, key=lambda each: self.site.name_there(kind, each["Id"]))

    def free(self, kind: str, *, active: bool = True) -> list[Wire]:
        """Return what people touch, all of it or what is in use."""
        return [
            each
            for each in self.all(kind)
            if KINDS[kind].is_free_there(each) and (each.get("Active", True) or not active)
        ]

    def pick(self, found: list[Wire]) -> Wire | None:
        """Pick one, if there is any."""
        return self.chance.choice(found) if found else None

    def _one(self, kind: str, target: str | None) -> Wire | None:
        if target is not None:
            return self._books.read(ENTITY_OF[kind], target)
        return self.pick(self.free(kind, active=kind == "account"))

    # -- acts

    def new(self, kind: str) -> bool:
        """Enter something new."""
        return KINDS[kind].new_there(self)

    def edit(self, kind: str, target: str | None = None, name: str | None = None) -> bool:
        """Correct an object."""
        found = self._one(kind, target)
        if found is None:
            return False
        changes = KINDS[kind].change_there(self, found, name or self.chance.choice(KINDS[kind].fields))
        return changes is not None and self._update(kind, found, changes)

    def switch(self, kind: str) -> bool:
        """Make a list entry inactive, or active again."""
        found = self.pick(self.free(kind, active=False))
        return found is not None and self._update(kind, found, {"Active": not found.get("Active")})

    def delete(self, kind: str, target: str | None = None) -> bool:
        """Delete a transaction, mostly one that is on both sides."""
        linked = [qbo_id for key, qbo_id in self.site.pairs() if key[0] == kind]
        if target is None and linked and self.chance.random() < 0.7:
            target = self.chance.choice(linked)
        found = self._one(kind, target)
        if found is None:
            return False
        entity = ENTITY_OF[kind]
        done = self.does(f"{kind} {found['Id']} is deleted", lambda: self._books.delete(entity, found["Id"]))
        if done:
            self.site.edits.saw(KINDS[kind].of_quickbooks(found))
        return done

    def merge(self, kind: str, survivor: str, loser: str) -> bool:
        """Merge one list entry into another; what the loser said is gone knowingly."""
        entity = ENTITY_OF[kind]
        seen = self._books.read(entity, loser)
        done = self.does(
            f"{kind} {loser} is merged into {survivor}", lambda: self._books.merge(entity, survivor, loser)
        )
        if done and seen is not None:
            self.site.edits.saw(KINDS[kind].of_quickbooks(seen))
            self.site.merged[kind, loser] = survivor
            self.site.watch.take([])
        return done

    # -- how

    def does(self, words: str, act: Callable[[], Any]) -> bool:
        """Do something, unless QuickBooks refuses it."""
        try:
            act()
        except SandboxFault as fault:
            self.site.tell(f"QuickBooks: fault {fault.code}, so not: {words}")
            return False
        self.site.tell(f"QuickBooks: {words}")
        return True

    def create(self, kind: str, body: Wire, *, copied: bool = False) -> bool:
        """Enter an object and note what was entered."""
        try:
            made = self._books.create(ENTITY_OF[kind], body)
        except SandboxFault as fault:
            return self._refused(f"can't create a {kind}", fault)
        fields = KINDS[kind].of_quickbooks(made)
        if copied:
            self.site.edits.copied.update(filter(None, [fields["memo"]]))
        self.site.edits.wrote(QUICKBOOKS, kind, made["Id"], None, fields)
        self.site.tell(f"QuickBooks: {kind} {made['Id']} is entered: {_shown(fields)}")
        return True

    def _update(self, kind: str, found: Wire, changes: Wire) -> bool:
        project = KINDS[kind].of_quickbooks
        before = project(found)
        try:
            made = self._books.update(ENTITY_OF[kind], {"Id": found["Id"], **changes})
        except SandboxFault as fault:
            return self._refused(f"can't change {kind} {found['Id']}", fault)
        after = project(made)
        self.site.edits.wrote(QUICKBOOKS, kind, found["Id"], before, after)
        moved = {name: value for name, value in after.items() if value != before[name]}
        self.site.tell(f"QuickBooks: {kind} {found['Id']} is changed: {_shown(moved)}")
        return True

    def _refused(self, words: str, fault: SandboxFault) -> bool:
        self.site.tell(f"QuickBooks: {words}: fault {fault.code}")
        return False


def _shown(fields: Fields) -> str:
    hidden = ("type", "subtype", "currency", "tax", "parent")
    return ", ".join(f"{name} {value}" for name, value in fields.items() if value and name not in hidden)
