"""Explain: why a record, or a QuickBooks object, stands where it stands. Reads the store only."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from msgspec.structs import replace
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow, Principal
from service.api.context import Context
from service.api.explaining import Known, explain
from service.api.problems import ProblemError
from service.api.refusing import refuses
from service.api.schemas.explain import Explanation
from service.api.schemas.kinds import KINDS, KindApi
from service.api.schemas.sync import Sync, present_sync
from service.core.payments import Funding, Target, funding
from service.core.policy import Policy
from service.core.records import ENTITIES, KIND_OF, LISTS, SEEN, Kind, Payment
from service.store import (
    applications,
    asked,
    companies,
    connections,
    issues,
    outcome_listing,
    preferences,
    records,
    syncs,
)
from service.store import explain as reading
from service.store.explain import Parents, StoredCounterpart
from service.store.records import StoredRecord
from service.store.transaction import Connection

READ = Depends(Allow("records:read"))
ENTITY_KINDS = {ENTITIES[kind]: kind for kind in SEEN}


def record_explain_router(entry: KindApi) -> APIRouter:
    """Make the explain route of one kind."""
    router = APIRouter(tags=["Explain"])
    kind = entry.kind

    @router.get(
        f"/v1/companies/{{company}}/{entry.path}/{{record}}/sync",
        operation_id=f"explain_{kind.value}",
        summary=f"Explain one of the {entry.path}",
        response_model=Explanation,
        dependencies=[READ],
        openapi_extra=refuses("record_not_found"),
    )
    async def explain_record(context: Context, company: str, record: str) -> Response:
        """Show every rule, pass or fail, the link, both contents, and the history."""

        def work(connection: Connection) -> dict[str, Any]:
            stored = companies.require(connection, company)
            found = records.get(connection, company, kind, record)
            counterpart = None
            if found.quickbooks_id is not None:
                counterpart = reading.counterpart(connection, company, kind, found.quickbooks_id)
            policy = _policy(connection, stored)
            return explain(_known(connection, company, kind, policy, found, counterpart))

        return answer(await context.store.read(work))

    return router


router = APIRouter(tags=["Explain"])


@router.get(
    "/v1/companies/{company}/quickbooks/{entity}/{quickbooks_id}/sync",
    operation_id="explain_quickbooks_object",
    response_model=Explanation,
    dependencies=[READ],
    openapi_extra=refuses("unknown_entity", "quickbooks_object_not_found"),
)
async def explain_object(context: Context, company: str, entity: str, quickbooks_id: str) -> Response:
    """Explain what was read from QuickBooks, also where it never arrived; `entity` as in Bill."""

    def work(connection: Connection) -> dict[str, Any]:
        stored = companies.require(connection, company)
        kind = ENTITY_KINDS.get(entity)
        if kind is None:
            raise ProblemError("unknown_entity", f"One of {', '.join(ENTITY_KINDS)}.")
        counterpart = reading.counterpart(connection, company, kind, quickbooks_id)
        if counterpart is None:
            raise ProblemError("quickbooks_object_not_found", _unseen(kind))
        found = None
        if counterpart.record is not None:
            found = records.find(connection, company, kind, counterpart.record)
        policy = _policy(connection, stored)
        return explain(_known(connection, company, kind, policy, found, counterpart))

    return answer(await context.store.read(work))


@router.post(
    "/v1/companies/{company}/quickbooks/{entity}/{quickbooks_id}/sync",
    operation_id="read_quickbooks_object",
    status_code=202,
    response_model=Sync,
    openapi_extra=refuses("company_archived", "unknown_entity", "invalid_id"),
)
async def read_object(
    context: Context,
    company: str,
    entity: str,
    quickbooks_id: str,
    principal: Annotated[Principal, Depends(Allow("syncs"))],
) -> Response:
    """Have this one object read by a sync, which is queued; a paid bill, too, can then be explained."""
    kind = ENTITY_KINDS.get(entity)
    if kind is None:
        raise ProblemError("unknown_entity", f"One of {', '.join(ENTITY_KINDS)}.")
    if not QUICKBOOKS_ID.fullmatch(quickbooks_id):
        raise ProblemError("invalid_id", "QuickBooks' ids are numbers.")

    def work(connection: Connection) -> dict[str, Any]:
        companies.require(connection, company, live=True)
        now = context.clock.now()
        asked.ask(connection, company, entity, quickbooks_id, now)
        stored = syncs.request(connection, company, id=context.ids(), requested_by=principal.id, now=now)
        return present_sync(stored, connections.status(connection, company, now))

    shown = await context.store.run(work)
    await context.ring(company)
    location = f"/v1/companies/{company}/syncs/{shown['id']}"
    return answer(shown, status=202, headers={"Location": location})


QUICKBOOKS_ID = re.compile(r"[0-9]{1,30}")


def _unseen(kind: Kind) -> str:
    if kind in LISTS:
        return "No sync has read it: there is no such object, or it is newer than the last sync."
    return (
        "No sync has read it. At first only what is unpaid is read: a transaction that was paid by then is "
        "history (not_unpaid). What is newer than the last sync comes with the next one. POST to this "
        "address to have it read."
    )


def _funding(
    connection: Connection, company: str, policy: Policy, record: StoredRecord | None
) -> Funding | None:
    if record is None or not isinstance(record.document, Payment):
        return None
    found = funding(record.document, policy.preferences)
    account = preferences.accounts(connection, company, {found.account} if found.account else set())
    known = account.get(found.account or "")
    return replace(found, type=known.type, archived=known.archived) if known else found


def _targets(connection: Connection, company: str, record: StoredRecord | None) -> tuple[Target, ...]:
    if record is None or not isinstance(record.document, Payment):
        return ()
    found = applications.targets_of(
        connection, company, KIND_OF[type(record.document)], [record.id], coming=lambda *_: False
    )
    return found.get(record.id, ())


def explain_routers() -> list[APIRouter]:
    """Make the explain routes of all kinds."""
    return [*(record_explain_router(entry) for entry in KINDS), router]


def _policy(connection: Connection, company: companies.StoredCompany) -> Policy:
    return Policy(
        profile=company.account_profile,
        preferences=preferences.get(connection, company.id).preferences,
        facts=preferences.facts(connection, company.id),
    )


def _known(
    connection: Connection,
    company: str,
    kind: Kind,
    policy: Policy,
    record: StoredRecord | None,
    counterpart: StoredCounterpart | None,
) -> Known:
    keys: dict[str, Any] = {
        "record": record.id if record else None,
        "quickbooks_id": counterpart.quickbooks_id if counterpart else None,
    }
    return Known(
        kind=kind,
        policy=policy,
        record=record,
        funding=_funding(connection, company, policy, record),
        targets=_targets(connection, company, record),
        counterpart=counterpart,
        link=reading.link(connection, company, kind, record.id) if record else None,
        record_parents=reading.parents_of_record(connection, company, record.document)
        if record
        else Parents(),
        counterpart_parents=reading.parents_of_object(connection, company, counterpart.content)
        if counterpart
        else Parents(),
        issues=issues.about(connection, company, kind.value, **keys),
        outcomes=outcome_listing.history(connection, company, kind.value, **keys),
        operations=reading.operations(connection, company, kind, **keys),
    )
