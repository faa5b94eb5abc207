"""QuickBooks' webhooks on their way: lost, doubled, shuffled, mixed with other realms and unknown kinds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from service.sandbox import Knobs
from service.sandbox.company import Change
from service.sandbox.events import build_body
from service.store import inbox
from service.store.engine import in_transaction

if TYPE_CHECKING:
    from tests.simulation.world import World

_STRANGE = (
    b'[{"specversion":"1.0","id":"x-1","type":"qbo.submarine.surfaced.v1","intuitaccountid":"999",'
    b'"intuitentityid":"5","time":"2026-03-02T09:00:00Z","data":{}}]',
    b'{"eventNotifications":[{"realmId":"999","dataChangeEvent":{"entities":[{"name":"Submarine",'
    b'"id":"1","operation":"Surface","lastUpdated":"2026-03-02T01:00:00-08:00"}]}}]}',
    b"not JSON at all",
)


class Post:
    """Carries what QuickBooks announces to the inbox, as badly as it is told to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._subscription = world.sandbox.subscribe("all", "http://127.0.0.1:8000/webhooks", "simulated")

    async def deliver(
        self, chance: random.Random, *, badly: bool, ordering: random.Random | None = None
    ) -> int:
        """Put what waits into the inbox, in posts; return how many arrived.

        `ordering` shuffles and repeats them and loses none.
        """
        changes = list(self._subscription.gathered)
        self._subscription.gathered.clear()
        posts = [[each] for each in changes]
        if badly:
            posts = self._spoil(chance, posts)
        if ordering is not None:
            posts = [each for each in posts for _ in range(ordering.randint(1, 5))]
            ordering.shuffle(posts)
        bodies = [build_body(each, self._form(chance), chance) for each in posts if each]
        if badly and chance.random() < 0.3:
            bodies.append(chance.choice(_STRANGE))
        for body in bodies:
            self._store(body)
        if bodies:
            self._world.tell(f"== {len(bodies)} webhooks arrive")
        return len(bodies)

    def _spoil(self, chance: random.Random, posts: list[list[Change]]) -> list[list[Change]]:
        arrived = [each for each in posts if chance.random() > 0.3]
        arrived += [each for each in arrived if chance.random() < 0.3]
        chance.shuffle(arrived)
        if len(arrived) != len(posts) or arrived != posts:
            self._world.strike("F12")
        if len(arrived) > 1 and chance.random() < 0.4:
            arrived = [[change for each in arrived for change in each]]
        return arrived

    @staticmethod
    def _form(chance: random.Random) -> Knobs:
        return Knobs(webhook_format="legacy" if chance.random() < 0.5 else "cloudevents")

    def _store(self, body: bytes) -> None:
        world = self._world
        id = world.ids.new()
        in_transaction(world.engine, lambda c: inbox.put(c, id=id, body=body, now=world.clock.now()))
