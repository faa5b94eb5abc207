"""The end of a history: faults cease, both sides agree within two syncs, and nothing was lost on the way."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, func, select

from service.core.actions import Action
from service.store.tables import Batch, Operation, Record, table_of
from tests.simulation.agreement import FROM_FAULTS, Agreement
from tests.simulation.edits import PLATFORM, Edit
from tests.simulation.kinds import KINDS
from tests.simulation.kinds.payments import SORTS
from tests.simulation.people import People
from tests.simulation.projection import atoms, issue_values
from tests.simulation.reconciling import wrong_with_report
from tests.simulation.site import Site

MOST_SYNCS_TO_AGREE = 2
_WAITS_FOR_SETTINGS = frozenset({"number_set_by_quickbooks", "feature_off", "books_closed"})
"""Codes of what a changed setting in QuickBooks would let go: the two reads that show them are repeated."""
_O, _B, _R = table_of(Operation), table_of(Batch), table_of(Record)
_OPEN = [
    select(func.count().label("number"))
    .select_from(_O)
    .where(_O.c.company == bindparam("company"), _O.c.state.in_(("planned", "sent", "unknown"))),
    select(func.count().label("number"))
    .select_from(_B)
    .where(_B.c.company == bindparam("company"), _B.c.state.in_(("sent", "unknown"))),
]
_STATES = (
    select(_R.c.kind, _R.c.id, _R.c.sync_state, _R.c.code, _R.c.undecided)
    .where(_R.c.company == bindparam("company"))
    .order_by(_R.c.kind, _R.c.id)
)


def standing(site: Site) -> tuple[object, ...]:
    """Return everything that only a change changes; the first of it counts the writes to QuickBooks."""
    return (
        len(site.quickbooks.journal),
        sorted(site.watch.links.items()),
        {key: versions[-1] for key, versions in site.watch.versions.items()},
        site.all(_STATES),
    )


def still_open(site: Site) -> list[int]:
    """Count operations and requests without an end."""
    return [site.all(each)[0].number for each in _OPEN]


class Ending:
    """What must come true for a company once nothing goes wrong any more."""

    def __init__(self, people: People, check: Callable[[], None]) -> None:
        self._site = people.site
        self._world = people.site.world
        self._owner = people.owner
        self._check = check

    async def reach(self) -> int:
        """Let it agree; return how many syncs that took."""
        site = self._site
        if site.lost_grant:
            self._world.reconnect(site)
        for issue in self._owner.open_issues():
            if issue.code in FROM_FAULTS:
                self._owner.settle(issue, Action.RETRY)
        wrong: list[str] = []
        syncs = 0
        while syncs < MOST_SYNCS_TO_AGREE + 2:
            syncs += 1
            written = len(site.quickbooks.journal)
            asked = await self._world.ask(site)
            await self._world.tend()
            self._check()
            row = self._world.sync(site, asked)
            if row.state != "succeeded":
                site.complain("I5", f"a sync without faults ended as {row.state}: {row.problem}")
            wrong = Agreement(site).disagreements()
            if self._world.violations:
                break
            if any(each.actor == "quickbooks" for each in site.quickbooks.journal[written:]):
                syncs = 0  # it answered what was written by a payment of its own: that has to come here, too
            elif not wrong:
                break
        if wrong or syncs > MOST_SYNCS_TO_AGREE:
            for words in wrong or ["the two sides agreed late"]:
                site.complain("I2", words)
        if not self._world.violations:
            await self._quiet()
            await self._reconciled()
            self._nothing_lost()
            self._ledger_closed()
        return syncs

    async def _quiet(self) -> None:
        """A sync of an agreed pair writes nothing and reads once (I6)."""
        site = self._site
        self._world.spare_all()
        await asyncio.sleep(900)
        before, reads = standing(site), site.quickbooks.meter.total_reads
        asked = await self._world.ask(site)
        await self._world.tend()
        self._check()
        row = self._world.sync(site, asked)
        reads = site.quickbooks.meter.total_reads - reads
        waits = any(issue.code in _WAITS_FOR_SETTINGS for issue in self._owner.open_issues())
        if reads != row.reads or reads not in ((1, 3) if waits else (1,)):
            site.complain("I6", f"a sync with nothing to do read {reads} times and says {row.reads}")
        if before != standing(site) or row.writes:
            site.complain("I6", "a sync with nothing to do wrote")

    async def _reconciled(self) -> None:
        """A reconcile of what has come to rest changes nothing, and reports what both sides' books say."""
        site = self._site
        before = standing(site)
        asked = await self._world.ask(site, mode="reconcile")
        await self._world.tend()
        self._check()
        row = self._world.sync(site, asked)
        if row.state != "succeeded" or row.writes or before != standing(site):
            site.complain("I6", f"a reconcile of two sides at rest {row.state}, with {row.writes} writes")
        for words in wrong_with_report(Agreement(site), asked):
            site.complain("I10", f"reconcile: {words}")

    def _nothing_lost(self) -> None:
        """Every edit stands somewhere, or what came of it does, or an issue shows it (I3)."""
        site = self._site
        agreement = Agreement(site)
        stands: set[str] = set()
        for kind in KINDS:
            for fields in (*agreement.there[kind].values(), *agreement.here[kind].values()):
                stands |= set(atoms(fields))
        for issue in self._owner.open_issues():
            stands |= issue_values(issue)
        site.edits.saw_all(self._gave_way(agreement))
        for edit in site.edits.lost(stands):
            site.complain("I3", f"lost: {edit.field} of {edit.kind} {edit.key} ({edit.side}): {edit.value!r}")
        self._uncontested(agreement)
        self._removed_lines(agreement)

    def _gave_way(self, agreement: Agreement) -> set[str]:
        """What was said here of payments that turned out to be somebody's in QuickBooks: those count."""
        site = self._site
        entered = {each.id for each in site.quickbooks.journal if each.actor == "person"}
        found = {
            (sort.kind, record.id)
            for sort in SORTS
            for record in agreement.records[sort.kind]
            if record.origin == "platform"
            and site.watch.ever_all.get((sort.kind, record.id), set()) & entered
        }
        told = (
            each
            for each in site.edits.all
            if each.side == PLATFORM
            and (each.kind, each.key) in found
            and each.number <= site.watch.linked_at[each.kind, each.key]
        )
        return {value for each in told for value in atoms({each.field: each.value})}

    def _uncontested(self, agreement: Agreement) -> None:
        """A field that was edited once since the pair was linked has that value on both sides."""
        edits = [each for each in self._site.edits.all if not each.is_creation]
        pairs = [(kind, *pair) for kind in KINDS for pair in agreement.agreed(kind)]
        for kind, record, qbo_id in pairs:
            if (kind, record) in self._site.edits.decided or agreement.there[kind][qbo_id].get("voided"):
                continue
            mine = [
                each
                for each in edits
                if each.kind == kind and each.key == (record if each.side == PLATFORM else qbo_id)
            ]
            for edit in mine:
                rivals = [each for each in mine if _whole(each.field) == _whole(edit.field)]
                if len(rivals) > 1 or edit.number <= self._site.watch.linked_at[kind, record]:
                    continue
                if not edit.value and not self._was_agreed(kind, record, qbo_id, edit):
                    continue  # one of two that were in dispute is withdrawn: the other stands
                stands = agreement.there[kind][qbo_id][edit.field]
                if not _arrived(self._site.survivor(edit.field, edit.value), stands):
                    self._site.complain(
                        "I3",
                        f"{edit.field} of {kind} {record} was set once, to {edit.value!r}, and is {stands!r}",
                    )

    def _was_agreed(self, kind: str, record: str, qbo_id: str, edit: Edit) -> bool:
        """Say whether the other side ever held what this edit took away."""
        here = [self._site.fields_of(kind, each.document) for each in self._site.watch.versions[kind, record]]
        there = self._site.watch.objects[kind, qbo_id]
        mine, others = (here, there) if edit.side == PLATFORM else (there, here)
        before = next(
            (old[edit.field] for old, new in pairwise(mine) if old[edit.field] and not new[edit.field]), None
        )
        return any(each[edit.field] == before for each in others)

    def _removed_lines(self, agreement: Agreement) -> None:
        """A line that a person removed does not come back, unless somebody else changed it."""
        edited = {value for value, parents in self._site.edits.parents.items() if parents}
        edited |= self._site.edits.chosen
        shown: set[str] = set()
        for issue in self._owner.open_issues():
            shown |= issue_values(issue)
        for kind, key, gone in self._site.edits.removed_lines:
            if (kind, key) in self._site.watch.objects and not self._lives(kind, key):
                continue  # the service never saw that object without the line
            for record, qbo_id in agreement.agreed(kind):
                if (kind, record) in self._site.edits.decided:
                    continue
                back = gone & set(atoms({"lines": agreement.there[kind][qbo_id]["lines"]}))
                if back and not back & (edited | shown):
                    self._site.complain(
                        "I3", f"a line removed from {key} is back in {record} = {qbo_id}: {sorted(back)}"
                    )

    def _lives(self, kind: str, qbo_id: str) -> bool:
        return self._site.quickbooks.read(KINDS[kind].entity, qbo_id) is not None

    def _ledger_closed(self) -> None:
        numbers = still_open(self._site)
        if any(numbers):
            self._site.complain("M2", f"{numbers[0]} operations and {numbers[1]} requests are still open")


def _arrived(wanted: Any, stands: Any) -> bool:
    """Compare values; a reference that was not linked at the time of the edit has no name to compare."""
    if isinstance(wanted, tuple):
        return len(wanted) == len(stands) and all(
            one[:2] == other[:2] and all(map(_arrived, one[2:], other[2:]))
            for one, other in zip(wanted, stands, strict=True)
        )
    return bool(wanted == stands) or str(wanted).startswith("?") or (wanted is None and _is_reference(stands))


def _is_reference(value: Any) -> bool:
    """A line without an account takes the unallocated one on its way."""
    return isinstance(value, str) and value.isdigit()


def _whole(name: str) -> str:
    """An address is one field: its parts belong together."""
    return name.partition(".")[0]
