"""Recorded QuickBooks objects from a folder: a subfolder per entity, one JSON object a file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from service.demo.calls import DemoError, Json

ENTITIES = {
    name.lower(): name
    for name in (
        *("Account", "Bill", "BillPayment", "Class", "CompanyInfo", "CreditMemo", "Customer", "Department"),
        *("Deposit", "Employee", "Invoice", "Item", "JournalEntry", "Payment", "PaymentMethod"),
        *("Preferences", "TaxCode", "Term", "Transfer", "Vendor", "VendorCredit"),
    )
}
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Recording:
    """What a folder holds: the newest version of each object, and what was left out of it."""

    objects: dict[tuple[str, str], Json] = field(default_factory=dict)
    older: int = 0
    other_folders: list[str] = field(default_factory=list)

    def of(self, entity: str) -> list[Json]:
        """Return the objects of an entity, in order of id."""
        found = {id: each for (name, id), each in self.objects.items() if name == entity}
        return [found[id] for id in sorted(found, key=lambda id: (len(id), id))]

    @property
    def counts(self) -> Counter[str]:
        """How many objects there are of each entity."""
        return Counter(name for name, _ in self.objects)

    def wrapped(self) -> list[Json]:
        """Return all objects, each under the name of its entity."""
        return [{name: each} for (name, _), each in self.objects.items()]

    def keep(self, entity: str, found: Json) -> None:
        """Take an object, unless a newer recording of it is there already."""
        key = (entity, str(found.get("Id", "1")))
        if key in self.objects:
            self.older += 1
        if key not in self.objects or version_of(found) >= version_of(self.objects[key]):
            self.objects[key] = found


def version_of(found: Json) -> tuple[datetime, int]:
    """Return what orders two recordings of one object: when it was touched, then its SyncToken."""
    token = str(found.get("SyncToken", "0"))
    touched = (found.get("MetaData") or {}).get("LastUpdatedTime")
    try:
        at = datetime.fromisoformat(touched) if touched else _LONG_AGO
    except ValueError:
        at = _LONG_AGO
    return at if at.tzinfo else at.replace(tzinfo=UTC), int(token) if token.isdigit() else 0


def read_folder(folder: Path) -> Recording:
    """Read everything in the folders that are named like an entity.

    Raises:
        DemoError: a file is no JSON object, or there is nothing to read.
    """
    recording = Recording()
    for each in sorted(path for path in folder.iterdir() if path.is_dir()):
        entity = ENTITIES.get(each.name.lower())
        if entity is None:
            recording.other_folders.append(each.name)
            continue
        for file in sorted(each.glob("*.json")):
            recording.keep(entity, _read(file, entity))
    if not recording.objects:
        raise DemoError(f"{folder} has no folder of recorded objects: account, vendor, bill, …")
    return recording


def _read(file: Path, entity: str) -> Json:
    try:
        found = _DECODER.decode(file.read_bytes())
    except (msgspec.DecodeError, OSError) as error:
        raise DemoError(f"{file} can't be read: {error}") from error
    if isinstance(found, dict) and isinstance(found.get(entity), dict):
        found = found[entity]
    if not isinstance(found, dict):
        raise DemoError(f"{file} holds no {entity}: one JSON object a file is expected.")
    return found


def number_bills(recording: Recording) -> list[str]:
    """Give the bills that have no number one each; return the numbers."""
    bills = recording.of("Bill")
    taken = {bill["DocNumber"] for bill in bills if bill.get("DocNumber")}
    free = (f"REC-{at}" for at in range(1, 2 * len(bills) + 1) if f"REC-{at}" not in taken)
    given = []
    for bill in bills:
        if not bill.get("DocNumber"):
            bill["DocNumber"] = next(free)
            given.append(bill["DocNumber"])
    return given
