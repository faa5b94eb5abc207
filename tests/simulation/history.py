"""One history: people on both sides, syncs that meet faults, and an end at which both sides must agree."""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine

from tests.simulation.bookkeeper import ACCOUNT_FIELDS, BILL_FIELDS, VENDOR_FIELDS, Bookkeeper
from tests.simulation.caller import Caller
from tests.simulation.clock import NothingWillHappenError, VirtualLoop, run_virtually
from tests.simulation.ending import Ending, standing, still_open
from tests.simulation.faults import Trouble, draw, draw_kinds
from tests.simulation.journal import WriteOracle
from tests.simulation.owner import Owner
from tests.simulation.projection import ENTITY_OF
from tests.simulation.steps import Deed, Wire
from tests.simulation.world import World

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


def play(engine: Engine, seed: int) -> Result:
    """Play the history of a seed."""
    loop = VirtualLoop()
    world = World(engine, loop, seed=seed)
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
        self.faults = draw_kinds(self.chance)
        self.bookkeeper: Bookkeeper
        self.caller: Caller
        self.owner: Owner

    async def play(self) -> None:
        """Play it to its end, or to the first thing that must not be."""
        world = self.world
        await world.open()
        self.bookkeeper = Bookkeeper(world, self.chance)
        self.caller = Caller(world, self.chance)
        self.owner = Owner(world, self.chance)
        self.oracle = WriteOracle(world)
        if "F11" in self.faults:
            world.sandbox.knobs.read_lag = dt.timedelta(seconds=self.chance.uniform(1, 8))
        self._populate()
        if self.chance.random() < 0.7:
            await self._sync()
            if self.chance.random() < 0.7:
                self.owner.set_unallocated()
        for _ in range(self.chance.randint(10, 40)):
            await self._event()
            if world.violations:
                break
        else:
            self.result.syncs_to_agree = await Ending(world, self.owner, self._check_safety).reach()
        for issue in self.owner.open_issues():
            subject = issue.record or f"QuickBooks {issue.quickbooks_id}"
            world.tell(f"still open: {issue.code} of {issue.kind} {subject}: {issue.reason}")
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
            (there.new_vendor, 3),
            (there.new_bill, 8),
            (there.new_account, 1),
            (there.copy_bill, 1),
            (there.edit_vendor, 5),
            (there.edit_bill, 12),
            (there.edit_account, 2),
            (there.switch_vendor, 3),
            (there.switch_account, 1),
            (there.delete_bill, 8),
            (there.pay_bill, 5),
            (there.undo_payment, 2),
            (here.new_vendor, 3),
            (here.new_bill, 8),
            (here.new_bills, 6),
            (here.new_account, 1),
            (here.edit_vendor, 5),
            (here.edit_bill, 12),
            (here.edit_account, 2),
            (here.edit_blindly, 4),
            (here.archive_bill, 6),
            (here.archive_vendor, 2),
            (here.archive_account, 1),
            (here.restore, 3),
            (self.owner.set_unallocated, 12),
            (self.owner.turn_direction, 2),
            (self.owner.choose_winner, 3),
            (self.owner.turn_approval, 1),
            (here.approve, 2),
            (self.owner.settle_one, 5),
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
        before = standing(self.world) if preview else ()
        in_flight = any(still_open(self.world))
        await self.world.run_sync(trouble, self._deeds(trouble), mode=mode, preview=preview)
        self._check_safety()
        if preview and (before[0] != len(self.world.quickbooks.journal)):
            self.world.complain("preview", "a preview wrote to QuickBooks")
        if preview and not in_flight and before != standing(self.world):
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
