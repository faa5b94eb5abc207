"""One history: people on both sides, syncs that meet faults, and an end at which both sides must agree."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select

from service.core.actions import Action
from service.store.engine import in_transaction
from service.store.tables import Batch, Operation, Record, table_of
from service.sync.mistakes import Mistake
from tests.simulation.agreement import FROM_FAULTS, Agreement
from tests.simulation.bookkeeper import ACCOUNT_FIELDS, BILL_FIELDS, VENDOR_FIELDS, Bookkeeper
from tests.simulation.caller import Caller
from tests.simulation.clock import NothingWillHappenError, VirtualLoop, run_virtually
from tests.simulation.edits import PLATFORM
from tests.simulation.faults import FAULTS, Trouble, draw
from tests.simulation.journal import WriteOracle
from tests.simulation.projection import ENTITY_OF, atoms, issue_values
from tests.simulation.steps import Deed, Wire
from tests.simulation.world import World

MOST_SYNCS_TO_AGREE = 2
_O, _B, _R = table_of(Operation), table_of(Batch), table_of(Record)
_OPEN = [
    select(func.count()).select_from(_O).where(_O.c.state.in_(("planned", "sent", "unknown"))),
    select(func.count()).select_from(_B).where(_B.c.state.in_(("sent", "unknown"))),
]
_STATES = select(_R.c.kind, _R.c.id, _R.c.sync_state, _R.c.code, _R.c.undecided).order_by(_R.c.kind, _R.c.id)
_FIELDS = {"vendor": VENDOR_FIELDS, "bill": BILL_FIELDS, "account": ACCOUNT_FIELDS}
_WAITS = (20.0, 90.0, 400.0, 400.0, 3_600.0, 4 * 3_600.0, 26 * 3_600.0)


@dataclass(slots=True)
class Result:
    """What came of one history."""

    seed: int
    violations: list[tuple[str, str]] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    syncs_to_agree: int = 0
    syncs: int = 0
    events: int = 0
    digest: str = ""
    lines: list[str] = field(default_factory=list)


def play(engine: Engine, seed: int, mistakes: frozenset[Mistake] = frozenset()) -> Result:
    """Play the history of a seed."""
    loop = VirtualLoop()
    world = World(engine, loop, seed=seed, mistakes=mistakes)
    history = History(world, seed)
    try:
        run_virtually(loop, history.play())
    except NothingWillHappenError:
        world.complain("ends", "everybody waits for somebody else")
    result = history.result
    result.violations = world.violations
    result.struck = world.struck
    result.outcomes = world.outcomes
    result.digest = world.digest()
    result.lines = world.lines
    return result


class History:
    """The events of one seed, drawn as they happen."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(f"history {seed}")
        self.result = Result(seed)
        self.faults = frozenset(name for name in FAULTS if self.chance.random() < 0.45)
        self.bookkeeper: Bookkeeper
        self.caller: Caller

    async def play(self) -> None:
        """Play it to its end, or to the first thing that must not be."""
        world = self.world
        await world.open()
        self.bookkeeper = Bookkeeper(world, self.chance)
        self.caller = Caller(world, self.chance)
        self.oracle = WriteOracle(world)
        self._populate()
        for _ in range(self.chance.randint(10, 40)):
            await self._event()
            if world.violations:
                break
        else:
            await self._end()
        await world.close()

    def _populate(self) -> None:
        chance = self.chance
        for act, most in (
            (self.bookkeeper.new_vendor, 3),
            (self.bookkeeper.new_bill, 4),
            (self.bookkeeper.pay_bill, 1),
            (self.caller.new_vendor, 3),
            (self.caller.new_bill, 2),
        ):
            for _ in range(chance.randint(0, most)):
                act()

    # -- events

    async def _event(self) -> None:
        self.result.events += 1
        draw_of = self.chance.random()
        if draw_of < 0.27:
            await self._sync()
        elif draw_of < 0.37:
            await asyncio.sleep(self.chance.choice(_WAITS))
        elif draw_of < 0.372:
            self.world.tell("a month passes")
            await asyncio.sleep(31 * 86_400)
        else:
            self._act()

    def _act(self) -> None:
        """Let somebody do something that comes to something."""
        acts, weights = zip(*self._acts(), strict=True)
        for _ in range(4):
            if self.chance.choices(acts, weights)[0]():
                return

    def _acts(self) -> list[tuple[Callable[[], bool], int]]:
        there, here = self.bookkeeper, self.caller
        return [
            (there.new_vendor, 4),
            (there.new_bill, 8),
            (there.new_account, 1),
            (there.copy_bill, 1),
            (there.edit_vendor, 5),
            (there.edit_bill, 12),
            (there.edit_account, 2),
            (there.switch_vendor, 3),
            (there.switch_account, 1),
            (there.delete_bill, 4),
            (there.pay_bill, 5),
            (there.undo_payment, 2),
            (here.new_vendor, 4),
            (here.new_bill, 8),
            (here.new_bills, 6),
            (here.new_account, 1),
            (here.edit_vendor, 5),
            (here.edit_bill, 12),
            (here.edit_account, 2),
            (here.edit_blindly, 4),
            (here.archive_bill, 4),
            (here.archive_vendor, 2),
            (here.archive_account, 1),
            (here.restore, 3),
            (here.set_unallocated, 8),
            (here.turn_direction, 2),
            (here.choose_winner, 3),
            (here.settle_one, 5),
            (self._both_edit_the_same, 8),
            (self._both_edit_something, 6),
            (self._both_enter_vendor, 2),
            (self._both_enter_bill, 3),
            (self._one_goes_one_changes, 4),
        ]

    def _pair(self) -> tuple[str, str, str] | None:
        """Pick a record and the object that it is linked to."""
        links = [
            (kind, record, qbo_id)
            for (kind, record), qbo_id in sorted(self.world.watch.links.items())
            if kind != "account" or (self.world.edits.owner and self.chance.random() < 0.1)
        ]
        return self.chance.choice(links) if links else None

    def _both_edit_the_same(self) -> bool:
        pair = self._pair()
        if pair is None:
            return False
        kind, record, qbo_id = pair
        name = self.chance.choice(_FIELDS[kind])
        there = self.bookkeeper.edit(kind, qbo_id, name)
        return self.caller.edit(kind, record, name) or there

    def _both_edit_something(self) -> bool:
        pair = self._pair()
        if pair is None:
            return False
        kind, record, qbo_id = pair
        there = self.bookkeeper.edit(kind, qbo_id, self.chance.choice(_FIELDS[kind]))
        return self.caller.edit(kind, record, self.chance.choice(_FIELDS[kind])) or there

    def _both_enter_vendor(self) -> bool:
        name = self.world.edits.text("Vendor")
        there = self.bookkeeper.new_vendor(name)
        return self.caller.new_vendor(name) or there

    def _both_enter_bill(self) -> bool:
        vendors = [
            (record, qbo_id)
            for (kind, record), qbo_id in sorted(self.world.watch.links.items())
            if kind == "vendor"
        ]
        if not vendors:
            return False
        record, qbo_id = self.chance.choice(vendors)
        number, amount = self.world.edits.text("N"), self.world.edits.amount()
        there = self.bookkeeper.new_bill(qbo_id, number, amount)
        if self.chance.random() < 0.4:
            amount = self.world.edits.amount()
        return self.caller.new_bill(record, number, amount) or there

    def _one_goes_one_changes(self) -> bool:
        """One side deletes or archives what the other one edits."""
        bills = [each for each in sorted(self.world.watch.links.items()) if each[0][0] == "bill"]
        if not bills:
            return False
        (kind, record), qbo_id = self.chance.choice(bills)
        if self.chance.random() < 0.5:
            return self.bookkeeper.delete_bill(qbo_id) and self.caller.edit(kind, record)
        return self.bookkeeper.edit_bill(qbo_id) and self.caller.archive(kind, record)

    # -- syncs

    async def _sync(self) -> None:
        chance = self.chance
        preview = chance.random() < 0.04
        mode = "full" if chance.random() < 0.08 else "incremental"
        trouble = Trouble() if preview else draw(chance, self.faults)
        before = self._standing() if preview else ()
        in_flight = any(self._still_open())
        await self.world.run_sync(trouble, self._deeds(trouble), mode=mode, preview=preview)
        self._check_safety()
        if preview and (before[0] != len(self.world.quickbooks.journal)):
            self.world.complain("preview", "a preview wrote to QuickBooks")
        if preview and not in_flight and before != self._standing():
            self.world.complain("preview", "a preview changed something")

    def _check_safety(self) -> None:
        self.result.syncs += 1
        self.world.watch.committed()
        self.oracle.check()

    def _deeds(self, trouble: Trouble) -> list[Deed]:
        deeds = [Deed("write", skip, self._edit_there) for skip in trouble.edits_before_write]
        deeds += [Deed("answer", skip, self._edit_here) for skip in trouble.edits_before_answer]
        deeds += [Deed("commit", skip, self._edit_here) for skip in trouble.edits_before_commit]
        if trouble.has_rival:
            deeds += [Deed(when, 0, lambda _: self.world.rival()) for when in ("read", "answer")]
        return deeds

    def _edit_there(self, wire: Wire | None) -> None:
        """Edit what the engine is about to write; else something else."""
        targets = list(wire.targets) if wire is not None else []
        done = False
        if targets and self.chance.random() < 0.85:
            entity, qbo_id = self.chance.choice(targets)
            if entity == "Bill" and self.chance.random() < 0.15:
                done = self.bookkeeper.delete_bill(qbo_id)
            else:
                edit = {
                    "Bill": self.bookkeeper.edit_bill,
                    "Vendor": self.bookkeeper.edit_vendor,
                    "Account": self.bookkeeper.edit_account,
                }[entity]
                done = edit(qbo_id)
        else:
            done = self.chance.choice((self.bookkeeper.edit_bill, self.bookkeeper.edit_vendor))()
        self.world.struck["F8q"] += done

    def _edit_here(self, wire: Wire | None) -> None:
        """Edit the record of what is being written; else another, or archive one."""
        records = {
            (kind, qbo_id): record for (kind, record), qbo_id in sorted(self.world.watch.links.items())
        }
        mine = [
            (kind, records[kind, qbo_id])
            for entity, qbo_id in (wire.targets if wire is not None else ())
            for kind in ENTITY_OF
            if ENTITY_OF[kind] == entity and (kind, qbo_id) in records
        ]
        if mine and self.chance.random() < 0.8:
            done = self.caller.edit(*self.chance.choice(mine))
        elif self.chance.random() < 0.2:
            done = self.caller.archive_bill()
        else:
            done = self.chance.choice(
                (self.caller.edit_bill, self.caller.edit_bill, self.caller.edit_vendor)
            )()
        self.world.struck["F8p"] += done

    def _standing(self) -> tuple[object, ...]:
        """Everything that only a change changes."""
        world = self.world
        return (
            len(world.quickbooks.journal),
            sorted(world.watch.links.items()),
            {key: versions[-1] for key, versions in world.watch.versions.items()},
            in_transaction(world.engine, lambda c: c.execute(_STATES).all()),
        )

    # -- the end

    async def _end(self) -> None:
        """Heal everything; then both sides agree soon, and a further sync has nothing to do."""
        world = self.world
        world.tell("== no more faults")
        await asyncio.sleep(900)
        for issue in self.caller.open_issues():
            if issue.code in FROM_FAULTS:
                self.caller.settle(issue, Action.RETRY)
        wrong: list[str] = []
        for number in range(1, MOST_SYNCS_TO_AGREE + 3):
            row = await world.run_sync()
            self._check_safety()
            if row.state != "succeeded":
                world.complain("I5", f"a sync without faults ended as {row.state}: {row.problem}")
            wrong = Agreement(world).disagreements()
            self.result.syncs_to_agree = number
            if not wrong or world.violations:
                break
        if wrong or self.result.syncs_to_agree > MOST_SYNCS_TO_AGREE:
            for words in wrong or ["the two sides agreed late"]:
                world.complain("I2", words)
        if not world.violations:
            await self._quiet()
            self._nothing_lost()
            self._ledger_closed()

    async def _quiet(self) -> None:
        """A sync of an agreed pair writes nothing and reads once (I6)."""
        world = self.world
        await asyncio.sleep(900)
        before, reads = self._standing(), world.quickbooks.meter.total_reads
        row = await world.run_sync()
        self._check_safety()
        reads = world.quickbooks.meter.total_reads - reads
        if reads != 1 or row.reads != 1:
            world.complain("I6", f"a sync with nothing to do read {reads} times and says {row.reads}")
        if before != self._standing() or row.writes:
            world.complain("I6", "a sync with nothing to do wrote")

    def _nothing_lost(self) -> None:
        """Every edit stands somewhere, or what came of it does, or an issue shows it (I3)."""
        world = self.world
        agreement = Agreement(world)
        standing: set[str] = set()
        for kind in ENTITY_OF:
            for fields in (*agreement.there[kind].values(), *agreement.here[kind].values()):
                standing |= set(atoms(fields))
        for issue in self.caller.open_issues():
            standing |= issue_values(issue)
        for edit in world.edits.lost(standing):
            world.complain(
                "I3", f"lost: {edit.field} of {edit.kind} {edit.key} ({edit.side}): {edit.value!r}"
            )
        self._uncontested(agreement)
        self._removed_lines(agreement)

    def _uncontested(self, agreement: Agreement) -> None:
        """A field that was edited once since the pair was linked has that value on both sides."""
        edits = [each for each in self.world.edits.all if not each.is_creation and each.field != "lines"]
        pairs = [(kind, *pair) for kind in ENTITY_OF for pair in agreement.agreed(kind)]
        for kind, record, qbo_id in pairs:
            mine = [
                each
                for each in edits
                if each.kind == kind and each.key == (record if each.side == PLATFORM else qbo_id)
            ]
            for edit in mine:
                rivals = [each for each in mine if _whole(each.field) == _whole(edit.field)]
                if len(rivals) > 1 or edit.number <= self.world.watch.linked_at[kind, record]:
                    continue
                stands = agreement.there[kind][qbo_id][edit.field]
                if edit.value != stands and not str(edit.value).startswith("?"):
                    self.world.complain(
                        "I3",
                        f"{edit.field} of {kind} {record} was set once, to {edit.value!r}, and is {stands!r}",
                    )

    def _removed_lines(self, agreement: Agreement) -> None:
        """A line that a person removed does not come back, unless somebody else changed it."""
        edited = {value for value, parents in self.world.edits.parents.items() if parents}
        shown: set[str] = set()
        for issue in self.caller.open_issues():
            shown |= issue_values(issue)
        for kind, key, gone in self.world.edits.removed_lines:
            for record, qbo_id in agreement.agreed(kind):
                back = gone & set(atoms({"lines": agreement.there[kind][qbo_id]["lines"]}))
                if back and not back & (edited | shown):
                    self.world.complain(
                        "I3", f"a line removed from {key} is back in {record} = {qbo_id}: {sorted(back)}"
                    )

    def _still_open(self) -> list[int]:
        """Count operations and requests without an end."""
        return in_transaction(self.world.engine, lambda c: [c.execute(each).scalar_one() for each in _OPEN])

    def _ledger_closed(self) -> None:
        numbers = self._still_open()
        if any(numbers):
            self.world.complain("M2", f"{numbers[0]} operations and {numbers[1]} requests are still open")


def _whole(name: str) -> str:
    """An address is one field: its parts belong together."""
    return name.partition(".")[0]
