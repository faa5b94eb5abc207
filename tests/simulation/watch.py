"""Sees every committed state: what each record, each object of QuickBooks and each base has ever been.

SQLite triggers note each version as it is written, so nothing depends on what the engine says of itself. Any
commit may be the last before a crash: what must always hold is checked after each of them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from service.core.records import Document, Expense, Kind, decode
from service.store.types import Packed
from tests.simulation.kinds import ENTITY_OF, KIND_OF, KINDS
from tests.simulation.projection import Fields, differing, same_line

if TYPE_CHECKING:
    from tests.simulation.site import Site

NEWS = "SELECT n, company, what, kind, id, number, text, flag FROM sim_log WHERE n > ? ORDER BY n"
_AGREED_WITHOUT_LINK = """
SELECT r.kind, r.id FROM record r
LEFT JOIN link l ON l.company = r.company AND l.kind = r.kind AND l.record = r.id
WHERE r.company = ? AND r.sync_state = 'agreed' AND l.record IS NULL"""
_FEED = """
SELECT feed_sequence, (SELECT count(*) FROM change WHERE company = ?),
  (SELECT max(sequence) FROM change WHERE company = ?) FROM company WHERE id = ?"""
_unpack = Packed().process_result_value


class Version(NamedTuple):
    """A record as it once was."""

    revision: int
    document: Document
    archived: bool


class Standing(NamedTuple):
    """A record as it is now."""

    id: str
    revision: int
    document: Document
    archived: bool


class Watch:
    """All versions of everything, and the checks of each commit."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.journal_read = 0
        self.versions: dict[tuple[str, str], list[Version]] = {}
        self.objects: dict[tuple[str, str], list[Fields]] = {}
        self.links: dict[tuple[str, str], str] = {}
        self.ever: dict[tuple[str, str], str] = {}
        """The object that each record was last linked to, also when the link is cut by now."""
        self.ever_all: dict[tuple[str, str], set[str]] = {}
        self.linked_ids: set[tuple[str, str]] = set()
        self.linked_at: dict[tuple[str, str], int] = {}
        """How many edits there were when a record was linked."""
        self._moved_at: dict[tuple[str, str], dt.datetime] = {}
        self.record_of: dict[tuple[str, str], str] = {}
        """The record that each object was last linked to."""

    def begin(self) -> None:
        """Take in what QuickBooks holds before anything happens."""
        for kind, entity in ENTITY_OF.items():
            for wire in self._site.quickbooks.all(entity):
                self.objects[kind, wire["Id"]] = [KINDS[kind].of_quickbooks(wire)]

    def id_of(self, kind: str, record: str) -> str | None:
        """Return the object that a record is linked to now, or that its own was merged into."""
        return self.links.get((kind, record)) or self.merged_into(kind, record)

    def merged_into(self, kind: str, record: str) -> str | None:
        """Return the object into which a record's own was merged, after which its link was cut."""
        lost = self.ever.get((kind, record), "")
        if (kind, record) in self.links or (kind, lost) not in self._site.merged:
            return None
        return str(self._site.survivor(kind, lost))

    def standing(self, kind: str) -> list[Standing]:
        """Return the records of a kind as they are now, in order of id."""
        found = sorted(key for key in self.versions if key[0] == kind)
        return [Standing(key[1], *self.versions[key][-1]) for key in found]

    def all_of(self, kind: str) -> list[list[Version]]:
        """Return all versions of each record of a kind."""
        return [versions for (of, _), versions in self.versions.items() if of == kind]

    def take(self, news: list[Any], *, by_worker: bool = False) -> list[str]:
        """Take in what a commit has changed and check it; return it in words."""
        self._read_journal()
        words = []
        for what, kind, key, number, text, flag in news:
            if what == "record":
                words.append(self._record(kind, key, number, text, bool(flag)))
                if by_worker:
                    self._check_agreement_kept(kind, key)
            elif what == "cut":
                words.append(f"{kind} {key} x {number}")
                self.links.pop((kind, key), None)
        for what, kind, key, number, _, _ in news:
            if what in ("link", "base"):
                words.append(f"{kind} {key} = {number}{' (base)' if what == 'base' else ''}")
                self._link(kind, key, str(number), is_new=what == "link")
        for what, kind, key, number, text, _ in news:
            if what in ("link", "base"):
                self._check_base(kind, key, str(number), _unpack(text, None), is_new=what == "link")  # type: ignore[arg-type]
        self._check_state()
        return words

    def _read_journal(self) -> None:
        for entry in self._site.quickbooks.journal[self.journal_read :]:
            kind = KIND_OF.get(entry.entity)
            if kind is not None:
                self._moved_at[kind, entry.id] = entry.at
            if kind is not None and entry.operation == "merge":
                loser = self.objects[kind, entry.body["merged"]]
                loser.append(loser[-1] | {"archived": True})
                self._repointed()
            elif kind is not None and entry.operation != "delete":
                self.objects.setdefault((kind, entry.id), []).append(KINDS[kind].of_quickbooks(entry.result))
            elif kind is not None and (takes_away := KINDS[kind].takes_away) is not None:
                held = self.objects[kind, entry.id]
                held.append(takes_away(held[-1]))
        self.journal_read = len(self._site.quickbooks.journal)

    def _repointed(self) -> None:
        """Take in what a merge has changed without a version of its own."""
        for kind, entity in ENTITY_OF.items():
            for wire in self._site.quickbooks.all(entity):
                held = self.objects.setdefault((kind, wire["Id"]), [])
                now = KINDS[kind].of_quickbooks(wire)
                if not held or held[-1] != now:
                    held.append(now)

    def _record(self, kind: str, key: str, number: str, text: str | bytes, archived: bool) -> str:
        revision = int(number)
        version = Version(revision, decode(Kind(kind), text), archived)
        before = self.versions.setdefault((kind, key), [])
        if before and revision > before[-1].revision and _plain(version) == _plain(before[-1]):
            self._site.complain(
                "I6", f"the revision of {kind} {key} moved to {revision}, and nothing else did"
            )
        if before and revision < before[-1].revision:
            self._site.complain("I13", f"the revision of {kind} {key} went back to {revision}")
        before.append(version)
        return f"{kind} {key} r{revision}{' archived' if archived else ''}"

    def _check_agreement_kept(self, kind: str, key: str) -> None:
        """A sync takes nothing away from a record in which QuickBooks agrees with it (I6)."""
        versions, qbo_id = self.versions[kind, key], self.links.get((kind, key))
        if len(versions) < 2 or qbo_id is None or self._may_lag(kind, qbo_id):
            return
        before, after = (KINDS[kind].of_document(each.document, self.id_of) for each in versions[-2:])
        there = self.objects[kind, qbo_id][-1]
        for name in differing(before, after):
            if before[name] == there[name] and not same_line(after[name], there[name]):
                self._site.complain(
                    "I6",
                    f"{name} of {kind} {key} was {before[name]!r} on both sides, and became {after[name]!r}",
                )

    def _may_lag(self, kind: str, qbo_id: str) -> bool:
        """Say whether QuickBooks' reads may still show what was there before the last change."""
        lag = self._site.world.sandbox.knobs.read_lag
        moved = self._moved_at.get((kind, qbo_id))
        return bool(lag and moved and self._site.world.clock.now() - moved < 4 * lag)

    def _link(self, kind: str, key: str, qbo_id: str, *, is_new: bool) -> None:
        if is_new or self.links.get((kind, key)) != qbo_id:
            self.linked_at[kind, key] = self._site.edits.number
        self.links[kind, key] = qbo_id
        self.ever[kind, key] = qbo_id
        self.ever_all.setdefault((kind, key), set()).add(qbo_id)
        self.linked_ids.add((kind, qbo_id))
        self.record_of[kind, qbo_id] = key

    def _check_base(self, kind: str, key: str, qbo_id: str, base: bytes, *, is_new: bool) -> None:
        """Each field of a base was held by both sides; a first base may be QuickBooks' side alone (I7)."""
        agreed = KINDS[kind].of_document(decode(Kind(kind), base), lambda _, qbo_id: qbo_id)
        there = [
            version for each in self._one_of(kind, qbo_id) for version in self.objects.get((kind, each), [])
        ]
        here = [KINDS[kind].of_document(each.document, self.id_of) for each in self.versions[kind, key]]
        for name, stands in agreed.items():
            value = self._site.survivor(name, stands)
            held_there = any(same_line(self._site.survivor(name, each[name]), value) for each in there)
            held_here = any(same_line(self._site.survivor(name, each[name]), value) for each in here)
            if not value or (is_new and held_there):
                continue  # an empty field has no base yet: whatever differs stays in dispute
            if not held_there or not held_here:
                side = "the platform" if held_there else "QuickBooks"
                self._site.complain(
                    "I7", f"the base of {kind} {key} = {qbo_id} has {name} {value!r}, which {side} never held"
                )

    def _one_of(self, kind: str, qbo_id: str) -> list[str]:
        """List an object and those that were merged into it: a record may have been linked with those."""
        merged = (each for of_kind, each in self._site.merged if of_kind == kind)
        return [qbo_id, *(each for each in merged if self._site.survivor(kind, each) == qbo_id)]

    def _check_state(self) -> None:
        company = self._site.company
        for kind, key in self._site.world.database.rows(_AGREED_WITHOUT_LINK, (company,)):
            if self.merged_into(kind, key) is not None:
                continue  # it stays usable: what refers to it is written as the survivor
            self._site.complain("I7", f"{kind} {key} is called agreed and has no counterpart")
        for announced, number, last in self._site.world.database.rows(_FEED, (company,) * 3):
            if not announced == number == (last or 0):
                self._site.complain(
                    "feed", f"the feed says {announced}, holds {number} changes and ends with {last}"
                )


def _plain(version: Version) -> tuple[Document, bool]:
    """A version without QuickBooks' ids of lines, which no caller sees."""
    document = version.document
    if isinstance(document, Expense):
        lines = tuple(replace(line, quickbooks_id=None) for line in document.lines)
        document = replace(document, lines=lines)
    return document, version.archived
