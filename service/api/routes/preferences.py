"""A company's sync preferences."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Header
from starlette.responses import Response

from service.api.answers import answer
from service.api.auth import Allow, Principal
from service.api.body import JsonBody
from service.api.context import Context
from service.api.etags import etag, read_revision
from service.api.problems import FieldError, ProblemError
from service.api.refusing import refuses
from service.api.schemas.preferences import (
    ACCOUNT_TYPES,
    PreferencesAnswer,
    PreferencesPatch,
    apply_patch,
    named_accounts,
    payment_direction,
    present_preferences,
)
from service.core.policy import AccountProfile, Flow, Policy, Preferences
from service.core.records import Account
from service.store import companies, preferences
from service.store.transaction import Connection

router = APIRouter(tags=["Preferences"])
MAY = Depends(Allow("preferences"))
_PATH = "/v1/companies/{company}/preferences"
_PAYMENTS = ("bill_payment_direction", "invoice_payment_direction")


class _Read(NamedTuple):
    version: int
    policy: Policy


@router.get(_PATH, operation_id="get_preferences", response_model=PreferencesAnswer, dependencies=[MAY])
async def get_preferences(context: Context, company: str) -> Response:
    """Read the preferences and the direction that each kind really goes."""
    return _answer(await context.store.read(lambda connection: _read(connection, company)))


@router.patch(
    _PATH,
    operation_id="patch_preferences",
    response_model=PreferencesAnswer,
    openapi_extra=refuses("company_archived", "version_mismatch", "invalid_etag"),
)
async def patch_preferences(
    context: Context,
    company: str,
    principal: Annotated[Principal, MAY],
    patch: Annotated[PreferencesPatch, Depends(JsonBody(PreferencesPatch))],
    if_match: Annotated[str | None, Header(description="The version that is changed.")] = None,
) -> Response:
    """Change preferences; records that waited for one are looked at again by the next sync."""
    expected = read_revision(if_match)

    def work(connection: Connection) -> _Read:
        companies.require(connection, company, live=True)
        before = preferences.get(connection, company)
        if expected not in (None, before.version):
            raise ProblemError("version_mismatch", f"The preferences have version {before.version}.")
        policy = _policy(connection, company, before.preferences)
        after = apply_patch(before.preferences, patch)
        _check_scopes(principal, before.preferences, after, policy.profile)
        _check_accounts(connection, company, patch)
        preferences.put(connection, company, after, before=before, now=context.clock.now())
        return _read(connection, company)

    return _answer(await context.store.run(work))


def _read(connection: Connection, company: str) -> _Read:
    stored = preferences.get(connection, company)
    return _Read(stored.version, _policy(connection, company, stored.preferences))


def _policy(connection: Connection, company: str, chosen: Preferences) -> Policy:
    profile = companies.require(connection, company).account_profile
    return Policy(profile=profile, preferences=chosen, facts=preferences.facts(connection, company))


def _answer(read: _Read) -> Response:
    return answer(present_preferences(read.policy), headers={"ETag": etag(read.version)})


def _check_scopes(
    principal: Principal, before: Preferences, after: Preferences, profile: AccountProfile
) -> None:
    """The FAQ leaves these choices to customer support."""
    needs = []
    if before.transactions_direction is not after.transactions_direction:
        needs.append("transactions_direction")
    if profile is AccountProfile.ONE_WAY:
        needs += [
            name
            for name in _PAYMENTS
            if getattr(after, name) is Flow.BOTH and payment_direction(before, name, profile) is not Flow.BOTH
        ]
    if needs and not principal.has("support"):
        raise ProblemError("scope_missing", f"Changing {needs[0]} takes the scope support.")


def _check_accounts(connection: Connection, company: str, patch: PreferencesPatch) -> None:
    named = named_accounts(patch)
    known = preferences.accounts(connection, company, {account for _, account in named.values()})
    errors = [
        error
        for field, (name, account) in sorted(named.items())
        if (error := _account_error(field, ACCOUNT_TYPES[name], known.get(account)))
    ]
    if errors:
        raise ProblemError("validation_failed", f"{errors[0].field}: {errors[0].detail}", errors=errors)


def _account_error(field: str, types: tuple[str, ...], account: Account | None) -> FieldError | None:
    if account is None:
        return FieldError(field, "unknown_reference", "There is no such account.")
    if account.archived:
        return FieldError(field, "archived_reference", "The account is archived.")
    if account.type not in types:
        return FieldError(
            field,
            "wrong_account_type",
            f"The account is of type {account.type}; it takes {', '.join(types)}.",
        )
    return None
