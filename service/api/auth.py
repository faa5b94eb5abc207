"""Who asks, and what they may: API keys with scopes, optionally bound to some companies.

A key that is bound to companies sees the others as absent: the same answer as for one that isn't there.
"""

import hashlib
import hmac

from fastapi import Request
from msgspec import Struct

from service.api.context import ApiContext
from service.api.problems import ProblemError
from service.store import credentials

SCOPES: dict[str, str] = {
    "companies": "create, read, connect and archive companies",
    "records:read": "read records, changes, issues and explanations",
    "records:write": "write records and act on issues",
    "syncs": "start, watch and cancel syncs",
    "preferences": "read and change sync preferences",
    "support": "make the choices that the FAQ leaves to customer support",
    "admin": "everything",
}


class Principal(Struct, frozen=True, kw_only=True):
    """Whoever holds the key."""

    id: str
    scopes: frozenset[str]
    companies: frozenset[str] | None = None

    def has(self, *scopes: str) -> bool:
        """Say whether one of these scopes is held; `admin` implies all."""
        return "admin" in self.scopes or not self.scopes.isdisjoint(scopes)

    def sees(self, company: str) -> bool:
        """Say whether the company exists for this key."""
        return self.companies is None or company in self.companies


class Allow:
    """A dependency that lets holders of one of these scopes pass, if the path's company exists for them."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes

    async def __call__(self, request: Request) -> Principal:
        """Return who asks."""
        context: ApiContext = request.app.state.context
        principal = await _authenticate(context, request.headers.get("authorization"))
        if not principal.has(*self.scopes):
            raise ProblemError("scope_missing", f"The API key needs the scope {' or '.join(self.scopes)}.")
        if any("\x00" in str(part) for part in request.path_params.values()):
            raise ProblemError("not_found")
        company = request.path_params.get("company")
        if company is not None and not principal.sees(company):
            raise ProblemError("company_not_found", "There is no such company.")
        return principal


async def _authenticate(context: ApiContext, header: str | None) -> Principal:
    kind, _, key = (header or "").partition(" ")
    key = key.strip()
    if kind.lower() != "bearer" or not key:
        raise _unauthenticated("Send Authorization: Bearer and an API key.")
    if context.bootstrap_key and _same(key, context.bootstrap_key):
        return Principal(id="bootstrap", scopes=frozenset(SCOPES))
    found = await context.store.read(lambda connection: credentials.find(connection, key))
    if found is None:
        raise _unauthenticated("The API key is unknown or revoked.")
    return Principal(id=found.id, scopes=found.scopes, companies=found.companies)


def _same(one: str, other: str) -> bool:
    """Compare in the same time whatever differs."""
    first, second = (hashlib.sha256(each.encode(errors="surrogateescape")).digest() for each in (one, other))
    return hmac.compare_digest(first, second)


def _unauthenticated(detail: str) -> ProblemError:
    return ProblemError(
        "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="quickbooks-sync"'}
    )
