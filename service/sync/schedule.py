"""Schedule: the sweep that finds what is due, so that losing a ring, a worker or Redis loses nothing.

It turns webhooks and the clock into queued syncs, and rings for every company with work that nobody does:
queued syncs, and running ones whose worker is gone. Many workers may sweep at once: queueing is idempotent.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from service import failpoints
from service.core.clock import Clock
from service.core.ids import Ids
from service.core.policy import Preferences
from service.core.records import KINDS, LISTS
from service.quickbooks.webhooks import UnreadableWebhookError, WebhookEvent, parse
from service.store import aliases, runs, syncs
from service.store.aliases import Merge
from service.store.engine import Store
from service.store.transaction import Connection
from service.sync.services import Log

DELIVERIES_PER_SWEEP = 200
MOST_WAITING_BY_CLOCK = 200
"""How many automatic syncs wait for a worker at most.

After an outage all companies are due at once: they are queued as workers take them, the longest waiting
first, so that whoever presses Sync Now waits for few.
"""
RING_AGAIN = dt.timedelta(seconds=10)
_FACTS = frozenset({"Preferences", "CompanyInfo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Finds what is due and rings for it."""

    store: Store
    clock: Clock
    ids: Ids
    ring: Callable[[str], Awaitable[None]]
    log: Log
    rung: dict[str, dt.datetime] = field(default_factory=dict)
    """When this worker last rang for which waiting sync: a queue that is long already needs no second ring.

    One that was taken and waits again has lost its worker, and is rung for at once.
    """

    async def once(self) -> list[str]:
        """Sweep once; return the companies that were rung for."""
        now = self.clock.now()
        found = await self.store.run(self._find)
        waiting = set(found.values())
        for sync, at in list(self.rung.items()):
            if sync not in waiting or now - at > RING_AGAIN:
                del self.rung[sync]
        due = {company: sync for company, sync in found.items() if sync not in self.rung}
        for company, sync in due.items():
            self.rung[sync] = now
            await self.ring(company)
            failpoints.hit("bell", "rung")
        return list(due)

    def _find(self, connection: Connection) -> dict[str, str]:
        now = self.clock.now()
        self._read_inbox(connection)
        room = MOST_WAITING_BY_CLOCK - runs.waiting_by_clock(connection)
        timely = runs.due_by_clock(connection, now, room) if room > 0 else []
        for company in timely:
            self._queue(connection, company, "automatic")
        runs.clock_has_rung(connection, timely)
        return runs.due_by_request(connection, now)

    def _read_inbox(self, connection: Connection) -> None:
        """Turn deliveries into syncs: events are hints, what happened is read."""
        deliveries = runs.unhandled_webhooks(connection, DELIVERIES_PER_SWEEP)
        if not deliveries:
            return
        notes: dict[str, str | None] = {}
        realms: set[str] = set()
        with_facts: set[str] = set()
        merged: list[WebhookEvent] = []
        for each in deliveries:
            try:
                events = parse(each.body)
            except UnreadableWebhookError as error:
                notes[each.id] = f"unreadable: {error}"
                self.log.warning("webhook unreadable", delivery=each.id, error=str(error))
                continue
            notes[each.id] = None
            realms |= {event.realm_id for event in events}
            with_facts |= {event.realm_id for event in events if event.entity in _FACTS}
            merged += [event for event in events if event.operation == "merged" and event.deleted_id]
        self._tell(connection, realms, with_facts, merged)
        runs.webhooks_handled(connection, notes, self.clock.now())

    def _tell(
        self, connection: Connection, realms: set[str], with_facts: set[str], merged: list[WebhookEvent]
    ) -> None:
        listeners = runs.listeners(connection, sorted(realms)) if realms else []
        runs.changes_wait(connection, [each.company for each in listeners], self.clock.now())
        runs.facts_are_stale(connection, [each.company for each in listeners if each.realm_id in with_facts])
        for each in listeners:
            mine = [event for event in merged if event.realm_id == each.realm_id]
            aliases.note(connection, each.company, _merges(mine), self.clock.now())
            if _is_automatic(each.preferences):
                self._queue(connection, each.company, "webhook")

    def _queue(self, connection: Connection, company: str, trigger: str) -> None:
        now = self.clock.now()
        syncs.request(connection, company, id=self.ids.new(), trigger=trigger, now=now)


def _merges(events: Iterable[WebhookEvent]) -> Iterator[Merge]:
    """What webhooks say of list entries that became one: the one thing that no read tells for sure."""
    for event in events:
        if event.deleted_id and (kind := KINDS.get(event.entity)) in LISTS:
            yield Merge(kind, event.deleted_id, event.id)


def _is_automatic(preferences: str | None) -> bool:
    if preferences is None:
        return True
    return msgspec.json.decode(preferences, type=Preferences).sync_automatically
