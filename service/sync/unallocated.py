"""The service item on which the lines of invoices go that name none: QuickBooks wants one on each."""

from typing import Any

from msgspec.structs import replace

from service.core.match import match_key
from service.core.records import Invoice, Item, Kind, decode
from service.core.references import Reference
from service.store import feed, pairs, record_writes
from service.store.feed import Entry
from service.store.record_writes import Write
from service.store.transaction import Connection, Row
from service.sync.run import Run

ITEM = "unallocated-income"
NAME = "Unallocated Income"


def know_item(connection: Connection, run: Run) -> Row[Any] | None:
    """Find the record of the item, by its id or by its name, and remember which it is."""
    if run.policy.preferences.unallocated_income_account is None:
        return None
    found = pairs.records(connection, run.company, Kind.ITEM, [ITEM]).get(ITEM)
    if found is None:
        key = match_key(Item(name=NAME, type="Service"))
        named = pairs.record_candidates(connection, run.company, Kind.ITEM, keys=[key or ""], markers=())
        first = next((row.id for row in named if not row.archived), None)
        found = pairs.records(connection, run.company, Kind.ITEM, [first]).get(first) if first else None
    run.unallocated_item = found.id if found is not None else ITEM
    return found


def defaults(connection: Connection, run: Run, kind: Kind) -> list[Reference]:
    """Return the accounts and items that preferences put where a record names none."""
    if kind is Kind.INVOICE:
        if run.unallocated_item is None:
            know_item(connection, run)
        return [Reference(Kind.ITEM, run.unallocated_item)] if run.unallocated_item else []
    account = run.policy.preferences.unallocated_expense_account
    return [Reference(Kind.ACCOUNT, account)] if account and kind in _EXPENSES else []


_EXPENSES = frozenset({Kind.BILL, Kind.VENDOR_CREDIT})


def open_item(connection: Connection, run: Run) -> int:
    """Create the item once, when an invoice needs it; its income account follows the preference.

    Returns how many items have to be decided more than before.
    """
    account = run.policy.preferences.unallocated_income_account
    if account is None:
        return 0
    found = know_item(connection, run)
    if found is not None:
        document = decode(Kind.ITEM, found.document)
        assert isinstance(document, Item)
        if found.id != ITEM or document.income_account == account or run.preview:
            return 0
        written = replace(document, income_account=account)
    elif _any_without_item(connection, run):
        written = Item(name=NAME, type="Service", income_account=account)
    else:
        return 0
    if run.preview:
        run.parents.coming.add((Kind.ITEM, ITEM))
        return 0
    stored, _ = record_writes.put(
        connection, run.company, Kind.ITEM, Write(id=ITEM, document=written), run.now()
    )
    what = "created" if found is None else "updated"
    feed.append(connection, run.company, run.sync, [Entry(Kind.ITEM, ITEM, stored.revision, what)], run.now())
    return 1


def _any_without_item(connection: Connection, run: Run) -> bool:
    limit = run.services.store.slice_size
    for row in pairs.each_undecided_record(connection, run.company, Kind.INVOICE, limit=limit):
        document = decode(Kind.INVOICE, row.document)
        assert isinstance(document, Invoice)
        if not row.archived and any(line.amount and not line.item for line in document.lines):
            return True
    return False
