"""A copy of a company, kept up by change data capture as its documentation says, and by nothing else.

At the limit of an answer it asks entity by entity, and lists what is still full anew; after 29 days it lists
everything anew; who was merged into whom is told by the notifications.
"""

from datetime import datetime, timedelta
from typing import Any

from service.sandbox.wire import Doc
from tests.contracts.laws.office import ENTITIES, Office
from tests.contracts.laws.wire import Line

PAGE = 7
OVERLAP = timedelta(seconds=2)
TOO_OLD = timedelta(days=29)
COMPUTED_ON_READING = frozenset({"name", "FullyQualifiedName"})
LISTS = frozenset({"Account", "Class", "Customer", "Item", "Vendor"})


class Reader:
    """One reader with a copy and a checkpoint of its own."""

    def __init__(self, office: Office, line: Line) -> None:
        self._office = office
        self._line = line
        self._merges = 0
        self.copy: dict[str, dict[str, Doc]] = {}
        self.checkpoint = self._list_all()

    def look(self) -> None:
        """Bring the copy up to date."""
        if self._office.clock() - self.checkpoint >= TOO_OLD:
            self.checkpoint = self._list_all()
            return
        rows, began = self._changes(ENTITIES)
        if len(rows) >= self._office.sandbox.knobs.cdc_limit:
            rows = self._one_by_one()
        for entity, row in rows:
            self._fold(entity, row)
        self._rename_merged()
        self.checkpoint = began

    def _one_by_one(self) -> list[tuple[str, Doc]]:
        gathered: list[tuple[str, Doc]] = []
        for entity in ENTITIES:
            rows, _ = self._changes((entity,))
            if len(rows) >= self._office.sandbox.knobs.cdc_limit:
                self._list(entity)
            else:
                gathered += rows
        return gathered

    def _changes(self, entities: tuple[str, ...]) -> tuple[list[tuple[str, Doc]], datetime]:
        since = (self.checkpoint - OVERLAP).isoformat()
        answer = self._line.get("/cdc", entities=",".join(entities), changedSince=since)
        groups = answer["CDCResponse"][0]["QueryResponse"]
        assert len(groups) == len(entities)
        rows = [
            (name, row) for name, group in zip(entities, groups, strict=True) for row in group.get(name, ())
        ]
        return rows, datetime.fromisoformat(answer["time"])

    def _fold(self, entity: str, row: Doc) -> None:
        if row.get("status") == "Deleted":
            self.copy[entity].pop(row["Id"], None)
        else:
            self.copy[entity][row["Id"]] = row

    def _list_all(self) -> datetime:
        began = self._office.clock()
        for entity in ENTITIES:
            self._list(entity)
        self._merges = len(self._told())
        return began

    def _list(self, entity: str) -> None:
        """Page through all there is, inactive ones included."""
        where = " where Active in (true, false)" if entity in LISTS else ""
        size = PAGE if len(self._office.company.all(entity)) < 200 else 1000
        found: dict[str, Doc] = {}
        start = 1
        while True:
            text = f"select * from {entity}{where} orderby Id startposition {start} maxresults {size}"  # noqa: S608
            rows = self._line.get("/query", query=text)["QueryResponse"].get(entity, [])
            assert not any(row["Id"] in found for row in rows), "no page repeats another's rows"
            found.update({row["Id"]: row for row in rows})
            if len(rows) < size:
                break
            start += size
        self.copy[entity] = found

    def _told(self) -> list[tuple[str, str, str]]:
        """Answer (entity, loser, survivor) of each merge so far."""
        changes = self._office.sandbox.pending_webhooks(self._office.company.realm_id)
        return [(one.entity, one.merged_id, one.id) for one in changes if one.merged_id is not None]

    def _rename_merged(self) -> None:
        for entity, loser, survivor in self._told()[self._merges :]:
            self.copy = {
                name: {key: _renamed(row, name, entity, loser, survivor) for key, row in rows.items()}
                for name, rows in self.copy.items()
            }
        self._merges = len(self._told())

    def differences(self) -> list[str]:
        """Answer which objects the copy has otherwise than the company."""
        found = []
        for entity in ENTITIES:
            real = {one["Id"]: one for one in self._office.company.all(entity)}
            for key in sorted({*real, *self.copy[entity]}, key=int):
                ours, theirs = self.copy[entity].get(key), real.get(key)
                if without_names(ours) != without_names(theirs):
                    found.append(f"{entity} {key}: {ours} instead of {theirs}")
        return found


def without_names(value: Any) -> Any:
    """Leave out what QuickBooks works out when it is asked: a rename moves nothing that bears the name."""
    if isinstance(value, dict):
        return {key: without_names(one) for key, one in value.items() if key not in COMPUTED_ON_READING}
    if isinstance(value, list):
        return [without_names(one) for one in value]
    return value


REFERENCES = {
    "Vendor": {"VendorRef"},
    "Customer": {"CustomerRef"},
    "Account": {"AccountRef", "BankAccountRef", "CCAccountRef", "DepositToAccountRef", "APAccountRef",
                "IncomeAccountRef"},
    "Class": {"ClassRef"},
}  # fmt: skip


def _renamed(row: Doc, holder: str, entity: str, loser: str, survivor: str) -> Doc:
    """Let an object refer to the survivor where it referred to the loser."""
    names = REFERENCES[entity] | ({"ParentRef"} if holder == entity else set())

    def change(value: Any, key: str, kind: str) -> Any:
        if isinstance(value, list):
            return [change(one, key, kind) for one in value]
        if not isinstance(value, dict):
            return value
        refers = key in names or (key == "EntityRef" and kind == entity)
        if refers and value.get("value") == loser:
            return {**value, "value": survivor}
        return {name: change(one, name, str(value.get("Type"))) for name, one in value.items()}

    changed: Doc = change(row, "", "")
    return changed
