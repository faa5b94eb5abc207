"""What a scenario is made of: steps that people take on one side, expectations, rounds of both."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Concatenate, Literal, ParamSpec

from tests.scenarios.world import World

Side = Literal["here", "there"]
Profile = Literal["one_way", "two_way"]
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody does on one side; `says` is how it was written."""

    side: Side
    says: str
    do: Callable[[World], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that anybody can see; `check` raises AssertionError where it is otherwise."""

    says: str
    check: Callable[[World], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Edits, a sync, and what is to be seen then."""

    edits: Sequence[Step] = ()
    expect: Sequence[Expectation]
    mode: Literal["incremental", "full"] = "incremental"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One sentence of the product's promises, as a story.

    `given` is synced before the first edits. `then` are further rounds. After the last round both sides are
    at rest: one more sync reads once and changes nothing.
    """

    name: str
    stands_for: str
    profile: Profile = field(default="two_way", kw_only=True)
    given: Sequence[Step] = field(default=(), kw_only=True)
    edits: Sequence[Step] = field(default=(), kw_only=True)
    mode: Literal["incremental", "full"] = field(default="incremental", kw_only=True)
    expect: Sequence[Expectation] = field(kw_only=True)
    then: Sequence[Round] = field(default=(), kw_only=True)

    @property
    def rounds(self) -> list[Round]:
        """All rounds, the first one included."""
        return [Round(edits=self.edits, expect=self.expect, mode=self.mode), *self.then]

    @property
    def orders(self) -> tuple[Side, ...]:
        """Whose edits may come first: either side's, where both edit in one round."""
        both = any({step.side for step in each.edits} == {"here", "there"} for each in self.rounds)
        return ("here", "there") if both else ("here",)


def step(side: Side) -> Callable[[Callable[Concatenate[World, P], Awaitable[None]]], Callable[P, Step]]:
    """Make a word of what somebody does: called, it is a step that is taken later."""

    def make(do: Callable[Concatenate[World, P], Awaitable[None]]) -> Callable[P, Step]:
        @functools.wraps(do)
        def word(*args: P.args, **kwargs: P.kwargs) -> Step:
            says = f"{side}.{_written(do.__name__, args, kwargs)}"
            return Step(side, says, lambda world: do(world, *args, **kwargs))

        return word

    return make


def expectation(do: Callable[Concatenate[World, P], Awaitable[None]]) -> Callable[P, Expectation]:
    """Make a word of what is to be seen."""

    @functools.wraps(do)
    def word(*args: P.args, **kwargs: P.kwargs) -> Expectation:
        return Expectation(_written(do.__name__, args, kwargs), lambda world: do(world, *args, **kwargs))

    return word


def _written(name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> str:
    given = [repr(each) for each in args] + [f"{key}={value!r}" for key, value in kwargs.items()]
    return f"{name}({', '.join(given)})"


async def play(world: World, scenario: Scenario, *, first: Side) -> None:
    """Play a scenario to its end, in each round the edits of one side before those of the other."""
    await world.open(one_way=scenario.profile == "one_way")
    await _take(world, scenario.given)
    await world.sync()
    for each in scenario.rounds:
        await _take(world, sorted(each.edits, key=lambda step: step.side != first))
        await world.sync(each.mode)
        for wanted in each.expect:
            await _noting(wanted.says, wanted.check(world))
    await _noting("at rest: one more sync reads once and changes nothing", world.rest())


async def _take(world: World, steps: Sequence[Step]) -> None:
    for each in steps:
        world.clock.advance(1)
        await _noting(each.says, each.do(world))


async def _noting(says: str, doing: Awaitable[None]) -> None:
    try:
        await doing
    except Exception as error:
        error.add_note(f"in: {says}")
        raise
