"""What a trial is held against: both sides as they stand, QuickBooks' own journal, and the ledger.

The service can't write the journal; what was applied twice stands there twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select

from service.core.records import Bill, Kind, Vendor
from service.store import records
from service.store.records import RecordFilter, StoredRecord
from service.store.tables import Batch, Operation, Record, table_of
from tests.processes.company import Company

_O, _B, _R = table_of(Operation), table_of(Batch), table_of(Record)
_OPERATIONS = select(*_O.c).where(_O.c.company == bindparam("company"))
_OPEN_REQUESTS = select(_B.c.id, _B.c.state).where(
    _B.c.company == bindparam("company"), _B.c.state.in_(("sent", "unknown"))
)
_UNDECIDED = select(_R.c.kind, _R.c.id, _R.c.sync_state, _R.c.code).where(
    _R.c.company == bindparam("company"), (_R.c.undecided) | (_R.c.sync_state != "agreed")
)
_OPEN = ("planned", "sent", "unknown")
_PAGE = 1000


class Stand(NamedTuple):
    """What our side holds at one moment."""

    vendors: list[StoredRecord]
    bills: list[StoredRecord]
    operations: list[Row[Any]]
    requests: list[Row[Any]]
    undecided: list[Row[Any]]


async def complaints(company: Company) -> list[str]:
    """Say what is wrong with a company whose syncs have all ended; nothing, if nothing is."""
    stand = await company.store.read(lambda connection: _read(connection, company.id))
    return [
        *_open(stand),
        *_agreement(company, stand),
        *_doubled(company),
        *_ledger(company, stand),
        *_issued_again(stand),
    ]


def applied(company: Company) -> int:
    """Count the writes that QuickBooks has carried out for us."""
    return sum(each.actor == "api" for each in company.books.journal)


def _read(connection: Connection, company: str) -> Stand:
    binds = {"company": company}
    return Stand(
        _all(connection, company, Kind.VENDOR),
        _all(connection, company, Kind.BILL),
        list(connection.execute(_OPERATIONS, binds)),
        list(connection.execute(_OPEN_REQUESTS, binds)),
        list(connection.execute(_UNDECIDED, binds)),
    )


def _all(connection: Connection, company: str, kind: Kind) -> list[StoredRecord]:
    found: list[StoredRecord] = []
    while not found or len(found) % _PAGE == 0:
        after = found[-1].id if found else ""
        page = records.page(connection, company, kind, RecordFilter(), after=after, limit=_PAGE)
        if not page:
            break
        found += page
    return found


def _open(stand: Stand) -> Iterator[str]:
    for row in stand.undecided:
        yield f"{row.kind} {row.id} is {row.sync_state} ({row.code}), and not agreed"
    for row in stand.requests:
        yield f"request {row.id} is {row.state}"
    for row in stand.operations:
        if row.state in _OPEN:
            yield f"the {row.action} of {row.kind} {row.record} is {row.state}"


def _agreement(company: Company, stand: Stand) -> Iterator[str]:
    """Vendors by name, bills by vendor, number, amount and memo: the same on both sides, each once."""
    names = {each["Id"]: each["DisplayName"] for each in company.books.all("Vendor")}
    yield from _differences("vendor", names.values(), (_vendor(each) for each in stand.vendors))
    named = {each.id: _vendor(each) for each in stand.vendors}
    there = [
        (
            names[each["VendorRef"]["value"]],
            each.get("DocNumber"),
            Decimal(str(each["TotalAmt"])),
            _memo(each),
        )
        for each in company.books.all("Bill")
    ]
    here = [_bill(each, named) for each in stand.bills]
    yield from _differences("bill", there, here)


def _vendor(record: StoredRecord) -> str:
    assert isinstance(record.document, Vendor)
    return record.document.name


def _bill(record: StoredRecord, vendors: dict[str, str]) -> tuple[str, str | None, Decimal, str]:
    bill = record.document
    assert isinstance(bill, Bill)
    amount = sum((each.amount for each in bill.lines), bill.tax)
    return vendors[bill.vendor], bill.number, amount, bill.memo or ""


def _memo(wire: dict[str, Any]) -> str:
    """What people wrote; our marker stands behind it on a line of its own."""
    return str(wire.get("PrivateNote", "")).partition("\n")[0]


def _differences(what: str, there: Iterable[Any], here: Iterable[Any]) -> Iterator[str]:
    counted_there, counted_here = Counter(there), Counter(here)
    for each in (counted_there - counted_here).elements():
        yield f"{what} {each} stands in QuickBooks and not here"
    for each in (counted_here - counted_there).elements():
        yield f"{what} {each} stands here and not in QuickBooks"
    for each, number in (counted_there & counted_here).items():
        if number > 1:
            yield f"{what} {each} stands {number} times on both sides"


def _doubled(company: Company) -> Iterator[str]:
    """Nothing was created twice, even if one of the two is gone by now."""
    creates = Counter(
        (each.entity, each.body.get("DocNumber") or each.body.get("DisplayName") or each.body.get("Name"))
        for each in company.books.journal
        if each.operation == "create"
    )
    for (entity, name), number in creates.items():
        if number > 1:
            yield f"{entity} {name} was created {number} times"


def _ledger(company: Company, stand: Stand) -> Iterator[str]:
    """Each write that QuickBooks carried out is one operation that is done, and the reverse."""
    journal = Counter(
        (each.requestid, each.entity, each.operation, each.id)
        for each in company.books.journal
        if each.actor == "api"
    )
    done = Counter(
        (row.batch, row.entity, row.action, row.qbo_id) for row in stand.operations if row.state == "done"
    )
    for request, entity, action, qbo_id in (journal - done).elements():
        yield f"QuickBooks carried out a {action} of {entity} {qbo_id} (request {request}), which is not done"
    for request, entity, action, qbo_id in (done - journal).elements():
        yield f"the {action} of {entity} {qbo_id} (request {request}) is done, and was not carried out"


def _issued_again(stand: Stand) -> Iterator[str]:
    """What was sent keeps its request id until its outcome is known: no create has two."""
    requests: dict[tuple[str, str], set[str]] = {}
    for row in stand.operations:
        if row.action == "create" and row.batch is not None:
            requests.setdefault((row.kind, row.record), set()).add(row.batch)
    for (kind, record), ids in requests.items():
        if len(ids) > 1:
            yield f"{kind} {record} was sent under {len(ids)} request ids"
