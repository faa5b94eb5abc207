"""A company's sync preferences: versioned, defaults until set; a change re-opens what depended on it."""

import datetime as dt

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, update

from service.core.policy import Facts, Preferences
from service.core.records import Account, Kind, decode
from service.core.rules import codes_depending_on
from service.store.inserts import InsertOnce
from service.store.refusals import RefusedError
from service.store.reopening import reopen_codes
from service.store.runs import reschedule
from service.store.tables import FactsRow, PreferencesRow, Record, table_of

_T = table_of(PreferencesRow)
_F = table_of(FactsRow)
_R = table_of(Record)

_GET = select(_T.c.version, _T.c.document).where(_T.c.company == bindparam("of_company"))
_FACTS = select(_F.c.document).where(_F.c.company == bindparam("of_company"))
_INSERT = InsertOnce(_T, key=["company"])
_UPDATE = (
    update(_T)
    .where(_T.c.company == bindparam("of_company"), _T.c.version == bindparam("seen"))
    .values(version=bindparam("next"), document=bindparam("written"), updated_at=bindparam("now"))
)
_ACCOUNTS = select(_R.c.id, _R.c.document, _R.c.archived).where(
    _R.c.company == bindparam("of_company"),
    _R.c.kind == Kind.ACCOUNT.value,
    _R.c.id.in_(bindparam("ids", expanding=True)),
)
_decoder = msgspec.json.Decoder(Preferences)


class StoredPreferences(Struct, frozen=True):
    """The preferences and their version; 0 means that nobody has set any yet."""

    version: int
    preferences: Preferences


def get(connection: Connection, company: str) -> StoredPreferences:
    """Return the preferences, the defaults if there are none."""
    row = connection.execute(_GET, {"of_company": company}).one_or_none()
    if row is None:
        return StoredPreferences(0, Preferences())
    return StoredPreferences(row.version, _decoder.decode(row.document))


def facts(connection: Connection, company: str) -> Facts:
    """Return what QuickBooks said of the company, the defaults if it hasn't yet."""
    text = connection.execute(_FACTS, {"of_company": company}).scalar_one_or_none()
    return msgspec.json.decode(text, type=Facts) if text else Facts()


def put(
    connection: Connection,
    company: str,
    preferences: Preferences,
    *,
    before: StoredPreferences,
    now: dt.datetime,
) -> StoredPreferences:
    """Replace the preferences as they were read, and re-open what depends on those that changed.

    Raises:
        RefusedError: `version_mismatch`: somebody else was faster.
    """
    changed = changed_names(before.preferences, preferences)
    if not changed:
        return before
    version = before.version + 1
    written = msgspec.json.encode(preferences).decode()
    if before.version == 0:
        row = {"company": company, "version": version, "document": written, "updated_at": now}
        done = _INSERT.run(connection, row)
    else:
        binds = {
            "of_company": company,
            "seen": before.version,
            "next": version,
            "written": written,
            "now": now,
        }
        done = connection.execute(_UPDATE, binds).rowcount > 0
    if not done:
        raise RefusedError("version_mismatch", "The preferences were changed at the same moment.")
    reopen_codes(connection, company, codes_depending_on(changed))
    if "sync_automatically" in changed:
        reschedule(connection, company, automatic=preferences.sync_automatically, now=now)
    return StoredPreferences(version, preferences)


def changed_names(before: Preferences, after: Preferences) -> tuple[str, ...]:
    """Name the preferences that differ."""
    names = Preferences.__struct_fields__
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def accounts(connection: Connection, company: str, ids: set[str]) -> dict[str, Account]:
    """Return those of the accounts that exist; an archived one says so itself."""
    if not ids:
        return {}
    found = {}
    for row in connection.execute(_ACCOUNTS, {"of_company": company, "ids": sorted(ids)}):
        document = decode(Kind.ACCOUNT, row.document)
        assert isinstance(document, Account)
        found[row.id] = msgspec.structs.replace(document, archived=row.archived or document.archived)
    return found
