"""Somebody who works on the platform: writes records, archives and restores them."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from service.core.records import Account, Address, Approval, Bill, BillLine, Document, Kind, Vendor
from service.store import record_writes
from service.store.record_writes import Precondition, Write
from service.store.records import StoredRecord
from service.store.refusals import RefusedError
from tests.house import COMPANY
from tests.simulation.edits import PLATFORM
from tests.simulation.projection import of_document
from tests.simulation.watch import Standing
from tests.simulation.world import World

VENDOR_FIELDS = (
    *("name", "company_name", "given_name", "family_name", "email", "phone", "account_number"),
    *("address.line1", "address.city", "no company_name", "no phone"),
)
BILL_FIELDS = (
    *("memo", "memo", "due_on", "due_on", "issued_on", "number", "amount", "amount"),
    *("description", "new line", "no line", "account", "vendor", "no memo"),
)
ACCOUNT_FIELDS = ("name", "description", "description", "number")


class Caller:
    """The person on the platform's side; each act returns whether something came of it."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._own: dict[tuple[str, str], Document] = {}
        """What this caller last wrote."""

    # -- looking

    def vendors(self) -> list[Standing]:
        """Return the vendors in use."""
        return [each for each in self._world.watch.standing("vendor") if not each.archived]

    def expense_accounts(self) -> list[Standing]:
        """Return the accounts that a line may name."""
        return [each for each in self._world.watch.standing("account") if is_free(each)]

    def _pick(self, found: list[Standing]) -> Standing | None:
        return self._chance.choice(found) if found else None

    def _present(self, kind: str, target: str | None) -> Standing | None:
        found = [each for each in self._world.watch.standing(kind) if target in (None, each.id)]
        return self._pick([each for each in found if not each.archived])

    # -- acts

    def new_vendor(self, name: str | None = None) -> bool:
        """Write a vendor."""
        edits, chance = self._world.edits, self._chance
        document = Vendor(
            name=name or edits.text("Vendor"),
            company_name=edits.text("Company") if chance.random() < 0.5 else None,
            phone=edits.text("555") if chance.random() < 0.4 else None,
            address=Address(line1=edits.text("Street")) if chance.random() < 0.3 else None,
        )
        return self._put("vendor", f"v{edits.next()}", document)

    def new_bill(
        self, vendor: str | None = None, number: str | None = None, amount: Decimal | None = None
    ) -> bool:
        """Write a bill."""
        edits, chance = self._world.edits, self._chance
        party = vendor or (found.id if (found := self._pick(self.vendors())) else None)
        if party is None:
            return False
        lines = tuple(self._line(amount) for _ in range(1 if amount else chance.choice((1, 1, 2, 3))))
        if chance.random() < 0.03:
            lines = tuple(replace(line, amount=Decimal("0.00")) for line in lines)
        document = Bill(
            vendor=party,
            number=number or (edits.text("P") if chance.random() < 0.95 else None),
            issued_on=edits.issued_on(),
            due_on=edits.due_on() if chance.random() < 0.6 else None,
            memo=edits.text("memo") if chance.random() < 0.5 else None,
            lines=lines,
        )
        return self._put("bill", f"b{edits.next()}", document)

    def new_bills(self) -> bool:
        """Write several bills at once: they share a request to QuickBooks."""
        written = [self.new_bill() for _ in range(self._chance.choice((2, 3, 4)))]
        return all(written)

    def _line(self, amount: Decimal | None = None) -> BillLine:
        edits, chance = self._world.edits, self._chance
        accounts = self.expense_accounts()
        account = chance.choice(accounts).id if accounts and chance.random() < 0.8 else None
        return BillLine(amount=amount or edits.amount(), description=edits.text("goods"), account=account)

    def new_account(self) -> bool:
        """Write an expense account, sometimes below another."""
        edits = self._world.edits
        parent = self._pick(self.expense_accounts()) if self._chance.random() < 0.3 else None
        document = Account(name=edits.text("Account"), type="Expense", parent=parent.id if parent else None)
        return self._put("account", f"a{edits.next()}", document)

    def edit(self, kind: str, target: str | None = None, field: str | None = None) -> bool:
        """Read a record, change a field, write it back with the revision that was read."""
        found = self._present(kind, target)
        if found is None:
            return False
        if kind == "account" and target is None and not is_free(found):
            return False
        document = _CHANGES[kind](self, found.document, field or self._chance.choice(_FIELDS[kind]))
        if document is None:
            return False
        return self._put(kind, found.id, document, before=found)

    def edit_vendor(self, target: str | None = None) -> bool:
        """Correct a vendor."""
        return self.edit("vendor", target)

    def edit_bill(self, target: str | None = None) -> bool:
        """Correct a bill."""
        return self.edit("bill", target)

    def edit_account(self, target: str | None = None) -> bool:
        """Correct an account."""
        return self.edit("account", target)

    def approve(self) -> bool:
        """Move a bill on in its approval."""
        found = self._present("bill", None)
        if found is None:
            return False
        approval = self._chance.choice((Approval.ASSIGNED, Approval.APPROVED, Approval.APPROVED))
        return self._put("bill", found.id, replace(found.document, approval=approval), before=found)

    def edit_blindly(self) -> bool:
        """Write what this caller wrote last, with a field changed, and never look at what stands there."""
        known = sorted(key for key in self._own if key[0] != "account")
        if not known:
            return False
        kind, key = self._chance.choice(known)
        document = _CHANGES[kind](self, self._own[kind, key], self._chance.choice(_FIELDS[kind]))
        if document is not None and not isinstance(document, Bill):
            document = replace(document, archived=False)
        return document is not None and self._put(kind, key, document, blind=self._own[kind, key])

    def archive(self, kind: str, target: str | None = None) -> bool:
        """Archive a record."""
        found = self._present(kind, target)
        if found is None or (kind == "account" and not is_free(found)):
            return False

        def write(connection: Any) -> StoredRecord:
            precondition = Precondition(revision=found.revision) if looks else Precondition()
            now = self._world.clock.now()
            return record_writes.archive(connection, COMPANY, Kind(kind), found.id, precondition, now)

        looks = self._chance.random() < 0.5
        stored = self._world.at_once(write)
        own = self._own.pop((kind, found.id), None)
        if own is not None and not looks:
            self._own[kind, found.id] = own if isinstance(own, Bill) else replace(own, archived=True)
        self._note(kind, found.id, found.document, stored.document)
        self._world.tell(f"platform: {kind} {found.id} is archived")
        return True

    def archive_bill(self) -> bool:
        """Archive a bill."""
        return self.archive("bill")

    def archive_vendor(self) -> bool:
        """Archive a vendor."""
        return self.archive("vendor")

    def archive_account(self) -> bool:
        """Archive an account."""
        return self.archive("account")

    def restore(self) -> bool:
        """Bring an archived record back, with a field changed."""
        kind = self._chance.choice(("bill", "bill", "vendor", "account"))
        found = self._pick([each for each in self._world.watch.standing(kind) if each.archived])
        if found is None:
            return False
        document = found.document if kind == "bill" else replace(found.document, archived=False)
        if kind != "account" and self._chance.random() < 0.5:
            document = _CHANGES[kind](self, document, "memo" if kind == "bill" else "email") or document
        return self._put(kind, found.id, document, before=found)

    # -- how

    def _put(
        self,
        kind: str,
        key: str,
        document: Document,
        *,
        before: Standing | None = None,
        blind: Document | None = None,
    ) -> bool:
        precondition = Precondition(absent=before is None and blind is None)
        if before is not None:
            precondition = Precondition(revision=before.revision)

        def write(connection: Any) -> StoredRecord:
            now = self._world.clock.now()
            wanted = Write(id=key, document=document, precondition=precondition)
            return record_writes.put(connection, COMPANY, Kind(kind), wanted, now)[0]

        try:
            stored = self._world.at_once(write)
        except RefusedError as refused:
            self._world.tell(f"platform: {kind} {key} is not written: {refused.code}")
            return False
        self._own[kind, key] = stored.document
        old = before.document if before is not None else blind
        moved = self._note(kind, key, old, stored.document)
        how = "blindly " if blind is not None else ""
        self._world.tell(f"platform: {kind} {key} is {how}written: {moved}")
        return True

    def _note(self, kind: str, key: str, before: Document | None, after: Document) -> str:
        look_up = self._world.watch.id_of
        old = of_document(kind, before, look_up) if before is not None else None
        new = of_document(kind, after, look_up)
        self._world.edits.wrote(PLATFORM, kind, key, old, new)
        moved = {name: value for name, value in new.items() if value and (old is None or value != old[name])}
        return ", ".join(f"{name} {value}" for name, value in moved.items()) or "as it was"

    def vendor_changes(self, document: Any, field: str) -> Document | None:
        """Return the vendor with a field set to something new."""
        edits = self._world.edits
        if field == "email":
            return replace(document, email=f"mail{edits.next()}@example.com")
        if field.startswith("no "):
            return replace(document, **{field.removeprefix("no "): None})
        if field.startswith("address."):
            part = {field.partition(".")[2]: edits.text("Street")}
            return replace(document, address=replace(document.address or Address(), **part))
        return replace(document, **{field: edits.text("Vendor" if field == "name" else field)})

    def account_changes(self, document: Any, field: str) -> Document | None:
        """Return the account with a field set to something new."""
        return replace(document, **{field: self._world.edits.text("Account" if field == "name" else "A")})

    def bill_changes(self, document: Any, field: str) -> Document | None:
        """Return the bill with a field set to something new."""
        edits, chance = self._world.edits, self._chance
        lines = document.lines
        at = chance.randrange(len(lines))
        if field in ("memo", "no memo"):
            return replace(document, memo=edits.text("memo") if field == "memo" else None)
        if field in ("due_on", "issued_on"):
            return replace(document, **{field: getattr(edits, field)()})
        if field == "number":
            return replace(document, number=edits.text("P"))
        if field == "vendor":
            others = [each for each in self.vendors() if each.id != document.vendor]
            return replace(document, vendor=chance.choice(others).id) if others else None
        if field == "new line":
            return replace(document, lines=(*lines, self._line()))
        if field == "no line":
            return replace(document, lines=lines[:at] + lines[at + 1 :]) if len(lines) > 1 else None
        if field == "account":
            accounts = self.expense_accounts()
            change: dict[str, Any] = {"account": chance.choice(accounts).id if accounts else None}
        else:
            change = {"amount": edits.amount()} if field == "amount" else {"description": edits.text("goods")}
        return replace(document, lines=(*lines[:at], replace(lines[at], **change), *lines[at + 1 :]))


def is_free(record: Standing) -> bool:
    """Say whether it is an expense account in use: people leave the others alone."""
    document = record.document
    return isinstance(document, Account) and document.type == "Expense" and not record.archived


_CHANGES: dict[str, Callable[[Caller, Any, str], Document | None]] = {
    "vendor": Caller.vendor_changes,
    "account": Caller.account_changes,
    "bill": Caller.bill_changes,
}
_FIELDS = {"vendor": VENDOR_FIELDS, "account": ACCOUNT_FIELDS, "bill": BILL_FIELDS}
