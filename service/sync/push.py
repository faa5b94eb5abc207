"""Push: level by level, each with one commit before the wire and one after it.

Before the wire the operations get their final bytes, join a request and are marked sent; after it all
answers, links, bases and the feed are committed together. A crash between the two leaves requests whose
outcome is unknown, never one that nobody knows of.
"""

import asyncio
from typing import Any

import msgspec

from service import failpoints
from service.core.decision import Result, Write
from service.core.match import match_key
from service.core.payments import bills_of, shares
from service.core.plan import APPLICATIONS
from service.core.policy import ClassTracking, CreditApplication
from service.core.records import ENTITIES, LISTS, PAYMENTS, Itemised, Kind, Payment, decode, noun_of
from service.core.references import Reference, placeholders_of, resolve_placeholders
from service.quickbooks import query
from service.quickbooks.batch import BatchItem, Operation, WriteRequest, batch_request, single_request
from service.quickbooks.errors import NotAppliedError, OutcomeUnknownError
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.sales import with_class_in_head
from service.quickbooks.translate.wire import BODY_ENCODER
from service.store import applications, ledger, pairs
from service.store.ledger import Frozen, Request
from service.store.outcomes import Finding
from service.store.transaction import Connection, Row
from service.sync.answers import Sent, record_answers
from service.sync.asking import find
from service.sync.findings import write_findings
from service.sync.run import Run

OPERATIONS_PER_COMMIT = 1_200
LIST_BATCH_SIZE = 10
"""Creates of list entries contend for locks inside QuickBooks (Intuit's advice)."""
NUMBERS_PER_QUERY = 300


async def push(run: Run) -> None:
    """Send everything planned; on return each operation is done, rejected, withdrawn or unknown."""
    levels = await run.services.store.read(lambda connection: ledger.levels(connection, run.company))
    total, done = sum(levels.values()), 0
    for level, number in levels.items():
        run.reach("push", done / total)
        await push_level(run, level)
        done += number


async def push_level(run: Run, level: int) -> None:
    """Send one level; within it children wait until their parents have an id."""
    while True:
        rows = await run.services.store.read(
            lambda connection: ledger.planned(connection, run.company, level, OPERATIONS_PER_COMMIT)
        )
        if not rows:
            return
        await _ask_for_numbers(run, rows)
        requests = await run.essential_transaction(
            lambda connection: _freeze(connection, run, level), step="freeze"
        )
        if requests:
            await send(run, [Sent(_write_request(each), each.id) for each in requests])


async def send(run: Run, requests: list[Sent]) -> None:
    """Put frozen requests on the wire, together, and commit whatever became of them.

    Raises:
        NotAppliedError: QuickBooks lets nobody in just now; nothing of those requests was applied.
    """
    async with run.heartbeat():
        await asyncio.gather(*(_send_one(run, each) for each in requests))
    await record_answers(run, requests)
    refused = next((each.refused for each in requests if each.refused is not None), None)
    if refused is not None:
        raise refused


async def _send_one(run: Run, sent: Sent) -> None:
    try:
        sent.answer = await run.quickbooks.send(sent.request)
    except OutcomeUnknownError as error:
        sent.unknown = error
    except NotAppliedError as error:
        sent.refused = error
    failpoints.hit("request", "answered")


async def _ask_for_numbers(run: Run, rows: list[Row[Any]]) -> None:
    """Before bills are created, ask for their numbers: somebody may have entered them in QuickBooks.

    A hit is stored; the record is then decided again, and matched or held as `number_taken`.
    """
    numbers: dict[str, list[str]] = {}
    for row in rows:
        kind = Kind(row.kind)
        wanted = decode(kind, row.wanted)
        if row.action == Write.CREATE and isinstance(wanted, Itemised) and wanted.number:
            numbers.setdefault(ENTITIES[kind], []).append(wanted.number)
    for entity, asked in numbers.items():
        unique = sorted(set(asked) - run.asked_numbers)
        for at in range(0, len(unique), NUMBERS_PER_QUERY):
            chunk = unique[at : at + NUMBERS_PER_QUERY]
            await find(run, entity, query.is_in("DocNumber", chunk))
            run.asked_numbers.update(chunk)


def _freeze(connection: Connection, run: Run, level: int) -> list[Request]:
    """Give operations their final bytes where both sides are still as they were decided."""
    rows = ledger.planned(connection, run.company, level, OPERATIONS_PER_COMMIT)
    rows = _withdraw_moved(connection, run, rows)
    rows = _withdraw_early(connection, run, rows) if level == APPLICATIONS else rows
    run.parents.load_keys(connection, [each for row in rows for each in _parents_of(run, row)])
    ready = [row for row in rows if all(_is_linked(run, each) for each in _parents_of(run, row))]
    if not ready:
        _hold_children(connection, run, rows)
        return []
    requests: list[Request] = []
    operations: list[Frozen] = []
    for kind, is_create in dict.fromkeys(_sort_of(row) for row in ready):
        size = LIST_BATCH_SIZE if kind in LISTS else run.batch_size
        mine = [row for row in ready if _sort_of(row) == (kind, is_create)]
        mine = _apart(mine) if kind in PAYMENTS else mine
        for at in range(0, len(mine), size):
            _freeze_request(run, kind, mine[at : at + size], requests, operations)
    ledger.freeze(
        connection,
        run.company,
        run.sync,
        requests=requests,
        operations=operations,
        quickbooks_time=run.last_answer or run.now(),
    )
    return requests


def _apart(rows: list[Row[Any]]) -> list[Row[Any]]:
    """Take the payments of which no two touch the same bill or credit; the others go in the next round.

    What a batch does, and what batches do that are sent together, has no order.
    """
    touched: set[Reference] = set()
    chosen = []
    for row in rows:
        wanted = decode(Kind(row.kind), row.wanted)
        assert isinstance(wanted, Payment)
        mine = {target for target, _ in shares(wanted)}
        if touched.isdisjoint(mine):
            touched |= mine
            chosen.append(row)
    return chosen


def _withdraw_early(connection: Connection, run: Run, rows: list[Row[Any]]) -> list[Row[Any]]:
    """Keep the application of a credit back while a payment that completes its bill didn't get there."""
    payments = [row.record for row in rows]
    targets = applications.targets_of(
        connection, run.company, Kind.BILL_PAYMENT, payments, coming=lambda *_: False
    )
    early = [
        row
        for row in rows
        if row.action == Write.CREATE
        and run.policy.preferences.partial_credit_application is not CreditApplication.IMMEDIATE
        and any(each.awaited(row.record) for each in bills_of(targets.get(row.record, ())))
    ]
    if not early:
        return rows
    ledger.withdraw(connection, run.company, [(Kind(row.kind), row.record) for row in early], run.now())
    for row in early:
        run.parents.coming.discard((Kind(row.kind), row.record))
    pairs.mark_undecided(connection, run.company, Kind.BILL_PAYMENT, records=[row.record for row in early])
    run.tally.again = True
    gone = {row.id for row in early}
    return [row for row in rows if row.id not in gone]


def _sort_of(row: Row[Any]) -> tuple[Kind, bool]:
    """What shares a request: creates stay among themselves.

    Our mark is proof that a create was applied, and with it its request; that an update was may only seem so,
    where somebody made the same edit.
    """
    return Kind(row.kind), row.action == Write.CREATE


def _withdraw_moved(connection: Connection, run: Run, rows: list[Row[Any]]) -> list[Row[Any]]:
    """Drop what no longer fits: a side has moved since, or the number has turned up in QuickBooks."""
    moved = [row for row in rows if _has_moved(row)]
    taken = _taken_numbers(connection, run, [row for row in rows if row not in moved])
    dropped = [*moved, *taken]
    if not dropped:
        return rows
    ledger.withdraw(connection, run.company, [(Kind(row.kind), row.record) for row in dropped], run.now())
    run.parents.coming -= {(Kind(row.kind), row.record) for row in dropped}
    run.tally.again = True
    gone = {row.id for row in dropped}
    return [row for row in rows if row.id not in gone]


def _has_moved(row: Row[Any]) -> bool:
    if row.present_revision != row.revision:
        return True
    return row.qbo_id is not None and row.present_token != row.expected_token


def _taken_numbers(connection: Connection, run: Run, rows: list[Row[Any]]) -> list[Row[Any]]:
    """Find creates whose vendor and number QuickBooks has by now, whoever entered them."""
    keys: dict[tuple[Kind, str], Row[Any]] = {}
    for row in rows:
        wanted = decode(Kind(row.kind), row.wanted)
        if row.action == Write.CREATE and isinstance(wanted, Itemised):
            resolved = resolve_placeholders(wanted, run.parents.qbo_id_of)
            if key := match_key(resolved):
                keys[Kind(row.kind), key] = row
    taken = []
    for kind in sorted({kind for kind, _ in keys}):
        own = sorted(key for of_kind, key in keys if of_kind is kind)
        found = pairs.counterpart_candidates(connection, run.company, kind, keys=own, markers=())
        taken += [keys[kind, each.match_key] for each in found if (kind, each.match_key) in keys]
    return taken


def _parents_of(run: Run, row: Row[Any]) -> list[Reference]:
    owed = _owed_on(run, row)
    return [*placeholders_of(decode(Kind(row.kind), row.wanted)), *([owed] if owed else [])]


def _owed_on(run: Run, row: Row[Any]) -> Reference | None:
    """Return the account that the company has chosen for what is owed; QuickBooks has its own ones."""
    kind, preferences = Kind(row.kind), run.policy.preferences
    account = preferences.accounts_payable_account
    if kind in _ON_RECEIVABLES:
        account = preferences.accounts_receivable_account
    if account is None or row.action != Write.CREATE or kind not in _ON_PAYABLES | _ON_RECEIVABLES:
        return None
    return Reference(Kind.ACCOUNT, account)


_ON_PAYABLES = frozenset({Kind.BILL, Kind.VENDOR_CREDIT, Kind.BILL_PAYMENT})
_ON_RECEIVABLES = frozenset({Kind.INVOICE, Kind.INVOICE_PAYMENT})


def _is_linked(run: Run, reference: Reference) -> bool:
    return run.parents.qbo_id_of(*reference) is not None


def _freeze_request(
    run: Run, kind: Kind, rows: list[Row[Any]], requests: list[Request], operations: list[Frozen]
) -> None:
    request_id = run.services.ids.request()
    items = []
    for number, row in enumerate(rows, start=1):
        wanted = resolve_placeholders(decode(kind, row.wanted), run.parents.qbo_id_of)
        body = _body(run, kind, row, wanted)
        item = str(number) if len(rows) > 1 else "0"
        items.append(BatchItem(item, Operation(row.action), ENTITIES[kind], body))
        operations.append(Frozen(row.id, body, wanted, request_id, item))
    if len(items) == 1:
        one = items[0]
        wire = single_request(one.operation, one.entity, one.body, request_id=request_id)
    else:
        wire = batch_request(items, request_id=request_id)
    named = {item.item_id: row.id for item, row in zip(items, rows, strict=True)}
    requests.append(
        Request(request_id, wire.path, wire.parameters, wire.body, named, single=not wire.is_batch)
    )


def _body(run: Run, kind: Kind, row: Row[Any], wanted: Any) -> bytes:
    translator = TRANSLATORS[kind]
    if row.action == Write.CREATE:
        created = translator.create(wanted, row.marker)
        if owed := _owed_on(run, row):
            name = "ARAccountRef" if kind in _ON_RECEIVABLES else "APAccountRef"
            created |= {name: {"value": run.parents.qbo_id_of(*owed)}}
        return BODY_ENCODER.encode(_tracked(run, kind, created))
    identity = {"Id": row.qbo_id, "SyncToken": str(row.expected_token)}
    if row.action == Write.DELETE:
        return BODY_ENCODER.encode(identity)
    if row.action == Write.VOID:
        return BODY_ENCODER.encode(identity | {"sparse": True})
    fields = tuple(msgspec.json.decode(row.fields))
    updated = translator.update(wanted, fields, row.present_raw, row.expected_token)
    return BODY_ENCODER.encode(identity | _tracked(run, kind, updated))


def _tracked(run: Run, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """Put an invoice's class where QuickBooks' preferences want it: on lines, or in the head."""
    by_transaction = run.policy.facts.class_tracking is ClassTracking.TRANSACTION
    return with_class_in_head(body) if kind is Kind.INVOICE and by_transaction else body


def _write_request(request: Request) -> WriteRequest:
    return WriteRequest(
        path=request.path,
        parameters=request.parameters,
        body=request.body,
        request_id=request.id,
        items=None if request.single else tuple(request.items),
        is_batch=not request.single,
    )


def _hold_children(connection: Connection, run: Run, rows: list[Row[Any]]) -> None:
    """Their parents did not get an id in this run: they wait for them, and nothing else does."""
    if not rows:
        return
    kinds: dict[Kind, list[Row[Any]]] = {}
    for row in rows:
        kinds.setdefault(Kind(row.kind), []).append(row)
    ledger.withdraw(connection, run.company, [(Kind(row.kind), row.record) for row in rows], run.now())
    for kind, mine in kinds.items():
        missing = {row.record: _missing(run, row) for row in mine}
        pairs.update_records(
            connection,
            run.company,
            kind,
            [
                {
                    "id": record,
                    "undecided": False,
                    "sync_state": "held",
                    "code": "parent_not_synced",
                    "waits_for": f"{parent.kind.value}:{parent.id}",
                }
                for record, parent in missing.items()
            ],
        )
        findings = [_held(kind, row, missing[row.record]) for row in mine]
        write_findings(connection, run, kind, findings, [])


def _missing(run: Run, row: Row[Any]) -> Reference:
    return next(each for each in _parents_of(run, row) if not _is_linked(run, each))


def _held(kind: Kind, row: Row[Any], parent: Reference) -> Finding:
    return Finding(
        kind=kind,
        record=row.record,
        quickbooks_id=row.qbo_id,
        result=Result.HELD,
        code="parent_not_synced",
        reason=f"It refers to {noun_of(parent.kind)} {parent.id}, which QuickBooks did not take.",
        fix=f"Mend that {noun_of(parent.kind)} first; this follows by itself.",
        field=parent.kind.value,
    )
