"""Law 1: every balance is what the documents' lines and links come to, to the cent, after any writes."""

from collections import Counter
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from service.sandbox.deviations import Deviations
from tests.contracts.laws.office import ACTIONS, Office
from tests.contracts.laws.oracle import Oracle
from tests.contracts.laws.profile import bounded

PICK = st.integers(0, 20)
CENTS = st.sampled_from([1, 99, 1000, 1250, 3333, 10000, 50001])


class Bookkeeping(RuleBasedStateMachine):
    """A person writes what he likes; after each write the books are added up anew."""

    def __init__(self, deviations: Deviations, done: Counter[str]) -> None:
        super().__init__()
        self._deviations = deviations
        self._done = done
        self.office: Office | None = None

    @initialize(unlink=st.booleans())
    def open(self, unlink: bool) -> None:
        self.office = Office(self._deviations, unlink=unlink)

    @rule(one=PICK, two=PICK, cents=CENTS, kind=st.sampled_from(["bill", "vendor_credit"]))
    def buy(self, kind: str, one: int, two: int, cents: int) -> None:
        self._act(kind, one, two, cents)

    @rule(one=PICK, two=PICK, cents=CENTS, kind=st.sampled_from(["invoice", "credit_memo"]))
    def sell(self, kind: str, one: int, two: int, cents: int) -> None:
        self._act(kind, one, two, cents)

    @rule(one=PICK, two=PICK, cents=CENTS, kind=st.sampled_from(["pay_bills", "receive_payment", "deposit"]))
    def settle(self, kind: str, one: int, two: int, cents: int) -> None:
        self._act(kind, one, two, cents)

    @rule(one=PICK, two=PICK, cents=CENTS)
    def journal(self, one: int, two: int, cents: int) -> None:
        self._act("journal", one, two, cents)

    @rule(one=PICK, two=PICK, cents=CENTS, kind=st.sampled_from(["edit", "rewrite"]))
    def change(self, kind: str, one: int, two: int, cents: int) -> None:
        self._act(kind, one, two, cents)

    @rule(one=PICK, two=PICK, kind=st.sampled_from(["void", "delete"]))
    def take_back(self, kind: str, one: int, two: int) -> None:
        self._act(kind, one, two, 100)

    @rule(one=PICK, two=PICK, cents=CENTS, kind=st.sampled_from(["retire", "rename", "merge"]))
    def tidy(self, kind: str, one: int, two: int, cents: int) -> None:
        self._act(kind, one, two, cents)

    def _act(self, kind: str, one: int, two: int, cents: int) -> None:
        assert self.office is not None
        self.office.clock.move(seconds=7)
        before = self.office.snapshot()
        refusals = self.office.done["refused"]
        answer = self.office.act((kind, one, two, cents))
        if self.office.done["refused"] > refusals and kind != "merge":
            assert self.office.snapshot() == before, "a refusal leaves no trace"
        if answer is not None:
            self._done[kind] += 1

    @invariant()
    def the_books_add_up(self) -> None:
        if self.office is not None:
            company = self.office.company
            assert Oracle(lru_cache(company.all)).disagreements() == []


def test_every_balance_is_what_lines_and_links_come_to(deviations: Deviations) -> None:
    done: Counter[str] = Counter()

    def machine() -> Any:
        return Bookkeeping(deviations, done)

    run_state_machine_as_test(machine, settings=bounded(100, steps=30))

    assert [kind for kind in ACTIONS if not done[kind]] == [], "each kind of write was carried out"
