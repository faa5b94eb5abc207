"""Settling: what payments need to know of accounts and balances, and what they leave behind on bills."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from service.core.match import match_key
from service.core.payments import Target, funding, shares
from service.core.records import (
    ENTITIES,
    Account,
    Document,
    Kind,
    Method,
    Payment,
    decode,
    is_voided,
)
from service.core.references import Reference
from service.store import applications, counterparts, feed, pairs, preferences, record_writes
from service.store.feed import Entry
from service.store.record_writes import Write
from service.store.transaction import Connection
from service.sync.run import Run


class _Clearing(NamedTuple):
    preference: str
    account: str
    name: str


_CLEARING = {
    Kind.BILL_PAYMENT: _Clearing("money_out_clearing_account", "money-out-clearing", "Money Out Clearing"),
    Kind.INVOICE_PAYMENT: _Clearing("money_in_clearing_account", "money-in-clearing", "Money In Clearing"),
}


def open_clearing_account(connection: Connection, run: Run, kind: Kind) -> int:
    """Create the account that online payments of a kind go against, once, where the company has named none.

    Returns how many accounts have to be decided more than before.
    """
    preference, own_id, name = _CLEARING[kind]
    if getattr(run.policy.preferences, preference) or not _any_online(connection, run, kind):
        return 0
    document = Account(name=name, type="Bank", subtype="CashOnHand")
    key = match_key(document)
    found = pairs.record_candidates(connection, run.company, Kind.ACCOUNT, keys=[key or ""], markers=())
    account = next((row.id for row in found if not row.archived), own_id)
    made = account not in {row.id for row in found}
    chosen = replace(run.policy.preferences, **{preference: account})
    if run.preview:
        run.paying.account_types[account] = document.type
        run.parents.coming.add((Kind.ACCOUNT, account))
    else:
        if made:
            record_writes.put(
                connection, run.company, Kind.ACCOUNT, Write(id=account, document=document), run.now()
            )
            entries = [Entry(Kind.ACCOUNT, account, 1, "created")]
            feed.append(connection, run.company, run.sync, entries, run.now())
        before = preferences.get(connection, run.company)
        preferences.put(connection, run.company, chosen, before=before, now=run.now())
    run.policy = replace(run.policy, preferences=chosen)
    return int(made and not run.preview)


def _any_online(connection: Connection, run: Run, kind: Kind) -> bool:
    limit = run.services.store.slice_size
    for row in pairs.each_undecided_record(connection, run.company, kind, limit=limit):
        document = decode(kind, row.document)
        assert isinstance(document, Payment)
        is_live = not (row.archived or is_voided(document))
        if is_live and document.sync and document.method is Method.ONLINE:
            return True
    return False


def load_funding(connection: Connection, run: Run, payments: Mapping[str, Document]) -> None:
    """Look up the accounts that payments go against."""
    wanted = {
        record: funding(document, run.policy.preferences)
        for record, document in payments.items()
        if isinstance(document, Payment)
    }
    ids = {each.account for each in wanted.values() if each.account is not None}
    known = preferences.accounts(connection, run.company, ids)
    run.paying.account_types |= {account: found.type for account, found in known.items()}
    run.parents.load_keys(connection, [Reference(Kind.ACCOUNT, each) for each in ids])
    run.paying.fundings = {
        record: replace(
            each,
            type=run.paying.account_types.get(each.account or ""),
            archived=each.account in known and known[each.account].archived,
        )
        for record, each in wanted.items()
    }


def load_targets(connection: Connection, run: Run, kind: Kind, payments: Iterable[str]) -> None:
    """Look up what payments of a kind bring down, and what else is applied to it."""
    run.paying.targets = applications.targets_of(
        connection, run.company, kind, payments, coming=_is_coming(run)
    )


def targets_now(run: Run, kind: Kind, payment: str) -> tuple[Target, ...]:
    """Return what a payment brings down, with what has been planned since it was looked up."""
    is_coming = _is_coming(run)
    return tuple(
        replace(
            target,
            applications=tuple(
                replace(each, coming=each.coming or (not each.linked and is_coming(kind, each.payment)))
                for each in target.applications
            ),
        )
        for target in run.paying.targets.get(payment, ())
    )


def _is_coming(run: Run) -> applications.Coming:
    def is_coming(kind: Kind, payment: str) -> bool:
        key = (kind, payment)
        return key in run.in_flight or key in run.parents.coming

    return is_coming


def keep_applications(
    connection: Connection, run: Run, kind: Kind, payments: Mapping[str, tuple[Document, bool]]
) -> None:
    """Keep what payments of this slice settle (with: is it archived), and tell of what that moved."""
    documents = {
        record: (document, archived)
        for record, (document, archived) in payments.items()
        if isinstance(document, Payment)
    }
    recount(connection, run, applications.write(connection, run.company, kind, documents))


def recount(connection: Connection, run: Run, targets: Iterable[Reference]) -> None:
    """Bring the balances of bills, invoices and credits up to date, and tell of those that moved."""
    wanted = set(targets)
    if not wanted:
        return
    moved, asked_again = applications.recount(connection, run.company, wanted)
    run.tally.apart |= bool(moved)
    run.tally.again |= bool(asked_again)
    entries = [
        Entry(target.kind, target.id, revision, "state", ("balance", "status")) for target, revision in moved
    ]
    feed.append(connection, run.company, run.sync, entries, run.now())


def settle_there(
    connection: Connection, run: Run, payments: Sequence[tuple[Payment, Payment | None]]
) -> set[Reference]:
    """Take off in QuickBooks what payments have settled there: (now, before), in wire space.

    Returns the records of what they settle.
    """
    settled: dict[Reference, Decimal] = {}
    for now, before in payments:
        for sign, payment in ((1, now), (-1, before)):
            for target, amount in shares(payment) if payment is not None else ():
                settled[target] = settled.get(target, Decimal(0)) + sign * amount
    moved = {(ENTITIES[target.kind], target.id): amount for target, amount in settled.items() if amount}
    counterparts.settle(connection, run.company, moved)
    run.tally.again |= any(before is not None for _, before in payments)
    records = ((target.kind, run.parents.record_of(*target)) for target in settled)
    return {Reference(kind, record) for kind, record in records if record is not None}
