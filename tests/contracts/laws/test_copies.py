"""Law 4: changes and tombstones, folded into a copy from any checkpoint, give the company again."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from service.sandbox.deviations import Deviations
from service.sandbox.generate import generate
from tests.contracts.laws.office import ACTIONS, Office, Step
from tests.contracts.laws.profile import bounded
from tests.contracts.laws.reader import Reader
from tests.contracts.laws.wire import Line

PICK = st.integers(0, 20)


class Following(RuleBasedStateMachine):
    """A person writes; readers begin and look when they like; whoever has looked knows everything."""

    def __init__(self, deviations: Deviations, done: Counter[str]) -> None:
        super().__init__()
        self._deviations = deviations
        self._done = done
        self.line: Line | None = None
        self.readers: list[Reader] = []

    @initialize(unlink=st.booleans(), limit=st.sampled_from([3, 10, 1000]))
    def open(self, unlink: bool, limit: int) -> None:
        self.office = Office(self._deviations, unlink=unlink)
        self.office.sandbox.knobs.cdc_limit = limit
        self.office.sandbox.subscribe(self.office.company.realm_id, "https://reader.example", "verifier")
        self.line = Line(self.office)
        self.begin()

    @rule(
        steps=st.lists(
            st.tuples(st.sampled_from(ACTIONS), PICK, PICK, st.sampled_from([100, 2500, 9999])),
            min_size=1,
            max_size=6,
        )
    )
    def write(self, steps: list[Step]) -> None:
        for step in steps:
            if self.office.act(step) is not None:
                self._done[step[0]] += 1

    @rule(one=PICK, two=PICK, kind=st.sampled_from(["bill", "invoice"]))
    def write_much(self, kind: str, one: int, two: int) -> None:
        for number in range(4):
            self.office.act((kind, one + number, two, 500))

    @rule(seconds=st.sampled_from([0.4, 1, 90, 7200]))
    def wait(self, seconds: float) -> None:
        self.office.clock.move(seconds=seconds)

    @rule(days=st.sampled_from([10, 40]))
    def go_on_holiday(self, days: int) -> None:
        self.office.clock.at += timedelta(days=days)
        assert self.line is not None
        self.line.wire.access = self.office.sandbox.access(self.office.company.realm_id)

    def begin(self) -> None:
        assert self.line is not None
        self.line.wire.access = self.office.sandbox.access(self.office.company.realm_id)
        self.readers.append(Reader(self.office, self.line))

    @rule()
    def newcomer(self) -> None:
        if len(self.readers) < 3:
            self.begin()

    @rule(number=PICK)
    def look(self, number: int) -> None:
        assert self.line is not None
        self.line.wire.access = self.office.sandbox.access(self.office.company.realm_id)
        reader = self.readers[number % len(self.readers)]
        reader.look()
        self._done["look"] += 1
        assert reader.differences() == []

    def teardown(self) -> None:
        if self.line is not None:
            for number in range(len(self.readers)):
                self.look(number)
            self.line.close()


def test_a_copy_from_any_checkpoint_is_the_company(deviations: Deviations) -> None:
    done: Counter[str] = Counter()

    def machine() -> Any:
        return Following(deviations, done)

    run_state_machine_as_test(machine, settings=bounded(70, steps=25))

    assert [kind for kind in (*ACTIONS, "look") if not done[kind]] == [], "each kind of write was followed"


def test_more_than_a_thousand_changes_are_caught_up_with(deviations: Deviations) -> None:
    office = Office(deviations)
    bills = [office.company.create("Bill", office.ids.bill(10 + number))["Id"] for number in range(3)]
    with Line(office) as line:
        reader = Reader(office, line)
        office.clock.move(minutes=5)
        generate(office.company, vendors=200, bills=1100)
        office.company.delete("Bill", bills[0])

        reader.look()
        caught_up = reader.differences()
        office.clock.move(minutes=5)
        office.company.delete("Bill", bills[1])
        reader.look()

        assert caught_up == []
        assert reader.differences() == []
        assert len(reader.copy["Bill"]) == 1101
