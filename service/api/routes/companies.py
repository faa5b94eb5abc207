"""Companies: written by id, listed, archived."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow, Principal
from service.api.body import JsonBody
from service.api.context import Context
from service.api.pagination import Page, PageParameters, page_of, read_cursor
from service.api.problems import FieldError, ProblemError
from service.api.refusing import refuses
from service.api.revoking import disconnect_and_revoke
from service.api.schemas.company import Company, CompanyInput, present_company
from service.api.schemas.fields import is_id
from service.store import companies

router = APIRouter(tags=["Companies"])
MAY = Depends(Allow("companies"))


@router.get("/v1/companies", operation_id="list_companies", response_model=Page[Company])
async def list_companies(
    context: Context,
    principal: Annotated[Principal, MAY],
    parameters: Annotated[PageParameters, Query()],
) -> Response:
    """List the companies that the key may see, by id."""
    after = read_cursor(parameters.cursor, str) or ""
    rows = await context.store.read(
        lambda connection: companies.page(
            connection, after=after, limit=parameters.limit + 1, among=principal.companies
        )
    )
    return answer(page_of(rows, parameters.limit, present=present_company, key=lambda row: row.id))


@router.put(
    "/v1/companies/{company}",
    operation_id="put_company",
    response_model=Company,
    responses={201: {"description": "It is new.", "model": Company}},
    dependencies=[MAY],
    openapi_extra=refuses("invalid_id"),
)
async def put_company(
    context: Context, company: str, body: Annotated[CompanyInput, Depends(JsonBody(CompanyInput))]
) -> Response:
    """Write a company: make it, change it, or restore an archived one."""
    if not is_id(company):
        raise ProblemError(
            "invalid_id",
            "An id has 1 to 64 letters, digits and . _ ~ - and isn't the word batch.",
            errors=[FieldError("company", "invalid_id", "It can't be used as an id.")],
        )
    stored, created = await context.store.run(
        lambda connection: companies.put(
            connection,
            company,
            name=body.name,
            signed_up_on=body.signed_up_on,
            accountant_console=body.accountant_console,
            now=context.clock.now(),
        )
    )
    return answer(present_company(stored), status=201 if created else 200)


@router.get("/v1/companies/{company}", operation_id="get_company", response_model=Company, dependencies=[MAY])
async def get_company(context: Context, company: str) -> Response:
    """Read a company."""
    stored = await context.store.read(lambda connection: companies.require(connection, company))
    return answer(present_company(stored))


@router.delete(
    "/v1/companies/{company}", operation_id="delete_company", response_model=Company, dependencies=[MAY]
)
async def delete_company(context: Context, company: str) -> Response:
    """Archive a company and disconnect it from QuickBooks; its data stays, and PUT restores it."""
    await disconnect_and_revoke(context, company, "The company was archived.")
    stored = await context.store.run(
        lambda connection: companies.archive(connection, company, context.clock.now())
    )
    return answer(present_company(stored))
