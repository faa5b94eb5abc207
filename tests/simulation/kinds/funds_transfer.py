"""Transfers of funds: journal entries that clear what online payments left on the clearing account."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Document, FundsTransfer, Method, amount_of
from tests.simulation.chart import PAYING
from tests.simulation.kinds.expenses import is_copied
from tests.simulation.kinds.kind import Keys, SimulatedKind
from tests.simulation.kinds.payments import SORTS
from tests.simulation.projection import Fields, LookUp, cents, day, mark_of, named, reference

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller

_DETAIL = "JournalEntryLineDetail"


def _of_quickbooks(wire: Fields) -> Fields:
    sides = {line[_DETAIL]["PostingType"]: line for line in wire.get("Line") or () if _DETAIL in line}
    debit, credit = sides.get("Debit", {}), sides.get("Credit", {})
    return {
        "moved_on": wire.get("TxnDate"),
        "currency": reference(wire.get("CurrencyRef")) or "USD",
        "memo": wire.get("PrivateNote") or None,
        "amount": cents(debit["Amount"]) if debit else None,
        "to_account": reference(debit.get(_DETAIL, {}).get("AccountRef")),
        "from_account": reference(credit.get(_DETAIL, {}).get("AccountRef")),
    }


def _of_document(document: Any, id_of: LookUp) -> Fields:
    return {
        "moved_on": day(document.moved_on),
        "currency": document.currency or "USD",
        "memo": document.memo,
        "amount": cents(document.amount),
        "to_account": named(id_of, "account", document.to_account),
        "from_account": named(id_of, "account", document.from_account),
    }


# -- people


def _posting(side: str, account: str, amount: Decimal) -> Wire:
    detail = {"PostingType": side, "AccountRef": {"value": account}}
    return {"Amount": amount, "DetailType": _DETAIL, _DETAIL: detail}


def _new_there(there: Bookkeeper) -> bool:
    """Enter a journal entry, which is nobody's business here."""
    edits = there.site.edits
    found = [each["Id"] for each in there.all("account") if each["Name"] in PAYING]
    debited, credited = there.chance.sample(found, 2)
    amount = edits.amount()
    body: Wire = {
        "TxnDate": edits.issued_on().isoformat(),
        "PrivateNote": edits.text("journal"),
        "Line": [_posting("Debit", debited, amount), _posting("Credit", credited, amount)],
    }
    return there.create("funds_transfer", body)


def _new_here(here: Caller) -> bool:
    """Clear what online payments left on a clearing account, or move other money between two accounts."""
    edits, chance = here.site.edits, here.chance
    accounts = [each.id for each in here.all("account") if getattr(each.document, "name", "") in PAYING]
    if len(accounts) < 2:
        return False
    source, target = chance.sample(accounts, 2)
    payments: list[Any] = []
    sort = chance.choice(SORTS)
    clearing = getattr(here.site.preferences(), sort.clearing)
    if clearing is not None and chance.random() < 0.8:
        moved: list[Any] = [each for each in here.free(sort.kind) if _is_online(each.document)]
        payments = chance.sample(moved, min(len(moved), chance.choice((1, 1, 2))))
        source, target = (source, clearing) if sort.sign < 0 else (clearing, target)
    total = sum((amount_of(each.document) or Decimal(0) for each in payments), Decimal(0))
    document = FundsTransfer(
        moved_on=edits.issued_on(),
        from_account=source,
        to_account=target,
        amount=total or edits.amount(),
        memo=edits.text("transfer") if chance.random() < 0.5 else None,
        payments=tuple(each.id for each in payments),
    )
    return here.put("funds_transfer", f"t{edits.next()}", document)


def _is_online(document: Any) -> bool:
    return bool(document.method is Method.ONLINE)


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    edits = there.site.edits
    if name == "memo":
        return {"PrivateNote": edits.text("journal")}
    if name == "moved_on":
        return {"TxnDate": edits.issued_on().isoformat()}
    if name == "amount":
        amount = edits.amount()
        return {"Line": [line | {"Amount": amount} for line in found["Line"]]}
    return {"DocNumber": edits.text("J")} if mark_of(found) and there.chance.random() < 0.3 else None


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    edits = here.site.edits
    if name == "memo":
        return replace(document, memo=edits.text("transfer"))
    if name == "moved_on":
        return replace(document, moved_on=edits.issued_on())
    return replace(document, amount=edits.amount()) if name == "amount" else None


def _parents(fields: Fields) -> Keys:
    return [("account", fields["from_account"]), ("account", fields["to_account"])]


KIND = SimulatedKind(
    name="funds_transfer",
    entity="JournalEntry",
    rank=60,
    is_list=False,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset({"TxnDate", "PrivateNote", "Line", "CurrencyRef"}),
    fields=("memo", "memo", "moved_on", "amount", "mark"),
    change_there=_change_there,
    change_here=_change_here,
    new_there=_new_there,
    new_here=_new_here,
    weights={"new_there": 1, "new_here": 4, "edit_there": 2, "edit_here": 3, "delete_there": 1}
    | {"archive_here": 1, "restore": 1, "both": 1},
    populates=(1, 0),
    key_of=lambda fields: (
        fields["moved_on"],
        fields["amount"],
        fields["from_account"],
        fields["to_account"],
    ),
    parents_of=_parents,
    restored="memo",
    is_history=lambda wire: mark_of(wire) is None,
    reasons={
        "direction": lambda _, c: c.record is None,
        "duplicate_in_quickbooks": is_copied,
        "changed_in_quickbooks": lambda _, c: bool(c.differing),
        "removed_in_quickbooks": lambda _, c: c.wire is None,
    },
)
