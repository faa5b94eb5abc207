"""What people do with payments of either sort: parts, voids, and what the platform has to refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Document, Method, PaymentStatus
from tests.simulation.kinds.payments import Payments
from tests.simulation.projection import mark_of

if TYPE_CHECKING:
    from service.store.records import StoredRecord
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

ZERO = Decimal(0)
_CENT = Decimal("0.01")
APART = (0, 0, 1, 4, 9)
"""By how many days the two sides may date one payment apart."""


def part(who: Bookkeeper | Caller, balance: Decimal) -> Decimal:
    """Return a balance, or half of it."""
    half = (balance / 2).quantize(_CENT)
    return half if half and who.chance.random() < 0.4 else balance


def with_mates(who: Bookkeeper | Caller, chosen: Any, mates: list[Any]) -> list[Any]:
    """Return what is paid with what: mostly one bill or invoice, sometimes two or three."""
    more = who.chance.choice((0, 0, 0, 1, 2))
    return [chosen, *who.chance.sample(mates, min(more, len(mates)))]


# -- in QuickBooks


def open_there(there: Bookkeeper, kind: str) -> list[Wire]:
    """Return the bills, invoices or credits of which something is open."""
    return [each for each in there.all(kind) if each["Balance"] > 0]


def link(entity: str, target: str, amount: Decimal) -> Wire:
    """Return a payment's line."""
    return {"Amount": amount, "LinkedTxn": [{"TxnId": target, "TxnType": entity}]}


def memo_there(there: Bookkeeper, found: Wire, word: str) -> Wire:
    """Write another note, mostly above our mark."""
    mark, memo = mark_of(found), there.site.edits.text(word)
    return {"PrivateNote": f"{memo}\nsync:{mark}" if mark and there.chance.random() < 0.85 else memo}


def part_there(found: Wire, entity: str) -> Wire | None:
    """Pay only half of what the first line pays."""
    line = found["Line"][0]
    half = (Decimal(str(line["Amount"])) / 2).quantize(_CENT)
    total = Decimal(str(found["TotalAmt"])) - (Decimal(str(line["Amount"])) - half)
    if line["LinkedTxn"][0]["TxnType"] != entity or not half or total < 0:
        return None
    return {"TotalAmt": total, "Line": [line | {"Amount": half}, *found["Line"][1:]]}


def void_there(people: People, sort: Payments) -> bool:
    """Void a payment in QuickBooks."""
    there, books = people.there, people.site.quickbooks
    linked = {qbo_id for key, qbo_id in people.site.pairs() if key[0] == sort.kind}
    found = there.pick([each for each in there.all(sort.kind) if each.get("Line")])
    if found is None:
        return False
    done = there.does(f"{sort.kind} {found['Id']} is voided", lambda: books.void(sort.entity, found["Id"]))
    if done and (found["Id"] in linked or mark_of(found) is None):
        people.site.edits.saw(sort.of_quickbooks(found))
    return done


# -- on the platform


def open_here(here: Caller, kind: str) -> list[StoredRecord]:
    """Return the bills, invoices or credits of which something is open here."""
    found = [each for each in here.site.records(kind) if not each.archived and (each.balance or ZERO) > 0]
    return sorted(found, key=lambda each: here.site.name_here(kind, each.id))


def account_here(here: Caller, names: frozenset[str]) -> str | None:
    """Choose one of these accounts, or leave that to the preferences."""
    found = [each for each in here.all("account") if getattr(each.document, "name", "") in names]
    return here.chance.choice(found).id if found and here.chance.random() < 0.6 else None


def is_voided_here(document: Any) -> bool:
    """Say whether a payment is voided on the platform."""
    return bool(document.status is PaymentStatus.VOIDED)


def change_here(
    here: Caller, document: Any, name: str, sort: Payments, accounts: frozenset[str]
) -> Document | None:
    """Correct a field of a payment on the platform."""
    edits = here.site.edits
    if is_voided_here(document):
        return None
    if name == "status":
        return replace(document, status=sort.done)
    if name == sort.day:
        return replace(document, **{name: edits.issued_on()})
    if name == "account":
        chosen = account_here(here, accounts) if document.method is Method.OFFLINE else None
        return replace(document, **{sort.account: chosen}) if document.method is Method.OFFLINE else None
    if name == "part":
        return _part_here(here, document, sort)
    return replace(document, **{name: edits.text("R" if name == "reference" else "paid")})


def _part_here(here: Caller, document: Any, sort: Payments) -> Document | None:
    """Pay only half of what the first line pays."""
    first, rest = document.lines[0], document.lines[1:]
    half = (first.amount / 2).quantize(_CENT)
    paid: Any = here.site.watch.versions[sort.paid, getattr(first, sort.paid)][-1].document
    if (
        not half
        or getattr(document, "credits", ())
        or getattr(paid, sort.party) != getattr(document, sort.party)
    ):
        return None  # what QuickBooks gave to another party takes no new share
    return replace(document, lines=(replace(first, amount=half), *rest))


def void_here(people: People, sort: Payments, target: str | None = None) -> bool:
    """Void this payment on the platform, or any."""
    here = people.here
    live = [each for each in here.free(sort.kind) if not is_voided_here(each.document)]
    found = here.pick([each for each in live if target in (None, each.id)])
    if found is None:
        return False
    people.site.edits.saw(people.site.fields_of(sort.kind, found.document))
    voided = replace(found.document, status=PaymentStatus.VOIDED)  # type: ignore[call-arg]
    return here.put(sort.kind, found.id, voided, before=found)


# -- on both sides


def open_on_both(people: People, kind: str) -> list[tuple[StoredRecord, Wire]]:
    """Return what is linked and open on both sides."""
    there = {each["Id"]: each for each in open_there(people.there, kind)}
    known = {record: qbo_id for (of, record), qbo_id in people.site.pairs() if of == kind}
    return [
        (each, there[known[each.id]]) for each in open_here(people.here, kind) if known.get(each.id) in there
    ]


def change_what_is_fixed(people: People, sort: Payments) -> bool:
    """Try to undo a void, or to change what moved money in QuickBooks."""
    here, site = people.here, people.site
    found = here.pick(here.free(sort.kind))
    if found is None:
        return False
    document: Any = found.document
    origin = next(each.origin for each in site.records(sort.kind) if each.id == found.id)
    if is_voided_here(document):
        changed = replace(document, status=sort.done)
        return here.must_fail(sort.kind, found.id, changed, before=found, code="payment_voided")
    if origin == "quickbooks":
        changed = replace(document, memo=site.edits.text("paid"))
        return here.must_fail(sort.kind, found.id, changed, before=found, code="made_in_quickbooks")
    if (sort.kind, found.id) not in site.watch.links:
        return False
    changed = replace(document, **{sort.day: site.edits.issued_on()})
    return here.must_fail(sort.kind, found.id, changed, before=found, code="payment_posted")
