"""The oracle of agreement: everything is equal on both sides or bears a reason.

Reads both sides whole, compares field by field with its own projections, and checks that a reason that is
given is true (I2, I5, I10). Links are claims: what they pair must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select

from service.core.faults import every_fault
from service.core.payments import DIFFERENCES
from service.core.policy import Preferences
from service.store.records import StoredRecord
from service.store.tables import Counterpart, Issue, Outcome, Record, table_of
from tests.simulation.kinds import ENTITY_OF, KINDS
from tests.simulation.kinds.kind import Reason
from tests.simulation.money import Money
from tests.simulation.projection import Fields, differing
from tests.simulation.site import Site

_R, _C, _I, _O = (table_of(each) for each in (Record, Counterpart, Issue, Outcome))
_STATES = select(_R.c.kind, _R.c.id, _R.c.sync_state, _R.c.code, _R.c.undecided).where(
    _R.c.company == bindparam("company")
)
_COUNTERPARTS = select(
    *(_C.c.entity, _C.c.qbo_id, _C.c.code, _C.c.reason, _C.c.deleted, _C.c.undecided, _C.c.marker)
).where(_C.c.company == bindparam("company"))
_ISSUES = select(
    *(_I.c.kind, _I.c.subject, _I.c.code, _I.c.reason, _I.c.fix, _I.c.field, _I.c.details)
).where(_I.c.company == bindparam("company"), _I.c.state != "resolved")
_OUTCOMES = select(_O.c.kind, _O.c.record, _O.c.code, _O.c.reason, _O.c.fix).where(
    _O.c.company == bindparam("company"), _O.c.code.is_not(None)
)
_NAMED = frozenset({"skipped", "held", "failed", "conflict"})
FROM_FAULTS = frozenset({"unreadable", *(each.issue for each in every_fault())})
"""Codes that may come from a refusal of QuickBooks: whether it was right is QuickBooks' business."""


UNALLOCATED_ITEM = "unallocated-income"
"""Declared: the item on which invoice lines go that name none."""


class Case(NamedTuple):
    """A record, an object, or both, which are not simply equal."""

    kind: str
    record: StoredRecord | None
    wire: Fields | None
    here: Fields | None
    there: Fields | None
    code: str
    differing: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Name it."""
        one = f"{self.kind} {self.record.id}" if self.record else ""
        other = f"QuickBooks {self.kind} {self.wire['Id']}" if self.wire else ""
        return " = ".join(filter(None, (one, other)))


class Agreement:
    """Both sides as they stand at one moment."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.preferences: Preferences = site.preferences()
        self.links = dict(site.watch.links)
        self.records = {kind: site.records(kind) for kind in KINDS}
        self.objects: dict[str, dict[str, Fields]] = {
            kind: {wire["Id"]: wire for wire in site.quickbooks.all(entity)}
            for kind, entity in ENTITY_OF.items()
        }
        self.there = {
            kind: {qbo_id: KINDS[kind].of_quickbooks(wire) for qbo_id, wire in found.items()}
            for kind, found in self.objects.items()
        }
        self.here = {
            kind: {each.id: site.fields_of(kind, each.document) for each in found}
            for kind, found in self.records.items()
        }
        self.states = {(row.kind, row.id): row for row in site.all(_STATES)}
        self.counterparts = {(row.entity, row.qbo_id): row for row in site.all(_COUNTERPARTS)}
        self.issues: dict[tuple[str, str], list[Row[Any]]] = {}
        for row in site.all(_ISSUES):
            self.issues.setdefault((row.kind, row.subject), []).append(row)
        self.outcomes = {(row.kind, row.record, row.code): row for row in site.all(_OUTCOMES)}

    # -- the comparison

    def disagreements(self) -> list[str]:
        """Say of every pair that neither agrees nor bears a true reason what is wrong with it."""
        found = [*self._undecided()]
        found += Money(self).wrong()
        linked: dict[tuple[str, str], str] = {}
        for (kind, record), qbo_id in self.links.items():
            linked[kind, qbo_id] = record
        for kind, records in self.records.items():
            for record in records:
                found += self._record(kind, record, self.links.get((kind, record.id)))
            for qbo_id in self.objects[kind]:
                if (kind, qbo_id) not in linked:
                    found += self._alone_there(kind, qbo_id)
        return found

    def agreed(self, kind: str) -> list[tuple[str, str]]:
        """Return the pairs about which no question is open."""
        return [
            (record, qbo_id)
            for (of_kind, record), qbo_id in self.links.items()
            if of_kind == kind
            and qbo_id in self.there[kind]
            and (kind, f"record:{record}") not in self.issues
            and self.states[kind, record].sync_state == "agreed"
        ]

    def _undecided(self) -> Iterator[str]:
        for (kind, record), row in self.states.items():
            if row.undecided:
                yield f"{kind} {record} is still undecided"
        for (entity, qbo_id), row in self.counterparts.items():
            if row.undecided:
                yield f"QuickBooks {entity} {qbo_id} is still undecided"

    def _record(self, kind: str, record: StoredRecord, qbo_id: str | None) -> list[str]:
        here = self.here[kind][record.id]
        wire = self.objects[kind].get(qbo_id) if qbo_id else None
        state = self.states[kind, record.id]
        there = self.there[kind][qbo_id] if wire and qbo_id else None
        case = Case(kind, record, wire, here, there, state.code or "")
        if qbo_id is None:
            if record.archived or here.get("voided"):
                return []
            return self._must_be_named(case, state.sync_state)
        if there is None and record.archived and (kind, qbo_id) in self.site.merged:
            return []
        if there and there.get("voided") and (record.archived or here["voided"]):
            return []
        if there is None or (record.archived and not KINDS[kind].is_list):
            return self._must_be_named(case, state.sync_state)
        fields = (*differing(self._allocated(here), there), *KINDS[kind].besides(self, case))
        if fields:
            return self._must_be_named(case._replace(differing=fields), state.sync_state)
        if state.sync_state != "agreed" and state.code not in DIFFERENCES:
            return [f"{case.words} is equal, and called {state.sync_state} ({state.code})"]
        return []

    def _allocated(self, here: Fields) -> Fields:
        """What names no account or item is on the unallocated one."""
        if "lines" not in here:
            return here
        account = self.links.get(("account", self.preferences.unallocated_expense_account or ""))
        item = self.links.get(("item", UNALLOCATED_ITEM))
        lines = (
            line._replace(account=account)
            if line.needs_account
            else line._replace(item=item)
            if line.needs_item
            else line
            for line in here["lines"]
        )
        return here | {"lines": tuple(lines)}

    def _must_be_named(self, case: Case, state: str) -> list[str]:
        what = f" differs in {', '.join(case.differing)}" if case.differing else " is on one side only"
        if state not in _NAMED or not case.code:
            return [f"{case.words}{what}, and is called {state} ({case.code or 'no reason'})"]
        assert case.record is not None
        if state == "skipped":
            told = self.outcomes.get((case.kind, case.record.id, case.code))
        else:
            subjects = [f"record:{case.record.id}"]
            subjects += [f"quickbooks:{case.wire['Id']}"] if case.wire else []
            told = next(
                (
                    row
                    for subject in subjects
                    for row in self.issues.get((case.kind, subject), ())
                    if row.code == case.code
                ),
                None,
            )
        if told is None or not told.reason or not told.fix:
            return [f"{case.words}{what}: {state} ({case.code}), and nothing says why"]
        return self._true(case)

    def _alone_there(self, kind: str, qbo_id: str) -> list[str]:
        wire = self.objects[kind][qbo_id]
        row = self.counterparts.get((ENTITY_OF[kind], qbo_id))
        case = Case(kind, None, wire, None, self.there[kind][qbo_id], row.code or "" if row else "")
        if row is None:
            return [] if KINDS[kind].is_history(wire) else [f"{case.words} was never seen"]
        if not row.code or not row.reason:
            return [f"{case.words} is on one side only, without a reason"]
        return self._true(case)

    def _true(self, case: Case) -> list[str]:
        is_true = KINDS[case.kind].reasons.get(case.code) or _REASONS.get(case.code)
        if is_true is None:
            return [] if case.code in FROM_FAULTS else [f"{case.words}: nobody knows the code {case.code}"]
        if is_true(self, case):
            return []
        what = f" (differs in {', '.join(case.differing)})" if case.differing else ""
        return [f"{case.words} is held back by {case.code}, which is not so{what}"]

    # -- whether a reason is so

    def details(self, row: Row[Any]) -> dict[str, Any]:
        """Return what an issue shows of each field."""
        found: dict[str, Any] = json.loads(row.details)
        return found

    def twins(self, case: Case) -> int:
        """Count what bears the same name, or the same number of the same vendor, apart from this pair."""
        mine = case.here or case.there
        assert mine is not None
        key = KINDS[case.kind].key_of(mine)
        own_record = case.record.id if case.record else None
        own_object = case.wire["Id"] if case.wire else None
        records = [
            each.id
            for each in self.records[case.kind]
            if not each.archived
            and each.id != own_record
            and KINDS[case.kind].key_of(self.here[case.kind][each.id]) == key
        ]
        objects = [
            qbo_id
            for qbo_id, fields in self.there[case.kind].items()
            if qbo_id != own_object and KINDS[case.kind].key_of(fields) == key and not fields.get("archived")
        ]
        return len(records) + len(objects)

    def has_unlinked_parent(self, case: Case) -> bool:
        """Say whether it refers to something on one side only; a line may need the unallocated account."""
        unallocated = self.preferences.unallocated_expense_account
        if any(line.needs_account for line in (case.here or {}).get("lines", ())) and (
            ("account", unallocated) not in self.links
        ):
            return True
        if any(line.needs_item for line in (case.here or {}).get("lines", ())) and (
            ("item", UNALLOCATED_ITEM) not in self.links
        ):
            return True
        for fields, is_here in ((case.here, True), (case.there, False)):
            if fields is None:
                continue
            for kind, name in KINDS[case.kind].parents_of(fields):
                if name is None:
                    continue
                if is_here and name.startswith("?"):
                    return True
                if not is_here and name not in {q for (k, _), q in self.links.items() if k == kind}:
                    return True
        return False


def _in_dispute(agreement: Agreement, case: Case) -> bool:
    """The fields that differ are the ones that the issue shows."""
    assert case.record is not None
    rows = agreement.issues.get((case.kind, f"record:{case.record.id}"), ())
    shown = {name.partition("[")[0] for row in rows for name in agreement.details(row)}
    shown |= {row.field.partition("[")[0] for row in rows if row.field}
    return bool(case.differing) and all(name.partition(".")[0] in shown for name in case.differing)


def _was_renamed_and_came_back(agreement: Agreement, case: Case) -> bool:
    """Say whether an object that we created came here as a record of its own: its create got no answer."""
    entity = ENTITY_OF[case.kind]
    books = agreement.site.quickbooks
    ours = {each.id for each in books.journal if (each.entity, each.actor) == (entity, "api")}
    came = {each.id for each in agreement.records[case.kind] if each.origin == "quickbooks"}
    return case.wire is None and any(
        qbo_id in ours and record in came
        for (kind, record), qbo_id in agreement.links.items()
        if kind == case.kind
    )


_REASONS: dict[str, Reason] = {
    "parent_not_synced": Agreement.has_unlinked_parent,
    "ambiguous": lambda a, c: a.twins(c) > 0,
    "both_changed": _in_dispute,
    "changed_in_quickbooks": lambda a, c: (
        bool(c.differing) and a.preferences.transactions_direction == "to_quickbooks"
    ),
    "removed_in_quickbooks": lambda a, c: (
        c.wire is None and a.preferences.transactions_direction == "to_quickbooks"
    ),
    "removed_there_changed_here": lambda _, c: (
        c.wire is None and c.record is not None and not c.record.archived
    ),
    "removed_here_changed_there": lambda _, c: (
        c.wire is not None and c.record is not None and c.record.archived
    ),
    "mass_removal": lambda _, __: True,
    "merged_in_quickbooks": lambda a, c: (
        c.record is not None and a.site.watch.merged_into(c.kind, c.record.id) is not None
    ),
    "duplicate_in_quickbooks": _was_renamed_and_came_back,
}
