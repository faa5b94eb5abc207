"""The oracle of restraint: a write changes what it is about, and nothing else.

What the service does not map stays as it was (I9), and money that is settled is not touched (I10).
"""

from decimal import Decimal
from typing import Any

from service.core.records import PaymentStatus, amount_of
from service.sandbox import JournalEntry
from tests.simulation.kinds import KIND_OF, KINDS
from tests.simulation.kinds.payments import SORT_OF
from tests.simulation.projection import PAID, account_of, cents, reference
from tests.simulation.site import Site
from tests.simulation.watch import Version

Doc = dict[str, Any]
_SETTLED = frozenset(PAID)
_DERIVED = frozenset(
    {
        "SyncToken",
        "MetaData",
        "Balance",
        "BalanceWithJobs",
        "TotalAmt",
        "LinkedTxn",
        "FullyQualifiedName",
        "domain",
        "sparse",
    }
)


class Restraint:
    """Compares each of the service's updates with what was there before it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._last: dict[tuple[str, str], Doc] = {
            (entity, wire["Id"]): wire for entity in KIND_OF for wire in site.quickbooks.all(entity)
        }
        self._paid: dict[str, set[str]] = {}
        """The payments of each bill, invoice or credit."""

    def take(self, entry: JournalEntry) -> None:
        """Take in the next write, whoever made it, and check it if the service did."""
        if entry.entity in SORT_OF:
            self._take_payment(entry)
        if entry.entity not in KIND_OF:
            return
        if entry.operation == "merge":
            self._last |= {
                (entity, wire["Id"]): wire for entity in KIND_OF for wire in self._site.quickbooks.all(entity)
            }
            return
        key = (entry.entity, entry.id)
        before = self._last.get(key)
        if entry.operation == "delete":
            self._last.pop(key, None)
            if entry.actor == "api" and self._paid.get(entry.id):
                self._site.complain("I10", f"{entry.entity} {entry.id} was deleted with payments on it")
            return
        after = entry.result
        self._last[key] = after
        if entry.actor == "api" and before is not None:
            self._unmapped(entry, before, after)
            if entry.entity in _SETTLED and self._paid.get(entry.id):
                self._settled(entry, before, after)
            if entry.entity in SORT_OF and entry.operation == "update":
                self._posted(entry, before, after)
        if entry.actor == "api" and entry.entity == "BillPayment" and entry.operation == "create":
            self._applied(entry, after)

    def _take_payment(self, entry: JournalEntry) -> None:
        for payments in self._paid.values():
            payments.discard(entry.id)
        if entry.operation == "delete":
            return
        for line in entry.result.get("Line") or ():
            self._paid.setdefault(line["LinkedTxn"][0]["TxnId"], set()).add(entry.id)

    def _unmapped(self, entry: JournalEntry, before: Doc, after: Doc) -> None:
        free = _DERIVED | KINDS[KIND_OF[entry.entity]].mapped
        before, after = _unnamed(before), _unnamed(after)
        moved = [
            name for name in {**before, **after} if name not in free and before.get(name) != after.get(name)
        ]
        lines = {line.get("Description"): _unmapped_of(line) for line in after.get("Line", ())}
        for line in before.get("Line", ()):
            words = line.get("Description")
            if words and words in lines and _unmapped_of(line) != lines[words]:
                moved.append(f"line {words}")
        if moved:
            self._site.complain(
                "I9", f"an update of {entry.entity} {entry.id} changed {', '.join(sorted(moved))}, too"
            )

    def _settled(self, entry: JournalEntry, before: Doc, after: Doc) -> None:
        if _money(before) != _money(after):
            words = f"the money of {entry.entity} {entry.id} was changed with payments on it"
            self._site.complain("I10", words)

    def _posted(self, entry: JournalEntry, before: Doc, after: Doc) -> None:
        """What a payment moved stays, unless a person has chosen the platform's side of a dispute."""
        kind = KIND_OF[entry.entity]
        record = self._site.watch.record_of.get((kind, entry.id), "")
        is_chosen = (kind, record) in self._site.edits.decided
        if _payment(before) != _payment(after) and not is_chosen:
            self._site.complain("I10", f"the money of payment {entry.id} was changed after it was posted")

    def _applied(self, entry: JournalEntry, after: Doc) -> None:
        """A credit is applied without money only to bills that payments have covered here at some time."""
        kinds = {line["LinkedTxn"][0]["TxnType"] for line in after.get("Line") or ()}
        watch = self._site.watch
        if after["TotalAmt"] != 0 or "VendorCredit" not in kinds or self._site.credits_at_once:
            return
        for line in after["Line"]:
            link = line["LinkedTxn"][0]
            bill = watch.record_of.get(("bill", link["TxnId"]))
            if link["TxnType"] != "Bill" or bill is None:
                continue
            amounts = [amount_of(each.document) for each in watch.versions["bill", bill]]
            covered = sum((_most(versions, bill) for versions in watch.all_of("bill_payment")), Decimal(0))
            if covered < min(each for each in amounts if each is not None):
                words = f"payment {entry.id} applies a credit to bill {bill}, of which {covered} is covered"
                self._site.complain("I10", words)


def _unnamed(value: Any) -> Any:
    """Leave the names of references out: they are looked up at each read."""
    if isinstance(value, dict):
        hidden = {"name"} if "value" in value else set()
        return {key: _unnamed(each) for key, each in value.items() if key not in hidden}
    return [_unnamed(each) for each in value] if isinstance(value, list) else value


_MAPPED = frozenset(
    {"AccountRef", "ItemRef", "Qty", "UnitPrice", "ClassRef", "CustomerRef", "BillableStatus"}
)


def _unmapped_of(line: Doc) -> Doc:
    detail = line.get(line.get("DetailType", "")) or {}
    return {name: value for name, value in detail.items() if name not in _MAPPED}


def _most(versions: list[Version], bill: str) -> Decimal:
    """The most by which a payment has ever brought this bill down."""
    return max(
        (
            sum((line.amount for line in each.document.lines if line.bill == bill), Decimal(0))  # type: ignore[union-attr]
            for each in versions
            if not each.archived and each.document.status is not PaymentStatus.VOIDED  # type: ignore[union-attr]
        ),
        default=Decimal(0),
    )


def _payment(wire: Doc) -> tuple[Any, ...]:
    shares = sorted((str(line["LinkedTxn"]), cents(line["Amount"])) for line in wire.get("Line") or ())
    return _party(wire), wire["TxnDate"], cents(wire["TotalAmt"]), shares, account_of(wire)


def _money(wire: Doc) -> tuple[Any, ...]:
    amounts = sorted(cents(line["Amount"]) for line in wire["Line"])
    return _party(wire), wire["TxnDate"], cents(wire["TotalAmt"]), amounts


def _party(wire: Doc) -> str | None:
    return reference(wire.get("VendorRef") or wire.get("CustomerRef"))
