"""The vocabulary in which an entity is declared: its fields in wire order, and what is special about it.

One engine serves every entity; an entity's file holds declarations and, where its meaning asks for it, the
three small functions `complete` (defaults), `check` (rules) and `effects` (what it moves).
"""

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from service.sandbox.wire import Doc

if TYPE_CHECKING:
    from service.sandbox.draft import Draft


class Kind(enum.Enum):
    """What a field holds."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    INSTANT = "instant"
    CHOICE = "choice"
    REF = "ref"
    SHAPE = "shape"
    ROWS = "rows"
    ANY = "any"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property; `find` makes it usable in a WHERE, `read_only` makes a sent value ignored."""

    name: str
    kind: Kind
    limit: int | None = None
    refused: str = ""
    target: str = ""
    shape: "tuple[Field, ...]" = ()
    owner: str = ""
    choices: tuple[str, ...] = ()
    read_only: bool = False
    named: bool = True
    find: bool = False
    masked: bool = False

    @cached_property
    def inner(self) -> "dict[str, Field]":
        """The fields of a shape by name."""
        return {one.name: one for one in self.shape}


def text(
    name: str,
    limit: int | None = None,
    *,
    find: bool = False,
    refused: str = "",
    read_only: bool = False,
    masked: bool = False,
) -> Field:
    """Declare a string; `refused` lists characters that give 2040, `masked` shows its end only."""
    return Field(
        name=name,
        kind=Kind.TEXT,
        limit=limit,
        find=find,
        refused=refused,
        read_only=read_only,
        masked=masked,
    )


def money(name: str, *, find: bool = False, read_only: bool = False) -> Field:
    """Declare an amount: two decimals on the wire."""
    return Field(name=name, kind=Kind.MONEY, find=find, read_only=read_only)


def number(name: str, *, find: bool = False, read_only: bool = False) -> Field:
    """Declare a quantity, price or rate: as many decimals as it has."""
    return Field(name=name, kind=Kind.NUMBER, find=find, read_only=read_only)


def flag(name: str, *, find: bool = False, read_only: bool = False) -> Field:
    """Declare a boolean."""
    return Field(name=name, kind=Kind.FLAG, find=find, read_only=read_only)


def day(name: str, *, find: bool = False) -> Field:
    """Declare a calendar day."""
    return Field(name=name, kind=Kind.DAY, find=find)


def choice(name: str, *choices: str, find: bool = False) -> Field:
    """Declare an enumeration; another value gives 2170."""
    return Field(name=name, kind=Kind.CHOICE, choices=choices, find=find)


def ref(
    name: str, target: str = "", *, find: bool = False, named: bool = True, read_only: bool = False
) -> Field:
    """Declare a reference; without a target it isn't checked, `named=False` hides its name (recorded)."""
    return Field(name=name, kind=Kind.REF, target=target, find=find, named=named, read_only=read_only)


def shape(name: str, fields: Iterable[Field], owner: str = "") -> Field:
    """Declare a nested object."""
    return Field(name=name, kind=Kind.SHAPE, shape=tuple(fields), owner=owner or name)


def rows(name: str, fields: Iterable[Field], owner: str = "") -> Field:
    """Declare a list of objects."""
    return Field(name=name, kind=Kind.ROWS, shape=tuple(fields), owner=owner or name)


def anything(*names: str) -> tuple[Field, ...]:
    """Declare properties that are kept as they come."""
    return tuple(Field(name=name, kind=Kind.ANY) for name in names)


@dataclass(frozen=True, slots=True)
class Effects:
    """What one document moves: accounts (debit is positive), parties' balances, open balances that it uses.

    The difference between the effects of the old and the new version is what a write applies, so create,
    update, void and delete need no code of their own.
    """

    accounts: Mapping[str, Decimal] = field(default_factory=dict)
    parties: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    applied: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    locks: frozenset[tuple[str, str]] = frozenset()


NO_EFFECTS = Effects()

# Objects that QuickBooks writes by itself after a write: (entity, body) each.
Aftermath = Iterable[tuple[str, Doc]]


def nothing(_draft: "Draft") -> None:
    """Complete or check nothing."""


def no_effects(_doc: Doc) -> Effects:
    """Move nothing."""
    return NO_EFFECTS


def no_aftermath(_draft: "Draft") -> Aftermath:
    """Write nothing more."""
    return ()


class Links(enum.Enum):
    """When an entity shows its LinkedTxn."""

    NEVER = "never"
    WHEN_LINKED = "when linked"
    ALWAYS = "always"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Everything the engine knows about one kind of object.

    A `single` one exists once a company; one that `is_open` keeps properties that nobody declared. What is in
    `by_person` a person can set and the API ignores; `structural` stays even in a full update that empties
    the rest. What `replaces` by some properties is created once for their values and then updated. A `label`
    is the key of its JSON where that is not its name.
    """

    name: str
    fields: tuple[Field, ...]
    label: str = ""
    operations: frozenset[str] = frozenset({"create", "update"})
    sequence: str = ""
    transaction: bool = False
    single: bool = False
    is_open: bool = False
    replaces: tuple[str, ...] = ()

    name_field: str | None = None
    name_space: str | None = None
    parent_field: str | None = None
    child_flag: str | None = None
    suffixed: bool = True

    required: tuple[str, ...] = ()
    update_requires: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    structural: frozenset[str] = frozenset({"CurrencyRef", "Active", "V4IDPseudonym", "Type", "AccountType"})
    by_person: frozenset[str] = frozenset()
    party: str | None = None
    balance: str | None = None
    rollup: str | None = None
    twin: str | None = None
    links: Links = Links.NEVER
    link_type: str = ""
    counts_rows: bool = False
    in_cdc: bool = True
    events: frozenset[str] = frozenset()

    complete: "Callable[[Draft], None]" = nothing
    check: "Callable[[Draft], None]" = nothing
    effects: Callable[[Doc], Effects] = no_effects
    void: Callable[[Doc], None] | None = None
    recount: Callable[[Doc], None] | None = None
    aftermath: "Callable[[Draft], Aftermath]" = no_aftermath

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by name."""
        return {one.name: one for one in self.fields}

    @cached_property
    def key(self) -> bytes:
        """The key that its JSON stands under."""
        return (self.label or self.name).encode()

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The keys in the order in which QuickBooks writes them."""
        return tuple(one.name for one in self.fields)

    @cached_property
    def known_orders(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Wire orders of the sets of keys seen so far."""
        return {}

    def in_order(self, doc: Doc) -> Doc:
        """Answer a document with its keys in wire order, unknown ones last."""
        keys = tuple(doc)
        order = self.known_orders.get(keys)
        if order is None:
            order = tuple(sorted(keys, key=lambda key: self.place.get(key, len(self.place))))
            if len(self.known_orders) < MOST_ORDERS:
                self.known_orders[keys] = order
        return {key: doc[key] for key in order}

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each key stands on the wire."""
        return {name: place for place, name in enumerate(self.order)}

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """What is kept beside the encoded object, for WHERE and ORDERBY."""
        computed = {"Id", "SyncToken", "Active", "FullyQualifiedName", self.name_field, self.balance}
        return tuple(one for one in self.fields if one.find and one.name not in computed)

    @cached_property
    def column_at(self) -> dict[str, int]:
        """Where a column stands."""
        return {one.name: place for place, one in enumerate(self.columns)}

    @cached_property
    def is_list(self) -> bool:
        """Whether it has an Active flag: such objects are made inactive, never deleted."""
        return "Active" in self.by_name

    @property
    def voided_by_update(self) -> bool:
        """Whether the documented void is an update that includes void (payments and receipts)."""
        return "void" in self.operations and self.balance is None

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """What is shown by its end only."""
        return tuple(one.name for one in self.fields if one.masked)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Its postal addresses."""
        return tuple(one.name for one in self.fields if one.owner == "PhysicalAddress")

    @cached_property
    def references(self) -> tuple[Any, ...]:
        """Where its references stand, nested, so that names can be filled in at read time."""
        return reference_plan(self.fields)

    @cached_property
    def names(self) -> tuple[Any, ...]:
        """Those of its references whose names are filled in at read time."""
        return name_plan(self.references)


def name_plan(plan: tuple[Any, ...]) -> tuple[Any, ...]:
    """Answer (key, target, nested plan) for each reference of a plan that shows a name."""
    names: list[tuple[str, str, tuple[Any, ...]]] = []
    for one, nested in plan:
        inner = name_plan(nested)
        if inner or (not nested and one.named):
            names.append((one.name, one.target, inner))
    return tuple(names)


MOST_ORDERS = 1_000
# The target of a reference that its neighbour `Type` names.
BY_TYPE = "@Type"


def target_of(field: Field, doc: Doc) -> str:
    """Answer the entity that a reference of a document points to."""
    return str(doc.get("Type")) if field.target == BY_TYPE else field.target


def reference_plan(fields: tuple[Field, ...]) -> tuple[Any, ...]:
    """Answer (field, nested plan) for each field that is, or holds, a reference."""
    plan: list[tuple[Field, tuple[Any, ...]]] = []
    for one in fields:
        if one.kind is Kind.REF and one.target:
            plan.append((one, ()))
        elif one.shape:
            nested = reference_plan(one.shape)
            if nested:
                plan.append((one, nested))
    return tuple(plan)
