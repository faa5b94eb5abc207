"""What a company's people do most."""

import random
from enum import StrEnum


class Trade(StrEnum):
    """A company's habit."""

    ANY = "any"
    PAYS = "pays"
    SELLS = "sells"

    @classmethod
    def draw(cls, chance: random.Random) -> "Trade":
        """Draw a company's habit: two in five do little else than to pay bills, as many than to sell."""
        return chance.choices((cls.PAYS, cls.SELLS, cls.ANY), (4, 4, 2))[0]
