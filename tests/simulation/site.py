"""One company on both sides: its realm, its people's edits, what it has ever been."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Row, Select, select

from service.core.policy import Preferences
from service.core.records import Document, Kind
from service.sandbox import Company, CompanyAccess
from service.store import preferences
from service.store.engine import in_transaction
from service.store.records import StoredRecord
from service.store.syncs import StoredSync
from service.store.tables import Counterpart, table_of
from tests.house import everything
from tests.simulation.edits import Edits
from tests.simulation.kinds import ENTITY_OF, KINDS
from tests.simulation.projection import Fields, Line, SoldLine
from tests.simulation.trade import Trade
from tests.simulation.watch import Watch

if TYPE_CHECKING:
    from tests.simulation.world import World

_RAW = table_of(Counterpart).c
_AMOUNTS_APART = 100_000
_DECLARED = frozenset({"money-in-clearing", "money-out-clearing", "unallocated-income"})


class Site:
    """What a company has here and there, and the questions that people and oracles ask of it."""

    def __init__(self, world: World, number: int, access: CompanyAccess, *, pays_both_ways: bool) -> None:
        self.world = world
        self.number = number
        self.company = f"company-{number}"
        self.access = access
        self.quickbooks: Company = world.sandbox.company(access.realm_id)
        self.edits = Edits("" if number == 0 else "abcdefgh"[number - 1], 100 + _AMOUNTS_APART * number)
        self.chance = random.Random(0)
        self.merged: dict[tuple[str, str], str] = {}
        """Losers of merges in QuickBooks, and their survivors."""
        self.numbers_sales = True
        """Whether QuickBooks numbers its invoices itself."""
        self.trade = Trade.ANY
        """What its people do most."""
        self.pays_both_ways = pays_both_ways
        """Whether payments that are made in QuickBooks come here: the company signed up late enough."""
        self.defaults: dict[str, set[str]] = {"default_bank_account": set(), "deposit_to_account": set()}
        """The accounts that payments without one of their own have ever gone against, by preference."""
        self.credits_at_once = False
        """Whether the company has ever let credits be applied before their bills are covered."""
        self.lost_grant = False
        """Intuit has taken the connection away: a sync may fail for that."""
        self.refusals = 0
        """How many of its tokens were refused in this stretch of work."""
        self.ended_last: list[bool] = []
        """The syncs that ended in the last stretch of work: whether each was a preview."""
        self.watch = Watch(self)

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.world.engine

    def tell(self, words: str) -> None:
        """Write one line of the story."""
        self.world.tell(f"[{self.number}] {words}" if self.world.is_crowded else words)

    def set_up_sales(self, *, numbers_itself: bool, applies_credits: bool) -> None:
        """Have QuickBooks number its invoices and apply credit memos to invoices by itself, or not."""
        self.numbers_sales = numbers_itself
        sales = {"CustomTxnNumbers": not numbers_itself, "AutoApplyCredit": applies_credits}
        self.quickbooks.set_preferences({"SalesFormsPrefs": sales})

    def survivor(self, field: str, value: Any) -> Any:
        """Return the value with what was merged away named as what it was merged into."""
        if isinstance(value, Line | SoldLine):
            named = {
                kind: self.survivor(kind, qbo_id) for kind, qbo_id in value.parents if qbo_id is not None
            }
            return value._replace(**named)
        if type(value) is tuple:
            return tuple(self.survivor(field, each) for each in value)
        while field in KINDS and (field, value) in self.merged:
            value = self.merged[field, value]
        return value

    def complain(self, invariant: str, words: str) -> None:
        """Note that something which must always hold does not."""
        self.world.complain(invariant, f"[{self.number}] {words}" if self.world.is_crowded else words)

    def now(self) -> dt.datetime:
        """Return what the platform's clock says."""
        return self.world.clock.now()

    def at_once(self, do: Any) -> Any:
        """Run something of the platform's in one transaction; works between any two steps of a worker."""
        result = in_transaction(self.engine, do)
        self.world.committed(None)
        return result

    def all(self, statement: Select[Any]) -> list[Row[Any]]:
        """Run a statement that asks for this `company`."""
        binds = {"company": self.company}
        return in_transaction(self.engine, lambda c: list(c.execute(statement, binds)))

    # -- what stands

    def records(self, kind: str) -> list[StoredRecord]:
        """Return all records of a kind, archived ones too."""
        return in_transaction(self.engine, lambda c: everything(c, Kind(kind), self.company))

    def preferences(self) -> Preferences:
        """Return what the company prefers now."""
        return in_transaction(self.engine, lambda c: preferences.get(c, self.company).preferences)

    def fields_of(self, kind: str, document: Document) -> Fields:
        """Project a record's document."""
        return KINDS[kind].of_document(document, self.watch.id_of)

    def known_object(self, kind: str, qbo_id: str) -> dict[str, Any] | None:
        """Return an object as the service knows it, which may not be its latest version."""
        statement = select(_RAW.raw).where(
            _RAW.company == self.company, _RAW.entity == ENTITY_OF[kind], _RAW.qbo_id == qbo_id
        )
        raw = in_transaction(self.engine, lambda c: c.execute(statement).scalar_one_or_none())
        return json.loads(raw, parse_float=Decimal) if raw is not None else None

    def pairs(self) -> list[tuple[tuple[str, str], str]]:
        """Return what is linked, always in the same order."""
        found = self.watch.links.items()
        return sorted(found, key=lambda each: (each[0][0], self.name_here(*each[0])))

    def name_here(self, kind: str, record: str) -> tuple[int, str]:
        """Name a record by whoever made it: ids that the service draws depend on the order of its work."""
        if _is_named(record):
            return 0, record
        return 1, self.watch.ever.get((kind, record), record).rjust(9)

    def name_there(self, kind: str, qbo_id: str) -> tuple[int, str]:
        """Name an object by whoever made it."""
        record = self.watch.record_of.get((kind, qbo_id))
        if record is not None and _is_named(record):
            return 0, record
        return 1, qbo_id.rjust(9)

    # -- what syncs said

    def ended(self, row: StoredSync) -> None:
        """Take in how a sync ended, and whether it may end so."""
        self.ended_last.append(row.preview)
        totals: Counter[str] = Counter()
        for results in row.counts.values():
            totals.update(results)
        self.world.outcomes += totals
        if row.preview:
            self.world.outcomes["previews"] += 1
        words = ", ".join(f"{name} {number}" for name, number in sorted(totals.items()))
        why = f" ({row.problem['code']})" if row.problem else ""
        self.tell(f"== {row.state}{why}: {words or 'nothing to do'}; {row.reads} reads, {row.writes} writes")
        code = row.problem["code"] if row.problem else None
        if code == "internal_error":
            errors = [facts.get("error") for event, facts in self.world.log.lines if event == "sync failed"]
            self.complain("ends", f"a sync failed by its own fault: {errors[-1] if errors else '?'}")
        if code == "reauthorize" and not self.lost_grant:
            self.complain("ends", "the connection was given up")


def _is_named(record: str) -> bool:
    """Say whether somebody named it, or the service gave it a name of its own rather than a drawn id."""
    return record in _DECLARED or (record[:1].isalpha() and record[1:].isdigit())
