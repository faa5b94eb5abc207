"""What people wrote: every value once, so that it is known later whose edit a value came from.

An edit's *parents* are the values that its author saw and replaced. An edit is kept when its value, or one
that descends from it, still stands somewhere; what a person deleted or decided against has been seen.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from tests.simulation.projection import Fields, atoms, differing

PLATFORM, QUICKBOOKS = "platform", "quickbooks"
_FIRST_DAY = dt.date(2025, 1, 1)
_FIRST_DUE_DAY = dt.date(2026, 4, 1)


class Edit(NamedTuple):
    """One field that one person set on one side."""

    number: int
    side: str
    kind: str
    key: str
    field: str
    value: Any
    is_creation: bool


class Edits:
    """All edits of one company and their ancestry; `mark` and `amounts_from` tell companies apart."""

    def __init__(self, mark: str = "", amounts_from: int = 100) -> None:
        self._mark = mark
        self._amounts_from = amounts_from
        self.number = 0
        self.all: list[Edit] = []
        self.parents: dict[str, set[str]] = {}
        self.owner: dict[str, set[tuple[str, str, str]]] = {}
        """Where a value was written by a person: side, kind, key."""
        self.seen: set[str] = set()
        """Values that a person took away knowingly: nobody misses them."""
        self.decided: set[tuple[str, str]] = set()
        """Records about which a person has decided: which edit stands is that person's will."""
        self.chosen: set[str] = set()
        """Values that stood to choice in an issue: either side's may come back."""
        self.copied: set[str] = set()
        """Values that a person multiplied by copying an object."""
        self.removed_lines: list[tuple[str, str, set[str]]] = []
        """Kind, key and values of lines that a person removed."""

    def next(self) -> int:
        """Return a number that no value has yet."""
        self.number += 1
        return self.number

    def text(self, word: str) -> str:
        """Return a text that nobody has written before."""
        return f"{word} {self.next()}{self._mark}"

    def email(self) -> str:
        """Return an address that nobody has written before."""
        return f"mail{self.next()}{self._mark}@example.com"

    def amount(self) -> Decimal:
        """Return an amount that nobody has written before."""
        number = self.next()
        return Decimal(f"{self._amounts_from + number}.{number * 37 % 100:02d}")

    def issued_on(self) -> dt.date:
        """Return a date, in the past, that nobody has written before."""
        return _FIRST_DAY + dt.timedelta(days=self.next())

    def due_on(self) -> dt.date:
        """Return a date, in the future, that nobody has written before."""
        return _FIRST_DUE_DAY + dt.timedelta(days=self.next())

    def wrote(self, side: str, kind: str, key: str, before: Fields | None, after: Fields) -> None:
        """Note what a person made of what that person saw (None: nothing was there)."""
        number = self.next()
        for name in differing(after, before) if before is not None else list(after):
            edit = Edit(number, side, kind, key, name, after[name], before is None)
            self.all.append(edit)
            if name == "lines":
                self._lines(edit, before["lines"] if before else (), after["lines"])
            else:
                old = [before[name]] if before is not None and isinstance(before[name], str) else []
                self._born(edit, [after[name]] if isinstance(after[name], str) else [], old)

    def _lines(self, edit: Edit, before: Iterable[Any], after: Iterable[Any]) -> None:
        left = list(before)
        for amount, description, *_ in after:
            was = next((line for line in left if line[0] == amount or line[1] == description), None)
            if was is None:
                self._born(edit, [amount, description], [])
                continue
            left.remove(was)
            for now, old in ((amount, was[0]), (description, was[1])):
                if now != old:
                    self._born(edit, [now], [old])
        for amount, description, *_ in left:
            gone = {each for each in (amount, description) if each}
            self.seen |= gone
            self.removed_lines.append((edit.kind, edit.key, gone))

    def _born(self, edit: Edit, values: list[str | None], parents: list[str | None]) -> None:
        known = {each for each in parents if each}
        if not any(values):
            self.seen |= known  # cleared by somebody who saw it
        for value in values:
            if value:
                self.parents.setdefault(value, set()).update(known - {value})
                self.owner.setdefault(value, set()).add((edit.side, edit.kind, edit.key))

    def saw(self, fields: Fields) -> None:
        """Note that a person has seen these values and decided against them."""
        self.saw_all(atoms(fields))

    def saw_all(self, values: Iterable[str]) -> None:
        """Note that a person has seen these values and decided against them."""
        self.seen.update(values)

    def lost(self, standing: set[str]) -> list[Edit]:
        """Return the edits of which neither the value nor a descendant stands, in order."""
        alive = set()
        grey = list(standing | self.seen)
        while grey:
            value = grey.pop()
            if value not in alive:
                alive.add(value)
                grey += self.parents.get(value, ())
        lost = []
        for edit in self.all:
            values = atoms({edit.field: edit.value})
            if any(value not in alive for value in values if value in self.owner):
                lost.append(edit)
        return lost
