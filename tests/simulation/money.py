"""The oracle of money: what is open, what was paid, and by whom, worked out of each side's own books (I10).

QuickBooks' side is its objects, the platform's its records' documents; balances, statuses and sums are
compared with what follows from those, and every difference between the sides has a cause with a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from service.core.match import marker_of
from service.core.payments import BALANCE_DIFFERS, DIFFERENCES
from service.core.records import Kind, PaymentStatus
from tests.simulation.kinds import ENTITY_OF
from tests.simulation.kinds.payments import BILLS, INVOICES, SORTS, Payments
from tests.simulation.projection import Fields, account_of, cents, mark_of

if TYPE_CHECKING:
    from service.store.records import StoredRecord
    from tests.simulation.agreement import Agreement

ZERO = Decimal(0)
_SORT_OF = {"bill": BILLS, "vendor_credit": BILLS, "invoice": INVOICES}
"""What payments bring down, and which payments do."""
_OWED = ((BILLS, (("bill", 1), ("vendor_credit", -1))), (INVOICES, (("invoice", 1),)))
"""What is owed to or by a party, and what lowers it."""
_DISPUTED = frozenset({"changed_in_quickbooks", "both_changed", "removed_here_changed_there"})
Target = tuple[str, str]
"""Kind and record id of a bill, invoice or credit."""


class Settling(NamedTuple):
    """A live payment of the platform, and its payment in QuickBooks, if that lives."""

    sort: Payments
    record: StoredRecord
    wire: Fields | None
    shares: dict[Target, Decimal]


class Money:
    """All that is owed and paid on both sides at one moment."""

    def __init__(self, agreement: Agreement) -> None:
        self._all = agreement
        self._record_of = {(kind, qbo_id): record for (kind, record), qbo_id in agreement.links.items()}
        self._payments = [
            Settling(sort, each, self._wire_of(sort, each), _shares_here(sort, each.document))
            for sort in SORTS
            for each in sort.live(agreement)
        ]
        self._ours = {
            (each.sort.kind, each.wire["Id"]): each for each in self._payments if each.wire is not None
        }

    def wrong(self) -> Iterator[str]:
        """Say all that doesn't add up."""
        for kind in _SORT_OF:
            yield from self._totals(kind)
            for record in self._all.records[kind]:
                yield from self._standing(kind, record)
                if not record.archived:
                    yield from self._difference(kind, record)
        for sort, kinds in _OWED:
            yield from self._owed(sort, kinds)
        for sort in SORTS:
            yield from self._one_each(sort)
            yield from self._clearing(sort)
        yield from self._come_to_the_same()

    def _wire_of(self, sort: Payments, record: StoredRecord) -> Fields | None:
        """Return the live payment in QuickBooks of a record."""
        qbo_id = self._all.links.get((sort.kind, record.id), "")
        wire = self._all.objects[sort.kind].get(qbo_id)
        return wire if wire is not None and not self._all.there[sort.kind][qbo_id]["voided"] else None

    def _shares_there(self, kind: str, qbo_id: str) -> dict[str, Decimal]:
        """By how much each payment in QuickBooks brings this down."""
        found: dict[str, Decimal] = {}
        for payment, fields in self._all.there[_SORT_OF[kind].kind].items():
            for share in fields["paid"]:
                if (share.entity, share.target) == (ENTITY_OF[kind], qbo_id):
                    found[payment] = found.get(payment, ZERO) + Decimal(share.amount)
        return found

    # -- each side for itself

    def _totals(self, kind: str) -> Iterator[str]:
        """In QuickBooks totals are the sums of their lines, and nothing is paid beyond its amount."""
        for qbo_id, wire in self._all.objects[kind].items():
            fields = self._all.there[kind][qbo_id]
            total = sum((Decimal(line[0]) for line in fields["lines"]), Decimal(fields["tax"]))
            total -= Decimal(fields.get("discount", 0))
            if cents(wire["TotalAmt"]) != cents(total):
                yield f"QuickBooks {kind} {qbo_id}: {wire['TotalAmt']} is not the sum of its lines"
            left = total - sum(self._shares_there(kind, qbo_id).values(), ZERO)
            if cents(wire["Balance"]) != cents(left):
                yield f"QuickBooks {kind} {qbo_id}: its balance is not what its payments leave"
            if left < 0:
                yield f"QuickBooks {kind} {qbo_id} was paid twice: its payments leave {left}"

    def _standing(self, kind: str, record: StoredRecord) -> Iterator[str]:
        """Here amounts are the sums of their lines, and balances what live payments leave of them."""
        document: Any = record.document
        total = sum((line.amount for line in document.lines), document.tax) - getattr(document, "discount", 0)
        if record.amount != total:
            yield f"{kind} {record.id}: {record.amount} is not the sum of its lines"
        mine = [each for each in self._payments if (kind, record.id) in each.shares]
        settled = sum((each.shares[kind, record.id] for each in mine), ZERO)
        if record.balance != total - settled:
            yield f"{kind} {record.id}: {record.balance} is open, and its payments leave {total - settled}"
        waits = any(each.record.document.status is PaymentStatus.SCHEDULED for each in mine)  # type: ignore[union-attr]
        status = "partially_paid" if total > settled else "scheduled" if waits else "paid"
        status = status if settled else "open"
        if record.status != status:
            yield f"{kind} {record.id} is called {record.status}, and is {status}"

    # -- both sides

    def _difference(self, kind: str, record: StoredRecord) -> Iterator[str]:
        """What QuickBooks says is open is known, and what keeps it apart from ours has a name."""
        wire = self._all.objects[kind].get(self._all.links.get((kind, record.id), ""))
        if wire is None:
            return
        words = f"{kind} {record.id} = QuickBooks {kind} {wire['Id']}"
        if cents(record.quickbooks_balance) != cents(wire["Balance"]):
            yield f"{words}: {wire['Balance']} is open there, {record.quickbooks_balance} is said to be"
        told = {
            row.code
            for row in self._all.issues.get((kind, f"balance:{record.id}"), ())
            if row.code in DIFFERENCES
        }
        foreign, unsettled = self._apart((kind, record.id), wire)
        over = (record.balance or ZERO) < 0
        if told and not (over or foreign or unsettled):
            yield f"{words} is called {', '.join(told)}, and nothing keeps its balances apart"
        if over and "paid_twice" not in told:
            yield f"{words}: {record.balance} is open here, and nobody says that it was paid twice"
        named = told - {BALANCE_DIFFERS} or unsettled or self._was_told(foreign, (kind, record.id))
        if foreign and not named and cents(record.balance) != cents(wire["Balance"]):
            yield f"{words}: QuickBooks has payments of {foreign} on it that are not here, and nobody says so"

    def _apart(self, target: Target, wire: Fields) -> tuple[Decimal, bool]:
        """Return what only QuickBooks' payments settle, and whether a payment of it is in dispute."""
        foreign, kind = ZERO, _SORT_OF[target[0]].kind
        disputed = any(
            self._all.states[kind, each.record.id].code in _DISPUTED
            for each in self._payments
            if target in each.shares
        )
        for payment, amount in self._shares_there(target[0], wire["Id"]).items():
            ours = self._ours.get((kind, payment))
            if ours is None and (kind, payment) in self._record_of:
                disputed = True
            elif ours is None:
                foreign += amount
            elif ours.shares.get(target) != amount:
                disputed = True
        return foreign, disputed

    def _was_told(self, amount: Decimal, target: Target) -> bool:
        """The platform was told of payments there that come to this, and could not find which they are."""
        told = [
            each.shares[target]
            for each in self._payments
            if target in each.shares and each.wire is None and not each.record.document.sync  # type: ignore[union-attr]
        ]
        return any(
            sum(some, ZERO) == amount for size in range(1, len(told) + 1) for some in combinations(told, size)
        )

    def _owed(self, sort: Payments, kinds: Iterable[tuple[str, int]]) -> Iterator[str]:
        """By party, what is open here differs from QuickBooks by the payments that only one side has."""
        here: dict[str, Decimal] = {}
        there: dict[str, Decimal] = {}
        for kind, sign in kinds:
            for record in self._all.records[kind]:
                wire = self._all.objects[kind].get(self._all.links.get((kind, record.id), ""))
                if wire is None or record.archived or cents(wire["TotalAmt"]) != cents(record.amount):
                    continue
                party = wire[sort.party_ref]["value"]
                left = (record.balance or ZERO) + self._only_here((kind, record.id), wire["Id"])
                here[party] = here.get(party, ZERO) + sign * left
                there[party] = there.get(party, ZERO) + sign * Decimal(str(wire["Balance"]))
        if here != there:
            yield f"what is owed by {sort.party} differs: {here} here, {there} there"

    def _only_here(self, target: Target, qbo_id: str) -> Decimal:
        """What payments settle here and not in QuickBooks, less what they settle there and not here."""
        there, kind = self._shares_there(target[0], qbo_id), _SORT_OF[target[0]].kind
        apart = -sum((amount for payment, amount in there.items() if (kind, payment) not in self._ours), ZERO)
        for each in self._payments:
            mine = each.shares.get(target, ZERO)
            is_there = each.sort.kind == kind and each.wire is not None
            apart += mine - (there.get(each.wire["Id"], ZERO) if is_there else ZERO)  # type: ignore[index]
        return apart

    # -- payments

    def _one_each(self, sort: Payments) -> Iterator[str]:
        """One record, one payment in QuickBooks; none for what was made there, or was said to be there."""
        company, kind = self._all.site.company, sort.kind
        marks: dict[str, list[str]] = {}
        for qbo_id, wire in self._all.objects[kind].items():
            if mark := mark_of(wire):
                marks.setdefault(mark, []).append(qbo_id)
        for record in self._all.records[kind]:
            bear = marks.get(marker_of(company, Kind(kind), record.id), [])
            alive = [each for each in bear if not self._all.there[kind][each]["voided"]]
            if len(alive) > 1 and not self._all.site.world.may_double:
                yield f"QuickBooks payments {', '.join(alive)} are all of {kind} {record.id}"
            if bear and record.origin == "quickbooks" and not self._was_restored(kind, record):
                yield f"{kind} {record.id} was made in QuickBooks, and echoed as {', '.join(bear)}"
            if bear and self._was_never_to_be_sent(kind, record):
                yield f"{kind} {record.id} was in QuickBooks already, and was sent as {', '.join(bear)}"

    def _come_to_the_same(self) -> Iterator[str]:
        """What a payment comes to is the same on both sides."""
        for each in self._payments:
            kind, record = each.sort.kind, each.record
            if each.wire is None or self._all.states[kind, record.id].sync_state != "agreed":
                continue
            if cents(each.wire["TotalAmt"]) != cents(record.amount):
                yield f"{kind} {record.id} comes to {record.amount}, there to {each.wire['TotalAmt']}"

    def _was_restored(self, kind: str, record: StoredRecord) -> bool:
        """A person archived it here, by which it was deleted in QuickBooks, and brought it back."""
        return any(each.archived for each in self._all.site.watch.versions[kind, record.id])

    def _was_never_to_be_sent(self, kind: str, record: StoredRecord) -> bool:
        versions = self._all.site.watch.versions[kind, record.id]
        return not any(each.document.sync for each in versions)  # type: ignore[union-attr]

    def _clearing(self, sort: Payments) -> Iterator[str]:
        """A clearing account holds what online payments moved on it, and what transfers did."""
        account = self._all.links.get(("account", getattr(self._all.preferences, sort.clearing) or ""))
        wire = self._all.objects["account"].get(account or "")
        if wire is None:
            return
        balance = ZERO
        for qbo_id, payment in self._all.objects[sort.kind].items():
            if account_of(payment) == account:
                balance += sort.sign * self._moved(sort.kind, qbo_id, Decimal(str(payment["TotalAmt"])))
        for qbo_id, entry in self._all.there["funds_transfer"].items():
            sides = (entry["to_account"] == account) - (entry["from_account"] == account)
            balance += sides * self._moved("funds_transfer", qbo_id, Decimal(entry["amount"]))
        if cents(wire["CurrentBalance"]) != cents(balance):
            yield f"{sort.clearing} holds {wire['CurrentBalance']}, by payments and transfers {balance}"

    def _moved(self, kind: str, qbo_id: str, there: Decimal) -> Decimal:
        """What moved: as our record says, where nothing about it is in dispute."""
        key = self._record_of.get((kind, qbo_id), "")
        record = next((each for each in self._all.records[kind] if each.id == key), None)
        if record is None or record.archived or record.status == PaymentStatus.VOIDED:
            return there
        if self._all.states[kind, key].sync_state != "agreed" or record.amount is None:
            return there
        return record.amount


def _shares_here(sort: Payments, document: Any) -> dict[Target, Decimal]:
    found: dict[Target, Decimal] = {}
    for kind, target, amount in sort.settled_by(document):
        found[kind, target] = found.get((kind, target), ZERO) + amount
    return found
