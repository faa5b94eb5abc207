"""Record by record: every QuickBooks object against every record of the platform, as both sides answer them.

Pure: lists in, standings out. A pair agrees when every field does; what stands alone, or differs, needs a
reason, and finding one is not done here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from service.demo.calls import Json
from service.demo.projection import FIELDS, Reader, record_value

KINDS = tuple(FIELDS)
NUMBERED = tuple(kind for kind in KINDS if kind not in ("account", "vendor", "customer", "item"))
"""What has a number, or a reference; lists have names."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the two sides answer differently."""

    field: str
    platform: Any
    quickbooks: Any


@dataclass(frozen=True, slots=True)
class Standing:
    """A pair, or one side that stands alone; without differences both sides agree."""

    kind: str
    label: str
    record: Json | None
    shown: Json | None
    differences: tuple[Difference, ...] = ()

    @property
    def agrees(self) -> bool:
        """Say whether both sides hold the same."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Sides:
    """All that both sides hold, by kind; `home` is the QuickBooks company's currency."""

    records: dict[str, list[Json]]
    objects: dict[str, list[Json]]
    home: str = "USD"
    _owners: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, records in self.records.items():
            linked = [each for each in records if each["quickbooks"]["id"] is not None]
            self._owners.update({(kind, each["quickbooks"]["id"]): each["id"] for each in linked})

    def refer(self, kind: str, reference: Json | None) -> str | None:
        """Return the record that a QuickBooks reference stands for; what has none is named as it is."""
        if not reference:
            return None
        id = str(reference["value"])
        return self._owners.get((kind, id), f"{kind} {id} in QuickBooks")


def compare(sides: Sides) -> list[Standing]:
    """Compare everything on both sides."""
    return [standing for kind in KINDS if kind in sides.records for standing in _compare_kind(kind, sides)]


def _compare_kind(kind: str, sides: Sides) -> Iterable[Standing]:
    """An object that two records claim belongs to the first; the second then stands alone."""
    left = {str(each["Id"]): each for each in sides.objects[kind]}
    for record in sides.records[kind]:
        shown = left.pop(str(record["quickbooks"]["id"]), None)
        yield _pair(kind, record, shown, sides) if shown else _record_alone(kind, record)
    for shown in left.values():
        difference = Difference("record", None, f"{kind} {shown['Id']}")
        yield Standing(kind, label_of(kind, shown), None, shown, (difference,))


def _pair(kind: str, record: Json, shown: Json, sides: Sides) -> Standing:
    reader = Reader(sides.refer, sides.home)
    theirs = FIELDS[kind](shown, reader)
    ours = {name: record_value(name, record, reader) for name in theirs}
    if kind in ("bill", "vendor_credit", "invoice"):
        ours["quickbooks.balance"] = record["quickbooks"]["balance"]
        theirs["quickbooks.balance"] = str(theirs["balance"])
    found = [Difference(name, ours[name], theirs[name]) for name in theirs if ours[name] != theirs[name]]
    return Standing(kind, label_of(kind, shown), record, shown, tuple(found))


def _record_alone(kind: str, record: Json) -> Standing:
    """A record without an object is the same on both sides only where both have given it up."""
    gone = Difference("object", f"{kind} {record['id']}", None)
    return Standing(kind, label_of(kind, record), record, None, () if record["archived"] else (gone,))


def label_of(kind: str, shown: Json) -> str:
    """Name a record or an object as a bookkeeper would."""
    if kind in NUMBERED:
        names = ("number", "reference", "DocNumber", "PaymentRefNum")
        number = next((shown[name] for name in names if shown.get(name)), None)
        noun = kind.replace("_", " ")
        return f"{noun.capitalize()} {number}" if number else f"A {noun} without a number"
    return f"{kind.capitalize()} {shown.get('name') or shown.get('DisplayName') or shown.get('Name')}"
