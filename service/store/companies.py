"""Companies: the tenants."""

import datetime as dt
from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, select, update

from service.core.directions import PAYMENT_PREFERENCES
from service.core.policy import AccountProfile, account_profile
from service.core.rules import codes_depending_on
from service.store.inserts import InsertOnce
from service.store.refusals import RefusedError
from service.store.reopening import reopen_codes
from service.store.tables import Company, table_of

_T = table_of(Company)
_OWN = _T.c.id == bindparam("of_company")

_COLUMNS = (
    _T.c.id,
    _T.c.name,
    _T.c.signed_up_on,
    _T.c.accountant_console,
    _T.c.archived,
    _T.c.next_sync_at,
    _T.c.changes_wait_since,
    _T.c.created_at,
    _T.c.updated_at,
)
_GET = select(*_COLUMNS).where(_OWN)
_LOCK = _GET.with_for_update()
_PAGE = select(*_COLUMNS).where(_T.c.id > bindparam("after")).order_by(_T.c.id).limit(bindparam("limit"))
_INSERT = InsertOnce(_T, key=["id"])
_UPDATE = update(_T).where(_OWN)


class StoredCompany(Struct, frozen=True, kw_only=True):
    """A company as it stands."""

    id: str
    name: str
    signed_up_on: dt.date
    accountant_console: bool
    archived: bool
    next_sync_at: dt.datetime | None
    changes_wait_since: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime

    @property
    def account_profile(self) -> AccountProfile:
        """The profile that follows from sign-up date and console flag."""
        return account_profile(self.signed_up_on, self.accountant_console)


def get(connection: Connection, company: str) -> StoredCompany | None:
    """Return the company, archived or not."""
    row = connection.execute(_GET, {"of_company": company}).one_or_none()
    return _stored(row) if row else None


def require(connection: Connection, company: str, *, live: bool = False) -> StoredCompany:
    """Return the company.

    Raises:
        RefusedError: `company_not_found`, or `company_archived` where only a live one will do.
    """
    found = get(connection, company)
    if found is None:
        raise RefusedError("company_not_found", "There is no such company.")
    if live and found.archived:
        raise RefusedError("company_archived", "The company is archived; PUT it again to restore it.")
    return found


def put(
    connection: Connection,
    company: str,
    *,
    name: str,
    signed_up_on: dt.date,
    accountant_console: bool,
    now: dt.datetime,
) -> tuple[StoredCompany, bool]:
    """Write the company, restoring an archived one; return it and whether it is new."""
    values = {
        "name": name,
        "signed_up_on": signed_up_on,
        "accountant_console": accountant_console,
        "archived": False,
    }
    row = connection.execute(_LOCK, {"of_company": company}).one_or_none()
    if row is None:
        made = {"id": company, "created_at": now, "updated_at": now}
        if _INSERT.run(connection, values | made):
            return require(connection, company), True
        row = connection.execute(_LOCK, {"of_company": company}).one()
    before = _stored(row)
    if any(getattr(before, key) != value for key, value in values.items()):
        connection.execute(_UPDATE, values | {"updated_at": now, "of_company": company})
    after = require(connection, company)
    if after.account_profile is not before.account_profile:
        reopen_codes(connection, company, codes_depending_on(PAYMENT_PREFERENCES.values()))
    return after, False


def archive(connection: Connection, company: str, now: dt.datetime) -> StoredCompany:
    """Archive the company: it keeps its data and syncs no more."""
    if not require(connection, company).archived:
        values = {"archived": True, "next_sync_at": None, "updated_at": now}
        connection.execute(_UPDATE, values | {"of_company": company})
    return require(connection, company)


def page(
    connection: Connection, *, after: str = "", limit: int, among: Collection[str] | None = None
) -> list[StoredCompany]:
    """Return the next companies by id; only those in `among`, if it is given."""
    statement = _PAGE if among is None else _PAGE.where(_T.c.id.in_(sorted(among)))
    return [_stored(row) for row in connection.execute(statement, {"after": after, "limit": limit})]


def _stored(row: Row[tuple[object, ...]]) -> StoredCompany:
    return StoredCompany(**row._mapping)
