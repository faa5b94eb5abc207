"""Records: one route and one schema per kind, all made from the table of kinds."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow
from service.api.batches import run_batch
from service.api.body import JsonBody
from service.api.context import Context
from service.api.etags import etag, precondition
from service.api.pagination import page_of, read_cursor
from service.api.problems import FieldError, ProblemError
from service.api.refusing import refuses
from service.api.schemas.fields import is_id
from service.api.schemas.kinds import KINDS, KindApi
from service.api.schemas.records import BatchAnswer, RecordParameters, present
from service.core.records import Kind
from service.store import companies, record_writes, records
from service.store.record_writes import Precondition, Write
from service.store.records import RecordFilter, StoredRecord
from service.store.transaction import Connection

READ = Depends(Allow("records:read"))
WRITE = Depends(Allow("records:write"))
IfMatch = Annotated[str | None, Header(description="Write only if this is the present revision.")]
IfNoneMatch = Annotated[str | None, Header(description="`*`: write only if there is no such record yet.")]
_OF_ANY_PAYMENT = ("payment_posted", "payment_voided", "made_in_quickbooks", "exceeds_balance")
_OF_PAYMENTS = {
    Kind.BILL_PAYMENT: (*_OF_ANY_PAYMENT, "vendor_mismatch"),
    Kind.INVOICE_PAYMENT: (*_OF_ANY_PAYMENT, "customer_mismatch"),
}
_CONFLICTS = ("company_archived", "revision_mismatch", "invalid_etag")


def record_router(entry: KindApi) -> APIRouter:
    """Make the routes of one kind."""
    router = APIRouter(tags=[entry.path.replace("-", " ").capitalize()])
    _add_reads(router, entry)
    _add_writes(router, entry)
    _add_batch(router, entry)
    return router


def _add_reads(router: APIRouter, entry: KindApi) -> None:
    kind, path = entry.kind, f"/v1/companies/{{company}}/{entry.path}"

    @router.get(
        path,
        operation_id=f"list_{_word(entry)}",
        summary=f"List {entry.path}",
        response_model=entry.page,
        dependencies=[READ],
        openapi_extra=refuses("invalid_cursor"),
    )
    async def list_records(
        context: Context, company: str, parameters: Annotated[RecordParameters, Query()]
    ) -> Response:
        """List records by id, archived ones too unless `archived=false`."""
        after = read_cursor(parameters.cursor, str) or ""
        wanted = _filter(parameters)

        def work(connection: Connection) -> list[StoredRecord]:
            companies.require(connection, company)
            return records.page(connection, company, kind, wanted, after=after, limit=parameters.limit + 1)

        rows = await context.store.read(work)
        return answer(page_of(rows, parameters.limit, present=present, key=lambda row: row.id))

    @router.get(
        path + "/{record}",
        operation_id=f"get_{kind.value}",
        summary=f"Read one of the {entry.path}",
        response_model=entry.answer,
        dependencies=[READ],
        openapi_extra=refuses("record_not_found"),
    )
    async def get_record(context: Context, company: str, record: str) -> Response:
        """Read one record, with how it stands with QuickBooks; the ETag is its revision."""

        def work(connection: Connection) -> StoredRecord:
            companies.require(connection, company)
            return records.get(connection, company, kind, record)

        return _record_answer(await context.store.read(work))


def _add_writes(router: APIRouter, entry: KindApi) -> None:
    kind, path = entry.kind, f"/v1/companies/{{company}}/{entry.path}/{{record}}"

    @router.put(
        path,
        operation_id=f"put_{kind.value}",
        summary=f"Write one of the {entry.path}",
        response_model=entry.answer,
        responses={201: {"description": "It is new.", "model": entry.answer}},
        dependencies=[WRITE],
        openapi_extra=refuses(
            *(*_CONFLICTS, "revision_needed", "already_exists", "unknown_reference", "invalid_id"),
            *(_OF_PAYMENTS.get(kind, ())),
        ),
    )
    async def put_record(
        context: Context,
        company: str,
        record: str,
        body: Annotated[Any, Depends(JsonBody(entry.input))],
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """Replace one record whole, make it, or restore an archived one.

        Without If-Match it is accepted while QuickBooks hasn't changed it since it was last written here.
        """
        _check_id(record)
        write = Write(id=record, document=body.document(), precondition=precondition(if_match, if_none_match))

        def work(connection: Connection) -> tuple[StoredRecord, bool]:
            companies.require(connection, company, live=True)
            return record_writes.put(connection, company, kind, write, context.clock.now())

        stored, created = await context.store.run(work)
        return _record_answer(stored, status=201 if created else 200)

    @router.delete(
        path,
        operation_id=f"delete_{kind.value}",
        summary=f"Archive one of the {entry.path}",
        response_model=entry.answer,
        dependencies=[WRITE],
        openapi_extra=refuses(*_CONFLICTS, "record_not_found"),
    )
    async def delete_record(
        context: Context, company: str, record: str, if_match: IfMatch = None
    ) -> Response:
        """Archive one record; what is linked is then removed in QuickBooks, or made inactive."""
        expected: Precondition = precondition(if_match, None)

        def work(connection: Connection) -> StoredRecord:
            companies.require(connection, company, live=True)
            return record_writes.archive(connection, company, kind, record, expected, context.clock.now())

        return _record_answer(await context.store.run(work))


def _add_batch(router: APIRouter, entry: KindApi) -> None:
    kind = entry.kind

    @router.post(
        f"/v1/companies/{{company}}/{entry.path}/batch",
        operation_id=f"batch_{_word(entry)}",
        summary=f"Write up to 1,000 {entry.path}",
        response_model=BatchAnswer,
        dependencies=[WRITE],
        openapi_extra=refuses("company_archived"),
    )
    async def batch_records(
        context: Context, company: str, body: Annotated[Any, Depends(JsonBody(entry.batch))]
    ) -> Response:
        """Write many records at once; each item is accepted or refused for itself."""
        return answer({"items": await run_batch(context, company, kind, body.items)})


def _word(entry: KindApi) -> str:
    return entry.path.replace("-", "_")


def _filter(parameters: RecordParameters) -> RecordFilter:
    return RecordFilter(**{name: getattr(parameters, name) for name in RecordFilter.__struct_fields__})


def _record_answer(stored: StoredRecord, *, status: int = 200) -> Response:
    return answer(present(stored), status=status, headers={"ETag": etag(stored.revision)})


def _check_id(record: str) -> None:
    if not is_id(record):
        detail = "An id has 1 to 64 letters, digits and . _ ~ - and isn't the word batch."
        raise ProblemError("invalid_id", detail, errors=[FieldError("id", "invalid_id", detail)])


def record_routers() -> list[APIRouter]:
    """Make the routes of all kinds."""
    return [record_router(entry) for entry in KINDS]
