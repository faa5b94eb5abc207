"""What a write moves beside its own object: balances of accounts and parties, and what payments use up.

A write applies the difference between the effects of the old version and of the new one. Accounts, vendors
and customers get a new LastUpdatedTime and keep their SyncToken; what a payment is applied to gets both
(recorded).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.declare import Effects
from service.sandbox.deviations import Deviation
from service.sandbox.entities.accounts import WITHOUT_BALANCE
from service.sandbox.stored import Stored

ZERO = Decimal(0)
CREDITS = frozenset({"VendorCredit", "CreditMemo"})
Key = TypeVar("Key")


def differences(before: Mapping[Key, Decimal], after: Mapping[Key, Decimal]) -> Iterator[tuple[Key, Decimal]]:
    """Answer by how much each key moves, those that stand still left out."""
    for key in {**before, **after}:
        delta = after.get(key, ZERO) - before.get(key, ZERO)
        if delta:
            yield key, delta


def check_applied(books: Books, before: Effects, after: Effects) -> None:
    """Refuse to apply more than what is open (6000)."""
    for (kind, target_id), delta in differences(before.applied, after.applied):
        target = books.find(kind, target_id)
        accepted = Deviation.OVERAPPLICATION_ACCEPTED in books.deviations
        if target is not None and delta > 0 and (target.balance or ZERO) < delta and not accepted:
            raise errors.business(
                f"The amount applied to {kind} {target_id} is greater than the open balance {target.balance}."
            )
    for kind, target_id in after.locks - before.locks:
        if books.find(kind, target_id) is None:
            raise errors.bad_reference(kind, target_id)


def post(books: Books, source: Stored, before: Effects, after: Effects, at: int) -> list[Stored]:
    """Apply the difference; answer the transactions whose SyncToken moved with it."""
    for key, delta in differences(before.accounts, after.accounts):
        account = account_of(books, key)
        if account is not None:
            _post_account(books, account, delta, at)
    for (kind, party_id), delta in differences(before.parties, after.parties):
        party = books.find(kind, party_id)
        if party is not None:
            move(books, party, delta, at)
    return [*_apply(books, source, before, after, at), *_lock(books, source, before, after, at)]


def account_of(books: Books, key: str) -> Stored | None:
    """Find the account of an effect: an id, or `@kind@currency` for the company's own of a kind."""
    if not key.startswith("@"):
        return books.find("Account", key)
    kind, _, currency = key[1:].partition("@")
    if kind == "Undeposited":
        found = books.undeposited_funds()
    else:
        found = books.account_of_type(kind, currency or None) or books.account_of_type(kind)
    return books.find("Account", found) if found is not None else None


def _post_account(books: Books, account: Stored, debit: Decimal, at: int) -> None:
    """A credit card shows what is owed as a positive balance, other liabilities as a negative one."""
    kind = books.column(account, "AccountType")
    if kind not in WITHOUT_BALANCE:
        move(books, account, -debit if kind == "Credit Card" else debit, at)


def move(books: Books, stored: Stored, delta: Decimal, at: int) -> None:
    """Change a balance, and the sums of its parents."""
    touch(books, stored, at, moves_time=books.knobs.balance_time_moves)
    if stored.entity.rollup is not None:
        for one in (stored, *ancestors(books, stored)):
            roll_up(books, one, delta, at)
    stored.balance = (stored.balance or ZERO) + delta


def roll_up(books: Books, stored: Stored, delta: Decimal, at: int) -> None:
    """Change what an object and those below it come to."""
    touch(books, stored, at, moves_time=books.knobs.balance_time_moves)
    stored.rollup = rolled_up(stored) + delta


def rolled_up(stored: Stored) -> Decimal:
    """Answer what an object and those below it come to."""
    return stored.rollup if stored.rollup is not None else stored.balance or ZERO


def ancestors(books: Books, stored: Stored) -> Iterator[Stored]:
    """Answer the parents of a list object, the nearest first."""
    seen = {stored.id}
    parent_id = stored.parent
    while parent_id is not None and parent_id not in seen:
        seen.add(parent_id)
        parent = books.find(stored.entity.name, parent_id)
        if parent is None:
            return
        yield parent
        parent_id = parent.parent


def touch(books: Books, stored: Stored, at: int, *, token: bool = False, moves_time: bool = True) -> None:
    """Move an object's LastUpdatedTime, and its SyncToken where asked."""
    if books.knobs.read_lag:
        _keep_version(books, stored)
    if moves_time:
        stored.updated = at
    stored.rendered = None
    if token:
        stored.token += 1
    books.shelves[stored.entity.name].moved(stored)


def _keep_version(books: Books, stored: Stored) -> None:
    """Keep what lagging readers still see, and no more than that."""
    now = books.now().timestamp()
    version = stored.copy()
    if version.written_at <= now - books.knobs.read_lag.total_seconds():
        version.previous = None
    stored.previous = version
    stored.written_at = now


def _apply(books: Books, source: Stored, before: Effects, after: Effects, at: int) -> list[Stored]:
    moved: list[Stored] = []
    link = (source.id, source.entity.link_type)
    moves_token = books.knobs.linked_token_moves and Deviation.LINKED_TOKEN_STAYS not in books.deviations
    for (kind, target_id), delta in differences(before.applied, after.applied):
        target = books.find(kind, target_id)
        if target is None or target.entity.balance is None:
            continue
        touch(books, target, at, token=moves_token)
        if not _is_passed_over(books, kind, first=not moved):
            target.balance = (target.balance or ZERO) - delta
        _link(target, link, linked=bool(after.applied.get((kind, target_id))))
        moved.append(target)
    return moved


def _is_passed_over(books: Books, kind: str, *, first: bool) -> bool:
    if kind in CREDITS and Deviation.CREDIT_NOT_USED_UP in books.deviations:
        return True
    return not first and Deviation.ONLY_FIRST_LINE_PAYS in books.deviations


def _lock(books: Books, source: Stored, before: Effects, after: Effects, at: int) -> list[Stored]:
    moved: list[Stored] = []
    link = (source.id, source.entity.link_type)
    for kind, target_id in sorted(before.locks ^ after.locks):
        target = books.find(kind, target_id)
        if target is not None:
            touch(books, target, at, token=books.knobs.linked_token_moves)
            _link(target, link, linked=(kind, target_id) in after.locks)
            moved.append(target)
    return moved


def _link(target: Stored, link: tuple[str, str], *, linked: bool) -> None:
    others = tuple(one for one in target.links if one != link)
    target.links = (*others, link) if linked else others
