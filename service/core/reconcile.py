"""What a difference is: between the two sides, or between what is kept and what it follows from. Pure.

What must stay true: two sides that agree make no difference; every difference has a code, and what the
amounts of a document's differences come to is by how much its open balance here exceeds QuickBooks'.
All content is in wire space.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from service.core.decide_payment import without_idle_account
from service.core.merge import AMOUNT, changed_fields, equal_lines
from service.core.payments import Application, Target, difference
from service.core.records import (
    LISTS,
    NEVER_SYNCED,
    PAYMENTS,
    SETTLED,
    ZERO,
    Document,
    Itemised,
    Kind,
    Payment,
    amount_of,
    is_voided,
)

_MONEY = AMOUNT | {"credits", "unmapped", "unapplied", "amount"}
"""What makes up what a document comes to."""
_OPEN_QUESTIONS = frozenset({"skipped", "held", "failed", "conflict"})
_MAY_BE_VOIDED = frozenset({Kind.INVOICE, *PAYMENTS})


class Discrepancy(Struct, frozen=True, kw_only=True):
    """One thing that is not alike on both sides, or doesn't follow from what it should.

    `amount` is by how much money the platform has more than QuickBooks because of it. `party` and `account`
    are the ids of records, or QuickBooks' behind `quickbooks:`.
    """

    code: str
    kind: Kind | None = None
    record: str | None = None
    quickbooks_id: str | None = None
    field: str | None = None
    platform: Any = None
    quickbooks: Any = None
    amount: Decimal | None = None
    currency: str | None = None
    party: str | None = None
    account: str | None = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """What makes two findings one, whenever they are found and whatever explains them by then."""
        return self.kind, self.record, self.quickbooks_id, self.field


class Here(Struct, frozen=True, kw_only=True):
    """A record; `state` and `code` say where its sync stands."""

    id: str
    content: Document
    archived: bool = False
    undecided: bool = False
    state: str = "agreed"
    code: str | None = None
    balance: Decimal | None = None

    @property
    def is_gone(self) -> bool:
        """Say whether it was archived or voided here."""
        return self.archived or is_voided(self.content)

    @property
    def cause(self) -> str | None:
        """What its sync says about it, unless that is to be looked at again."""
        return self.code if self.state in _OPEN_QUESTIONS and not self.undecided else None


class There(Struct, frozen=True, kw_only=True):
    """An object of QuickBooks'; `doubles`: it bears the mark of a record that is linked with another one."""

    id: str
    content: Document
    deleted: bool = False
    voided: bool = False
    undecided: bool = False
    code: str | None = None
    has_issue: bool = False
    balance: Decimal | None = None
    doubles: bool = False


class Couple(Struct, frozen=True, kw_only=True):
    """A linked pair with its base; `target` is what is applied to a bill, invoice or credit."""

    kind: Kind
    here: Here
    there: There
    base: Document
    target: Target | None = None

    @property
    def undecided(self) -> bool:
        """Say whether a side of it is known to have moved."""
        return self.here.undecided or self.there.undecided

    def with_target(self, target: Target | None) -> "Couple":
        """Return the pair with what is applied to it."""
        return replace(self, target=target)


def compare(couple: Couple) -> list[Discrepancy]:
    """List what keeps a linked pair apart."""
    gone_here, gone_there = _gone(couple)
    if gone_here and gone_there:
        return []
    if gone_here or gone_there:
        code = "gone_here" if gone_here else "gone_in_quickbooks"
        amount = -open_there(couple.kind, couple.there) if gone_here else open_here(couple.kind, couple.here)
        return [_of(couple, _named(couple, code), amount=amount)]
    here, there, base = _comparable(couple)
    fields = differing_fields(couple.kind, here, there)
    if fields:
        code = _named(couple, _who_moved(couple.kind, here, there, base))
        found = _by_field(couple, fields, code)
    elif not couple.undecided and differing_fields(couple.kind, here, base):
        found = [_of(couple, "base_outdated", field="base")]
    else:
        found = []
    return [*found, *_balance(couple)]


def alone_here(kind: Kind, here: Here) -> list[Discrepancy]:
    """Say why a record has no counterpart; one that is left out for good, and worth nothing, is none."""
    if here.is_gone:
        return []
    amount = open_here(kind, here)
    if here.cause and here.state == "skipped" and not amount:
        return []
    code = here.cause or here.code or ("new_here" if here.undecided else "unlinked")
    return [Discrepancy(code=code, kind=kind, record=here.id, amount=amount)]


def alone_there(kind: Kind, there: There) -> list[Discrepancy]:
    """Say why an object of QuickBooks' has no record."""
    if there.deleted:
        return []
    amount = -open_there(kind, there)
    code = "duplicate_in_quickbooks" if there.doubles else there.code
    if code == there.code and code and not (there.undecided or there.has_issue or amount):
        return []
    code = code or ("new_in_quickbooks" if there.undecided else "unlinked")
    return [Discrepancy(code=code, kind=kind, quickbooks_id=there.id, amount=amount)]


def open_here(kind: Kind, here: Here) -> Decimal:
    """Return what a record is worth to the totals: what is open of it, or what a payment comes to."""
    if here.is_gone:
        return ZERO
    return (here.balance if kind in SETTLED else amount_of(here.content)) or ZERO


def open_there(kind: Kind, there: There) -> Decimal:
    """Return what an object of QuickBooks' is worth to the totals."""
    if there.deleted or there.voided or kind in NEVER_SYNCED:
        return ZERO
    if kind not in SETTLED:
        return amount_of(there.content) or ZERO
    return there.balance if there.balance is not None else ZERO


def balances_apart(couple: Couple) -> Decimal:
    """Return by how much more is open here than in QuickBooks, beyond what the amounts themselves differ."""
    here, there = couple.here, couple.there
    if couple.kind not in SETTLED or here.balance is None or there.balance is None:
        return ZERO
    amounts = (amount_of(here.content) or ZERO) - (amount_of(there.content) or ZERO)
    return here.balance - there.balance - amounts


def differing_fields(kind: Kind, one: Document, other: Document) -> tuple[str, ...]:
    """Name the fields in which two sides differ; lines that differ in their ids alone are the same lines."""
    changed = changed_fields(kind, one, other)
    if not (isinstance(one, Itemised) and isinstance(other, Itemised)):
        return changed
    return tuple(name for name in changed if name != "lines" or not equal_lines(one.lines, other.lines))


def stale_columns(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that don't follow from their document, with what they should hold."""
    return {name: value for name, value in expected.items() if stored[name] != value}


DECIDED_ANEW = frozenset({"drifted", "unlinked", "base_outdated", "gone_unnoticed", "balance_unexplained"})
"""What nobody told of: whatever it concerns is looked at by the plan that follows."""


def _gone(couple: Couple) -> tuple[bool, bool]:
    if couple.kind in LISTS:  # inactive there and archived here is one bit of the content
        return False, False
    there = couple.there
    return couple.here.is_gone, there.deleted or (there.voided and couple.kind in _MAY_BE_VOIDED)


def _comparable(couple: Couple) -> tuple[Document, Document, Document]:
    here, there, base = couple.here.content, couple.there.content, couple.base
    if couple.kind in LISTS and couple.there.deleted:
        there = replace(there, archived=True)
    if isinstance(there, Payment) and isinstance(base, Payment):
        there = without_idle_account(there, base)
    return here, there, base


def _named(couple: Couple, moved: str) -> str:
    """Its code explains a difference; else somebody has just moved a side, or nobody knows."""
    if couple.here.cause:
        return couple.here.cause
    if couple.undecided:
        return moved
    return "gone_unnoticed" if moved.startswith("gone") else "drifted"


def _who_moved(kind: Kind, here: Document, there: Document, base: Document) -> str:
    ours, theirs = differing_fields(kind, here, base), differing_fields(kind, there, base)
    if ours and theirs:
        return "edited_on_both_sides"
    return "edited_here" if ours else "edited_in_quickbooks"


def _by_field(couple: Couple, fields: Iterable[str], code: str) -> list[Discrepancy]:
    """One row a field; what they make of money stands on the first that makes up the amount."""
    names = list(fields)
    bearing = next((name for name in names if name in _MONEY), None)
    amount = (amount_of(couple.here.content) or ZERO) - (amount_of(couple.there.content) or ZERO)
    return [_of(couple, code, field=name, amount=amount if name == bearing else None) for name in names]


def _balance(couple: Couple) -> list[Discrepancy]:
    """What is open differs by more than the amounts do: payments of one side that the other hasn't."""
    amount = balances_apart(couple)
    if not amount:
        return []
    found = _of(couple, _why_apart(couple), field="balance", amount=amount)
    return [replace(found, platform=couple.here.balance, quickbooks=couple.there.balance)]


def _why_apart(couple: Couple) -> str:
    target = couple.target
    named = difference(target) if target is not None else None
    if target is not None and named is None:
        waiting = next((each for each in target.applications if not each.linked or each.code), None)
        if waiting is not None:
            return _why_waiting(waiting)
    if couple.undecided:
        return "balance_moved"
    return named.code if named is not None else "balance_unexplained"


def _why_waiting(payment: Application) -> str:
    if payment.code:
        return payment.code
    return "payment_not_sent" if payment.sync else "sync_off"


def _of(couple: Couple, code: str, *, field: str | None = None, amount: Decimal | None = None) -> Discrepancy:
    return Discrepancy(
        code=code,
        kind=couple.kind,
        record=couple.here.id,
        quickbooks_id=couple.there.id,
        field=field,
        amount=amount,
    )
