"""A company's connection to its realm: the pending redirect, the grant, its tokens, its end.

A realm belongs to one live connection. A company that has synced with one realm never gets another: its links
name objects of the first.
"""

import datetime as dt
import hashlib
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.core.policy import Facts
from service.store.cipher import Cipher, Sealed
from service.store.refusals import RefusedError
from service.store.tables import Connection as ConnectionTable
from service.store.tables import Counterpart, FactsRow, OAuthState, table_of
from service.store.upserts import Upsert

STATE_LIFETIME = dt.timedelta(minutes=15)
_TOKENS = "quickbooks-tokens"

_T = table_of(ConnectionTable)
_S = table_of(OAuthState)
_F = table_of(FactsRow)
_C = table_of(Counterpart)
_LIVE = _T.c.state != "disconnected"
_OWN = _T.c.company == bindparam("of_company")

_FORGET_STATES = delete(_S).where(_S.c.expires_at < bindparam("before"))
_REMEMBER_STATE = insert(_S)
_USE_STATE = (
    update(_S)
    .where(_S.c.id == bindparam("of_id"), _S.c.used_at.is_(None), _S.c.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
    .returning(_S.c.company, _S.c.return_to)
)
_PENDING = (
    select(_S.c.id)
    .where(
        _S.c.company == bindparam("of_company"),
        _S.c.used_at.is_(None),
        _S.c.expires_at > bindparam("now"),
    )
    .limit(1)
)
_GET = (
    select(
        _T.c.realm_id,
        _T.c.state,
        _T.c.reason,
        _T.c.connected_at,
        _T.c.refresh_expires_at,
        _F.c.realm_id.label("facts_realm"),
        _F.c.document.label("facts"),
    )
    .select_from(_T.outerjoin(_F, _F.c.company == _T.c.company))
    .where(_OWN)
)
_HOLDER = select(_T.c.company).where(_T.c.realm_id == bindparam("realm"), _LIVE)
_FORMER = select(_T.c.realm_id, _T.c.reason).where(
    _OWN, exists(select(_C.c.company).where(_C.c.company == _T.c.company))
)
_UPSERT = Upsert(_T, key=["company"])
COMPANY_RESET = (
    "The QuickBooks company was emptied and set up anew, so what this company holds belongs to nothing there "
    "any more: make a new company here and connect that one."
)
"""Why a connection has ended for good; nothing opens it again."""
_DISCONNECT = (
    update(_T)
    .where(_OWN, _LIVE)
    .values(
        state="disconnected",
        reason=bindparam("why"),
        tokens=None,
        access_expires_at=None,
        refresh_expires_at=None,
        updated_at=bindparam("now"),
    )
)
_TOKENS_OF = select(_T.c.realm_id, _T.c.tokens, _T.c.access_expires_at, _T.c.refresh_expires_at).where(
    _OWN, _LIVE
)
_SAVE_TOKENS = (
    update(_T)
    .where(_OWN, _LIVE)
    .values(
        tokens=bindparam("sealed"),
        access_expires_at=bindparam("access_until"),
        refresh_expires_at=bindparam("refresh_until"),
        updated_at=bindparam("now"),
    )
)


class Tokens(Struct, frozen=True, kw_only=True):
    """The secrets of a grant, and until when they open the realm."""

    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime
    refresh_expires_at: dt.datetime

    def __repr__(self) -> str:
        return "Tokens(...)"


class _Secrets(Struct, frozen=True, array_like=True):
    access_token: str
    refresh_token: str


class StoredConnection(Struct, frozen=True, kw_only=True):
    """A connection without its secrets; `state` is none, pending, connected, reauthorize or disconnected."""

    state: str
    reason: str | None = None
    realm_id: str | None = None
    company_name: str | None = None
    connected_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None


class Pending(Struct, frozen=True):
    """Whose redirect came back, and where the browser goes."""

    company: str
    return_to: str


def remember_state(
    connection: Connection, company: str, *, state: str, return_to: str, now: dt.datetime
) -> dt.datetime:
    """Remember the hash of a state that a browser carries; return until when it is good."""
    expires_at = now + STATE_LIFETIME
    connection.execute(_FORGET_STATES, {"before": now - dt.timedelta(days=1)})
    row = {"id": _hashed(state), "company": company, "return_to": return_to, "expires_at": expires_at}
    connection.execute(_REMEMBER_STATE, row)
    return expires_at


def use_state(connection: Connection, state: str, now: dt.datetime) -> Pending | None:
    """Use a state up; None if it is forged, used or too old."""
    row = connection.execute(_USE_STATE, {"of_id": _hashed(state), "now": now}).one_or_none()
    return Pending(row.company, row.return_to) if row else None


def status(connection: Connection, company: str, now: dt.datetime) -> StoredConnection:
    """Return how the company stands with QuickBooks."""
    row = connection.execute(_GET, {"of_company": company}).one_or_none()
    pending = connection.execute(_PENDING, {"of_company": company, "now": now}).first() is not None
    if row is None:
        return StoredConnection(state="pending" if pending else "none")
    facts = msgspec.json.decode(row.facts, type=Facts) if row.facts else Facts()
    return StoredConnection(
        state="pending" if pending and row.state == "disconnected" else row.state,
        reason=row.reason,
        realm_id=row.realm_id,
        company_name=facts.company_name if row.facts_realm == row.realm_id else None,
        connected_at=row.connected_at,
        expires_at=row.refresh_expires_at,
    )


def check_realm(connection: Connection, company: str, realm_id: str) -> None:
    """Refuse a realm that this company may not be connected to.

    Raises:
        RefusedError: `realm_taken` by another company; `realm_differs` from the one synced with so far;
            `company_reset`: it is that one, and was set up anew since.
    """
    holder = connection.execute(_HOLDER, {"realm": realm_id}).scalar_one_or_none()
    if holder not in (None, company):
        raise RefusedError("realm_taken", "This QuickBooks company is connected to another company here.")
    former = connection.execute(_FORMER, {"of_company": company}).one_or_none()
    if former is None:
        return
    if former.realm_id != realm_id:
        raise RefusedError(
            "realm_differs",
            "This company has synced with another QuickBooks company, and its records belong to that one: "
            "connect to it, or make a new company here for this one.",
        )
    if former.reason == COMPANY_RESET:
        raise RefusedError("company_reset", COMPANY_RESET)


def connect(
    connection: Connection, cipher: Cipher, company: str, realm_id: str, tokens: Tokens, now: dt.datetime
) -> None:
    """Store the grant.

    Raises:
        RefusedError: as `check_realm`.
    """
    check_realm(connection, company, realm_id)
    row = {
        "company": company,
        "realm_id": realm_id,
        "state": "connected",
        "reason": None,
        "tokens": _seal(cipher, company, tokens),
        "access_expires_at": tokens.access_expires_at,
        "refresh_expires_at": tokens.refresh_expires_at,
        "paused_until": None,
        "connected_at": now,
        "updated_at": now,
    }
    try:
        with connection.begin_nested():
            _UPSERT.run(connection, [row])
    except IntegrityError as error:  # two companies, one realm, the same moment
        raise RefusedError("realm_taken", "This QuickBooks company was connected just now.") from error


def disconnect(connection: Connection, company: str, reason: str, now: dt.datetime) -> bool:
    """End the connection and forget its tokens; say whether there was one."""
    binds = {"of_company": company, "why": reason, "now": now}
    return connection.execute(_DISCONNECT, binds).rowcount > 0


def load_tokens(connection: Connection, cipher: Cipher, company: str) -> Tokens | None:
    """Return the tokens of a live connection."""
    row = connection.execute(_TOKENS_OF, {"of_company": company}).one_or_none()
    return open_tokens(cipher, company, row) if row is not None else None


def open_tokens(cipher: Cipher, company: str, row: Row[Any]) -> Tokens | None:
    """Return the tokens of a row that holds the connection's columns."""
    if row.tokens is None:
        return None
    plain = cipher.decrypt(bytes(row.tokens), Sealed(company, _TOKENS))
    secrets = msgspec.json.decode(plain, type=_Secrets)
    return Tokens(
        access_token=secrets.access_token,
        refresh_token=secrets.refresh_token,
        access_expires_at=row.access_expires_at,
        refresh_expires_at=row.refresh_expires_at,
    )


def save_tokens(
    connection: Connection, cipher: Cipher, company: str, tokens: Tokens, now: dt.datetime
) -> bool:
    """Replace the tokens of a live connection; say whether it still is one."""
    binds: dict[str, Any] = {
        "of_company": company,
        "sealed": _seal(cipher, company, tokens),
        "access_until": tokens.access_expires_at,
        "refresh_until": tokens.refresh_expires_at,
        "now": now,
    }
    return connection.execute(_SAVE_TOKENS, binds).rowcount > 0


def _seal(cipher: Cipher, company: str, tokens: Tokens) -> bytes:
    plain = msgspec.json.encode(_Secrets(tokens.access_token, tokens.refresh_token))
    return cipher.encrypt(plain, Sealed(company, _TOKENS))


def _hashed(state: str) -> str:
    """The database never holds what a browser carries."""
    return hashlib.sha256(state.encode()).hexdigest()


def require_reauthorization(connection: Connection, company: str, reason: str, now: dt.datetime) -> None:
    """Note that the grant is gone: syncs wait until somebody connects again."""
    connection.execute(
        update(_T)
        .where(_T.c.company == company, _T.c.state == "connected")
        .values(state="reauthorize", reason=reason, updated_at=now)
    )


def pause(connection: Connection, company: str, until: dt.datetime) -> None:
    """Let nobody call this realm before an instant: QuickBooks throttles it."""
    connection.execute(update(_T).where(_T.c.company == company, _LIVE).values(paused_until=until))
