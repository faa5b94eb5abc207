"""One company's data: shelves of objects, id sequences, names in use, preferences.

Only the engine and the loader write to it; everything else reads.
"""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from service.sandbox.declare import Entity
from service.sandbox.deviations import NONE, Deviation, Deviations
from service.sandbox.entities import ENTITIES
from service.sandbox.knobs import Knobs
from service.sandbox.renames import Renames
from service.sandbox.stored import Shelf, Stored
from service.sandbox.times import today
from service.sandbox.wire import Doc

LAPSED = frozenset({"CANCELLED", "EXPIRED", "SUSPENDED"})
NameKey = tuple[str, str, str]
Holder = tuple[str, str]


class Books:
    """The state of one QuickBooks company."""

    def __init__(
        self,
        realm_id: str,
        now: Callable[[], datetime],
        rng: random.Random,
        knobs: Knobs,
        user_name: str,
        deviations: Deviations = NONE,
    ) -> None:
        self.realm_id = realm_id
        self.now = now
        self.random = rng
        self.knobs = knobs
        self.deviations = deviations
        self.user_name = user_name
        self.user_id = f"91303{rng.randrange(10**11):011d}"
        self.shelves: dict[str, Shelf] = {name: Shelf(entity) for name, entity in ENTITIES.items()}
        self.sequences: dict[str, int] = {}
        self.names: dict[NameKey, set[Holder]] = {}
        self.renames = Renames()
        self.preferences: Doc = {}
        self.born_with: set[Holder] = set()
        self._info: tuple[bytes, Doc] | None = None

    @property
    def today(self) -> str:
        """The company's calendar day."""
        return today(self.now())

    def note_birth(self) -> None:
        """Note what there is before anybody works or loads, so that a load of a whole company replaces it."""
        self.born_with = {(name, one.id) for name, shelf in self.shelves.items() for one in shelf}

    def find(self, entity: str, object_id: str) -> Stored | None:
        """Find a live object, inactive ones included."""
        shelf = self.shelves.get(entity)
        return shelf.get(object_id) if shelf is not None else None

    def next_id(self, entity: Entity) -> str:
        """Draw an id: transactions share a sequence; customers, vendors, employees another (recorded)."""
        key = entity.sequence or entity.name
        self.sequences[key] = self.sequences.get(key, 0) + 1
        return str(self.sequences[key])

    def next_number(self, sequence: str) -> str:
        """Draw from a sequence that belongs to no entity, as of addresses and document numbers."""
        self.sequences[sequence] = self.sequences.get(sequence, 0) + 1
        return str(self.sequences[sequence])

    def saw_id(self, entity: Entity, object_id: str) -> None:
        """Keep a sequence ahead of an id that came from outside."""
        if object_id.isdecimal():
            key = entity.sequence or entity.name
            self.sequences[key] = max(self.sequences.get(key, 0), int(object_id))

    def saw_number(self, sequence: str, number: str) -> None:
        """Keep a counter ahead of a document's number that came from outside."""
        if number.isascii() and number.isdigit():
            self.sequences[sequence] = max(self.sequences.get(sequence, 0), int(number))

    def full_name(self, stored: Stored) -> str:
        """Answer a list object's name with those of its parents: `Parent:Child`."""
        name, parent_id, depth = stored.name, stored.parent, 0
        while parent_id is not None and depth < 10:
            parent = self.find(stored.entity.name, parent_id)
            if parent is None:
                break
            name, parent_id, depth = f"{parent.name}:{name}", parent.parent, depth + 1
        return name

    def name_key(self, entity: Entity, name: str, parent: str | None) -> NameKey | None:
        """Answer the key under which a name may be held only once; None where names are free."""
        if entity.name_space is None:
            return None
        return (entity.name_space, "" if entity.name_space == "names" else parent or "", name.casefold())

    def hold_name(self, stored: Stored) -> None:
        """Reserve a list object's name."""
        key = self.name_key(stored.entity, stored.name, stored.parent)
        if key is not None:
            self.names.setdefault(key, set()).add((stored.entity.name, stored.id))

    def free_name(self, stored: Stored) -> None:
        """Give a list object's name back."""
        key = self.name_key(stored.entity, stored.name, stored.parent)
        if key is not None:
            holders = self.names.get(key, set())
            holders.discard((stored.entity.name, stored.id))
            if not holders:
                self.names.pop(key, None)

    def is_name_taken(self, entity: Entity, name: str, parent: str | None, own_id: str) -> bool:
        """Say whether another object holds a name."""
        return bool(self.name_holders(entity, name, parent, own_id))

    def name_holders(self, entity: Entity, name: str, parent: str | None, own_id: str) -> set[Holder]:
        """Answer the other objects that hold a name."""
        key = self.name_key(entity, name, parent)
        others = self.names.get(key, set()) - {(entity.name, own_id)} if key is not None else set()
        if Deviation.NAMES_NOT_SHARED in self.deviations:
            others = {one for one in others if one[0] == entity.name}
        return others

    def preference(self, group: str, name: str) -> Any:
        """Answer one preference, None where it isn't set."""
        section = self.preferences.get(group)
        return section.get(name) if isinstance(section, dict) else None

    def other_preference(self, name: str) -> str:
        """Answer one of OtherPrefs' name-value pairs."""
        for pair in self.preference("OtherPrefs", "NameValue") or ():
            if pair.get("Name") == name:
                return str(pair.get("Value", ""))
        return ""

    @property
    def multicurrency(self) -> bool:
        """Whether CurrencyPrefs allow other currencies."""
        return bool(self.preference("CurrencyPrefs", "MultiCurrencyEnabled"))

    @property
    def home_currency(self) -> str:
        """The currency that counts where none is given."""
        home = self.preference("CurrencyPrefs", "HomeCurrency")
        return str(home["value"]) if isinstance(home, dict) and home.get("value") else "USD"

    @property
    def country(self) -> str:
        """The company's country, `US` where nothing is said."""
        return str(self.company_info().get("Country") or "US")

    @property
    def is_lapsed(self) -> bool:
        """Whether the subscription has ended: QuickBooks then takes no writes (6190)."""
        pairs = self.company_info().get("NameValue") or ()
        status = next((one.get("Value") for one in pairs if one.get("Name") == "SubscriptionStatus"), "")
        return str(status).upper() in LAPSED

    def company_info(self) -> Doc:
        """Answer CompanyInfo at rest."""
        stored = next(iter(self.shelves["CompanyInfo"]), None)
        if stored is None:
            return {}
        if self._info is None or self._info[0] != stored.source:
            self._info = (stored.source, stored.doc())
        return self._info[1]

    @property
    def closed_until(self) -> str:
        """The closing date, empty where the books are open."""
        return str(self.preference("AccountingInfoPrefs", "BookCloseDate") or "")

    def account_of_type(self, kind: str, currency: str | None = None, name: str | None = None) -> str | None:
        """Find the first active account of a type, of a currency or with a name where given."""
        shelf = self.shelves["Account"]
        type_at, currency_at = shelf.entity.column_at["AccountType"], shelf.entity.column_at["CurrencyRef"]
        for stored in shelf.in_id_order():
            if stored.columns[type_at] != kind or not stored.active:
                continue
            if currency is not None and (stored.columns[currency_at] or self.home_currency) != currency:
                continue
            if name is None or stored.name.casefold() == name.casefold():
                return stored.id
        return None

    def undeposited_funds(self) -> str | None:
        """Find the account for money that is not at the bank yet, whatever it is called by now."""
        for stored in self.shelves["Account"].in_id_order():
            if stored.active and self.column(stored, "AccountSubType") == "UndepositedFunds":
                return stored.id
        return self.account_of_type("Other Current Asset", name="Undeposited Funds")

    def column(self, stored: Stored, name: str) -> Any:
        """Answer one of an object's columns."""
        return stored.columns[stored.entity.column_at[name]]
