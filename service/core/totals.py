"""Totals of both sides side by side: what differs, by cause, and what no cause explains."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Generic, TypeVar

from service.core.records import ZERO

Key = TypeVar("Key")


class Totals(Generic[Key]):
    """Amounts here and in QuickBooks by a key, and the causes of what they differ by.

    `unexplained` is 0.00 as long as every difference has a row of its own.
    """

    def __init__(self) -> None:
        self._here: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        self._there: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        self._causes: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))

    def add(self, key: Key, *, here: Decimal = ZERO, there: Decimal = ZERO) -> None:
        """Add amounts."""
        self._here[key] += here
        self._there[key] += there

    def explain(self, key: Key, code: str, amount: Decimal) -> None:
        """Name a cause of what is here beyond QuickBooks'."""
        self._causes[key][code] += amount

    def known(self) -> set[Key]:
        """Return the keys of which there is anything to say."""
        return {*self._here, *self._there, *self._causes}

    def lines(self) -> Iterator[tuple[Key, dict[str, Any]]]:
        """Return the totals of each key; what is 0.00 on both sides and differs in nothing is left out."""
        for key in self.known():
            here, there = self._here[key], self._there[key]
            causes = {code: amount for code, amount in sorted(self._causes[key].items()) if amount}
            if not (here or there or causes):
                continue
            apart = here - there
            yield (
                key,
                {
                    "platform": here,
                    "quickbooks": there,
                    "difference": apart,
                    "causes": causes,
                    "unexplained": apart - sum(causes.values(), ZERO),
                },
            )
