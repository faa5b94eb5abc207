"""One company, as a person who works in QuickBooks sees it; the wire goes through the same rules."""

import contextlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from service.sandbox import engine, errors, loading
from service.sandbox.books import Books
from service.sandbox.declare import Entity
from service.sandbox.deviations import NONE, Deviation, Deviations
from service.sandbox.draft import BY_ITSELF
from service.sandbox.engine import NO_OPTIONS, Written
from service.sandbox.entities import entity_named
from service.sandbox.journal import Actor, JournalEntry, Meter
from service.sandbox.knobs import Knobs
from service.sandbox.merge import merge
from service.sandbox.recordings import as_documents
from service.sandbox.render import render, tombstone
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, decode, encode, plain

OPERATIONS = {"create": engine.create, "update": engine.update}
EVENT_ENTITIES = {"CompanyCurrency": "Currency"}
EVENT_NAMES = {
    "create": "Create",
    "update": "Update",
    "delete": "Delete",
    "void": "Void",
    "merge": "Merge",
    "send": "Emailed",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What subscribers are told: an entity, an id, and what happened; never the data."""

    realm_id: str
    entity: str
    id: str
    event: str
    at: datetime
    actor: Actor
    merged_id: str | None = None


class Company:
    """A QuickBooks company: its books, its journal, its meter."""

    def __init__(
        self,
        realm_id: str,
        name: str,
        now: Callable[[], datetime],
        rng: random.Random,
        knobs: Knobs,
        announce: Callable[[Change], None],
        deviations: Deviations = NONE,
    ) -> None:
        self.realm_id = realm_id
        self.name = name
        self.books = Books(realm_id, now, rng, knobs, "Robin Vale", deviations)
        self.journal: list[JournalEntry] = []
        self.meter = Meter()
        self._announce = announce

    def create(self, entity: str, body: Doc) -> Doc:
        """Create an object; answer it as the wire would. Raises SandboxFault."""
        return self._by_person("create", entity, body)

    def update(self, entity: str, body: Doc) -> Doc:
        """Change some fields of an object; without a SyncToken the current one is taken."""
        return self._by_person("update", entity, {"sparse": True, **body})

    def delete(self, entity: str, object_id: str) -> Doc:
        """Delete a transaction."""
        return self._by_person("delete", entity, {"Id": object_id})

    def void(self, entity: str, object_id: str) -> Doc:
        """Void a transaction."""
        return self._by_person("void", entity, {"Id": object_id})

    def announce_sent(self, entity: Entity, object_id: str) -> None:
        """Tell subscribers that a form went out by e-mail."""
        stored = self.books.find(entity.name, object_id)
        if stored is not None:
            self._tell(stored, "send", self.books.now(), "api", None)

    def merge(self, entity: str, survivor: str, loser: str) -> Doc:
        """Merge a list object into another: its transactions become the survivor's, itself disappears."""
        declared = _declared(entity)
        stored = merge(self.books, declared, survivor, loser)
        body = {"Id": survivor, "merged": loser}
        self._record(Written("merge", stored), body, None, "person", merged_id=loser)
        return self._shown(stored)

    def read(self, entity: str, object_id: str) -> Doc | None:
        """Answer an object, None where there is none; unmetered."""
        stored = self.books.find(_declared(entity).name, str(object_id))
        return self._shown(stored) if stored is not None else None

    def all(self, entity: str) -> list[Doc]:
        """Answer all live objects of an entity, inactive ones included, by id; unmetered."""
        shelf = self.books.shelves[_declared(entity).name]
        return [self._shown(stored) for stored in shelf.in_id_order()]

    def export(self, entity: str) -> bytes:
        """Answer the same as a JSON array."""
        shelf = self.books.shelves[_declared(entity).name]
        return b"[" + b",".join(render(self.books, stored) for stored in shelf.in_id_order()) + b"]"

    def set_preferences(self, changes: Doc) -> Doc:
        """Change preferences, group by group; None takes one out."""
        return self.update("Preferences", {"Id": "1", **changes})

    def load(self, objects: Iterable[Doc]) -> dict[str, int]:
        """Put recorded objects in as they are, wrapped (`{"Bill": {…}}`) or bare, or whole recorded answers.

        Answers how many of each; all are taken or none.
        """
        return loading.load(self.books, as_documents(list(objects)), replace_seed=not self.journal)

    def write(
        self,
        operation: str,
        entity: Entity,
        body: Doc,
        *,
        options: frozenset[str] = NO_OPTIONS,
        requestid: str | None = None,
        actor: Actor = "api",
    ) -> bytes:
        """Do one write and answer the object's bytes; raises SandboxFault."""
        if actor == "api":
            if self.books.is_lapsed:
                raise errors.by_code("6190")
            body = {key: value for key, value in body.items() if key not in entity.by_person}
        written = self._dispatch(operation, entity, body, options, by_person=actor == "person")
        answer = self._record(written, body, requestid, actor)
        if not written.aftermath:
            return answer
        for name, more in written.aftermath:
            with contextlib.suppress(errors.SandboxFault):
                self.write("create", _declared(name), more, options=BY_ITSELF, actor="quickbooks")
        return self._answer(written.stored, written.operation)

    def _shown(self, stored: Stored) -> Doc:
        answer: Doc = decode(render(self.books, stored))
        return answer

    def _dispatch(
        self, operation: str, entity: Entity, body: Doc, options: frozenset[str], *, by_person: bool
    ) -> Written:
        includes_void = operation == "update" and "void" in options
        if operation == "void" or includes_void:
            bare = self.books.knobs.payment_void_operation == "reject" and entity.voided_by_update
            if bare and not includes_void and not by_person:
                raise errors.unsupported(f"void {entity.name}")
            return engine.void(self.books, entity, body, by_person=by_person)
        if operation == "delete":
            return engine.delete(self.books, entity, body)
        if operation not in OPERATIONS:
            raise errors.unsupported(operation)
        return OPERATIONS[operation](self.books, entity, body, options)

    def _by_person(self, operation: str, entity: str, body: Doc) -> Doc:
        declared = _declared(entity)
        sent: Doc = plain(body)
        if operation != "create" and "SyncToken" not in sent:
            stored = self.books.find(declared.name, str(sent.get("Id")))
            sent["SyncToken"] = str(stored.token) if stored is not None else "0"
        if operation == "update":
            for name in declared.update_requires:
                stored = self.books.find(declared.name, str(sent.get("Id")))
                sent.setdefault(name, stored.name if stored is not None else None)
        answer: Doc = decode(self.write(operation, declared, sent, actor="person"))
        return answer

    def _record(
        self, written: Written, body: Doc, requestid: str | None, actor: Actor, merged_id: str | None = None
    ) -> bytes:
        stored, operation = written.stored, written.operation
        answered = self._answer(stored, operation)
        if not written.applied:
            return answered
        at = self.books.now()
        self.journal.append(
            JournalEntry(
                sequence=len(self.journal) + 1,
                at=at,
                entity=stored.entity.name,
                operation=operation,
                id=stored.id,
                sync_token=str(stored.token),
                requestid=requestid,
                actor=actor,
                sent=encode(body),
                answered=answered,
            )
        )
        self._tell(stored, operation, at, actor, merged_id)
        if self.books.knobs.webhook_side_effects:
            for moved in written.moved:
                self._tell(moved, "update", at, actor, None)
        return answered

    def _answer(self, stored: Stored, operation: str) -> bytes:
        if operation == "delete" and Deviation.DELETE_ANSWERS_OBJECT not in self.books.deviations:
            return encode({key: value for key, value in tombstone(stored.id, 0).items() if key != "MetaData"})
        if operation == "create" and stored.entity.name == "Account":
            return self._new_account(stored)
        return render(self.books, stored)

    def _new_account(self, stored: Stored) -> bytes:
        """The answer to a new account lacks LastUpdatedTime (recorded)."""
        shown = self._shown(stored)
        if self.books.knobs.account_created_without_time:
            del shown["MetaData"]["LastUpdatedTime"]
        return encode(shown)

    def _tell(
        self, stored: Stored, operation: str, at: datetime, actor: Actor, merged_id: str | None
    ) -> None:
        """A list object that was made inactive is announced as deleted (inferred)."""
        event = EVENT_NAMES[operation]
        if (
            event == "Update"
            and stored.entity.is_list
            and not stored.active
            and "Delete" in stored.entity.events
            and self.books.knobs.webhook_inactive == "Delete"
        ):
            event = "Delete"
        if event in stored.entity.events:
            name = EVENT_ENTITIES.get(stored.entity.name, stored.entity.name)
            self._announce(Change(self.realm_id, name, stored.id, event, at, actor, merged_id))


def _declared(name: str) -> Entity:
    entity = entity_named(name)
    if entity is None:
        raise errors.unsupported(name)
    return entity
