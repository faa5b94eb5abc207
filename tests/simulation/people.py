"""Everybody who works on one company, and what they may do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulation.bookkeeper import Bookkeeper
from tests.simulation.caller import Caller
from tests.simulation.kinds import KINDS
from tests.simulation.kinds.payments import BILLS, INVOICES
from tests.simulation.owner import Owner
from tests.simulation.trade import Trade

if TYPE_CHECKING:
    from tests.simulation.site import Site

Doing = Callable[["People"], bool]


@dataclass(frozen=True, slots=True)
class People:
    """A bookkeeper in QuickBooks, a caller on the platform, an owner who decides."""

    site: Site
    there: Bookkeeper
    here: Caller
    owner: Owner

    @classmethod
    def of(cls, site: Site) -> People:
        """Hire them."""
        return cls(site, Bookkeeper(site), Caller(site), Owner(site))

    def act(self) -> None:
        """Let somebody do something that comes to something."""
        for _ in range(4):
            if self.site.chance.choices(_DOINGS, _WEIGHTS[self.site.trade])[0](self):
                return

    def both_edit(self, kind: str, *, same: bool) -> bool:
        """Correct the same record on both sides, in the same field or in any."""
        pairs = [each for each in self.site.pairs() if each[0][0] == kind]
        if not pairs:
            return False
        (_, record), qbo_id = self.site.chance.choice(pairs)
        name = self.site.chance.choice(KINDS[kind].fields)
        other = name if same else self.site.chance.choice(KINDS[kind].fields)
        there = self.there.edit(kind, qbo_id, name)
        return self.here.edit(kind, record, other) or there


ACTS: dict[str, Callable[[People, str], bool]] = {
    "new_there": lambda people, kind: people.there.new(kind),
    "new_here": lambda people, kind: people.here.new(kind),
    "edit_there": lambda people, kind: people.there.edit(kind),
    "edit_here": lambda people, kind: people.here.edit(kind),
    "switch_there": lambda people, kind: people.there.switch(kind),
    "delete_there": lambda people, kind: people.there.delete(kind),
    "archive_here": lambda people, kind: people.here.archive(kind),
    "restore": lambda people, kind: people.here.restore(kind),
    "both": lambda people, kind: people.both_edit(kind, same=people.site.chance.random() < 0.57),
}


def _of(kind: str, name: str) -> Doing:
    return lambda people: ACTS[name](people, kind)


_TRADES: dict[Trade, dict[str, int]] = {
    Trade.ANY: {},
    Trade.PAYS: dict.fromkeys(("vendor_credit", "bill_payment", "funds_transfer"), 4),
    Trade.SELLS: {"invoice": 3, "invoice_payment": 5, "funds_transfer": 4},
}
"""How many times as often people of a trade do what has to do with a kind."""


def _doings(trade: Trade) -> dict[Doing, int]:
    """List what people do, and how often."""
    found: dict[Doing, int] = {
        lambda people: people.here.edit_blindly(): 4,
        lambda people: people.owner.set_unallocated(): 12,
        lambda people: people.owner.set_unallocated_income(): 12,
        lambda people: people.owner.choose_bank(): 5,
        lambda people: people.owner.choose_deposit(): 5,
        lambda people: people.owner.turn_payments(BILLS): 1,
        lambda people: people.owner.turn_payments(INVOICES): 1,
        lambda people: people.owner.turn_credits(): 1,
        lambda people: people.owner.turn_direction(): 2,
        lambda people: people.owner.choose_winner(): 3,
        lambda people: people.owner.turn_approval(): 1,
        lambda people: people.owner.settle_one(): 9,
    }
    for name, kind in KINDS.items():
        times = _TRADES[trade].get(name, 1)
        found |= {_of(name, act): weight * times for act, weight in kind.weights.items()}
        found |= {act: weight * times for act, weight in kind.acts.items()}
    return found


_DOINGS = tuple(_doings(Trade.ANY))
_WEIGHTS = {trade: tuple(_doings(trade).values()) for trade in Trade}
