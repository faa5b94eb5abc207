"""The oracle of writes: QuickBooks' own journal against the ledger of operations, after every sync.

Every write that came over the wire belongs to exactly one operation (M2), no operation was applied twice
(I1), nothing was written that nobody entered (I4), nothing names a parent that is not linked (I11), nothing
was removed that nobody removed (I12), and the cursor has passed nothing that is not stored (I14).
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, select

from service.core.records import PaymentStatus
from service.sandbox import JournalEntry
from service.store.tables import Change, Counterpart, Cursor, Operation, table_of
from tests.simulation.frame import Restraint
from tests.simulation.kinds import ENTITY_OF, KIND_OF, KINDS
from tests.simulation.kinds.payments import SORT_OF
from tests.simulation.kinds.receiving import OWN_NOTE
from tests.simulation.projection import atoms, mark_of
from tests.simulation.site import Site
from tests.simulation.watch import Version

_O = table_of(Operation)
_K = table_of(Change)
_C = table_of(Counterpart)
_P = table_of(Cursor)
_OPERATIONS = select(
    *(
        _O.c.id,
        _O.c.kind,
        _O.c.record,
        _O.c.entity,
        _O.c.qbo_id,
        _O.c.action,
        _O.c.state,
        _O.c.batch,
        _O.c.body,
        _O.c.sent_at,
    )
).where(_O.c.company == bindparam("company"))
_TAKEN_AWAY = select(_K.c.kind, _K.c.id, _K.c.what).where(
    _K.c.company == bindparam("company"),
    _K.c.what.in_(("archived", "voided")),
    _K.c.kind.in_([each.name for each in KINDS.values() if not each.is_list]),
)
_REMOVED = {"delete": "deleted", "void": "voided"}
_SEEN = select(_C.c.entity, _C.c.qbo_id, _C.c.sync_token, _C.c.deleted, _C.c.code).where(
    _C.c.company == bindparam("company")
)
_CURSORS = select(_P.c.entity, _P.c.since).where(_P.c.company == bindparam("company"))
_NEVER_APPLIED = frozenset({"rejected", "parked", "withdrawn", "planned"})


class WriteOracle:
    """Checks what was written, from QuickBooks' side."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._books = site.quickbooks
        self._read = 0
        self._restraint = Restraint(site)
        self._applied: Counter[str] = Counter()
        self._sent_as: dict[tuple[str, str], str] = {}
        """The operation that last wrote an object."""
        self._first_passed: dict[str, dt.datetime] = {}
        """Where each cursor first stood: payments and credits from before are history."""
        self._undone: set[str] = set()
        """Operations whose effect a person changed or merged away before anybody could see it."""
        self._landed_late: set[str] = set()
        """What stood in requests that were refused, for a name that was taken, and landed when it was free:
        no sender can prevent that, and list entries bear no mark that would name it."""
        self._at_birth = {value for fields in site.watch.objects.values() for value in atoms(fields[0])}
        self._at_birth |= _DECLARED

    def check(self) -> None:
        """Check everything that must hold at any time."""
        site = self._site
        rows = site.all(_OPERATIONS)
        entries = self._books.journal[self._read :]
        for entry in entries:
            self._restraint.take(entry)
        fresh = [each for each in entries if each.actor == "api"]
        self._read = len(self._books.journal)
        self._belong(entries, rows)
        self._once(rows)
        for entry in fresh:
            self._entered_by_somebody(entry)
            self._parents_linked(entry)
        self._removals(fresh)
        self._one_of_each()
        self._cursor()

    def _belong(self, entries: list[JournalEntry], rows: list[Row[Any]]) -> None:
        """Find the operation of every write; count the writes of every operation."""
        by_request: dict[str, list[Row[Any]]] = {}
        for row in rows:
            by_request.setdefault(row.batch or "", []).append(row)
        for entry in entries:
            if entry.actor != "api":
                self._undo(entry)
                continue
            mine = [row for row in by_request.get(entry.requestid or "-", ()) if _is_of(row, entry)]
            if len(mine) != 1:
                self._site.complain(
                    "M2",
                    f"{entry.operation} of {entry.entity} {entry.id} (request {entry.requestid}) belongs to"
                    f" {len(mine)} operations",
                )
            self._applied.update(row.id for row in mine)
            for row in mine:
                self._sent_as[entry.entity, entry.id] = row.id
            kind = KIND_OF.get(entry.entity)
            if kind and any(row.state == "rejected" for row in mine):
                self._landed_late |= set(atoms(KINDS[kind].of_quickbooks(entry.result)))

    def _undo(self, entry: JournalEntry) -> None:
        changed = entry.body["merged"] if entry.operation == "merge" else entry.id
        if entry.operation in ("merge", "update") and (entry.entity, changed) in self._sent_as:
            self._undone.add(self._sent_as[entry.entity, changed])

    def _once(self, rows: list[Row[Any]]) -> None:
        creates: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            number = self._applied[row.id]
            if number > 1 and not self._site.world.may_double and not self._was_forgotten(row):
                self._site.complain(
                    "I1", f"{row.action} of {row.kind} {row.record} was applied {number} times"
                )
            excused = self._site.world.lands_late or row.id in self._undone
            if number and row.state in _NEVER_APPLIED and not excused:
                self._site.complain(
                    "M2", f"{row.action} of {row.kind} {row.record} is {row.state}, but QuickBooks applied it"
                )
            if row.action == "create" and row.state == "done":
                is_plain = not self._site.world.may_double
                if is_plain and number != 1 and not self._looks_like_ours(row):
                    self._site.complain("M2", f"the create of {row.kind} {row.record} is done, not applied")
                creates.setdefault((row.kind, row.record), []).append(row.qbo_id)
        for (kind, record), ids in creates.items():
            alive = [each for each in ids if self._is_alive(kind, each)]
            if len(alive) > 1 and not self._site.world.may_double:
                self._site.complain("I1", f"{kind} {record} was created {len(alive)} times: {alive}")

    def _was_forgotten(self, row: Row[Any]) -> bool:
        """A list entry bears no mark: renamed before anybody saw it, and forgotten, it is unknown."""
        return bool(self._site.world.struck["F18"]) and KINDS[row.kind].is_list and row.id in self._undone

    def _is_alive(self, kind: str, qbo_id: str) -> bool:
        """What is deleted, or voided, counts no more."""
        wire = self._books.read(ENTITY_OF[kind], qbo_id)
        return wire is not None and not KINDS[kind].of_quickbooks(wire).get("voided")

    def _looks_like_ours(self, row: Row[Any]) -> bool:
        """A list entry of the same unique name, entered since the send, can't be told from ours."""
        return KINDS[row.kind].is_list and any(
            each.operation == "create" and each.entity == row.entity and each.id == row.qbo_id
            for each in self._books.journal
            if each.at >= row.sent_at.replace(microsecond=0)
        )

    def _entered_by_somebody(self, entry: JournalEntry) -> None:
        """Texts, dates and amounts on the wire were entered by a person, or set by QuickBooks itself (I4)."""
        kind = KIND_OF.get(entry.entity)
        if kind is None or entry.operation == "delete":
            return
        known = self._site.edits.owner
        for value in atoms(KINDS[kind].of_quickbooks({**_NAMELESS, **entry.body})):
            if value not in known and value not in self._at_birth:
                self._site.complain("I4", f"{entry.entity} {entry.id} was written with {value!r}")

    def _parents_linked(self, entry: JournalEntry) -> None:
        if entry.entity in SORT_OF and entry.operation != "create":
            return  # what else a person has let it settle stays
        for entity, qbo_id in _references(entry.body, entry.entity):
            kind = KIND_OF.get(entity)
            if kind is not None and (kind, qbo_id) not in self._site.watch.linked_ids:
                self._site.complain(
                    "I11", f"{entry.entity} {entry.id} names {entity} {qbo_id}, which was never linked"
                )

    def _removals(self, entries: list[JournalEntry]) -> None:
        """What disappears on one side was taken away by a person on the other (I12)."""
        watch = self._site.watch
        records = {(key[0], qbo_id): key for key, ids in watch.ever_all.items() for qbo_id in sorted(ids)}
        for entry in entries:
            if entry.operation not in _REMOVED or entry.entity not in KIND_OF:
                continue
            key = records.get((KIND_OF[entry.entity], entry.id))
            if key is None or not any(_is_taken_away(each) for each in watch.versions[key]):
                words = f"{entry.entity} {entry.id} was {_REMOVED[entry.operation]}"
                self._site.complain("I12", f"{words}, and nobody took its record away")
        gone = {
            (KIND_OF[each.entity], each.id)
            for each in self._books.journal
            if each.operation in _REMOVED and each.entity in KIND_OF
        }
        for kind, record, what in self._site.all(_TAKEN_AWAY):
            if not {(kind, each) for each in watch.ever_all.get((kind, record), set())} & gone:
                self._site.complain("I12", f"{kind} {record} was {what}, and nobody did that in QuickBooks")

    def _one_of_each(self) -> None:
        """What a person entered once stands once on each side, and where that person put it (I1)."""
        site = self._site
        if site.world.may_double:
            return
        holders: dict[str, set[tuple[str, str, str]]] = {}
        for kind, entity in ENTITY_OF.items():
            for wire in self._books.all(entity):
                self._count(
                    "quickbooks", kind, wire["Id"], list(_own(KINDS[kind].of_quickbooks(wire))), holders
                )
        for (kind, key), versions in site.watch.versions.items():
            values = [*_own(site.fields_of(kind, versions[-1].document))]
            self._count("platform", kind, key, values, holders)
        for value, found in holders.items():
            if value in site.edits.copied or value in self._landed_late or value == OWN_NOTE:
                continue
            for side in ("platform", "quickbooks"):
                mine = sorted(each for each in found if each[0] == side)
                entered = {each for each in site.edits.owner.get(value, ()) if each[0] == side}
                if len(mine) > max(1, len(entered)):
                    site.complain("I1", f"{value!r} stands in {_names(mine)}")
                if entered and mine and not self._moved(entered, set(mine)):
                    site.complain("I4", f"{value!r} of {_names(sorted(entered))} stands in {_names(mine)}")

    def _count(
        self, side: str, kind: str, key: str, values: list[str], holders: dict[str, set[tuple[str, str, str]]]
    ) -> None:
        for value in values:
            holders.setdefault(value, set()).add((side, kind, key))
        twice = [value for value, number in Counter(values).items() if number > 1]
        if twice:
            self._site.complain("I1", f"{side} {kind} {key} holds {twice} twice")

    def _moved(self, entered: set[tuple[str, str, str]], holders: set[tuple[str, str, str]]) -> bool:
        """A value stays where it was entered, unless that is gone and was made anew."""
        if holders <= entered:
            return True
        gone = {each for each in entered if each[0] == "quickbooks" and not self._lives(each)}
        return bool(gone)

    def _lives(self, holder: tuple[str, str, str]) -> bool:
        return self._books.read(ENTITY_OF[holder[1]], holder[2]) is not None

    def _cursor(self) -> None:
        """Every change that the cursor has passed is stored (I14)."""
        site = self._site
        since: dict[str, dt.datetime | None] = {row.entity: row.since for row in site.all(_CURSORS)}
        stored = {(row.entity, row.qbo_id): row for row in site.all(_SEEN)}
        for entity, passed in since.items():
            if passed is not None:
                self._first_passed.setdefault(entity, passed)
        for (entity, qbo_id), row in stored.items():
            if row.deleted and self._books.read(entity, qbo_id) is not None:
                site.complain("I12", f"{entity} {qbo_id} is taken for deleted, and is there")
        journal = self._books.journal
        unreadable = {(each.entity, each.body["merged"]) for each in journal if each.operation == "merge"}
        for entry in journal:
            passed = since.get(entry.entity)
            if entry.operation == "merge" or (entry.entity, entry.id) in unreadable:
                continue
            if passed is not None and entry.at <= passed:
                self._was_passed(entry, stored.get((entry.entity, entry.id)))

    def _was_passed(self, entry: JournalEntry, row: Row[Any] | None) -> None:
        words = f"{entry.entity} {entry.id}"
        if row is None:
            if not self._is_history(entry):
                self._site.complain("I14", f"the cursor passed {words}, which is not stored")
        elif row.code == "not_unpaid":
            pass  # history: nothing depends on how it goes on
        elif entry.operation == "delete" and not row.deleted and row.code not in _LEFT_OUT:
            self._site.complain("I14", f"the cursor passed the delete of {words}")
        elif not row.deleted and entry.operation != "delete" and row.sync_token < int(entry.sync_token):
            self._site.complain("I14", f"the cursor passed v{entry.sync_token} of {words}")

    def _is_history(self, entry: JournalEntry) -> bool:
        """What was gone, merged, or of no interest any more before it was ever read leaves no trace."""
        if entry.entity not in KIND_OF or KINDS[KIND_OF[entry.entity]].is_list:
            return (KIND_OF.get(entry.entity, ""), entry.id) in self._site.merged
        wire = self._books.read(entry.entity, entry.id)
        if wire is None:
            return True
        if entry.entity in ("Bill", "Invoice"):
            return entry.id in self._ever_paid()
        if entry.entity == "JournalEntry":
            return mark_of(wire) is None
        return entry.at <= self._first_passed[entry.entity]

    def _ever_paid(self) -> set[str]:
        return {
            link["TxnId"]
            for each in self._books.journal
            if each.entity in SORT_OF and each.operation == "create"
            for line in each.result.get("Line") or ()
            for link in line["LinkedTxn"]
        }


_DECLARED = frozenset({"Money Out Clearing", "Money In Clearing", "Unallocated Income", OWN_NOTE})
"""Accounts that online payments go against, the item on which lines go that name none, and what QuickBooks
writes itself."""
_LEFT_OUT = frozenset({"number_missing", "currency_not_usd"})
"""What doesn't come here as it is: that it disappears changes nothing."""
_NAMELESS = {"Name": "", "DisplayName": ""}


def _own(fields: dict[str, Any]) -> Iterator[str]:
    """The values that only one object can have: names and numbers may be given twice, amounts be equal."""
    mine = {name: value for name, value in fields.items() if name not in ("name", "number")}
    for value in atoms(mine):
        if not value[:1].isdigit():
            yield value


def _is_of(row: Row[Any], entry: JournalEntry) -> bool:
    if row.entity != entry.entity or row.action != entry.operation:
        return False
    if row.action != "create":
        return bool(row.qbo_id == entry.id)
    return _plain(json.loads(row.body, parse_float=Decimal)) == _plain(entry.body)


def _plain(value: Any) -> Any:
    """JSON without the difference between 1, 1.0 and 1.00."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value)).normalize()
    return value


def _references(value: Any, entity: str, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if name in _NAMED_BY and "value" in value:
            yield _NAMED_BY[name] or entity, str(value["value"])
        if "TxnId" in value:
            yield value["TxnType"], str(value["TxnId"])
        for key, each in value.items():
            yield from _references(each, entity, key)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each, entity, name)


_NAMED_BY: dict[str, str] = {
    "VendorRef": "Vendor",
    "CustomerRef": "Customer",
    "ItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "ParentRef": "",
    "AccountRef": "Account",
    "BankAccountRef": "Account",
    "CCAccountRef": "Account",
    "DepositToAccountRef": "Account",
}
"""What properties refer to; a parent is of its child's own kind."""


def _is_taken_away(version: Version) -> bool:
    return version.archived or getattr(version.document, "status", None) is PaymentStatus.VOIDED


def _names(holders: list[tuple[str, str, str]]) -> str:
    return ", ".join(f"{kind} {key} ({side})" for side, kind, key in holders)
