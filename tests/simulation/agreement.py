"""The oracle of agreement: everything is equal on both sides or bears a reason.

Reads both sides whole, compares field by field with its own projections, and checks that a reason that is
given is true (I2, I5, I10). Links are claims: what they pair must be equal.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from service.core.policy import Preferences
from service.core.records import Bill
from service.store.engine import in_transaction
from service.store.records import StoredRecord
from service.store.tables import Counterpart, Issue, Outcome, Record, table_of
from tests.simulation.projection import ENTITY_OF, Fields, cents, differing, of_quickbooks, split_memo
from tests.simulation.world import World

_R, _C, _I, _O = (table_of(each) for each in (Record, Counterpart, Issue, Outcome))
_STATES = select(_R.c.kind, _R.c.id, _R.c.sync_state, _R.c.code, _R.c.undecided)
_COUNTERPARTS = select(_C.c.entity, _C.c.qbo_id, _C.c.code, _C.c.reason, _C.c.deleted, _C.c.undecided)
_ISSUES = select(_I.c.kind, _I.c.subject, _I.c.code, _I.c.reason, _I.c.fix, _I.c.field, _I.c.details).where(
    _I.c.state != "resolved"
)
_OUTCOMES = select(_O.c.kind, _O.c.record, _O.c.code, _O.c.reason, _O.c.fix).where(_O.c.code.is_not(None))
_NAMED = frozenset({"skipped", "held", "failed", "conflict"})
FROM_FAULTS = frozenset(
    {
        *("rejected_by_quickbooks", "duplicate_name", "duplicate_number", "inactive_reference", "stale"),
        *(
            "deleted_in_quickbooks",
            "invalid_reference",
            "quickbooks_error",
            "nested_too_deep",
            "invalid_parent",
        ),
    }
)
"""Codes that may come from a refusal of QuickBooks: whether it was right is QuickBooks' business."""


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

    def __init__(self, world: World) -> None:
        self._world = world
        self.preferences: Preferences = world.preferences()
        self.links = dict(world.watch.links)
        self.records = {kind: world.records(kind) for kind in ENTITY_OF}
        self.objects: dict[str, dict[str, Fields]] = {
            kind: {wire["Id"]: wire for wire in world.quickbooks.all(entity)}
            for kind, entity in ENTITY_OF.items()
        }
        self.there = {
            kind: {qbo_id: of_quickbooks(kind, wire) for qbo_id, wire in found.items()}
            for kind, found in self.objects.items()
        }
        self.here = {
            kind: {each.id: world.fields_of(kind, each.document) for each in found}
            for kind, found in self.records.items()
        }
        rows = in_transaction(
            world.engine,
            lambda c: [c.execute(each).all() for each in (_STATES, _COUNTERPARTS, _ISSUES, _OUTCOMES)],
        )
        self.states = {(row.kind, row.id): row for row in rows[0]}
        self.counterparts = {(row.entity, row.qbo_id): row for row in rows[1]}
        self.issues: dict[tuple[str, str], list[Row[Any]]] = {}
        for row in rows[2]:
            self.issues.setdefault((row.kind, row.subject), []).append(row)
        self.outcomes = {(row.kind, row.record, row.code): row for row in rows[3]}

    # -- the comparison

    def disagreements(self) -> list[str]:
        """Say of every pair that neither agrees nor bears a true reason what is wrong with it."""
        found = [*self._undecided(), *self._money()]
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
            if record.archived:
                return []
            return self._must_be_named(case, state.sync_state)
        if there is None or (kind == "bill" and record.archived):
            return self._must_be_named(case, state.sync_state)
        fields = differing(here, there)
        if fields:
            return self._must_be_named(case._replace(differing=tuple(fields)), state.sync_state)
        if state.sync_state != "agreed":
            return [f"{case.words} is equal, and called {state.sync_state} ({state.code})"]
        return self._balance(case)

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
            is_history = kind == "bill" and wire["Balance"] == 0
            return [] if is_history else [f"{case.words} was never seen"]
        if not row.code or not row.reason:
            return [f"{case.words} is on one side only, without a reason"]
        return self._true(case)

    def _true(self, case: Case) -> list[str]:
        is_true = _REASONS.get(case.code)
        if is_true is None:
            return [] if case.code in FROM_FAULTS else [f"{case.words}: nobody knows the code {case.code}"]
        if is_true(self, case):
            return []
        what = f" (differs in {', '.join(case.differing)})" if case.differing else ""
        return [f"{case.words} is held back by {case.code}, which is not so{what}"]

    def _balance(self, case: Case) -> list[str]:
        if case.kind != "bill" or case.record is None or case.wire is None:
            return []
        owed = cents(case.wire["Balance"])
        if cents(case.record.balance) != owed or cents(case.record.quickbooks_balance) != owed:
            return [f"{case.words}: {case.record.balance} is open here, {owed} there"]
        return []

    def _money(self) -> Iterator[str]:
        """Totals are the sums of their lines, balances what payments leave of them (I10)."""
        paid: dict[str, Decimal] = {}
        for payment in self._world.quickbooks.all("BillPayment"):
            for line in payment["Line"]:
                bill = line["LinkedTxn"][0]["TxnId"]
                paid[bill] = paid.get(bill, Decimal(0)) + Decimal(str(line["Amount"]))
        for qbo_id, wire in self.objects["bill"].items():
            total = sum((Decimal(line[0]) for line in self.there["bill"][qbo_id]["lines"]), Decimal(0))
            total += Decimal(self.there["bill"][qbo_id]["tax"])
            if cents(wire["TotalAmt"]) != cents(total):
                yield f"QuickBooks bill {qbo_id}: {wire['TotalAmt']} is not the sum of its lines"
            if cents(wire["Balance"]) != cents(total - paid.get(qbo_id, Decimal(0))):
                yield f"QuickBooks bill {qbo_id}: its balance is not what its payments leave"
        for record in self.records["bill"]:
            assert isinstance(record.document, Bill)
            total = sum((line.amount for line in record.document.lines), record.document.tax)
            if record.amount != total:
                yield f"bill {record.id}: {record.amount} is not the sum of its lines"
        owed_here, owed_there = self._owed()
        if owed_here != owed_there:
            yield f"what is owed by vendor differs: {owed_here} here, {owed_there} there"

    def _owed(self) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """Add up, by vendor, what is open on the bills that are called agreed."""
        here: dict[str, Decimal] = {}
        there: dict[str, Decimal] = {}
        for record in self.records["bill"]:
            wire = self.objects["bill"].get(self.links.get(("bill", record.id), ""))
            if wire is None or self.states["bill", record.id].sync_state != "agreed" or record.archived:
                continue
            ours = self.here["bill"][record.id]["vendor"]
            theirs = wire["VendorRef"]["value"]
            here[ours] = here.get(ours, Decimal(0)) + (record.balance or 0)
            there[theirs] = there.get(theirs, Decimal(0)) + Decimal(str(wire["Balance"]))
        return here, there

    # -- whether a reason is so

    def details(self, row: Row[Any]) -> dict[str, Any]:
        """Return what an issue shows of each field."""
        found: dict[str, Any] = json.loads(row.details)
        return found

    def twins(self, case: Case) -> int:
        """Count what bears the same name, or the same number of the same vendor, apart from this pair."""
        mine = case.here or case.there
        assert mine is not None
        key = _key(case.kind, mine)
        own_record = case.record.id if case.record else None
        own_object = case.wire["Id"] if case.wire else None
        records = [
            each.id
            for each in self.records[case.kind]
            if not each.archived
            and each.id != own_record
            and _key(case.kind, self.here[case.kind][each.id]) == key
        ]
        objects = [
            qbo_id
            for qbo_id, fields in self.there[case.kind].items()
            if qbo_id != own_object and _key(case.kind, fields) == key and not fields.get("archived")
        ]
        return len(records) + len(objects)

    def has_unlinked_parent(self, case: Case) -> bool:
        """Say whether it refers to something on one side only; a line may need the unallocated account."""
        unallocated = self.preferences.unallocated_expense_account
        if any(line[2] is None for line in (case.here or {}).get("lines", ())) and (
            ("account", unallocated) not in self.links
        ):
            return True
        for fields, is_here in ((case.here, True), (case.there, False)):
            if fields is None:
                continue
            names = [("vendor", fields.get("vendor")), ("account", fields.get("parent"))]
            names += [("account", line[2]) for line in fields.get("lines", ())]
            for kind, name in names:
                if name is None:
                    continue
                if is_here and name.startswith("?"):
                    return True
                if not is_here and name not in {q for (k, _), q in self.links.items() if k == kind}:
                    return True
        return False


def _key(kind: str, fields: Fields) -> Any:
    name = (fields.get("name") or fields.get("number") or "").casefold()
    if kind == "bill":
        return fields["vendor"], name
    return (name, fields["type"], fields["parent"]) if kind == "account" else name


def _is_paid(wire: Fields | None) -> bool:
    return wire is not None and "Balance" in wire and wire["Balance"] != wire["TotalAmt"]


def _in_dispute(agreement: Agreement, case: Case) -> bool:
    """The fields that differ are the ones that the issue shows."""
    assert case.record is not None
    rows = agreement.issues.get((case.kind, f"record:{case.record.id}"), ())
    shown = {name.partition("[")[0] for row in rows for name in agreement.details(row)}
    shown |= {row.field.partition("[")[0] for row in rows if row.field}
    return bool(case.differing) and all(name.partition(".")[0] in shown for name in case.differing)


def _copied(agreement: Agreement, case: Case) -> bool:
    if case.wire is None:
        return False
    mark = split_memo(case.wire.get("PrivateNote"))[1]
    others = agreement.objects["bill"].values()
    return any(split_memo(each.get("PrivateNote"))[1] == mark and each is not case.wire for each in others)


_REASONS: dict[str, Callable[[Agreement, Case], bool]] = {
    "preferences_missing": lambda a, _: a.preferences.unallocated_expense_account is None,
    "direction": lambda a, c: c.record is None and a.preferences.transactions_direction == "to_quickbooks",
    "not_unpaid": lambda _, c: c.record is None and _is_paid(c.wire),
    "zero_amount": lambda _, c: c.record is not None and c.record.amount == 0,
    "number_missing": lambda _, c: not (c.here or c.there or {}).get("number"),
    "not_approved": lambda a, c: (
        c.record is not None and a.preferences.only_approved and c.record.document.approval != "approved"  # type: ignore[union-attr]
    ),
    "parent_not_synced": Agreement.has_unlinked_parent,
    "number_taken": lambda a, c: a.twins(c) > 0,
    "ambiguous": lambda a, c: a.twins(c) > 0,
    "duplicate_in_quickbooks": _copied,
    "both_changed": _in_dispute,
    "changed_in_quickbooks": lambda a, c: (
        bool(c.differing) and a.preferences.transactions_direction == "to_quickbooks"
    ),
    "money_locked": lambda _, c: bool(c.differing) and _is_paid(c.wire),
    "removal_blocked": lambda _, c: c.record is not None and c.record.archived and _is_paid(c.wire),
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
}
