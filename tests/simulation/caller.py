"""Somebody who works on the platform: writes records, archives and restores them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import LISTS, Document, Kind
from service.store import record_writes
from service.store.record_writes import Precondition, Write
from service.store.records import StoredRecord
from service.store.refusals import RefusedError
from tests.simulation.edits import PLATFORM
from tests.simulation.kinds import KINDS
from tests.simulation.watch import Standing

if TYPE_CHECKING:
    from tests.simulation.site import Site


_MAY_BE_REFUSED = frozenset(
    {"revision_needed", "payment_posted", "made_in_quickbooks", "payment_voided", "exceeds_balance"}
)
"""What people cannot always know before they write."""


class Caller:
    """The person on the platform's side; each act returns whether something came of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._own: dict[tuple[str, str], Document] = {}
        """What this caller last wrote."""

    @property
    def chance(self) -> random.Random:
        """What decides."""
        return self.site.chance

    # -- looking

    def all(self, kind: str) -> list[Standing]:
        """Return the records of a kind, always in the same order."""
        return sorted(self.site.watch.standing(kind), key=lambda each: self.site.name_here(kind, each.id))

    def free(self, kind: str) -> list[Standing]:
        """Return what people touch and what is in use."""
        return [each for each in self.all(kind) if KINDS[kind].is_free_here(each) and not each.archived]

    def pick(self, found: list[Standing]) -> Standing | None:
        """Pick one, if there is any."""
        return self.chance.choice(found) if found else None

    def present(self, kind: str, target: str | None = None) -> Standing | None:
        """Return this record, or any, if it is in use."""
        if target is None:
            return self.pick(self.free(kind))
        return next((each for each in self.all(kind) if each.id == target and not each.archived), None)

    # -- acts

    def new(self, kind: str) -> bool:
        """Write something new."""
        return KINDS[kind].new_here(self)

    def edit(self, kind: str, target: str | None = None, name: str | None = None) -> bool:
        """Read a record, change a field, write it back with the revision that was read."""
        found = self.present(kind, target)
        if found is None:
            return False
        wanted = name or self.chance.choice(KINDS[kind].fields)
        document = KINDS[kind].change_here(self, found.document, wanted)
        return document is not None and self.put(kind, found.id, document, before=found)

    def edit_blindly(self) -> bool:
        """Write what this caller wrote last, with a field changed, and never look at what stands there."""
        known = sorted(key for key in self._own if key[0] != "account")
        if not known:
            return False
        kind, key = self.chance.choice(known)
        wanted = self.chance.choice(KINDS[kind].fields)
        document = KINDS[kind].change_here(self, self._own[kind, key], wanted)
        if document is not None and Kind(kind) in LISTS:
            document = replace(document, archived=False)  # type: ignore[call-arg]
        return document is not None and self.put(kind, key, document, blind=self._own[kind, key])

    def archive(self, kind: str, target: str | None = None) -> bool:
        """Archive a record."""
        found = self.present(kind, target)
        if found is None or not KINDS[kind].is_free_here(found):
            return False
        looks = self.chance.random() < 0.5

        def write(connection: Any) -> StoredRecord:
            precondition = Precondition(revision=found.revision) if looks else Precondition()
            site = self.site
            return record_writes.archive(
                connection, site.company, Kind(kind), found.id, precondition, site.now()
            )

        stored = self.site.at_once(write)
        own = self._own.pop((kind, found.id), None)
        if own is not None and not looks:
            self._own[kind, found.id] = replace(own, archived=True) if Kind(kind) in LISTS else own  # type: ignore[call-arg]
        self._note(kind, found.id, found.document, stored.document)
        self.site.tell(f"platform: {kind} {found.id} is archived")
        return True

    def restore(self, kind: str) -> bool:
        """Bring an archived record back, with a field changed."""
        found = self.pick([each for each in self.all(kind) if each.archived])
        if found is None:
            return False
        document = replace(found.document, archived=False) if Kind(kind) in LISTS else found.document  # type: ignore[call-arg]
        name = KINDS[kind].restored
        if name is not None and self.chance.random() < 0.5:
            document = KINDS[kind].change_here(self, document, name) or document
        return self.put(kind, found.id, document, before=found)

    # -- how

    def put(
        self,
        kind: str,
        key: str,
        document: Document,
        *,
        before: Standing | None = None,
        blind: Document | None = None,
    ) -> bool:
        """Write a record and note what was written."""
        precondition = Precondition(absent=before is None and blind is None)
        if before is not None:
            precondition = Precondition(revision=before.revision)

        def write(connection: Any) -> StoredRecord:
            wanted = Write(id=key, document=document, precondition=precondition)
            return record_writes.put(connection, self.site.company, Kind(kind), wanted, self.site.now())[0]

        try:
            stored = self.site.at_once(write)
        except RefusedError as refused:
            self.site.tell(f"platform: {kind} {key} is not written: {refused.code}")
            if refused.code not in _MAY_BE_REFUSED:
                self.site.complain("ends", f"{kind} {key} was refused: {refused.code} ({refused.field})")
            return False
        self._own[kind, key] = stored.document
        old = before.document if before is not None else blind
        moved = self._note(kind, key, old, stored.document)
        how = "blindly " if blind is not None else ""
        self.site.tell(f"platform: {kind} {key} is {how}written: {moved}")
        return True

    def must_fail(
        self, kind: str, key: str, document: Document, *, code: str, before: Standing | None = None
    ) -> bool:
        """Try to write what the platform has to refuse, and see that it does."""
        precondition = Precondition(revision=before.revision) if before else Precondition(absent=True)

        def write(connection: Any) -> StoredRecord:
            wanted = Write(id=key, document=document, precondition=precondition)
            return record_writes.put(connection, self.site.company, Kind(kind), wanted, self.site.now())[0]

        try:
            self.site.at_once(write)
        except RefusedError as refused:
            if refused.code != code:
                self.site.complain("I10", f"{kind} {key} was refused as {refused.code}, not as {code}")
            self.site.tell(f"platform: {kind} {key} is refused, as it has to be: {refused.code}")
            return True
        self.site.complain("I10", f"{kind} {key} was written, which is {code}")
        return True

    def _note(self, kind: str, key: str, before: Document | None, after: Document) -> str:
        old = self.site.fields_of(kind, before) if before is not None else None
        new = self.site.fields_of(kind, after)
        self.site.edits.wrote(PLATFORM, kind, key, old, new)
        moved = {name: value for name, value in new.items() if value and (old is None or value != old[name])}
        return ", ".join(f"{name} {value}" for name, value in moved.items()) or "as it was"
