"""One history: people on both sides, syncs that meet faults, and an end at which both sides must agree."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field, replace

from service.sandbox import Knobs
from tests.simulation.clock import NothingWillHappenError, VirtualLoop, run_virtually
from tests.simulation.database import Database
from tests.simulation.doubles import count_doubles
from tests.simulation.ending import Ending, standing, still_open
from tests.simulation.faults import Trouble, draw, draw_kinds
from tests.simulation.final import final_state
from tests.simulation.journal import WriteOracle
from tests.simulation.kinds import KIND_OF, KINDS
from tests.simulation.people import People
from tests.simulation.process import Deed, Wire
from tests.simulation.script import Script
from tests.simulation.site import Site
from tests.simulation.trade import Trade
from tests.simulation.world import World

_WAITS = (20.0, 90.0, 400.0, 400.0, 3_600.0, 4 * 3_600.0, 26 * 3_600.0)
_MONTH = 31 * 86_400.0
_SIGNED_UP = (dt.date(2017, 9, 15), dt.date(2017, 9, 16), dt.date(2020, 1, 1))


@dataclass(slots=True)
class Result:
    """What came of one history."""

    script: Script
    violations: list[tuple[str, str]] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    syncs_to_agree: int = 0
    syncs: int = 0
    events: int = 0
    last_event: int = 0
    faults: frozenset[str] = frozenset()
    """The kinds of faults that were drawn for it."""
    doubled: int = 0
    named: int = 0
    """What stands twice in QuickBooks by our writes, and how many of those are named so."""
    rings: int = 0
    steps: list[list[str]] = field(default_factory=list)
    """The steps of each worker process."""
    digest: str = ""
    lines: list[str] = field(default_factory=list)
    final: str = ""
    """What stands at the end on all sides, whatever the order in which it came about."""


def play(database: Database, script: Script) -> Result:
    """Play a history."""
    loop = VirtualLoop()
    history = History(database, loop, script)
    world = history.world
    try:
        run_virtually(loop, history.play())
    except NothingWillHappenError:
        world.complain("ends", "everybody waits for somebody else")
    result = history.result
    result.violations = world.violations
    result.struck = world.struck
    result.outcomes = world.outcomes
    result.rings = world.rings if world.rings_until is None else world.rings_until
    result.steps = [each.story for each in world.processes[: world.spared_from]]
    result.digest = world.digest()
    result.lines = world.lines
    return result


class History:
    """The events of one seed, each drawn from a chance of its own: without one the others stay the same."""

    def __init__(self, database: Database, loop: VirtualLoop, script: Script) -> None:
        self.script = script
        self.result = Result(script)
        chance = self._chance("beginning")
        self.faults = draw_kinds(chance)
        if script.faults is not None:
            self.faults = script.faults
        self.result.faults = self.faults
        self.companies = script.companies or chance.choice((1, 1, 1, 2, 2, 3))
        self.number = chance.randint(*script.events)
        knobs, sizes = self._habits(chance)
        self.world = World(database, loop, seed=script.seed, knobs=knobs, sizes=sizes)
        self.world.may_double = script.may_double
        self.world.kills = dict(script.kills)
        self.world.lose_rings(script.lost_rings)
        self.world.lands_late = not self.faults.isdisjoint(("F7", "F14"))
        self.people: list[People] = []
        self.oracles: list[WriteOracle] = []

    def _chance(self, what: object) -> random.Random:
        return random.Random(f"{self.script.seed} {what}")

    def _habits(self, chance: random.Random):  # type: ignore[no-untyped-def]
        """Draw how QuickBooks behaves: how late its reads are, how it orders and cuts its answers."""
        knobs = self.script.make_knobs()
        sizes: dict[str, int] = {}
        lag, cut, page = chance.uniform(1, 8), chance.choice((4, 8, 20)), chance.choice((2, 3, 7))
        cuts, pages = chance.random() < 0.5, chance.random() < 0.5
        if "F11" in self.faults:
            knobs.read_lag = dt.timedelta(seconds=lag)
            if cuts:
                knobs.cdc_limit = sizes["most_changes"] = cut
            if pages:
                sizes["page_size"] = page
        newest, shuffled = chance.random() < 0.5, chance.random() < 0.5
        if "F10" in self.faults:
            knobs.cdc_order = "newest" if newest else "oldest"
            knobs.batch_order = "shuffled" if shuffled else "request"
        if self.script.order:
            self._order(knobs, sizes)
        return knobs, sizes

    def _order(self, knobs: Knobs, sizes: dict[str, int]) -> None:
        """Let pages, lists of changes and answers come in another order and in other pieces."""
        ordering = self.script.ordering
        knobs.cdc_order = ordering.choice(("newest", "oldest"))
        knobs.batch_order = "shuffled"
        knobs.default_order = ordering.choice(("recorded", "id"))
        sizes["page_size"] = ordering.choice((2, 3, 5, 11, 1_000))
        knobs.cdc_limit = sizes["most_changes"] = ordering.choice((5, 9, 30, 1_000))

    async def play(self) -> None:
        """Play it to its end, or to the first thing that must not be."""
        world = self.world
        await world.open([self._signed_up_on(number) for number in range(self.companies)])
        self.people = [People.of(site) for site in world.sites]
        for site in world.sites:
            site.trade = Trade.draw(self._chance(f"habits {site.number}"))
        self.oracles = [WriteOracle(site) for site in world.sites]
        for number in range(-1, self.number):
            if self.script.only is None or number in self.script.only:
                self.result.events += 1
                self.result.last_event = number
                await self._event(number)
            if world.violations:
                break
        else:
            await self._end()
            self.result.final = final_state(world)
        for people in self.people:
            for issue in people.owner.open_issues():
                subject = issue.record or f"QuickBooks {issue.quickbooks_id}"
                people.site.tell(f"still open: {issue.code} of {issue.kind} {subject}: {issue.reason}")
        await world.close()

    def _signed_up_on(self, number: int) -> dt.date:
        """Draw when a company signed up: one in three did before payments went both ways."""
        return self._chance(f"signed up {number}").choice(_SIGNED_UP)

    # -- events

    async def _event(self, number: int) -> None:
        chance = self._chance(number)
        people = chance.choice(self.people)
        people.site.chance = chance
        if number < 0:
            await self._begin(chance)
            return
        draw_of = chance.random()
        if draw_of < 0.25:
            await self._sync(people, chance)
        elif draw_of < 0.34:
            await self.world.pass_time(chance.choice(_WAITS))
        elif draw_of < 0.342:
            self.world.tell("a month passes")
            await self.world.pass_time(_MONTH)
        elif draw_of < 0.38:
            await self._post(chance)
        elif draw_of < 0.40:
            await self._tend(self._trouble(chance))
        elif people.site.lost_grant and chance.random() < 0.4:
            self.world.reconnect(people.site)
        else:
            people.act()

    async def _begin(self, chance: random.Random) -> None:
        """Let something be there already, on either side, and mostly synced once."""
        for people in self.people:
            people.site.chance = chance
            people.site.set_up_sales(
                numbers_itself=chance.random() < 0.5, applies_credits=chance.random() < 0.5
            )
            for kind in KINDS:
                for _ in range(chance.randint(0, KINDS[kind].populates[0])):
                    people.there.new(kind)
            for kind in KINDS:
                for _ in range(chance.randint(0, KINDS[kind].populates[1])):
                    people.here.new(kind)
        if chance.random() < 0.7:
            for people in self.people:
                await self.world.ask(people.site)
            await self._tend(self._trouble(chance))
        for people in self.people:
            owner = people.owner
            for often, choose in (
                (0.8, owner.set_unallocated),
                (0.8, owner.set_unallocated_income),
                (0.7, owner.choose_bank),
                (0.7, owner.choose_deposit),
            ):
                if chance.random() < often:
                    choose()

    async def _post(self, chance: random.Random) -> None:
        """Webhooks arrive, and what they say is looked into."""
        ordering = self.script.ordering if self.script.order else None
        if await self.world.post.deliver(chance, badly="F12" in self.faults, ordering=ordering):
            await self.world.sweep.once()
            await self._tend(self._trouble(chance))

    # -- syncs

    def _trouble(self, chance: random.Random) -> Trouble:
        trouble = draw(chance, self.faults)
        return replace(trouble, processes=[replace(each) for each in trouble.processes])

    async def _sync(self, people: People, chance: random.Random) -> None:
        preview = chance.random() < 0.04
        mode = "full" if chance.random() < 0.08 else "incremental"
        trouble = Trouble() if preview else self._trouble(chance)
        site = people.site
        if preview:
            await self._preview(site)
            return
        await self.world.ask(site, mode=mode)
        if chance.random() < 0.3:
            for other in self.people:
                if other is not people:
                    await self.world.ask(other.site)
        await self._tend(trouble)

    async def _preview(self, site: Site) -> None:
        before, in_flight = standing(site), any(still_open(site))
        await self.world.ask(site, preview=True)
        await self._tend(Trouble())
        after = standing(site)
        if site.ended_last != [True] or self.world.lands_late:
            return  # another sync was due too, or what an earlier one sent may land meanwhile
        if before[0] != after[0]:
            site.complain("preview", "a preview wrote to QuickBooks")
        if not in_flight and before != after:
            site.complain("preview", "a preview changed something")

    async def _tend(self, trouble: Trouble) -> None:
        await self.world.tend(trouble, self._deeds(trouble))
        self._check_safety()

    def _check_safety(self) -> None:
        self.result.syncs += 1
        self.world.committed(None)
        for oracle in self.oracles:
            oracle.check()

    def _deeds(self, trouble: Trouble) -> list[Deed]:
        deeds = [Deed("write", skip, self._edit_there) for skip in trouble.edits_before_write]
        deeds += [Deed("answer", skip, self._edit_here) for skip in trouble.edits_before_answer]
        deeds += [Deed("commit", skip, self._edit_here) for skip in trouble.edits_before_commit]
        deeds += [Deed(when, skip, self._revoke) for when, skip in trouble.revoked_before]
        first = trouble.process
        if trouble.has_rival and first.freeze_at is None and first.lose_commit is None:
            deeds += [Deed(when, 0, self._rival) for when in ("read", "answer")]
        return deeds

    def _people_at(self, wire: Wire | None) -> People:
        site = self.world.site_of(wire.realm_id) if wire is not None else None
        return next((each for each in self.people if each.site is site), self.people[0])

    def _rival(self, wire: Wire | None) -> None:
        if wire is not None and (site := self.world.site_of(wire.realm_id)) is not None:
            self.world.rival(site)

    def _revoke(self, wire: Wire | None) -> None:
        site = self._people_at(wire).site
        if not site.lost_grant:
            self.world.revoke(site)

    def _edit_there(self, wire: Wire | None) -> None:
        """Edit what the engine is about to write; else something else."""
        people = self._people_at(wire)
        chance = people.site.chance
        targets = list(wire.targets) if wire is not None else []
        if targets and chance.random() < 0.85:
            entity, qbo_id = chance.choice(targets)
            kind = KIND_OF[entity]
            if not KINDS[kind].is_list and chance.random() < 0.15:
                done = people.there.delete(kind, qbo_id)
            else:
                done = people.there.edit(kind, qbo_id)
        else:
            done = people.there.edit(chance.choice(list(KINDS)))
        self.world.struck["F8"] += done

    def _edit_here(self, wire: Wire | None) -> None:
        """Edit the record of what is being written; else another, or archive one."""
        people = self._people_at(wire)
        site, chance = people.site, people.site.chance
        mine = [
            (KIND_OF[entity], site.watch.record_of[KIND_OF[entity], qbo_id])
            for entity, qbo_id in (wire.targets if wire is not None else ())
            if (KIND_OF[entity], qbo_id) in site.watch.record_of
        ]
        if mine and chance.random() < 0.8:
            done = people.here.edit(*chance.choice(mine))
        elif chance.random() < 0.2:
            done = people.here.archive(chance.choice(list(KINDS)))
        else:
            done = people.here.edit(chance.choice(list(KINDS)))
        self.world.struck["F8"] += done

    # -- the end

    async def _end(self) -> None:
        """Heal everything; then both sides of every company agree."""
        world = self.world
        world.tell("== no more faults")
        world.sandbox.knobs.read_lag = dt.timedelta(0)
        world.heal()
        await world.pass_time(900)
        for people in self.people:
            people.site.chance = self._chance("end")
            took = await Ending(people, self._check_safety).reach()
            self.result.syncs_to_agree = max(self.result.syncs_to_agree, took)
            doubled, named = count_doubles(people.site)
            self.result.doubled += doubled
            self.result.named += named
            if world.violations:
                break
